/* test_parallel.c: several threads look keys up and scan one loaded index at the
 * same time (AB_PARALLEL_READS). Every answer is checked here; that nothing is
 * written behind a const is for ThreadSanitizer to see. */
#include <glib.h>
#include <pthread.h>
#include "alloc.h"
#include "rng.h"
#include "suites.h"

enum { THREADS = 4, KEYS = 20000, SCANS = 3, KEY_ROOM = 48 };

struct shared {
	const struct ab_variant *v;
	struct ab_index *t;
	struct ab_entry *entries; /* strictly increasing */
	pthread_barrier_t start;
};

struct reader {
	struct shared *s;
	uint64_t rng;
	size_t wrong, done; /* filled in by the thread, read after it has ended */
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
scan_all(struct reader *r)
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
get_many(struct reader *r)
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
	struct reader *r = arg;
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

static bool
load(const struct shared *s)
{
	if (s->v->build)
		return s->v->build(s->t, s->entries, KEYS) == AB_OK;
	for (size_t i = 0; i < KEYS; i++)
		if (s->v->put(s->t, s->entries[i].key, s->entries[i].value) != AB_OK)
			return false;
	return true;
}

static void
run_readers(struct shared *s, uint64_t seed)
{
	struct reader readers[THREADS];
	pthread_barrier_init(&s->start, NULL, THREADS);
	for (size_t i = 0; i < THREADS; i++) {
		readers[i] = (struct reader){ .s = s, .rng = seed + i };
		int failed = pthread_create(
			&readers[i].thread, NULL, read_all, &readers[i]);
		if (failed) /* the others would wait at the barrier for ever */
			g_error("cannot start a thread: %s", g_strerror(failed));
	}
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(readers[i].thread, NULL);
		CHECK(readers[i].wrong == 0);
		CHECK(readers[i].done >= (size_t)SCANS * 2 * KEYS);
	}
	pthread_barrier_destroy(&s->start);
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
	s.t = v->create(NULL);
	if (CHECK(s.t != NULL)) {
		if (CHECK(load(&s)))
			run_readers(&s, seed);
		v->destroy(s.t);
	}
	g_free(s.entries);
	g_free(bytes);
	return 0;
}
