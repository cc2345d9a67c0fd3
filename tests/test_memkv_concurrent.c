/* test_memkv_concurrent.c: MEMKV_CONCURRENT: several threads put, remove and read one store, by
 * every call that reads, with and without a memory limit that is reached.
 *
 * Some keys last; what writers put and remove lies between them, splits their nodes and lets them
 * be joined again. Each writer has keys of its own, and so knows what each of its calls has to
 * say. Readers must find each lasting key in each scan, once and in order, and values that name
 * their keys. Lasting keys that extend each other lead so deep that a scan takes memory. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"
#include "memkv_oracle.h"
#include "rng.h"

enum {
	WRITERS = 2,
	READERS = 2,
	STEMS = 30,
	DEEP = 90,
	LASTING = STEMS + DEEP, /* keys 0 to LASTING - 1 */
	OWN = 150,              /* keys of each writer */
	KEYS = LASTING + WRITERS * OWN,
	KEY_ROOM = 128,
	CHANGES = CHECK_SANITIZED ? 6000 : 60000,
	SCANS = CHECK_SANITIZED ? 100 : 1000 /* that a reader does at least */
};

static const char *variant; /* NULL: none is made for it */
static memkv *kv;
static size_t limit;
static atomic_int writing; /* writers that are not done */

/* ---- keys and values ---- */

static size_t
name(unsigned id, char *key)
{
	if (id < STEMS)
		return (size_t)sprintf(key, "k/%02u", id);
	if (id < LASTING) {
		memset(key, 'd', KEY_ROOM);
		return id - STEMS + 1;
	}
	id -= LASTING;
	return (size_t)sprintf(key, "k/%02u%c%u", id % STEMS, "/0"[id / OWN], id % OWN);
}

static bool
is_right(const void *key, size_t n, uint64_t value)
{
	char own[KEY_ROOM];
	size_t own_n = name((unsigned)(value % KEYS), own);
	return oracle_cmp(key, n, own, own_n) == 0 &&
	       (value % KEYS >= LASTING || value < KEYS);
}

/* ---- an allocator that counts, for several threads ---- */

static atomic_size_t live;

static void *
count_alloc(void *ctx, size_t size)
{
	(void)ctx;
	atomic_fetch_add(&live, size);
	return malloc(size);
}

static void *
count_resize(void *ctx, void *p, size_t old_size, size_t size)
{
	(void)ctx;
	atomic_fetch_add(&live, size - old_size);
	return realloc(p, size);
}

static void
count_free(void *ctx, void *p, size_t size)
{
	(void)ctx;
	atomic_fetch_sub(&live, size);
	free(p);
}

static const struct memkv_allocator counting = { count_alloc, count_resize, count_free,
	NULL };

static memkv *
open_store(size_t memory_limit)
{
	memkv *made = NULL;
	struct memkv_options o = { .threads = MEMKV_CONCURRENT,
		.memory_limit = memory_limit,
		.allocator = &counting };
	CHECK(memkv_open(variant, &o, &made) == MEMKV_OK);
	return made;
}

static bool
put_lasting(memkv *to)
{
	char key[KEY_ROOM];
	bool right = true;
	for (unsigned id = 0; id < LASTING; id++) {
		size_t n = name(id, key);
		right = right && memkv_put(to, key, n, id, NULL) == MEMKV_OK;
	}
	return right;
}

/* ---- readers ---- */

/* What one thread found. */
struct reader {
	pthread_t thread;
	uint64_t rng, wrong;
	memkv *other; /* a store of its own */
	/* the scan that is on */
	char from[KEY_ROOM], last[KEY_ROOM];
	size_t from_n, last_n;
	bool begun;
	unsigned lasting; /* found */
};

static void
expect(struct reader *r, bool right, const char *what)
{
	if (right)
		return;
	if (!r->wrong++)
		fprintf(stderr, "%s\n", what);
}

static void
scan_begins(struct reader *r, const void *from, size_t n)
{
	if (n)
		memcpy(r->from, from, n);
	r->from_n = n;
	r->begun = false;
	r->lasting = 0;
}

