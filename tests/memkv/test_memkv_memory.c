/* test_memkv_memory.c: each call of the library with each allocation in it failing, and the
 * memory limit to the byte; and what compact ends with. */
#include <stdio.h>
#include "kit/check.h"
#include "memkv_kit.h"
#include "contract/rng.h"

enum { LONG = 5000, DEEP = 300 };

static uint8_t long_key[LONG];

/* ---- the n-th allocation fails ---- */

static void
ignore_value(void *ctx, uint64_t value)
{
	(void)value;
	++*(size_t *)ctx;
}

/* Keys that each extend the one before, long ones, and some around them. */
static void
furnish(memkv *kv, bool bulk)
{
	struct memkv_entry e[DEEP + 3];
	size_t n = 0;
	memset(long_key, 'l', sizeof long_key);
	for (; n < DEEP; n++)
		e[n] = (struct memkv_entry){ long_key, n, n };
	e[n++] = (struct memkv_entry){ long_key, LONG, 1 };
	e[n++] = (struct memkv_entry){ "m", 1, 2 };
	e[n++] = (struct memkv_entry){ "mm", 2, 3 };
	if (bulk)
		CHECK(memkv_bulk(kv, e, n, NULL) == MEMKV_OK);
	for (size_t i = 0; !bulk && i < n; i++)
		CHECK(memkv_put(kv, e[i].key, e[i].n, e[i].value, NULL) == MEMKV_OK);
}

static bool
count_entries(void *arg, const void *key, size_t n, uint64_t value)
{
	(void)key;
	(void)value;
	++*(size_t *)arg;
	return n != LONG + 1;
}

static enum memkv_status
with_cursor(memkv *kv, enum memkv_status (*step)(memkv_cursor *c))
{
	memkv_cursor *c;
	enum memkv_status s = memkv_cursor_open(kv, &c);
	if (s != MEMKV_OK) {
		CHECK(!c);
		return s;
	}
	s = memkv_cursor_seek(c, long_key, DEEP);
	if (s == MEMKV_OK) {
		size_t was, is = 0;
		memkv_cursor_key(c, &was);
		s = step(c);
		/* A step that fails leaves it where it was. */
		if (s < 0)
			CHECK(memkv_cursor_key(c, &is) && is == was);
	}
	memkv_cursor_close(c);
	return s;
}

/* All of it, by steps that read ahead. */
static enum memkv_status
by_cursor(memkv *kv)
{
	memkv_cursor *c;
	struct memkv_stats st;
	size_t keys = 0, was = 0, is = 0;
	enum memkv_status s = memkv_cursor_open(kv, &c);
	if (s != MEMKV_OK)
		return s;
	while ((s = memkv_cursor_next(c)) == MEMKV_OK) {
		memkv_cursor_key(c, &was);
		keys++;
	}
	if (s < 0 && keys)
		CHECK(memkv_cursor_key(c, &is) && is == was);
	if (s == MEMKV_NOT_FOUND)
		CHECK(keys == memkv_len(kv));
	CHECK(memkv_stats(kv, &st) == MEMKV_OK && st.cursors == 1 && st.cursor_bytes);
	memkv_cursor_close(c);
	CHECK(memkv_stats(kv, &st) == MEMKV_OK && !st.cursors && !st.cursor_bytes);
	return s;
}

static enum memkv_verdict
put_7(void *arg, const uint64_t *old, uint64_t *value)
{
	(void)arg;
	(void)old;
	*value = 7;
	return MEMKV_PUT;
}

/* In place; one that fails leaves all as it was. */
static enum memkv_status
by_pop(memkv *kv)
{
	static uint8_t room[LONG];
	struct memkv_found f = { memcpy(room, "m", 1), sizeof room, 1, 77 };
	enum memkv_status s = memkv_pop(kv, MEMKV_HIGHER, room, 1, &f);
	if (s < 0)
		CHECK(f.key == room && f.n == 1 && f.value == 77 && room[0] == 'm');
	return s;
}

