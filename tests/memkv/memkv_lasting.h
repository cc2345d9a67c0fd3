/* memkv_lasting.h: what the tests of MEMKV_CONCURRENT share: a store with keys that last, and an
 * allocator that counts for several threads.
 *
 * Keys 0 to LASTING - 1 last; the others, of each writer OWN, lie between them. The lasting keys
 * that extend each other lead so deep that a scan takes memory. */
#ifndef MEMKV_LASTING_H
#define MEMKV_LASTING_H

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kit/check.h"
#include "memkv_oracle.h"
#include "contract/rng.h"

enum {
	WRITERS = 2,
	STEMS = 30,
	DEEP = 90,
	LASTING = STEMS + DEEP,
	OWN = 150,
	KEYS = LASTING + WRITERS * OWN,
	KEY_ROOM = 128
};

static const char *variant; /* NULL: none is made for it */
static memkv *kv;

/* The variant that is made for it, if there is one. */
static inline bool
variant_found(void)
{
	struct memkv_variant_info v;
	for (size_t i = 0; memkv_variant(i, &v); i++)
		if (v.concurrent)
			variant = v.name;
	return variant;
}

/* ---- keys and values ---- */

static inline size_t
name(unsigned id, char *key)
{
	if (id < STEMS)
		return (size_t)sprintf(key, "k/%02u", id);
	if (id < LASTING) {
		memset(key, 'd', KEY_ROOM);
		return id - STEMS + 1;
	}
	id -= LASTING;
	return (size_t)sprintf(key, "k/%02u%c%u", id % STEMS, "/0"[id / OWN], id % OWN);
}

static inline bool
is_right(const void *key, size_t n, uint64_t value)
{
	char own[KEY_ROOM];
	size_t own_n = name((unsigned)(value % KEYS), own);
	return oracle_cmp(key, n, own, own_n) == 0 &&
	       (value % KEYS >= LASTING || value < KEYS);
}

/* ---- an allocator that counts, for several threads ---- */

static atomic_size_t live;

static inline void *
count_alloc(void *ctx, size_t size)
{
	(void)ctx;
	atomic_fetch_add(&live, size);
	return malloc(size);
}

static inline void *
count_resize(void *ctx, void *p, size_t old_size, size_t size)
{
	(void)ctx;
	atomic_fetch_add(&live, size - old_size);
	return realloc(p, size);
}

static inline void
count_free(void *ctx, void *p, size_t size)
{
	(void)ctx;
	atomic_fetch_sub(&live, size);
	free(p);
}

static const struct memkv_allocator counting = { count_alloc, count_resize, count_free,
	NULL };

static inline memkv *
open_store(size_t memory_limit)
{
	memkv *made = NULL;
	struct memkv_options o = { .threads = MEMKV_CONCURRENT,
		.memory_limit = memory_limit,
		.allocator = &counting };
	CHECK(memkv_open(variant, &o, &made) == MEMKV_OK);
	return made;
}

static inline bool
put_lasting(memkv *to)
{
	char key[KEY_ROOM];
	bool right = true;
	for (unsigned id = 0; id < LASTING; id++) {
		size_t n = name(id, key);
		right = right && memkv_put(to, key, n, id, NULL) == MEMKV_OK;
	}
	return right;
}

/* What the store holds when all that waits is freed. */
static inline size_t
bytes_now(void)
{
	struct memkv_stats st = { 0 };
	CHECK(memkv_compact(kv) == MEMKV_OK && memkv_stats(kv, &st) == MEMKV_OK);
	return st.bytes;
}

#endif /* MEMKV_LASTING_H */
