/* test_linear.c: the histories that a few threads leave are linearizable, of every
 * variant that several may write; and the checker (linear.h) knows right histories from
 * wrong ones. */
#include <glib.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include "../../harness/ground/clock.h"
#include "ab.h"
#include "kit/check.h"
#include "linear.h"
#include "contract/rng.h"

/* ---- the checker itself ---- */

#define PUT(was, value, from, to)                                                        \
	{                                                                                \
		LINEAR_PUT, was, value, from, to                                         \
	}
#define GET(found, value, from, to)                                                      \
	{                                                                                \
		LINEAR_GET, found, value, from, to                                       \
	}
#define DEL(was, from, to)                                                               \
	{                                                                                \
		LINEAR_DEL, was, 0, from, to                                             \
	}

struct known {
	const char *what;
	bool right;
	struct linear_op op[8];
	size_t n;
};

static const struct known known[] = {
	{ "nothing", true, { { 0 } }, 0 },
	{ "one after another", true,
		{ GET(0, 0, 1, 2), PUT(0, 5, 3, 4), GET(1, 5, 5, 6), PUT(1, 6, 7, 8),
			GET(1, 6, 9, 10), DEL(1, 11, 12), DEL(0, 13, 14),
			GET(0, 0, 15, 16) },
		8 },
	{ "a get that may be before or after a put", true,
		{ PUT(0, 5, 1, 10), GET(0, 0, 2, 9) }, 2 },
	{ "the same, after", true, { PUT(0, 5, 1, 10), GET(1, 5, 2, 9) }, 2 },
	{ "two gets in a put, in the order of time", true,
		{ PUT(0, 5, 1, 10), GET(0, 0, 2, 3), GET(1, 5, 4, 5) }, 3 },
	{ "two gets in a put, against it", false,
		{ PUT(0, 5, 1, 10), GET(1, 5, 2, 3), GET(0, 0, 4, 5) }, 3 },
	{ "a value that was put later", false, { GET(1, 5, 1, 2), PUT(0, 5, 3, 4) }, 2 },
	{ "a value that nobody put", false, { PUT(0, 5, 1, 2), GET(1, 6, 3, 4) }, 2 },
	{ "a put that is lost", false,
		{ PUT(0, 5, 1, 2), PUT(1, 6, 3, 4), GET(1, 5, 5, 6) }, 3 },
	{ "two that both were first", false, { PUT(0, 5, 1, 10), PUT(0, 6, 2, 9) }, 2 },
	{ "two that both removed it", false,
		{ PUT(0, 5, 1, 2), DEL(1, 3, 10), DEL(1, 4, 9) }, 3 },
	{ "one of two removed it", true, { PUT(0, 5, 1, 2), DEL(1, 3, 10), DEL(0, 4, 9) },
		3 },
	{ "a value from before a del that has ended", false,
		{ PUT(0, 5, 1, 2), DEL(1, 3, 4), GET(1, 5, 5, 6) }, 3 },
	{ "two puts that overlap, each seen last", false,
		{ PUT(0, 5, 1, 4), PUT(1, 6, 2, 5), GET(1, 5, 6, 7), GET(1, 6, 8, 9) },
		4 },
	{ "two puts that overlap, seen one after the other", true,
		{ PUT(0, 5, 1, 20), PUT(1, 6, 2, 20), GET(1, 5, 6, 7), GET(1, 6, 8, 9) },
		4 },
};

static void
knows_known(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		if (!CHECK(linear_is(known[i].op, known[i].n) == known[i].right))
			fprintf(stderr, "  %s\n", known[i].what);
}

/* A history of one thread, each operation stretched to both sides: so it stays right. Then
 * with one answer to a get that was never put: so it is wrong. */
static void
knows_made_up(void)
{
	enum { RUNS = 300, OPS = 40, STRETCH = 60 };
	uint64_t rng = 5;
	for (int run = 0; run < RUNS; run++) {
		struct linear_op op[OPS];
		bool there = false;
		uint64_t value = 0;
		size_t last_get = OPS;
		for (size_t i = 0; i < OPS; i++) {
			uint64_t at = 100 + 10 * i;
			op[i] = (struct linear_op){ (enum linear_kind)rng_below(&rng, 3),
				there, value, at - rng_below(&rng, STRETCH),
				at + rng_below(&rng, STRETCH) };
			if (op[i].kind == LINEAR_PUT)
				op[i].value = value = i + 1;
			if (op[i].kind != LINEAR_GET)
				there = op[i].kind == LINEAR_PUT;
			else if (there)
				last_get = i;
		}
		CHECK(linear_is(op, OPS));
		if (last_get == OPS)
			continue;
		op[last_get].value = OPS + 1;
		CHECK(!linear_is(op, OPS));
	}
}

/* ---- histories of threads ---- */

enum {
	THREADS = 4,
	RACING_KEYS = 5,
	OPS = 50, /* of each thread */
	RUNS = CHECK_SANITIZED ? 100 : 300,
	MET_LEAST = CHECK_SANITIZED ? 300 : 1000, /* pairs, before it is enough */
	RUNS_MOST = 10 * RUNS,
};

