/* sized.h: blocks out of chunks, whose owners know how large they are, and who takes
 * which again: those of one class have one size. Nodes, prefixes, records.
 *
 * Dead blocks are on lists, one a class, threaded through their first DEAD_LEAST bytes; the
 * other bytes of a dead block are its owner's. Blocks too small to be listed, and of no class
 * there is, are used once. Before chunks that are leaving go, their blocks must come off the
 * lists: dead_begin says that there may be some, and dead_sort looks at the blocks, some a
 * time. Until then dead_take drops those it meets.
 *
 * Live bytes are those of blocks in use, and the first CHUNK_ALIGN of chunk 0.
 *
 * Units: bytes. Ownership, errors, threads: as chunks.h; sized_give and what is said of lists
 * cannot fail. */
#ifndef ART_SIZED_H
#define ART_SIZED_H

#include <assert.h>
#include "chunks.h"
#include "../bytes/size_class.h"

/* ---- lists of dead blocks ---- */

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

/* ---- blocks ---- */

struct sized {
	struct chunks chunks;
	struct dead_lists dead;
};

static inline bool
sized_listed(size_t bytes, size_t class_)
{
	return class_ < DEAD_CLASSES && bytes >= DEAD_LEAST;
}

/* Take an uninitialised block of `bytes`, as every block of its class has. */
static inline enum ab_status
sized_take(struct sized *s, const struct ab_alloc *mem, size_t bytes, size_t class_,
	uint32_t *offset)
{
	*offset = 0;
	if (sized_listed(bytes, class_))
		*offset = dead_take(&s->dead, &s->chunks, (unsigned)class_);
	if (!*offset)
		return chunks_take(&s->chunks, mem, bytes, offset);
	chunks_revive(&s->chunks, *offset, bytes);
	return AB_OK;
}

static inline void
sized_give(struct sized *s, uint32_t offset, size_t bytes, size_t class_)
{
	chunks_die(&s->chunks, offset, bytes);
	if (sized_listed(bytes, class_))
		dead_put(&s->dead, &s->chunks, (unsigned)class_, offset);
}

/* ---- classes of sizes that are each rounded up a little ---- */

/* For nodes that have their prefixes in them, and for prefixes: 2 to 128 bytes by 2, to
 * 256 by 4, ... */
enum { STEPPED_UNIT = 2, STEPPED_BITS = 5 };
static_assert(
	DEAD_CLASSES >> STEPPED_BITS == 13, "room for blocks of 2 bytes to 256 KiB");

static inline unsigned
stepped_class(size_t n)
{
	return size_class((n + STEPPED_UNIT - 1) / STEPPED_UNIT, STEPPED_BITS);
}

/* Bytes of a block for `n`. */
static inline size_t
stepped_bytes(size_t n)
{
	return (size_t)STEPPED_UNIT * size_of_class(stepped_class(n), STEPPED_BITS);
}
#endif /* ART_SIZED_H */
