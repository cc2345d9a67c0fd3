/* frozen_page.h: a page of a frozen index: entries in order, front-coded (Witten, Moffat, Bell:
 * Managing Gigabytes, 1999), their bytes as codes of one symbol table, their values as
 * narrow as their spread.
 *
 *   +0   shared: what its first key has in common with the last key of the page before
 *   +2   floor: what each other key has in common with its neighbour, at least
 *   +4   width of a value in bits
 *   +5   how many bytes of base follow: the least value, lowest byte first
 *        a shape for each entry (shapes.h)
 *        the first code of each entry, in 2 bytes, or in 1 if codes fit
 *        values less the base, `width` bits each, up to a whole byte
 *        the other codes, entry by entry: all of the first key past `shared`, of the
 *        others past what they share; an escaped entry's two numbers in front of them
 *
 * Nothing in a page says how many entries it has, nor where it ends: all pages of a level
 * are full but the last one. find.h has the search. */
#ifndef FROZEN_PAGE_H
#define FROZEN_PAGE_H

#include "../bytes/frame.h"
#include "shapes.h"
#include "frozen_symbols.h"

/* Entries of a page. Larger pages save heads and separators, smaller ones are searched
 * sooner (docs/design/frozen.md). */
#ifndef FROZEN_LEAF_FAN
#define FROZEN_LEAF_FAN 16
#endif
#ifndef FROZEN_INDEX_FAN
#define FROZEN_INDEX_FAN 16
#endif
/* Bytes that must be readable behind a page: searches take PAGE_LANES entries' shapes and
 * first codes at a time, however many there are. */
enum { PAGE_HEAD = 6, PAGE_SHARED_MOST = UINT16_MAX, PAGE_LANES = 16, PAGE_PAD = 32 };

struct page {
	const uint8_t *shapes, *firsts, *values, *codes;
	uint64_t base;
	uint32_t n;
	uint32_t shared, floor;
	unsigned width;
	unsigned first_bytes;
};

/* An entry in turn: what it shares with the one before, and its codes. */
struct page_entry {
	size_t shared;
	struct codes codes;
};

/* Bytes of a first code, where codes have `code_width` bits. */
static inline unsigned
page_first_bytes(unsigned code_width)
{
	return code_width > 8 ? 2 : 1;
}

/* The page of `n` entries that begins at `p`. */
static inline struct page
page_open(const uint8_t *p, uint32_t n, unsigned code_width)
{
	struct page g = { .n = n, .shared = bits_load16(p), .floor = bits_load16(p + 2) };
	unsigned base_bytes = p[5];
	g.width = p[4];
	g.base = bits_low(bits_load64(p + PAGE_HEAD), 8 * base_bytes);
	g.shapes = p + PAGE_HEAD + base_bytes;
	g.firsts = g.shapes + n;
	g.first_bytes = page_first_bytes(code_width);
	g.values = g.firsts + n * g.first_bytes;
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

static inline uint32_t
page_first(const struct page *g, uint32_t i)
{
	return g->first_bytes > 1 ? bits_load16(g->firsts + 2 * i) : g->firsts[i];
}

/* Entry `i`, whose first bit is number `at`. */
static inline struct page_entry
page_entry(const struct page *g, const struct shapes *s, uint32_t i, uint64_t at)
{
	struct page_entry e = { .codes = { g->codes, at, 0, page_first(g, i) } };
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
	return e->codes.at + (uint64_t)codes_rest(e->codes.n) * code_width;
}
#endif /* FROZEN_PAGE_H */