/* Each begins the next, and two part behind it: puts and dels split and join nodes. */
static const char *const keys[RACING_KEYS] = { "k", "key", "keys", "keyX", "kez" };

struct history {
	struct linear_op op[RACING_KEYS][LINEAR_MOST];
	size_t n[RACING_KEYS];
};

struct run {
	const struct ab_variant *v;
	struct ab_index *t;
	unsigned waiting; /* atomic: threads that are not ready */
};

struct racer {
	struct run *run;
	size_t number;
	uint64_t rng;
	struct history own;
	pthread_t thread;
};

static struct ab_key
key_at(size_t k)
{
	const char *text = keys[k];
	return (struct ab_key){ (const uint8_t *)text, strlen(text) };
}

static struct linear_op
do_one(struct racer *r, size_t k, uint64_t value)
{
	const struct ab_variant *v = r->run->v;
	struct ab_index *t = r->run->t;
	struct linear_op op = { .kind = (enum linear_kind)rng_below(&r->rng, 3) };
	struct ab_key key = key_at(k);
	uint64_t got = 0;
	op.from = clock_ns();
	switch (op.kind) {
	case LINEAR_PUT: op.there = v->put(t, key, value) == AB_REPLACED; break;
	case LINEAR_GET: op.there = v->get(t, key, &got) == AB_OK; break;
	case LINEAR_DEL: op.there = v->del(t, key) == AB_OK; break;
	}
	op.to = clock_ns();
	op.value = op.kind == LINEAR_PUT ? value : got;
	return op;
}

/* All begin within some nanoseconds, or as soon as they are let. */
static void *
race(void *arg)
{
	struct racer *r = arg;
	__atomic_sub_fetch(&r->run->waiting, 1, __ATOMIC_ACQ_REL);
	while (__atomic_load_n(&r->run->waiting, __ATOMIC_ACQUIRE))
		sched_yield();
	for (size_t i = 0; i < OPS; i++) {
		size_t k = rng_below(&r->rng, RACING_KEYS);
		if (r->own.n[k] == LINEAR_MOST / THREADS)
			continue;
		r->own.op[k][r->own.n[k]++] = do_one(r, k, r->number * OPS + i + 1);
		if (rng_below(&r->rng, 8) == 0)
			sched_yield();
	}
	return NULL;
}

/* How many operations overlapped another one of their key. */
static size_t
overlaps(const struct linear_op *op, size_t n)
{
	size_t found = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			found += op[i].from <= op[k].to && op[k].from <= op[i].to;
	return found;
}

static bool
is_linearizable(const struct racer *racers, size_t *met)
{
	for (size_t k = 0; k < RACING_KEYS; k++) {
		struct linear_op op[LINEAR_MOST];
		size_t n = 0;
		for (size_t i = 0; i < THREADS; i++)
			for (size_t j = 0; j < racers[i].own.n[k]; j++)
				op[n++] = racers[i].own.op[k][j];
		*met += overlaps(op, n);
		if (!linear_is(op, n))
			return false;
	}
	return true;
}

static bool
run_one(const struct ab_variant *v, struct ab_index *t, uint64_t seed, size_t *met)
{
	static struct racer racers[THREADS];
	struct run run = { v, t, THREADS };
	for (size_t i = 0; i < THREADS; i++) {
		racers[i] = (struct racer){
			.run = &run, .number = i, .rng = rng_mix(seed * THREADS + i)
		};
		if (pthread_create(&racers[i].thread, NULL, race, &racers[i]))
			g_error("cannot start a thread");
	}
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(racers[i].thread, NULL);
	for (size_t k = 0; k < RACING_KEYS; k++)
		v->del(t, key_at(k));
	return is_linearizable(racers, met);
}

/* There an operation is over before another thread is let on. */
static bool
has_one_processor(void)
{
	cpu_set_t allowed;
	return sched_getaffinity(0, sizeof allowed, &allowed) == 0 &&
	       CPU_COUNT(&allowed) == 1;
}

/* One that forgets what it is given must be found out, every time. */
static void
runs(const struct ab_variant *v)
{
	size_t met = 0, wrong = 0;
	uint64_t run = 0;
	bool holds = !(v->caps & AB_HOLDS_NOTHING);
	struct ab_index *t = v->create(NULL);
	if (!CHECK(t != NULL))
		return;
	for (; run < RUNS || (holds && met < MET_LEAST && run < RUNS_MOST); run++)
		wrong += !run_one(v, t, run, &met);
	printf("%s: %" PRIu64 " runs, %zu pairs of operations overlapped\n", v->name, run,
		met);
	CHECK(wrong == (holds ? 0 : run));
	CHECK(met > 0 || !holds || has_one_processor());
	CHECK(v->count(t) == 0 && (!v->check || v->check(t) == NULL));
	v->destroy(t);
}

int
main(int argc, char **argv)
{
	const struct ab_variant *v;
	knows_known();
	knows_made_up();
	for (size_t i = 0; (v = ab_variant_at(i)); i++)
		if (argc > 1 ? g_strcmp0(argv[1], v->name) == 0
			     : v->caps & AB_PARALLEL_WRITES && v->put && v->del)
			runs(v);
	return check_finish();
}
