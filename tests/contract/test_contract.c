/* test_contract.c: ab.h by hand-written example, one structure at a time and with
 * no oracle, so that the oracle itself is held to something. */
#include <glib.h>
#include <string.h>
#include "contract/alloc.h"
#include "kit/suites.h"

#define KEY(text)                                                                        \
	{                                                                                \
		(const uint8_t *)(text), sizeof(text) - 1                                \
	}

/* Every awkward neighbourhood, in the order the contract demands. */
static const struct ab_key sorted[] = {
	KEY(""),
	KEY("\0"),
	KEY("\0\0"),
	KEY("\0\1"),
	KEY("\1"),
	KEY("a"),
	KEY("a\0"),
	KEY("a\0b"),
	KEY("aa"),
	KEY("a\x7f"),
	KEY("a\x80"),
	KEY("a\xff"),
	KEY("b"),
	KEY("\x7f"),
	KEY("\x7f\xff"),
	KEY("\x80"),
	KEY("\x80\0"),
	KEY("\xfe"),
	KEY("\xff"),
	KEY("\xff\0"),
	KEY("\xff\xff"),
};

enum { N = sizeof sorted / sizeof *sorted };

/* Of `sorted`, by rank: does the variant take it? (ab_key_fits) */
static bool fits[N];

/* How many of the ranks `lo` to `hi` it takes. */
static size_t
fitting(size_t lo, size_t hi)
{
	size_t n = 0;
	for (; lo < hi; lo++)
		n += fits[lo];
	return n;
}

static const struct {
	struct ab_key prefix;
	size_t first, n; /* the ranks it covers */
} prefixes[] = {
	{ KEY(""), 0, N },
	{ KEY("\0"), 1, 3 },
	{ KEY("a"), 5, 7 },
	{ KEY("a\0"), 6, 2 },
	{ KEY("a\0b"), 7, 1 },
	{ KEY("\xff"), 18, 3 },
	{ KEY("\x7f"), 13, 2 },
	{ KEY("zz"), 0, 0 },
	{ KEY("a\0c"), 0, 0 },
	{ KEY("\xff\xff\xff"), 0, 0 },
	{ KEY("\0\0\0"), 0, 0 },
	{ KEY("aaaaaaaaaaaa"), 0, 0 },
};

static const struct ab_key absent[] = { KEY("\2"), KEY("aaa"), KEY("a\0bc"),
	KEY("\xff\xfe"), KEY("\0\0\0"), KEY("\x81"),
	KEY("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") };

static uint64_t
value_of(size_t rank)
{
	static const uint64_t edge[] = { 0, UINT64_MAX, 1ull << 63, 1ull << 32,
		UINT32_MAX };
	return rank < G_N_ELEMENTS(edge) ? edge[rank] : rank * 0x0123456789abcdefu;
}

static enum ab_status
build_sorted(const struct ab_variant *v, struct ab_index *t)
{
	struct ab_entry e[N];
	size_t n = 0;
	for (size_t i = 0; i < N; i++)
		if (fits[i])
			e[n++] = (struct ab_entry){ sorted[i], value_of(i) };
	return v->build(t, e, n);
}

/* All of `sorted`, put out of order from a buffer that is overwritten at once:
 * the index must hold its own copy. */
static void
fill(const struct ab_variant *v, struct ab_index *t)
{
	if (!v->put) {
		CHECK_STATUS(build_sorted(v, t), AB_OK);
		return;
	}
	for (size_t i = 0, count = 0; i < N; i++) {
		size_t rank = i * 8 % N; /* 8 and 21 have no common factor */
		uint8_t bytes[8];
		size_t n = sorted[rank].n;
		memcpy(bytes, sorted[rank].p, n);
		enum ab_status status = v->put(
			t, (struct ab_key){ bytes, n }, value_of(rank));
		CHECK_STATUS(status, fits[rank] ? AB_OK : AB_EKEY);
		count += fits[rank];
		CHECK_IS(v->count(t), count);
		if (!(v->caps & AB_BORROWS_KEYS))
			memset(bytes, 'X', sizeof bytes);
	}
}