static enum memkv_status
call(memkv *kv, int what)
{
	static uint8_t room[LONG];
	static const struct memkv_entry e[] = { { "a", 1, 1 }, { "b", 1, 2 } };
	struct memkv_entry asked[] = { { long_key, LONG, 0 }, { "no", 2, 0 } };
	bool found[2];
	struct memkv_found f = { room, sizeof room, 0, 0 };
	size_t n = 0;
	switch (what) {
	case 0: return memkv_put(kv, long_key, LONG - 1, 1, NULL);
	case 1: return memkv_put(kv, long_key, LONG, 1234, NULL);
	case 2: return memkv_put(kv, "lx", 2, 1, NULL);
	case 3: return memkv_remove(kv, long_key, DEEP / 2, NULL);
	case 4: return memkv_get(kv, long_key, LONG, NULL);
	case 5: return memkv_clear(kv);
	case 6: return memkv_compact(kv);
	case 7: return memkv_freeze(kv);
	case 8: return memkv_thaw(kv);
	case 9: return memkv_range(kv, NULL, 0, NULL, 0, count_entries, &n);
	case 10: return memkv_prefix(kv, long_key, 3, count_entries, &n);
	case 11: return memkv_first(kv, &f);
	case 12: return memkv_last(kv, &f);
	case 13: return memkv_next(kv, long_key, DEEP, &f);
	case 14: return memkv_prev(kv, "m", 1, &f);
	case 15: return with_cursor(kv, memkv_cursor_next);
	case 16: return with_cursor(kv, memkv_cursor_prev);
	case 17: return with_cursor(kv, memkv_cursor_last);
	case 18: return with_cursor(kv, memkv_cursor_first);
	case 19: return memkv_bulk(kv, e, 2, NULL);
	case 20: return by_cursor(kv);
	case 21: return memkv_update(kv, long_key, LONG - 1, put_7, NULL);
	case 22: return memkv_insert(kv, long_key, LONG - 2, 1, NULL);
	case 23: return by_pop(kv);
	case 24: return memkv_put_many(kv, asked, 1, NULL);
	case 25: return memkv_get_many(kv, asked, 2, found, NULL);
	case 26: return memkv_nth(kv, DEEP, &f);
	case 27: return memkv_count_prefix(kv, long_key, 3, &n);
	case 28: return memkv_longest_prefix(kv, long_key, LONG, NULL, NULL);
	case 29: return memkv_range_back(kv, "l", 1, "mm", 2, count_entries, &n);
	case 30: return memkv_prefix_back(kv, long_key, 3, count_entries, &n);
	case 31: return memkv_prefixes(kv, long_key, LONG, count_entries, &n);
	default: return MEMKV_STOPPED;
	}
}

enum { CALLS = 32, BULK = 19 };

static memkv *
open_in(const char *name, struct purse *p, enum memkv_threads threads, size_t *freed)
{
	memkv *kv = NULL;
	struct memkv_options o = { .threads = threads, .allocator = &p->a };
	if (threads != MEMKV_CONCURRENT) {
		o.free_value = ignore_value;
		o.free_ctx = freed;
	}
	enum memkv_status s = memkv_open(name, &o, &kv);
	CHECK(s == (kv ? MEMKV_OK : MEMKV_ENOMEM));
	return kv;
}

/* Close, though memory is short: it goes on where it was. */
static void
close_starved(memkv *kv, struct purse *p, uint64_t fail_at)
{
	p->calls = 0;
	p->fail_at = fail_at;
	enum memkv_status s = memkv_close(kv);
	p->fail_at = 0;
	if (s == MEMKV_OK)
		return;
	CHECK(s == MEMKV_ENOMEM && strstr(memkv_error(), "again"));
	CHECK(memkv_get(kv, "m", 1, NULL) == MEMKV_EBUSY);
	CHECK(memkv_put(kv, "m", 1, 1, NULL) == MEMKV_EBUSY);
	CHECK(memkv_close(kv) == MEMKV_OK);
}

/* One call, of which allocation `fail_at` fails; false: it has no more of them. */
static bool
starve(const struct memkv_variant_info *v, enum memkv_threads threads, int what,
	uint64_t fail_at, bool fail_on)
{
	struct purse p;
	size_t freed = 0;
	purse_init(&p);
	memkv *kv = open_in(v->name, &p, threads, &freed);
	if (!kv)
		return false;
	bool owns = threads != MEMKV_CONCURRENT;
	if (what != BULK)
		furnish(kv, !v->writable);
	uint64_t before = digest_of_store(kv);
	size_t n = memkv_len(kv), freed_before = freed;
	p.calls = 0;
	p.fail_at = fail_at;
	p.fail_on = fail_on;
	enum memkv_status s = call(kv, what);
	bool more = p.calls >= fail_at;
	p.fail_at = 0;
	p.fail_on = false;
	if (s < 0 && s != MEMKV_EREADONLY && s != MEMKV_EUNSUPPORTED) {
		CHECK(more && s == MEMKV_ENOMEM);
		CHECK(digest_of_store(kv) == before && memkv_len(kv) == n);
		CHECK(freed == freed_before);
		s = call(kv, what); /* and with memory it goes on */
		CHECK(s >= 0);
	}
	n = memkv_len(kv);
	freed_before = freed;
	close_starved(kv, &p, fail_at);
	CHECK(freed == freed_before + (owns ? n : 0) && p.live == 0);
	return more;
}

