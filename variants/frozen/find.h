/* find.h: the search in a page (frozen_page.h).
 *
 * It never decodes a key. It knows how many bytes of the key looked for the page's parent
 * has matched, and from entry to entry how many the entry before has: an entry that shares
 * more with the one before is smaller, too; one that shares less is greater; and only where
 * both are equal its codes are looked at, which are then the next bytes. Of these the first
 * one says most: codes are in the order of their symbols.
 *
 * What entries share and their first codes are side by side, so the next entry of which
 * this does not tell that it is smaller is found for PAGE_LANES at once. SSE2 where the
 * compiler has it; elsewhere, with -DART_NO_SIMD, and in a page with an escaped entry, one
 * after the other. */
#ifndef FROZEN_FIND_H
#define FROZEN_FIND_H

#include "frozen_page.h"

/* Where a key is or would be in a page. */
struct page_place {
	uint32_t i;     /* the first entry not below it; n: none */
	bool exact;     /* that is the key itself */
	size_t matched; /* what the key has in common with the last entry not above it */
};

/* What is known of a search when it comes to an entry. */
struct page_search {
	const struct symbols *y;
	const struct probe *k;
	size_t matched; /* what the key has in common with the last entry not above it */
	struct code_bounds bounds; /* the codes that go on like the key from there */
	bool exact;
};

/* An entry that shares with the one before what that one has in common with the key: is it
 * below the key? Its codes, from the first on, say. */
static inline bool
page_below(struct page_search *w, struct codes c)
{
	if (c.n && (c.first < w->bounds.lo || c.first >= w->bounds.hi))
		return c.first < w->bounds.lo;
	size_t matched = w->matched;
	int order = symbols_cmp(w->y, c, w->k, &matched);
	w->exact = order == 0;
	if (order > 0)
		return false;
	w->matched = matched;
	w->bounds = symbols_bounds(w->y, w->k->k, matched);
	return order < 0;
}

/* The first entry from the one after the first on that is not below the key, one after the
 * other; that one begins at bit `at`. */
static inline uint32_t
page_pass(
	struct page_search *w, const struct page *g, const struct shapes *s, uint64_t at)
{
	uint32_t i = 1;
	for (; i < g->n; i++) {
		struct page_entry e = page_entry(g, s, i, at);
		if (e.shared < w->matched)
			break;
		if (e.shared == w->matched && !page_below(w, e.codes))
			break;
		at = page_entry_end(&e, w->y->width);
	}
	return i;
}

#if ART_SIMD
/* Of each entry in turn, 16 bits each: what its shape says, and its first code. */
struct page_lanes {
	__m128i shared[2], rest[2], first[2];
};

static inline __m128i
lanes_of(const void *p)
{
	return _mm_loadu_si128((const __m128i *)p);
}

static inline bool
page_is_escaped(const struct page *g)
{
	__m128i escape = _mm_set1_epi8((char)SHAPE_ESCAPE);
	unsigned here = (unsigned)_mm_movemask_epi8(
		_mm_cmpeq_epi8(lanes_of(g->shapes), escape));
	return here & ((1u << g->n) - 1);
}

/* Eight entries' shapes. */
static inline __m128i
lanes_shapes(const uint8_t *shapes, const struct shapes *s)
{
	uint16_t pair[8];
	for (unsigned i = 0; i < 8; i++)
		memcpy(&pair[i], &s->shape[shapes[i]], sizeof pair[i]);
	return _mm_setr_epi16((short)pair[0], (short)pair[1], (short)pair[2],
		(short)pair[3], (short)pair[4], (short)pair[5], (short)pair[6],
		(short)pair[7]);
}

/* The first codes of the first eight entries, or of the others. */
static inline __m128i
lanes_firsts(const struct page *g, unsigned half)
{
	if (g->first_bytes > 1)
		return lanes_of(g->firsts + 16 * half);
	__m128i bytes = lanes_of(g->firsts), none = _mm_setzero_si128();
	return half ? _mm_unpackhi_epi8(bytes, none) : _mm_unpacklo_epi8(bytes, none);
}

