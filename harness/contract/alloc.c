/* alloc.c: see alloc.h. */
#include <dlfcn.h>
#include <malloc.h>
#include <stdio.h>
#include "alloc.h"

/* ---- the counting, failing allocator ---- */

/* Is this call, the next one, which would hold `size` bytes in place of `old`, to fail? */
static bool
fails(struct ab_meter *m, size_t old, size_t size)
{
	m->calls++;
	if (m->limit && size > old && m->live + (size - old) > m->limit)
		return true;
	return m->fail_at &&
	       (m->calls == m->fail_at || (m->fail_on && m->calls > m->fail_at));
}

static void
count(struct ab_meter *m, size_t freed, size_t taken)
{
	m->live = m->live - freed + taken;
	if (m->live > m->peak)
		m->peak = m->live;
}

static void *
meter_alloc(void *ctx, size_t size)
{
	struct ab_meter *m = ctx;
	void *p = fails(m, 0, size) ? NULL : malloc(size);
	if (p)
		count(m, 0, size);
	return p;
}

static void *
meter_resize(void *ctx, void *p, size_t old_size, size_t size)
{
	struct ab_meter *m = ctx;
	void *q = fails(m, old_size, size) ? NULL : realloc(p, size);
	if (q)
		count(m, old_size, size);
	return q;
}

static void
meter_free(void *ctx, void *p, size_t size)
{
	count(ctx, size, 0);
	free(p);
}

void
ab_meter_init(struct ab_meter *m)
{
	*m = (struct ab_meter){ .alloc = { meter_alloc, meter_resize, meter_free, m } };
}

/* ---- what malloc keeps ---- */

/* Of a malloc that is preloaded, or linked by somebody else: by name. */
static bool
find(void *function, const char *name)
{
	*(void **)function = dlsym(RTLD_DEFAULT, name);
	return *(void **)function;
}

/* jemalloc's manual: what mallctl takes, and MALLCTL_ARENAS_ALL. */
enum { JEMALLOC_ALL_ARENAS = 4096 };

void
ab_alloc_trim(void)
{
	int (*mallctl)(const char *, void *, size_t *, void *, size_t);
	void (*release)(void);     /* of tcmalloc */
	void (*collect)(bool all); /* of mimalloc */
	char purge[32];
	malloc_trim(0);
	if (find(&mallctl, "mallctl")) {
		snprintf(purge, sizeof purge, "arena.%d.purge", JEMALLOC_ALL_ARENAS);
		mallctl("thread.tcache.flush", NULL, NULL, NULL, 0);
		mallctl(purge, NULL, NULL, NULL, 0);
	}
	if (find(&release, "MallocExtension_ReleaseFreeMemory"))
		release();
	if (find(&collect, "mi_collect"))
		collect(true);
}