/* Without any more memory a range goes as far as it can, says how far, and ends. */
static void
test_starved_range(const struct memkv_variant_info *v, enum memkv_threads threads)
{
	struct purse p;
	size_t freed = 0, gone = 77;
	purse_init(&p);
	memkv *kv = open_in(v->name, &p, threads, &freed);
	if (!CHECK(kv))
		return;
	furnish(kv, false);
	p.calls = 0;
	p.fail_at = 1;
	p.fail_on = true;
	size_t n = memkv_len(kv);
	enum memkv_status s = memkv_remove_prefix(kv, long_key, LONG, &gone);
	CHECK((s == MEMKV_OK || s == MEMKV_ENOMEM) && gone <= 1);
	n -= gone;
	CHECK(memkv_len(kv) == n);
	s = memkv_remove_range(kv, NULL, 0, NULL, 0, &gone);
	p.fail_at = 0;
	p.fail_on = false;
	CHECK(s == (gone == n ? MEMKV_OK : MEMKV_ENOMEM) && memkv_len(kv) == n - gone);
	CHECK(memkv_remove_range(kv, NULL, 0, NULL, 0, &gone) == MEMKV_OK);
	CHECK(memkv_len(kv) == 0 && memkv_close(kv) == MEMKV_OK && !p.live);
}

static void
test_starving(const struct memkv_variant_info *v, enum memkv_threads threads)
{
	enum { MOST = 60 }; /* of a call that takes many, the first ones */
	struct purse p;
	size_t freed = 0;
	for (uint64_t at = 1; at <= 3; at++) {
		purse_init(&p);
		p.fail_at = at;
		memkv *kv = open_in(v->name, &p, threads, &freed);
		CHECK(!kv == (p.calls >= at) && memkv_close(kv) == MEMKV_OK && !p.live);
	}
	for (int what = 0; what < CALLS; what++)
		for (int on = 0; on < 2; on++)
			for (uint64_t at = 1; at < MOST; at++)
				if (!starve(v, threads, what, at, on))
					break;
	if (v->writable)
		test_starved_range(v, threads);
}

/* ---- the limit ---- */

enum { KEYS = CHECK_SANITIZED ? 1500 : 6000 };

/* The i-th key of a sequence. */
static size_t
limit_key(uint64_t i, char *key)
{
	return (size_t)snprintf(key, 64, "https://host%u.example/%llx",
		(unsigned)(i % 13), (unsigned long long)rng_mix(i));
}

enum { FLOOR = 32 << 10 }; /* bytes that an empty index may keep */

/* Put and now and then remove; how many puts went well before one passed the limit. */
static size_t
put_until(memkv *kv, size_t limit)
{
	struct memkv_stats st;
	char key[64];
	for (uint64_t i = 0; i < KEYS; i++) {
		size_t n = limit_key(i, key);
		enum memkv_status s = memkv_put(kv, key, n, i, NULL);
		if (s == MEMKV_ELIMIT)
			return i;
		CHECK(s == MEMKV_OK);
		CHECK(memkv_stats(kv, &st) == MEMKV_OK && (!limit || st.bytes <= limit));
		if (i % 7 == 6) {
			n = limit_key(i - 3, key);
			CHECK(memkv_remove(kv, key, n, NULL) == MEMKV_OK);
		}
	}
	return KEYS;
}

struct outcome {
	size_t puts, peak; /* of the index, whatever it held for the moment included */
};

