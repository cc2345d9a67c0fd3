/* bytes.h: compare runs of key bytes, and find one byte in a sorted run. No tree,
 * no node, no ref: every variant shares this as it stands, and tests/art/test_bytes.c
 * tries every count and byte against plain loops.
 *
 * The searches read whole blocks of ART_BLOCK bytes: `keys` must be readable up
 * to the next multiple of ART_BLOCK past `n`. They use what simd.h has and plain C
 * elsewhere, or everywhere with -DART_NO_SIMD. */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "simd.h"

/* Index of `b` in keys[0..n), or n. */
static inline unsigned
art_find_plain(const uint8_t *keys, unsigned n, uint8_t b)
{
	unsigned i = 0;
	while (i < n && keys[i] != b)
		i++;
	return i;
}

/* Number of keys[0..n) below `b`, as unsigned bytes: where `b` is or would go. */
static inline unsigned
art_rank_plain(const uint8_t *keys, unsigned n, uint8_t b)
{
	unsigned i = 0;
	while (i < n && keys[i] < b)
		i++;
	return i;
}

#if ART_SIMD
/* Index of the first set bit of `mask` past `i`, capped at n. */
static inline unsigned
art_block_first(unsigned mask, unsigned i, unsigned n)
{
	unsigned at = i + (unsigned)__builtin_ctz(mask);
	return at < n ? at : n;
}

/* As art_find_plain. */
static inline unsigned
art_find(const uint8_t *keys, unsigned n, uint8_t b)
{
	art_block byte = block_splat(b);
	for (unsigned i = 0; i < n; i += ART_BLOCK) {
		art_block v = block_load(keys + i);
		unsigned mask = block_bits(block_equal(v, byte));
		if (mask)
			return art_block_first(mask, i, n);
	}
	return n;
}

/* As art_rank_plain. */
static inline unsigned
art_rank(const uint8_t *keys, unsigned n, uint8_t b)
{
	art_block byte = block_splat(b);
	for (unsigned i = 0; i < n; i += ART_BLOCK) {
		art_block v = block_load(keys + i);
		unsigned mask = block_bits(block_not_below(v, byte));
		if (mask)
			return art_block_first(mask, i, n);
	}
	return n;
}
#else
#define art_find art_find_plain
#define art_rank art_rank_plain
#endif

static inline uint64_t
art_load8(const uint8_t *p)
{
	uint64_t v;
	memcpy(&v, p, sizeof v);
	return v;
}

static inline uint32_t
art_load4(const uint8_t *p)
{
	uint32_t v;
	memcpy(&v, p, sizeof v);
	return v;
}

/* memcmp(a, b, n) == 0 without the call: most prefixes and suffixes are short. */
static inline bool
art_same(const uint8_t *a, const uint8_t *b, size_t n)
{
	if (n >= 8) {
		for (size_t i = 0; i + 8 < n; i += 8)
			if (art_load8(a + i) != art_load8(b + i))
				return false;
		return art_load8(a + n - 8) == art_load8(b + n - 8);
	}
	if (n >= 4)
		return art_load4(a) == art_load4(b) &&
		       art_load4(a + n - 4) == art_load4(b + n - 4);
	for (size_t i = 0; i < n; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define WORD_LITTLE 1
#else
#define WORD_LITTLE 0
#endif

/* Which byte of a word in memory order (word.h) is the first that is not zero; x != 0. */
static inline size_t
word_at(uint64_t x)
{
	return (size_t)(WORD_LITTLE ? __builtin_ctzll(x) : __builtin_clzll(x)) / 8;
}

/* Length of the longest common prefix of a[0..n) and b[0..n): by words, of which the last
 * ends where they do. */
static inline size_t
art_common(const uint8_t *a, const uint8_t *b, size_t n)
{
	size_t i = 0;
	if (n < 8) {
		while (i < n && a[i] == b[i])
			i++;
		return i;
	}
	for (;;) {
		uint64_t differ = art_load8(a + i) ^ art_load8(b + i);
		if (differ)
			return i + word_at(differ);
		if (i == n - 8)
			return n;
		i = i + 16 <= n ? i + 8 : n - 8;
	}
}

/* Begin to load the line that `p` is in. The empty statement is for gcc, which takes a
 * function that only prefetches for one without effect and leaves out calls of it, and
 * else puts prefetches off until after what they are for. */
static inline void
art_prefetch(const void *p)
{
	__builtin_prefetch(p);
	__asm__ volatile("");
}
#endif /* BYTES_H */
