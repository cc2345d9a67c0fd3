/* frozen_back.h: entries of a frozen index from the last to the first: a page's keys are put
 * together from its separator on (frozen_last.h), and then undone (undo.h).
 *
 * Ownership: an open one may own blocks of the index's allocator until it is closed. */
#ifndef FROZEN_BACK_H
#define FROZEN_BACK_H

#include <assert.h>
#include "../bytes/undo.h"
#include "frozen_last.h"

static_assert((int)UNDO_SPARE <= (int)SYMBOL_SLOT, "keys have room for SYMBOL_SLOT more");

struct frozen_back {
	struct frozen_walk w; /* w.c.rank: past the entry that it stands on */
	size_t begin;         /* the first rank of the range; w.end is past its last */
	struct undo undo;
};

/* Before the last entry of a range of an index that is not empty; false: no memory, and then
 * there is nothing to close. */
static inline bool
frozen_back_open(struct frozen_back *b, const struct frozen *f,
	const struct ab_alloc *mem, struct ab_range r)
{
	if (!frozen_walk_room(&b->w, f, mem))
		return false;
	undo_open(&b->undo, mem);
	b->begin = 0;
	if (r.lo.n) {
		struct frozen_place at = frozen_find(f, r.lo);
		b->begin = frozen_rank(&at);
	}
	if (r.has_hi)
		frozen_walk_limit(&b->w, r.hi);
	b->w.c.rank = SIZE_MAX;
	return true;
}

static inline void
frozen_back_close(const struct frozen_back *b)
{
	frozen_walk_close(&b->w);
	undo_close(&b->undo);
}

/* Put the entries of the page of entry `rank` together up to that one; false: no memory. */
static inline bool
frozen_back_page(struct frozen_back *b, size_t rank)
{
	struct frozen_cursor *c = &b->w.c;
	size_t page = rank / FROZEN_LEAF_FAN;
	c->leaf = frozen_page(c->f, page, c->key);
	c->i = 0;
	c->at = 0;
	c->rank = page * FROZEN_LEAF_FAN;
	b->undo.n = 0;
	frozen_next(c);
	while (c->rank <= rank) {
		struct page_entry e = page_entry(&c->leaf, &c->f->shapes, c->i, c->at);
		if (!undo_keep(&b->undo, c->key, e.shared, c->key_n))
			return false;
		frozen_next(c);
	}
	return true;
}

/* Stand on entry `rank`, one before that on which it stood; false: no memory. */
static inline bool
frozen_back_to(struct frozen_back *b, size_t rank)
{
	struct frozen_cursor *c = &b->w.c;
	if (c->rank == SIZE_MAX ||
		(c->rank - 1) / FROZEN_LEAF_FAN != rank / FROZEN_LEAF_FAN)
		return frozen_back_page(b, rank);
	for (; c->rank > rank + 1; c->rank--)
		c->key_n = undo_back(&b->undo, c->key);
	return true;
}

/* The value of the entry on which it stands. */
static inline uint64_t
frozen_back_value(const struct frozen_back *b)
{
	const struct frozen_cursor *c = &b->w.c;
	return page_value(&c->leaf, (uint32_t)((c->rank - 1) % FROZEN_LEAF_FAN));
}
#endif /* FROZEN_BACK_H */
