/* beside.c: readers beside one writer that only adds, and updates by several threads at once.
 * Part of the suite 'parallel', for AB_PARALLEL_WRITES.
 *
 * The writer publishes how many of its keys are in. What a reader sees published before it
 * asks must be there: found by get_many, visited by a scan from anywhere, counted by rank;
 * and nothing may be there that had not been begun when it was done. */
#include <glib.h>
#include <pthread.h>
#include "contract/rng.h"
#include "stress.h"

enum {
	KEYS = CHECK_SANITIZED ? 3000 : 12000,
	READERS = 2,
	MANY = 32,
	PART = KEYS / 64, /* keys between two rounds of the readers, at the most */
	SCANNED = 200,    /* entries of one scan */
	BYTES = 8,
	COUNTERS = 16,
	ROUNDS = CHECK_SANITIZED ? 2000 : 8000, /* each adds one to a counter */
};

struct beside {
	const struct ab_variant *v;
	struct ab_index *t;
	uint8_t bytes[KEYS][BYTES]; /* the i-th that is put; its value is i */
	size_t published;           /* atomic */
	size_t rounds;              /* atomic: of all readers */
	pthread_barrier_t start;
};

struct reader {
	struct beside *b;
	uint64_t rng;
	size_t wrong, done;
	pthread_t thread;
};

static struct ab_key
key_of(const struct beside *b, size_t i)
{
	return (struct ab_key){ b->bytes[i], BYTES };
}

static size_t
published(const struct beside *b)
{
	return __atomic_load_n(&b->published, __ATOMIC_ACQUIRE);
}

/* ---- one writer, and readers ---- */

G_STATIC_ASSERT((KEYS - 1) % PART != 0); /* readers go on until all are in */

/* Until readers have done something: else all may be in before they begin. */
static void
wait_for_readers(const struct beside *b)
{
	size_t rounds = __atomic_load_n(&b->rounds, __ATOMIC_RELAXED);
	while (__atomic_load_n(&b->rounds, __ATOMIC_RELAXED) == rounds)
		g_usleep(20);
}

static void *
write_all(void *arg)
{
	struct reader *w = arg;
	struct beside *b = w->b;
	pthread_barrier_wait(&b->start);
	for (size_t i = 0; i < KEYS; i++) {
		w->wrong += b->v->put(b->t, key_of(b, i), i) != AB_OK;
		__atomic_store_n(&b->published, i + 1, __ATOMIC_RELEASE);
		w->done++;
		if (i % PART == 0)
			wait_for_readers(b);
	}
	return NULL;
}

static void
ask_many(struct reader *r)
{
	struct ab_entry e[MANY];
	bool found[MANY];
	size_t i[MANY], hits = 0, known = 0, before = published(r->b);
	for (size_t k = 0; k < MANY; k++) {
		i[k] = rng_below(&r->rng, KEYS);
		e[k] = (struct ab_entry){ key_of(r->b, i[k]), KEYS };
	}
	size_t told = ab_get_many(r->b->v, r->b->t, e, MANY, found);
	size_t after = published(r->b);
	for (size_t k = 0; k < MANY; k++) {
		r->wrong += found[k] ? i[k] > after || e[k].value != i[k]
				     : i[k] < before || e[k].value != KEYS;
		hits += found[k];
		known += i[k] < before;
	}
	r->wrong += told != hits || hits < known;
}

struct scanned {
	const struct beside *b;
	uint8_t last[BYTES];
	size_t visits, wrong;
	bool *seen; /* of KEYS */
};

static bool
visit(void *arg, struct ab_key key, uint64_t value)
{
	struct scanned *s = arg;
	struct ab_key last = { s->last, BYTES };
	bool right = value < KEYS && ab_key_cmp(key, key_of(s->b, value)) == 0 &&
		     (!s->visits || ab_key_cmp(last, key) < 0);
	s->wrong += !right;
	if (!right)
		return false;
	s->seen[value] = true;
	for (size_t i = 0; i < BYTES; i++)
		s->last[i] = key.p[i];
	return ++s->visits < SCANNED;
}

/* From a key on that may be there or not: between it and the last one visited all are seen
 * that were there when it began. */
