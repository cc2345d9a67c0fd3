/* test_memkv_arguments.c: what no call takes: NULL for a store, a key or a place, keys that are too
 * long, and places that are none. */
#include <stdio.h>
#include "kit/check.h"
#include "memkv_kit.h"

static bool
nothing(void *arg, const void *key, size_t n, uint64_t value)
{
	(void)arg;
	(void)key;
	(void)n;
	(void)value;
	return true;
}

static bool
no_entries(void *arg, const struct memkv_entry *e, size_t n)
{
	(void)arg;
	return e && n;
}

static enum memkv_verdict
keep(void *arg, const uint64_t *old, uint64_t *value)
{
	(void)arg;
	(void)old;
	(void)value;
	return MEMKV_KEEP;
}

static enum memkv_verdict
unwanted(void *arg, const uint64_t *old, uint64_t *value)
{
	++*(unsigned *)arg;
	return keep(arg, old, value);
}

static memkv *
open_plain(const char *name)
{
	memkv *kv = NULL;
	CHECK(memkv_open(name, NULL, &kv) == MEMKV_OK && kv);
	return kv;
}

static void
test_null_store(void)
{
	struct memkv_found f = { 0 };
	struct memkv_memory m;
	struct memkv_stats st;
	struct memkv_entry e = { "a", 1, 1 };
	bool found;
	size_t n = 9, done = 9;
	memkv_cursor *c = (memkv_cursor *)(void *)&f;
	enum memkv_status all[] = { memkv_put(NULL, "a", 1, 1, NULL),
		memkv_get(NULL, "a", 1, NULL), memkv_remove(NULL, "a", 1, NULL),
		memkv_clear(NULL), memkv_bulk(NULL, NULL, 0, NULL), memkv_compact(NULL),
		memkv_freeze(NULL), memkv_thaw(NULL), memkv_memory(NULL, &m),
		memkv_stats(NULL, &st),
		memkv_range(NULL, NULL, 0, NULL, 0, nothing, NULL),
		memkv_prefix(NULL, NULL, 0, nothing, NULL), memkv_first(NULL, &f),
		memkv_last(NULL, &f), memkv_next(NULL, "a", 1, &f),
		memkv_prev(NULL, "a", 1, &f), memkv_cursor_open(NULL, &c),
		memkv_cursor_first(NULL), memkv_cursor_last(NULL),
		memkv_cursor_next(NULL), memkv_cursor_prev(NULL),
		memkv_cursor_seek(NULL, "a", 1),
		memkv_cursor_find(NULL, MEMKV_LAST, NULL, 0), memkv_cursor_nth(NULL, 0),
		memkv_update(NULL, "a", 1, keep, NULL),
		memkv_insert(NULL, "a", 1, 1, NULL),
		memkv_get_many(NULL, &e, 1, &found, NULL),
		memkv_get_many(NULL, NULL, 0, NULL, NULL),
		memkv_put_many(NULL, &e, 1, NULL), memkv_put_many(NULL, NULL, 0, NULL),
		memkv_remove_range(NULL, NULL, 0, NULL, 0, NULL),
		memkv_remove_prefix(NULL, "a", 1, NULL),
		memkv_range_back(NULL, NULL, 0, NULL, 0, nothing, NULL),
		memkv_prefix_back(NULL, "a", 1, nothing, NULL),
		memkv_prefixes(NULL, "a", 1, nothing, NULL),
		memkv_longest_prefix(NULL, "a", 1, NULL, NULL),
		memkv_range_many(NULL, NULL, 0, NULL, 0, true, no_entries, NULL),
		memkv_count(NULL, NULL, 0, NULL, 0, &n),
		memkv_count_prefix(NULL, "a", 1, &n), memkv_rank(NULL, "a", 1, &n),
		memkv_find(NULL, MEMKV_FLOOR, "a", 1, &f),
		memkv_pop(NULL, MEMKV_FIRST, NULL, 0, &f), memkv_nth(NULL, 0, &f) };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (!CHECK(all[i] == MEMKV_EINVAL))
			fprintf(stderr, "  call %zu\n", i);
	CHECK(memkv_put_many(NULL, &e, 1, &done) == MEMKV_EINVAL && done == 0);
	CHECK(!c && !memkv_contains(NULL, "a", 1) && memkv_len(NULL) == 0);
	CHECK(!memkv_cursor_key(NULL, NULL) && memkv_cursor_value(NULL) == 0);
	CHECK(n == 9);
	memkv_cursor_close(NULL);
}

