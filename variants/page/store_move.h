/* store_move.h: how the blocks of store.h are taken and given back, and what moves.
 *
 * The index (index.h) is told of each block that does, by block_moved. */
#ifndef PAGE_STORE_MOVE_H
#define PAGE_STORE_MOVE_H

#include "index.h"

/* ---- moving ---- */

static void
store_move(struct ab_index *t, struct watch *w, uint32_t from, uint32_t to, size_t units)
{
	struct store *s = &t->store;
	memmove(store_at(s, to), store_at(s, from), units << STORE_UNIT_BITS);
	for (unsigned i = 0; i < w->fresh.n; i++)
		if (w->fresh.ref[i] == from) {
			w->fresh.ref[i] = to;
			return;
		}
	block_moved(t, from, to);
	for (unsigned h = 0; h < 2; h++)
		for (unsigned i = 0; i < w->held[h].n; i++)
			if (w->held[h].ref[i] == from)
				w->held[h].ref[i] = to;
}

/* Move a class up by `by` units, into the gap above: blocks from its start to its end if
 * that makes as much, or else each. */
static void
store_up(struct ab_index *t, struct watch *w, unsigned c, uint32_t by)
{
	struct store *s = &t->store;
	uint32_t units = store_units(c), n = (s->high[c] - s->low[c]) / units;
	if (by % units == 0 && by / units < n) {
		for (; by; by -= units) {
			store_move(t, w, s->low[c], s->high[c], units);
			s->low[c] += units;
			s->high[c] += units;
		}
		return;
	}
	for (uint32_t at = s->high[c]; at != s->low[c];) {
		at -= units;
		store_move(t, w, at, at + by, units);
	}
	s->low[c] += by;
	s->high[c] += by;
}

/* The same down. */
static void
store_down(struct ab_index *t, struct watch *w, unsigned c, uint32_t by)
{
	struct store *s = &t->store;
	uint32_t units = store_units(c), n = (s->high[c] - s->low[c]) / units;
	if (by % units == 0 && by / units < n) {
		for (; by; by -= units) {
			s->low[c] -= units;
			s->high[c] -= units;
			store_move(t, w, s->high[c], s->low[c], units);
		}
		return;
	}
	for (uint32_t at = s->low[c]; at != s->high[c]; at += units)
		store_move(t, w, at, at - by, units);
	s->low[c] -= by;
	s->high[c] -= by;
}

/* How far to move a class that has to move `need` at least, and how many blocks that
 * moves. */
static inline uint32_t
store_shift(const struct store *s, unsigned c, uint32_t need, size_t *moves)
{
	uint32_t units = store_units(c), n = (s->high[c] - s->low[c]) / units;
	uint32_t few = (need + units - 1) / units;
	if (few >= n || (need % units && n <= STORE_FEW)) {
		*moves += n;
		return need;
	}
	*moves += few;
	return few * units;
}

/* Which classes to move, and how far, for a gap to be wide enough: the nearest first. */
struct store_plan {
	size_t moves; /* blocks; SIZE_MAX: it cannot be done */
	size_t room;  /* units the store must have room for; 0: as it is */
	unsigned n;
	uint16_t c[STORE_CLASSES];
	uint32_t by[STORE_CLASSES];
};

/* Widen the gap below class `c`, or the one at the end, to `need` units: upwards. Or by as
 * much, past gaps that would then be left without a block's worth. */
static void
store_plan_up(
	const struct store *s, unsigned c, uint32_t need, bool past, struct store_plan *p)
{
	uint32_t below = store_below(s, c);
	p->moves = p->room = p->n = 0;
	while (c < STORE_CLASSES) {
		uint32_t gap = s->low[c] - below;
		if (gap >= need)
			return;
		need = store_shift(s, c, past ? need : need - gap, &p->moves);
		p->c[p->n] = (uint16_t)c;
		p->by[p->n++] = need;
		below = s->high[c];
		c = store_next(s, c + 1);
	}
	size_t top = (size_t)below + need;
	if (top <= s->room)
		return;
	p->room = top + s->taken / STORE_ROOM_SHARE;
	if (p->room > STORE_UNITS && top <= STORE_UNITS)
		p->room = STORE_UNITS;
}

