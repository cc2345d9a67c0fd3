/* build_blocks.h: blocks of any class that come one after the other, and in the end stand
 * as store.h has them.
 *
 *   cells       | A | B | A | C | B | A |       2 KiB each, of one class
 *   sorted      | A | A | A | B | B | C |       each copied once
 *   the store   | A  A  A|B  B|C|               closed up, each class moved once
 *
 * Size classes stand in order in a store, so a block for it moves one of each class above.
 * Here a class has cells of its own, where its blocks stand side by side, beginning in one
 * cell and ending in the next. The cells are taken as they are needed, from the memory of
 * the store itself. While blocks come there is at most one cell that is not full for each
 * class, and 4 bytes a cell to tell its class; to sort the cells 4 bytes more.
 *
 * The ref of a block that comes is where it begins among the cells: blocks_ref tells where it
 * stands in the end. Nobody is told of the move: owners and children are written after that.
 *
 * Errors: AB_ENOMEM, AB_EFULL; then what is in the store is no index, and is to be freed. */
#ifndef PAGE_BUILD_BLOCKS_H
#define PAGE_BUILD_BLOCKS_H

#include "store_move.h"

enum {
	CELL_UNITS = 128,
	CELL_BYTES = CELL_UNITS << STORE_UNIT_BITS,
	CELL_SHARE = 16, /* room grows by 1 / this */
};

struct blocks {
	struct store *store;
	const struct ab_alloc *mem;
	size_t n, room; /* cells; those there is room to tell the class of */
	uint32_t *cell; /* its class; in the end, its place in the store */
	uint32_t next[STORE_CLASSES]; /* where a class goes on; a multiple of CELL_UNITS:
				       * in a new cell */
	uint32_t count[STORE_CLASSES];
};

static void
blocks_open(struct blocks *b, struct store *s, const struct ab_alloc *mem)
{
	*b = (struct blocks){ .store = s, .mem = mem };
}

static void
blocks_close(struct blocks *b)
{
	if (b->cell)
		ab_free(b->mem, b->cell, b->room * sizeof *b->cell);
	b->cell = NULL;
}

/* Room for more cells. */
static enum ab_status
blocks_grow(struct blocks *b)
{
	size_t most = (STORE_UNITS - STORE_FIRST) / CELL_UNITS;
	size_t room = b->room + b->room / CELL_SHARE + CELL_SHARE;
	if (room > most)
		room = most;
	if (room == b->room)
		return AB_EFULL;
	uint32_t *cell = ab_resize(
		b->mem, b->cell, b->room * sizeof *b->cell, room * sizeof *b->cell);
	if (!cell)
		return AB_ENOMEM;
	b->cell = cell;
	b->room = room;
	return store_resize(b->store, b->mem, STORE_FIRST + room * CELL_UNITS)
		       ? AB_OK
		       : AB_ENOMEM;
}

/* A cell for class `c`, which has filled all of its own. */
static enum ab_status
blocks_go_on(struct blocks *b, unsigned c)
{
	enum ab_status status = b->n < b->room ? AB_OK : blocks_grow(b);
	if (status != AB_OK)
		return status;
	b->next[c] = (uint32_t)b->n * CELL_UNITS;
	b->cell[b->n++] = c;
	return AB_OK;
}

/* Add a block of `bytes`; *ref is good for blocks_ref. */
static enum ab_status
blocks_add(struct blocks *b, const void *block, size_t bytes, uint32_t *ref)
{
	const uint8_t *from = block;
	unsigned c = store_class(bytes);
	uint32_t left = store_units(c);
	struct store *s = b->store;
	if (s->taken + left > STORE_LIMIT >> STORE_UNIT_BITS)
		return AB_EFULL;
	s->taken += left;
	b->count[c]++;
	for (bool first = true; left; first = false) {
		enum ab_status status = b->next[c] % CELL_UNITS ? AB_OK
								: blocks_go_on(b, c);
		if (status != AB_OK)
			return status;
		if (first)
			*ref = b->next[c];
		uint32_t units = CELL_UNITS - b->next[c] % CELL_UNITS;
		units = left < units ? left : units;
		size_t n = (size_t)units << STORE_UNIT_BITS;
		n = bytes < n ? bytes : n;
		memcpy(store_at(s, STORE_FIRST + b->next[c]), from, n);
		from += n;
		bytes -= n;
		left -= units;
		b->next[c] += units;
	}
	return AB_OK;
}

/* ---- in the end ---- */

static inline uint8_t *
blocks_cell(const struct blocks *b, size_t i)
{
	return store_at(b->store, (uint32_t)(STORE_FIRST + i * CELL_UNITS));
}

/* Where the block that came to `ref` stands in the store. */
static inline uint32_t
blocks_ref(const struct blocks *b, uint32_t ref)
{
	return b->cell[ref / CELL_UNITS] + ref % CELL_UNITS;
}

/* Where each class begins in the store; `first`: and its cells, once they are sorted. */
static void
blocks_lay_out(const struct blocks *b, uint32_t *first)
{
	struct store *s = b->store;
	uint32_t at = STORE_FIRST, cells = 0;
	for (unsigned c = 0; c < STORE_CLASSES; c++) {
		uint32_t units = b->count[c] * store_units(c);
		first[c] = cells;
		s->low[c] = at;
		s->high[c] = at += units;
		cells += (uint32_t)(((size_t)units + CELL_UNITS - 1) / CELL_UNITS);
		if (units)
			s->busy[c / 64] |= (uint64_t)1 << c % 64;
	}
}

/* Copy cell from[i] to place i, for all of them: along each cycle. */
static void
blocks_sort(const struct blocks *b, uint32_t *from)
{
	uint8_t aside[CELL_BYTES];
	for (uint32_t i = 0; i < b->n; i++) {
		uint32_t at = i;
		if (from[i] == i)
			continue;
		memcpy(aside, blocks_cell(b, i), CELL_BYTES);
		while (from[at] != i) {
			uint32_t next = from[at];
			memcpy(blocks_cell(b, at), blocks_cell(b, next), CELL_BYTES);
			from[at] = at;
			at = next;
		}
		memcpy(blocks_cell(b, at), aside, CELL_BYTES);
		from[at] = at;
	}
}

/* No more blocks come: the store is as it is to be, with nothing free. */
static enum ab_status
blocks_settle(struct blocks *b)
{
	uint32_t first[STORE_CLASSES], next[STORE_CLASSES];
	struct store *s = b->store;
	uint32_t *from = ab_alloc(b->mem, b->n * sizeof *from);
	if (!from)
		return AB_ENOMEM;
	blocks_lay_out(b, first);
	memcpy(next, first, sizeof next);
	for (uint32_t i = 0; i < b->n; i++) {
		unsigned c = b->cell[i];
		b->cell[i] = s->low[c] + (next[c] - first[c]) * CELL_UNITS;
		from[next[c]++] = i;
	}
	blocks_sort(b, from);
	ab_free(b->mem, from, b->n * sizeof *from);
	for (unsigned c = store_next(s, 0); c < STORE_CLASSES; c = store_next(s, c + 1))
		memmove(store_at(s, s->low[c]), blocks_cell(b, first[c]),
			(size_t)(s->high[c] - s->low[c]) << STORE_UNIT_BITS);
	store_resize(s, b->mem, store_top(s));
	return AB_OK;
}
#endif /* PAGE_BUILD_BLOCKS_H */
