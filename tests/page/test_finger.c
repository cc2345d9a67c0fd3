/* test_finger.c: the finger (variants/page/finger.h): runs of keys in order, up and down,
 * between other operations, against the sorted array, also while memory comes and goes; and
 * what it is for: pages that are left full, at the end of an index and in a gap of it. */
#include <string.h>
#include "kit/model.h"
#include "contract/rng.h"
#ifdef VALUES_NARROW
#include "page/values_narrow.h"
#else
#include "page/values_whole.h"
#endif
#ifdef SYMBOLS
#include "page/text_symbols.h"
#endif
#include "page/variant.h"

enum {
	RUNS = CHECK_SANITIZED ? 2 : 8,
	STEPS = 4000,
	COMPARE_EVERY = 500,
	KEY_ROOM = 400,
	NUMBER = 4, /* bytes of a key that count */
};

static const struct ab_variant pages = { .name = "pages", PAGE_VARIANT };

/* Keys that count up or down from a random one: a number, between bytes that are always the
 * same for one host. */
struct run {
	uint64_t host;
	uint32_t number, step;
	unsigned left; /* keys to come */
	bool up;
};

/* Puts that left the finger on their key, ascending and descending; in a page that waits to be
 * coded. */
static size_t at_finger[2], waiting;

/* The numbers of some hosts are spread wide, and keys are short, beyond the longest that the
 * finger may be on, or end where others go on. */
static struct ab_key
make_key(uint8_t *buf, uint64_t host, uint32_t number)
{
	static const size_t before[] = { 0, 3, 20, 250, 254 },
			    behind[] = { 0, 9, 120, 140 };
	size_t n = before[host % 5], rest = behind[host / 5 % 4];
	memset(buf, (int)('a' + host % 23), n);
	for (unsigned i = 0; i < NUMBER; i++)
		buf[n++] = (uint8_t)(number >> 8 * (NUMBER - 1 - i));
	memset(buf + n, 'z', rest);
	n += number % 3 ? rest : 0;
	return (struct ab_key){ buf, n - (host % 8 == 7 && number % 16 == 0) };
}

static void
run_begin(struct run *r, uint64_t *rng)
{
	r->host = rng_below(rng, 40);
	r->number = (uint32_t)rng_below(rng, 3000) << 8;
	r->step = rng_below(rng, 2) ? 1 : 1 + (uint32_t)rng_below(rng, 300);
	r->left = 1 + (unsigned)rng_below(rng, rng_below(rng, 4) ? 20 : 300);
	r->up = rng_below(rng, 2);
}

static struct ab_key
run_next(struct run *r, uint8_t *buf)
{
	struct ab_key key = make_key(buf, r->host, r->number);
	r->number += r->up ? r->step : -r->step;
	r->left--;
	return key;
}

/* A value of those that a frame holds, or not. */
static uint64_t
make_value(uint64_t *rng)
{
	return rng_below(rng, 9) ? 1000 + rng_below(rng, 60) : rng_next(rng);
}

static void
count_finger(const struct model *m, struct ab_key key)
{
	const struct finger *f = &m->t->finger;
	struct ab_key at = { f->key, f->n };
	if (!f->page || ab_key_cmp(at, key) != 0)
		return;
	at_finger[f->up]++;
	waiting += coder_form(&m->t->coder) != CODER_PLAIN &&
		   page_form(page_at(m->t, f->page)) == CODER_PLAIN;
}

/* What comes between the keys of a run: mostly beside the last one. */
static void
disturb(struct model *m, struct ab_key last, uint64_t *rng)
{
	uint8_t buf[KEY_ROOM];
	struct ops_op op = {
		.key = last, .value = make_value(rng), .range = { .lo = last }
	};
	static const enum ops_kind kinds[] = { OPS_PUT, OPS_GET, OPS_DEL, OPS_RANGE };
	op.kind = kinds[rng_below(rng, 4)];
	if (rng_below(rng, 3) == 0)
		op.key = make_key(
			buf, rng_below(rng, 40), (uint32_t)rng_below(rng, 3000) << 8);
	op.stop = 1 + rng_below(rng, 9);
	model_apply(m, &op);
	if (rng_below(rng, 40) == 0)
		model_apply(m, &(struct ops_op){ .kind = OPS_REBUILD });
}

