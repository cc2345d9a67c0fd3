/* pool.h: blocks of a few fixed sizes from one space, with a free list a size
 * threaded through the dead blocks' first four bytes. Offset 0 is never a block,
 * so a zeroed ref can mean "none". Block sizes are multiples of POOL_ALIGN, and so
 * are their addresses.
 *
 * taken == POOL_ALIGN + bytes of blocks in use + dead, at any time.
 *
 * Ownership, errors, threads: as space.h; pool_give cannot fail. */
#ifndef ART_POOL_H
#define ART_POOL_H

#include <string.h>
#include "space.h"

enum { POOL_CLASSES = 32, POOL_ALIGN = 2 };

struct pool {
	struct space space;
	uint32_t free[POOL_CLASSES]; /* first dead block of each size class, 0: none */
	size_t dead;                 /* bytes on the free lists */
};

/* A pool must be opened before use: this takes offset 0 out of the way. */
static inline enum ab_status
pool_open(struct pool *p, const struct ab_alloc *mem)
{
	uint32_t offset;
	return space_take(&p->space, mem, POOL_ALIGN, &offset);
}

/* A zeroed block of `bytes`, which every block of this class has. */
static inline enum ab_status
pool_take(struct pool *p, const struct ab_alloc *mem, size_t bytes, unsigned class_,
	uint32_t *offset)
{
	if (p->free[class_]) {
		*offset = p->free[class_];
		memcpy(&p->free[class_], space_at(&p->space, *offset), sizeof *p->free);
		p->dead -= bytes;
	} else {
		enum ab_status status = space_take(&p->space, mem, bytes, offset);
		if (status != AB_OK)
			return status;
	}
	memset(space_at(&p->space, *offset), 0, bytes);
	return AB_OK;
}

static inline void
pool_give(struct pool *p, uint32_t offset, size_t bytes, unsigned class_)
{
	memcpy(space_at(&p->space, offset), &p->free[class_], sizeof *p->free);
	p->free[class_] = offset;
	p->dead += bytes;
}
#endif /* ART_POOL_H */
