/* test_waste.c: what an index holds stays near what is alive in it: while nodes grow
 * all at once, after deletions and builds that had no memory to tidy up in, and where it
 * has taken all the memory there is. */
#include <string.h>
#include "contract/alloc.h"
#include "contract/rng.h"
#include "kit/suites.h"

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
	CHECK_IS(m.total, w->meter.live);
	return m.total;
}

static void
check_sound(const struct waste *w, size_t count)
{
	CHECK_IS(w->v->count(w->t), count);
	CHECK_SOUND(w->v, w->t);
}

/* Every node gains its n-th child before any gains the next. */
static void
grow_in_lockstep(struct waste *w)
{
	uint8_t buf[4];
	struct ab_memory m;
	for (uint32_t c = 0; c < CHILDREN; c++) {
		for (uint32_t p = 0; p < w->parents; p++)
			CHECK_STATUS(w->v->put(w->t, key_of(buf, p, c), c), AB_OK);
		w->v->memory(w->t, &m);
		if (!CHECK_MOST(m.slack, m.total / 2 + FLOOR))
			fprintf(stderr,
				"  %s, %u children, %zu bytes: more than half is slack, "
				"see struct ab_memory in harness/ab.h\n",
				w->v->name, c + 1, m.total);
		if (w->v->compact && c == CHILDREN / 2)
			CHECK_STATUS(w->v->compact(w->t), AB_OK);
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
			CHECK_STATUS(w->v->del(w->t, key_of(buf, p, c)), AB_OK);
	w->meter.fail_at = 0;
	check_sound(w, 0);
	CHECK_STATUS(w->v->put(w->t, key_of(buf, 0, 0), 1), AB_OK);
	CHECK_STATUS(w->v->del(w->t, key_of(buf, 0, 0)), AB_OK);
	if (!CHECK_MOST(total(w), fresh + FLOOR))
		fprintf(stderr,
			"  %s: all keys were deleted, and it holds %zu bytes still; "
			"an empty one has %zu, and %d more are allowed: see struct "
			"ab_memory in harness/ab.h\n",
			w->v->name, total(w), fresh, FLOOR);
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
	CHECK_STATUS(w->v->build(w->t, entries, n), AB_OK);
	uint64_t calls = w->meter.calls - before;
	size_t built = total(w);
	for (i = 0; i < n; i++)
		CHECK_STATUS(w->v->del(w->t, entries[i].key), AB_OK);
	w->meter.fail_at = w->meter.calls + calls / 2;
	w->meter.fail_on = fail_on;
	CHECK_STATUS(w->v->build(w->t, entries, n), AB_ENOMEM);
	w->meter.fail_at = 0;
	check_sound(w, 0);
	if (!fail_on)
		CHECK_MOST(total(w), fresh + FLOOR);
	CHECK_STATUS(w->v->build(w->t, entries, n), AB_OK);
	CHECK_MOST(total(w), built + FLOOR);
	check_sound(w, n);
	for (i = 0; i < n; i++)
		CHECK_STATUS(w->v->del(w->t, entries[i].key), AB_OK);
	free(entries);
	free(bytes);
}

/* ---- all the memory there is ---- */

enum { LIMIT = 1 << 20, LIMIT_IF_BULK = 1 << 16, LONGEST = 100 };

/* Key number `i`, of 8 to LONGEST bytes, without a NUL. */
static struct ab_key
limited_key(uint8_t *buf, uint64_t i)
{
	uint64_t number = rng_mix(i);
	size_t n = 8 + (size_t)(number % 64) * (number % 7) / 4 % (LONGEST - 7);
	for (size_t j = 0; j < n; j++)
		buf[j] = (uint8_t)('a' + rng_mix(number + j / 4) % 26);
	for (size_t j = 0; j < 8; j++)
		buf[j] = (uint8_t)('a' + (number >> 8 * j) % 26);
	return (struct ab_key){ buf, n };
}

/* Put keys from number `from` on until there is no memory; the number of the first that
 * was not put. */
static uint64_t
fill_up(struct waste *w, uint64_t from)
{
	uint8_t buf[LONGEST];
	enum ab_status status = AB_OK;
	for (; status >= 0; from++)
		status = w->v->put(w->t, limited_key(buf, from), from);
	CHECK_STATUS(status, AB_ENOMEM);
	CHECK_SOUND(w->v, w->t);
	return from - 1;
}

/* Delete keys [from, to) but each `kept`-th. */
static void
thin_out(struct waste *w, uint64_t from, uint64_t to, uint64_t kept)
{
	uint8_t buf[LONGEST];
	for (uint64_t i = from; i < to; i++)
		if (i % kept)
			CHECK(w->v->del(w->t, limited_key(buf, i)) >= 0);
}

/* Deletions make room where all that there was is taken, though nothing can be taken to
 * tidy up with. */
static void
fill_again(struct waste *w)
{
	w->meter.limit = w->v->caps & AB_BULK_LOAD ? LIMIT_IF_BULK : LIMIT;
	uint64_t n = fill_up(w, 0), was = w->v->count(w->t);
	thin_out(w, 0, n, 8);
	uint64_t end = fill_up(w, n), is = w->v->count(w->t);
	if (!CHECK(is >= was - was / 8))
		fprintf(stderr, "  %s: %zu keys fit, and then %zu\n", w->v->name,
			(size_t)was, (size_t)is);
	thin_out(w, 0, end, UINT64_MAX);
	fill_up(w, 1);
	is = w->v->count(w->t);
	if (!CHECK(is >= was - was / 8))
		fprintf(stderr, "  %s: %zu keys fit, and when it was empty %zu\n",
			w->v->name, (size_t)was, (size_t)is);
	w->meter.limit = 0;
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
	if (!(v->caps & AB_OOM_EXITS))
		fill_again(&w);
	v->destroy(w.t);
	CHECK_IS(w.meter.live, 0);
	return 0;
}