static struct outcome
try_limit(const char *name, size_t limit)
{
	struct purse p;
	struct memkv_stats st;
	memkv *kv = NULL;
	char key[64];
	purse_init(&p);
	struct memkv_options o = { .allocator = &p.a, .memory_limit = limit };
	if (!CHECK(memkv_open(name, &o, &kv) == MEMKV_OK))
		return (struct outcome){ 0 };
	CHECK(memkv_stats(kv, &st) == MEMKV_OK && st.memory_limit == limit);
	size_t handle = p.live - st.bytes;
	p.peak = p.live;
	struct outcome out = { .puts = put_until(kv, limit) };
	out.peak = p.peak - handle;
	CHECK(memkv_stats(kv, &st) == MEMKV_OK && p.live == st.bytes + handle);
	if (out.puts < KEYS) {
		uint64_t before = digest_of_store(kv);
		size_t n = limit_key(out.puts, key);
		CHECK(memkv_put(kv, key, n, 1, NULL) == MEMKV_ELIMIT);
		CHECK(strstr(memkv_error(), "limit") && !memkv_contains(kv, key, n));
		CHECK(digest_of_store(kv) == before);
		/* There is room again when keys have gone, and most of it given back. */
		for (uint64_t i = 0; i < out.puts; i++) {
			size_t m = limit_key(i, key);
			CHECK(memkv_remove(kv, key, m, NULL) >= 0);
		}
		CHECK(memkv_compact(kv) == MEMKV_OK && memkv_len(kv) == 0);
		CHECK(memkv_stats(kv, &st) == MEMKV_OK && st.bytes <= limit / 8 + FLOOR);
		n = limit_key(out.puts, key);
		CHECK(memkv_put(kv, key, n, 1, NULL) == MEMKV_OK);
		CHECK(memkv_clear(kv) == MEMKV_OK);
		CHECK(memkv_put(kv, key, n, 1, NULL) == MEMKV_OK);
	}
	CHECK(memkv_close(kv) == MEMKV_OK && p.live == 0);
	return out;
}

static void
test_limit(const struct memkv_variant_info *v)
{
	struct outcome free = try_limit(v->name, 0);
	CHECK(free.puts == KEYS);
	/* What it takes unlimited is enough. */
	struct outcome enough = try_limit(v->name, free.peak);
	CHECK(enough.puts == KEYS && enough.peak == free.peak);
	/* A byte less is not passed, be it that a compaction is put off. */
	struct outcome less = try_limit(v->name, free.peak - 1);
	CHECK(less.peak < free.peak);
	if (strcmp(v->name, "art_boxed") == 0) /* has nothing to put off */
		CHECK(less.puts < KEYS);
	struct outcome half = try_limit(v->name, free.peak / 2);
	CHECK(half.puts < KEYS && half.puts > KEYS / 20 && half.peak <= free.peak / 2);
}

/* Freeze, thaw and bulk keep each index to the limit; a frozen one takes less. */
static void
test_limit_of_copies(void)
{
	memkv *kv = NULL;
	struct memkv_stats st;
	struct memkv_options o = { .memory_limit = KEYS * 16 };
	CHECK(memkv_open(NULL, &o, &kv) == MEMKV_OK);
	size_t puts = put_until(kv, o.memory_limit);
	size_t keys = memkv_len(kv);
	CHECK(puts < KEYS && memkv_freeze(kv) == MEMKV_OK);
	CHECK(memkv_stats(kv, &st) == MEMKV_OK && st.bytes < o.memory_limit);
	CHECK(st.keys == keys && memkv_thaw(kv) == MEMKV_OK);
	CHECK(memkv_close(kv) == MEMKV_OK);
	struct memkv_options tight = { .memory_limit = 3000 };
	CHECK(memkv_open("art_boxed", &tight, &kv) == MEMKV_OK);
	static char text[100][64];
	struct memkv_entry e[100];
	for (int i = 0; i < 100; i++) {
		snprintf(text[i], sizeof text[i], "a key of some length %03d", i);
		e[i] = (struct memkv_entry){ text[i], strlen(text[i]), 1 };
	}
	CHECK(memkv_bulk(kv, e, 100, NULL) == MEMKV_ELIMIT && memkv_len(kv) == 0);
	CHECK(strstr(memkv_error(), "too low") && !strstr(memkv_error(), "remove"));
	CHECK(memkv_bulk(kv, e, 5, NULL) == MEMKV_OK && memkv_len(kv) == 5);
	CHECK(memkv_close(kv) == MEMKV_OK);
}

/* ---- compact ---- */

/* Puts of long keys and some removals, in which, if `starved`, now and then there is no
 * memory. */
static void
churn(memkv *kv, struct purse *p, uint64_t *rng, bool starved)
{
	enum { CHANGES = 100, AMONG = 100, SHORTEST = 1500 };
	for (int i = 0; i < CHANGES; i++) {
		uint64_t number = rng_below(rng, AMONG);
		size_t n = SHORTEST + rng_below(rng, SHORTEST);
		memset(long_key, 'z', n);
		memcpy(long_key, &number, sizeof number);
		p->calls = 0;
		p->fail_on = starved && rng_below(rng, 3) == 0;
		p->fail_at = p->fail_on;
		enum memkv_status s = rng_below(rng, 2)
					      ? memkv_put(kv, long_key, n, i, NULL)
					      : memkv_remove(kv, long_key, n, NULL);
		CHECK(s >= 0 || (s == MEMKV_ENOMEM && p->fail_at));
	}
	p->fail_at = 0;
}

