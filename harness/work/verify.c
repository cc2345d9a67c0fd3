/* verify.c: see verify.h. */
#include <string.h>
#include "verify.h"

static bool
wrong(GError **error, const char *operation, struct ab_key k, const char *what)
{
	g_autofree char *key = key_text(k);
	g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG, "%s of %s: %s", operation, key,
		what);
	return false;
}

static bool
check_hit(const struct fixture *f, struct ab_key k, uint64_t expected, GError **error)
{
	uint64_t value = 0;
	enum ab_status st = f->v->get(f->t, k, &value);
	if (st != AB_OK)
		return wrong(error, "get", k, ab_status_text(st));
	return value == expected || wrong(error, "get", k, "another value");
}

bool
check_hits(struct fixture *f, GError **error)
{
	const struct stream *q = fixture_stream(f, FOR_HIT, error);
	for (size_t i = 0; q && i < q->n; i++)
		if (!check_hit(f, stream_key(q, i), q->expected[i], error))
			return false;
	return q != NULL;
}

bool
check_rows(struct fixture *f, GError **error)
{
	for (size_t row = 0; row < f->d->n; row++)
		if (!check_hit(f, f->d->keys[row], setup_value(&f->setup, row), error))
			return false;
	return true;
}

bool
check_updated_rows(struct fixture *f, GError **error)
{
	for (size_t row = 0; row < f->d->n; row++) {
		uint64_t value = setup_other_value(setup_value(&f->setup, row));
		if (!check_hit(f, f->d->keys[row], value, error))
			return false;
	}
	return true;
}

bool
check_misses(struct fixture *f, GError **error)
{
	const struct stream *q = fixture_stream(f, FOR_MISS, error);
	for (size_t i = 0; q && i < q->n; i++) {
		uint64_t value;
		enum ab_status st = f->v->get(f->t, stream_key(q, i), &value);
		if (st != AB_NOT_FOUND)
			return wrong(error, "get", stream_key(q, i),
				"found, though it was never put");
	}
	return q != NULL;
}

/* ---- scans ---- */

/* What a scan has to visit: rows `next` to `end`, and stop there if told so; one back, as many from row
 * `below` - 1 down. */
struct expected {
	const struct fixture *f;
	size_t next, end;
	size_t below; /* 0: up; else `next` was 0 at the beginning */
	bool stop;
	const char *problem; /* the first, or NULL */
	char *key;           /* the key it is about, escaped */
};

static size_t
next_row(const struct expected *x)
{
	return x->below ? x->below - 1 - x->next : x->next;
}

static bool
object(struct expected *x, struct ab_key key, const char *problem)
{
	x->problem = problem;
	x->key = key_text(key);
	return false;
}

static bool
visit_in_order(void *arg, struct ab_key key, uint64_t value)
{
	struct expected *x = arg;
	if (x->next >= x->end)
		return object(x, key, "visited, though it is outside");
	struct ab_key want = x->f->d->keys[next_row(x)];
	if (ab_key_cmp(want, key) != 0)
		return object(x, want, "not visited where it belongs");
	if (value != setup_value(&x->f->setup, next_row(x)))
		return object(x, key, "visited with another value");
	x->next++;
	return !(x->stop && x->next == x->end);
}

/* Was the scan that returned `st` right? `operation` is for the message. */
static bool
scanned(struct expected *x, enum ab_status st, const char *operation, GError **error)
{
	enum ab_status want = x->stop && x->next == x->end ? AB_STOPPED : AB_OK;
	if (!x->problem && x->next < x->end)
		object(x, x->f->d->keys[next_row(x)], "not visited");
	else if (!x->problem && st != want)
		x->problem = ab_status_text(st);
	if (!x->problem)
		return true;
	g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG, "%s%s%s: %s", operation,
		x->key ? ", at " : "", x->key ? x->key : "", x->problem);
	g_free(x->key);
	return false;
}

/* For a variant whose scans have no order: of the rows `lo` to `hi` each once, and stop
 * at visit `most`. */
struct seen {
	const struct fixture *f;
	size_t lo, hi, most, n;
	uint8_t *rows; /* a byte each, from `lo` on */
	char *key;     /* the first that is wrong, escaped */
};

static bool
visit_in_any_order(void *arg, struct ab_key key, uint64_t value)
{
	struct seen *x = arg;
	size_t row = dataset_lower_bound(x->f->d, key);
	bool right = row >= x->lo && row < x->hi &&
		     ab_key_cmp(x->f->d->keys[row], key) == 0 && !x->rows[row - x->lo] &&
		     value == setup_value(&x->f->setup, row);
	if (!right) {
		x->key = key_text(key);
		return false;
	}
	x->rows[row - x->lo] = 1;
	return ++x->n != x->most;
}

