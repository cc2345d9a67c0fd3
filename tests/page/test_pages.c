/* test_pages.c VARIANT: keys at the limits of a page (variants/page/page.h): lcps about
 * 255, texts about 127 and 1,024 bytes, keys too long to share a page, beside short ones.
 * Operations on them must agree with the sorted array, also while memory comes and goes:
 * then pages hold ghosts, and ranges of keys no page. */
#include <stdlib.h>
#include <string.h>
#include "kit/model.h"
#include "contract/rng.h"

enum {
	LONGEST = 65535,
	STEPS = 3000,
	RUNS = CHECK_SANITIZED ? 1 : 6,
	COMPARE_EVERY = 500,
	REBUILD_EVERY = 130,
};

/* What a key starts with, how long it goes on, and how many different ones there are. */
struct shape {
	size_t prefix, least, most, few;
};

static const struct shape shapes[] = {
	{ 0, 0, 12, 200 },       /* short, and the empty key */
	{ 250, 1, 12, 60 },      /* lcps about 255 */
	{ 3, 120, 134, 40 },     /* texts about 127 */
	{ 900, 100, 140, 40 },   /* rests about 1,024 */
	{ 5, 1010, 1040, 20 },   /* texts about 1,024 */
	{ 2, 5000, 5003, 4 },    /* long ones that share much */
	{ LONGEST - 3, 1, 3, 3 } /* the longest */
};

/* A key of the shape: its prefix of one letter, then a number, then one letter again; or
 * it differs from another late. */
static struct ab_key
make_key(uint8_t *buf, uint64_t *rng)
{
	const struct shape *s = &shapes[rng_below(rng, sizeof shapes / sizeof *shapes)];
	size_t n = s->prefix + s->least + rng_below(rng, s->most - s->least + 1);
	uint8_t letter = (uint8_t)('a' + rng_below(rng, 2));
	memset(buf, letter, n);
	size_t at = rng_below(rng, 2) || n < s->prefix + 8 ? s->prefix : n - 4;
	uint64_t number = rng_mix(rng_below(rng, s->few));
	for (size_t i = at; i < n && i < at + 4; i++)
		buf[i] = (uint8_t)(number >> 8 * (i - at));
	return (struct ab_key){ buf, n };
}

/* Puts at first, then deletions, by turns; without memory every other time. Now and then
 * it is built of what it holds. */
static void
test_random(const struct ab_variant *v, uint64_t seed, bool starve)
{
	static uint8_t buf[LONGEST + 1];
	struct model m;
	uint64_t rng = seed;
	if (!CHECK(model_open(&m, v, "page limits", seed, 0, false)))
		return;
	for (unsigned i = 0; i < STEPS && !m.broken; i++) {
		bool puts = rng_below(&rng, 8) < (i / COMPARE_EVERY % 2 ? 2 : 6);
		struct ab_key key = make_key(buf, &rng);
		m.meter.fail_at = 0;
		if (starve && i / 100 % 2) {
			m.meter.fail_at = m.meter.calls + 1 + rng_below(&rng, 2);
			m.meter.fail_on = true;
		}
		if (puts)
			model_put(&m, key, rng_next(&rng));
		else
			model_del(&m, key);
		m.meter.fail_at = 0;
		if (i % REBUILD_EVERY == 0)
			model_apply(&m, &(struct ops_op){ .kind = OPS_REBUILD });
		if (i % COMPARE_EVERY == 0)
			model_compare(&m);
	}
	EXPECT(&m, (m.refused > 0) == starve);
	m.meter.fail_at = 0;
	m.refused = 0;
	model_compare(&m);
	model_drain(&m, true);
	model_close(&m);
}

static int
by_key(const void *a, const void *b)
{
	const struct ab_entry *x = a, *y = b;
	return ab_key_cmp(x->key, y->key);
}

/* Such keys in order, no two the same; how many of `n`. */
static size_t
make_entries(struct ab_entry *e, size_t n, uint64_t seed)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		uint8_t *buf = malloc(LONGEST + 1);
		e[i] = (struct ab_entry){ make_key(buf, &seed), i };
	}
	qsort(e, n, sizeof *e, by_key);
	for (size_t i = 0; i < n; i++)
		if (kept && by_key(&e[kept - 1], &e[i]) == 0)
			free((void *)(uintptr_t)e[i].key.p);
		else
			e[kept++] = e[i];
	return kept;
}

/* A build of them without its n-th allocation; was that reached? */
static bool
build_failing(
	const struct ab_variant *v, const struct ab_entry *e, size_t keys, uint64_t n)
{
	struct ab_meter m;
	uint64_t value;
	size_t wrong = 0;
	ab_meter_init(&m);
	struct ab_index *t = v->create(&m.alloc);
	size_t before = m.live;
	m.fail_at = m.calls + n;
	enum ab_status status = v->build(t, e, keys);
	bool reached = m.calls >= m.fail_at;
	m.fail_at = 0;
	if (status == AB_ENOMEM) {
		CHECK(reached && m.live == before && v->count(t) == 0);
		CHECK(v->check(t) == NULL);
		status = v->build(t, e, keys);
	}
	CHECK(status == AB_OK && v->count(t) == keys && v->check(t) == NULL);
	for (size_t i = 0; i < keys; i++)
		wrong += v->get(t, e[i].key, &value) != AB_OK || value != e[i].value;
	CHECK_IS(wrong, 0);
	v->destroy(t);
	CHECK_IS(m.live, 0);
	return reached;
}