/* The next entry of it. */
static void
scan_finds(struct reader *r, const void *key, size_t n, uint64_t value)
{
	expect(r, is_right(key, n, value), "a value is not its key's");
	expect(r, oracle_cmp(key, n, r->from, r->from_n) >= 0,
		"a scan finds what is below its beginning");
	expect(r, !r->begun || oracle_cmp(key, n, r->last, r->last_n) > 0,
		"a scan is out of order");
	r->begun = true;
	memcpy(r->last, key, n);
	r->last_n = n;
	r->lasting += value < LASTING;
}

/* How many keys that last are not below, and begin with a prefix. */
static unsigned
lasting_from(const void *from, size_t n, const void *prefix, size_t prefix_n)
{
	char key[KEY_ROOM];
	unsigned found = 0;
	for (unsigned id = 0; id < LASTING; id++) {
		size_t m = name(id, key);
		found += oracle_cmp(key, m, from, n) >= 0 && m >= prefix_n &&
			 memcmp(key, prefix, prefix_n) == 0;
	}
	return found;
}

static bool
visit(void *arg, const void *key, size_t n, uint64_t value)
{
	struct reader *r = arg;
	uint64_t again = 0;
	scan_finds(r, key, n, value);
	if (rng_below(&r->rng, 20))
		return true;
	if (value < LASTING)
		expect(r, memkv_get(kv, key, n, &again) == MEMKV_OK && again == value,
			"what a visitor is shown is not there");
	expect(r,
		memkv_put(kv, key, n, 1, NULL) == MEMKV_EBUSY &&
			memkv_remove(kv, key, n, NULL) == MEMKV_EBUSY &&
			memkv_compact(kv) == MEMKV_EBUSY &&
			memkv_close(kv) == MEMKV_EBUSY,
		"a visitor may change its store");
	expect(r, memkv_put(r->other, key, n, value, NULL) >= 0,
		"a visitor may not change another store");
	expect(r, memkv_len(kv) >= LASTING, "a visitor cannot count");
	return true;
}

static void
read_scans(struct reader *r, const char *key, size_t n)
{
	scan_begins(r, key, n);
	expect(r, memkv_range(kv, key, n, NULL, 0, visit, r) == MEMKV_OK,
		"a range fails");
	expect(r, r->lasting == lasting_from(key, n, "", 0), "a range misses a key");
	size_t stem = n < 4 ? n : 4;
	scan_begins(r, key, stem);
	expect(r, memkv_prefix(kv, key, stem, visit, r) == MEMKV_OK, "a prefix fails");
	expect(r, r->lasting == lasting_from("", 0, key, stem), "a prefix misses a key");
	scan_begins(r, "", 0);
	expect(r, memkv_range(kv, NULL, 0, key, n, visit, r) == MEMKV_OK,
		"a range to a key fails");
	expect(r, r->lasting == LASTING - lasting_from(key, n, "", 0),
		"a range to a key misses one");
}

/* No key that lasts may lie between a key and its neighbour. */
static void
read_neighbours(struct reader *r, const char *key, size_t n, bool lasts)
{
	char room[KEY_ROOM];
	struct memkv_found f = { room, sizeof room, 0, 0 };
	enum memkv_status s = memkv_prev(kv, key, n, &f);
	unsigned from = lasting_from(key, n, "", 0);
	expect(r, s == MEMKV_OK || (s == MEMKV_NOT_FOUND && from == LASTING),
		"prev fails");
	if (s == MEMKV_OK)
		expect(r,
			is_right(room, f.n, f.value) &&
				oracle_cmp(room, f.n, key, n) < 0 &&
				lasting_from(room, f.n, "", 0) - from ==
					(f.value < LASTING),
			"prev goes too far");
	from -= lasts; /* above it */
	s = memkv_next(kv, key, n, &f);
	expect(r, s == MEMKV_OK || (s == MEMKV_NOT_FOUND && !from), "next fails");
	if (s == MEMKV_OK)
		expect(r,
			is_right(room, f.n, f.value) &&
				oracle_cmp(room, f.n, key, n) > 0 &&
				lasting_from(room, f.n, "", 0) == from,
			"next goes too far");
	expect(r,
		memkv_first(kv, &f) == MEMKV_OK && is_right(room, f.n, f.value) &&
			lasting_from(room, f.n, "", 0) == LASTING,
		"first is not the first");
	expect(r,
		memkv_last(kv, &f) == MEMKV_OK && is_right(room, f.n, f.value) &&
			lasting_from(room, f.n, "", 0) <= 1,
		"last is not the last");
}

