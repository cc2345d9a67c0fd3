/* test_memkv_stream.c: memkv_save_to and memkv_load_from: the bytes of a file, whoever carries them and
 * however many at a time, and what a stream that breaks leaves. What damaged bytes may do is
 * fuzz_memkv.c's. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>
#include "kit/check.h"
#include "memkv_kit.h"
#include "contract/rng.h"

/* ---- a stream in memory ---- */

struct tape {
	uint8_t *p;
	size_t n, room, at, most; /* bytes, those read, and read at a time */
	size_t breaks;            /* the call that fails, from 1 */
	size_t calls;
	memkv *kv; /* is not to be changed meanwhile; NULL: none */
};

static bool
record(void *ctx, const void *p, size_t n)
{
	struct tape *t = ctx;
	CHECK(n > 0);
	if (++t->calls == t->breaks)
		return false;
	while (t->n + n > t->room) {
		t->room = 2 * t->room + 100;
		t->p = realloc(t->p, t->room);
		if (!CHECK(t->p))
			return false;
	}
	memcpy(t->p + t->n, p, n);
	t->n += n;
	if (t->kv)
		CHECK(memkv_put(t->kv, "x", 1, 1, NULL) == MEMKV_EBUSY &&
			memkv_contains(t->kv, NULL, 0));
	return true;
}

static ptrdiff_t
play(void *ctx, void *p, size_t room)
{
	struct tape *t = ctx;
	size_t n = t->most < room ? t->most : room;
	if (++t->calls == t->breaks)
		return -1;
	CHECK(room > 0);
	n = n < t->n - t->at ? n : t->n - t->at;
	memcpy(p, t->p + t->at, n);
	t->at += n;
	return (ptrdiff_t)n;
}

static void
rewind_tape(struct tape *t, size_t most)
{
	t->at = t->calls = t->breaks = 0;
	t->most = most;
}

/* ---- stores ---- */

static memkv *
store_of(const char *name, enum memkv_threads threads, unsigned n)
{
	static char long_key[MEMKV_KEY_MOST];
	struct memkv_options o = { .threads = threads };
	struct memkv_entry e[4] = { { NULL, 0, UINT64_MAX }, { long_key, 30000, 5 },
		{ long_key, sizeof long_key - 1, 6 }, { long_key, sizeof long_key, 7 } };
	memkv *kv = NULL;
	char key[64];
	memset(long_key, 0xff, sizeof long_key);
	CHECK(memkv_open(name, &o, &kv) == MEMKV_OK);
	for (unsigned i = 0; i < n; i++) {
		int m = snprintf(key, sizeof key, "https://host%u.example/%u", i % 7, i);
		CHECK(memkv_put(kv, key, (size_t)m, rng_mix(i) >> i % 64, NULL) ==
			MEMKV_OK);
	}
	if (n)
		CHECK(memkv_put_many(kv, e, 4, NULL) == MEMKV_OK);
	return kv;
}

/* It holds what is in the file, and no more. */
static bool
is_file(const struct tape *t, const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p = malloc(t->n + 1);
	size_t n = f && p ? fread(p, 1, t->n + 1, f) : 0;
	bool right = n == t->n && memcmp(p, t->p, n) == 0;
	free(p);
	return f && fclose(f) == 0 && right;
}

static void
test_there_and_back(unsigned n)
{
	char path[] = "/tmp/test_memkv_stream.XXXXXX";
	int fd = mkstemp(path);
	struct memkv_variant_info v;
	struct tape t = { .most = 0 };
	memkv *kv = store_of(NULL, MEMKV_ONE_THREAD, n), *back;
	uint64_t digest = digest_of_store(kv);
	t.kv = n ? kv : NULL;
	CHECK(fd >= 0 && close(fd) == 0 && memkv_save(kv, path) == MEMKV_OK);
	CHECK(memkv_save_to(kv, record, &t) == MEMKV_OK && is_file(&t, path));
	CHECK(memkv_close(kv) == MEMKV_OK && unlink(path) == 0);
	t.kv = NULL;
	for (size_t i = 0; memkv_variant(i, &v); i++) {
		static const size_t most[] = { 7, 1, 64, 4096, 1 << 20 };
		rewind_tape(&t, most[i % 5]);
		CHECK(memkv_load_from(play, &t, v.name, NULL, &back) == MEMKV_OK);
		CHECK(digest_of_store(back) == digest && t.at == t.n);
		size_t bytes = t.n;
		t.n = 0;
		CHECK(memkv_save_to(back, record, &t) == MEMKV_OK && t.n == bytes);
		CHECK(memkv_close(back) == MEMKV_OK);
	}
	free(t.p);
}