/* A build as far as there is memory, and then once more. */
static void
test_build(const struct ab_variant *v)
{
	enum { KEYS = 500 };
	static struct ab_entry e[KEYS];
	uint64_t failures = 0;
	size_t keys = make_entries(e, KEYS, 1);
	while (build_failing(v, e, keys, failures + 1))
		failures++;
	CHECK(failures > 10);
	for (size_t i = 0; i < keys; i++)
		free((void *)(uintptr_t)e[i].key.p);
}

/* Each key goes on from the one before: lcps rise past 255 where all texts are short. */
static void
test_stairs(const struct ab_variant *v)
{
	static const size_t steps[] = { 100, 200, 254, 255, 256, 257, 258 };
	uint8_t buf[258];
	struct model m;
	memset(buf, 's', sizeof buf);
	if (!CHECK(model_open(&m, v, "stairs", 0, 0, false)))
		return;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		model_put(&m, (struct ab_key){ buf, steps[i] }, i);
		model_compare(&m);
	}
	model_drain(&m, true);
	model_close(&m);
}

/* A key matches one of a page in more bytes than an lcp there can be, and others follow. */
static void
test_long_match(const struct ab_variant *v)
{
	enum { SHARED = 200, MATCH = 320 };
	uint8_t buf[MATCH + 1], beyond[SHARED];
	struct model m;
	memset(buf, 's', sizeof buf);
	memset(buf + SHARED, 'u', sizeof buf - SHARED);
	memset(beyond, 's', sizeof beyond);
	beyond[SHARED - 1] = 't';
	if (!CHECK(model_open(&m, v, "a long match", 0, 0, false)))
		return;
	model_put(&m, (struct ab_key){ buf, SHARED / 2 }, 0); /* or a text is too long */
	model_put(&m, (struct ab_key){ buf, SHARED }, 1);
	model_put(&m, (struct ab_key){ buf, MATCH }, 2);
	model_put(&m, (struct ab_key){ beyond, SHARED }, 3);
	model_put(&m, (struct ab_key){ buf, MATCH + 1 }, 4);
	model_compare(&m);
	model_drain(&m, true);
	model_close(&m);
}

/* Keys of which each is a little shorter than the one before, and above it: what nodes hold
 * of them gets shorter, too, and none of them may split so that a tree of few keys is high. */
static void
test_falling(const struct ab_variant *v)
{
	enum { KEYS = 100, FIRST = 8000, STEP = 30 };
	static uint8_t buf[FIRST];
	struct model m;
	if (!CHECK(model_open(&m, v, "falling", 0, 0, false)))
		return;
	for (size_t i = 0; i < KEYS; i++) {
		size_t n = FIRST - STEP * i;
		memset(buf, 'f', n);
		buf[n - 1] = 'g';
		model_put(&m, (struct ab_key){ buf, n }, i);
	}
	model_compare(&m);
	model_drain(&m, true);
	model_close(&m);
}

/* Separators of a node of which each is a byte shorter than the one before: where it splits
 * for its many children it looks for a short one near the middle, and that is not beyond
 * its end. Each key is a page, and comes before those that are there. */
static void
test_shortening(const struct ab_variant *v)
{
	enum { KEYS = 200, TEXT = 1200 };
	static uint8_t buf[KEYS + 1 + TEXT];
	struct model m;
	if (!CHECK(model_open(&m, v, "shortening", 0, 0, false)))
		return;
	for (size_t i = 0; i < KEYS; i++) {
		memset(buf, 'f', i);
		memset(buf + i, 'g', 1 + TEXT);
		model_put(&m, (struct ab_key){ buf, i + 1 + TEXT }, i);
	}
	model_compare(&m);
	model_drain(&m, true);
	model_close(&m);
}

/* Keys below one prefix that is longer than a node of short separators: it costs a node as
 * much, and not each of them; nor do nodes stay that have lost their pages. */
static void
test_long_prefix(const struct ab_variant *v)
{
	enum { KEYS = 20000, PREFIX = 5000, MOST = 32, KEPT = KEYS / 10 };
	static uint8_t buf[PREFIX + 8];
	struct ab_meter meter, fresh;
	ab_meter_init(&meter);
	ab_meter_init(&fresh);
	struct ab_index *t = v->create(&meter.alloc), *few = v->create(&fresh.alloc);
	memset(buf, 'p', PREFIX);
	for (uint64_t i = 0; i < KEYS; i++) {
		uint64_t number = rng_mix(i);
		memcpy(buf + PREFIX, &number, sizeof number);
		CHECK(v->put(t, (struct ab_key){ buf, sizeof buf }, i) == AB_OK);
		if (i < KEPT)
			v->put(few, (struct ab_key){ buf, sizeof buf }, i);
	}
	CHECK(v->check(t) == NULL);
	if (!CHECK(meter.live < KEYS * MOST))
		fprintf(stderr, "  %s: %zu bytes\n", v->name, meter.live);
	for (uint64_t i = KEPT; i < KEYS; i++) {
		uint64_t number = rng_mix(i);
		memcpy(buf + PREFIX, &number, sizeof number);
		CHECK(v->del(t, (struct ab_key){ buf, sizeof buf }) == AB_OK);
	}
	CHECK(v->check(t) == NULL);
	if (!CHECK(meter.live * 2 < fresh.live * 3))
		fprintf(stderr, "  %s: %zu bytes, fresh %zu\n", v->name, meter.live,
			fresh.live);
	v->destroy(t);
	v->destroy(few);
	CHECK(meter.live == 0 && fresh.live == 0);
}