/* Some runs at a time, disturbed every `often` keys or so; deletions follow, in order too. */
static void
test_runs(uint64_t seed, unsigned at_once, unsigned often, bool starve)
{
	uint8_t buf[KEY_ROOM];
	struct run run[3] = { 0 };
	struct model m;
	uint64_t rng = seed;
	if (!CHECK(model_open(&m, &pages, "runs", seed, 0, false)))
		return;
	for (unsigned i = 0; i < STEPS && !m.broken; i++) {
		struct run *r = &run[rng_below(&rng, at_once)];
		bool puts = i / 1000 % 4 != 3;
		m.meter.fail_at = 0;
		if (rng_below(&rng, often) == 0)
			disturb(&m, make_key(buf, r->host, r->number), &rng);
		if (r->left == 0)
			run_begin(r, &rng);
		struct ab_key key = run_next(r, buf);
		if (starve && i / 100 % 2) {
			m.meter.fail_at = m.meter.calls + 1 + rng_below(&rng, 2);
			m.meter.fail_on = true;
		}
		if (puts)
			model_put(&m, key, make_value(&rng));
		else
			model_del(&m, key);
		count_finger(&m, key);
		if (i % COMPARE_EVERY == 0)
			model_compare(&m);
	}
	EXPECT(&m, starve || m.refused == 0);
	m.meter.fail_at = 0;
	m.refused = 0;
	model_compare(&m);
	model_drain(&m, true);
	model_close(&m);
}

/* ---- what it is for ---- */

/* Put `n` keys of one host, `up` from `first` or down to it. */
static void
fill(struct ab_index *t, uint64_t host, uint32_t first, unsigned n, bool up)
{
	uint8_t buf[KEY_ROOM];
	for (unsigned i = 0; i < n; i++) {
		uint32_t number = first + (up ? i : n - 1 - i);
		CHECK(pages.put(t, make_key(buf, host, number), i) == AB_OK);
	}
}

enum { FILLED = 10000, BESIDE = 3000, LEFT_KEYS = 60000 };

/* Pages that are plain and would be no larger coded. */
static size_t
count_plain(const struct ab_index *t)
{
	static struct draft d;
	const struct store *s = &t->store;
	size_t n = 0;
	for (unsigned c = store_next(s, 0); c < STORE_CLASSES; c = store_next(s, c + 1))
		for (uint32_t at = s->low[c]; at < s->high[c]; at += store_units(c)) {
			const struct page *p = page_at(t, at);
			if (is_node(p) || page_form(p) != CODER_PLAIN)
				continue;
			draft_open(&d, &t->coder, p->depth);
			draft_load(&d, p);
			n += !d.e[0].alone && draft_reform(&d);
		}
	return n;
}

/* What rounding leaves of blocks up to 1 KiB, at most. */
static size_t
rounding(const struct ab_index *t)
{
	return (t->pages + t->nodes) << (STORE_UNIT_BITS + store_coarse(&t->store));
}

/* Pages are full but for a few at both ends, and coded but for one; no block has room but the
 * finger's, and what rounding leaves. */
static void
expect_full(const struct ab_index *t, size_t pages_before)
{
	const struct store *s = &t->store;
	size_t own = t->inner + t->leaf + t->key;
	CHECK(t->pages - pages_before <= FILLED / PAGE_MOST + 4);
	CHECK(t->finger.page && t->finger.run > FILLED / 2);
	CHECK(count_plain(t) <= 1);
	CHECK((s->taken << STORE_UNIT_BITS) - own <= rounding(t) + PAGE_FULL);
	CHECK(pages.check(t) == NULL);
}

static void
test_full(uint64_t host, bool up, bool gap)
{
	struct ab_index *t = pages.create(NULL);
	uint64_t rng = 7;
	uint8_t buf[KEY_ROOM];
	for (unsigned i = 0; gap && i < BESIDE; i++)
		pages.put(t,
			make_key(
				buf, rng_below(&rng, 2) * host, (uint32_t)rng_next(&rng)),
			i);
	for (unsigned i = 0; gap && i < FINGER_MISSES; i++)
		CHECK(pages.put(t, make_key(buf, 0, i << 20 | 1 << 19), i) >= AB_OK);
	size_t before = t->pages;
	fill(t, host, 1 << 24, FILLED, up);
	expect_full(t, before);
	pages.destroy(t);
}

