/* takes.c: updates that remove, beside a writer that puts the same keys again and again, and
 * readers. Part of the suite 'parallel', for variants with an update of their own and
 * AB_PARALLEL_WRITES.
 *
 * The writer puts 1, 2, 3 ... under each key, some of them in a row. A put that says AB_OK found that somebody had
 * taken the value before; one that says AB_REPLACED that nobody had. So of each value it is known
 * in the end whether an update must have seen it. Values of a key never go back. */
#include <glib.h>
#include <pthread.h>
#include <sched.h>
#include "contract/rng.h"
#include "stress.h"

enum {
	KEYS = 16,
	PUTS = CHECK_SANITIZED ? 128 : 256, /* of each key */
	ROW = 64,
	PART = 16,
	PATIENCE = 64,
	TAKERS = 2,
	READERS = 1,
	OTHERS = 1024, /* keys that stay, so that nodes are of all kinds */
	BYTES = 4,
};

struct takes {
	const struct ab_variant *v;
	struct ab_index *t;
	bool last_was_taken[KEYS][PUTS + 1]; /* so said the put of that value */
	unsigned seen[KEYS][PUTS + 1];       /* atomic: updates that removed it */
	bool done;                           /* atomic */
	size_t updates;                      /* atomic: of all takers */
	size_t key, begun; /* atomic: what the writer is at, and its puts */
	pthread_barrier_t start;
};

struct taker {
	struct takes *s;
	uint64_t rng;
	size_t wrong, done;
	uint64_t last[KEYS];     /* that it has seen */
	enum ab_verdict verdict; /* that it will say */
	size_t wait;             /* for so many puts */
	uint64_t old;
	pthread_t thread;
};

/* Every 17th is one that is put and taken. */
static struct ab_key
key_at(uint8_t *room, size_t i)
{
	for (size_t k = 0; k < BYTES; k++)
		room[k] = (uint8_t)(i >> (k == 3 ? 0 : k == 2 ? 3 : 6));
	return (struct ab_key){ room, BYTES };
}

static struct ab_key
taken_key(uint8_t *room, size_t i)
{
	return key_at(room, 17 * i);
}

static bool
is_taken_key(size_t i)
{
	return i % 17 == 0 && i / 17 < KEYS;
}

/* Until an update has come: else all may be put before there is any. */
static void
wait_for_takers(const struct takes *s)
{
	size_t updates = __atomic_load_n(&s->updates, __ATOMIC_RELAXED);
	while (__atomic_load_n(&s->updates, __ATOMIC_RELAXED) == updates)
		sched_yield();
}

static void *
put_all(void *arg)
{
	struct taker *w = arg;
	struct takes *s = w->s;
	uint8_t room[BYTES];
	pthread_barrier_wait(&s->start);
	for (size_t n = 0; n < KEYS * PUTS; n++) {
		size_t k = n / ROW % KEYS, i = n / ROW / KEYS * ROW + n % ROW + 1;
		__atomic_store_n(&s->key, k, __ATOMIC_RELAXED);
		__atomic_store_n(&s->begun, n + 1, __ATOMIC_RELAXED);
		enum ab_status status = s->v->put(s->t, taken_key(room, k), i);
		w->wrong += status != AB_OK && status != AB_REPLACED;
		s->last_was_taken[k][i] = status == AB_OK;
		w->done++;
		if (n % PART == 0)
			wait_for_takers(s);
	}
	__atomic_store_n(&s->done, true, __ATOMIC_RELEASE);
	return NULL;
}

/* The writer comes to this key, if it is at it: with 1, so that it waits when the verdict is
 * said; with 2, so that it has done a put in between, if it can. Not for ever: it may wait for
 * this with another key. */
static void
let_come(const struct taker *r)
{
	size_t begun = __atomic_load_n(&r->s->begun, __ATOMIC_RELAXED);
	for (int i = 0; i < PATIENCE; i++) {
		if (__atomic_load_n(&r->s->begun, __ATOMIC_RELAXED) >= begun + r->wait)
			return;
		sched_yield();
	}
}

static enum ab_verdict
decide(void *arg, const uint64_t *old, uint64_t *value)
{
	struct taker *r = arg;
	(void)value;
	if (old && r->wait)
		let_come(r);
	r->old = old ? *old : 0;
	return r->verdict;
}

