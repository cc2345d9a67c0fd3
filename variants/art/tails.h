/* tails.h: the part of a storage (see art_tree.h) that is the same wherever a leaf holds the
 * tail of its key, and moves when that gets longer.
 *
 * Needs swept.h. */
#ifndef ART_STORAGE
#include "arena_prefix.h"
#endif
#ifndef ART_TAILS_H
#define ART_TAILS_H

enum { ART_WHOLE_KEYS = 0, ART_MAX_KEY = UINT16_MAX };

static enum ab_status
leaf_make(struct ab_index *t, struct ab_key key, size_t depth, uint64_t value, art_ref *r)
{
	uint8_t *tail;
	enum ab_status status = leaf_take(t, key.n - depth, &value, r, &tail);
	if (status == AB_OK)
		memcpy(tail, key.p + depth, key.n - depth);
	return status;
}

static inline bool
leaf_is(const struct ab_index *t, art_ref r, struct ab_key key, size_t depth)
{
	struct ab_key tail = leaf_tail(t, r, depth);
	return tail.n == key.n - depth && art_same(tail.p, key.p + depth, tail.n);
}

static inline struct ab_key
prefix_bytes(const struct ab_index *t, const struct art_head *h, size_t depth);

static bool
leaf_join(struct ab_index *t, struct art_head *up, int edge, art_ref *r)
{
	struct ab_key above = prefix_bytes(t, up, 0);
	size_t gain = above.n + (edge != NO_EDGE);
	uint8_t *p;
	if (gain == 0)
		return leaf_stays(t, r);
	if (leaf_move(t, r, gain, leaf_tail(t, *r, 0).n, &p) != AB_OK)
		return false;
	memcpy(p, above.p, above.n);
	if (edge != NO_EDGE)
		p[above.n] = (uint8_t)edge;
	return true;
}
#endif /* ART_TAILS_H */
