/* values_whole.h: the values of a page, 8 bytes each, unaligned. */
#ifndef PAGE_VALUES_H
#define PAGE_VALUES_H

#include <string.h>
#include "entry.h"

/* Bytes of the `n` values at `p`. */
static inline size_t
values_bytes(const uint8_t *p, unsigned n)
{
	(void)p;
	return n * sizeof(uint64_t);
}

/* Bytes that the values of e[0..n) take. */
static inline size_t
values_measure(const struct entry *e, unsigned n)
{
	(void)e;
	return n * sizeof(uint64_t);
}

static inline void
values_write(uint8_t *p, const struct entry *e, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		memcpy(p + i * sizeof(uint64_t), &e[i].value, sizeof(uint64_t));
}

static inline uint64_t
values_get(const uint8_t *p, unsigned i)
{
	uint64_t value;
	memcpy(&value, p + i * sizeof value, sizeof value);
	return value;
}

static inline void
values_set(uint8_t *p, unsigned i, uint64_t value)
{
	memcpy(p + i * sizeof value, &value, sizeof value);
}
#endif /* PAGE_VALUES_H */