/* What to visit: all in `range`, or if there is one, all that begin with `prefix`. */
struct asked {
	struct ab_range range;
	const struct ab_key *prefix;
};

static enum ab_status
ask(const struct fixture *f, const struct asked *what, ab_visit *visit, void *arg)
{
	return what->prefix ? f->v->scan_prefix(f->t, *what->prefix, visit, arg)
			    : f->v->scan(f->t, what->range, visit, arg);
}

/* The same for both kinds of scans: `operation` is to visit the rows `lo` to `hi`, or
 * if there are more, `most` of them. */
static bool
ask_unordered(const struct fixture *f, const struct asked *what, const char *operation,
	size_t lo, size_t hi, size_t most, GError **error)
{
	size_t want = MIN(hi - lo, most);
	g_autofree uint8_t *rows = g_new0(uint8_t, hi - lo + 1);
	struct seen x = { .f = f, .lo = lo, .hi = hi, .most = most, .rows = rows };
	enum ab_status st = ask(f, what, visit_in_any_order, &x);
	if (!x.key && st == (hi - lo < most ? AB_OK : AB_STOPPED) && x.n == want)
		return true;
	g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
		"%s: %s%s after %zu of %zu keys, %s", operation,
		x.key ? "unknown, outside, repeated or with another value: " : "ended",
		x.key ? x.key : "", x.n, want, ab_status_text(st));
	g_free(x.key);
	return false;
}

static bool
ask_in_order(const struct fixture *f, const struct asked *what, const char *operation,
	size_t lo, size_t hi, size_t most, GError **error)
{
	struct expected x = {
		.f = f, .next = lo, .end = MIN(hi, lo + most), .stop = hi - lo >= most
	};
	enum ab_status st = ask(f, what, visit_in_order, &x);
	return scanned(&x, st, operation, error);
}

static bool
check_asked(const struct fixture *f, const struct asked *what, const char *operation,
	size_t lo, size_t hi, size_t most, GError **error)
{
	if (f->v->caps & AB_ORDERED)
		return ask_in_order(f, what, operation, lo, MAX(lo, hi), most, error);
	return ask_unordered(f, what, operation, lo, MAX(lo, hi), most, error);
}

bool
check_scan(struct fixture *f, GError **error)
{
	const struct asked all = { 0 };
	return !f->v->scan ||
	       check_asked(f, &all, "scan", 0, f->d->n, f->d->n + 1, error);
}

/* A key near row `row`: itself, or a shorter one, or one with a byte changed. */
static struct ab_key
near(const struct fixture *f, uint64_t *rng, uint8_t *buf)
{
	struct ab_key k = f->d->keys[rng_below(rng, f->d->n)];
	if (k.n)
		memcpy(buf, k.p, k.n);
	switch (rng_below(rng, 3)) {
	case 0: return (struct ab_key){ buf, rng_below(rng, k.n + 1) };
	case 1:
		if (k.n)
			buf[rng_below(rng, k.n)] = (uint8_t)rng_below(rng, 256);
		return (struct ab_key){ buf, k.n };
	default: return (struct ab_key){ buf, k.n };
	}
}

/* A longer scan than FAR keys is stopped there. */
enum { FAR = 2000 };

/* Those without an order take as long as a whole scan each. */
static size_t
scans_checked(const struct fixture *f)
{
	return f->v->caps & AB_ORDERED ? CHECK_SCANS : CHECK_UNORDERED;
}

static bool
check_range(struct fixture *f, struct ab_range r, GError **error)
{
	size_t lo = dataset_lower_bound(f->d, r.lo);
	size_t hi = r.has_hi ? dataset_lower_bound(f->d, r.hi) : f->d->n;
	const struct asked range = { .range = r };
	g_autofree char *from = key_text(r.lo);
	g_autofree char *to = r.has_hi ? key_text(r.hi) : g_strdup("the end");
	g_autofree char *name = g_strdup_printf("scan from %s to %s", from, to);
	return check_asked(f, &range, name, lo, hi, FAR, error);
}