/* A cursor is such a neighbour at each step. */
static void
read_steps(struct reader *r)
{
	memkv_cursor *c;
	size_t n;
	enum memkv_status s = memkv_cursor_open(kv, &c);
	expect(r, s == MEMKV_OK, "a cursor is not opened");
	if (s != MEMKV_OK)
		return;
	scan_begins(r, "", 0);
	while ((s = memkv_cursor_next(c)) == MEMKV_OK) {
		const void *key = memkv_cursor_key(c, &n);
		scan_finds(r, key, n, memkv_cursor_value(c));
	}
	expect(r, s == MEMKV_NOT_FOUND && r->lasting == LASTING, "a cursor misses a key");
	unsigned lasting = 0;
	while ((s = memkv_cursor_prev(c)) == MEMKV_OK) {
		const void *key = memkv_cursor_key(c, &n);
		expect(r,
			is_right(key, n, memkv_cursor_value(c)) &&
				oracle_cmp(key, n, r->last, r->last_n) <= 0,
			"a cursor turns in its way back");
		memcpy(r->last, key, n);
		r->last_n = n;
		lasting += memkv_cursor_value(c) < LASTING;
	}
	expect(r, s == MEMKV_NOT_FOUND && lasting == LASTING,
		"a cursor misses a key on its way back");
	memkv_cursor_close(c);
}

static void
read_figures(struct reader *r)
{
	struct memkv_stats st;
	struct memkv_memory m;
	expect(r,
		memkv_stats(kv, &st) == MEMKV_OK && st.keys >= LASTING &&
			st.keys <= KEYS && st.threads == MEMKV_CONCURRENT,
		"the figures are wrong");
	expect(r,
		memkv_memory(kv, &m) == MEMKV_OK &&
			m.total == m.inner + m.leaf + m.key + m.slack,
		"memory is miscounted");
	expect(r, !limit || (st.bytes <= limit && m.total <= limit),
		"the limit is passed");
}

static void *
read_on(void *arg)
{
	struct reader *r = arg;
	char key[KEY_ROOM];
	for (unsigned scan = 0; scan < SCANS || atomic_load(&writing); scan++) {
		uint64_t value = 0;
		unsigned id = (unsigned)rng_below(&r->rng, KEYS);
		size_t n = name(id, key);
		enum memkv_status s = memkv_get(kv, key, n, &value);
		expect(r, s == MEMKV_OK ? value % KEYS == id : id >= LASTING,
			"a get is wrong");
		switch (rng_below(&r->rng, 4)) {
		case 0: read_scans(r, key, n); break;
		case 1: read_neighbours(r, key, n, id < LASTING); break;
		case 2: read_steps(r); break;
		default: read_figures(r); break;
		}
	}
	return NULL;
}

/* ---- writers ---- */

struct writer {
	pthread_t thread;
	unsigned first; /* id */
	uint64_t rng, wrong, refused;
	uint64_t value[OWN]; /* 0: not there */
};

static void
write_one(struct writer *w, uint64_t change)
{
	char key[KEY_ROOM];
	unsigned i = (unsigned)rng_below(&w->rng, OWN);
	size_t n = name(w->first + i, key);
	uint64_t old = 7, pick = rng_below(&w->rng, 5);
	uint64_t *asks = pick % 2 ? &old : NULL, was = w->value[i];
	enum memkv_status s;
	if (pick < 3) {
		uint64_t value = (change + 1) * KEYS + w->first + i;
		s = memkv_put(kv, key, n, value, asks);
		if (s == MEMKV_ELIMIT && limit && !was) {
			w->refused++;
			w->wrong += memkv_contains(kv, key, n);
			return;
		}
		w->wrong += s != (was ? MEMKV_REPLACED : MEMKV_OK);
		w->value[i] = value;
	} else {
		s = memkv_remove(kv, key, n, asks);
		w->wrong += s != (was ? MEMKV_OK : MEMKV_NOT_FOUND);
		w->value[i] = 0;
	}
	w->wrong += asks && old != (was ? was : 7);
	if (pick == 0)
		w->wrong += memkv_get(kv, key, n, &old) != MEMKV_OK || old != w->value[i];
}