static void *
take(void *arg)
{
	struct taker *r = arg;
	struct takes *s = r->s;
	uint8_t room[BYTES];
	bool last = false;
	pthread_barrier_wait(&s->start);
	while (!last) {
		size_t k = __atomic_load_n(&s->key, __ATOMIC_RELAXED);
		if (rng_below(&r->rng, 8) == 0)
			k = rng_below(&r->rng, KEYS);
		r->wait = rng_below(&r->rng, 3);
		last = __atomic_load_n(&s->done, __ATOMIC_ACQUIRE);
		r->verdict = rng_below(&r->rng, 4) ? AB_REMOVE : AB_KEEP;
		enum ab_status status = s->v->update(s->t, taken_key(room, k), decide, r);
		r->wrong += status != (r->old ? AB_OK : AB_NOT_FOUND);
		r->wrong += r->old > PUTS || (r->old && r->old < r->last[k]);
		if (r->old && r->old <= PUTS) {
			r->last[k] = r->old;
			if (r->verdict == AB_REMOVE)
				__atomic_add_fetch(
					&s->seen[k][r->old], 1, __ATOMIC_RELAXED);
		}
		r->done++;
		__atomic_add_fetch(&s->updates, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static void
saw(struct taker *r, size_t k, uint64_t value)
{
	r->wrong += value < r->last[k] || value > PUTS;
	r->last[k] = value;
}

struct visits {
	struct taker *r;
	size_t next; /* key that is expected next, or one after it that comes and goes */
};

static bool
visit(void *arg, struct ab_key key, uint64_t value)
{
	struct visits *x = arg;
	uint8_t room[BYTES];
	while (x->next < OTHERS && is_taken_key(x->next) &&
		ab_key_cmp(key_at(room, x->next), key) != 0)
		x->next++;
	if (x->next == OTHERS || ab_key_cmp(key_at(room, x->next), key) != 0) {
		x->r->wrong++;
		return false;
	}
	if (is_taken_key(x->next))
		saw(x->r, x->next / 17, value);
	else
		x->r->wrong += value != x->next;
	x->next++;
	return true;
}

static void *
read_on(void *arg)
{
	struct taker *r = arg;
	struct takes *s = r->s;
	uint8_t room[BYTES];
	bool last = false;
	pthread_barrier_wait(&s->start);
	while (!last) {
		last = __atomic_load_n(&s->done, __ATOMIC_ACQUIRE);
		for (size_t k = 0; k < KEYS; k++) {
			uint64_t value = 0;
			if (s->v->get(s->t, taken_key(room, k), &value) == AB_OK)
				saw(r, k, value);
		}
		struct visits x = { .r = r };
		if (s->v->caps & AB_ORDERED)
			r->wrong += s->v->scan(s->t, (struct ab_range){ 0 }, visit, &x) !=
					    AB_OK ||
				    x.next != OTHERS;
		r->done++;
	}
	return NULL;
}

/* Of each value: an update has seen it, if and only if the next put found it gone. */
static void
add_up(struct takes *s)
{
	size_t wrong = 0, taken = 0;
	uint8_t room[BYTES];
	for (size_t k = 0; k < KEYS; k++) {
		uint64_t value = 0;
		bool there = s->v->get(s->t, taken_key(room, k), &value) == AB_OK;
		wrong += there && value != PUTS;
		wrong += !s->last_was_taken[k][1];
		for (size_t i = 1; i <= PUTS; i++) {
			bool gone = i < PUTS ? s->last_was_taken[k][i + 1] : !there;
			wrong += s->seen[k][i] != gone;
			taken += gone;
		}
	}
	CHECK_IS(wrong, 0);
	CHECK(taken > 0);
}

static void
run(struct takes *s, uint64_t seed)
{
	struct taker r[1 + TAKERS + READERS];
	pthread_barrier_init(&s->start, NULL, G_N_ELEMENTS(r));
	for (size_t i = 0; i < G_N_ELEMENTS(r); i++) {
		r[i] = (struct taker){ .s = s, .rng = rng_mix(seed + i) };
		if (pthread_create(&r[i].thread, NULL,
			    i == 0        ? put_all
			    : i <= TAKERS ? take
					  : read_on,
			    &r[i]))
			g_error("cannot start a thread");
	}
	for (size_t i = 0; i < G_N_ELEMENTS(r); i++) {
		pthread_join(r[i].thread, NULL);
		CHECK_IS(r[i].wrong, 0);
		CHECK(r[i].done > 0);
	}
	pthread_barrier_destroy(&s->start);
}

void
stress_takes(const struct ab_variant *v, uint64_t seed)
{
	struct takes *s = g_new0(struct takes, 1);
	uint8_t room[BYTES];
	s->v = v;
	s->t = v->create(NULL);
	if (CHECK(s->t != NULL)) {
		for (size_t i = 0; i < OTHERS; i++)
			if (!is_taken_key(i))
				CHECK_STATUS(v->put(s->t, key_at(room, i), i), AB_OK);
		run(s, seed);
		add_up(s);
		CHECK_SOUND(v, s->t);
		v->destroy(s->t);
	}
	g_free(s);
}