bool
check_ranges(struct fixture *f, GError **error)
{
	if (!f->v->scan)
		return true;
	g_autofree uint8_t *a = g_malloc(f->d->longest + 1);
	g_autofree uint8_t *b = g_malloc(f->d->longest + 1);
	uint64_t rng = setup_rng(&f->setup, FOR_RANGES);
	for (size_t i = 0; i < scans_checked(f); i++) {
		struct ab_range r = { .lo = near(f, &rng, a) };
		size_t lo = dataset_lower_bound(f->d, r.lo);
		/* Near ends, empty intervals, open ends, and far ends. */
		switch (rng_below(&rng, 4)) {
		case 0: r.has_hi = false; break;
		case 1:
			r.has_hi = true;
			r.hi = near(f, &rng, b);
			break;
		default:
			r.has_hi = true;
			lo += rng_below(&rng, 1000);
			r.hi = f->d->keys[MIN(lo, f->d->n - 1)];
		}
		if (!check_range(f, r, error))
			return false;
	}
	return true;
}

/* The last `most` keys of a range, if it has so many. */
static bool
check_range_back(struct fixture *f, struct ab_range r, size_t most, GError **error)
{
	size_t lo = dataset_lower_bound(f->d, r.lo);
	size_t hi = r.has_hi ? dataset_lower_bound(f->d, r.hi) : f->d->n;
	size_t n = lo < hi ? MIN(hi - lo, most) : 0;
	struct expected x = { .f = f, .end = n, .below = hi, .stop = n && n == most };
	g_autofree char *from = r.has_hi ? key_text(r.hi) : g_strdup("the end");
	g_autofree char *name = g_strdup_printf("scan back from %s", from);
	enum ab_status st = f->v->scan_back(f->t, r, visit_in_order, &x);
	return scanned(&x, st, name, error);
}

bool
check_scan_back(struct fixture *f, GError **error)
{
	return !f->v->scan_back ||
	       check_range_back(f, (struct ab_range){ 0 }, f->d->n + 1, error);
}

bool
check_back(struct fixture *f, GError **error)
{
	enum { FEW = 100 };
	if (!f->v->scan_back)
		return true;
	g_autofree uint8_t *a = g_malloc(f->d->longest + 1);
	g_autofree uint8_t *b = g_malloc(f->d->longest + 1);
	uint64_t rng = setup_rng(&f->setup, FOR_RANGES) + 2;
	if (!check_scan_back(f, error))
		return false;
	for (size_t i = 0; i < CHECK_SCANS; i++) {
		struct ab_range r = { .has_hi = true };
		if (i % 2)
			r.lo = near(f, &rng, a);
		r.hi = near(f, &rng, b);
		if (!check_range_back(f, r, 1 + rng_below(&rng, FEW), error))
			return false;
	}
	return true;
}

/* Rows that start with `prefix` begin at its lower bound; find where they end,
 * by bisection: they stand together. */
static size_t
prefix_end(const struct dataset *d, struct ab_key prefix, size_t lo)
{
	size_t hi = d->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (ab_key_starts_with(d->keys[mid], prefix))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool
check_prefixes(struct fixture *f, GError **error)
{
	if (!f->v->scan_prefix)
		return true;
	g_autofree uint8_t *buf = g_malloc(f->d->longest + 1);
	uint64_t rng = setup_rng(&f->setup, FOR_RANGES) + 1;
	for (size_t i = 0; i < scans_checked(f); i++) {
		struct ab_key p = near(f, &rng, buf);
		size_t lo = dataset_lower_bound(f->d, p);
		const struct asked prefix = { .prefix = &p };
		g_autofree char *key = key_text(p);
		g_autofree char *name = g_strdup_printf("scan of prefix %s", key);
		if (!check_asked(
			    f, &prefix, name, lo, prefix_end(f->d, p, lo), FAR, error))
			return false;
	}
	return true;
}

bool
check_memory(const struct fixture *f, GError **error)
{
	struct ab_memory m = { 0 };
	if (!f->v->memory)
		return true;
	f->v->memory(f->t, &m);
	if (m.total != m.inner + m.leaf + m.key + m.slack)
		g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
			"memory: total %zu is not the sum of its classes", m.total);
	else if (f->counted && !(f->v->caps & AB_OWN_ALLOC) && m.total != f->held.bytes)
		g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
			"memory() says %zu bytes, %zu are held", m.total, f->held.bytes);
	else
		return true;
	return false;
}

bool
check_sound(struct fixture *f, size_t keys, GError **error)
{
	size_t count = f->v->count(f->t);
	const char *broken = f->v->check ? f->v->check(f->t) : NULL;
	if (count != keys)
		g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
			"count: says %zu and holds %zu keys", count, keys);
	else if (broken)
		g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG, "check: %s", broken);
	else
		return check_memory(f, error);
	return false;
}
