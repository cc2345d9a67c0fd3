/* The floors against small sets counted by hand, and against counts kept in a hash table
 * under each context's own name. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kit/check.h"
#include "kit/lines.h"
#include "keys/floor.h"
#include "contract/rng.h"

static bool
near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

/* Does a set of these lines have these floors, in bits: of order 0, 1 and 2, and the least
 * with its counts, which is of that order? */
static bool
has_bits(const char *lines, double order0, double order1, double order2, unsigned order,
	double least)
{
	g_autoptr(GString) text = g_string_new(lines);
	struct dataset *d = dataset_of_lines(text);
	struct floors f;
	bool ok = d && floor_compute(d, &f) && near(f.front[0], order0 / 8) &&
		  near(f.front[1], order1 / 8) && near(f.front[2], order2 / 8) &&
		  floor_order(&f) == order && near(f.paid[order], least / 8) &&
		  near(floor_of(d), least / 8 / (double)d->n);
	if (d && !ok)
		printf("bits %.4f %.4f %.4f, with counts %.4f %.4f %.4f\n",
			f.front[0] * 8, f.front[1] * 8, f.front[2] * 8, f.paid[0] * 8,
			f.paid[1] * 8, f.paid[2] * 8);
	dataset_close(d);
	return ok;
}

static void
test_by_hand(void)
{
	/* One key: a comes after nothing, its length is known. */
	CHECK(has_bits("a\n", 0, 0, 0, 0, 0));
	/* Two bytes, once each: 2 bits without a context, and half of log2 2 for that there
	 * are two of them; none where each has its own. */
	CHECK(has_bits("ab\n", 2, 0, 0, 1, 0));
	/* As in floor.h. Order 0: 5 bytes once each, lengths of 3 and 4: 5 log2 5 + 2,
	 * less than with 2 ends among the bytes, 7 log2 7 - 2. Orders 1 and 2: c or d behind
	 * b, 2 bits, and an end behind c and e, none; lengths would be 2 more. One count for
	 * c and d. */
	CHECK(has_bits("abc\nabde\n", 5 * log2(5) + 2, 2, 2, 1, 2.5));
	/* lcps 1 0 1: 3 log2 3 - 2; a or b, in each context as often: 6 bits, all of one
	 * length. One count of lcps, and one of a and b where all are in one context. */
	double lcps = 3 * log2(3) - 2;
	CHECK(has_bits("aa\nab\nba\nbb\n", lcps + 6, lcps + 6, lcps + 6, 0,
		lcps + 6 + log2(3) / 2 + log2(6) / 2));
	/* lcps 3 3: nothing. x x x behind nothing and x, then a b c behind x: order 1 has
	 * x 2, a b c 1 behind x: 5 log2 5 - 2. Order 2 has x behind (nothing, x), and x a b c
	 * behind (x, x): 4 log2 4. Three counts in either. */
	CHECK(has_bits("xxxa\nxxxb\nxxxc\n", 6 * log2(6) - 3 * log2(3), 5 * log2(5) - 2,
		8, 2, 8 + 1.5 * log2(4)));
}

/* Every pair of four letters but one: which letter is the first says a little of the second,
 * and not what counting the pairs takes. */
static void
test_counts(void)
{
	g_autoptr(GString) lines = g_string_new(NULL);
	struct floors f;

	for (int i = 0; i < 15; i++)
		g_string_append_printf(lines, "%c%c\n", 'a' + i / 4, 'a' + i % 4);
	struct dataset *d = dataset_of_lines(lines);
	if (!CHECK(d != NULL && floor_compute(d, &f)))
		return;
	CHECK(f.front[1] < f.front[0] && f.paid[1] > f.paid[0] && floor_order(&f) == 0);
	CHECK(near(floor_of(d), f.paid[0] / 15));
	dataset_close(d);
}

/* ---- the oracle ---- */

/* Counts by "context:" and by "context:symbol". */
static void
note_one(GHashTable *t, char *name)
{
	size_t n = GPOINTER_TO_SIZE(g_hash_table_lookup(t, name));
	g_hash_table_insert(t, name, GSIZE_TO_POINTER(n + 1));
}

static void
note(GHashTable *t, const char *context, int symbol)
{
	note_one(t, g_strdup_printf("%s:", context));
	note_one(t, g_strdup_printf("%s:%d", context, symbol));
}

