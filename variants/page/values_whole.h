/* values_whole.h: the values policy (values_policy.h) of 8 bytes each, unaligned. */
#ifndef PAGE_VALUES_WHOLE_H
#define PAGE_VALUES_WHOLE_H

#include <stddef.h>
#include <string.h>
#include "entry.h"

#ifdef PAGE_VALUES
#error "a variant has one values policy: values_whole.h or values_narrow.h"
#endif
#define PAGE_VALUES 1

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
#endif /* PAGE_VALUES_WHOLE_H */
