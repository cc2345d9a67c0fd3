/* values_whole.h: the values policy (values_policy.h) of 8 bytes each, unaligned. */
#ifndef PAGE_VALUES_WHOLE_H
#define PAGE_VALUES_WHOLE_H

#include <stddef.h>
#include <string.h>
#include "entry.h"

#ifdef PAGE_VALUES
#error "a variant has one values policy: values_whole.h or values_narrow.h"
#endif
#define PAGE_VALUES    1
#define VALUES_MOST(n) ((n) * sizeof(uint64_t))

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

/* ---- as a change leaves them ---- */

struct values_then {
	size_t bytes;
};

static inline struct values_then
values_with(const uint8_t *p, unsigned n, uint64_t value)
{
	(void)p;
	(void)value;
	return (struct values_then){ (n + 1) * sizeof value };
}

static inline struct values_then
values_without(const uint8_t *p, unsigned n, unsigned i)
{
	(void)p;
	(void)i;
	return (struct values_then){ (n - 1) * sizeof(uint64_t) };
}

/* ---- changing one ---- */

static inline bool
values_set(uint8_t *p, unsigned n, unsigned i, uint64_t value, struct values_then *then)
{
	(void)n;
	(void)then;
	memcpy(p + i * sizeof value, &value, sizeof value);
	return true;
}

static inline void
values_change(uint8_t *to, const uint8_t *p, unsigned n, unsigned i, uint64_t value,
	const struct values_then *then)
{
	memmove(to, p, n * sizeof value);
	values_set(to, n, i, value, NULL);
	(void)then;
}

/* ---- one comes or goes ---- */

static inline void
values_insert(uint8_t *to, const uint8_t *p, unsigned n, unsigned i, uint64_t value,
	const struct values_then *then)
{
	(void)then;
	size_t before = i * sizeof value, all = n * sizeof value;
	memmove(to + before + sizeof value, p + before, all - before);
	memmove(to, p, before);
	memcpy(to + before, &value, sizeof value);
}

static inline void
values_erase(uint8_t *to, const uint8_t *p, unsigned n, unsigned i,
	const struct values_then *then)
{
	(void)then;
	size_t before = i * sizeof(uint64_t), behind = before + sizeof(uint64_t);
	memmove(to, p, before);
	memmove(to + before, p + behind, n * sizeof(uint64_t) - behind);
}

static inline const char *
values_check(const uint8_t *p, unsigned n)
{
	(void)p;
	(void)n;
	return NULL;
}
#endif /* PAGE_VALUES_WHOLE_H */
