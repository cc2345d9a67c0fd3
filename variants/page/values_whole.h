/* values_whole.h: the values of a page, 8 bytes each, unaligned.
 *
 * What page.h, page_draft.h and put.h need of a values policy; `n` is how many there are:
 *
 *  values_bytes(p, n)          bytes of those at `p`
 *  values_measure(e, n)        bytes that the values of e[0..n) take
 *  values_write(p, e, n)       write them
 *  values_open(p)              to read them: struct values
 *  values_get(&v, i)           value number `i`
 *  values_set(p, n, i, value)  change it; false, and nothing changed: all of them have to
 *                              be written anew, and may take more bytes or less
 *  values_check(p, n)          NULL, or what broke */
#ifndef PAGE_VALUES_H
#define PAGE_VALUES_H

#include <stddef.h>
#include <string.h>
#include "entry.h"

struct values {
	const uint8_t *row;
};

static inline size_t
values_bytes(const uint8_t *p, unsigned n)
{
	(void)p;
	return n * sizeof(uint64_t);
}

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

static inline struct values
values_open(const uint8_t *p)
{
	return (struct values){ p };
}

static inline uint64_t
values_get(const struct values *v, unsigned i)
{
	uint64_t value;
	memcpy(&value, v->row + i * sizeof value, sizeof value);
	return value;
}

static inline bool
values_set(uint8_t *p, unsigned n, unsigned i, uint64_t value)
{
	(void)n;
	memcpy(p + i * sizeof value, &value, sizeof value);
	return true;
}

static inline const char *
values_check(const uint8_t *p, unsigned n)
{
	(void)p;
	(void)n;
	return NULL;
}
#endif /* PAGE_VALUES_H */
