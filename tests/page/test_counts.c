/* test_counts.c: what index nodes count of the keys below them (docs/design/order.md), by rank
 * and n-th key against a scan: with keys at the finger that are not counted yet, ghosts that
 * failed allocations leave, joins; and a wrong count anywhere is found by the check. */
#include <stdlib.h>
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

enum { KEYS = 9000, NUMBER = 4, TEXT = 208, ROUNDS = 12 };

/* Rounds that are enough once ghosts have been seen. */
enum { FEW = CHECK_SANITIZED ? 4 : ROUNDS };

static const struct ab_variant pages = { .name = "pages", PAGE_VARIANT };
static struct ab_meter meter;
static uint32_t begun[KEYS]; /* the last numbers of which there are several keys */
static size_t n_begun;
static size_t untold, ghosts; /* times there were such as it was looked */

/* A number, and bytes of it. */
static struct ab_key
make_key(uint8_t *buf, uint32_t number)
{
	uint64_t rng = number;
	memset(buf, 'k', 4);
	for (unsigned i = 0; i < NUMBER; i++)
		buf[4 + i] = (uint8_t)(number >> 8 * (NUMBER - 1 - i));
	for (unsigned i = 8; i < TEXT; i++)
		buf[i] = (uint8_t)rng_next(&rng);
	return (struct ab_key){ buf, 8 + number % 31 };
}

/* Put a key, or some that begin each other: without one of these the next has a text that
 * makes a page wide. */
static void
put(struct ab_index *t, uint32_t number)
{
	uint8_t buf[TEXT];
	struct ab_key key = make_key(buf, number);
	tree_put(t, key, number);
	if (number % 16 == 0)
		begun[n_begun++ % KEYS] = number;
	for (size_t n = 108; number % 16 == 0 && n <= TEXT; n += 100)
		tree_put(t, (struct ab_key){ buf, n }, number);
}

/* A scan that asks for each key's rank, and for the key by that. */
struct walk {
	const struct ab_index *t;
	size_t i, wrong;
	bool nth;
	uint8_t key[TEXT];
	size_t n;
};

static bool
is_same(void *arg, struct ab_key key, uint64_t value)
{
	struct walk *w = arg;
	(void)value;
	w->nth = key.n == w->n && memcmp(key.p, w->key, w->n) == 0;
	return false;
}

static bool
step(void *arg, struct ab_key key, uint64_t value)
{
	struct walk *w = arg;
	(void)value;
	memcpy(w->key, key.p, key.n);
	w->n = key.n;
	w->nth = false;
	w->wrong += tree_rank(w->t, key) != w->i;
	w->wrong += tree_scan_nth(w->t, w->i++, is_same, w) != AB_STOPPED || !w->nth;
	return true;
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

static void
look(const struct ab_index *t)
{
	struct walk w = { .t = t };
	tree_scan(t, (struct ab_range){ 0 }, step, &w);
	CHECK_IS(w.wrong, 0);
	CHECK_IS(w.i, t->count);
	CHECK(tree_check(t) == NULL);
	untold += finger_untold(t) > 0;
	ghosts += has_ghosts(t, t->root);
}

/* A run of keys up or down, from anywhere. */
static void
run(struct ab_index *t, uint64_t *rng)
{
	uint32_t at = (uint32_t)rng_next(rng), n = (uint32_t)rng_below(rng, 900);
	uint32_t by = rng_below(rng, 2) ? 77 : -77u;
	for (uint32_t i = 0; i < n; i++, at += by)
		put(t, at);
}

static bool
copy_key(void *arg, struct ab_key key, uint64_t value)
{
	struct walk *w = arg;
	(void)value;
	memcpy(w->key, key.p, key.n);
	w->n = key.n;
	return false;
}

/* Delete key number `i`. */
static void
del_nth(struct ab_index *t, size_t i)
{
	struct walk w = { .t = t };
	CHECK(tree_scan_nth(t, i, copy_key, &w) == AB_STOPPED);
	CHECK(tree_del(t, (struct ab_key){ w.key, w.n }) == AB_OK);
}

/* Some at random, and some in a row, so that pages and nodes join. */
static void
thin(struct ab_index *t, uint64_t *rng)
{
	for (unsigned i = 0; i < 300; i++)
		del_nth(t, rng_below(rng, t->count));
	size_t at = rng_below(rng, t->count - 700);
	for (unsigned i = 0; i < 600; i++)
		del_nth(t, at);
}

/* Delete those between the first and the last of several keys: without memory for the next
 * one's text they stay as ghosts. */
static void
haunt(struct ab_index *t)
{
	uint8_t buf[TEXT];
	for (size_t i = 0; i < 200; i++) {
		make_key(buf, begun[(n_begun - 1 - i) % KEYS]);
		tree_del(t, (struct ab_key){ buf, 108 });
	}
	look(t);
}

/* Each count in turn is wrong by one: the check says so. */
static void
test_planted(struct ab_index *t, uint32_t ref)
{
	struct node *n = node_at(t, ref);
	for (unsigned i = 0; i < n->count; i++) {
		node_count(n, i, 1);
		CHECK(tree_check(t) != NULL);
		node_count(n, i, -(size_t)1);
	}
	CHECK(tree_check(t) == NULL);
	if (node_level(n))
		test_planted(t, node_children(n)[n->count / 2]);
}

static void
test_changes(void)
{
	uint64_t rng = 1;
	struct ab_index *t = pages.create(&meter.alloc);
	for (unsigned i = 0; i < KEYS; i++)
		put(t, (uint32_t)rng_next(&rng));
	look(t);
	for (unsigned round = 0; round < FEW || (round < ROUNDS && !ghosts); round++) {
		run(t, &rng);
		look(t);
		meter.fail_on = round % 2;
		meter.fail_at = round % 2 ? meter.calls + 1 : 0;
		haunt(t);
		thin(t, &rng);
		meter.fail_at = 0;
		look(t);
	}
	test_planted(t, t->root);
	while (t->count > 1)
		del_nth(t, rng_below(&rng, t->count));
	look(t);
	pages.destroy(t);
	CHECK_IS(meter.live, 0);
}

/* Built, and then changed. */
static void
test_built(void)
{
	static uint8_t bytes[KEYS][TEXT];
	static struct ab_entry sorted[KEYS];
	uint64_t rng = 2;
	struct ab_index *t = pages.create(&meter.alloc);
	for (uint32_t i = 0; i < KEYS; i++)
		sorted[i] = (struct ab_entry){ make_key(bytes[i], i << 16), i };
	CHECK(pages.build(t, sorted, KEYS) == AB_OK);
	look(t);
	run(t, &rng);
	thin(t, &rng);
	look(t);
	pages.destroy(t);
}

int
main(void)
{
	ab_meter_init(&meter);
	test_changes();
	test_built();
	CHECK(untold > 0);
	CHECK(ghosts > 0);
	printf("%zu looks with keys untold, %zu with ghosts\n", untold, ghosts);
	return check_finish();
}