/* ---- texts that wait to be coded ---- */

/* Keys put, and there is a table, of which texts of these hosts are short codes; plain ones of
 * LENGTHY are too long for a page of PAGE_MOST. */
enum { LEARNT = 15000, MORE = 100 * PAGE_MOST, CODED = 6, LENGTHY = 16 };

/* Once there is a table, pages are full of codes. */
static void
test_packed(uint64_t host, bool up)
{
	struct ab_index *t = pages.create(NULL);
	uint32_t first = 1 << 24;
	fill(t, host, first, LEARNT, up);
	CHECK(coder_form(&t->coder) != CODER_PLAIN);
	size_t before = t->pages;
	fill(t, host, up ? first + LEARNT : first - MORE, MORE, up);
	CHECK_MOST(t->pages - before, MORE / PAGE_MOST + 1);
	CHECK(t->finger.page && count_plain(t) <= 1);
	CHECK(pages.check(t) == NULL);
	finger_leave(t);
	CHECK_IS(count_plain(t), 0);
	CHECK(pages.check(t) == NULL);
	pages.destroy(t);
}

/* How the finger's page comes to be left, or written. */
enum leaving { BY_MISSES, BY_DEL, BY_KEY, BY_LONG_KEY, BY_VALUE, BY_JOIN, LEAVINGS };

/* `last` is the number at the finger, in a page of more than four keys. */
static void
leave_by(struct ab_index *t, enum leaving how, uint32_t last)
{
	uint8_t buf[KEY_ROOM + 3 * PAGE_LONG];
	uint32_t number = last - 3 + (last % 3 == 0);
	struct ab_key key = make_key(buf, CODED, number);
	for (unsigned i = 0; how == BY_MISSES && i < FINGER_MISSES; i++)
		fill(t, 1, i << 20, 1, true);
	if (how == BY_DEL)
		CHECK(pages.del(t, key) == AB_OK);
	key.n--;
	if (how == BY_KEY)
		CHECK(pages.put(t, key, 0) == AB_OK);
	if (how == BY_LONG_KEY) {
		memset(buf + key.n, 'a', 2 * PAGE_LONG);
		key.n += 2 * PAGE_LONG;
		CHECK(pages.put(t, key, 0) == AB_OK);
	}
	if (how == BY_VALUE)
		CHECK(pages.put(t, make_key(buf, CODED, number), UINT64_MAX) ==
			AB_REPLACED);
	number = last - page_at(t, t->finger.page)->count;
	for (unsigned i = 0; how == BY_JOIN && i < PAGE_MOST - 2; i++)
		CHECK(pages.del(t, make_key(buf, CODED, number - i)) == AB_OK);
}

static void
test_coded(enum leaving how, unsigned keys)
{
	struct ab_index *t = pages.create(NULL);
	uint32_t last = (1 << 24) + LEARNT - 1;
	fill(t, CODED, 1 << 24, LEARNT, true);
	while (page_at(t, t->finger.page)->count != keys)
		fill(t, CODED, ++last, 1, true);
	size_t before = t->pages;
	CHECK_IS(count_plain(t), 1);
	leave_by(t, how, last);
	CHECK_IS(count_plain(t), 0);
	CHECK(how != BY_JOIN || (t->pages == before - 1 && !t->finger.page));
	CHECK(pages.check(t) == NULL);
	pages.destroy(t);
}

/* The allocator says no from its next call on, or the one after, while pages turn, are coded,
 * and are left. */
