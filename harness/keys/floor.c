#include "floor.h"

#include <math.h>
#include <string.h>

/* ---- counts ---- */

/* A byte; as a symbol, the end of a key, and as a context, what is before its first byte. */
enum { OUTSIDE = 256, SYMBOLS = 257 };

/* How often each symbol came in each context: SYMBOLS cells a context, and whether any
 * of them is above 0, so that the others' pages are not touched. */
struct counts {
	size_t contexts;
	uint64_t *cell;
	bool *used;
};

static bool
counts_init(struct counts *c, unsigned order)
{
	c->contexts = order == 0 ? 1 : order == 1 ? SYMBOLS : SYMBOLS * SYMBOLS;
	c->cell = g_try_new0(uint64_t, c->contexts * SYMBOLS);
	c->used = g_try_new0(bool, c->contexts);
	return c->cell && c->used;
}

static void
counts_clear(struct counts *c)
{
	g_free(c->cell);
	g_free(c->used);
}

/* Of one order less. */
static bool
counts_fold(const struct counts *from, unsigned order, struct counts *to)
{
	if (!counts_init(to, order))
		return false;
	for (size_t c = 0; c < from->contexts; c++) {
		size_t into = c % to->contexts; /* the nearest byte is the lowest digit */
		if (!from->used[c])
			continue;
		to->used[into] = true;
		for (size_t s = 0; s < SYMBOLS; s++)
			to->cell[into * SYMBOLS + s] += from->cell[c * SYMBOLS + s];
	}
	return true;
}

/* ---- entropies, in bits ---- */

static double
n_log_n(uint64_t n)
{
	return n < 2 ? 0 : (double)n * log2((double)n);
}

static double
entropy(const uint64_t *count, size_t n)
{
	uint64_t all = 0;
	double bits = 0;

	for (size_t i = 0; i < n; i++) {
		all += count[i];
		bits -= n_log_n(count[i]);
	}
	return MAX(bits + n_log_n(all), 0);
}

/* `symbols`: all, or all but the end. */
static double
entropy_in_contexts(const struct counts *c, size_t symbols)
{
	double bits = 0;

	for (size_t i = 0; i < c->contexts; i++)
		if (c->used[i])
			bits += entropy(c->cell + i * SYMBOLS, symbols);
	return bits;
}

/* ---- the pass ---- */

size_t
floor_lcp(struct ab_key a, struct ab_key b)
{
	size_t n = MIN(a.n, b.n), i = 0;
	uint64_t x, y;

	for (; i + sizeof(x) <= n; i += sizeof(x)) {
		memcpy(&x, a.p + i, sizeof(x));
		memcpy(&y, b.p + i, sizeof(y));
		if (x != y)
			break;
	}
	while (i < n && a.p[i] == b.p[i])
		i++;
	return i;
}

static void
count_key(struct counts *c, unsigned order, struct ab_key k, size_t lcp)
{
	size_t near = lcp > 0 ? k.p[lcp - 1] : OUTSIDE;
	size_t far = lcp > 1 ? k.p[lcp - 2] : OUTSIDE;

	for (size_t i = lcp; i <= k.n; i++) {
		size_t s = i < k.n ? k.p[i] : OUTSIDE;
		size_t context = order == 0   ? 0
				 : order == 1 ? near
					      : far * SYMBOLS + near;
		c->used[context] = true;
		c->cell[context * SYMBOLS + s]++;
		far = near;
		near = s;
	}
}

static const size_t lcp_most[FLOOR_LCPS] = { 0, 1, 2, 4, 8, 16, 32, 64, SIZE_MAX };

static size_t
percentile(const uint64_t *count, size_t n, unsigned percent)
{
	uint64_t seen = 0, wanted = ((uint64_t)n * percent + 99) / 100;
	size_t value = 0;

	while (n && (seen += count[value]) < wanted)
		value++;
	return n ? value : 0;
}

/* What the lcps and the lengths alone say; the bits of the lengths. */
static double
sum_up_lengths(const struct dataset *d, const uint64_t *lcps, const uint64_t *lengths,
	struct floors *out)
{
	out->lcps = entropy(lcps, d->longest + 1) / 8;
	out->lcp_50 = percentile(lcps, d->n - 1, 50);
	out->lcp_90 = percentile(lcps, d->n - 1, 90);
	out->lcp_99 = percentile(lcps, d->n - 1, 99);
	for (size_t class = 0, i = 0; i <= d->longest; i++) {
		class += i > lcp_most[class];
		out->lcp[class] += lcps[i];
	}
	return entropy(lengths, d->longest + 1);
}

