/* page.h: a page of a frozen index: entries in order, front-coded (Witten, Moffat, Bell:
 * Managing Gigabytes, 1999), their bytes as codes of one symbol table, their values as
 * narrow as their spread.
 *
 *   +0   shared: what its first key has in common with the last key of the page before
 *   +2   floor: what each other key has in common with its neighbour, at least
 *   +4   width of a value in bits
 *   +5   how many bytes of base follow: the least value, lowest byte first
 *        a shape for each entry (shapes.h)
 *        values less the base, `width` bits each, up to a whole byte
 *        codes, entry by entry: all of the first key past `shared`, of the others past
 *        what they share; an escaped entry's two numbers in front of its codes
 *
 * Nothing in a page says how many entries it has, nor where it ends: all pages of a level
 * are full but the last one.
 *
 * A search never decodes a key. It knows how many bytes of the key looked for the page's
 * parent has matched, and from entry to entry how many the entry before has: an entry that
 * shares more with the one before is smaller, too; one that shares less is greater; and
 * only where both are equal its codes are looked at, which are then the next bytes. */
#ifndef FROZEN_PAGE_H
#define FROZEN_PAGE_H

#include "frame.h"
#include "shapes.h"
#include "symbols.h"

/* Entries of a page. Larger pages save heads and separators, smaller ones are searched
 * sooner (docs/2026-11-25-frozen.md). */
#ifndef FROZEN_LEAF_FAN
#define FROZEN_LEAF_FAN 16
#endif
#ifndef FROZEN_INDEX_FAN
#define FROZEN_INDEX_FAN 16
#endif
enum { PAGE_HEAD = 6, PAGE_SHARED_MOST = UINT16_MAX };

struct page {
	const uint8_t *shapes, *values, *codes;
	uint64_t base;
	uint32_t n;
	uint32_t shared, floor;
	unsigned width;
};

/* An entry in turn: what it shares with the one before, and its codes. */
struct page_entry {
	size_t shared;
	struct codes codes;
};

/* The page of `n` entries that begins at `p`. */
static inline struct page
page_open(const uint8_t *p, uint32_t n)
{
	struct page g = { .n = n, .shared = bits_load16(p), .floor = bits_load16(p + 2) };
	unsigned base_bytes = p[5];
	g.width = p[4];
	g.base = bits_low(bits_load64(p + PAGE_HEAD), 8 * base_bytes);
	g.shapes = p + PAGE_HEAD + base_bytes;
	g.values = g.shapes + n;
	g.codes = g.values + frame_row(n, g.width);
	return g;
}

/* Begin to load a page of `bytes` bytes, so that its head, shapes, codes and values are
 * waited for together and not one after the other. */
static inline void
page_prefetch(const uint8_t *p, size_t bytes)
{
	enum { LINE = 64 };
	for (size_t i = 0; i < bytes; i += LINE)
		__builtin_prefetch(p + i);
}

static inline uint64_t
page_value(const struct page *g, uint32_t i)
{
	return g->base + bits_get(g->values, (uint64_t)i * g->width, g->width);
}

/* Entry `i`, whose first bit is number `at`. */
static inline struct page_entry
page_entry(const struct page *g, const struct shapes *s, uint32_t i, uint64_t at)
{
	struct page_entry e = { .codes = { g->codes, at, 0 } };
	uint8_t number = g->shapes[i];
	if (number != SHAPE_ESCAPE) {
		e.shared = s->shape[number].shared;
		e.codes.n = s->shape[number].codes;
	} else {
		e.shared = bits_few(g->codes, at, 16);
		e.codes.n = (uint32_t)bits_few(g->codes, at + 16, 16);
		e.codes.at += SHAPE_ESCAPE_BITS;
	}
	e.shared += i ? g->floor : g->shared;
	return e;
}

static inline uint64_t
page_entry_end(const struct page_entry *e, unsigned code_width)
{
	return e->codes.at + (uint64_t)e->codes.n * code_width;
}

/* Where a key is or would be in a page. */
struct page_place {
	uint32_t i;     /* the first entry not below it; n: none */
	bool exact;     /* that is the key itself */
	uint64_t at;    /* its first bit */
	size_t matched; /* what the key has in common with the last entry not above it */
};

/* What is known of a search when it comes to an entry. */
struct page_search {
	uint64_t at;    /* the entry's first bit */
	size_t matched; /* what the key has in common with the last entry not above it */
	struct code_bounds bounds; /* the codes that go on like the key from there */
	bool exact;
};

/* An entry that shares with the one before what that one has in common with `k`: is it
 * below `k`? Its codes, from the first on, say. */
static inline bool
page_below(
	struct page_search *w, const struct symbols *y, struct codes c, struct ab_key k)
{
	uint64_t code = bits_few(c.row, c.at, y->width);
	if (c.n && (code < w->bounds.lo || code >= w->bounds.hi))
		return code < w->bounds.lo;
	size_t matched = w->matched;
	int order = symbols_cmp(y, c, k, &matched);
	w->exact = order == 0;
	if (order > 0)
		return false;
	w->matched = matched;
	w->bounds = symbols_bounds(y, k, matched);
	return order < 0;
}

/* The same for any entry, an escaped one, too. Moves w->at past it if it is. */
static inline bool
page_passes(struct page_search *w, const struct page *g, const struct shapes *s,
	const struct symbols *y, uint32_t i, struct ab_key k)
{
	struct page_entry e = page_entry(g, s, i, w->at);
	if (e.shared < w->matched)
		return false;
	if (e.shared == w->matched && !page_below(w, y, e.codes, k))
		return false;
	w->at = page_entry_end(&e, y->width);
	return true;
}

/* Look for `k` in the page, `matched` bytes of it being what it has in common with the
 * page's separator. */
static inline struct page_place
page_find(const struct page *g, const struct shapes *s, const struct symbols *y,
	struct ab_key k, size_t matched)
{
	struct page_search w = { .matched = matched < g->shared ? matched : g->shared };
	w.bounds = symbols_bounds(y, k, w.matched);
	uint32_t i = 0;
	bool below = page_passes(&w, g, s, y, i, k);
	while (below && ++i < g->n) {
		struct shape shape = s->shape[g->shapes[i]];
		/* Most entries share more than `k` does, or are told from it by one code. */
		if (g->shapes[i] == SHAPE_ESCAPE)
			below = page_passes(&w, g, s, y, i, k);
		else if (g->floor + shape.shared > w.matched)
			w.at += shape.bits;
		else if (g->floor + shape.shared < w.matched)
			below = false;
		else if ((below = page_below(&w, y,
				  (struct codes){ g->codes, w.at, shape.codes }, k)))
			w.at += shape.bits;
	}
	return (struct page_place){ i, w.exact, w.at, w.matched };
}
#endif /* FROZEN_PAGE_H */
