/* test_hybrid.c: a base of which many keys in a row are dead (variants/hybrid/hybrid_merge.h): scans
 * and `scan_back` begin behind them, and in no time. */
#include <time.h>
#include "contract/alloc.h"
#include "kit/check.h"
#include "contract/rng.h"
#include "kit/suites.h"

enum {
	KEYS = CHECK_SANITIZED ? 20000 : 60000,
	SECONDS = 10, /* of the processor; a second is enough */
	KEY = 8,
};

/* Key number `i`: in their order, 100 of them with the same first six bytes. */
static struct ab_key
make_key(uint8_t *buf, size_t i)
{
	for (size_t b = KEY; b--; i /= 10)
		buf[b] = (uint8_t)('0' + i % 10);
	return (struct ab_key){ buf, KEY };
}

static struct ab_index *
build(const struct ab_variant *v, const struct ab_alloc *mem)
{
	uint8_t(*bytes)[KEY] = malloc(KEYS * sizeof *bytes);
	struct ab_entry *e = malloc(KEYS * sizeof *e);
	struct ab_index *t = v->create(mem);
	for (size_t i = 0; i < KEYS; i++)
		e[i] = (struct ab_entry){ make_key(bytes[i], i), i };
	CHECK(v->build(t, e, KEYS) == AB_OK);
	free(e);
	free(bytes);
	return t;
}

static double
seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* What the visitor is to find. */
struct expected {
	size_t next, visits;
	bool right, stop;
};

static bool
expect(void *arg, struct ab_key key, uint64_t value)
{
	struct expected *x = arg;
	uint8_t buf[KEY];
	x->right = x->right && value == x->next &&
		   ab_key_cmp(key, make_key(buf, x->next)) == 0;
	x->next++;
	x->visits++;
	return !x->stop;
}

/* As a queue is emptied, from one end or the other. */
static void
test_queue(const struct ab_variant *v, bool from_end)
{
	struct ab_meter m;
	uint8_t buf[KEY];
	ab_meter_init(&m);
	struct ab_index *t = build(v, &m.alloc);
	double begin = seconds();
	for (size_t i = 0; i < KEYS && seconds() < begin + SECONDS; i++) {
		size_t rank = from_end ? KEYS - 1 - i : i;
		struct expected x = { .next = rank, .right = true, .stop = true };
		struct ab_range all = { 0 };
		if (from_end)
			v->scan_back(t, all, expect, &x);
		else
			v->scan(t, all, expect, &x);
		CHECK(x.right && x.visits == 1);
		CHECK(v->del(t, make_key(buf, rank)) == AB_OK);
	}
	CHECK(v->count(t) == 0);
	v->destroy(t);
	CHECK(m.live == 0);
}

/* From rank `at` on a scan, the last key before it, and those with its first bytes. */
static void
look(const struct ab_variant *v, const struct ab_index *t, const bool *dead, size_t at)
{
	uint8_t buf[KEY];
	struct ab_key key = make_key(buf, at);
	size_t next = at, before = at, first = at / 100 * 100, living = 0, visits = 0;
	while (next < KEYS && dead[next])
		next++;
	while (before && dead[before - 1])
		before--;
	for (size_t i = first; i < first + 100; i++)
		living += !dead[i];
	struct expected x = { .next = next, .right = true, .stop = true };
	v->scan(t, (struct ab_range){ .lo = key }, expect, &x);
	CHECK(x.right && x.visits == (next < KEYS));
	x = (struct expected){ .next = before - 1, .right = true, .stop = true };
	v->scan_back(t, (struct ab_range){ .hi = make_key(buf, at), .has_hi = true },
		expect, &x);
	CHECK(x.right && x.visits == (before > 0));
	key = make_key(buf, at);
	v->scan_prefix(t, (struct ab_key){ key.p, KEY - 2 }, count_visit, &visits);
	CHECK(visits == living);
}

/* Dead runs of every length about those of pages and words, at any place. */
static void
test_runs(const struct ab_variant *v)
{
	enum { RUNS = 40, LOOKS = 200, LONGEST = 400 };
	static bool dead[KEYS];
	struct ab_meter m;
	uint8_t buf[KEY];
	uint64_t rng = 1;
	ab_meter_init(&m);
	struct ab_index *t = build(v, &m.alloc);
	for (size_t run = 0; run < RUNS; run++) {
		size_t n = 1 + rng_below(&rng, LONGEST);
		size_t from = rng_below(&rng, KEYS - LONGEST);
		for (size_t i = from; i < from + n; i++) {
			enum ab_status status = v->del(t, make_key(buf, i));
			CHECK(status == (dead[i] ? AB_NOT_FOUND : AB_OK));
			dead[i] = true;
		}
		for (size_t i = 0; i < LOOKS; i++)
			look(v, t, dead, from + rng_below(&rng, n));
	}
	CHECK(v->check(t) == NULL);
	v->destroy(t);
	CHECK(m.live == 0);
}

int
main(void)
{
	const struct ab_variant *v = ab_variant_named("hybrid_front");
	test_queue(v, false);
	test_queue(v, true);
	test_runs(v);
	return check_finish();
}
