/* gauge.c: counts what an index holds, and keeps it to a limit: see internal.h.
 *
 * Counters are atomic, since scans of several threads may take memory at once. A limit is
 * enforced while a store is written only; and where it is read meanwhile, by threads that wait
 * for nobody, what these take for a scan is passed on uncounted, and given back so. Which that is
 * stands in the frame of the visit, for what others left to be freed is counted. */
#include <stdlib.h>
#include "internal.h"

static void *
malloc_alloc(void *ctx, size_t size)
{
	(void)ctx;
	return malloc(size);
}

static void *
malloc_resize(void *ctx, void *p, size_t old_size, size_t size)
{
	(void)ctx;
	(void)old_size;
	return realloc(p, size);
}

static void
malloc_free(void *ctx, void *p, size_t size)
{
	(void)ctx;
	(void)size;
	free(p);
}

const struct ab_alloc kv_malloc = { malloc_alloc, malloc_resize, malloc_free, NULL };

/* Where a scan beside which others write has noted the block, or, of NULL, notes one; NULL: it is
 * to be counted. */
static void **
gauge_passed_on(const struct gauge *g, const void *p)
{
	return g->scanned ? kv_visit_taken(g->scanned, p) : NULL;
}

/* Count `size` bytes more, if they may be had. */
static bool
gauge_take(struct gauge *g, size_t size)
{
	size_t before = atomic_fetch_add(&g->live, size);
	if (!g->limit || !atomic_load(&g->enforced) ||
		(before <= g->limit && size <= g->limit - before))
		return true;
	atomic_fetch_sub(&g->live, size);
	atomic_store(&g->refused, true);
	return false;
}

static void *
gauge_alloc(void *ctx, size_t size)
{
	struct gauge *g = ctx;
	void **note = gauge_passed_on(g, NULL);
	if (note)
		return *note = g->from.alloc(g->from.ctx, size);
	if (!gauge_take(g, size))
		return NULL;
	void *p = g->from.alloc(g->from.ctx, size);
	if (!p)
		atomic_fetch_sub(&g->live, size);
	return p;
}

static void *
gauge_resize(void *ctx, void *p, size_t old_size, size_t size)
{
	struct gauge *g = ctx;
	void **note = gauge_passed_on(g, p);
	size_t more = size > old_size ? size - old_size : 0;
	if (!note && !gauge_take(g, more))
		return NULL;
	void *q = g->from.resize(g->from.ctx, p, old_size, size);
	if (note)
		*note = q ? q : p;
	else if (!q)
		atomic_fetch_sub(&g->live, more);
	else if (size < old_size)
		atomic_fetch_sub(&g->live, old_size - size);
	return q;
}

static void
gauge_free(void *ctx, void *p, size_t size)
{
	struct gauge *g = ctx;
	void **note = gauge_passed_on(g, p);
	g->from.free(g->from.ctx, p, size);
	if (note)
		*note = NULL;
	else
		atomic_fetch_sub(&g->live, size);
}

void
gauge_init(
	struct gauge *g, const struct ab_alloc *from, size_t limit, const memkv *scanned)
{
	g->alloc = (struct ab_alloc){ gauge_alloc, gauge_resize, gauge_free, g };
	g->from = *from;
	g->limit = limit;
	g->scanned = scanned;
	atomic_init(&g->live, 0);
	atomic_init(&g->enforced, false);
	atomic_init(&g->refused, false);
}

bool
gauge_passed(struct gauge *g)
{
	bool passed = g->limit && atomic_load(&g->live) > g->limit;
	atomic_store(&g->refused, passed);
	return passed;
}
