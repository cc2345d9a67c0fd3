/* node_sorted.h: the layout of up to `cap` children with their key bytes sorted.
 *
 *   | head | key[cap] | pad | child[cap] |        key[i] leads to child[i]
 *
 * Key bytes come first so that one 16-byte load at a fixed offset finds the child
 * in every node of up to 16, whatever its capacity: no branch on the kind. That
 * load may reach past a small node; see ART_READABLE in layout.h. */
#ifndef ART_HEAD
#include "arena_prefix_head.h"
#endif
#ifndef ART_NODE_SORTED_H
#define ART_NODE_SORTED_H

static inline uint8_t *
sorted_keys(const struct art_head *h)
{
	return (uint8_t *)(uintptr_t)(h + 1);
}

static inline size_t
sorted_child_offset(unsigned cap)
{
	return art_align(sizeof(struct art_head) + cap);
}

static inline art_ref *
sorted_children(const struct art_head *h, unsigned cap)
{
	return (art_ref *)((uintptr_t)h + sorted_child_offset(cap));
}

static inline size_t
sorted_bytes(unsigned cap)
{
	size_t bytes = sorted_child_offset(cap) + cap * sizeof(art_ref);
	size_t least = sizeof(struct art_head) + ART_BLOCK - ART_READABLE;
	return bytes > least ? bytes : art_align(least);
}

static inline art_ref *
sorted_find(const struct art_head *h, unsigned cap, uint8_t b)
{
	unsigned n = art_count(h), i = art_find(sorted_keys(h), n, b);
	return i < n ? &sorted_children(h, cap)[i] : NULL;
}

static inline void
sorted_add(struct art_head *h, unsigned cap, uint8_t b, art_ref r)
{
	uint8_t *key = sorted_keys(h);
	art_ref *child = sorted_children(h, cap);
	unsigned n = art_count(h), i = art_rank(key, n, b), tail = n - i;
	memmove(key + i + 1, key + i, tail);
	memmove(child + i + 1, child + i, tail * sizeof *child);
	key[i] = b;
	child[i] = r;
}

static inline void
sorted_remove(struct art_head *h, unsigned cap, uint8_t b)
{
	uint8_t *key = sorted_keys(h);
	art_ref *child = sorted_children(h, cap);
	unsigned n = art_count(h), i = art_rank(key, n, b), tail = n - i - 1;
	memmove(key + i, key + i + 1, tail);
	memmove(child + i, child + i + 1, tail * sizeof *child);
}

static inline int
sorted_next(const struct art_head *h, unsigned cap, unsigned from, art_ref **child)
{
	const uint8_t *key = sorted_keys(h);
	unsigned n = art_count(h), i = art_rank(key, n, (uint8_t)from);
	if (i == n)
		return -1;
	*child = &sorted_children(h, cap)[i];
	return key[i];
}

static inline const char *
sorted_check(const struct art_head *h, unsigned cap)
{
	const uint8_t *key = sorted_keys(h);
	(void)cap;
	for (unsigned i = 1; i < art_count(h); i++)
		if (key[i - 1] >= key[i])
			return "the key bytes of a sorted node are not strictly "
			       "increasing";
	return NULL;
}
#endif /* ART_NODE_SORTED_H */