static void
lookups(const struct ab_variant *v, struct ab_index *t)
{
	for (size_t i = 0; i < N; i++) {
		uint64_t value = 42;
		enum ab_status status = v->get(t, sorted[i], &value);
		CHECK_STATUS(status, fits[i] ? AB_OK : AB_NOT_FOUND);
		CHECK_IS(value, fits[i] ? value_of(i) : 42);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(absent); i++) {
		uint64_t value = 42;
		CHECK_STATUS(v->get(t, absent[i], &value), AB_NOT_FOUND);
		CHECK_IS(value, 42);
		if (v->del)
			CHECK_STATUS(v->del(t, absent[i]), AB_NOT_FOUND);
	}
	uint64_t value = 42;
	enum ab_status status = v->get(t, (struct ab_key){ NULL, 0 }, &value);
	CHECK_STATUS(status, fits[0] ? AB_OK : AB_NOT_FOUND);
	CHECK_IS(value, fits[0] ? value_of(0) : 42);
	CHECK_IS(v->count(t), fitting(0, N));
}

/* ---- many at a time ---- */

enum { MANY = 100, ASKED = 400, SENTINEL = 42 };

/* Key `i` of those that may be asked for: all of `sorted` and `absent`, then made-up ones of
 * few letters, of which some are cut or longer ones of others, the empty one and one too
 * long; `room` has max_key and 1 more bytes, or 64. */
static struct ab_key
key_to_ask(size_t i, uint8_t *room, size_t too_long)
{
	if (i < N)
		return sorted[i];
	i -= N;
	if (i < G_N_ELEMENTS(absent))
		return absent[i];
	i -= G_N_ELEMENTS(absent);
	if (i == 0)
		return (struct ab_key){ NULL, 0 };
	if (i == 1)
		return (struct ab_key){ room, too_long };
	size_t n = i % 23;
	for (size_t k = 0; k < n; k++)
		room[k] = (uint8_t) "ab\xff"[(i * (k / 5 + 1) + k * k) % 3];
	return (struct ab_key){ room, n };
}

/* Group after group of the keys, some of them twice, against get. */
static void
groups(const struct ab_variant *v, const struct ab_index *t, size_t group,
	const struct ab_entry *keys)
{
	struct ab_entry e[MANY];
	bool found[MANY + 1];
	for (size_t from = 0; from + group <= ASKED; from += group ? group : ASKED) {
		size_t hits = 0;
		for (size_t k = 0; k < group; k++) {
			size_t which = k % 11 == 10 ? from + k - 7 : from + k * 7 % group;
			e[k] = (struct ab_entry){ keys[which].key, SENTINEL + k };
			found[k] = k & 1;
		}
		found[group] = true;
		size_t all = ab_get_many(v, t, e, group, found);
		for (size_t k = 0; k < group; k++) {
			uint64_t value = SENTINEL + k;
			bool there = v->get(t, e[k].key, &value) == AB_OK;
			CHECK_IS(found[k], there);
			CHECK_IS(e[k].value, value);
			hits += there;
		}
		CHECK_IS(all, hits);
		CHECK(found[group]);
	}
}

static void
many(const struct ab_variant *v, const struct ab_index *t)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 4, 7, 16, 17, 31, 32, 33, MANY };
	size_t too_long = v->max_key > 1u << 24 ? 64 : (size_t)v->max_key + 1;
	g_autofree uint8_t *longest = g_malloc(too_long);
	g_autofree uint8_t *room = g_malloc((size_t)ASKED * 32);
	struct ab_entry keys[ASKED];
	memset(longest, 'a', too_long);
	for (size_t i = 0; i < ASKED; i++) {
		bool is_longest = i == N + G_N_ELEMENTS(absent) + 1;
		keys[i].key = key_to_ask(
			i, is_longest ? longest : room + 32 * i, too_long);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++)
		groups(v, t, sizes[i], keys);
}

/* As many of the made-up keys as go in, each other one; then all of that one by one and in
 * groups; and with some of them gone. */
static void
many_more(const struct ab_variant *v, struct ab_index *t)
{
	uint8_t room[32];
	size_t done = 0;
	many(v, t);
	if (!v->put || v->caps & AB_BORROWS_KEYS)
		return;
	fill(v, t);
	for (size_t i = N + G_N_ELEMENTS(absent) + 2; i < ASKED; i += 2) {
		struct ab_entry e = { key_to_ask(i, room, 0), i };
		bool fit = ab_key_fits(v, e.key);
		enum ab_status st = ab_put_many(v, t, &e, 1, &done);
		CHECK(fit ? st == AB_OK && done == 1 : st == AB_EKEY && !done);
	}
	many(v, t);
	for (size_t i = N + G_N_ELEMENTS(absent) + 2; v->del && i < ASKED; i += 4)
		v->del(t, key_to_ask(i, room, 0));
	many(v, t);
	if (v->compact)
		CHECK_STATUS(v->compact(t), AB_OK);
	many(v, t);
}

