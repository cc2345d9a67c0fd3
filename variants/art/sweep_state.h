/* sweep_state.h: how far the sweep of sweep.h has come: a member of struct ab_index. */
#ifndef ART_SWEEP_STATE_H
#define ART_SWEEP_STATE_H

#include "ab.h"

enum { SWEEP_NEAR_PATH = 256, SWEEP_NEAR_FRAMES = 32 };

/* A node on the path of the last one: its key bytes without its prefix and with it, and
 * the edge to go on at. */
struct sweep_frame {
	const struct art_head *h;
	uint32_t depth, end;
	unsigned from;
};

struct sweep {
	uint8_t *path; /* of the node last visited: `near`, or if it is longer a block */
	size_t n, room;
	struct sweep_frame *frame; /* of the nodes on it, the same */
	size_t frames, frame_room; /* how many; bytes */
	size_t again;              /* dead bytes to begin at: fewer were of no use */
	size_t moved;              /* bytes of leaves, by this put or del */
	bool on, begun, walked; /* chunks are leaving; root visited; all nodes visited */
	bool partly; /* not all leaves of the node last visited are looked at */
	bool stuck;  /* something that leaves could not move: there was no room for it */
	bool poor; /* this was so of the last sweep: the next is to need little memory */
	struct {
		uint8_t path[SWEEP_NEAR_PATH];
		struct sweep_frame frame[SWEEP_NEAR_FRAMES];
	} near;
};
#endif /* ART_SWEEP_STATE_H */
