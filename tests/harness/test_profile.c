/* The profile against a small file counted by hand, against a slow trie that is
 * built byte by byte, and on keys nested 65,535 deep. */
#include <stdlib.h>
#include <string.h>

#include "kit/check.h"
#include "kit/lines.h"
#include "keys/profile.h"
#include "contract/rng.h"

/* ---- the oracle: an uncompressed trie ---- */

struct cell {
	struct cell *next[256];
	size_t keys; /* at or below */
	bool ends;   /* a key ends here */
};

static void
cell_add(struct cell *c, struct ab_key k)
{
	c->keys++;
	for (size_t i = 0; i < k.n; i++) {
		if (!c->next[k.p[i]])
			c->next[k.p[i]] = g_new0(struct cell, 1);
		c = c->next[k.p[i]];
		c->keys++;
	}
	c->ends = true;
}

static void
cell_free(struct cell *c)
{
	for (size_t i = 0; i < 256; i++)
		if (c->next[i])
			cell_free(c->next[i]);
	g_free(c);
}

struct oracle {
	struct profile p;
	size_t suffixes[64]; /* leaves by suffix length */
};

static size_t
class_by_name(const char *name(size_t), size_t classes, size_t value)
{
	for (size_t i = 0; i < classes; i++) {
		char *end;
		size_t lo = strtoul(name(i), &end, 10);
		size_t hi = *end == '-' ? strtoul(end + 1, NULL, 10)
			    : *end      ? SIZE_MAX
					: lo;
		if (value >= lo && value <= hi)
			return i;
	}
	abort();
}

/* Count the subtree at `c`, reached by a branch byte and then `run` cells with
 * nothing but one way on, below `above` inner nodes. */
static void
oracle_walk(struct oracle *o, const struct cell *c, size_t run, size_t above)
{
	size_t children = 0;
	const struct cell *only = NULL;

	for (size_t i = 0; i < 256; i++)
		if (c->next[i]) {
			children++;
			only = c->next[i];
		}
	if (children == 1 && !c->ends) {
		oracle_walk(o, only, run + 1, above);
		return;
	}
	if (children == 0) {
		o->p.suffix_bytes += run;
		o->suffixes[run]++;
		o->p.depth_sum += above;
		o->p.deepest = MAX(o->p.deepest, above);
		return;
	}
	o->p.inner++;
	o->p.children += children;
	o->p.prefix_bytes += run;
	o->p.fanout[class_by_name(profile_fanout_name, PROFILE_FANOUTS, children)]++;
	o->p.prefix[class_by_name(profile_prefix_name, PROFILE_PREFIXES, run)]++;
	if (c->ends) {
		o->p.prefix_keys++;
		o->suffixes[0]++;
		o->p.depth_sum += above + 1;
		o->p.deepest = MAX(o->p.deepest, above + 1);
	}
	for (size_t i = 0; i < 256; i++)
		if (c->next[i])
			oracle_walk(o, c->next[i], 0, above + 1);
}

static size_t
oracle_percentile(const struct oracle *o, size_t keys, size_t percent)
{
	size_t seen = 0, length = 0;

	while ((seen += o->suffixes[length]) * 100 < keys * percent)
		length++;
	return length;
}

static bool
same(const struct profile *a, const struct profile *b)
{
	return a->suffix_bytes == b->suffix_bytes && a->prefix_bytes == b->prefix_bytes &&
	       a->children == b->children && a->inner == b->inner &&
	       a->depth_sum == b->depth_sum && a->deepest == b->deepest &&
	       a->prefix_keys == b->prefix_keys && a->suffix_50 == b->suffix_50 &&
	       a->suffix_90 == b->suffix_90 && a->suffix_99 == b->suffix_99 &&
	       memcmp(a->fanout, b->fanout, sizeof(a->fanout)) == 0 &&
	       memcmp(a->prefix, b->prefix, sizeof(a->prefix)) == 0;
}

static bool
agrees(const struct dataset *d)
{
	struct oracle o = { 0 };
	struct cell *root = g_new0(struct cell, 1);
	struct profile p;

	for (size_t i = 0; i < d->n; i++)
		cell_add(root, d->keys[i]);
	oracle_walk(&o, root, 0, 0);
	o.p.suffix_50 = oracle_percentile(&o, d->n, 50);
	o.p.suffix_90 = oracle_percentile(&o, d->n, 90);
	o.p.suffix_99 = oracle_percentile(&o, d->n, 99);
	cell_free(root);
	return profile_compute(d, &p) && same(&p, &o.p) && p.keys == d->n &&
	       p.key_bytes - p.lcp_bytes == profile_trie_bytes(&p);
}

/* ---- tests ---- */

/* The keys a, ab, abc, axy, axy11, axy2z (a star is an inner node, with its prefix
 * in brackets; a key that ends at it is named):
 *
 *     *[a] a ---b--- *[] ab ---c--- abc
 *            |
 *            x------ *[y] axy --1-- axy11   suffix "1"
 *                              |
 *                              2--- axy2z   suffix "z"
 */