/* Put together, some of them twice; what comes first that does not fit stops it. */
static void
putting_many(const struct ab_variant *v, struct ab_index *t)
{
	struct ab_entry e[3 * N];
	size_t n = 0, done = 77;
	CHECK_STATUS(ab_put_many(v, t, NULL, 0, &done), AB_OK);
	CHECK_IS(done, 0);
	for (size_t i = 0; i < 3 * N; i++) {
		size_t rank = i * 8 % N;
		if (fits[rank])
			e[n++] = (struct ab_entry){ sorted[rank], value_of(rank) ^ i };
	}
	const struct ab_entry was = e[n - 1];
	CHECK_STATUS(ab_put_many(v, t, e, n, &done), AB_OK);
	CHECK_IS(done, n);
	CHECK_IS(v->count(t), fitting(0, N));
	for (size_t i = n - fitting(0, N); i < n; i++) {
		uint64_t value = 0;
		CHECK_STATUS(v->get(t, e[i].key, &value), AB_OK);
		CHECK_IS(value, e[i].value);
	}
	CHECK(ab_key_cmp(was.key, e[n - 1].key) == 0 && was.value == e[n - 1].value);
	if (v->max_key > 1u << 24)
		return;
	g_autofree uint8_t *bytes = g_malloc0((size_t)v->max_key + 1);
	e[5].key = (struct ab_key){ bytes, (size_t)v->max_key + 1 };
	CHECK_STATUS(ab_put_many(v, t, e, n, &done), AB_EKEY);
	CHECK_IS(done, 5);
}

/* Expects of the ranks `next` to `end` those it takes, each once, in order if `ordered`;
 * and stops at visit `stop`. */
struct walk {
	size_t next, end, visits, stop;
	bool ordered, right;
	bool seen[N];
};

static struct walk
walk_over(const struct ab_variant *v, size_t lo, size_t hi, size_t stop)
{
	return (struct walk){ .next = lo,
		.end = hi,
		.stop = stop,
		.ordered = v->caps & AB_ORDERED,
		.right = true };
}

static bool
is_at(size_t rank, struct ab_key key)
{
	return key.n == sorted[rank].n &&
	       (key.n == 0 || memcmp(key.p, sorted[rank].p, key.n) == 0);
}

static bool
walk_visit(void *arg, struct ab_key key, uint64_t value)
{
	struct walk *w = arg;
	size_t rank = w->next;
	while (rank < w->end && (!fits[rank] || (!w->ordered && !is_at(rank, key))))
		rank++;
	w->visits++;
	w->right = w->right && rank < w->end && is_at(rank, key) && !w->seen[rank] &&
		   value == value_of(rank);
	if (w->right)
		w->seen[rank] = true;
	if (w->ordered)
		w->next = rank + 1;
	return w->visits != w->stop;
}

/* Was the scan that ended with `status` right? */
static void
walked(const struct walk *w, size_t all, enum ab_status status)
{
	bool stops = w->stop && w->stop <= all;
	CHECK_STATUS(status, stops ? AB_STOPPED : AB_OK);
	CHECK(w->right);
	CHECK_IS(w->visits, stops ? w->stop : all);
}

static void
ranges(const struct ab_variant *v, const struct ab_index *t)
{
	for (size_t lo = 0; lo < N; lo++) {
		struct walk w = walk_over(v, lo, N, 0);
		struct ab_range from = { .lo = sorted[lo] };
		walked(&w, fitting(lo, N), v->scan(t, from, walk_visit, &w));
		for (size_t hi = 0; hi < N; hi++) {
			struct ab_range r = { sorted[lo], sorted[hi], true };
			w = walk_over(v, lo, hi, 0);
			walked(&w, fitting(lo, hi), v->scan(t, r, walk_visit, &w));
		}
	}
	size_t all = fitting(0, N);
	for (size_t stop = 1; stop <= all + 1; stop++) {
		struct walk w = walk_over(v, 0, N, stop);
		walked(&w, all, v->scan(t, (struct ab_range){ 0 }, walk_visit, &w));
	}
}

static void
prefix_scans(const struct ab_variant *v, const struct ab_index *t)
{
	for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
		struct ab_key prefix = prefixes[i].prefix;
		size_t first = prefixes[i].first, end = first + prefixes[i].n;
		for (size_t stop = 0; stop < 2; stop++) {
			struct walk w = walk_over(v, first, end, stop);
			enum ab_status status = v->scan_prefix(t, prefix, walk_visit, &w);
			walked(&w, fitting(first, end), status);
		}
	}
}

