/* art_bitmap.c: an example of a layout of one's own: a bit for each byte that has a
 * child, and the children in byte order, so that a child's place is the number of
 * bits before its own. In place of the sorted and indexed nodes past 16 children.
 *
 *   | head | bit[256] | pad | child[cap] | */
#include "art/arena_prefix_head.h"

enum { BITMAP_BYTES = 32 };

static inline size_t
bitmap_bytes(unsigned cap)
{
	return art_align(sizeof(struct art_head) + BITMAP_BYTES) + cap * sizeof(art_ref);
}

static inline uint8_t *
bitmap_bits(const struct art_head *h)
{
	return (uint8_t *)(uintptr_t)(h + 1);
}

/* The place of byte b's child, there or not. */
static inline art_ref *
bitmap_place(const struct art_head *h, unsigned b)
{
	const uint8_t *bits = bitmap_bits(h);
	unsigned before = (unsigned)__builtin_popcount(bits[b / 8] & ((1u << b % 8) - 1));
	for (unsigned i = 0; i < b / 8; i++)
		before += (unsigned)__builtin_popcount(bits[i]);
	return (art_ref *)((uintptr_t)h + bitmap_bytes(0)) + before;
}

static inline art_ref *
bitmap_find(const struct art_head *h, unsigned cap, uint8_t b)
{
	(void)cap;
	return bitmap_bits(h)[b / 8] >> b % 8 & 1 ? bitmap_place(h, b) : NULL;
}

static inline void
bitmap_add(struct art_head *h, unsigned cap, uint8_t b, art_ref r)
{
	art_ref *place = bitmap_place(h, b), *end = bitmap_place(h, 0) + art_count(h);
	(void)cap;
	memmove(place + 1, place, (size_t)(end - place) * sizeof *place);
	*place = r;
	bitmap_bits(h)[b / 8] |= (uint8_t)(1u << b % 8);
}

static inline void
bitmap_remove(struct art_head *h, unsigned cap, uint8_t b)
{
	art_ref *place = bitmap_place(h, b), *end = bitmap_place(h, 0) + art_count(h);
	(void)cap;
	memmove(place, place + 1, (size_t)(end - place - 1) * sizeof *place);
	bitmap_bits(h)[b / 8] &= (uint8_t) ~(1u << b % 8);
}

static inline int
bitmap_next(const struct art_head *h, unsigned cap, unsigned from, art_ref **child)
{
	for (; from < 256; from++)
		if ((*child = bitmap_find(h, cap, (uint8_t)from)))
			return (int)from;
	return -1;
}

static inline const char *
bitmap_check(const struct art_head *h, unsigned cap)
{
	unsigned n = 0;
	for (unsigned b = 0; b < 256; b++)
		n += bitmap_find(h, cap, (uint8_t)b) != NULL;
	return n == art_count(h) ? NULL : "a bitmap node's count is not its bits";
}

#define ART_LAYOUTS(L) L(sorted) L(bitmap) L(direct)
#define ART_KINDS(K)                                                                     \
	K(sorted, 2) K(sorted, 4) K(sorted, 8) K(sorted, 16) K(bitmap, 48) K(direct, 256)
#include "art/arena_prefix.h"

const struct ab_variant ab_variant_art_bitmap = {
	.name = "art_bitmap",
	.label = "ART bitmap nodes",
	ART_VARIANT,
};