static double
bits_of(GHashTable *t)
{
	GHashTableIter each;
	gpointer key, value;
	double bits = 0;

	g_hash_table_iter_init(&each, t);
	while (g_hash_table_iter_next(&each, &key, &value)) {
		double n = (double)GPOINTER_TO_SIZE(value);
		bits += (g_str_has_suffix(key, ":") ? 1 : -1) * n * log2(n);
	}
	g_hash_table_unref(t);
	return bits;
}

static GHashTable *
table(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static double
oracle_bits(const struct dataset *d, size_t order)
{
	GHashTable *apart = table(), *within = table(), *lcps = table(),
		   *lengths = table();

	for (size_t i = 0; i < d->n; i++) {
		struct ab_key k = d->keys[i];
		size_t lcp = 0;
		while (i && lcp < k.n && lcp < d->keys[i - 1].n &&
			k.p[lcp] == d->keys[i - 1].p[lcp])
			lcp++;
		if (i)
			note(lcps, "", (int)lcp);
		note(lengths, "", (int)k.n);
		for (size_t j = lcp; j <= k.n; j++) {
			g_autoptr(GString) context = g_string_new(NULL);
			for (size_t back = 1; back <= order; back++)
				g_string_append_printf(
					context, "%d,", j >= back ? k.p[j - back] : -1);
			note(within, context->str, j < k.n ? k.p[j] : -1);
			if (j < k.n)
				note(apart, context->str, k.p[j]);
		}
	}
	double ends_apart = bits_of(apart) + bits_of(lengths);
	return bits_of(lcps) + fmin(ends_apart, bits_of(within));
}

static void
test_random(void)
{
	uint64_t rng = 7;

	for (size_t round = 0; round < 40; round++) {
		g_autoptr(GString) lines = g_string_new(NULL);
		size_t n = 1 + rng_below(&rng, 300), letters = 1 + rng_below(&rng, 60);
		size_t longest = 1 + rng_below(&rng, 20);
		bool alike = rng_below(&rng, 2);
		struct floors f;
		for (size_t i = 0; i < n; i++) {
			size_t length = alike ? longest : 1 + rng_below(&rng, longest);
			for (size_t j = 0; j < length; j++)
				g_string_append_c(
					lines, (char)(rng_below(&rng, letters) * 4 + 11));
			g_string_append_c(lines, '\n');
		}
		struct dataset *d = dataset_of_lines(lines);
		if (!CHECK(d != NULL && floor_compute(d, &f)))
			continue;
		for (size_t order = 0; order < FLOOR_ORDERS; order++)
			CHECK(fabs(f.front[order] * 8 - oracle_bits(d, order)) < 1e-6);
		dataset_close(d);
	}
}

/* ---- lcps ---- */

static void
test_lcp(void)
{
	uint8_t a[100], b[100];

	memset(a, 'x', sizeof(a));
	for (size_t at = 0; at < sizeof(b); at++) {
		memset(b, 'x', sizeof(b));
		b[at] = 'y';
		struct ab_key x = { a, sizeof(a) }, y = { b, sizeof(b) };
		struct ab_key shorter = { a, at };
		CHECK(floor_lcp(x, y) == at && floor_lcp(x, shorter) == at);
	}
}

/* lcps 0, 1, 2, 3, ..., 99 of 100 keys but the first. */
static void
test_distribution(void)
{
	g_autoptr(GString) lines = g_string_new("A\n");
	static const uint64_t want[FLOOR_LCPS] = { 1, 1, 1, 2, 4, 8, 16, 32, 35 };
	struct floors f;

	for (int i = 0; i < 100; i++)
		g_string_append_printf(lines, "%.*s\n", i + 1,
			"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
			"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
	struct dataset *d = dataset_of_lines(lines);
	if (!CHECK(d != NULL && d->n == 101 && floor_compute(d, &f)))
		return;
	CHECK(memcmp(f.lcp, want, sizeof(want)) == 0);
	CHECK(f.lcp_50 == 49 && f.lcp_90 == 89 && f.lcp_99 == 98);
	dataset_close(d);
}

int
main(void)
{
	test_by_hand();
	test_counts();
	test_random();
	test_lcp();
	test_distribution();
	return check_finish();
}
