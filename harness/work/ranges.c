/* ranges.c: see ranges.h. */
#include <stdlib.h>
#include "contract/checksum.h"
#include "ground/memory.h"
#include "ranges.h"

size_t
ranges_asked(size_t keys)
{
	return MIN(keys, RANGES_MOST);
}

size_t
prefixes_asked(size_t keys)
{
	return MIN(keys, PREFIXES_MOST);
}

/* ---- what any run of rows gives ---- */

struct sums {
	uint64_t *upto;   /* n + 1: of the rows before this one */
	uint64_t *powers; /* `most` + 1: of CHECKSUM_BASE */
	size_t n, most;   /* rows; rows in one run */
};

static void
sums_free(struct sums *x)
{
	pages_free(x->upto, (x->n + 1) * sizeof *x->upto);
	pages_free(x->powers, (x->most + 1) * sizeof *x->powers);
}

static bool
sums_make(struct sums *x, const struct dataset *d, const struct setup *s, size_t most)
{
	*x = (struct sums){ .n = d->n, .most = most };
	x->upto = pages_new((d->n + 1) * sizeof *x->upto);
	x->powers = pages_new((most + 1) * sizeof *x->powers);
	if (!x->upto || !x->powers) {
		sums_free(x);
		return false;
	}
	for (size_t row = 0; row < d->n; row++)
		x->upto[row + 1] = checksum_add(
			x->upto[row], d->keys[row], setup_value(s, row));
	x->powers[0] = 1;
	for (size_t i = 0; i < most; i++)
		x->powers[i + 1] = x->powers[i] * CHECKSUM_BASE;
	return true;
}

/* Of the rows lo to hi, but no more than `most` of them. */
static uint64_t
sums_of(const struct sums *x, size_t lo, size_t hi)
{
	size_t n = MIN(hi - lo, x->most);
	return checksum_last(x->upto[lo + n], x->upto[lo], x->powers[n]);
}

/* ---- ranges ---- */

bool
ranges_make(struct stream *q, const struct dataset *d, const struct setup *s,
	enum setup_purpose purpose)
{
	size_t n = ranges_asked(d->n);
	uint32_t *rows = order_new(d->n, s, purpose, false);
	struct sums sums;
	if (!sums_make(&sums, d, s, RANGE_ENTRIES)) {
		pages_free(rows, d->n * sizeof *rows);
		return false;
	}
	bool made = rows && stream_present(q, d, rows, n, s);
	for (size_t i = 0; made && i < n; i++)
		((uint64_t *)q->expected)[i] = sums_of(&sums, rows[i], d->n);
	sums_free(&sums);
	pages_free(rows, d->n * sizeof *rows);
	return made;
}

/* ---- prefixes ---- */

/* Bytes through the nth '/'; all if there are fewer. */
static size_t
through(struct ab_key k, unsigned nth)
{
	for (size_t i = 0; i < k.n; i++)
		if (k.p[i] == '/' && --nth == 0)
			return i + 1;
	return k.n;
}

size_t
prefix_host(struct ab_key k)
{
	if (!k.n || !memchr(k.p, '/', k.n))
		return k.n / 2;
	return through(k, memmem(k.p, k.n, "://", 3) ? 3 : 1);
}

size_t
prefix_dir(struct ab_key k)
{
	const uint8_t *last = k.n ? memrchr(k.p, '/', k.n - 1) : NULL;
	return last ? (size_t)(last - k.p) + 1 : k.n - k.n / 4;
}

/* A prefix: the first `bytes` of the key of `row`, the first row that has it. */
struct prefix {
	uint32_t row, bytes;
	uint32_t rows; /* that begin with it; PREFIX_ENTRIES at most */
};

static struct ab_key
prefix_key(const struct dataset *d, const struct prefix *p)
{
	return (struct ab_key){ d->keys[p->row].p, p->bytes };
}

static int
by_row(const void *a, const void *b)
{
	const struct prefix *x = a, *y = b;
	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return (x->bytes > y->bytes) - (x->bytes < y->bytes);
}

/* Of each key, but for those that have the prefix of the key before. */
static size_t
list_prefixes(
	const struct dataset *d, size_t (*prefix_of)(struct ab_key k), struct prefix *all)
{
	size_t n = 0;
	struct ab_key before = { NULL, SIZE_MAX };
	for (size_t row = 0; row < d->n; row++) {
		struct ab_key p = { d->keys[row].p, prefix_of(d->keys[row]) };
		if (p.n == before.n && ab_key_cmp(p, before) == 0)
			continue;
		before = p;
		all[n++] = (struct prefix){ (uint32_t)dataset_lower_bound(d, p),
			(uint32_t)p.n, 0 };
	}
	return n;
}

/* The different ones, into `all`, which has room for d->n. The keys of a host stand
 * together, but those of another may stand among them ("a:/x" and "a://b/x"). */
static size_t
find_prefixes(
	const struct dataset *d, size_t (*prefix_of)(struct ab_key k), struct prefix *all)
{
	size_t n = list_prefixes(d, prefix_of, all), different = 0;
	qsort(all, n, sizeof *all, by_row);
	for (size_t i = 0; i < n; i++) {
		struct prefix *p = &all[different];
		if (different && by_row(&all[i], p - 1) == 0)
			continue;
		*p = all[i];
		while (p->rows < PREFIX_ENTRIES && p->row + p->rows < d->n &&
			ab_key_starts_with(d->keys[p->row + p->rows], prefix_key(d, p)))
			p->rows++;
		different++;
	}
	return different;
}

static bool
draw_prefixes(struct stream *q, const struct dataset *d, uint64_t rng,
	const struct sums *sums, const struct prefix *all, size_t different)
{
	size_t n = prefixes_asked(d->n), bytes = 0;
	uint64_t again = rng;
	for (size_t i = 0; i < n; i++)
		bytes += all[rng_below(&rng, different)].bytes;
	if (!stream_new(q, n, bytes))
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct prefix *p = &all[rng_below(&again, different)];
		stream_set(
			q, i, prefix_key(d, p), sums_of(sums, p->row, p->row + p->rows));
	}
	return true;
}

bool
prefixes_make(struct stream *q, const struct dataset *d, const struct setup *s,
	enum setup_purpose purpose)
{
	struct prefix *all = pages_new(d->n * sizeof *all);
	struct sums sums;
	bool made = all && sums_make(&sums, d, s, PREFIX_ENTRIES);
	if (made) {
		size_t different = find_prefixes(
			d, purpose == FOR_PREFIX_HOST ? prefix_host : prefix_dir, all);
		made = draw_prefixes(q, d, setup_rng(s, purpose), &sums, all, different);
		sums_free(&sums);
	}
	pages_free(all, d->n * sizeof *all);
	return made;
}
