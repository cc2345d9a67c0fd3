/* lanes.h: the searches inside a page and inside an index node, many bytes at a time.
 * No page, no node: tests/test_lanes.c tries them against plain loops.
 *
 * SSE2 where the compiler has it and plain C elsewhere, or everywhere with
 * -DART_NO_SIMD. The SIMD ones read whole arrays of LANES_MOST entries, however few
 * count: that much must be readable. */
#ifndef PAGE_LANES_H
#define PAGE_LANES_H

#include "../art/bytes.h"

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

#if ART_SIMD
static inline __m128i
lanes_load(const void *p)
{
	return _mm_loadu_si128((const __m128i *)p);
}

static inline unsigned
lanes_next(const uint8_t *lcp, const uint8_t *branch, unsigned n, unsigned from,
	unsigned m, uint8_t b)
{
	if (m > UINT8_MAX || from >= n)
		return from; /* no lcp reaches m */
	__m128i at = _mm_set1_epi8((char)m), byte = _mm_set1_epi8((char)b);
	uint64_t over = 0;
	for (unsigned i = 0; i < LANES_MOST; i += ART_BLOCK) {
		__m128i l = lanes_load(lcp + i), x = lanes_load(branch + i);
		__m128i deep = _mm_cmpeq_epi8(_mm_max_epu8(l, at), l); /* l >= m */
		__m128i high = _mm_cmpeq_epi8(_mm_max_epu8(x, byte), x);
		__m128i here = _mm_and_si128(_mm_cmpeq_epi8(l, at), high);
		__m128i skip = _mm_andnot_si128(here, deep);
		over |= (uint64_t)(unsigned)_mm_movemask_epi8(skip) << i;
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
	__m128i sum = _mm_setzero_si128();
	for (unsigned i = 0; i < LANES_MOST; i += ART_BLOCK) {
		__m128i kept = _mm_and_si128(lanes_load(len + i), lanes_load(keep + i));
		sum = _mm_add_epi64(sum, _mm_sad_epu8(kept, _mm_setzero_si128()));
	}
	return (size_t)(_mm_cvtsi128_si64(sum) +
			_mm_cvtsi128_si64(_mm_unpackhi_epi64(sum, sum)));
}

/* Lanes past `n` hold INT32_MAX, up to the next multiple of 4. */
static inline unsigned
lanes_rank(const int32_t *head, unsigned n, int32_t x, unsigned *equal)
{
	__m128i key = _mm_set1_epi32(x);
	__m128i below = _mm_setzero_si128(), same = below;
	for (unsigned i = 0; i < n; i += 4) {
		__m128i h = lanes_load(head + i);
		below = _mm_sub_epi32(below, _mm_cmplt_epi32(h, key));
		same = _mm_sub_epi32(same, _mm_cmpeq_epi32(h, key));
	}
	/* Both counts in one: below in the low half of each lane, same in the high. */
	__m128i both = _mm_or_si128(below, _mm_slli_epi32(same, 16));
	both = _mm_add_epi32(both, _mm_shuffle_epi32(both, 0x4e));
	both = _mm_add_epi32(both, _mm_shuffle_epi32(both, 0xb1));
	unsigned counts = (unsigned)_mm_cvtsi128_si32(both);
	unsigned rank = counts & 0xffff, ties = counts >> 16;
	*equal = rank + ties > n ? n - rank : ties; /* the lanes past n */
	return rank;
}
#else
#define lanes_next lanes_next_plain
#define lanes_sum  lanes_sum_plain
#define lanes_rank lanes_rank_plain
#endif
#endif /* PAGE_LANES_H */