static void
scan_some(struct reader *r, bool *seen)
{
	struct beside *b = r->b;
	struct scanned s = { .b = b, .seen = seen };
	struct ab_range range = { .lo = key_of(b, rng_below(&r->rng, KEYS)) };
	size_t before = published(b);
	enum ab_status status = b->v->scan(b->t, range, visit, &s);
	size_t after = published(b);
	struct ab_key last = { s.last, BYTES };
	r->wrong += s.wrong + (status != (s.visits == SCANNED ? AB_STOPPED : AB_OK));
	for (size_t i = 0; i < KEYS; i++) {
		struct ab_key k = key_of(b, i);
		bool within = ab_key_cmp(k, range.lo) >= 0 &&
			      (status == AB_OK || ab_key_cmp(k, last) <= 0);
		r->wrong += seen[i] ? i > after || !within : i < before && within;
		seen[i] = false;
	}
}

static void
count_below(struct reader *r)
{
	struct beside *b = r->b;
	struct ab_key k = key_of(b, rng_below(&r->rng, KEYS));
	size_t rank = 0, least = 0, most = 0, before = published(b);
	r->wrong += ab_rank(b->v, b->t, k, &rank) != AB_OK;
	size_t after = MIN(published(b) + 1, KEYS);
	for (size_t i = 0; i < after; i++) {
		bool is_below = ab_key_cmp(key_of(b, i), k) < 0;
		least += is_below && i < before;
		most += is_below;
	}
	r->wrong += rank < least || rank > most;
}

static void *
read_on(void *arg)
{
	struct reader *r = arg;
	g_autofree bool *seen = g_new0(bool, KEYS);
	bool last = false;
	pthread_barrier_wait(&r->b->start);
	while (!last) {
		last = published(r->b) == KEYS; /* once more, when all are in */
		ask_many(r);
		if (r->b->v->caps & AB_ORDERED) {
			scan_some(r, seen);
			count_below(r);
		}
		r->done++;
		__atomic_add_fetch(&r->b->rounds, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* All at once, the first as `first` and the others as `body`. */
static void
run(struct beside *b, void *(*first)(void *), void *(*body)(void *), uint64_t seed)
{
	struct reader r[1 + READERS];
	pthread_barrier_init(&b->start, NULL, G_N_ELEMENTS(r));
	for (size_t i = 0; i < G_N_ELEMENTS(r); i++) {
		r[i] = (struct reader){ .b = b, .rng = rng_mix(seed + i) };
		if (pthread_create(&r[i].thread, NULL, i ? body : first, &r[i]))
			g_error("cannot start a thread");
	}
	for (size_t i = 0; i < G_N_ELEMENTS(r); i++) {
		pthread_join(r[i].thread, NULL);
		CHECK_IS(r[i].wrong, 0);
		CHECK(r[i].done > 0);
	}
	pthread_barrier_destroy(&b->start);
}

/* ---- updates ---- */

/* Now and then it takes long, so that others come in between, if they can. */
static enum ab_verdict
add_one(void *arg, const uint64_t *old, uint64_t *value)
{
	const struct reader *r = arg;
	if (r->done % 64 == 0)
		g_usleep(20);
	*value = old ? *old + 1 : 1;
	return AB_PUT;
}

static void *
add(void *arg)
{
	struct reader *r = arg;
	struct beside *b = r->b;
	pthread_barrier_wait(&b->start);
	for (size_t i = 0; i < ROUNDS; i++) {
		enum ab_status status = b->v->update(
			b->t, key_of(b, i % COUNTERS), add_one, r);
		r->wrong += status != AB_REPLACED && (status != AB_OK || i >= COUNTERS);
		r->done++;
	}
	return NULL;
}

/* Each takes effect at one moment: none is lost. */
static void
count_updates(struct beside *b)
{
	for (size_t i = 0; i < COUNTERS; i++) {
		uint64_t value = 0;
		CHECK_STATUS(b->v->get(b->t, key_of(b, i), &value), AB_OK);
		CHECK_IS(value, (1 + READERS) * (ROUNDS / COUNTERS));
		CHECK_STATUS(b->v->del(b->t, key_of(b, i)), AB_OK);
	}
	CHECK_IS(b->v->count(b->t), 0);
}

void
stress_beside(const struct ab_variant *v, uint64_t seed)
{
	struct beside *b = g_new0(struct beside, 1);
	b->v = v;
	b->t = v->create(NULL);
	for (size_t i = 0; i < KEYS; i++) /* no two alike: rng_mix is one to one */
		for (size_t k = 0; k < BYTES; k++)
			b->bytes[i][k] = (uint8_t)(rng_mix(i) >> 8 * k);
	if (CHECK(b->t != NULL)) {
		if (v->update) {
			run(b, add, add, seed);
			count_updates(b);
		}
		run(b, write_all, read_on, seed);
		CHECK_IS(v->count(b->t), KEYS);
		CHECK_SOUND(v, b->t);
		v->destroy(b->t);
	}
	g_free(b);
}