/* The same downwards, unless that moves more than `most` blocks. */
static void
store_plan_down(const struct store *s, unsigned c, uint32_t need, size_t most,
	struct store_plan *p)
{
	uint32_t above = c < STORE_CLASSES ? s->low[c] : store_top(s);
	p->moves = p->room = p->n = 0;
	while (p->moves <= most) {
		c = store_before(s, c);
		uint32_t gap = above - (c < STORE_CLASSES ? s->high[c] : STORE_FIRST);
		if (gap >= need)
			return;
		if (c == STORE_CLASSES)
			break;
		need = store_shift(s, c, need - gap, &p->moves);
		p->c[p->n] = (uint16_t)c;
		p->by[p->n++] = need;
		above = s->low[c];
	}
	p->moves = SIZE_MAX;
}

/* malloc has moved the memory, for something else begins where it ended. Have it stand where
 * it may grow in place: ask for much more, which takes address space for that moment, and
 * memory only where all is locked, and give it back at once. Not before it is twice as large
 * as the last time, so that a malloc that copies does not copy more than it saves. */
static void
store_clear_way(struct store *s, size_t size)
{
	if (size < STORE_MAPPED || size > STORE_WAYS || s->room < 2 * (size_t)s->cleared)
		return;
	s->cleared = (uint32_t)s->room;
	uint8_t *ample = realloc(s->base, STORE_WAY * size);
	if (!ample)
		return;
	uint8_t *base = realloc(ample, size);
	s->base = base ? base : ample;
}

static bool
store_resize(struct store *s, const struct ab_alloc *mem, size_t room)
{
	size_t old = store_bytes(s->room), size = store_bytes(room);
	uintptr_t was = (uintptr_t)s->base;
	uint8_t *base = ab_resize(mem, s->base, old, size);
	if (!base)
		return false;
	s->base = base;
	s->room = room;
	if (!mem && size > old && (uintptr_t)base != was)
		store_clear_way(s, size);
	return true;
}

/* ---- taking ---- */

/* Put a block of class `c`, which has none, between the others. */
static inline uint32_t
store_begin(struct store *s, unsigned c, uint32_t units)
{
	s->low[c] = store_below(s, c);
	s->high[c] = s->low[c] + units;
	s->busy[c / 64] |= (uint64_t)1 << c % 64;
	return s->low[c];
}

/* A block of class `c` at one of its ends, if there is a gap; 0: there is none. */
static uint32_t
store_extend(struct store *s, unsigned c, uint32_t units)
{
	unsigned above = store_next(s, c + 1);
	uint32_t end = above < STORE_CLASSES ? s->low[above] : (uint32_t)s->room;
	if (!s->room)
		return 0;
	if (!(s->busy[c / 64] >> c % 64 & 1))
		return end - store_below(s, c) >= units ? store_begin(s, c, units) : 0;
	if (end - s->high[c] >= units) {
		s->high[c] += units;
		return s->high[c] - units;
	}
	if (s->low[c] - store_below(s, c) < units)
		return 0;
	return s->low[c] -= units;
}

/* Take a block of class `c` if nothing has to move for it; 0: it has. */
static uint32_t
store_take_free(struct store *s, unsigned c)
{
	uint32_t units = store_units(c), ref = 0;
	if (s->taken + units <= STORE_LIMIT >> STORE_UNIT_BITS)
		ref = store_extend(s, c, units);
	s->taken += ref ? units : 0;
	return ref;
}

/* Do what was planned upwards, if there is room or memory for it. */
static enum ab_status
store_do_up(struct ab_index *t, struct watch *w, const struct store_plan *p)
{
	struct store *s = &t->store;
	if (p->room > STORE_UNITS)
		return AB_EFULL;
	if (p->room && !store_resize(s, t->mem, p->room))
		return AB_ENOMEM;
	for (unsigned i = p->n; i--;)
		store_up(t, w, p->c[i], p->by[i]);
	return AB_OK;
}

/* Make a gap for a block of class `c`, from where that moves least. Or while there are few
 * gaps from above, and leave those that others will take. */
static enum ab_status
store_make_gap(struct ab_index *t, struct watch *w, unsigned c, uint32_t units)
{
	struct store *s = &t->store;
	struct store_plan up, down;
	bool busy = s->busy[c / 64] >> c % 64 & 1;
	unsigned above = store_next(s, c + 1);
	if (store_gaps(s) < s->taken / STORE_GAP_LEAST) {
		store_plan_up(s, above, units, true, &up);
		if (store_do_up(t, w, &up) == AB_OK)
			return AB_OK;
	}
	store_plan_up(s, above, units, false, &up);
	store_plan_down(s, busy ? c : store_next(s, c), units, up.moves, &down);
	if (down.moves > up.moves)
		return store_do_up(t, w, &up);
	while (down.n--)
		store_down(t, w, down.c[down.n], down.by[down.n]);
	return AB_OK;
}

