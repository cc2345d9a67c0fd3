/* layout.h: what a node's layout builds on, and the three layouts that come with
 * the template. A head file (boxed_head.h, arena_key_head.h and the other *_head.h)
 * defines ART_HEAD, art_ref, art_ref_none, struct art_head, ART_NODE_ALIGN, of which every
 * node is a multiple, and ART_READABLE, the bytes that may be read past a node's
 * end; and then includes this.
 *
 * A layout L is six functions over a head `h` and a capacity `cap`:
 *
 *   size_t L_bytes(cap)                     of a whole node, head included
 *   art_ref *L_find(h, cap, b)              the slot of byte b's child, or NULL
 *   void L_add(h, cap, b, r)                b is new, and there is room
 *   void L_remove(h, cap, b)                b is there
 *   int L_next(h, cap, from, &child)        least byte >= from <= 255, with its slot, or -1
 *   const char *L_check(h, cap)             NULL, or the first thing broken
 *
 * and is named, with those of the kinds of node that it makes, before a storage is included:
 *
 *   #define ART_LAYOUTS(K) K(sorted) K(L) K(direct)           each layout that is used
 *   #define ART_KINDS(K) K(sorted, 4) K(L, 48) K(direct, 256)  with their capacities
 *   #include "art/arena_prefix.h"
 *
 * Capacities ascend, the last is 256, and there are 16 kinds at most.
 *
 * The caller keeps the count: L_add and L_remove see the one before the change.
 * A new node is all zeros behind its head.
 *
 * L_add cannot refuse: any `cap` bytes must fit, whichever they are, for nodes.h chooses
 * a kind by the number of children alone, wherever a node grows, shrinks or is moved. A
 * layout whose room depends on the bytes has the room of those that suit it least as its
 * capacity.
 *
 * A node stands at any multiple of ART_NODE_ALIGN: of 2 bytes in chunks, of 8 in boxed.h.
 * So a layout reads and writes wider words by memcpy or art_load8 (bytes.h), not through
 * pointers to them. */
#ifndef ART_HEAD
#include "arena_prefix_head.h"
#endif
#ifndef ART_LAYOUT_H
#define ART_LAYOUT_H

#include <assert.h>
#include "ab.h"
#include "../bytes/bytes.h"

/* word: count in bits 0-8 (a full Node256 counts 256), kind in bits 9-12, bit 13
 * set if there is room for a terminal; bits 14-15 are the storage's own. */
enum {
	ART_COUNT_MASK = 0x1ff,
	ART_KIND_SHIFT = 9,
	ART_KIND_MASK = 15,
	ART_ENDS = 1 << 13,
	ART_OWN = 3 << 14
};

static inline unsigned
art_count(const struct art_head *h)
{
	return h->word & ART_COUNT_MASK;
}

static inline unsigned
art_kind(const struct art_head *h)
{
	return (unsigned)(h->word >> ART_KIND_SHIFT) & ART_KIND_MASK;
}

/* `n` rounded up to where a ref may stand. */
static inline size_t
art_align(size_t n)
{
	return (n + _Alignof(art_ref) - 1) & ~(_Alignof(art_ref) - 1);
}

/* ---- sorted: up to `cap` children with their key bytes sorted.
 *
 *   | head | key[cap] | pad | child[cap] |        key[i] leads to child[i]
 *
 * Key bytes come first so that one 16-byte load at a fixed offset finds the child
 * in every node of up to 16, whatever its capacity: no branch on the kind. That
 * load may reach past a small node; see ART_READABLE. */

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

/* ---- indexed: 256 slot bytes naming up to `cap` (< 256) children.
 *
 *   | head | slot[256] | pad | child[cap] |   slot[b] - 1 is b's child; 0: none
 *
 * Children stay dense: removal moves the last one into the hole. */

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

/* ---- direct: one child slot for every byte.
 *
 *   | head | pad | child[256] |        the empty ref says "no child" */

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
#endif /* ART_LAYOUT_H */
