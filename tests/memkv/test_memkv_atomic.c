/* test_memkv_atomic.c: calls that look and change do both at one moment, whoever else does: counters
 * that several threads add to, keys that several insert or take, in thread modes with locks and
 * without. */
#include <pthread.h>
#include <stdio.h>
#include "kit/check.h"
#include "memkv_kit.h"

enum { THREADS = 4, KEYS = 50, ROUNDS = CHECK_SANITIZED ? 40 : 400 };

struct worker {
	memkv *kv;
	pthread_t thread;
	uint64_t number; /* of the thread */
	uint64_t done;   /* keys that it inserted or took */
	uint64_t wrong;
	uint8_t taken[KEYS];
};

static size_t
name_of(unsigned i, char *key)
{
	return (size_t)sprintf(key, "https://host%u.example/counter", i);
}

static void
together(struct worker *w, memkv *kv, void *(*work)(void *worker))
{
	memset(w, 0, THREADS * sizeof *w);
	for (unsigned i = 0; i < THREADS; i++) {
		w[i].kv = kv;
		w[i].number = i + 1;
		CHECK(pthread_create(&w[i].thread, NULL, work, &w[i]) == 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(w[i].thread, NULL);
		CHECK(w[i].wrong == 0);
	}
}

/* ---- update ---- */

/* Up from nothing; a counter that gets to 1,000 goes, and its thread owes that much. */
static enum memkv_verdict
add_one(void *arg, const uint64_t *old, uint64_t *value)
{
	struct worker *w = arg;
	*value = old ? *old + 1 : 1;
	if (*value < 1000)
		return MEMKV_PUT;
	w->done += 1000;
	return MEMKV_REMOVE;
}

static void *
count_up(void *arg)
{
	struct worker *w = arg;
	char key[64];
	for (unsigned r = 0; r < ROUNDS; r++)
		for (unsigned i = 0; i < KEYS; i++) {
			enum memkv_status s = memkv_update(
				w->kv, key, name_of(i, key), add_one, w);
			w->wrong += s < 0 || s == MEMKV_NOT_FOUND;
		}
	return NULL;
}

static bool
add_up(void *arg, const void *key, size_t n, uint64_t value)
{
	(void)key;
	(void)n;
	*(uint64_t *)arg += value;
	return true;
}

static void
test_update(memkv *kv)
{
	struct worker w[THREADS];
	uint64_t sum = 0;
	together(w, kv, count_up);
	for (unsigned i = 0; i < THREADS; i++)
		sum += w[i].done;
	CHECK(memkv_range(kv, NULL, 0, NULL, 0, add_up, &sum) == MEMKV_OK);
	CHECK(sum == (uint64_t)THREADS * KEYS * ROUNDS);
}

/* ---- insert and pop ---- */

/* Each key is inserted by one thread, and who comes later is told by whom. */
static void *
insert_all(void *arg)
{
	struct worker *w = arg;
	char key[64];
	for (unsigned i = 0; i < KEYS; i++) {
		uint64_t there = 0, now = 0;
		size_t n = name_of(i, key);
		enum memkv_status s = memkv_insert(w->kv, key, n, w->number, &there);
		w->done += s == MEMKV_OK;
		memkv_get(w->kv, key, n, &now);
		w->wrong += s == MEMKV_OK ? now != w->number
					  : s != MEMKV_EXISTS || !there || now != there;
	}
	return NULL;
}

/* Each entry is taken by one thread: from both ends, by two threads each. */
static void *
pop_all(void *arg)
{
	struct worker *w = arg;
	char room[64];
	struct memkv_found f = { room, sizeof room - 1, 0, 0 };
	enum memkv_where from = w->number & 1 ? MEMKV_FIRST : MEMKV_LAST;
	unsigned i;
	while (memkv_pop(w->kv, from, NULL, 0, &f) == MEMKV_OK) {
		room[f.n] = '\0';
		if (sscanf(room, "https://host%u.example", &i) == 1 && i < KEYS)
			w->taken[i]++;
		else
			w->wrong++;
		w->done++;
	}
	return NULL;
}

static void
test_insert_and_pop(memkv *kv)
{
	struct worker w[THREADS];
	for (unsigned r = 0; r < ROUNDS / 4; r++) {
		uint64_t in = 0, out = 0;
		together(w, kv, insert_all);
		for (unsigned i = 0; i < THREADS; i++)
			in += w[i].done;
		CHECK(in == KEYS && memkv_len(kv) == KEYS);
		together(w, kv, pop_all);
		for (unsigned k = 0; k < KEYS; k++) {
			unsigned taken = 0;
			for (unsigned i = 0; i < THREADS; i++)
				taken += w[i].taken[k];
			CHECK(taken == 1);
			out += taken;
		}
		CHECK(out == KEYS && memkv_len(kv) == 0);
	}
}

static void
test_all(const char *name, enum memkv_threads threads)
{
	struct memkv_options o = { .threads = threads };
	uint64_t failed = check_tally.failed;
	memkv *kv;
	CHECK(memkv_open(name, &o, &kv) == MEMKV_OK);
	test_update(kv);
	CHECK(memkv_remove_prefix(kv, "https:", 6, NULL) == MEMKV_OK && !memkv_len(kv));
	test_insert_and_pop(kv);
	CHECK(memkv_close(kv) == MEMKV_OK);
	if (check_tally.failed != failed)
		fprintf(stderr, "  %s, threads %d\n", name, (int)threads);
}

int
main(void)
{
	struct memkv_variant_info v;
	for (size_t i = 0; memkv_variant(i, &v); i++) {
		if (v.writable)
			test_all(v.name, MEMKV_RWLOCK);
		if (v.concurrent)
			test_all(v.name, MEMKV_CONCURRENT);
	}
	return check_finish();
}
