#include "floor.h"

#include <math.h>
#include <string.h>

/* ---- counts ---- */

/* A byte; as a symbol, the end of a key, and as a context, what is before its first byte. */
enum { OUTSIDE = 256, SYMBOLS = 257 };

/* How often each symbol came in each context of two: a row of SYMBOLS counts for each
 * context that occurred, at far * SYMBOLS + near. A count stops at UINT32_MAX. */
struct counts {
	uint32_t **row;
};

static bool
counts_init(struct counts *c)
{
	c->row = g_try_new0(uint32_t *, SYMBOLS * SYMBOLS);
	return c->row;
}

static void
counts_clear(struct counts *c)
{
	for (size_t i = 0; c->row && i < SYMBOLS * SYMBOLS; i++)
		g_free(c->row[i]);
	g_free(c->row);
}

static bool
counts_add(struct counts *c, size_t context, size_t symbol)
{
	uint32_t *row = c->row[context];

	if (!row)
		row = c->row[context] = g_try_new0(uint32_t, SYMBOLS);
	if (row)
		row[symbol] += row[symbol] < UINT32_MAX;
	return row;
}

/* ---- entropies, in bits ---- */

struct bits {
	double entropy, counts;
};

static struct bits
sum(struct bits a, struct bits b)
{
	return (struct bits){ a.entropy + b.entropy, a.counts + b.counts };
}

static double
n_log_n(uint64_t n)
{
	return n < 2 ? 0 : (double)n * log2((double)n);
}

static struct bits
bits_of(const uint64_t *count, size_t n)
{
	uint64_t all = 0, different = 0;
	double entropy = 0;

	for (size_t i = 0; i < n; i++) {
		all += count[i];
		different += count[i] > 0;
		entropy -= n_log_n(count[i]);
	}
	if (different < 2)
		return (struct bits){ 0 };
	return (struct bits){ entropy + n_log_n(all),
		(double)(different - 1) / 2 * log2((double)all) };
}

/* Of the bytes of one order, with the ends apart from them and among them. */
struct order {
	struct bits apart, within;
};

static void
add_context(struct order *o, const uint64_t *count)
{
	o->apart = sum(o->apart, bits_of(count, OUTSIDE));
	o->within = sum(o->within, bits_of(count, SYMBOLS));
}

/* Each order out of the one above it. `near` has room for SYMBOLS contexts. */
static void
sum_up_orders(const struct counts *c, uint64_t *near, struct order *of)
{
	uint64_t all[SYMBOLS] = { 0 };

	for (size_t i = 0; i < SYMBOLS * SYMBOLS; i++) {
		uint64_t wide[SYMBOLS];
		for (size_t s = 0; c->row[i] && s < SYMBOLS; s++) {
			wide[s] = c->row[i][s];
			near[i % SYMBOLS * SYMBOLS + s] += wide[s];
		}
		if (c->row[i])
			add_context(&of[2], wide);
	}
	for (size_t i = 0; i < SYMBOLS; i++) {
		add_context(&of[1], near + i * SYMBOLS);
		for (size_t s = 0; s < SYMBOLS; s++)
			all[s] += near[i * SYMBOLS + s];
	}
	add_context(&of[0], all);
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

static bool
count_key(struct counts *c, struct ab_key k, size_t lcp)
{
	size_t near = lcp > 0 ? k.p[lcp - 1] : OUTSIDE;
	size_t far = lcp > 1 ? k.p[lcp - 2] : OUTSIDE;

	for (size_t i = lcp; i <= k.n; i++) {
		size_t s = i < k.n ? k.p[i] : OUTSIDE;
		if (!counts_add(c, far * SYMBOLS + near, s))
			return false;
		far = near;
		near = s;
	}
	return true;
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

static void
sum_up_lcps(const struct dataset *d, const uint64_t *lcps, struct floors *out)
{
	out->lcp_50 = percentile(lcps, d->n - 1, 50);
	out->lcp_90 = percentile(lcps, d->n - 1, 90);
	out->lcp_99 = percentile(lcps, d->n - 1, 99);
	for (size_t class = 0, i = 0; i <= d->longest; i++) {
		class += i > lcp_most[class];
		out->lcp[class] += lcps[i];
	}
}

/* `lcps` and `lengths` are the same for all orders. */
static bool
sum_up_bytes(
	const struct counts *c, struct bits lcps, struct bits lengths, struct floors *out)
{
	struct order of[FLOOR_ORDERS] = { 0 };
	g_autofree uint64_t *near = g_try_new0(uint64_t, SYMBOLS * SYMBOLS);

	if (!near)
		return false;
	sum_up_orders(c, near, of);
	out->lcps = lcps.entropy / 8;
	for (size_t i = 0; i < FLOOR_ORDERS; i++) {
		struct bits apart = sum(of[i].apart, lengths), within = of[i].within;
		double apart_paid = apart.entropy + apart.counts;
		double within_paid = within.entropy + within.counts;
		double bits = lcps.entropy + MIN(apart.entropy, within.entropy);
		double paid = lcps.entropy + lcps.counts + MIN(apart_paid, within_paid);
		out->front[i] = bits / 8;
		out->paid[i] = paid / 8;
	}
	return true;
}

bool
floor_compute(const struct dataset *d, struct floors *out)
{
	g_autofree uint64_t *lcps = g_try_new0(uint64_t, d->longest + 1);
	g_autofree uint64_t *lengths = g_try_new0(uint64_t, d->longest + 1);
	struct counts counts = { 0 };

	*out = (struct floors){ .keys = d->n };
	bool ok = lcps && lengths && counts_init(&counts);
	for (size_t i = 0; ok && i < d->n; i++) {
		size_t lcp = i ? floor_lcp(d->keys[i - 1], d->keys[i]) : 0;
		lcps[lcp] += i > 0;
		lengths[d->keys[i].n]++;
		ok = count_key(&counts, d->keys[i], lcp);
	}
	if (ok)
		sum_up_lcps(d, lcps, out);
	ok = ok && sum_up_bytes(&counts, bits_of(lcps, d->longest + 1),
			   bits_of(lengths, d->longest + 1), out);
	counts_clear(&counts);
	return ok;
}

unsigned
floor_order(const struct floors *f)
{
	unsigned least = 0;

	for (unsigned i = 1; i < FLOOR_ORDERS; i++)
		if (f->paid[i] < f->paid[least])
			least = i;
	return least;
}

double
floor_of(const struct dataset *d)
{
	struct floors f;

	return floor_compute(d, &f) ? f.paid[floor_order(&f)] / (double)f.keys : NAN;
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
		fprintf(out,
			"  front-coded, order %u     %8.3f  with its counts %8.3f%s\n", i,
			f->front[i] / n, f->paid[i] / n,
			i == floor_order(f) ? "  (the floor)" : "");
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
	for (unsigned i = 0; i < FLOOR_ORDERS; i++)
		fprintf(out, "floor_paid_%u_per_key\t%.6f\n", i, f->paid[i] / n);
	fprintf(out, "floor_per_key\t%.6f\n", f->paid[floor_order(f)] / n);
	fprintf(out, "floor_lcps_per_key\t%.6f\n", f->lcps / n);
	fprintf(out, "lcp_50\t%zu\nlcp_90\t%zu\nlcp_99\t%zu\n", f->lcp_50, f->lcp_90,
		f->lcp_99);
	for (size_t i = 0; i < FLOOR_LCPS; i++)
		fprintf(out, "keys_with_lcp_%s\t%" G_GUINT64_FORMAT "\n",
			floor_lcp_name(i), f->lcp[i]);
}
