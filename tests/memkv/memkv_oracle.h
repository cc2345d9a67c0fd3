/* memkv_oracle.h: the simplest ordered map, to hold a store against: a sorted array.
 *
 * Ownership: it copies keys. Errors: it ends the program without memory. Threads: one. */
#ifndef MEMKV_ORACLE_H
#define MEMKV_ORACLE_H

#include <stdlib.h>
#include <string.h>
#include "artbench/memkv.h"

struct oracle {
	struct memkv_entry *e;
	size_t n, room;
};

static inline int
oracle_cmp(const void *a, size_t a_n, const void *b, size_t b_n)
{
	size_t n = a_n < b_n ? a_n : b_n;
	int c = n ? memcmp(a, b, n) : 0;
	return c ? c : (a_n > b_n) - (a_n < b_n);
}

/* How many keys are below. */
static inline size_t
oracle_rank(const struct oracle *o, const void *key, size_t n)
{
	size_t lo = 0, hi = o->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (oracle_cmp(o->e[mid].key, o->e[mid].n, key, n) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static inline struct memkv_entry *
oracle_find(const struct oracle *o, const void *key, size_t n)
{
	size_t i = oracle_rank(o, key, n);
	return i < o->n && oracle_cmp(o->e[i].key, o->e[i].n, key, n) == 0 ? &o->e[i]
									   : NULL;
}

static inline void *
oracle_need(void *p)
{
	if (!p)
		abort();
	return p;
}

static inline void
oracle_put(struct oracle *o, const void *key, size_t n, uint64_t value)
{
	struct memkv_entry *e = oracle_find(o, key, n);
	if (e) {
		e->value = value;
		return;
	}
	size_t i = oracle_rank(o, key, n);
	if (o->n == o->room) {
		o->room = 2 * o->room + 16;
		o->e = (struct memkv_entry *)oracle_need(
			realloc(o->e, o->room * sizeof *o->e));
	}
	memmove(o->e + i + 1, o->e + i, (o->n++ - i) * sizeof *o->e);
	void *copy = oracle_need(malloc(n + 1));
	if (n)
		memcpy(copy, key, n);
	o->e[i] = (struct memkv_entry){ copy, n, value };
}

static inline void
oracle_remove(struct oracle *o, const void *key, size_t n)
{
	struct memkv_entry *e = oracle_find(o, key, n);
	if (!e)
		return;
	free((void *)(uintptr_t)e->key);
	memmove(e, e + 1, (size_t)(o->e + --o->n - e) * sizeof *e);
}

static inline void
oracle_clear(struct oracle *o)
{
	for (size_t i = 0; i < o->n; i++)
		free((void *)(uintptr_t)o->e[i].key);
	free(o->e);
	*o = (struct oracle){ 0 };
}

#endif /* MEMKV_ORACLE_H */
