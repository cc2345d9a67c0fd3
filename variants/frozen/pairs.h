/* pairs.h: how often a word follows another: a table of counts by pair of 16-bit
 * numbers, that doubles when half full. For training only.
 *
 * Ownership: `slot` until pairs_close. */
#ifndef FROZEN_PAIRS_H
#define FROZEN_PAIRS_H

#include "ab.h"
#include "../bytes/bits.h"

enum { PAIRS_FEWEST = 1 << 10 };

struct pairs {
	uint64_t *slot; /* pair << 32 | count; 0: empty */
	size_t slots, n;
};

static inline bool
pairs_open(struct pairs *p, size_t slots, const struct ab_alloc *mem)
{
	*p = (struct pairs){ .slots = slots };
	p->slot = ab_alloc(mem, slots * sizeof *p->slot);
	if (p->slot)
		memset(p->slot, 0, slots * sizeof *p->slot);
	return p->slot;
}

static inline void
pairs_close(const struct pairs *p, const struct ab_alloc *mem)
{
	if (p->slot)
		ab_free(mem, p->slot, p->slots * sizeof *p->slot);
}

static inline void
pairs_clear(struct pairs *p)
{
	memset(p->slot, 0, p->slots * sizeof *p->slot);
	p->n = 0;
}

static inline uint64_t *
pairs_find(const struct pairs *p, uint32_t pair)
{
	size_t i = (pair * 0x9e3779b97f4a7c15u >> 32) & (p->slots - 1);
	while (p->slot[i] && p->slot[i] >> 32 != pair)
		i = (i + 1) & (p->slots - 1);
	return &p->slot[i];
}

static inline bool
pairs_double(struct pairs *p, const struct ab_alloc *mem)
{
	struct pairs larger;
	if (!pairs_open(&larger, 2 * p->slots, mem))
		return false;
	for (size_t i = 0; i < p->slots; i++)
		if (p->slot[i])
			*pairs_find(&larger, (uint32_t)(p->slot[i] >> 32)) = p->slot[i];
	larger.n = p->n;
	pairs_close(p, mem);
	*p = larger;
	return true;
}

/* One more of `pair`; false if there was no memory to count it. */
static inline bool
pairs_count(struct pairs *p, uint32_t pair, const struct ab_alloc *mem)
{
	uint64_t *slot = pairs_find(p, pair);
	if (!*slot && 2 * p->n >= p->slots) {
		if (!pairs_double(p, mem))
			return false;
		slot = pairs_find(p, pair);
	}
	p->n += !*slot;
	*slot = (*slot ? *slot : (uint64_t)pair << 32) + 1;
	return true;
}
#endif /* FROZEN_PAIRS_H */
