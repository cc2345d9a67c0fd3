/* test_parallel.c: several threads look keys up and scan one loaded index at the
 * same time (AB_PARALLEL_READS), or fill one together (AB_PARALLEL_WRITES) and then do
 * all of it at once (stress.c, beside.c, takes.c). Every answer is checked here; that nothing is written behind a const is for
 * ThreadSanitizer to see. */
#include <glib.h>
#include <pthread.h>
#include "contract/alloc.h"
#include "contract/rng.h"
#include "stress.h"

enum { THREADS = 4, KEYS = CHECK_SANITIZED ? 5000 : 20000, SCANS = 3, KEY_ROOM = 48 };
/* Threads meet seldom enough for one time to prove little. */
enum { FILLS = 6 };
enum { CONTENDED = 64 }; /* every such key is everybody's, the others one thread's */

struct shared {
	const struct ab_variant *v;
	struct ab_index *t;
	struct ab_entry *entries; /* strictly increasing */
	pthread_barrier_t start;
};

struct worker {
	struct shared *s;
	uint64_t rng;
	size_t number; /* of THREADS */
	/* filled in by the thread, read after it has ended */
	size_t wrong, done;
	size_t first; /* puts that found a contended key new */
	pthread_t thread;
};

struct walk {
	const struct shared *s;
	size_t rank, wrong;
};

static bool
walk_visit(void *arg, struct ab_key key, uint64_t value)
{
	struct walk *w = arg;
	const struct ab_entry *e = &w->s->entries[w->rank++ % KEYS];
	w->wrong += value != e->value || ab_key_cmp(key, e->key) != 0;
	return true;
}

static void
scan_all(struct worker *r)
{
	const struct ab_variant *v = r->s->v;
	struct walk w = { .s = r->s };
	if (!v->scan || !(v->caps & AB_ORDERED))
		return;
	r->wrong += v->scan(r->s->t, (struct ab_range){ 0 }, walk_visit, &w) != AB_OK;
	r->wrong += w.wrong + (w.rank != KEYS);
	r->done += KEYS;
}

static void
get_many(struct worker *r)
{
	for (size_t i = 0; i < KEYS; i++) {
		const struct ab_entry *e = &r->s->entries[rng_below(&r->rng, KEYS)];
		uint64_t value = 0;
		r->wrong += r->s->v->get(r->s->t, e->key, &value) != AB_OK ||
			    value != e->value;
		struct ab_key cut = { e->key.p, e->key.n - 1 }; /* no key ends there */
		r->wrong += r->s->v->get(r->s->t, cut, &value) != AB_NOT_FOUND;
		r->done += 2;
	}
}

static void *
read_all(void *arg)
{
	struct worker *r = arg;
	pthread_barrier_wait(&r->s->start);
	for (int i = 0; i < SCANS; i++) {
		get_many(r);
		scan_all(r);
	}
	return NULL;
}

/* Keys "/path/<number>/<hash>;": none a prefix of another. */
static uint8_t *
make_entries(struct ab_entry *e, uint64_t seed)
{
	uint8_t *bytes = g_malloc(KEYS * KEY_ROOM);
	for (size_t i = 0; i < KEYS; i++) {
		uint8_t *p = bytes + i * KEY_ROOM;
		uint64_t hash = rng_mix(seed + i);
		int n = snprintf(
			(char *)p, KEY_ROOM, "/path/%06zu/%" PRIx64 ";", i, hash);
		e[i] = (struct ab_entry){ { p, (size_t)n }, hash };
	}
	return bytes;
}

/* Statuses of the calls on a key that no other thread touches. */
static void
come_and_go(struct worker *r, const struct ab_entry *e)
{
	const struct ab_variant *v = r->s->v;
	struct ab_index *t = r->s->t;
	uint64_t value = 0;
	r->wrong += v->put(t, e->key, ~e->value) != AB_OK;
	r->wrong += v->put(t, e->key, e->value) != AB_REPLACED;
	r->wrong += v->get(t, e->key, &value) != AB_OK || value != e->value;
	r->wrong += v->del(t, e->key) != AB_OK;
	r->wrong += v->del(t, e->key) != AB_NOT_FOUND;
	r->wrong += v->put(t, e->key, e->value) != AB_OK;
	r->done += 6;
}

