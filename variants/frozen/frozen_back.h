/* frozen_back.h: entries of a frozen index from the last to the first.
 *
 * The entries of a page are put together once, from its separator on, and then undone (undo.h); and
 * so are the separators, which are the entries of the index page above.
 *
 * Ownership: an open one may own blocks of the index's allocator until it is closed. */
#ifndef FROZEN_BACK_H
#define FROZEN_BACK_H

#include <assert.h>
#include "../bytes/undo.h"
#include "frozen_inspect.h"

/* What needs no memory for keys, and for entries of usual length. */
enum { BACK_KEYS = 2 << 10, BACK_LOG = 1 << 10 };
static_assert((int)UNDO_SPARE <= (int)SYMBOL_SLOT, "keys have room for SYMBOL_SLOT more");

/* A page, put together up to one of its entries. */
struct back_row {
	struct page g;
	uint32_t i;   /* that entry */
	uint8_t *key; /* its key */
	size_t n;
	struct undo undo;
	uint8_t log[BACK_LOG];
};

struct frozen_back {
	const struct frozen *f;
	const struct ab_alloc *mem;
	size_t begin, end; /* the ranks of the range */
	size_t page;       /* of the leaf; SIZE_MAX: none yet */
	struct back_row index, leaf;
	uint8_t *heap; /* room for both keys, if it is not on the stack */
	uint8_t stack[BACK_KEYS];
};

/* Behind the last entry of a range of an index that is not empty; false: no memory, and then
 * there is nothing to close. */
static inline bool
frozen_back_open(struct frozen_back *b, const struct frozen *f,
	const struct ab_alloc *mem, struct ab_range r)
{
	size_t room = frozen_key_room(f);
	b->f = f;
	b->mem = mem;
	b->heap = 2 * room > sizeof b->stack ? ab_alloc(mem, 2 * room) : NULL;
	if (2 * room > sizeof b->stack && !b->heap)
		return false;
	b->index.key = b->heap ? b->heap : b->stack;
	b->leaf.key = b->index.key + room;
	undo_open(&b->index.undo, mem, b->index.log, sizeof b->index.log);
	undo_open(&b->leaf.undo, mem, b->leaf.log, sizeof b->leaf.log);
	b->begin = r.lo.n ? frozen_rank_of(f, r.lo) : 0;
	b->end = r.has_hi ? frozen_rank_of(f, r.hi) : f->n;
	b->page = SIZE_MAX;
	return true;
}

static inline void
frozen_back_close(const struct frozen_back *b)
{
	undo_close(&b->index.undo);
	undo_close(&b->leaf.undo);
	if (b->heap)
		ab_free(b->mem, b->heap, 2 * frozen_key_room(b->f));
}

/* Put entries up to number `i` together; the key is to have what the first one shares. False: no
 * memory. */
static inline bool
back_fill(struct back_row *r, const struct frozen *f, struct page g, uint32_t i)
{
	uint64_t at = 0;
	r->g = g;
	r->i = i;
	r->undo.n = 0;
	for (uint32_t j = 0; j <= i; j++) {
		struct page_entry e = page_entry(&g, &f->shapes, j, at);
		if (j && !undo_keep(&r->undo, r->key, e.shared, r->n))
			return false;
		r->n = e.shared + symbols_decode(&f->symbols, e.codes, r->key + e.shared);
		at = page_entry_end(&e, f->symbols.width);
	}
	return true;
}

/* Back to entry `i`. */
static inline void
back_step(struct back_row *r, uint32_t i)
{
	for (; r->i > i; r->i--)
		r->n = undo_back(&r->undo, r->key);
}

/* The separator of leaf page `page`; false: no memory. */
static inline bool
back_separator(struct frozen_back *b, size_t page)
{
	const struct frozen *f = b->f;
	size_t root = page / FROZEN_INDEX_FAN;
	uint32_t child = (uint32_t)(page % FROZEN_INDEX_FAN);
	if (b->page != SIZE_MAX && b->page / FROZEN_INDEX_FAN == root) {
		back_step(&b->index, child);
		return true;
	}
	struct ab_key separator = root_key(&f->root, root);
	if (separator.n)
		memcpy(b->index.key, separator.p, separator.n);
	return back_fill(&b->index, f, frozen_index_at(f, root), child);
}

/* Stand on entry `rank`, one before that on which it stood; false: no memory. */
static inline bool
frozen_back_to(struct frozen_back *b, size_t rank)
{
	const struct frozen *f = b->f;
	size_t page = rank / FROZEN_LEAF_FAN;
	uint32_t i = (uint32_t)(rank % FROZEN_LEAF_FAN);
	if (page == b->page) {
		back_step(&b->leaf, i);
		return true;
	}
	if (!back_separator(b, page))
		return false;
	b->page = page;
	const struct back_row *above = &b->index;
	struct page g = frozen_leaf_at(f, &above->g, page);
	memcpy(b->leaf.key, above->key, g.shared);
	return back_fill(&b->leaf, f, g, i);
}

static inline size_t
frozen_back_rank(const struct frozen_back *b)
{
	return b->page * FROZEN_LEAF_FAN + b->leaf.i;
}

static inline struct ab_key
frozen_back_key(const struct frozen_back *b)
{
	return (struct ab_key){ b->leaf.key, b->leaf.n };
}

static inline uint64_t
frozen_back_value(const struct frozen_back *b)
{
	return page_value(&b->leaf.g, b->leaf.i);
}
#endif /* FROZEN_BACK_H */