/* ---- ghosts ---- */

enum { FULL = 58, TEXT = 40, CHAIN = 3, LONGEST_OF_CHAIN = 150, PADDING = 4096 };

/* Key number `i` of a page's worth: with those below some 3,040 bytes, near the most that
 * a page has and its block is rounded up to, so that there is no room for more. */
static struct ab_key
full_key(uint8_t *buf, unsigned i)
{
	memset(buf, 'f', TEXT);
	buf[0] = 'b';
	buf[1] = (uint8_t)i;
	return (struct ab_key){ buf, TEXT };
}

/* Three keys before those, each of which goes on from the one before: without the second,
 * the text of the third is over 127 bytes and the page has to be wide. */
static struct ab_key
chain_key(uint8_t *buf, unsigned i)
{
	static const size_t n[CHAIN] = { 20, 40, LONGEST_OF_CHAIN };
	memset(buf, 'a', n[i]);
	return (struct ab_key){ buf, n[i] };
}

/* Take what is free in the index, with keys that have pages of their own, until there is
 * no memory for one. */
static void
fill_up(struct model *m)
{
	static const size_t sizes[] = { 2000, 1100 };
	uint8_t buf[2000];
	memset(buf, 'p', sizeof buf);
	for (size_t s = 0; s < 2; s++) {
		uint64_t refused = m->refused;
		for (unsigned i = 0; i < PADDING && m->refused == refused; i++) {
			buf[1] = (uint8_t)(s << 4 | i >> 8);
			buf[2] = (uint8_t)i;
			model_put(m, (struct ab_key){ buf, sizes[s] }, i);
		}
		EXPECT(m, m->refused == refused + 1);
	}
}

/* A page that holds a ghost, without memory. */
static void
haunt(struct model *m)
{
	uint8_t buf[LONGEST_OF_CHAIN];
	for (unsigned i = 0; i < FULL; i++)
		model_put(m, full_key(buf, i), rng_mix(i));
	for (unsigned i = 0; i < CHAIN; i++)
		model_put(m, chain_key(buf, i), rng_mix(FULL + i));
	model_put(m, (struct ab_key){ (const uint8_t *)"o", 1 }, 0);
	m->meter.fail_at = m->meter.calls + 1;
	m->meter.fail_on = true;
	fill_up(m);
	model_del(m, chain_key(buf, 1));
	model_compare(m);
	uint64_t refused = m->refused;
	model_put(m, chain_key(buf, 1), 5);
	EXPECT(m, m->refused == refused + 1); /* or it is no ghost */
}

/* How a ghost goes: its key is put again; or a neighbour goes as well, the one that has
 * to be given its text or the one that gives it more; or all others go. */
enum end { PUT_AGAIN, HEIR_GOES, ANCESTOR_GOES, OTHERS_GO, ENDS };

static void
test_ghost(const struct ab_variant *v, enum end how)
{
	uint8_t buf[LONGEST_OF_CHAIN];
	struct model m;
	if (!CHECK(model_open(&m, v, "a ghost", how, 0, false)))
		return;
	haunt(&m);
	if (how == HEIR_GOES)
		model_del(&m, chain_key(buf, 2));
	if (how == ANCESTOR_GOES)
		model_del(&m, chain_key(buf, 0));
	for (unsigned i = 0; how == OTHERS_GO && i < FULL; i++)
		model_del(&m, full_key(buf, i));
	model_compare(&m);
	m.meter.fail_at = 0;
	m.refused = 0;
	if (how == PUT_AGAIN)
		model_put(&m, chain_key(buf, 1), 6);
	model_compare(&m);
	model_drain(&m, true);
	EXPECT(&m, m.refused == 0);
	model_close(&m);
}

int
main(int argc, char **argv)
{
	const struct ab_variant *v = argc == 2 ? ab_variant_named(argv[1]) : NULL;
	if (!v) {
		fprintf(stderr, "usage: test_pages VARIANT\n");
		return 2;
	}
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		test_random(v, seed, false);
		test_random(v, seed, true);
	}
	test_build(v);
	test_stairs(v);
	test_long_match(v);
	test_falling(v);
	test_shortening(v);
	test_long_prefix(v);
	for (unsigned how = 0; how < ENDS; how++)
		test_ghost(v, (enum end)how);
	return check_finish();
}