static void
test_null_arguments(void)
{
	memkv *kv = open_plain(NULL);
	memkv_cursor *c = NULL;
	char room[8];
	struct memkv_found f = { room, sizeof room, 0, 0 }, no_room = { NULL, 8, 0, 0 };
	struct memkv_entry bad[] = { { "a", 1, 1 }, { NULL, 1, 2 } };
	const enum memkv_where nowhere = (enum memkv_where)6;
	bool found[2] = { true, true };
	size_t at = 9, n = 9;
	CHECK(memkv_put(kv, "k", 1, 1, NULL) == MEMKV_OK);
	CHECK(memkv_cursor_open(kv, &c) == MEMKV_OK);
	enum memkv_status all[] = { memkv_put(kv, NULL, 1, 1, NULL),
		memkv_get(kv, NULL, 1, NULL), memkv_remove(kv, NULL, 1, NULL),
		memkv_bulk(kv, NULL, 1, NULL), memkv_memory(kv, NULL),
		memkv_stats(kv, NULL), memkv_range(kv, NULL, 0, NULL, 0, NULL, NULL),
		memkv_range(kv, NULL, 1, NULL, 0, nothing, NULL),
		memkv_range(kv, NULL, 0, NULL, 1, nothing, NULL),
		memkv_prefix(kv, NULL, 1, nothing, NULL),
		memkv_prefix(kv, "a", 1, NULL, NULL), memkv_first(kv, NULL),
		memkv_last(kv, &no_room), memkv_next(kv, NULL, 1, &f),
		memkv_prev(kv, NULL, 1, &f), memkv_cursor_open(kv, NULL),
		memkv_cursor_seek(c, NULL, 1), memkv_cursor_find(c, MEMKV_FLOOR, NULL, 1),
		memkv_cursor_find(c, nowhere, "a", 1),
		memkv_update(kv, NULL, 1, keep, NULL),
		memkv_update(kv, "a", 1, NULL, NULL), memkv_insert(kv, NULL, 1, 1, NULL),
		memkv_get_many(kv, NULL, 1, found, NULL),
		memkv_get_many(kv, bad, 1, NULL, NULL),
		memkv_get_many(kv, bad, 2, found, &n), memkv_put_many(kv, NULL, 1, NULL),
		memkv_remove_range(kv, NULL, 1, NULL, 0, NULL),
		memkv_remove_range(kv, NULL, 0, NULL, 1, NULL),
		memkv_remove_prefix(kv, NULL, 1, NULL),
		memkv_range_back(kv, NULL, 1, NULL, 0, nothing, NULL),
		memkv_range_back(kv, NULL, 0, NULL, 0, NULL, NULL),
		memkv_prefix_back(kv, NULL, 1, nothing, NULL),
		memkv_prefix_back(kv, "a", 1, NULL, NULL),
		memkv_prefixes(kv, NULL, 1, nothing, NULL),
		memkv_prefixes(kv, "a", 1, NULL, NULL),
		memkv_longest_prefix(kv, NULL, 1, NULL, NULL),
		memkv_range_many(kv, NULL, 0, NULL, 1, true, no_entries, NULL),
		memkv_range_many(kv, NULL, 0, NULL, 0, true, NULL, NULL),
		memkv_count(kv, NULL, 1, NULL, 0, &n),
		memkv_count(kv, "", 0, "", 0, NULL), memkv_count_prefix(kv, NULL, 1, &n),
		memkv_rank(kv, NULL, 1, &n), memkv_find(kv, MEMKV_FLOOR, NULL, 1, &f),
		memkv_find(kv, nowhere, "a", 1, &f),
		memkv_find(kv, MEMKV_FIRST, NULL, 0, NULL),
		memkv_pop(kv, MEMKV_CEILING, NULL, 1, &f),
		memkv_pop(kv, nowhere, "a", 1, &f),
		memkv_pop(kv, MEMKV_LAST, NULL, 0, &no_room), memkv_nth(kv, 0, NULL) };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (!CHECK(all[i] == MEMKV_EINVAL))
			fprintf(stderr, "  call %zu\n", i);
	CHECK(n == 9 && found[0] && memkv_len(kv) == 1);
	/* Those before the one that has no key are put. */
	CHECK(memkv_put_many(kv, bad, 2, &n) == MEMKV_EINVAL && says("entry 1") &&
		n == 1);
	CHECK(memkv_len(kv) == 2 && memkv_clear(kv) == MEMKV_OK);
	CHECK(memkv_bulk(kv, bad, 2, &at) == MEMKV_EINVAL && at == 1 && !memkv_len(kv));
	CHECK(memkv_put(kv, NULL, 0, 3, NULL) == MEMKV_OK); /* the empty key */
	CHECK(memkv_cursor_next(c) == MEMKV_OK && memkv_cursor_key(c, &n) && n == 0);
	CHECK(memkv_range(kv, NULL, 0, "", 0, nothing, NULL) == MEMKV_OK);
	memkv_cursor_close(c);
	CHECK(memkv_close(kv) == MEMKV_OK);
}