static void *
write_on(void *arg)
{
	struct writer *w = arg;
	for (uint64_t change = 0; change < CHANGES; change++) {
		write_one(w, change);
		if (change % 5000 == 0)
			w->wrong += memkv_compact(kv) != MEMKV_OK;
	}
	atomic_fetch_sub(&writing, 1);
	return NULL;
}

/* ---- what is left ---- */

static void
is_what_writers_left(const struct writer *w, struct reader *r)
{
	char key[KEY_ROOM];
	size_t keys = LASTING;
	uint64_t value;
	for (unsigned at = 0; at < WRITERS; at++)
		for (unsigned i = 0; i < OWN; i++) {
			size_t n = name(w[at].first + i, key);
			value = 0;
			enum memkv_status s = memkv_get(kv, key, n, &value);
			CHECK(value == w[at].value[i] && (s == MEMKV_OK) == (value != 0));
			keys += value != 0;
		}
	CHECK(memkv_len(kv) == keys);
	read_scans(r, "", 0);
	read_steps(r);
}

/* And when all of that has gone, all memory has. */
static void
is_given_back(size_t lasting_bytes)
{
	struct memkv_stats st;
	char key[KEY_ROOM];
	for (unsigned id = LASTING; id < KEYS; id++) {
		size_t n = name(id, key);
		CHECK(memkv_remove(kv, key, n, NULL) >= 0);
	}
	CHECK(memkv_compact(kv) == MEMKV_OK);
	CHECK(memkv_stats(kv, &st) == MEMKV_OK && st.bytes == lasting_bytes);
	CHECK(st.cursors == 0 && st.cursor_bytes == 0 && st.keys == LASTING);
}

static size_t
bytes_now(void)
{
	struct memkv_stats st = { 0 };
	CHECK(memkv_compact(kv) == MEMKV_OK && memkv_stats(kv, &st) == MEMKV_OK);
	return st.bytes;
}

static void
test_together(size_t room)
{
	static struct writer w[WRITERS];
	static struct reader r[READERS];
	memset(w, 0, sizeof w);
	memset(r, 0, sizeof r);
	limit = room;
	kv = open_store(limit);
	CHECK(put_lasting(kv));
	size_t lasting_bytes = bytes_now();
	atomic_store(&writing, WRITERS);
	for (unsigned i = 0; i < WRITERS; i++) {
		w[i].first = LASTING + i * OWN;
		w[i].rng = i + 100;
		CHECK(pthread_create(&w[i].thread, NULL, write_on, &w[i]) == 0);
	}
	for (unsigned i = 0; i < READERS; i++) {
		r[i].rng = i;
		CHECK(memkv_open(NULL, NULL, &r[i].other) == MEMKV_OK);
		CHECK(pthread_create(&r[i].thread, NULL, read_on, &r[i]) == 0);
	}
	for (unsigned i = 0; i < WRITERS; i++) {
		pthread_join(w[i].thread, NULL);
		CHECK(w[i].wrong == 0 && (w[i].refused > 0) == (limit > 0));
	}
	for (unsigned i = 0; i < READERS; i++) {
		pthread_join(r[i].thread, NULL);
		CHECK(r[i].wrong == 0);
	}
	is_what_writers_left(w, &r[0]);
	CHECK(r[0].wrong == 0);
	is_given_back(lasting_bytes);
	for (unsigned i = 0; i < READERS; i++)
		CHECK(memkv_close(r[i].other) == MEMKV_OK);
	CHECK(memkv_close(kv) == MEMKV_OK && atomic_load(&live) == 0);
}

/* ---- files ---- */

static void *
save_on(void *arg)
{
	uint64_t *wrong = arg;
	while (atomic_load(&writing))
		*wrong += memkv_save(kv, "saved") != MEMKV_OK;
	return NULL;
}

