/* symbols.h: a static table of strings of 1 to SYMBOL_LONGEST bytes, and key bytes as a
 * row of their numbers ("codes"), each of the same width.
 *
 *   ref:   [ offset << 8 | length ] ...     4 bytes a symbol
 *   text:  the bytes of all symbols, BITS_PAD readable bytes behind them
 *   first: by byte, the first symbol that begins with it or a greater one
 *
 * Symbols are in order, so that a code alone tells whether what begins with it is below
 * or above a byte.
 *
 * FSST (Boncz, Neumann, Leis: FSST: Fast Random Access String Compression, VLDB 2020)
 * has 255 symbols of up to 8 bytes, which suits blocks of a few hundred strings. Here one
 * table serves all keys of a frozen index, and may be as large as it is worth: up to 2^16
 * symbols. train.h makes it.
 *
 * Ownership: a table owns two blocks of the allocator that it was made with. Threads: any
 * number may read. */
#ifndef FROZEN_SYMBOLS_H
#define FROZEN_SYMBOLS_H

#include "../page/word.h"
#include "bits.h"

enum { SYMBOL_LONGEST = 24, SYMBOLS_MOST = 1 << 16 };

struct symbols {
	uint32_t *ref;
	uint8_t *text;
	size_t text_bytes;
	uint32_t n;
	unsigned width; /* bits of a code */
	uint32_t first[257];
};

/* Where codes are: `n` of them from bit number `at` of `row` on. */
struct codes {
	const uint8_t *row;
	uint64_t at;
	uint32_t n;
};

static inline struct ab_key
symbol_at(const struct symbols *s, uint64_t code)
{
	uint32_t ref = s->ref[code];
	return (struct ab_key){ s->text + (ref >> 8), ref & 0xff };
}

static inline size_t
symbols_bytes(const struct symbols *s)
{
	return s->n ? s->n * sizeof *s->ref + s->text_bytes + BITS_PAD : 0;
}

/* Copy by eights, past the end if need be: both sides have BITS_PAD bytes to spare. */
static inline void
symbol_copy(uint8_t *to, struct ab_key from)
{
	for (size_t i = 0; i < from.n; i += 8)
		memcpy(to + i, from.p + i, 8);
}

/* The bytes that `c` stands for, to `to`, which has room for BITS_PAD more; how many. */
static inline size_t
symbols_decode(const struct symbols *s, struct codes c, uint8_t *to)
{
	uint8_t *end = to;
	for (; c.n; c.n--, c.at += s->width) {
		struct ab_key y = symbol_at(s, bits_few(c.row, c.at, s->width));
		symbol_copy(end, y);
		end += y.n;
	}
	return (size_t)(end - to);
}

/* How many bytes of `y`, which has BITS_PAD readable bytes behind it, agree with `k` from
 * `from` on. */
static inline size_t
symbol_common(struct ab_key y, struct ab_key k, size_t from)
{
	size_t most = y.n < k.n - from ? y.n : k.n - from, i = 0;
	for (; i < most; i += 8) {
		uint64_t differ = art_load8(y.p + i) ^ word_of(k, from + i);
		if (differ) {
			i += word_at(differ);
			break;
		}
	}
	return i < most ? i : most;
}

/* The codes that begin with byte number `at` of `k`: from `lo` to below `hi`. Behind its
 * end there are none, and all are above. */
struct code_bounds {
	uint32_t lo, hi;
};

static inline struct code_bounds
symbols_bounds(const struct symbols *s, struct ab_key k, size_t at)
{
	if (at >= k.n)
		return (struct code_bounds){ 0 };
	return (struct code_bounds){ s->first[k.p[at]], s->first[k.p[at] + 1] };
}

/* What `c` stands for against `k` from `*m` on: below 0, 0, above 0. `*m` moves on by
 * what they have in common. */
static int
symbols_cmp(const struct symbols *s, struct codes c, struct ab_key k, size_t *m)
{
	for (; c.n; c.n--, c.at += s->width) {
		struct ab_key y = symbol_at(s, bits_few(c.row, c.at, s->width));
		size_t common = symbol_common(y, k, *m);
		*m += common;
		if (common < y.n)
			return *m < k.n && y.p[common] < k.p[*m] ? -1 : 1;
	}
	return *m < k.n ? -1 : 0;
}

static inline void
symbols_free(const struct symbols *s, const struct ab_alloc *mem)
{
	if (s->ref)
		ab_free(mem, s->ref, s->n * sizeof *s->ref);
	if (s->text)
		ab_free(mem, s->text, s->text_bytes + BITS_PAD);
}
#endif /* FROZEN_SYMBOLS_H */
