/* test_del_range.c: ranges of keys go from an index of several levels (variants/page/del_range.h),
 * against an array: with the finger in the range, beside it and elsewhere, with ghosts, long
 * keys and separators, keys that begin each other, bounds that no key can be, without memory from
 * any allocation on; and what stays has neither bytes nor nodes too many. */
#include <string.h>
#include "kit/check.h"
#include "contract/alloc.h"
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
	HOSTS = 12,
	EACH = 400,
	KEYS = HOSTS * EACH,
	KEY_ROOM = 10 << 10,
	ROUNDS = CHECK_SANITIZED ? 40 : 100,
	MANY = 4, /* ranges without keys that are left where there is memory */
	FAILS = CHECK_SANITIZED ? 4 : 12, /* ranges with each allocation failing */
};

static const struct ab_variant pages = { .name = "pages", PAGE_VARIANT };
static struct ab_meter meter;
static uint8_t bytes[KEYS][KEY_ROOM];
static struct ab_entry entries[KEYS]; /* strictly increasing */
static bool there[KEYS];
static uint8_t beyond[TREE_MAX_KEY + 100]; /* a bound that is longer than keys are */

/* Times the finger was in the range, and elsewhere; that nodes did not count all of its keys;
 * that there were ghosts; that a node kept children without keys, for want of memory. */
static size_t inside, outside, untold, haunted, kept;

/* A host's keys share up to 9,000 bytes, and so do separators. Of each four keys one begins the
 * next, which has none, 1, 100, and 9 or more bytes more; some are alone in their page. */
static void
make_keys(void)
{
	static const size_t shared[] = { 1, 9, 250, 2, 6000, 9000 };
	uint64_t rng = 5;
	for (unsigned i = 0; i < KEYS; i++) {
		unsigned host = i / EACH, j = i % EACH;
		size_t more[] = { 0, 1, 100, j % 64 == 3 ? 200 : j % 16 == 3 ? 110 : 9 };
		size_t n = shared[host % 6];
		uint8_t *key = bytes[i];
		if (j % 4) {
			n = entries[i - 1].key.n;
			memcpy(key, bytes[i - 1], n);
		} else {
			memset(key, (int)('a' + host), n);
			key[n++] = (uint8_t)(j / 4 >> 8);
			key[n++] = (uint8_t)(j / 4);
		}
		for (size_t k = 0; k < more[j % 4]; k++)
			key[n++] = (uint8_t)rng_next(&rng);
		entries[i] = (struct ab_entry){ { key, n }, 1000 + i % 60 };
	}
}

/* ---- is all there that is to be? ---- */

struct walk {
	size_t i, wrong;
};

static bool
is_next(void *arg, struct ab_key key, uint64_t value)
{
	struct walk *w = arg;
	while (w->i < KEYS && !there[w->i])
		w->i++;
	const struct ab_entry *e = &entries[w->i];
	w->wrong += w->i == KEYS || ab_key_cmp(key, e->key) != 0 || value != e->value;
	w->i += w->i < KEYS;
	return true;
}

static void
look(const struct ab_index *t)
{
	struct walk w = { 0 };
	struct ab_memory m;
	tree_scan(t, (struct ab_range){ 0 }, is_next, &w);
	while (w.i < KEYS && !there[w.i])
		w.i++;
	CHECK_IS(w.wrong, 0);
	CHECK_IS(w.i, KEYS);
	const char *broken = tree_check(t);
	if (!CHECK(broken == NULL))
		printf("%s\n", broken);
	tree_memory(t, &m);
	CHECK_IS(m.total, meter.live);
	CHECK_IS(m.inner + m.leaf + m.key + m.slack, m.total);
}

/* How many ranges without a page there are. */
static size_t
count_holes(const struct ab_index *t, uint32_t ref)
{
	if (!ref || !is_node(page_at(t, ref)))
		return !ref;
	const struct node *n = node_at(t, ref);
	size_t holes = 0;
	for (unsigned i = 0; i < n->count; i++)
		holes += count_holes(t, node_children(n)[i]);
	return holes;
}

static bool
has_ghosts(const struct ab_index *t, uint32_t ref)
{
	if (!ref || !is_node(page_at(t, ref)))
		return ref && page_at(t, ref)->form & PAGE_GHOSTS;
	const struct node *n = node_at(t, ref);
	for (unsigned i = 0; i < n->count; i++)
		if (has_ghosts(t, node_children(n)[i]))
			return true;
	return false;
}