/* Two stores and something else, one behind the other. */
static void
test_behind_each_other(void)
{
	struct tape t = { .most = 0 };
	memkv *kv = store_of(NULL, MEMKV_RWLOCK, 300), *back;
	uint64_t digest = digest_of_store(kv);
	CHECK(memkv_save_to(kv, record, &t) == MEMKV_OK);
	size_t first = t.n;
	CHECK(memkv_clear(kv) == MEMKV_OK && memkv_put(kv, "b", 1, 2, NULL) == MEMKV_OK);
	CHECK(memkv_save_to(kv, record, &t) == MEMKV_OK && record(&t, "rest", 4));
	rewind_tape(&t, 1000);
	CHECK(memkv_load_from(play, &t, NULL, NULL, &back) == MEMKV_OK && t.at == first);
	CHECK(digest_of_store(back) == digest && memkv_close(back) == MEMKV_OK);
	CHECK(memkv_load_from(play, &t, NULL, NULL, &back) == MEMKV_OK);
	CHECK(digest_of_store(back) == digest_of_store(kv) && t.at == t.n - 4);
	CHECK(memkv_close(back) == MEMKV_OK && memkv_close(kv) == MEMKV_OK);
	back = kv;
	CHECK(memkv_load_from(play, &t, NULL, NULL, &back) == MEMKV_EFORMAT && !back);
	CHECK(says("the stream: at byte 4"));
	free(t.p);
}

/* ---- what breaks ---- */

static void
test_breaks(void)
{
	struct tape t = { .most = 0 };
	memkv *kv = store_of(NULL, MEMKV_ONE_THREAD, 200), *back;
	enum memkv_status s = MEMKV_EIO;
	size_t writes = 0;
	for (size_t i = 1; s == MEMKV_EIO; i++) {
		t.n = t.calls = 0;
		t.breaks = i;
		s = memkv_save_to(kv, record, &t);
		CHECK(s == MEMKV_OK || (s == MEMKV_EIO && says("the stream: at byte")));
		writes = i;
	}
	CHECK(s == MEMKV_OK && writes > 8);
	for (size_t i = 1; i < 20; i++) {
		rewind_tape(&t, 500);
		t.breaks = i;
		back = kv;
		s = memkv_load_from(play, &t, NULL, NULL, &back);
		CHECK(s == MEMKV_EIO && !back && says("says -1 of"));
	}
	size_t whole = t.n;
	for (t.n = 0; t.n < whole; t.n += t.n < 300 || t.n + 300 > whole ? 1 : 97) {
		rewind_tape(&t, 1 << 20);
		CHECK(memkv_load_from(play, &t, NULL, NULL, &back) == MEMKV_EFORMAT);
		CHECK(!back && says("cut short"));
	}
	CHECK(memkv_close(kv) == MEMKV_OK);
	free(t.p);
}

static void
free_nothing(void *ctx, uint64_t value)
{
	(void)ctx;
	(void)value;
}

static void
test_refused(void)
{
	struct memkv_options o = { .free_value = free_nothing };
	struct tape t = { .most = 1 };
	memkv *kv, *back = NULL;
	CHECK(memkv_open(NULL, &o, &kv) == MEMKV_OK);
	CHECK(memkv_save_to(kv, record, &t) == MEMKV_EUNSUPPORTED && t.calls == 0);
	CHECK(memkv_load_from(play, &t, NULL, &o, &back) == MEMKV_EUNSUPPORTED);
	CHECK(memkv_load_from(play, &t, "none", NULL, &back) == MEMKV_EUNKNOWN);
	CHECK(memkv_save_to(kv, NULL, &t) == MEMKV_EINVAL);
	CHECK(memkv_save_to(NULL, record, &t) == MEMKV_EINVAL);
	CHECK(memkv_load_from(NULL, &t, NULL, NULL, &back) == MEMKV_EINVAL);
	CHECK(memkv_load_from(play, &t, NULL, NULL, NULL) == MEMKV_EINVAL);
	CHECK(t.calls == 0 && !back && memkv_close(kv) == MEMKV_OK);
}

