/* test_memkv_large.c: more than 4 GiB of key bytes, all of them distinct, in the recommended
 * variant: put, get, range, neighbours, save, load, map, remove. It takes 5 GiB of memory, 5 GiB of disk
 * and some minutes, so it is run where it is asked for: TEST_LARGE is a directory for its file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "artbench/memkv.h"
#include "kit/check.h"
#include "contract/rng.h"

enum { KEYS = 1100000, LEAST = 3072, SPREAD = 2049, MOST = LEAST + SPREAD };

/* Key number `i`: 4 KiB on average, random from the first to the last. */
static size_t
key_of(uint64_t i, uint8_t *key)
{
	uint64_t state = rng_mix(i + 1);
	size_t n = LEAST + rng_below(&state, SPREAD);
	for (size_t at = 0; at < MOST; at += 8) {
		uint64_t bits = rng_next(&state);
		memcpy(key + at, &bits, 8);
	}
	return n;
}

static double
seconds(void)
{
	static struct timespec last;
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	double s = (double)(now.tv_sec - last.tv_sec) +
		   1e-9 * (double)(now.tv_nsec - last.tv_nsec);
	last = now;
	return s;
}

static void
say(const char *what)
{
	printf("%-24s %7.1f s\n", what, seconds());
	fflush(stdout);
}

static void
put_all(memkv *kv)
{
	uint8_t key[MOST + 8];
	uint64_t wrong = 0, bytes = 0;
	for (uint64_t i = 0; i < KEYS; i++) {
		size_t n = key_of(i, key);
		bytes += n;
		wrong += memkv_put(kv, key, n, i, NULL) != MEMKV_OK;
	}
	CHECK(wrong == 0 && memkv_len(kv) == KEYS && bytes >> 32);
	struct memkv_memory m;
	CHECK(memkv_memory(kv, &m) == MEMKV_OK);
	CHECK(m.total == m.inner + m.leaf + m.key + m.slack && m.total >> 32);
	printf("%" PRIu64 " bytes of %d keys, %zu held, %.2f over a key\n", bytes, KEYS,
		m.total, (double)(m.total - bytes) / KEYS);
}

/* Every third, and some that are not there. */
static void
get_some(const memkv *kv, uint64_t from)
{
	uint8_t key[MOST + 8];
	uint64_t wrong = 0;
	for (uint64_t i = from; i < KEYS; i += 3) {
		uint64_t value = 0;
		size_t n = key_of(i, key);
		wrong += memkv_get(kv, key, n, &value) != MEMKV_OK || value != i;
		key[n - 1] ^= 1;
		wrong += i % 16 == 0 && memkv_contains(kv, key, n);
	}
	CHECK(wrong == 0);
}

struct tour {
	uint64_t keys, wrong, sum;
	size_t last_n;
	uint8_t last[MOST + 8];
};

static bool
visit(void *arg, const void *key, size_t n, uint64_t value)
{
	struct tour *t = arg;
	uint8_t own[MOST + 8];
	size_t least = n < t->last_n ? n : t->last_n;
	t->wrong += n > MOST || (t->keys && memcmp(t->last, key, least) >= 0);
	if (t->keys % 16 == 0)
		t->wrong += key_of(value, own) != n || memcmp(own, key, n) != 0;
	memcpy(t->last, key, n);
	t->last_n = n;
	t->keys++;
	t->sum += rng_mix(value);
	return t->wrong == 0;
}

static void
tour_all(const memkv *kv, uint64_t keys, uint64_t sum)
{
	static struct tour t;
	t = (struct tour){ 0 };
	CHECK(memkv_range(kv, NULL, 0, NULL, 0, visit, &t) == MEMKV_OK);
	CHECK(t.wrong == 0 && t.keys == keys && t.sum == sum);
	struct memkv_found f = { t.last, sizeof t.last, 0, 0 };
	CHECK(memkv_prev(kv, t.last, t.last_n, &f) == MEMKV_OK);
	CHECK(memkv_next(kv, t.last, f.n, &f) == MEMKV_OK && f.n == t.last_n);
}

static void
remove_third(memkv *kv, uint64_t *sum)
{
	uint8_t key[MOST + 8];
	uint64_t wrong = 0, old = 0;
	for (uint64_t i = 0; i < KEYS; i += 3) {
		size_t n = key_of(i, key);
		wrong += memkv_remove(kv, key, n, &old) != MEMKV_OK || old != i;
		*sum -= rng_mix(i);
	}
	CHECK(wrong == 0 && memkv_len(kv) == KEYS - (KEYS + 2) / 3);
}

static void
test_file(const char *path, uint64_t sum)
{
	memkv *kv = NULL;
	struct stat st;
	struct memkv_memory m;
	CHECK(stat(path, &st) == 0 && (uint64_t)st.st_size >> 32);
	printf("%lld bytes of the file\n", (long long)st.st_size);
	CHECK(memkv_map(path, NULL, &kv) == MEMKV_OK);
	say("map, all of it checked");
	get_some(kv, 1);
	tour_all(kv, KEYS, sum);
	CHECK(memkv_close(kv) == MEMKV_OK);
	say("get a third, and range");
	CHECK(memkv_load(path, NULL, NULL, &kv) == MEMKV_OK);
	say("load");
	CHECK(memkv_memory(kv, &m) == MEMKV_OK);
	printf("%zu held when it was loaded\n", m.total);
	get_some(kv, 2);
	remove_third(kv, &sum);
	tour_all(kv, KEYS - (KEYS + 2) / 3, sum);
	CHECK(memkv_close(kv) == MEMKV_OK);
	say("remove a third, range");
}

int
main(void)
{
	const char *dir = getenv("TEST_LARGE");
	memkv *kv = NULL;
	uint64_t sum = 0;
	if (!dir || !*dir)
		return check_skip(
			"takes 5 GiB of memory, 5 GiB of disk and some minutes: "
			"TEST_LARGE=DIRECTORY meson test memkv_large");
	if (!CHECK(chdir(dir) == 0))
		return check_finish();
	for (uint64_t i = 0; i < KEYS; i++)
		sum += rng_mix(i);
	CHECK(memkv_open(NULL, NULL, &kv) == MEMKV_OK);
	seconds();
	put_all(kv);
	say("put");
	get_some(kv, 0);
	say("get a third");
	tour_all(kv, KEYS, sum);
	say("range");
	CHECK(memkv_save(kv, "large.memkv") == MEMKV_OK);
	say("save");
	CHECK(memkv_close(kv) == MEMKV_OK);
	if (check_tally.failed == 0)
		test_file("large.memkv", sum);
	unlink("large.memkv");
	return check_finish();
}