static void
scans(const struct ab_variant *v, const struct ab_index *t)
{
	if (v->scan)
		ranges(v, t);
	if (v->scan_prefix)
		prefix_scans(v, t);
}

static void
replace_and_delete(const struct ab_variant *v, struct ab_index *t)
{
	uint64_t value;
	size_t count = v->count(t);
	for (size_t i = 0; v->put && i < N; i++) {
		if (!fits[i])
			continue;
		CHECK_STATUS(v->put(t, sorted[i], ~value_of(i)), AB_REPLACED);
		CHECK_STATUS(v->get(t, sorted[i], &value), AB_OK);
		CHECK_IS(value, ~value_of(i));
		CHECK_STATUS(v->put(t, sorted[i], value_of(i)), AB_REPLACED);
		CHECK_IS(v->count(t), count);
	}
	for (size_t i = 0; v->del && i < N; i++) {
		size_t rank = i * 5 % N;
		CHECK_STATUS(v->del(t, sorted[rank]), fits[rank] ? AB_OK : AB_NOT_FOUND);
		CHECK_STATUS(v->del(t, sorted[rank]), AB_NOT_FOUND);
		CHECK_STATUS(v->get(t, sorted[rank], &value), AB_NOT_FOUND);
		count -= fits[rank];
		CHECK_IS(v->count(t), count);
		CHECK_SOUND(v, t);
	}
}

static void
building(const struct ab_variant *v, struct ab_index *t)
{
	const struct ab_key a = KEY("a"), aa = KEY("aa");
	const struct ab_entry swapped[] = { { aa, 1 }, { a, 2 } };
	const struct ab_entry twice[] = { { a, 1 }, { aa, 2 }, { aa, 3 } };
	CHECK_STATUS(v->build(t, swapped, G_N_ELEMENTS(swapped)), AB_EORDER);
	CHECK_IS(v->count(t), 0);
	CHECK_STATUS(v->build(t, twice, G_N_ELEMENTS(twice)), AB_EORDER);
	CHECK_IS(v->count(t), 0);
	CHECK_STATUS(v->build(t, NULL, 0), AB_OK);
	CHECK_IS(v->count(t), 0);
	for (size_t i = 0; i < N; i++) {
		const struct ab_entry unfit = { sorted[i], 4 };
		if (!fits[i])
			CHECK_STATUS(v->build(t, &unfit, 1), AB_EKEY);
	}
	CHECK_IS(v->count(t), 0);
	CHECK_STATUS(build_sorted(v, t), AB_OK);
	CHECK_IS(v->count(t), fitting(0, N));
	CHECK_STATUS(v->build(t, swapped + 1, 1), AB_EBUSY);
	CHECK_IS(v->count(t), fitting(0, N));
	lookups(v, t);
	many(v, t);
	scans(v, t);
	replace_and_delete(v, t);
	many(v, t);
}

static void
on_empty(const struct ab_variant *v, struct ab_index *t)
{
	uint64_t value = 42;
	struct walk w = { .right = true };
	CHECK_IS(v->count(t), 0);
	CHECK_STATUS(v->get(t, sorted[5], &value), AB_NOT_FOUND);
	CHECK_IS(value, 42);
	CHECK_STATUS(v->get(t, sorted[0], &value), AB_NOT_FOUND);
	CHECK_IS(value, 42);
	if (v->del)
		CHECK_STATUS(v->del(t, sorted[0]), AB_NOT_FOUND);
	if (v->scan)
		CHECK_STATUS(v->scan(t, (struct ab_range){ 0 }, walk_visit, &w), AB_OK);
	if (v->scan_prefix)
		CHECK_STATUS(v->scan_prefix(t, sorted[0], walk_visit, &w), AB_OK);
	CHECK_IS(w.visits, 0);
	CHECK_SOUND(v, t);
}

/* A floor takes everything and keeps none of it. */
static void
holding_nothing(const struct ab_variant *v, struct ab_index *t)
{
	for (size_t i = 0; i < N; i++) {
		CHECK_STATUS(v->put(t, sorted[i], value_of(i)), AB_OK);
		on_empty(v, t);
	}
	if (v->build)
		CHECK_STATUS(build_sorted(v, t), AB_OK);
	on_empty(v, t);
}