static size_t
test_refused(unsigned seed)
{
	uint8_t buf[KEY_ROOM];
	struct model m;
	uint32_t number = 1 << 24;
	unsigned n = LEARNT + 37 * seed;
	if (!CHECK(model_open(&m, &pages, "refused", seed, 0, false)))
		return 0;
	for (unsigned i = 0; i < n + 10 * PAGE_MOST && !m.broken; i++) {
		if (i == n)
			m.meter.fail_at = m.meter.calls + 1 + seed / 2 % 2;
		m.meter.fail_on = i >= n;
		number += seed % 2 ? 1 : -1u;
		model_put(&m, make_key(buf, CODED, number), number);
		if (i > n && i % 100 == 0)
			model_del(&m, make_key(buf, CODED, number));
		for (unsigned j = 0; i > n && i % 150 == 0 && j < FINGER_MISSES; j++)
			model_put(&m, make_key(buf, 1, i << 12 | j << 8), j);
	}
	size_t refused = m.refused;
	m.meter.fail_at = 0;
	m.refused = 0;
	model_compare(&m);
	model_drain(&m, true);
	model_close(&m);
	return refused;
}

/* ---- leaving ---- */

/* While there is one page the finger is on none. It leaves its page after some puts
 * elsewhere, or when a key of it goes. */
static void
test_leaves(void)
{
	struct ab_index *t = pages.create(NULL);
	uint8_t buf[KEY_ROOM];
	fill(t, 1, 1 << 24, PAGE_MOST, true);
	CHECK(t->pages == 1 && !t->finger.page);
	fill(t, 1, (1 << 24) + PAGE_MOST, 3, true);
	uint32_t page = t->finger.page;
	CHECK(page && store_size_of(&t->store, page) >= PAGE_FULL);
	CHECK(pages.del(t, make_key(buf, 1, (1 << 24) + PAGE_MOST + 1)) == AB_OK);
	size_t left = t->inner + t->leaf + t->key;
	CHECK(!t->finger.page && t->store.taken << STORE_UNIT_BITS < left + rounding(t));
	fill(t, 1, (1 << 24) + PAGE_MOST + 3, 3 * PAGE_MOST, true);
	for (unsigned i = 0; i < FINGER_MISSES; i++) {
		static const uint8_t apart[FINGER_MISSES] = { 0, 100, 50, 75, 60, 65, 62,
			63 };
		CHECK(t->finger.page);
		fill(t, 1, apart[i], 1, true);
	}
	size_t own = t->inner + t->leaf + t->key;
	CHECK(!t->finger.page && t->store.taken << STORE_UNIT_BITS < own + rounding(t));
	CHECK(pages.check(t) == NULL);
	pages.destroy(t);
}

/* The page left has the smallest block that it fits, also in a small store. */
static void
test_left(void)
{
	struct ab_index *t = pages.create(NULL);
	const struct store *s = &t->store;
	unsigned coarse = 0;
	for (uint32_t i = 0; i < LEFT_KEYS; i += 3) {
		fill(t, 1, (1 << 24) + i, 3, true);
		if (!t->finger.page)
			continue;
		struct ab_key key = { t->finger.key, t->finger.n };
		struct path p;
		struct page_bytes b = page_measure(page_at(t, t->finger.page));
		unsigned c = store_class(b.leaf + b.key);
		coarse += store_choose(s, b.leaf + b.key) != c;
		finger_leave(t);
		path_find(t, key, &p);
		CHECK_IS(store_class_of(s, path_page(&p)), c);
	}
	CHECK(coarse > 0);
	pages.destroy(t);
}

/* Pages that empty join a neighbour, and the finger's is no exception while it rests. */
static void
test_joined(void)
{
	struct ab_index *t = pages.create(NULL);
	uint8_t buf[KEY_ROOM];
	unsigned n = 40 * PAGE_MOST, few = 3;
	fill(t, 1, 1 << 24, n + few, true);
	CHECK(t->finger.page && t->pages == 41);
	for (unsigned i = 0; i < n - 1; i++) {
		CHECK(pages.del(t, make_key(buf, 1, (1 << 24) + i)) == AB_OK);
		if (i % 16 == 0)
			CHECK(pages.check(t) == NULL);
	}
	CHECK(t->pages == 1 && t->nodes == 1 && !t->finger.page);
	size_t own = t->inner + t->leaf + t->key;
	CHECK(t->store.taken << STORE_UNIT_BITS < own + rounding(t));
	CHECK(pages.check(t) == NULL);
	pages.destroy(t);
}