/* Each order out of the one above it. */
static bool
sum_up_bytes(struct counts *c, unsigned order, double lengths, struct floors *out)
{
	for (;; order--) {
		struct counts less = { 0 };
		double apart = entropy_in_contexts(c, OUTSIDE) + lengths;
		double within = entropy_in_contexts(c, SYMBOLS);
		out->front[order] = out->lcps + MIN(apart, within) / 8;
		if (order == 0)
			return true;
		bool ok = counts_fold(c, order - 1, &less);
		counts_clear(c);
		*c = less;
		if (!ok)
			return false;
	}
}

bool
floor_compute(const struct dataset *d, unsigned order, struct floors *out)
{
	g_autofree uint64_t *lcps = g_try_new0(uint64_t, d->longest + 1);
	g_autofree uint64_t *lengths = g_try_new0(uint64_t, d->longest + 1);
	struct counts counts = { 0 };

	*out = (struct floors){ .keys = d->n, .front = { NAN, NAN, NAN } };
	bool ok = lcps && lengths && counts_init(&counts, order);
	for (size_t i = 0; ok && i < d->n; i++) {
		size_t lcp = i ? floor_lcp(d->keys[i - 1], d->keys[i]) : 0;
		lcps[lcp] += i > 0;
		lengths[d->keys[i].n]++;
		count_key(&counts, order, d->keys[i], lcp);
	}
	ok = ok &&
	     sum_up_bytes(&counts, order, sum_up_lengths(d, lcps, lengths, out), out);
	counts_clear(&counts);
	return ok;
}

double
floor_of(const struct dataset *d)
{
	struct floors f;

	return floor_compute(d, 1, &f) ? f.front[1] / (double)f.keys : NAN;
}

/* ---- printing ---- */

const char *
floor_lcp_name(size_t class)
{
	static const char *const name[FLOOR_LCPS] = { "0", "1", "2", "3-4", "5-8", "9-16",
		"17-32", "33-64", "65+" };
	return name[class];
}

void
floor_print_text(const struct floors *f, uint64_t trie_bytes, FILE *out)
{
	double n = (double)f->keys;
	double others = f->keys > 1 ? n - 1 : 1;

	fprintf(out,
		"\nfloors, bytes a key, of the keys alone (values take their own)\n");
	fprintf(out, "  distinct trie bytes      %8.3f\n", (double)trie_bytes / n);
	for (unsigned i = 0; i < FLOOR_ORDERS; i++)
		fprintf(out, "  front-coded, order %u     %8.3f%s\n", i, f->front[i] / n,
			i == 1 ? "  (the tables' floor)" : "");
	fprintf(out, "  of that the lcps         %8.3f\n", f->lcps / n);
	fprintf(out,
		"\n     lcp  %% of keys but the first; median %zu, 90 %% %zu, "
		"99 %% %zu bytes\n",
		f->lcp_50, f->lcp_90, f->lcp_99);
	for (size_t i = 0; i < FLOOR_LCPS; i++)
		fprintf(out, "%8s  %6.2f\n", floor_lcp_name(i),
			100 * (double)f->lcp[i] / others);
}

void
floor_print_tsv(const struct floors *f, FILE *out)
{
	double n = (double)f->keys;

	for (unsigned i = 0; i < FLOOR_ORDERS; i++)
		fprintf(out, "floor_front_%u_per_key\t%.6f\n", i, f->front[i] / n);
	fprintf(out, "floor_lcps_per_key\t%.6f\n", f->lcps / n);
	fprintf(out, "lcp_50\t%zu\nlcp_90\t%zu\nlcp_99\t%zu\n", f->lcp_50, f->lcp_90,
		f->lcp_99);
	for (size_t i = 0; i < FLOOR_LCPS; i++)
		fprintf(out, "keys_with_lcp_%s\t%" G_GUINT64_FORMAT "\n",
			floor_lcp_name(i), f->lcp[i]);
}
