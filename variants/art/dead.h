/* dead.h: lists of dead blocks in chunks, one a size class, threaded through the blocks'
 * first DEAD_LEAST bytes; the other bytes of a dead block are its owner's.
 *
 * While chunks are leaving, their blocks must come off the lists before the chunks go:
 * dead_begin sets all lists aside, and dead_sort brings back, some blocks a time, those
 * that stay. Meanwhile dead_take finds both.
 *
 * Errors: none, and no memory is needed. Threads: as the index around it. */
#ifndef ART_DEAD_H
#define ART_DEAD_H

#include "chunks.h"

enum { DEAD_CLASSES = 416, DEAD_LEAST = sizeof(uint32_t) };

struct dead_lists {
	uint32_t now[DEAD_CLASSES];   /* the first block of each class, 0: none */
	uint32_t aside[DEAD_CLASSES]; /* the same, of blocks that may be leaving */
	unsigned sorted;              /* classes below this have none aside */
};

/* List the block at `offset`, unless it leaves. */
static inline void
dead_put(struct dead_lists *d, const struct chunks *s, unsigned class_, uint32_t offset)
{
	if (chunk_of(s, offset)->leaving)
		return;
	memcpy(chunks_at(s, offset), &d->now[class_], sizeof *d->now);
	d->now[class_] = offset;
}

/* Take the first block off a list; 0: there is none. */
static inline uint32_t
dead_pop(uint32_t *list, const struct chunks *s)
{
	uint32_t offset = *list;
	if (offset)
		memcpy(list, chunks_at(s, offset), sizeof *list);
	return offset;
}

/* A block of the class that does not leave, off its list; 0: there is none. */
static inline uint32_t
dead_take(struct dead_lists *d, const struct chunks *s, unsigned class_)
{
	uint32_t offset = dead_pop(&d->now[class_], s);
	while (!offset && d->aside[class_]) {
		offset = dead_pop(&d->aside[class_], s);
		if (chunk_of(s, offset)->leaving)
			offset = 0;
	}
	return offset;
}

/* Chunks have been marked as leaving; all is sorted. */
static inline void
dead_begin(struct dead_lists *d, const struct chunks *s)
{
	if (chunks_remain(s))
		memcpy(d->aside, d->now, sizeof d->now);
	memset(d->now, 0, sizeof d->now);
	d->sorted = 0;
}

/* Sort up to `n` blocks; true: all are sorted. */
static inline bool
dead_sort(struct dead_lists *d, const struct chunks *s, unsigned n)
{
	for (; d->sorted < DEAD_CLASSES; d->sorted++)
		while (d->aside[d->sorted]) {
			if (n-- == 0)
				return false;
			dead_put(d, s, d->sorted, dead_pop(&d->aside[d->sorted], s));
		}
	return true;
}
#endif /* ART_DEAD_H */
