/* lanes.h: the searches inside a page and inside an index node, many bytes at a time.
 * No page, no node: tests/page/test_lanes.c tries them against plain loops.
 *
 * SIMD as wide as simd.h has it and plain C elsewhere, or everywhere with
 * -DART_NO_SIMD. The SIMD ones read whole arrays of LANES_MOST entries, however few
 * count: that much must be readable. */
#ifndef PAGE_LANES_H
#define PAGE_LANES_H

#include <assert.h>
#include "../bytes/bytes.h"

#ifndef LANES_MOST
#define LANES_MOST 64 /* a multiple of ART_BLOCK, 64 at most */
#endif

/* The first i in [from, n) with lcp[i] < m, or lcp[i] == m and branch[i] >= b; or n. */
static inline unsigned
lanes_next_plain(const uint8_t *lcp, const uint8_t *branch, unsigned n, unsigned from,
	unsigned m, uint8_t b)
{
	while (from < n && (lcp[from] > m || (lcp[from] == m && branch[from] < b)))
		from++;
	return from;
}

/* The sum of len[0..n). */
static inline size_t
lanes_sum_plain(const uint8_t *len, unsigned n)
{
	size_t sum = 0;
	for (unsigned i = 0; i < n; i++)
		sum += len[i];
	return sum;
}

/* How many of head[0..n) are below `x`; *equal: how many equal it. Ascending. */
static inline unsigned
lanes_rank_plain(const int32_t *head, unsigned n, int32_t x, unsigned *equal)
{
	unsigned below = 0, same = 0;
	for (unsigned i = 0; i < n; i++) {
		below += head[i] < x;
		same += head[i] == x;
	}
	*equal = same;
	return below;
}

/* Which of `row` is the first `x`; one is. */
static inline unsigned
lanes_find_plain(const uint32_t *row, uint32_t x)
{
	unsigned i = 0;
	while (row[i] != x)
		i++;
	return i;
}

#if ART_SIMD
static_assert(LANES_MOST % ART_SIMD_BYTES == 0, "arrays are read in whole vectors");

static inline unsigned
lanes_next(const uint8_t *lcp, const uint8_t *branch, unsigned n, unsigned from,
	unsigned m, uint8_t b)
{
	if (m > UINT8_MAX || from >= n)
		return from; /* no lcp reaches m */
	simd at = simd_splat(m), byte = simd_splat(b);
	uint64_t over = 0;
	for (unsigned i = 0; i < LANES_MOST; i += ART_SIMD_BYTES) {
		simd l = simd_load(lcp + i), x = simd_load(branch + i);
		simd_set here = simd_equal(l, at) & simd_not_below(x, byte);
		simd_set skip = simd_not_below(l, at) & ~here;
		over |= simd_bits(skip) << i;
	}
	uint64_t reached = ~over >> from;
	unsigned i = reached ? from + (unsigned)__builtin_ctzll(reached) : n;
	return i < n ? i : n;
}

static inline size_t
lanes_sum(const uint8_t *len, unsigned n)
{
#define LANES_16(x) x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x
	static const uint8_t ones[128] = { LANES_16(255), LANES_16(255), LANES_16(255),
		LANES_16(255) };
#undef LANES_16
	const uint8_t *keep = ones + 64 - n;
	simd64 sums = { 0 };
	for (unsigned i = 0; i < LANES_MOST; i += ART_SIMD_BYTES)
		sums += simd_sums(simd_load(len + i) & simd_load(keep + i));
	return (size_t)simd64_total(sums);
}

/* Lanes past `n` hold INT32_MAX, up to the next multiple of 4. By blocks, for whole
 * vectors would need those past that masked, which made it slower. */
static inline unsigned
lanes_rank(const int32_t *head, unsigned n, int32_t x, unsigned *equal)
{
	art_block32 key = block32_splat(x), below = block32_splat(0), same = below;
	for (unsigned i = 0; i < n; i += 4) {
		art_block32 h = block32_load(head + i);
		below = block32_count(below, block32_below(h, key));
		same = block32_count(same, block32_equal(h, key));
	}
	/* Both counts in one: below in the low half of each lane, same in the high. */
	unsigned counts = block32_total(below + (same << 16));
	unsigned rank = counts & 0xffff, ties = counts >> 16;
	*equal = rank + ties > n ? n - rank : ties; /* the lanes past n */
	return rank;
}

/* Reads four at a time, so up to three past it. */
static inline unsigned
lanes_find(const uint32_t *row, uint32_t x)
{
	art_block32 key = block32_splat((int32_t)x);
	for (unsigned i = 0;; i += 4) {
		art_block32 r = block32_load((const int32_t *)(const void *)(row + i));
		unsigned bits = block32_bits(block32_equal(r, key));
		if (bits)
			return i + (unsigned)__builtin_ctz(bits) / 4;
	}
}
#else
#define lanes_next lanes_next_plain
#define lanes_sum  lanes_sum_plain
#define lanes_rank lanes_rank_plain
#define lanes_find lanes_find_plain
#endif
#endif /* PAGE_LANES_H */