static void *
write_all(void *arg)
{
	struct worker *r = arg;
	pthread_barrier_wait(&r->s->start);
	for (size_t i = 0; i < KEYS; i++) {
		const struct ab_entry *e = &r->s->entries[i];
		if (i % CONTENDED) {
			if (i % THREADS == r->number)
				come_and_go(r, e);
			continue;
		}
		enum ab_status status = r->s->v->put(r->s->t, e->key, e->value);
		r->wrong += status != AB_OK && status != AB_REPLACED;
		r->first += status == AB_OK;
	}
	return NULL;
}

/* Every third key changes places with itself: what puts changes off then has some. */
static bool
change(const struct shared *s)
{
	size_t wrong = 0;
	for (size_t i = 0; i < KEYS; i += 3) {
		const struct ab_entry *e = &s->entries[i];
		wrong += s->v->del(s->t, e->key) != AB_OK;
		wrong += s->v->put(s->t, e->key, e->value) != AB_OK;
	}
	return wrong == 0;
}

static bool
load(const struct shared *s)
{
	if (s->v->build)
		return s->v->build(s->t, s->entries, KEYS) == AB_OK &&
		       (!s->v->compact || change(s));
	for (size_t i = 0; i < KEYS; i++)
		if (s->v->put(s->t, s->entries[i].key, s->entries[i].value) != AB_OK)
			return false;
	return true;
}

/* All at once; how many contended keys were new to somebody. */
static size_t
run_threads(struct shared *s, void *(*body)(void *), uint64_t seed, size_t least)
{
	struct worker workers[THREADS];
	size_t first = 0;
	pthread_barrier_init(&s->start, NULL, THREADS);
	for (size_t i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .s = s, .rng = seed + i, .number = i };
		int failed = pthread_create(&workers[i].thread, NULL, body, &workers[i]);
		if (failed) /* the others would wait at the barrier for ever */
			g_error("cannot start a thread: %s", g_strerror(failed));
	}
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		CHECK(workers[i].wrong == 0);
		CHECK(workers[i].done >= least);
		first += workers[i].first;
	}
	pthread_barrier_destroy(&s->start);
	return first;
}

static void
run_writers(struct shared *s, uint64_t seed)
{
	enum { OWN = KEYS - KEYS / CONTENDED - 1 };
	size_t first = run_threads(s, write_all, seed, OWN / THREADS);
	CHECK(first == (KEYS + CONTENDED - 1) / CONTENDED);
	CHECK_IS(s->v->count(s->t), KEYS);
	size_t wrong = 0;
	for (size_t i = 0; i < KEYS; i++) {
		uint64_t value = 0;
		wrong += s->v->get(s->t, s->entries[i].key, &value) != AB_OK ||
			 value != s->entries[i].value;
	}
	CHECK(wrong == 0);
	CHECK_SOUND(s->v, s->t);
}

static void
with_index(struct shared *s, bool writes, uint64_t seed)
{
	s->t = s->v->create(NULL);
	if (!CHECK(s->t != NULL))
		return;
	if (writes)
		run_writers(s, seed);
	else if (CHECK(load(s)))
		run_threads(s, read_all, seed, (size_t)SCANS * 2 * KEYS);
	s->v->destroy(s->t);
}

int
suite_parallel(const struct ab_variant *v, uint64_t seed)
{
	if (!(v->caps & AB_PARALLEL_READS))
		return check_skip("one thread at a time: not AB_PARALLEL_READS");
	if (v->caps & AB_HOLDS_NOTHING)
		return check_skip("holds nothing to read");
	struct shared s = { .v = v, .entries = g_new(struct ab_entry, KEYS) };
	uint8_t *bytes = make_entries(s.entries, seed);
	with_index(&s, false, seed);
	for (uint64_t i = 0; v->caps & AB_PARALLEL_WRITES && i < FILLS; i++)
		with_index(&s, true, seed + i);
	if (v->caps & AB_PARALLEL_WRITES) {
		stress(v, seed);
		stress_beside(v, seed);
		if (v->update)
			stress_takes(v, seed);
	}
	g_free(s.entries);
	g_free(bytes);
	return 0;
}