/* Without memory nothing is left, and what is read is no more than has come. */
static void
test_starving(void)
{
	struct purse p;
	struct tape t = { .most = 0 };
	purse_init(&p);
	struct memkv_options o = { .allocator = &p.a };
	memkv *kv = store_of(NULL, MEMKV_ONE_THREAD, 500), *back;
	CHECK(memkv_save_to(kv, record, &t) == MEMKV_OK && memkv_close(kv) == MEMKV_OK);
	enum memkv_status s = MEMKV_ENOMEM;
	for (uint64_t i = 1; s == MEMKV_ENOMEM; i++) {
		rewind_tape(&t, 4096);
		p.calls = 0;
		p.fail_at = i;
		s = memkv_load_from(play, &t, NULL, &o, &back);
		CHECK(s == MEMKV_OK || (s == MEMKV_ENOMEM && !back && !p.live));
	}
	CHECK(s == MEMKV_OK);
	size_t live = p.live;
	t.n = 0;
	s = MEMKV_ENOMEM;
	for (uint64_t i = 1; s == MEMKV_ENOMEM; i++) {
		t.n = p.calls = 0;
		p.fail_at = i;
		s = memkv_save_to(back, record, &t);
		CHECK((s == MEMKV_OK || s == MEMKV_ENOMEM) && p.live == live);
	}
	CHECK(s == MEMKV_OK && memkv_close(back) == MEMKV_OK && !p.live);
	free(t.p);
}

/* ---- beside a writer that nobody waits for ---- */

struct writer {
	memkv *kv;
	atomic_bool stop;
};

/* Each round puts "a", then "b" with the same number: of one moment the two differ by one at most. */
static void *
write_pairs(void *arg)
{
	struct writer *w = arg;
	for (uint64_t i = 1; !atomic_load(&w->stop); i++) {
		memkv_put(w->kv, "a", 1, i, NULL);
		memkv_put(w->kv, "b", 1, i, NULL);
	}
	return NULL;
}

static void
test_one_moment(void)
{
	struct writer w = { .stop = false };
	struct tape t = { .most = 0 };
	memkv *back;
	pthread_t thread;
	w.kv = store_of(NULL, MEMKV_CONCURRENT, 300);
	CHECK(memkv_put(w.kv, "a", 1, 0, NULL) == MEMKV_OK);
	CHECK(memkv_put(w.kv, "b", 1, 0, NULL) == MEMKV_OK);
	CHECK(pthread_create(&thread, NULL, write_pairs, &w) == 0);
	for (int i = 0; i < 20; i++) {
		uint64_t a = 0, b = 0;
		t.n = 0;
		CHECK(memkv_save_to(w.kv, record, &t) == MEMKV_OK);
		rewind_tape(&t, 4096);
		CHECK(memkv_load_from(play, &t, NULL, NULL, &back) == MEMKV_OK);
		CHECK(memkv_get(back, "a", 1, &a) == MEMKV_OK);
		CHECK(memkv_get(back, "b", 1, &b) == MEMKV_OK && a - b <= 1);
		CHECK(memkv_close(back) == MEMKV_OK);
	}
	atomic_store(&w.stop, true);
	pthread_join(thread, NULL);
	CHECK(memkv_close(w.kv) == MEMKV_OK);
	free(t.p);
}

int
main(void)
{
	struct memkv_variant_info v;
	bool concurrent = false;
	for (size_t i = 0; memkv_variant(i, &v); i++)
		concurrent |= v.concurrent;
	test_there_and_back(0);
	test_there_and_back(1);
	test_there_and_back(2000);
	test_behind_each_other();
	test_breaks();
	test_refused();
	test_starving();
	if (concurrent)
		test_one_moment();
	return check_finish();
}
