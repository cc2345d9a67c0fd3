/* art_bitmap.c: an example of a layout of one's own: a bit for each byte that has a
 * child, and the children in byte order, so that a child's place is the number of
 * bits before its own. In place of the sorted and indexed nodes past 16 children.
 *
 *   | head | bit[256], in words of 64 | pad | child[cap] | */
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

/* How many of the bits are set: what __builtin_popcountll calls a function for, unless the
 * compiler may take it for granted that the processor counts. */
static inline unsigned
bitmap_count(uint64_t bits)
{
	bits -= bits >> 1 & 0x5555555555555555u; /* of each two, then of each four, ... */
	bits = (bits & 0x3333333333333333u) + (bits >> 2 & 0x3333333333333333u);
	bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0fu;
	return (unsigned)(bits * 0x0101010101010101u >> 56);
}

/* The place of byte b's child, there or not. */
static inline art_ref *
bitmap_place(const struct art_head *h, unsigned b)
{
	uint64_t word[BITMAP_BYTES / 8];
	memcpy(word, bitmap_bits(h), sizeof word);
	unsigned before = bitmap_count(word[b / 64] & (((uint64_t)1 << b % 64) - 1));
	for (unsigned i = 0; i < b / 64; i++)
		before += bitmap_count(word[i]);
	return (art_ref *)((uintptr_t)h + bitmap_bytes(0)) + before;
}

static inline bool
bitmap_has(const struct art_head *h, unsigned b)
{
	uint64_t word;
	memcpy(&word, bitmap_bits(h) + b / 64 * 8, sizeof word);
	return word >> b % 64 & 1;
}

/* The bit of byte b changes. */
static inline void
bitmap_flip(struct art_head *h, unsigned b)
{
	uint64_t word;
	memcpy(&word, bitmap_bits(h) + b / 64 * 8, sizeof word);
	word ^= (uint64_t)1 << b % 64;
	memcpy(bitmap_bits(h) + b / 64 * 8, &word, sizeof word);
}

static inline art_ref *
bitmap_find(const struct art_head *h, unsigned cap, uint8_t b)
{
	(void)cap;
	return bitmap_has(h, b) ? bitmap_place(h, b) : NULL;
}

static inline void
bitmap_add(struct art_head *h, unsigned cap, uint8_t b, art_ref r)
{
	art_ref *place = bitmap_place(h, b), *end = bitmap_place(h, 0) + art_count(h);
	(void)cap;
	memmove(place + 1, place, (size_t)(end - place) * sizeof *place);
	*place = r;
	bitmap_flip(h, b);
}

static inline void
bitmap_remove(struct art_head *h, unsigned cap, uint8_t b)
{
	art_ref *place = bitmap_place(h, b), *end = bitmap_place(h, 0) + art_count(h);
	(void)cap;
	memmove(place, place + 1, (size_t)(end - place - 1) * sizeof *place);
	bitmap_flip(h, b);
}

static inline int
bitmap_next(const struct art_head *h, unsigned cap, unsigned from, art_ref **child)
{
	(void)cap;
	for (; from < 256; from++)
		if (bitmap_has(h, from)) {
			*child = bitmap_place(h, from);
			return (int)from;
		}
	return -1;
}

static inline const char *
bitmap_check(const struct art_head *h, unsigned cap)
{
	unsigned n = 0;
	for (unsigned b = 0; b < 256; b++)
		n += bitmap_has(h, b);
	(void)cap;
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
