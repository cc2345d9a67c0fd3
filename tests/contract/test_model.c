/* test_model.c: random and systematic operations on a variant must agree with the
 * sorted array: after every step the outcome, after every run the whole. */
#include <glib.h>
#include "kit/model.h"
#include "contract/rng.h"
#include "kit/suites.h"

/* ---- random operations over every shape of key (tests/kit/ops.h) ---- */

enum {
	RANDOM_RUNS = CHECK_SANITIZED ? 20 : 48,
	STATIC_RUNS = CHECK_SANITIZED ? 4
				      : 5, /* of what is built anew after each change */
	RANDOM_BYTES = 9000
};

void
model_random(const struct ab_variant *v, uint64_t seed, int runs)
{
	uint64_t rng = seed;
	g_autofree uint8_t *bytes = g_malloc(RANDOM_BYTES);
	for (int run = 0; run < runs; run++) {
		for (size_t i = 0; i < RANDOM_BYTES; i++)
			bytes[i] = (uint8_t)rng_next(&rng);
		if (run % 3 == 1) /* of all operations */
			bytes[0] = (uint8_t)(OPS_WIDE | bytes[0] % 16);
		if (!model_bytes(v, "random", seed, bytes, RANDOM_BYTES))
			return;
	}
}

/* Once a model is wrong, the others have little to add. */
static bool
right(void)
{
	return check_tally.failed == 0;
}

/* ---- one parent with 0 to 256 children and back, through every node size ---- */

struct fan {
	size_t prefix, tail; /* bytes before and after the branching byte */
	bool terminal;       /* the prefix itself is a key too */
};

static void
permutation(uint64_t *rng, uint32_t *order, size_t n)
{
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	rng_shuffle(rng, order, n);
}

/* Each child comes, goes and comes again, so that a node at the edge of a size
 * crosses that edge both ways. */
static void
fan(const struct ab_variant *v, struct fan f, uint64_t seed)
{
	struct model m;
	uint8_t bytes[512];
	uint32_t order[256];
	uint64_t rng = seed;
	struct ab_key child = { bytes, f.prefix + 1 + f.tail };
	if (!CHECK(model_open(&m, v, "fan", seed, 0, false)))
		return;
	memset(bytes, 'p', sizeof bytes);
	if (f.terminal)
		model_put(&m, (struct ab_key){ bytes, f.prefix }, 1);
	permutation(&rng, order, 256);
	for (size_t i = 0; i < 256; i++) {
		bytes[f.prefix] = (uint8_t)order[i];
		model_put(&m, child, rng_next(&rng));
		model_del(&m, child);
		model_put(&m, child, rng_next(&rng));
	}
	model_compare(&m);
	permutation(&rng, order, 256);
	for (size_t i = 0; i < 256; i++) {
		bytes[f.prefix] = (uint8_t)order[i];
		model_del(&m, child);
		model_put(&m, child, i);
		model_del(&m, child);
	}
	model_compare(&m);
	model_drain(&m, true);
	model_close(&m);
}

static void
fans(const struct ab_variant *v, uint64_t seed)
{
	static const size_t prefix[] = { 0, 1, 7, 8, 9, 13, 300 };
	static const size_t tail[] = { 0, 1, 20 };
	for (size_t p = 0; p < G_N_ELEMENTS(prefix); p++)
		for (size_t t = 0; t < G_N_ELEMENTS(tail) && right(); t++)
			fan(v, (struct fan){ prefix[p], tail[t], (p + t) % 2 }, seed + p);
}

/* ---- keys that each extend the one before ---- */

enum { CHAIN = 160 };

static void
chain(const struct ab_variant *v, uint8_t byte, bool down, uint64_t seed)
{
	struct model m;
	uint8_t bytes[CHAIN];
	uint32_t order[CHAIN];
	uint64_t rng = seed;
	memset(bytes, byte, sizeof bytes);
	if (!CHECK(model_open(&m, v, "chain", seed, 0, false)))
		return;
	for (size_t i = 0; i < CHAIN; i++)
		model_put(&m, (struct ab_key){ bytes, down ? CHAIN - 1 - i : i }, i);
	model_compare(&m);
	model_drain(&m, true);
	permutation(&rng, order, CHAIN);
	for (size_t i = 0; i < CHAIN; i++)
		model_put(&m, (struct ab_key){ bytes, order[i] }, i);
	model_compare(&m);
	for (size_t i = 0; i < CHAIN; i += 2)
		model_del(&m, (struct ab_key){ bytes, i });
	model_compare(&m);
	model_drain(&m, true);
	model_close(&m);
}

/* ---- keys of 64 KiB, equal but for one byte ---- */

static void
long_keys(const struct ab_variant *v, uint64_t seed)
{
	static const size_t length[] = { 65533, 65534, 65535, 65536, 65537, 100000 };
	static const size_t odd[] = { 0, 1, 1000, 65532 }; /* where the byte differs */
	enum { LONGEST = 100000 };
	struct model m;
	g_autofree uint8_t *bytes = g_malloc(LONGEST);
	if (!CHECK(model_open(&m, v, "long keys", seed, 0, false)))
		return;
	memset(bytes, 0x80, LONGEST);
	for (size_t i = 0; i < G_N_ELEMENTS(length); i++) {
		struct ab_key k = { bytes, length[i] };
		model_put(&m, k, i);
		for (size_t o = 0; o < G_N_ELEMENTS(odd); o++) {
			bytes[odd[o]] ^= 0xff;
			model_put(&m, k, ~(uint64_t)o);
			bytes[odd[o]] ^= 0xff;
		}
	}
	model_compare(&m);
	struct ab_range r = {
		.lo = { bytes, 65534 }, .hi = { bytes, 65536 }, .has_hi = true
	};
	model_apply(&m, &(struct ops_op){ .kind = OPS_RANGE, .range = r });
	model_apply(&m, &(struct ops_op){ .kind = OPS_PREFIX, .key = { bytes, 65533 } });
	model_apply(&m, &(struct ops_op){ .kind = OPS_REBUILD });
	model_drain(&m, true);
	model_close(&m);
}

int
suite_model(const struct ab_variant *v, uint64_t seed)
{
	static const uint8_t byte[] = { 0x00, 'a', 0xff };
	if (v->caps & AB_HOLDS_NOTHING)
		return check_skip(
			"holds nothing to compare; the contract test covers it");
	model_random(v, seed, v->put ? RANDOM_RUNS : STATIC_RUNS);
	fans(v, seed);
	for (size_t i = 0; i < 2 * sizeof byte && right(); i++)
		chain(v, byte[i / 2], i % 2, seed);
	if (right())
		long_keys(v, seed);
	return 0;
}
