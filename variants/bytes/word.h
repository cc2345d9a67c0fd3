/* word.h: up to 8 key bytes at a time in a machine word, in memory order, so that the
 * first byte that differs is found on machines of either byte order. */
#ifndef BYTES_WORD_H
#define BYTES_WORD_H

#include "ab.h"
#include "bytes.h"

/* The first `n` < 8 bytes of `w`, the rest zero. */
static inline uint64_t
word_first(uint64_t w, size_t n)
{
	uint64_t cut = ~(uint64_t)0;
	return w & (WORD_LITTLE ? ~(cut << 8 * n) : n ? cut << (64 - 8 * n) : 0);
}

/* The 8 bytes of `key` from `at` <= key.n on, zero where it has ended. */
static inline uint64_t
word_of(struct ab_key key, size_t at)
{
	if (at + 8 <= key.n)
		return art_load8(key.p + at);
	size_t left = key.n - at;
	if (key.n >= 8 && left) {
		uint64_t w = art_load8(key.p + key.n - 8);
		return WORD_LITTLE ? w >> (64 - 8 * left) : w << (64 - 8 * left);
	}
	uint8_t bytes[8] = { 0 };
	for (size_t i = 0; i < left; i++)
		bytes[i] = key.p[at + i];
	return art_load8(bytes);
}

/* As a number that compares as the bytes do. */
static inline uint64_t
word_number(uint64_t w)
{
	return WORD_LITTLE ? __builtin_bswap64(w) : w;
}
#endif /* BYTES_WORD_H */
