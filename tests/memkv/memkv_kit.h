/* memkv_kit.h: what the tests of the library share: an allocator that counts and fails, and a
 * digest of what a store holds. */
#ifndef MEMKV_KIT_H
#define MEMKV_KIT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "artbench/memkv.h"

struct purse {
	struct memkv_allocator a;
	size_t live, peak;
	uint64_t calls, fail_at; /* from 1; 0: none fails */
	bool fail_on;            /* nor does any after that one succeed */
};

static inline bool
purse_fails(struct purse *p)
{
	p->calls++;
	return p->fail_at &&
	       (p->calls == p->fail_at || (p->fail_on && p->calls > p->fail_at));
}

static inline void
purse_count(struct purse *p, size_t freed, size_t taken)
{
	p->live = p->live - freed + taken;
	if (p->live > p->peak)
		p->peak = p->live;
}

static inline void *
purse_alloc(void *ctx, size_t size)
{
	struct purse *p = (struct purse *)ctx;
	void *q = purse_fails(p) ? NULL : malloc(size);
	if (q)
		purse_count(p, 0, size);
	return q;
}

static inline void *
purse_resize(void *ctx, void *old, size_t old_size, size_t size)
{
	struct purse *p = (struct purse *)ctx;
	void *q = purse_fails(p) ? NULL : realloc(old, size);
	if (q)
		purse_count(p, old_size, size);
	return q;
}

static inline void
purse_free(void *ctx, void *old, size_t size)
{
	purse_count((struct purse *)ctx, size, 0);
	free(old);
}

static inline void
purse_init(struct purse *p)
{
	memset(p, 0, sizeof *p);
	p->a.alloc = purse_alloc;
	p->a.resize = purse_resize;
	p->a.free = purse_free;
	p->a.ctx = p;
}

/* Does the last failure's line have these words? Else it is shown. */
static inline bool
says(const char *words)
{
	bool right = strstr(memkv_error(), words);
	if (!right)
		fprintf(stderr, "  have: %s\n  want: %s\n", memkv_error(), words);
	return right;
}

/* FNV-1a (Fowler, Noll, Vo) over keys, lengths and values in order. */
static inline bool
digest_visit(void *arg, const void *key, size_t n, uint64_t value)
{
	uint64_t h = *(uint64_t *)arg ^ n;
	for (size_t i = 0; i < n; i++)
		h = (h ^ ((const uint8_t *)key)[i]) * 0x100000001b3u;
	for (int i = 0; i < 8; i++)
		h = (h ^ (value >> 8 * i & 0xff)) * 0x100000001b3u;
	*(uint64_t *)arg = h;
	return true;
}

/* 0 if it cannot be read. */
static inline uint64_t
digest_of_store(const memkv *kv)
{
	uint64_t h = 0xcbf29ce484222325u;
	return memkv_range(kv, NULL, 0, NULL, 0, digest_visit, &h) == MEMKV_OK ? h : 0;
}

#endif /* MEMKV_KIT_H */