/* What is saved while others write is sound, and has what was there all the time. */
static void
test_files(void)
{
	static struct writer w = { .first = LASTING };
	struct memkv_options o = { .threads = MEMKV_CONCURRENT, .allocator = &counting };
	struct reader r = { .rng = 1 };
	pthread_t saver;
	uint64_t wrong = 0;
	char dir[] = "/tmp/test_memkv_concurrent.XXXXXX";
	CHECK(mkdtemp(dir) && chdir(dir) == 0);
	limit = 0;
	kv = open_store(0);
	CHECK(put_lasting(kv) && memkv_save(kv, "saved") == MEMKV_OK);
	atomic_store(&writing, 1);
	CHECK(pthread_create(&saver, NULL, save_on, &wrong) == 0);
	write_on(&w);
	pthread_join(saver, NULL);
	CHECK(wrong == 0 && w.wrong == 0 && memkv_close(kv) == MEMKV_OK);
	CHECK(memkv_load("saved", variant, &o, &kv) == MEMKV_OK);
	CHECK(memkv_open(NULL, NULL, &r.other) == MEMKV_OK);
	read_scans(&r, "", 0);
	CHECK(r.wrong == 0 && memkv_close(r.other) == MEMKV_OK);
	CHECK(memkv_close(kv) == MEMKV_OK && atomic_load(&live) == 0);
	CHECK(unlink("saved") == 0 && chdir("/") == 0 && rmdir(dir) == 0);
}

#if !CHECK_SANITIZED /* whose own locks a fork of threads may leave taken */
/* ---- fork ---- */

static void *
be_busy(void *arg)
{
	atomic_bool *stop = arg;
	char key[KEY_ROOM];
	size_t n = name(LASTING, key);
	while (!atomic_load(stop)) {
		memkv_put(kv, key, n, LASTING, NULL);
		memkv_remove(kv, key, n, NULL);
	}
	return NULL;
}

/* The child finds the store between two writes, and can go on with it, and end it. */
static int
as_child(void)
{
	char key[KEY_ROOM];
	bool right = true;
	alarm(30); /* for locks that are held by nobody */
	for (unsigned id = 0; id < LASTING; id++) {
		size_t n = name(id, key);
		right = right && memkv_contains(kv, key, n);
	}
	for (unsigned id = LASTING + 1; id < KEYS; id++) {
		size_t n = name(id, key);
		right = right && memkv_put(kv, key, n, id, NULL) == MEMKV_OK;
	}
	return right && memkv_close(kv) == MEMKV_OK ? 0 : 1;
}

static void
test_fork(void)
{
	enum { FORKS = 20, BUSY = 2 };
	pthread_t busy[BUSY];
	atomic_bool stop = false;
	kv = open_store(0);
	memkv *other = open_store(0); /* there may be several */
	CHECK(put_lasting(kv));
	for (int i = 0; i < BUSY; i++)
		CHECK(pthread_create(&busy[i], NULL, be_busy, &stop) == 0);
	for (int i = 0; i < FORKS; i++) {
		int status = -1;
		pid_t child = fork();
		if (child == 0)
			_exit(as_child());
		CHECK(child > 0 && waitpid(child, &status, 0) == child);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		if (i == FORKS / 2)
			CHECK(memkv_close(other) == MEMKV_OK);
	}
	atomic_store(&stop, true);
	for (int i = 0; i < BUSY; i++)
		pthread_join(busy[i], NULL);
	CHECK(memkv_len(kv) == LASTING && memkv_close(kv) == MEMKV_OK);
}

#endif

/* ---- no room ---- */

/* A put that is refused has had what waits freed: to do so again makes no room for it. */
static void
test_full(void)
{
	enum { ROOM = 20000 };
	char key[KEY_ROOM];
	enum memkv_status s = MEMKV_OK;
	size_t n = 0, keys = 0;
	kv = open_store(ROOM);
	for (; s == MEMKV_OK; keys++) {
		n = (size_t)sprintf(key, "%08zx", (size_t)rng_mix(keys) >> 32);
		s = memkv_put(kv, key, n, keys, NULL);
	}
	CHECK(s == MEMKV_ELIMIT && keys > 100 && memkv_len(kv) == keys - 1);
	CHECK(memkv_compact(kv) == MEMKV_OK);
	CHECK(memkv_put(kv, key, n, 1, NULL) == MEMKV_ELIMIT);
	CHECK(memkv_close(kv) == MEMKV_OK);
}

