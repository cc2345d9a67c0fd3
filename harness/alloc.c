/* alloc.c: the counting, failing allocator of alloc.h. */
#include "alloc.h"

/* Is this call, the next one, to fail? */
static bool
fails(struct ab_meter *m)
{
	m->calls++;
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
	void *p = fails(m) ? NULL : malloc(size);
	if (p)
		count(m, 0, size);
	return p;
}

static void *
meter_resize(void *ctx, void *p, size_t old_size, size_t size)
{
	struct ab_meter *m = ctx;
	void *q = fails(m) ? NULL : realloc(p, size);
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