/* Take a block of class `c`, uninitialised, and add its ref to those that are fresh. */
static enum ab_status
store_take_class(struct ab_index *t, struct watch *w, unsigned c)
{
	struct store *s = &t->store;
	uint32_t units = store_units(c);
	uint32_t ref = store_take_free(s, c);
	if (!ref) {
		if (s->taken + units > STORE_LIMIT >> STORE_UNIT_BITS)
			return AB_EFULL;
		enum ab_status status = store_make_gap(t, w, c, units);
		if (status != AB_OK)
			return status;
		ref = store_take_free(s, c);
	}
	w->fresh.ref[w->fresh.n++] = ref;
	return AB_OK;
}

/* The same for `bytes`. */
static enum ab_status
store_take(struct ab_index *t, struct watch *w, size_t bytes)
{
	return store_take_class(t, w, store_choose(&t->store, bytes));
}

/* ---- giving back ---- */

/* Move gaps towards the end, some blocks further. */
static void
store_sweep(struct ab_index *t, struct watch *w)
{
	struct store *s = &t->store;
	for (size_t moves = 0; moves < STORE_MOVES; moves++) {
		unsigned c = store_next(s, s->sweep);
		if (c == STORE_CLASSES) {
			s->sweep = 0;
			return;
		}
		uint32_t units = store_units(c), n = (s->high[c] - s->low[c]) / units;
		uint32_t gap = s->low[c] - store_below(s, c);
		if (n > STORE_FEW) {
			uint32_t most = gap / units < n ? gap / units : n - 1;
			gap = units * (most < STORE_MOVES ? most : STORE_MOVES);
		}
		if (gap)
			store_down(t, w, c, gap);
		moves += n > STORE_FEW ? gap / units : gap ? n : 0;
		if (n <= STORE_FEW || gap < units * STORE_MOVES)
			s->sweep = c + 1;
	}
}

static void
store_free(struct store *s, const struct ab_alloc *mem)
{
	if (s->base)
		ab_free(mem, s->base, store_bytes(s->room));
	*s = (struct store){ 0 };
}

/* Give a block of class `c` back: the one at the upper end of the class, or at the lower,
 * comes to stand at `ref`, and the gap there is wider. */
static void
store_give_at(struct ab_index *t, struct watch *w, uint32_t ref, unsigned c, bool upper)
{
	struct store *s = &t->store;
	uint32_t units = store_units(c), from;
	if (upper) {
		s->high[c] -= units;
		from = s->high[c];
	} else {
		from = s->low[c];
		s->low[c] += units;
	}
	if (from != ref)
		store_move(t, w, from, ref, units);
	if (s->low[c] == s->high[c])
		s->busy[c / 64] &= ~((uint64_t)1 << c % 64);
	s->taken -= units;
}

/* After blocks have been given back: no more gaps than there may be, and room. */
static void
store_tidy(struct ab_index *t, struct watch *w)
{
	struct store *s = &t->store;
	if (s->taken == 0) {
		store_free(s, t->mem);
		return;
	}
	if (!s->sweep && store_gaps(s) > s->taken / STORE_GAP_SHARE + STORE_GAP)
		s->sweep = 1;
	if (s->sweep)
		store_sweep(t, w);
	size_t spare = s->taken / STORE_ROOM_SHARE + STORE_ROOM;
	if (s->room - store_top(s) > 2 * spare)
		store_resize(s, t->mem, store_top(s) + spare / 2);
}

/* Give the block back; others move, and `ref` is good no more. */
static void
store_give(struct ab_index *t, struct watch *w, uint32_t ref)
{
	struct store *s = &t->store;
	unsigned c = store_class_of(s, ref), above = store_next(s, c + 1);
	bool upper = above == STORE_CLASSES ||
		     s->low[above] - s->high[c] <= s->low[c] - store_below(s, c);
	store_give_at(t, w, ref, c, upper);
	store_tidy(t, w);
}
#endif /* PAGE_STORE_MOVE_H */
