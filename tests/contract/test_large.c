/* test_large.c: tens of thousands of keys in, nine tenths out, and round again:
 * what only shows at size, such as compaction. The expected contents are a table
 * of flags here; the oracle would be too slow. */
#include <glib.h>
#include <string.h>
#include "contract/alloc.h"
#include "contract/rng.h"
#include "kit/suites.h"

enum {
	KEYS = CHECK_SANITIZED ? 10000 : 30000,
	KEYS_IF_BULK = CHECK_SANITIZED ? 4000 : 8000, /* AB_BULK_LOAD */
	TAIL = 80,   /* most random bytes a key ends in */
	GROUPS = 97, /* of keys, whose common start is a key, too */
	CHECKS = 8,  /* whole comparisons while deleting */
	SLACK_FLOOR = 256 * 1024,
	ROUNDS = 3, /* of deleting and coming back */
};

struct large {
	const struct ab_variant *v;
	struct ab_index *t;
	struct ab_meter meter;
	struct ab_key *keys; /* strictly increasing */
	bool *held;          /* by rank */
	size_t n, count;
	uint32_t *order;
	uint8_t *bytes;
	uint64_t seed;
};

static int
by_key(const void *a, const void *b)
{
	return ab_key_cmp(*(const struct ab_key *)a, *(const struct ab_key *)b);
}

static uint64_t
value_of(const struct large *l, size_t rank)
{
	return rng_mix(l->seed + rank);
}

/* The part of key `i` that it shares. Those of the first few keys are all there is. */
static uint8_t *
write_start(uint8_t *p, size_t i)
{
	if (i == 0)
		return p + sprintf((char *)p, "/common");
	if (i <= GROUPS)
		return p + sprintf((char *)p, "/common/%zu", i - 1);
	return p + sprintf((char *)p, "/common/%zu/%zu/", i % GROUPS, i);
}

/* A common start, a number and a random tail: little is shared, so that deleted
 * keys leave much that is dead. */
static void
make_keys(struct large *l)
{
	uint64_t rng = l->seed;
	uint8_t nul = l->v->caps & AB_NO_NUL ? 1 : 0;
	uint8_t *p = l->bytes = g_malloc(l->n * (32 + TAIL));
	for (size_t i = 0; i < l->n; i++) {
		uint8_t *start = p;
		uint64_t tail = i > GROUPS ? 20 + rng_below(&rng, TAIL - 20) : 0;
		for (p = write_start(p, i); tail; tail--) {
			uint8_t byte = (uint8_t)rng_next(&rng);
			*p++ = byte ? byte : nul;
		}
		l->keys[i] = (struct ab_key){ start, (size_t)(p - start) };
	}
	qsort(l->keys, l->n, sizeof *l->keys, by_key);
	for (size_t i = 0; i < l->n; i++)
		l->order[i] = (uint32_t)i;
}

struct next_held {
	const struct large *l;
	size_t rank, visits;
	bool right;
};

static bool
next_held_visit(void *arg, struct ab_key key, uint64_t value)
{
	struct next_held *s = arg;
	const struct large *l = s->l;
	while (s->rank < l->n && !l->held[s->rank])
		s->rank++;
	s->visits++;
	s->right = s->right && s->rank < l->n && ab_key_cmp(l->keys[s->rank], key) == 0 &&
		   value == value_of(l, s->rank);
	s->rank++;
	return s->right;
}

static void
compare(const struct large *l)
{
	size_t wrong = 0;
	for (size_t i = 0; i < l->n; i++) {
		uint64_t value = 0;
		enum ab_status status = l->v->get(l->t, l->keys[i], &value);
		if (l->held[i])
			wrong += status != AB_OK || value != value_of(l, i);
		else
			wrong += status != AB_NOT_FOUND;
	}
	CHECK(wrong == 0);
	CHECK_IS(l->v->count(l->t), l->count);
	if (l->v->caps & AB_ORDERED) {
		struct next_held s = { .l = l, .right = true };
		enum ab_status status = l->v->scan(
			l->t, (struct ab_range){ 0 }, next_held_visit, &s);
		CHECK(status == AB_OK && s.right && s.visits == l->count);
	}
	const char *broken = l->v->check ? l->v->check(l->t) : NULL;
	if (!CHECK(broken == NULL))
		fprintf(stderr, "  check: %s\n", broken);
}