/* ---- changes ---- */

static void
put(struct ab_index *t, size_t i)
{
	if (there[i])
		return;
	CHECK(tree_put(t, entries[i].key, entries[i].value) == AB_OK);
	there[i] = true;
}

/* Put `n` from `i` on in order, and so set the finger. */
static void
put_run(struct ab_index *t, size_t i, size_t n, bool up)
{
	for (size_t k = 0; k < n && i + n <= KEYS; k++)
		put(t, up ? i + k : i + n - 1 - k);
}

static void
put_random(struct ab_index *t, uint64_t *rng, size_t n)
{
	while (n--)
		put(t, rng_below(rng, KEYS));
}

/* Delete some as is done where there is no memory: ghosts are left. */
static void
haunt(struct ab_index *t, size_t from, size_t n)
{
	struct place at;
	if (t->finger.page)
		finger_leave(t);
	for (size_t i = from; i < from + n && i < KEYS; i++) {
		if (!there[i] || i % 3)
			continue;
		place_find(t, entries[i].key, &at);
		struct page *page = page_at(t, path_page(&at.path));
		if (page_living(page) == 1)
			continue;
		page_haunt(page, at.seek.pos);
		path_count(t, &at.path, -(size_t)1);
		t->count--;
		there[i] = false;
	}
	look(t);
}

static void
del_range(struct ab_index *t, struct ab_range r)
{
	size_t gone = ~(size_t)0, wanted = 0;
	struct ab_key finger = { t->finger.key, t->finger.n };
	if (t->finger.page) {
		bool in = ab_key_cmp(finger, r.lo) >= 0 &&
			  (!r.has_hi || ab_key_cmp(finger, r.hi) < 0);
		inside += in;
		outside += !in;
	}
	haunted += t->root && has_ghosts(t, t->root);
	for (size_t i = 0; i < KEYS; i++)
		if (there[i] && ab_key_cmp(entries[i].key, r.lo) >= 0 &&
			(!r.has_hi || ab_key_cmp(entries[i].key, r.hi) < 0)) {
			there[i] = false;
			wanted++;
		}
	CHECK(tree_del_range(t, r, &gone) == AB_OK);
	CHECK_IS(gone, wanted);
}

/* Bounds at keys, before and behind them, and longer than a key can be. */
static struct ab_key
make_bound(size_t i, unsigned kind)
{
	struct ab_key key = entries[i].key;
	if (kind == 1) {
		key.n--;
	} else if (kind == 2) {
		memset(beyond, 0, sizeof beyond);
		memcpy(beyond, key.p, key.n);
		key = (struct ab_key){ beyond, sizeof beyond };
	}
	return key;
}

static struct ab_range
make_range(uint64_t *rng, size_t wide)
{
	size_t i = rng_below(rng, KEYS), j = i + rng_below(rng, wide + 1);
	struct ab_range r = { .lo = make_bound(i, (unsigned)rng_below(rng, 3)) };
	r.has_hi = j < KEYS;
	if (r.has_hi)
		r.hi = make_bound(j, (unsigned)rng_below(rng, 2));
	if (rng_below(rng, 16) == 0 && r.has_hi) /* the wrong way round */
		r = (struct ab_range){ .lo = r.hi, .hi = r.lo, .has_hi = true };
	return r;
}

/* ---- the tests ---- */

static void
test_changes(void)
{
	static const size_t wide[] = { 1, 20, 100, 500, 2000, KEYS };
	uint64_t rng = 1;
	struct ab_index *t = pages.create(&meter.alloc);
	memset(there, 0, sizeof there);
	del_range(t, (struct ab_range){ 0 });
	put_random(t, &rng, 2 * KEYS);
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct ab_range r = make_range(&rng, wide[round % 6]);
		size_t at = rng_below(&rng, KEYS);
		bool starved = round % 5 == 4;
		if (round % 3 == 0)
			put_random(t, &rng, KEYS / 4);
		if (round % 4 == 1)
			haunt(t, at, 300);
		if (round % 2)
			put_run(t, at, 1 + rng_below(&rng, 150), round % 4 == 1);
		meter.fail_at = starved ? meter.calls + 1 : 0;
		meter.fail_on = true;
		del_range(t, r);
		meter.fail_at = 0;
		look(t);
	}
	del_range(t, (struct ab_range){ .lo = { (const uint8_t *)"A", 1 } });
	CHECK_IS(t->root, 0);
	look(t);
	pages.destroy(t);
	CHECK_IS(meter.live, 0);
}

