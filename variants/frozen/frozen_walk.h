/* frozen_walk.h: a scan of a frozen index, from a key on, with room for the keys it decodes.
 *
 * Ownership: an open walk may own a block of the index's allocator until it is closed. */
#ifndef FROZEN_WALK_H
#define FROZEN_WALK_H

#include "frozen_inspect.h"

/* A key of usual length needs no memory to be scanned. */
enum { FROZEN_KEY_ON_STACK = 1024 };

/* Where a scan is, and up to which rank it goes. */
struct frozen_walk {
	struct frozen_cursor c;
	size_t end;
	const struct ab_alloc *mem;
	uint8_t *heap; /* the key's room, if it is not on the stack */
	uint8_t stack[FROZEN_KEY_ON_STACK];
};

/* Nowhere yet, in an index that is not empty; false: no memory, and then there is nothing to
 * close. */
static inline bool
frozen_walk_begin(
	struct frozen_walk *w, const struct frozen *f, const struct ab_alloc *mem)
{
	size_t room = frozen_key_room(f);
	bool long_keys = room > sizeof w->stack;
	w->mem = mem;
	w->heap = long_keys ? ab_alloc(mem, room) : NULL;
	w->c = (struct frozen_cursor){ .f = f, .key = w->heap ? w->heap : w->stack };
	w->end = f->n;
	return !long_keys || w->heap;
}

/* The same, to the first key not below `from`. */
static inline bool
frozen_walk_open(struct frozen_walk *w, const struct frozen *f,
	const struct ab_alloc *mem, struct ab_key from)
{
	if (!frozen_walk_begin(w, f, mem))
		return false;
	frozen_seek(&w->c, from);
	return true;
}

/* Let it end before the first key not below `hi`. */
static inline void
frozen_walk_limit(struct frozen_walk *w, struct ab_key hi)
{
	struct frozen_place at = frozen_find(w->c.f, hi);
	w->end = frozen_rank(&at);
}

static inline struct ab_key
frozen_walk_key(const struct frozen_walk *w)
{
	return (struct ab_key){ w->c.key, w->c.key_n };
}

static inline void
frozen_walk_close(const struct frozen_walk *w)
{
	if (w->heap)
		ab_free(w->mem, w->heap, frozen_key_room(w->c.f));
}
#endif /* FROZEN_WALK_H */
