/* sweep_state.h: how far the sweep of sweep.h has come: a member of struct ab_index. */
#ifndef ART_SWEEP_STATE_H
#define ART_SWEEP_STATE_H

#include "ab.h"

struct sweep_frame;

struct sweep {
	uint8_t *path; /* of the node last visited */
	size_t n, room;
	struct sweep_frame *frame; /* of the nodes on it */
	size_t frames, frame_room;
	bool on, begun, walked; /* chunks are leaving; root visited; all nodes visited */
	size_t again;           /* dead bytes to begin at: fewer were of no use */
	size_t moved;           /* bytes of leaves, by this put or del */
	bool partly; /* not all leaves of the node last visited are looked at */
};
#endif /* ART_SWEEP_STATE_H */