/* A key may not be longer than max_key, and says so before it reads a byte. */
static void
longest_key(const struct ab_variant *v, struct ab_index *t)
{
	if (v->max_key > 1u << 24 || !v->put)
		return;
	uint64_t value = 42;
	g_autofree uint8_t *bytes = g_malloc((size_t)v->max_key + 1);
	memset(bytes, 'k', (size_t)v->max_key + 1);
	struct ab_key longest = { bytes, v->max_key },
		      too_long = { bytes, (size_t)v->max_key + 1 };
	CHECK_STATUS(v->put(t, too_long, 1), AB_EKEY);
	CHECK_IS(v->count(t), 0);
	CHECK_STATUS(v->put(t, longest, 2), AB_OK);
	CHECK_STATUS(v->put(t, too_long, 3), AB_EKEY);
	CHECK_STATUS(v->get(t, longest, &value), AB_OK);
	CHECK_IS(value, 2);
	CHECK_STATUS(v->get(t, too_long, &value), AB_NOT_FOUND);
	CHECK_IS(value, 2);
	if (v->del)
		CHECK_STATUS(v->del(t, too_long), AB_NOT_FOUND);
	if (v->del)
		CHECK_STATUS(v->del(t, longest), AB_OK);
	const struct ab_entry e = { too_long, 4 };
	if (v->build)
		CHECK_STATUS(v->build(t, &e, 1), AB_EKEY);
	CHECK_IS(v->count(t), 0);
}

/* The empty key has no bytes to point at; nor has anything else, where it is alone. */
static void
empty_key_alone(const struct ab_variant *v, struct ab_index *t)
{
	const struct ab_key empty = { NULL, 0 };
	const struct ab_entry e = { empty, 7 };
	struct walk w = { .right = true };
	uint64_t value = 42;
	if (!ab_key_fits(v, empty))
		return;
	CHECK((v->put ? v->put(t, empty, 7) : v->build(t, &e, 1)) == AB_OK);
	CHECK(v->get(t, empty, &value) == AB_OK && value == 7);
	CHECK(v->get(t, sorted[5], &value) == AB_NOT_FOUND);
	CHECK(!v->scan || v->scan(t, (struct ab_range){ 0 }, walk_visit, &w) == AB_OK);
	CHECK(!v->scan_prefix || v->scan_prefix(t, empty, walk_visit, &w) == AB_OK);
	CHECK(!v->scan_back ||
		v->scan_back(t, (struct ab_range){ 0 }, walk_visit, &w) == AB_OK);
	CHECK(w.visits == (size_t) !!v->scan + !!v->scan_prefix + !!v->scan_back);
	CHECK(!v->compact || v->compact(t) == AB_OK);
	CHECK(!v->check || v->check(t) == NULL);
	CHECK(v->count(t) == 1);
	if (!v->put)
		return;
	CHECK(v->put(t, empty, 8) == AB_REPLACED);
	CHECK(v->put(t, sorted[5], 9) == (fits[5] ? AB_OK : AB_EKEY));
	CHECK(!v->del || v->del(t, empty) == AB_OK);
	CHECK(!v->del || v->count(t) == fits[5]);
}

static void
with_index(const struct ab_variant *v,
	void (*body)(const struct ab_variant *v, struct ab_index *t))
{
	struct ab_meter meter;
	ab_meter_init(&meter);
	struct ab_index *t = v->create(&meter.alloc);
	if (CHECK(t != NULL)) {
		body(v, t);
		v->destroy(t);
	}
	CHECK_IS(meter.live, 0);
	if (v->caps & AB_OWN_ALLOC)
		CHECK_IS(meter.calls, 0);
}

static void
filled(const struct ab_variant *v, struct ab_index *t)
{
	fill(v, t);
	lookups(v, t);
	many(v, t);
	scans(v, t);
	replace_and_delete(v, t);
	many(v, t);
}

/* Destroying what is full must free it all, too. */
static void
left_full(const struct ab_variant *v, struct ab_index *t)
{
	fill(v, t);
}

int
suite_contract(const struct ab_variant *v, uint64_t seed)
{
	(void)seed;
	for (size_t i = 0; i < N; i++)
		fits[i] = ab_key_fits(v, sorted[i]);
	with_index(v, on_empty);
	if (v->caps & AB_HOLDS_NOTHING) {
		with_index(v, holding_nothing);
		return 0;
	}
	with_index(v, filled);
	with_index(v, left_full);
	with_index(v, longest_key);
	with_index(v, empty_key_alone);
	with_index(v, many_more);
	if (v->put)
		with_index(v, putting_many);
	if (v->build)
		with_index(v, building);
	return 0;
}