/* The key that is NULL and empty comes to the finger, behind which it is the least. */
static void
test_empty(void)
{
	struct ab_index *t = pages.create(NULL);
	uint64_t value;
	fill(t, 1, 1 << 24, 2 * PAGE_MOST, true);
	for (uint8_t byte = 9; byte; byte--)
		CHECK(pages.put(t, (struct ab_key){ &byte, 1 }, byte) == AB_OK);
	CHECK(t->finger.page);
	CHECK(pages.put(t, (struct ab_key){ 0 }, 7) == AB_OK);
	CHECK(pages.get(t, (struct ab_key){ 0 }, &value) == AB_OK && value == 7);
	CHECK(pages.check(t) == NULL);
	pages.destroy(t);
}

/* From some call on there is no memory, while the finger's block has some to spare: what a put
 * needs elsewhere comes from there. */
static void
test_short(void)
{
	size_t spared = 0;
	for (unsigned n = 3 * PAGE_MOST; n < 500; n++) {
		struct ab_meter meter;
		ab_meter_init(&meter);
		struct ab_index *t = pages.create(&meter.alloc);
		uint8_t buf[KEY_ROOM];
		fill(t, 1, 1 << 24, n, true);
		bool held = t->finger.page;
		meter.fail_at = meter.calls + 1;
		meter.fail_on = true;
		for (unsigned i = 0; i < 3; i++) {
			enum ab_status status = pages.put(
				t, make_key(buf, 0, i << 20), i);
			spared += status == AB_OK && held && !t->finger.page;
			CHECK(status == AB_OK || !t->finger.page);
		}
		CHECK(pages.check(t) == NULL);
		meter.fail_at = 0;
		pages.destroy(t);
	}
	CHECK(spared > 0);
}

/* The first page that splits at the end of all keys, and the finger that is set then and leaves
 * again: as much of a page is loaded ahead as pages have. */
static void
test_usual(void)
{
	enum { AT_END = PAGE_MOST + 1, ELSEWHERE = 8 };
	struct ab_index *t = pages.create(NULL);
	uint8_t buf[KEY_ROOM];
	for (unsigned i = 0; i < AT_END; i++)
		CHECK(pages.put(t, make_key(buf, 1, 2 * i), i) == AB_OK);
	CHECK(t->pages == 2 && t->finger.page);
	CHECK(t->usual == (t->leaf + t->key) / t->pages);
	CHECK(pages.check(t) == NULL);
	for (unsigned i = 0; i < PAGE_MOST / 2; i++)
		CHECK(pages.put(t, make_key(buf, 1, 2 * (AT_END + i)), i) == AB_OK);
	CHECK(t->usual < (t->leaf + t->key) / t->pages);
	CHECK(pages.check(t) == NULL);
	for (unsigned i = 0; i < ELSEWHERE; i++)
		CHECK(pages.put(t, make_key(buf, 1, 2 * i), i) == AB_REPLACED);
	CHECK(!t->finger.page && t->usual == (t->leaf + t->key) / t->pages);
	CHECK(pages.check(t) == NULL);
	pages.destroy(t);
}

int
main(void)
{
	for (unsigned seed = 1; seed <= RUNS; seed++) {
		test_runs(seed, 1 + seed % 3, 1 + seed * seed % 50, false);
		test_runs(seed, 1 + seed % 3, 1 + seed * seed % 50, true);
	}
	CHECK(at_finger[0] > RUNS * 100 && at_finger[1] > RUNS * 100);
	CHECK(!PAGE_LEARNS || waiting > RUNS * 10);
	for (unsigned i = 0; i < 8; i++)
		test_full(i & 4 ? CODED : 1, i & 1, i & 2);
	for (unsigned i = 0; PAGE_LEARNS && i < 4; i++)
		test_packed(i & 2 ? CODED : LENGTHY, i & 1);
	for (unsigned how = 0; PAGE_LEARNS && how < LEAVINGS; how++) {
		test_coded(how, 10);
		if (how != BY_JOIN)
			test_coded(how, PAGE_MOST);
	}
	size_t refused = 0;
	for (unsigned seed = 0; PAGE_LEARNS && seed < RUNS; seed++)
		refused += test_refused(seed);
	CHECK(!PAGE_LEARNS || refused > 0);
	test_leaves();
	test_left();
	test_joined();
	test_empty();
	test_short();
	test_usual();
	return check_finish();
}