/* What memory may look like; `thinned` after most keys have gone. */
static void
account(const struct large *l, bool thinned)
{
	if (!l->v->memory)
		return;
	struct ab_memory m;
	l->v->memory(l->t, &m);
	CHECK(m.total == m.inner + m.leaf + m.key + m.slack);
	CHECK((l->v->caps & AB_OWN_ALLOC) || m.total == l->meter.live);
	if (thinned && !CHECK(m.slack <= m.total / 2 + SLACK_FLOOR))
		fprintf(stderr, "  %s: slack %zu of %zu bytes, %zu keys left\n",
			l->v->name, m.slack, m.total, l->count);
}

/* What was put off is done, and then an index whose keys are all in one place changes. */
static void
compact(const struct large *l)
{
	CHECK(!l->v->compact || l->v->compact(l->t) == AB_OK);
}

/* Put every key that is missing, in random order. */
static void
refill(struct large *l, uint64_t *rng)
{
	size_t wrong = 0, put = 0;
	rng_shuffle(rng, l->order, l->n);
	for (size_t i = 0; i < l->n; i++) {
		uint32_t rank = l->order[i];
		if (l->held[rank])
			continue;
		wrong += l->v->put(l->t, l->keys[rank], value_of(l, rank)) != AB_OK;
		l->held[rank] = true;
		l->count++;
		if (++put == l->n / 2)
			compact(l);
	}
	CHECK(wrong == 0);
	account(l, false);
	compare(l);
	compact(l);
	account(l, false);
	compare(l);
}

/* Delete at random until `keep` are left. */
static void
thin(struct large *l, uint64_t *rng, size_t keep)
{
	size_t wrong = 0, gone = 0;
	rng_shuffle(rng, l->order, l->n);
	for (size_t i = 0; l->count > keep; i++) {
		uint32_t rank = l->order[i];
		if (!l->held[rank])
			continue;
		wrong += l->v->del(l->t, l->keys[rank]) != AB_OK;
		l->held[rank] = false;
		l->count--;
		if (++gone % (l->n / CHECKS) == 0) {
			account(l, false);
			compare(l);
		}
		if (gone == l->n / 2)
			compact(l);
	}
	CHECK(wrong == 0);
	if (keep)
		compact(l);
	account(l, true);
	compare(l);
}

static void
run(struct large *l)
{
	uint64_t rng = l->seed;
	struct ab_memory fresh = { 0 }, m = { 0 };
	if (l->v->memory)
		l->v->memory(l->t, &fresh);
	for (int round = 0; round < ROUNDS; round++) {
		refill(l, &rng);
		thin(l, &rng, l->n / 10);
	}
	thin(l, &rng, 0);
	if (l->v->memory)
		l->v->memory(l->t, &m);
	CHECK(m.leaf == 0 && m.key == 0 && m.inner == fresh.inner);
	CHECK(m.total <= fresh.total + 64 * 1024);
}

int
suite_large(const struct ab_variant *v, uint64_t seed)
{
	if (v->caps & AB_HOLDS_NOTHING)
		return check_skip("holds nothing to compare");
	if (!v->put || !v->del)
		return check_skip("has no put and del: it never changes");
	struct large l = { .v = v, .seed = seed };
	l.n = v->caps & AB_BULK_LOAD ? KEYS_IF_BULK : KEYS;
	l.keys = g_new(struct ab_key, l.n);
	l.held = g_new0(bool, l.n);
	l.order = g_new(uint32_t, l.n);
	make_keys(&l);
	ab_meter_init(&l.meter);
	l.t = v->create(&l.meter.alloc);
	if (CHECK(l.t != NULL)) {
		run(&l);
		v->destroy(l.t);
		CHECK_IS(l.meter.live, 0);
	}
	g_free(l.keys);
	g_free(l.held);
	g_free(l.order);
	g_free(l.bytes);
	return 0;
}
