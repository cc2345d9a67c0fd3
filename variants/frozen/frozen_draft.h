/* frozen_draft.h: a level of a frozen index before it is written: of each entry what it shares
 * with the one before and the codes of the rest. Levels are 0, the keys, and 1, the
 * separators of their pages; a separator is the beginning of a key and takes no memory.
 *
 * Ownership: a draft's arrays are freed by draft_close. */
#ifndef FROZEN_DRAFT_H
#define FROZEN_DRAFT_H

#include "frozen.h"
#include "matcher.h"

struct draft {
	size_t n, fan;    /* entries, in all and to a page */
	uint16_t *shared; /* by entry */
	uint16_t *codes;  /* by entry, how many */
	uint16_t *code;   /* of all entries, one behind the other */
	size_t code_n, code_room;
	uint64_t *offset; /* by page, in the heap */
	/* level 0: the keys and values; level 1: the level below, of whose pages the offsets
	 * are its values */
	const struct ab_entry *e;
	const struct draft *below;
};

static inline size_t
draft_pages(const struct draft *d)
{
	return frozen_pages(d->n, d->fan);
}

static inline struct ab_key draft_separator(const struct draft *d, size_t page);

static inline struct ab_key
draft_key(const struct draft *d, size_t i)
{
	return d->e ? d->e[i].key : draft_separator(d->below, i);
}

/* Of page number `page` of a level. */
static inline struct ab_key
draft_separator(const struct draft *d, size_t page)
{
	size_t first = page * d->fan;
	if (!page)
		return (struct ab_key){ NULL, 0 };
	return (struct ab_key){ draft_key(d, first).p, d->shared[first] + 1u };
}

static inline uint64_t
draft_value(const struct draft *d, size_t i)
{
	return d->e ? d->e[i].value : d->below->offset[i];
}

static inline void
draft_close(const struct draft *d, const struct ab_alloc *mem)
{
	if (d->shared)
		ab_free(mem, d->shared, d->n * sizeof *d->shared);
	if (d->codes)
		ab_free(mem, d->codes, d->n * sizeof *d->codes);
	if (d->code)
		ab_free(mem, d->code, d->code_room * sizeof *d->code);
	if (d->offset)
		ab_free(mem, d->offset, draft_pages(d) * sizeof *d->offset);
}

/* Find what neighbours share: `n` entries over `e` or `below`, of which there is one. */
static inline bool
draft_open(struct draft *d, size_t n, const struct ab_entry *e, const struct draft *below,
	const struct ab_alloc *mem)
{
	*d = (struct draft){ .n = n, .e = e, .below = below };
	d->fan = e ? FROZEN_LEAF_FAN : FROZEN_INDEX_FAN;
	d->shared = ab_alloc(mem, n * sizeof *d->shared);
	d->codes = ab_alloc(mem, n * sizeof *d->codes);
	d->offset = ab_alloc(mem, draft_pages(d) * sizeof *d->offset);
	if (!d->shared || !d->codes || !d->offset)
		return false;
	struct ab_key last = { 0 };
	for (size_t i = 0; i < n; i++) {
		struct ab_key k = draft_key(d, i);
		size_t most = last.n < k.n ? last.n : k.n;
		d->shared[i] = (uint16_t)art_common(last.p, k.p, most);
		last = k;
	}
	return true;
}

static inline bool
draft_reserve(struct draft *d, size_t more, const struct ab_alloc *mem)
{
	if (d->code_n + more <= d->code_room)
		return true;
	size_t room = d->code_n + d->code_n / 2 + more + d->n;
	uint16_t *code = ab_resize(
		mem, d->code, d->code_room * sizeof *code, room * sizeof *code);
	if (!code)
		return false;
	d->code = code;
	d->code_room = room;
	return true;
}

/* Find all codes; `step` has room for the longest key. */
static inline bool
draft_encode(struct draft *d, const struct matcher *m, struct parse *step,
	const struct ab_alloc *mem)
{
	for (size_t i = 0; i < d->n; i++) {
		struct ab_key rest = ab_key_rest(draft_key(d, i), d->shared[i]);
		uint32_t codes = rest.n ? parse(m, rest, step) : 0;
		if (!draft_reserve(d, codes, mem))
			return false;
		for (size_t at = 0; at < rest.n; at += step[at].n)
			d->code[d->code_n++] = step[at].word;
		d->codes[i] = (uint16_t)codes;
	}
	return true;
}

/* ---- a page of it ---- */

