/* test_memkv_threads.c: MEMKV_RWLOCK: readers, by get, scans and cursors, beside a writer that
 * puts, removes, clears, freezes and thaws. Every value says which key it belongs to. */
#include <pthread.h>
#include <stdio.h>
#include "check.h"
#include "memkv_kit.h"
#include "rng.h"

enum { READERS = 3, KEYS = 300, CHANGES = CHECK_SANITIZED ? 3000 : 10000 };

static memkv *kv;
static _Atomic bool done;

/* What one thread found. */
struct reader {
	pthread_t thread;
	uint64_t rng, right, wrong;
};

static size_t
name(uint64_t i, char *key)
{
	return (size_t)snprintf(key, 32, "key/%llu", (unsigned long long)i);
}

static bool
is_right(const void *key, size_t n, uint64_t value)
{
	char own[32];
	return n == name(value % KEYS, own) && memcmp(key, own, n) == 0;
}

static bool
visit(void *arg, const void *key, size_t n, uint64_t value)
{
	struct reader *r = arg;
	uint64_t again = 0;
	/* Inside, the store stands still, and this thread may go on reading. */
	bool right = is_right(key, n, value) &&
		     memkv_get(kv, key, n, &again) == MEMKV_OK && again == value &&
		     memkv_put(kv, key, n, 1, NULL) == MEMKV_EBUSY;
	*(right ? &r->right : &r->wrong) += 1;
	return rng_below(&r->rng, 40) > 0;
}

static void
walk(struct reader *r)
{
	memkv_cursor *c;
	if (memkv_cursor_open(kv, &c) != MEMKV_OK) {
		r->wrong++;
		return;
	}
	for (int i = 0; i < 20; i++) {
		size_t n;
		enum memkv_status s = i % 3 ? memkv_cursor_next(c) : memkv_cursor_prev(c);
		const void *key = memkv_cursor_key(c, &n);
		if (s == MEMKV_OK)
			*(is_right(key, n, memkv_cursor_value(c)) ? &r->right
								  : &r->wrong) += 1;
		else
			r->wrong += s != MEMKV_NOT_FOUND;
	}
	memkv_cursor_close(c);
}

static void *
read_on(void *arg)
{
	struct reader *r = arg;
	char key[32];
	while (!done) {
		uint64_t value, i = rng_below(&r->rng, KEYS);
		size_t n = name(i, key);
		if (memkv_get(kv, key, n, &value) == MEMKV_OK)
			*(value % KEYS == i ? &r->right : &r->wrong) += 1;
		memkv_range(kv, key, n, NULL, 0, visit, r);
		walk(r);
		r->wrong += memkv_len(kv) > KEYS;
	}
	return NULL;
}

static void
write_on(uint64_t rng)
{
	char key[32];
	uint64_t wrong = 0;
	for (uint64_t change = 0; change < CHANGES; change++) {
		uint64_t i = rng_below(&rng, KEYS);
		size_t n = name(i, key);
		if (change % 3)
			wrong += memkv_put(kv, key, n, change * KEYS + i, NULL) < 0;
		else
			wrong += memkv_remove(kv, key, n, NULL) < 0;
		if (change % 1000 == 500)
			wrong += memkv_freeze(kv) != MEMKV_OK ||
				 memkv_put(kv, key, n, 1, NULL) != MEMKV_EREADONLY ||
				 memkv_thaw(kv) != MEMKV_OK;
		if (change % 3000 == 2999)
			wrong += memkv_clear(kv) != MEMKV_OK;
	}
	CHECK(wrong == 0);
}

int
main(void)
{
	struct memkv_options o = { .threads = MEMKV_RWLOCK };
	struct reader r[READERS] = { 0 };
	CHECK(memkv_open(NULL, &o, &kv) == MEMKV_OK);
	for (int i = 0; i < READERS; i++) {
		r[i].rng = (uint64_t)i;
		CHECK(pthread_create(&r[i].thread, NULL, read_on, &r[i]) == 0);
	}
	write_on(99);
	done = true;
	for (int i = 0; i < READERS; i++) {
		pthread_join(r[i].thread, NULL);
		CHECK(r[i].right > 0 && r[i].wrong == 0);
	}
	CHECK(memkv_close(kv) == MEMKV_OK);
	return check_finish();
}
