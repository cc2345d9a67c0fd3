/* sized.h: blocks of classes of sizes out of chunks, whose owners know how large they
 * are: inner nodes.
 *
 * Live bytes are those of blocks in use, and the first CHUNK_ALIGN of chunk 0.
 *
 * Units: bytes. Ownership, errors, threads: as chunks.h; sized_give cannot fail. */
#ifndef ART_SIZED_H
#define ART_SIZED_H

#include <assert.h>
#include "dead.h"
#include "../size_class.h"

/* 2 to 128 bytes by 2, to 256 by 4, ... */
enum { SIZED_UNIT = 2, SIZED_BITS = 5 };
static_assert(DEAD_CLASSES >> SIZED_BITS == 13, "room for blocks of 2 bytes to 256 KiB");

struct sized {
	struct chunks chunks;
	struct dead_lists dead;
};

static inline unsigned
sized_class(size_t n)
{
	return size_class((n + SIZED_UNIT - 1) / SIZED_UNIT, SIZED_BITS);
}

/* Bytes of a block for `n`. */
static inline size_t
sized_bytes(size_t n)
{
	return (size_t)SIZED_UNIT * size_of_class(sized_class(n), SIZED_BITS);
}

/* Take a zeroed block of `bytes` >= DEAD_LEAST, which sized_bytes gave. */
static inline enum ab_status
sized_take(struct sized *s, const struct ab_alloc *mem, size_t bytes, uint32_t *offset)
{
	enum ab_status status = AB_OK;
	*offset = dead_take(&s->dead, &s->chunks, sized_class(bytes));
	if (*offset)
		chunks_revive(&s->chunks, *offset, bytes);
	else
		status = chunks_take(&s->chunks, mem, bytes, offset);
	if (status == AB_OK)
		memset(chunks_at(&s->chunks, *offset), 0, bytes);
	return status;
}

static inline void
sized_give(struct sized *s, uint32_t offset, size_t bytes)
{
	chunks_die(&s->chunks, offset, bytes);
	dead_put(&s->dead, &s->chunks, sized_class(bytes), offset);
}
#endif /* ART_SIZED_H */