/* ---- a visitor, and a thread that waits for it ---- */

static memkv *scanned;
static atomic_size_t removed;

/* From a store without room, until that needs memory: then it waits for the scan. */
static void *
remove_all(void *arg)
{
	char key[KEY_ROOM];
	uint64_t *wrong = arg;
	for (unsigned id = 0; id < LASTING; id++) {
		size_t n = name(id, key);
		*wrong += memkv_remove(kv, key, n, NULL) != MEMKV_OK;
		atomic_fetch_add(&removed, 1);
	}
	return NULL;
}

struct waiting {
	pthread_t thread;
	uint64_t wrong;
	size_t removed; /* when it stood still */
	enum memkv_status put, get;
};

static bool
visit_and_change(void *arg, const void *key, size_t n, uint64_t value)
{
	struct waiting *x = arg;
	size_t before;
	(void)value;
	CHECK(pthread_create(&x->thread, NULL, remove_all, &x->wrong) == 0);
	do {
		before = atomic_load(&removed);
		usleep(100000);
	} while (!before || before != atomic_load(&removed));
	x->removed = before;
	x->put = memkv_put(kv, key, n, 1, NULL);
	x->get = memkv_get(kv, "k/00", 4, NULL);
	return false;
}

static void
test_waiting(void)
{
	struct waiting x = { .wrong = 0 };
	kv = open_store(0);
	CHECK(put_lasting(kv));
	limit = bytes_now() + 2000;
	CHECK(memkv_close(kv) == MEMKV_OK);
	kv = open_store(limit);
	scanned = open_store(0);
	CHECK(put_lasting(kv) && memkv_put(scanned, "new", 3, 1, NULL) == MEMKV_OK);
	CHECK(memkv_range(scanned, NULL, 0, NULL, 0, visit_and_change, &x) ==
		MEMKV_STOPPED);
	pthread_join(x.thread, NULL);
	CHECK(x.removed < LASTING && x.put == MEMKV_EBUSY && x.get >= MEMKV_OK);
	CHECK(x.wrong == 0 && memkv_len(kv) == 0);
	CHECK(memkv_close(kv) == MEMKV_OK && memkv_close(scanned) == MEMKV_OK);
	limit = 0;
}

/* ---- what is not done ---- */

static void
drop(void *ctx, uint64_t value)
{
	(void)ctx;
	(void)value;
}

static void
test_refused(void)
{
	struct memkv_entry e = { "a", 1, 1 };
	struct memkv_options owns = { .threads = MEMKV_CONCURRENT, .free_value = drop };
	struct memkv_stats st;
	memkv *none = NULL;
	kv = open_store(0);
	CHECK(memkv_put(kv, "a", 1, 1, NULL) == MEMKV_OK);
	CHECK(memkv_clear(kv) == MEMKV_EUNSUPPORTED);
	CHECK(memkv_freeze(kv) == MEMKV_EUNSUPPORTED);
	CHECK(memkv_thaw(kv) == MEMKV_EUNSUPPORTED);
	CHECK(memkv_bulk(kv, &e, 1, NULL) == MEMKV_EUNSUPPORTED);
	CHECK(memkv_stats(kv, &st) == MEMKV_OK && st.keys == 1 && !st.read_only);
	CHECK(memkv_put(kv, "a", 1, 2, NULL) == MEMKV_REPLACED);
	CHECK(memkv_open(variant, &owns, &none) == MEMKV_EUNSUPPORTED && !none);
	CHECK(memkv_close(kv) == MEMKV_OK);
}

int
main(void)
{
	struct memkv_variant_info v;
	for (size_t i = 0; memkv_variant(i, &v); i++)
		if (v.concurrent)
			variant = v.name;
	if (!variant)
		return check_skip("needs libck-dev");
	test_refused();
	kv = open_store(0);
	CHECK(put_lasting(kv));
	size_t lasting_bytes = bytes_now();
	CHECK(memkv_close(kv) == MEMKV_OK);
	test_together(0);
	test_together(lasting_bytes + 6000);
	test_files();
	test_full();
	test_waiting();
#if !CHECK_SANITIZED
	test_fork();
#endif
	return check_finish();
}