/* It speaks of itself: whatever failed before, with memory it does what it says, and holds
 * no more than before. */
static void
test_compact(const struct memkv_variant_info *v)
{
	enum { SEEDS = CHECK_SANITIZED ? 4 : 16, IF_BULK = 1, PHASES = 20 };
	uint64_t seeds = v->bulk_load ? IF_BULK : SEEDS;
	for (uint64_t seed = 1; seed <= seeds; seed++) {
		struct purse p;
		struct memkv_stats before, after;
		memkv *kv = NULL;
		uint64_t rng = seed;
		purse_init(&p);
		struct memkv_options o = { .allocator = &p.a };
		CHECK(memkv_open(v->name, &o, &kv) == MEMKV_OK);
		for (int phase = 0; phase < PHASES; phase++) {
			churn(kv, &p, &rng, phase & 1);
			memkv_stats(kv, &before);
			if (phase & 1)
				CHECK(memkv_compact(kv) == MEMKV_OK);
			memkv_stats(kv, &after);
			CHECK(after.bytes <= before.bytes);
		}
		CHECK(memkv_close(kv) == MEMKV_OK && p.live == 0);
	}
}

/* Full to the limit it ends within that, too, whatever the limit is. */
static void
test_compact_within(const struct memkv_variant_info *v)
{
	enum { FROM = 12000, TO = 100000, STEP = 4999, MOST = 5000, LENGTHS = 100 };
	for (size_t limit = FROM; limit < TO; limit += STEP) {
		struct memkv_options o = { .memory_limit = limit };
		struct memkv_stats st = { 0 };
		memkv *kv = NULL;
		if (memkv_open(v->name, &o, &kv) != MEMKV_OK)
			continue;
		enum memkv_status s = MEMKV_OK;
		for (unsigned i = 0; s == MEMKV_OK && i < MOST; i++) {
			memset(long_key, 'x', 2 * LENGTHS);
			snprintf((char *)long_key, LENGTHS, "%u", i);
			s = memkv_put(kv, long_key, LENGTHS + i % LENGTHS, i, NULL);
		}
		CHECK(s == MEMKV_ELIMIT && memkv_compact(kv) == MEMKV_OK);
		memkv_stats(kv, &st);
		if (!CHECK(st.bytes <= limit))
			fprintf(stderr, "  limit %zu: %zu bytes\n", limit, st.bytes);
		CHECK(memkv_close(kv) == MEMKV_OK);
	}
}

/* What a cursor takes is counted to the byte, wherever it has been. */
static void
test_cursor_bytes(void)
{
	struct purse p;
	struct memkv_stats st;
	memkv *kv = NULL;
	memkv_cursor *c = NULL;
	purse_init(&p);
	struct memkv_options o = { .allocator = &p.a };
	CHECK(memkv_open(NULL, &o, &kv) == MEMKV_OK);
	furnish(kv, false);
	size_t before = p.live;
	CHECK(memkv_cursor_open(kv, &c) == MEMKV_OK);
	enum memkv_status s = MEMKV_OK;
	for (int i = 0; s == MEMKV_OK; i++) {
		CHECK(memkv_stats(kv, &st) == MEMKV_OK);
		CHECK(p.live == before + st.cursor_bytes);
		if (i == DEEP / 2) /* what was read ahead is old, and another batch */
			CHECK(memkv_remove(kv, "mm", 2, NULL) == MEMKV_OK &&
				memkv_put(kv, "mm", 2, 1, NULL) == MEMKV_OK);
		s = memkv_cursor_next(c);
	}
	CHECK(s == MEMKV_NOT_FOUND && st.cursor_bytes > LONG);
	memkv_cursor_close(c);
	CHECK(p.live == before && memkv_close(kv) == MEMKV_OK && p.live == 0);
}

int
main(int argc, char **argv)
{
	struct memkv_variant_info v;
	for (size_t i = 0; memkv_variant(i, &v); i++) {
		if (argc > 1 && strcmp(argv[1], v.name) != 0)
			continue;
		uint64_t failed = check_tally.failed;
		test_starving(&v, MEMKV_ONE_THREAD);
		if (v.concurrent)
			test_starving(&v, MEMKV_CONCURRENT);
		if (v.writable && !v.bulk_load)
			test_limit(&v);
		if (v.writable) {
			test_compact(&v);
			test_compact_within(&v);
		}
		if (check_tally.failed != failed)
			fprintf(stderr, "  of %s\n", v.name);
	}
	test_limit_of_copies();
	test_cursor_bytes();
	return check_finish();
}