/* As long as keys get, and longer. */
static void
test_long_keys(const char *name)
{
	enum { MOST = MEMKV_KEY_MOST, LONGER = MOST + 3 };
	memkv *kv = open_plain(name);
	memkv_cursor *c;
	static char key[LONGER], room[LONGER];
	struct memkv_found f = { room, sizeof room, 0, 0 };
	memset(key, 'x', sizeof key);
	struct memkv_entry e[] = { { key, MOST, 1 }, { key, MOST + 1, 2 } };
	size_t at = 9;
	CHECK(memkv_bulk(kv, e, 2, &at) == MEMKV_EKEY && at == 1 && !memkv_len(kv));
	CHECK(memkv_bulk(kv, e, 1, &at) == MEMKV_OK);
	enum memkv_status s = memkv_put(kv, key, MOST + 1, 1, NULL);
	CHECK((s == MEMKV_EKEY && says("65535")) || s == MEMKV_EREADONLY);
	CHECK(memkv_get(kv, key, MOST + 1, NULL) == MEMKV_NOT_FOUND);
	s = memkv_remove(kv, key, MOST + 1, NULL);
	CHECK(s == MEMKV_NOT_FOUND || s == MEMKV_EREADONLY);
	CHECK(memkv_next(kv, key, MOST - 1, &f) == MEMKV_OK && f.n == MOST);
	for (size_t n = MOST; n <= LONGER; n++) {
		CHECK(memkv_next(kv, key, n, &f) == MEMKV_NOT_FOUND);
		CHECK(memkv_prev(kv, key, n, &f) ==
			(n > MOST ? MEMKV_OK : MEMKV_NOT_FOUND));
		CHECK(memkv_prefix(kv, key, n, nothing, NULL) == MEMKV_OK);
		CHECK(memkv_prefix_back(kv, key, n, nothing, NULL) == MEMKV_OK);
		CHECK(memkv_count_prefix(kv, key, n, &at) == MEMKV_OK &&
			at == (n == MOST));
		CHECK(memkv_rank(kv, key, n, &at) == MEMKV_OK && at == (n > MOST));
		CHECK(memkv_longest_prefix(kv, key, n, &at, NULL) == MEMKV_OK &&
			at == MOST);
		CHECK(memkv_find(kv, MEMKV_FLOOR, key, n, &f) == MEMKV_OK && f.n == MOST);
		s = memkv_find(kv, MEMKV_CEILING, key, n, &f);
		CHECK(s == (n > MOST ? MEMKV_NOT_FOUND : MEMKV_OK));
	}
	struct memkv_entry e2 = { key, LONGER, 5 };
	bool found = true;
	unsigned asked = 0;
	CHECK(memkv_get_many(kv, &e2, 1, &found, NULL) == MEMKV_OK && !found);
	s = memkv_put_many(kv, &e2, 1, &at);
	CHECK((s == MEMKV_EKEY || s == MEMKV_EREADONLY) && at == 0);
	s = memkv_update(kv, key, LONGER, unwanted, &asked);
	CHECK(asked == 0);
	CHECK(s == MEMKV_EKEY || s == MEMKV_EREADONLY);
	s = memkv_remove_prefix(kv, key, LONGER, &at);
	CHECK((s == MEMKV_OK || s == MEMKV_EREADONLY) && at == 0 && memkv_len(kv) == 1);
	CHECK(memkv_cursor_open(kv, &c) == MEMKV_OK);
	CHECK(memkv_cursor_seek(c, key, LONGER) == MEMKV_NOT_FOUND);
	CHECK(memkv_cursor_prev(c) == MEMKV_OK &&
		memkv_cursor_next(c) == MEMKV_NOT_FOUND);
	memkv_cursor_close(c);
	CHECK(memkv_close(kv) == MEMKV_OK);
}

int
main(void)
{
	struct memkv_variant_info v;
	test_null_store();
	test_null_arguments();
	for (size_t i = 0; memkv_variant(i, &v); i++)
		test_long_keys(v.name);
	return check_finish();
}
