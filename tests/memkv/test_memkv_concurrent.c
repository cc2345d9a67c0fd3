/* test_memkv_concurrent.c: MEMKV_CONCURRENT: several threads put, remove and read one store, by
 * every call that reads, with and without a memory limit that is reached.
 *
 * Some keys last; what writers put and remove lies between them, splits their nodes and lets them
 * be joined again. Each writer has keys of its own, and so knows what each of its calls has to
 * say. Readers must find each lasting key in each scan, once and in order, and values that name
 * their keys. */
#include <pthread.h>
#include <unistd.h>
#include "memkv_lasting.h"

enum {
	READERS = 2,
	CHANGES = CHECK_SANITIZED ? 6000 : 60000,
	SCANS = CHECK_SANITIZED ? 100 : 1000 /* that a reader does at least */
};

static size_t limit;
static atomic_int writing; /* writers that are not done */

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
	/* Where it turns, a key may have come behind the one that was the last. */
	unsigned lasting = 0;
	bool turned = false;
	while ((s = memkv_cursor_prev(c)) == MEMKV_OK) {
		const void *key = memkv_cursor_key(c, &n);
		expect(r,
			is_right(key, n, memkv_cursor_value(c)) &&
				(!turned || oracle_cmp(key, n, r->last, r->last_n) < 0),
			"a cursor turns in its way back");
		turned = true;
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
	do
		*wrong += memkv_save(kv, "saved") != MEMKV_OK;
	while (atomic_load(&writing));
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

/* A limit that each writer reaches, also where the other has not begun: of a writer's keys 3 of 5
 * are there at a time, and there is room for a third. */
static size_t
too_little(void)
{
	char key[KEY_ROOM];
	kv = open_store(0);
	CHECK(put_lasting(kv));
	size_t lasting_bytes = bytes_now();
	for (unsigned id = LASTING; id < LASTING + OWN; id++)
		CHECK(memkv_put(kv, key, name(id, key), id, NULL) == MEMKV_OK);
	size_t own_bytes = bytes_now() - lasting_bytes;
	CHECK(memkv_close(kv) == MEMKV_OK);
	return lasting_bytes + own_bytes / 3;
}

int
main(void)
{
	if (!variant_found())
		return check_skip("needs libck-dev");
	test_together(0);
	test_together(too_little());
	test_files();
	return check_finish();
}
