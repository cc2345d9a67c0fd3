/* test_waste.c: what an index holds stays near what is alive in it: while nodes grow
 * all at once, after deletions and builds that had no memory to tidy up in. */
#include <string.h>
#include "alloc.h"
#include "suites.h"

enum {
	PARENTS = CHECK_SANITIZED ? 1024 : 4096, /* nodes that grow in lockstep */
	PARENTS_IF_BULK = 256,                   /* AB_BULK_LOAD */
	CHILDREN = 33,      /* to this many: past the kinds with sorted keys */
	FLOOR = 256 * 1024, /* bytes of slack that any size may have */
};

struct waste {
	const struct ab_variant *v;
	struct ab_index *t;
	struct ab_meter meter;
	uint32_t parents;
};

/* The key of child `c` of parent `p`, without a NUL; parents differ in their first
 * bytes. */
static struct ab_key
key_of(uint8_t *buf, uint32_t p, uint32_t c)
{
	buf[0] = (uint8_t)(1 + p / 128);
	buf[1] = (uint8_t)(1 + p % 128);
	buf[2] = (uint8_t)(1 + c * 7);
	buf[3] = 'k';
	return (struct ab_key){ buf, 4 };
}

static size_t
total(const struct waste *w)
{
	struct ab_memory m;
	w->v->memory(w->t, &m);
	CHECK(m.total == w->meter.live);
	return m.total;
}

static void
check_sound(const struct waste *w, size_t count)
{
	CHECK(w->v->count(w->t) == count);
	CHECK(!w->v->check || w->v->check(w->t) == NULL);
}

/* Every node gains its n-th child before any gains the next. */
static void
grow_in_lockstep(struct waste *w)
{
	uint8_t buf[4];
	struct ab_memory m;
	for (uint32_t c = 0; c < CHILDREN; c++) {
		for (uint32_t p = 0; p < w->parents; p++)
			CHECK(w->v->put(w->t, key_of(buf, p, c), c) == AB_OK);
		w->v->memory(w->t, &m);
		if (!CHECK(m.slack <= m.total / 2 + FLOOR))
			fprintf(stderr, "  %s, %u children: slack %zu of %zu bytes\n",
				w->v->name, c + 1, m.slack, m.total);
		if (w->v->compact && c == CHILDREN / 2)
			CHECK(w->v->compact(w->t) == AB_OK);
	}
	check_sound(w, (size_t)CHILDREN * w->parents);
}

/* What deletions without memory leave behind goes with the next one that has some. */
static void
delete_without_memory(struct waste *w, size_t fresh)
{
	uint8_t buf[4];
	w->meter.fail_at = w->meter.calls + 1;
	w->meter.fail_on = true;
	for (uint32_t c = 0; c < CHILDREN; c++)
		for (uint32_t p = 0; p < w->parents; p++)
			CHECK(w->v->del(w->t, key_of(buf, p, c)) == AB_OK);
	w->meter.fail_at = 0;
	check_sound(w, 0);
	CHECK(w->v->put(w->t, key_of(buf, 0, 0), 1) == AB_OK);
	CHECK(w->v->del(w->t, key_of(buf, 0, 0)) == AB_OK);
	CHECK(total(w) <= fresh + FLOOR);
}

/* A build that ran out of memory is gone without a trace, at once if one allocation
 * failed, or else when there is memory again. */
static void
build_without_memory(struct waste *w, size_t fresh, bool fail_on)
{
	enum { BYTES = 4 };
	size_t n = (size_t)w->parents * CHILDREN, i = 0;
	uint8_t *bytes = malloc(n * BYTES);
	struct ab_entry *entries = malloc(n * sizeof *entries);
	for (uint32_t p = 0; p < w->parents; p++)
		for (uint32_t c = 0; c < CHILDREN; c++, i++)
			entries[i] = (struct ab_entry){ key_of(bytes + i * BYTES, p, c),
				c };
	uint64_t before = w->meter.calls;
	CHECK(w->v->build(w->t, entries, n) == AB_OK);
	uint64_t calls = w->meter.calls - before;
	size_t built = total(w);
	for (i = 0; i < n; i++)
		CHECK(w->v->del(w->t, entries[i].key) == AB_OK);
	w->meter.fail_at = w->meter.calls + calls / 2;
	w->meter.fail_on = fail_on;
	CHECK(w->v->build(w->t, entries, n) == AB_ENOMEM);
	w->meter.fail_at = 0;
	check_sound(w, 0);
	CHECK(fail_on || total(w) <= fresh + FLOOR);
	CHECK(w->v->build(w->t, entries, n) == AB_OK);
	CHECK(total(w) <= built + FLOOR);
	check_sound(w, n);
	for (i = 0; i < n; i++)
		CHECK(w->v->del(w->t, entries[i].key) == AB_OK);
	free(entries);
	free(bytes);
}

int
suite_waste(const struct ab_variant *v, uint64_t seed)
{
	(void)seed; /* nothing here is random */
	if (!v->memory || v->caps & (AB_OWN_ALLOC | AB_HOLDS_NOTHING))
		return check_skip("its memory cannot be counted");
	if (!v->put || !v->del)
		return check_skip("has no put and del: it never changes");
	struct waste w = { .v = v };
	w.parents = v->caps & AB_BULK_LOAD ? PARENTS_IF_BULK : PARENTS;
	ab_meter_init(&w.meter);
	w.t = v->create(&w.meter.alloc);
	if (!CHECK(w.t != NULL))
		return 0;
	size_t fresh = total(&w);
	grow_in_lockstep(&w);
	if (!(v->caps & AB_OOM_EXITS))
		delete_without_memory(&w, fresh);
	if (v->build && !(v->caps & AB_OOM_EXITS)) {
		build_without_memory(&w, fresh, false);
		build_without_memory(&w, fresh, true);
	}
	v->destroy(w.t);
	CHECK(w.meter.live == 0);
	return 0;
}