/* The finger on key `at`, with keys that the nodes do not count, as keys [i, j) go. */
static void
test_finger_at(size_t at, bool up, size_t i, size_t j)
{
	uint64_t rng = at;
	struct ab_range r = { entries[i].key, entries[j].key, true };
	struct ab_index *t = pages.create(&meter.alloc);
	memset(there, 0, sizeof there);
	for (size_t k = 0; k < KEYS; k++)
		if (k + 60 < at || k > at + 60)
			put(t, k);
	for (size_t k = 0; k < 60; k++)
		put(t, up ? at - 59 + k : at + 59 - k);
	untold += finger_untold(t) > 0;
	del_range(t, r);
	look(t);
	put_run(t, at, 20, up);
	put_random(t, &rng, 300);
	look(t);
	pages.destroy(t);
}

static void
test_finger(void)
{
	enum { I = 2500, J = 2700 };
	static const size_t at[] = { I - 80, I - 2, I - 1, I, I + 1, I + 60, J - 2, J - 1,
		J, J + 1, J + 80 };
	for (unsigned i = 0; i < sizeof at / sizeof *at; i++) {
		test_finger_at(at[i], false, I, J);
		test_finger_at(at[i], true, I, J);
	}
}

/* Each allocation of a del_range fails, alone or with all that follow: all the same goes. What
 * goes later, with memory, leaves nothing of that behind. */
static void
test_oom(void)
{
	uint64_t rng = 3;
	size_t refused = 0;
	for (unsigned k = 0; k < FAILS; k++) {
		struct ab_range r = make_range(&rng, k % 2 ? KEYS : KEYS / 4);
		if (k == 0) { /* pages of large nodes */
			r.lo = entries[4 * EACH + 20].key;
			r.hi = entries[5 * EACH - 20].key;
			r.has_hi = true;
		}
		for (uint64_t n = 1, calls = n; n <= calls; n++) {
			struct ab_index *t = pages.create(&meter.alloc);
			CHECK(pages.build(t, entries, KEYS) == AB_OK);
			memset(there, true, sizeof there);
			calls = meter.calls;
			meter.fail_at = calls + n;
			meter.fail_on = k % 3 != 1;
			del_range(t, r);
			meter.fail_at = 0;
			calls = meter.calls - calls;
			refused += n <= calls;
			kept += k == 0 && count_holes(t, t->root) > 1;
			look(t);
			put_random(t, &rng, 200);
			look(t);
			del_range(t, (struct ab_range){ .lo = entries[1].key });
			look(t);
			pages.destroy(t);
		}
	}
	CHECK(refused > 0);
}

/* Windows one after the other go, up or down, and all is small again: no nodes or ranges without
 * keys are left but a few. */
static void
test_windows(size_t wide, bool up)
{
	struct ab_index *t = pages.create(&meter.alloc);
	CHECK(pages.build(t, entries, KEYS) == AB_OK);
	memset(there, true, sizeof there);
	for (size_t at = 0; at < KEYS - wide; at += wide) {
		size_t i = up ? at : KEYS - 1 - at - wide;
		struct ab_range r = { entries[i].key, entries[i + wide].key, true };
		del_range(t, r);
		CHECK_MOST(count_holes(t, t->root), MANY);
		look(t);
	}
	struct ab_memory m;
	tree_memory(t, &m);
	CHECK_MOST(m.total, sizeof *t + (256 << 10));
	del_range(t, (struct ab_range){ 0 });
	CHECK_IS(t->root, 0);
	look(t);
	tree_memory(t, &m);
	CHECK_IS(m.total, sizeof *t);
	pages.destroy(t);
}

int
main(void)
{
	ab_meter_init(&meter);
	make_keys();
	test_changes();
	test_finger();
	test_oom();
	test_windows(37, true);
	test_windows(37, false);
	test_windows(1100, true);
	test_windows(1100, false);
	CHECK(inside > 0 && outside > 0 && haunted > 0 && untold > 9 && kept > 0);
	printf("the finger inside %zu, outside %zu, untold %zu; ghosts %zu; kept %zu\n",
		inside, outside, untold, haunted, kept);
	return check_finish();
}
