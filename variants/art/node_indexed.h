/* node_indexed.h: the layout of 256 slot bytes naming up to `cap` (< 256) children.
 *
 *   | head | slot[256] | pad | child[cap] |   slot[b] - 1 is b's child; 0: none
 *
 * Children stay dense: removal moves the last one into the hole. */
#ifndef ART_HEAD
#include "arena_prefix_head.h"
#endif
#ifndef ART_NODE_INDEXED_H
#define ART_NODE_INDEXED_H

static inline uint8_t *
indexed_slots(const struct art_head *h)
{
	return (uint8_t *)(uintptr_t)(h + 1);
}

static inline art_ref *
indexed_children(const struct art_head *h)
{
	return (art_ref *)((uintptr_t)h + art_align(sizeof *h + 256));
}

static inline size_t
indexed_bytes(unsigned cap)
{
	return art_align(sizeof(struct art_head) + 256) + cap * sizeof(art_ref);
}

static inline art_ref *
indexed_find(const struct art_head *h, unsigned cap, uint8_t b)
{
	unsigned slot = indexed_slots(h)[b];
	(void)cap;
	return slot ? &indexed_children(h)[slot - 1] : NULL;
}

static inline void
indexed_add(struct art_head *h, unsigned cap, uint8_t b, art_ref r)
{
	unsigned n = art_count(h);
	(void)cap;
	indexed_children(h)[n] = r;
	indexed_slots(h)[b] = (uint8_t)(n + 1);
}

static inline void
indexed_remove(struct art_head *h, unsigned cap, uint8_t b)
{
	uint8_t *slot = indexed_slots(h);
	unsigned hole = slot[b], last = art_count(h);
	(void)cap;
	for (unsigned i = 0; i < 256; i++)
		if (slot[i] == last)
			slot[i] = (uint8_t)hole;
	indexed_children(h)[hole - 1] = indexed_children(h)[last - 1];
	slot[b] = 0;
}

static inline int
indexed_next(const struct art_head *h, unsigned cap, unsigned from, art_ref **child)
{
	(void)cap;
	for (; from < 256; from++)
		if ((*child = indexed_find(h, cap, (uint8_t)from)))
			return (int)from;
	return -1;
}

static inline const char *
indexed_check(const struct art_head *h, unsigned cap)
{
	bool used[256] = { false };
	unsigned n = 0;
	if (cap > 255)
		return "an indexed node cannot have room for 256";
	for (unsigned b = 0; b < 256; b++) {
		unsigned slot = indexed_slots(h)[b];
		if (!slot)
			continue;
		if (slot > art_count(h))
			return "a slot of an indexed node names a child it does not have";
		if (used[slot - 1])
			return "two slots of an indexed node name one child";
		used[slot - 1] = true;
		n++;
	}
	return n == art_count(h) ? NULL : "an indexed node has a child without a slot";
}
#endif /* ART_NODE_INDEXED_H */
