/* frozen_symbols.h: a static table of strings of 1 to SYMBOL_LONGEST bytes, and key bytes as a
 * row of their numbers ("codes"), each of the same width.
 *
 *   slot:  by symbol, 16 bytes: its own, zeros, and in the last one how many they are
 *   first: by byte, the first symbol that begins with it or a greater one
 *
 * A symbol is one load, and is compared as one. Symbols are in order, so that a code alone
 * tells whether what begins with it is below or above a byte.
 *
 * FSST (Boncz, Neumann, Leis: FSST: Fast Random Access String Compression, VLDB 2020)
 * has 255 symbols of up to 8 bytes, which suits blocks of a few hundred strings. Here one
 * table serves all keys of a frozen index, and may be as large as it is worth: up to 2^16
 * symbols. train.h makes it.
 *
 * Ownership: a table owns a block of the allocator that it was made with. Threads: any
 * number may read. */
#ifndef FROZEN_SYMBOLS_H
#define FROZEN_SYMBOLS_H

#include "../bytes/word.h"
#include "../bytes/bits.h"

enum { SYMBOL_SLOT = 16, SYMBOL_LONGEST = SYMBOL_SLOT - 1, SYMBOLS_MOST = 1 << 16 };

struct symbols {
	uint8_t *slot;
	uint32_t n;
	unsigned width; /* bits of a code */
	uint32_t first[257];
};

/* Codes: `n` of them, of which the first stands apart and the others from bit number `at`
 * of `row` on. Readers look at one more, and use it not. */
struct codes {
	const uint8_t *row;
	uint64_t at;
	uint32_t n, first;
};

/* How many of `n` codes are in the row. */
static inline uint32_t
codes_rest(uint32_t n)
{
	return n - (n > 0);
}

/* On to the next code, or past the last one. */
static inline void
codes_next(struct codes *c, unsigned width)
{
	c->first = (uint32_t)bits_few(c->row, c->at, width);
	c->at += width;
	c->n--;
}

static inline struct ab_key
symbol_at(const struct symbols *s, uint32_t code)
{
	const uint8_t *slot = s->slot + (size_t)code * SYMBOL_SLOT;
	return (struct ab_key){ slot, slot[SYMBOL_LONGEST] };
}

static inline size_t
symbols_bytes(const struct symbols *s)
{
	return (size_t)s->n * SYMBOL_SLOT;
}

/* The bytes that `c` stands for, to `to`, which has room for SYMBOL_SLOT more; how many. */
static inline size_t
symbols_decode(const struct symbols *s, struct codes c, uint8_t *to)
{
	uint8_t *end = to;
	for (; c.n; codes_next(&c, s->width)) {
		struct ab_key y = symbol_at(s, c.first);
		memcpy(end, y.p, SYMBOL_SLOT);
		end += y.n;
	}
	return (size_t)(end - to);
}

/* A key that is looked for. Its end is copied to where as many bytes follow, so that
 * SYMBOL_SLOT bytes can be read from any place in it. */
struct probe {
	struct ab_key k;
	uint8_t end[2 * SYMBOL_SLOT]; /* the last ones of the key, up to the middle */
};

static inline void
probe_open(struct probe *p, struct ab_key k)
{
	p->k = k;
	memset(p->end, 0, sizeof p->end);
	if (k.n >= SYMBOL_SLOT)
		memcpy(p->end, k.p + k.n - SYMBOL_SLOT, SYMBOL_SLOT);
	else if (k.n)
		memcpy(p->end + SYMBOL_SLOT - k.n, k.p, k.n);
}

/* SYMBOL_SLOT bytes of the key from number `at` <= k.n on; behind its end any. */
static inline const uint8_t *
probe_at(const struct probe *p, size_t at)
{
	size_t left = p->k.n - at;
	return left < SYMBOL_SLOT ? p->end + SYMBOL_SLOT - left : p->k.p + at;
}

/* How many bytes of a symbol of `n` agree with those at `p`. */
static inline size_t
symbol_common(const uint8_t *symbol, size_t n, const uint8_t *p)
{
#if ART_SIMD
	__m128i a = _mm_loadu_si128((const __m128i *)(const void *)symbol);
	__m128i b = _mm_loadu_si128((const __m128i *)(const void *)p);
	unsigned same = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(a, b));
	return (size_t)__builtin_ctz(~same | 1u << n);
#else
	size_t i = 0;
	while (i < n && symbol[i] == p[i])
		i++;
	return i;
#endif
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

/* What `c` stands for against the key from `*m` on: below 0, 0, above 0. `*m` moves on by
 * what they have in common. */
static inline int
symbols_cmp(const struct symbols *s, struct codes c, const struct probe *p, size_t *m)
{
	for (; c.n; codes_next(&c, s->width)) {
		struct ab_key y = symbol_at(s, c.first);
		const uint8_t *at = probe_at(p, *m);
		size_t left = p->k.n - *m, common = symbol_common(y.p, y.n, at);
		if (common >= left) {
			*m = p->k.n;
			return y.n > left || c.n > 1;
		}
		*m += common;
		if (common < y.n)
			return y.p[common] < at[common] ? -1 : 1;
	}
	return *m < p->k.n ? -1 : 0;
}

static inline void
symbols_free(const struct symbols *s, const struct ab_alloc *mem)
{
	if (s->slot)
		ab_free(mem, s->slot, symbols_bytes(s));
}
#endif /* FROZEN_SYMBOLS_H */
