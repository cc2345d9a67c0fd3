/* sized.h: blocks out of chunks, whose owners know how large they are, and who takes
 * which again: those of one class have one size. Nodes, prefixes, records.
 *
 * Blocks too small to be listed, and of no class there is, are used once.
 *
 * Live bytes are those of blocks in use, and the first CHUNK_ALIGN of chunk 0.
 *
 * Units: bytes. Ownership, errors, threads: as chunks.h; sized_give cannot fail. */
#ifndef ART_SIZED_H
#define ART_SIZED_H

#include <assert.h>
#include "dead.h"
#include "../bytes/size_class.h"

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