static void
test_by_hand(void)
{
	g_autoptr(GString) lines = g_string_new("a\nab\nabc\naxy\naxy11\naxy2z\n");
	struct dataset *d = dataset_of_lines(lines);
	struct profile p;

	if (!CHECK(d != NULL && profile_compute(d, &p)))
		return;
	CHECK(p.keys == 6 && p.key_bytes == 19 && p.longest == 5);
	CHECK(p.lcp_bytes == 0 + 1 + 2 + 1 + 3 + 3);
	CHECK(p.inner == 3 && p.children == 2 + 1 + 2);
	CHECK(p.prefix_bytes == 1 + 0 + 1 && p.suffix_bytes == 0 + 1 + 1);
	CHECK(p.prefix_keys == 3);
	CHECK(p.depth_sum == 1 + 2 + 2 + 2 + 2 + 2 && p.deepest == 2);
	CHECK(p.fanout[0] == 1 && p.fanout[1] == 2 && p.prefix[0] == 1 &&
		p.prefix[1] == 2);
	CHECK(p.suffix_50 == 0 && p.suffix_90 == 1 && p.suffix_99 == 1);
	CHECK(profile_trie_bytes(&p) == 9);
	CHECK(agrees(d));
	dataset_close(d);
}

static void
test_one_key(void)
{
	g_autoptr(GString) lines = g_string_new("lonely");
	struct dataset *d = dataset_of_lines(lines);
	struct profile p;

	if (!CHECK(d != NULL && profile_compute(d, &p)))
		return;
	CHECK(p.inner == 0 && p.children == 0 && p.suffix_bytes == 6 && p.depth_sum == 0);
	CHECK(p.suffix_50 == 6 && p.lcp_bytes == 0 && p.deepest == 0);
	dataset_close(d);
}

/* 99 leaves with suffixes of 0 to 98 bytes: each percentile is the length that so
 * many leaves, rounded up, do not exceed. */
static void
test_percentiles(void)
{
	enum { LEAVES = 99 };
	g_autoptr(GString) lines = g_string_new(NULL);
	g_autofree char *run = g_strnfill(LEAVES, 'x');
	struct profile p;

	for (int i = 0; i < LEAVES; i++)
		g_string_append_printf(lines, "%c%.*s\n", 100 + i, i, run);
	struct dataset *d = dataset_of_lines(lines);
	if (!CHECK(d != NULL && d->n == LEAVES && profile_compute(d, &p)))
		return;
	CHECK(p.inner == 1 && p.children == LEAVES && p.fanout[PROFILE_FANOUTS - 1] == 1);
	CHECK(p.suffix_50 == 49 && p.suffix_90 == 89 && p.suffix_99 == 98);
	dataset_close(d);
}

static void
test_random(void)
{
	uint64_t rng = 1;

	for (size_t round = 0; round < 120; round++) {
		g_autoptr(GString) lines = g_string_new(NULL);
		size_t n = 1 + rng_below(&rng, 400), letters = 1 + rng_below(&rng, 60);
		size_t longest = 1 + rng_below(&rng, 40);
		for (size_t i = 0; i < n; i++) {
			for (size_t j = rng_below(&rng, longest) + 1; j > 0; j--)
				g_string_append_c(
					lines, (char)(rng_below(&rng, letters) * 4 + 11));
			g_string_append_c(lines, '\n');
		}
		struct dataset *d = dataset_of_lines(lines);
		CHECK(d != NULL && agrees(d));
		dataset_close(d);
	}
}

/* "x", "xx", ... each a prefix of the next: as many open nodes as bytes. */
static void
test_nested(void)
{
	enum { DEEPEST = DATASET_MAX_KEY, STEP = 85 };
	g_autoptr(GString) lines = g_string_new(NULL);
	g_autofree char *run = g_strnfill(DEEPEST, 'x');
	struct profile p;
	size_t n = 0;

	for (size_t length = STEP; length <= DEEPEST; length += STEP, n++)
		g_string_append_printf(lines, "%.*s\n", (int)length, run);
	struct dataset *d = dataset_of_lines(lines);
	if (!CHECK(d != NULL && d->n == n && d->longest == DEEPEST &&
		    profile_compute(d, &p)))
		return;
	CHECK(p.inner == n - 1 && p.prefix_keys == n - 1 && p.deepest == n - 1);
	CHECK(p.fanout[0] == n - 1 && profile_trie_bytes(&p) == DEEPEST);
	CHECK(p.depth_sum == n * (n - 1) / 2 + (n - 1));
	dataset_close(d);
}

/* Every statistic is a name, a tab and a number; none comes twice. */
static void
test_tsv(void)
{
	g_autoptr(GString) lines = g_string_new("a\nb\n");
	g_autoptr(GHashTable)
		seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct dataset *d = dataset_of_lines(lines);
	struct profile p;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!CHECK(d != NULL && out != NULL && profile_compute(d, &p)))
		return;
	profile_print_tsv(&p, out);
	fclose(out);
	g_auto(GStrv) rows = g_strsplit(g_strchomp(text), "\n", 0);
	for (size_t i = 0; rows[i]; i++) {
		g_auto(GStrv) cell = g_strsplit(rows[i], "\t", 0);
		char *end = NULL;
		CHECK(g_strv_length(cell) == 2 && *cell[1]);
		g_ascii_strtod(cell[1], &end);
		CHECK(*end == '\0');
		CHECK(g_hash_table_add(seen, g_strdup(cell[0])));
	}
	CHECK(g_hash_table_contains(seen, "keys") &&
		g_hash_table_contains(seen, "lcp_per_key"));
	free(text);
	dataset_close(d);
}

int
main(void)
{
	test_by_hand();
	test_one_key();
	test_percentiles();
	test_random();
	test_nested();
	test_tsv();
	return check_finish();
}
