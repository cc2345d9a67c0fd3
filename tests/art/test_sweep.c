/* test_sweep.c VARIANT: what the variants that sweep (variants/art/sweep.h) promise of
 * their memory: while half of the keys go, at random, they hold little more than fresh
 * ones of the same keys; going and coming back does not creep; no allocation is as large
 * as the index. And keys at the limits of a prefix and of a slab. */
#include <glib.h>
#include <string.h>
#include "kit/model.h"
#include "contract/rng.h"

enum {
	KEYS = 60000,
	LONGEST_TAIL = 28,
	LOOKS = 8,        /* while half of the keys go */
	ROUNDS = 6,       /* of a sixteenth of the keys going and coming back */
	WITHIN = 125,     /* percent of what a fresh index holds */
	CREEP = 110,      /* the same after ROUNDS, of what it held before */
	LARGEST = 1 << 18 /* bytes of an allocation */
};

struct keys {
	uint8_t bytes[KEYS][8 + LONGEST_TAIL];
	uint8_t n[KEYS];
};

static struct ab_key
key_at(const struct keys *k, size_t i)
{
	return (struct ab_key){ k->bytes[i], k->n[i] };
}

/* Different ones, since each holds its number, that share as much as random numbers do. */
static void
make_keys(struct keys *k, uint64_t seed)
{
	for (size_t i = 0; i < KEYS; i++) {
		uint64_t bits = rng_mix(seed + i) << 16 | i;
		size_t tail = rng_mix(i) % (LONGEST_TAIL + 1);
		for (size_t b = 0; b < 8; b++)
			k->bytes[i][b] = (uint8_t)(bits >> 8 * (7 - b));
		memset(k->bytes[i] + 8, 't', tail);
		k->n[i] = (uint8_t)(8 + tail);
	}
}

static void *
limited_alloc(void *ctx, size_t size)
{
	CHECK(size <= LARGEST);
	return ab_alloc(ctx, size);
}

static void *
limited_resize(void *ctx, void *p, size_t old, size_t size)
{
	return ab_resize(ctx, p, old, size);
}

static void
limited_free(void *ctx, void *p, size_t size)
{
	ab_free(ctx, p, size);
}

/* An index of the keys from number `from` on. */
static struct ab_index *
load(const struct ab_variant *v, const struct ab_alloc *mem, const struct keys *k,
	size_t from)
{
	struct ab_index *t = v->create(mem);
	for (size_t i = from; i < KEYS; i++)
		CHECK(v->put(t, key_at(k, i), i) == AB_OK);
	return t;
}

static size_t
total(const struct ab_variant *v, const struct ab_index *t, const struct ab_meter *m)
{
	struct ab_memory mem;
	v->memory(t, &mem);
	CHECK(mem.total == m->live);
	CHECK(v->check(t) == NULL);
	return mem.total;
}

static void
test_half(const struct ab_variant *v, const struct keys *k, uint64_t seed)
{
	struct ab_meter m, fresh;
	ab_meter_init(&m);
	ab_meter_init(&fresh);
	struct ab_alloc limited = { limited_alloc, limited_resize, limited_free,
		&m.alloc };
	struct ab_index *t = load(v, &limited, k, 0);
	size_t gone = 0;
	for (size_t look = 1; look <= LOOKS; look++) {
		for (; gone < look * KEYS / 2 / LOOKS; gone++)
			CHECK(v->del(t, key_at(k, gone)) == AB_OK);
		struct ab_index *other = load(v, &fresh.alloc, k, gone);
		size_t held = total(v, t, &m), least = total(v, other, &fresh);
		if (!CHECK(held * 100 <= least * WITHIN))
			fprintf(stderr, "  %s: %zu keys gone, %zu bytes, fresh %zu\n",
				v->name, gone, held, least);
		v->destroy(other);
	}
	size_t before = total(v, t, &m);
	for (size_t round = 0; round < ROUNDS; round++) {
		size_t first = KEYS / 2 + rng_mix(seed + round) % (KEYS / 4);
		for (size_t i = first; i < first + KEYS / 16; i++)
			CHECK(v->del(t, key_at(k, i)) == AB_OK);
		for (size_t i = first; i < first + KEYS / 16; i++)
			CHECK(v->put(t, key_at(k, i), i) == AB_OK);
	}
	CHECK(total(v, t, &m) * 100 <= before * CREEP);
	v->destroy(t);
	CHECK(m.live == 0 && fresh.live == 0);
}

/* A deletion moves a bounded number of bytes, however long the leaves of a node are. */
static void
test_long_leaves(const struct ab_variant *v)
{
	enum { NODES = 4, EACH = 256, LONG = 20000, MOST = 1 << 20 };
	static uint8_t bytes[LONG];
	struct ab_meter m;
	uint32_t order[NODES * EACH];
	uint64_t rng = 1;
	ab_meter_init(&m);
	struct ab_index *t = v->create(&m.alloc);
	for (uint32_t i = 0; i < NODES * EACH; i++) {
		order[i] = i;
		bytes[0] = (uint8_t)(i / EACH);
		bytes[1] = (uint8_t)i;
		CHECK(v->put(t, (struct ab_key){ bytes, LONG }, i) == AB_OK);
	}
	rng_shuffle(&rng, order, NODES * EACH);
	for (uint32_t i = 0; i < NODES * EACH; i++) {
		size_t before = m.live;
		bytes[0] = (uint8_t)(order[i] / EACH);
		bytes[1] = (uint8_t)order[i];
		CHECK(v->del(t, (struct ab_key){ bytes, LONG }) == AB_OK);
		if (!CHECK(m.live <= before + MOST))
			fprintf(stderr, "  %s: deletion %u took %zu bytes\n", v->name, i,
				m.live - before);
		if (i % 16 == 0)
			CHECK(v->check(t) == NULL);
	}
	v->destroy(t);
	CHECK(m.live == 0);
}

/* Forks after 0, 1, 2, ... bytes, all below one prefix, whose tails are as long; and all
 * goes in another order, so that prefixes and tails get longer again. */
static void
test_limits(const struct ab_variant *v, uint64_t seed)
{
	enum { MOST = 300, LATE = 65000 };
	static const size_t steps[] = { 0, 1, 2, 3, 4, 252, 253, 254, 255, 256, 257, 258,
		262, 263, 264, 265, MOST, LATE - 1, LATE };
	static uint8_t bytes[LATE + MOST];
	struct model m;
	if (!CHECK(model_open(&m, v, "limits", seed, 0, false)))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
		for (size_t j = 0; j < G_N_ELEMENTS(steps) - 2; j++)
			for (uint8_t b = 'a'; b < 'c'; b++) {
				memset(bytes, 'p', sizeof bytes);
				bytes[steps[i]] = b;
				size_t n = steps[i] + 1 + steps[j];
				struct ab_key key = { bytes, MIN(n, sizeof bytes) };
				model_put(&m, key, i * 1000 + j);
			}
	model_compare(&m);
	model_drain(&m, true);
	model_close(&m);
}

int
main(int argc, char **argv)
{
	const struct ab_variant *v = argc == 2 ? ab_variant_named(argv[1]) : NULL;
	if (!v) {
		fprintf(stderr, "usage: test_sweep VARIANT\n");
		return 2;
	}
	struct keys *k = g_new(struct keys, 1);
	test_long_leaves(v);
	for (uint64_t seed = 1; seed <= 2; seed++) {
		make_keys(k, seed);
		test_half(v, k, seed);
		test_limits(v, seed);
	}
	g_free(k);
	return check_finish();
}
