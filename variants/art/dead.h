/* dead.h: lists of dead blocks in chunks, one a class, threaded through the blocks'
 * first DEAD_LEAST bytes; the other bytes of a dead block are its owner's.
 *
 * Before chunks that are leaving go, their blocks must come off the lists: dead_begin
 * says that there may be some, and dead_sort looks at the blocks, some a time. Until then
 * dead_take drops those it meets.
 *
 * Errors: none, and no memory is needed. Threads: as the index around it. */
#ifndef ART_DEAD_H
#define ART_DEAD_H

#include "chunks.h"

enum { DEAD_CLASSES = 416, DEAD_LEAST = sizeof(uint32_t), DEAD_LOOKS = 8 };

struct dead_lists {
	uint32_t first[DEAD_CLASSES]; /* block of each class, 0: none */
	unsigned sorted;              /* no block of the classes below leaves, nor, */
	uint32_t at;                  /* of this class, up to this block; 0: any may */
};

static inline uint32_t
dead_next(const struct chunks *s, uint32_t offset)
{
	return art_load4(chunks_at(s, offset));
}

/* List the block at `offset`, unless it leaves. */
static inline void
dead_put(struct dead_lists *d, const struct chunks *s, unsigned class_, uint32_t offset)
{
	if (chunk_of(s, offset)->leaving)
		return;
	memcpy(chunks_at(s, offset), &d->first[class_], sizeof *d->first);
	d->first[class_] = offset;
}

/* A block of the class that does not leave, off its list; 0: none was found. */
static inline uint32_t
dead_take(struct dead_lists *d, const struct chunks *s, unsigned class_)
{
	for (unsigned i = 0; i < DEAD_LOOKS && d->first[class_]; i++) {
		uint32_t offset = d->first[class_], next = dead_next(s, offset);
		d->first[class_] = next;
		if (next)
			__builtin_prefetch(chunks_at(s, next), 1);
		if (offset == d->at)
			d->at = 0;
		if (!chunk_of(s, offset)->leaving)
			return offset;
	}
	return 0;
}

/* Chunks have been marked as leaving. */
static inline void
dead_begin(struct dead_lists *d, const struct chunks *s)
{
	if (!chunks_remain(s))
		memset(d->first, 0, sizeof d->first);
	d->sorted = 0;
	d->at = 0;
}

/* Look at up to `n` blocks; true: none listed leaves. */
static inline bool
dead_sort(struct dead_lists *d, const struct chunks *s, unsigned n)
{
	for (; d->sorted < DEAD_CLASSES; d->sorted++, d->at = 0)
		for (;;) {
			uint32_t *first = &d->first[d->sorted];
			uint32_t offset = d->at ? dead_next(s, d->at) : *first;
			if (!offset)
				break;
			if (n-- == 0)
				return false;
			uint32_t next = dead_next(s, offset);
			if (!chunk_of(s, offset)->leaving)
				d->at = offset;
			else if (d->at)
				memcpy(chunks_at(s, d->at), &next, sizeof next);
			else
				*first = next;
		}
	return true;
}
#endif /* ART_DEAD_H */
