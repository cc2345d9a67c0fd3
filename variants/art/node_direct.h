/* node_direct.h: the layout of one child slot for every byte.
 *
 *   | head | pad | child[256] |        the empty ref says "no child" */
#ifndef ART_HEAD
#include "arena_prefix_head.h"
#endif
#ifndef ART_NODE_DIRECT_H
#define ART_NODE_DIRECT_H

static inline art_ref *
direct_children(const struct art_head *h)
{
	return (art_ref *)((uintptr_t)h + art_align(sizeof *h));
}

static inline size_t
direct_bytes(unsigned cap)
{
	return art_align(sizeof(struct art_head)) + cap * sizeof(art_ref);
}

static inline art_ref *
direct_find(const struct art_head *h, unsigned cap, uint8_t b)
{
	art_ref *child = &direct_children(h)[b];
	(void)cap;
	return art_ref_none(*child) ? NULL : child;
}

static inline void
direct_add(struct art_head *h, unsigned cap, uint8_t b, art_ref r)
{
	(void)cap;
	direct_children(h)[b] = r;
}

static inline void
direct_remove(struct art_head *h, unsigned cap, uint8_t b)
{
	(void)cap;
	memset(&direct_children(h)[b], 0, sizeof(art_ref));
}

static inline int
direct_next(const struct art_head *h, unsigned cap, unsigned from, art_ref **child)
{
	(void)cap;
	for (; from < 256; from++)
		if ((*child = direct_find(h, cap, (uint8_t)from)))
			return (int)from;
	return -1;
}

static inline const char *
direct_check(const struct art_head *h, unsigned cap)
{
	unsigned n = 0;
	if (cap != 256)
		return "a direct node must have room for 256";
	for (unsigned b = 0; b < 256; b++)
		n += direct_find(h, cap, (uint8_t)b) != NULL;
	return n == art_count(h) ? NULL : "a direct node's count is not its children";
}
#endif /* ART_NODE_DIRECT_H */