/* What frozen_page.h's head says, and where its codes are in the draft. */
struct page_draft {
	size_t first, code; /* entry, code */
	size_t floor;
	uint32_t n;
	struct frame values;
	size_t bytes, code_bytes; /* of all, of the codes */
};

/* How much of what entry `i` shares its shape has to say. */
static inline size_t
page_draft_beyond(const struct draft *d, const struct page_draft *p, size_t i)
{
	return i == p->first ? 0 : d->shared[i] - p->floor;
}

static inline struct page_draft
page_draft_open(const struct draft *d, size_t page)
{
	struct page_draft p = { .first = page * d->fan };
	p.n = frozen_page_entries(d->n, d->fan, page);
	p.floor = p.n > 1 ? FROZEN_KEY_MOST : 0;
	for (size_t i = p.first + 1; i < p.first + p.n; i++)
		if (d->shared[i] < p.floor)
			p.floor = d->shared[i];
	return p;
}

static inline void
page_draft_values(const struct draft *d, struct page_draft *p)
{
	uint64_t least = UINT64_MAX, most = 0;
	for (size_t i = p->first; i < p->first + p->n; i++) {
		uint64_t v = draft_value(d, i);
		least = v < least ? v : least;
		most = v > most ? v : most;
	}
	p->values = frame_of(least, most);
}

/* Page number `page`, whose codes begin at number `code`. */
static inline struct page_draft
page_draft(const struct draft *d, const struct shape_count *shapes, unsigned code_width,
	size_t page, size_t code)
{
	struct page_draft p = page_draft_open(d, page);
	p.code = code;
	page_draft_values(d, &p);
	size_t bits = 0;
	for (size_t i = p.first; i < p.first + p.n; i++) {
		size_t beyond = page_draft_beyond(d, &p, i);
		bits += (size_t)codes_rest(d->codes[i]) * code_width;
		if (shape_number(shapes, beyond, d->codes[i]) == SHAPE_ESCAPE)
			bits += SHAPE_ESCAPE_BITS;
	}
	p.code_bytes = p.n * page_first_bytes(code_width) + (bits + 7) / 8;
	p.bytes = PAGE_HEAD + p.values.base_bytes + p.n + frame_row(p.n, p.values.width) +
		  p.code_bytes;
	return p;
}

/* The number of the first code of the page after `p`. */
static inline size_t
page_draft_next_code(const struct draft *d, const struct page_draft *p)
{
	size_t code = p->code;
	for (size_t i = p->first; i < p->first + p->n; i++)
		code += d->codes[i];
	return code;
}

/* The first code of entry `j` of a page. */
static inline void
page_draft_first(uint8_t *firsts, unsigned code_width, uint32_t j, uint16_t code)
{
	if (page_first_bytes(code_width) > 1)
		bits_store16(firsts + 2 * j, code);
	else
		firsts[j] = (uint8_t)code;
}

/* Write it to p->bytes zeroed bytes. */
static inline void
page_draft_write(const struct draft *d, const struct page_draft *p,
	const struct shape_count *shapes, unsigned code_width, uint8_t *to)
{
	bits_store16(to, d->shared[p->first]);
	bits_store16(to + 2, p->floor);
	struct frame f = p->values;
	to[4] = (uint8_t)f.width;
	to[5] = (uint8_t)f.base_bytes;
	bits_put(to + PAGE_HEAD, 0, 8 * f.base_bytes, f.base);
	uint8_t *shape = to + PAGE_HEAD + f.base_bytes, *first = shape + p->n,
		*values = first + p->n * page_first_bytes(code_width),
		*row = values + frame_row(p->n, f.width);
	size_t code = p->code, at = 0;
	for (uint32_t j = 0; j < p->n; j++) {
		size_t i = p->first + j, beyond = page_draft_beyond(d, p, i);
		bits_put(values, (uint64_t)j * f.width, f.width,
			draft_value(d, i) - f.base);
		shape[j] = shape_number(shapes, beyond, d->codes[i]);
		if (shape[j] == SHAPE_ESCAPE) {
			bits_put(row, at, 16, beyond);
			bits_put(row, at + 16, 16, d->codes[i]);
			at += SHAPE_ESCAPE_BITS;
		}
		size_t end = code + d->codes[i];
		if (code < end)
			page_draft_first(first, code_width, j, d->code[code++]);
		for (; code < end; at += code_width)
			bits_put(row, at, code_width, d->code[code++]);
	}
}
#endif /* FROZEN_DRAFT_H */