static inline struct page_lanes
page_lanes(const struct page *g, const struct shapes *s)
{
	struct page_lanes l;
	for (unsigned half = 0; half < 2; half++) {
		__m128i shape = lanes_shapes(g->shapes + 8 * half, s);
		l.shared[half] = _mm_and_si128(shape, _mm_set1_epi16(0xff));
		l.rest[half] = _mm_subs_epu16(
			_mm_srli_epi16(shape, 8), _mm_set1_epi16(1));
		l.first[half] = lanes_firsts(g, half);
	}
	return l;
}

/* The first of `n` entries from `from` on that does not share more than `shared` with the
 * one before, and that, if it shares as much, has no first code below `lo`; or n. */
static inline uint32_t
lanes_next(const struct page_lanes *l, uint32_t n, uint32_t from, unsigned shared,
	unsigned lo)
{
	__m128i at = _mm_set1_epi16((short)shared), code = _mm_set1_epi16((short)lo),
		skip[2];
	for (unsigned half = 0; half < 2; half++) {
		__m128i same = _mm_cmpeq_epi16(l->shared[half], at);
		/* all ones: not below */
		__m128i high = _mm_cmpeq_epi16(
			_mm_subs_epu16(code, l->first[half]), _mm_setzero_si128());
		skip[half] = _mm_or_si128(_mm_cmpgt_epi16(l->shared[half], at),
			_mm_andnot_si128(high, same));
	}
	unsigned over = (unsigned)_mm_movemask_epi8(_mm_packs_epi16(skip[0], skip[1]));
	unsigned i = from + (unsigned)__builtin_ctz(~over >> from);
	return i < n ? i : n;
}

/* How many codes of entries before the i-th are in the row. */
static inline uint32_t
lanes_codes(const struct page_lanes *l, uint32_t i)
{
	static const uint16_t ones[2 * PAGE_LANES] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		1, 1, 1, 1 };
	const uint16_t *keep = ones + PAGE_LANES - i;
	__m128i sum = _mm_add_epi32(_mm_madd_epi16(l->rest[0], lanes_of(keep)),
		_mm_madd_epi16(l->rest[1], lanes_of(keep + 8)));
	sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
	sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xb1));
	return (uint32_t)_mm_cvtsi128_si32(sum);
}

/* As page_pass, for a page without an escaped entry. */
static inline uint32_t
page_pass_lanes(struct page_search *w, const struct page *g, const struct shapes *s)
{
	struct page_lanes l = page_lanes(g, s);
	for (uint32_t i = 1;; i++) {
		/* What all but the first share is no more than a key's 16 bits. */
		size_t beyond = w->matched - g->floor;
		if (w->matched < g->floor)
			return g->n;
		if (beyond >= SHAPE_SIDE)
			return i;
		i = lanes_next(&l, g->n, i, (unsigned)beyond, w->bounds.lo);
		if (i == g->n)
			return i;
		struct shape shape = s->shape[g->shapes[i]];
		uint64_t at = (uint64_t)lanes_codes(&l, i) * w->y->width;
		struct codes c = { g->codes, at, shape.codes, page_first(g, i) };
		if (shape.shared < beyond || !page_below(w, c))
			return i;
	}
}
#endif

/* Look for `k` in the page, `matched` bytes of it being what it has in common with the
 * page's separator. */
static inline struct page_place
page_find(const struct page *g, const struct shapes *s, const struct symbols *y,
	const struct probe *k, size_t matched)
{
	struct page_search w = { .y = y, .k = k };
	w.matched = matched < g->shared ? matched : g->shared;
	w.bounds = symbols_bounds(y, k->k, w.matched);
	struct page_entry e = page_entry(g, s, 0, 0);
	uint32_t i = 0;
	if (w.matched < g->shared || page_below(&w, e.codes)) {
#if ART_SIMD
		if (!page_is_escaped(g))
			i = page_pass_lanes(&w, g, s);
		else
#endif
			i = page_pass(&w, g, s, page_entry_end(&e, y->width));
	}
	return (struct page_place){ i, w.exact, w.matched };
}

/* The first bit of entry `i`, or of what would be behind the last one. */
static inline uint64_t
page_entry_at(
	const struct page *g, const struct shapes *s, unsigned code_width, uint32_t i)
{
	uint64_t at = 0;
	for (uint32_t j = 0; j < i; j++) {
		struct page_entry e = page_entry(g, s, j, at);
		at = page_entry_end(&e, code_width);
	}
	return at;
}
#endif /* FROZEN_FIND_H */
