/* pass_scan.c: scans, of all keys, up and down, from a random one on, and of all that begin alike
 * (ranges.h); and by number: how many keys are below one, and which key has so many. */
#include "contract/checksum.h"
#include "pass.h"
#include "queries.h"
#include "ranges.h"

/* ---- of all ---- */

/* A visitor that reads: the value, and the key at both ends. */
struct sum {
	uint64_t keys, values, ends;
};

static bool
add_up(void *arg, struct ab_key key, uint64_t value)
{
	struct sum *sum = arg;
	sum->keys++;
	sum->values += value;
	sum->ends += checksum_ends(key);
	return true;
}

static bool
is_whole(const struct fixture *f, const struct sum *sum)
{
	return sum->keys == f->d->n && sum->values == f->value_sum &&
	       sum->ends == f->ends_sum;
}

/* Order and key bytes are compared by check_scan and check_scan_back, off the clock. */
static size_t
scan(struct fixture *f, size_t from, size_t to)
{
	struct sum sum = { 0 };
	(void)from;
	enum ab_status st = f->v->scan(f->t, (struct ab_range){ 0 }, add_up, &sum);
	return st == AB_OK && is_whole(f, &sum) ? to : 0;
}

static size_t
scan_back(struct fixture *f, size_t from, size_t to)
{
	struct sum sum = { 0 };
	(void)from;
	enum ab_status st = f->v->scan_back(f->t, (struct ab_range){ 0 }, add_up, &sum);
	return st == AB_OK && is_whole(f, &sum) ? to : 0;
}

const struct pass pass_scan = {
	.operation = "scan",
	.kind = READS,
	.needs = NEEDS_SCAN,
	.stretch = scan,
	.before = fixture_load,
	.whole = true,
	.wrong = "count, values or key bytes are not those of the keys",
};

static bool
add_value(void *arg, struct ab_key key, uint64_t value)
{
	struct sum *sum = arg;
	(void)key;
	sum->keys++;
	sum->values += value;
	return true;
}

static size_t
scan_values(struct fixture *f, size_t from, size_t to)
{
	struct sum sum = { .ends = f->ends_sum };
	(void)from;
	enum ab_status st = ab_scan_values(
		f->v, f->t, (struct ab_range){ 0 }, add_value, &sum);
	return st == AB_OK && is_whole(f, &sum) ? to : 0;
}

const struct pass pass_scan_values = {
	.operation = "scan",
	.kind = READS,
	.needs = NEEDS_SCAN,
	.stretch = scan_values,
	.before = fixture_load,
	.whole = true,
	.wrong = "count or values are not those of the keys",
};

const struct pass pass_scan_back = {
	.operation = "scan_back",
	.kind = READS,
	.needs = NEEDS_BACK,
	.stretch = scan_back,
	.before = fixture_load,
	.whole = true,
	.wrong = "count, values or key bytes are not those of the keys",
};

/* ---- of a part ---- */

/* What one scan has visited, and how many entries it still may. */
struct visited {
	uint64_t sum, more;
};

static bool
visit(void *arg, struct ab_key key, uint64_t value)
{
	struct visited *x = arg;
	x->sum = checksum_add(x->sum, key, value);
	return --x->more > 0;
}

/* Did it end as it had to? */
static bool
is_right(const struct visited *x, enum ab_status st, uint64_t expected)
{
	return x->sum == expected && st == (x->more ? AB_OK : AB_STOPPED);
}

bool
range_is_right(
	const struct fixture *f, struct ab_key lo, uint64_t entries, uint64_t expected)
{
	struct visited x = { 0, entries };
	enum ab_status st = f->v->scan(f->t, (struct ab_range){ .lo = lo }, visit, &x);
	return is_right(&x, st, expected);
}

static size_t
ranges(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++)
		right += range_is_right(f, stream_key(&f->stream, i), RANGE_ENTRIES,
			f->stream.expected[i]);
	return right;
}

static size_t
prefixes(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++) {
		struct visited x = { 0, PREFIX_ENTRIES };
		enum ab_status st = f->v->scan_prefix(
			f->t, stream_key(&f->stream, i), visit, &x);
		right += is_right(&x, st, f->stream.expected[i]);
	}
	return right;
}

const struct pass pass_range = {
	.operation = "range",
	.kind = READS,
	.needs = NEEDS_SCAN | NEEDS_ORDER,
	.stretch = ranges,
	.before = fixture_load,
	.asked = ranges_asked,
	.at_least = RANGES_MOST,
};

const struct pass pass_prefix = {
	.operation = "prefix",
	.kind = READS,
	.needs = NEEDS_PREFIX | NEEDS_ORDER,
	.stretch = prefixes,
	.before = fixture_load,
	.asked = prefixes_asked,
	.at_least = PREFIXES_MOST,
};

/* ---- by number ---- */

static size_t
ranks(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++)
		right += f->v->rank(f->t, stream_key(&f->stream, i)) ==
			 f->stream.expected[i];
	return right;
}

/* The key that is to come first. */
struct numbered {
	struct ab_key key;
	bool right;
};

static bool
is_first(void *arg, struct ab_key key, uint64_t value)
{
	struct numbered *x = arg;
	(void)value;
	x->right = key.n == x->key.n && memcmp(key.p, x->key.p, key.n) == 0;
	return false;
}

static size_t
nths(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++) {
		struct numbered x = { stream_key(&f->stream, i), false };
		enum ab_status st = f->v->scan_nth(
			f->t, f->stream.expected[i], is_first, &x);
		right += st == AB_STOPPED && x.right;
	}
	return right;
}

const struct pass pass_rank = {
	.operation = "rank",
	.kind = READS,
	.needs = NEEDS_RANK | NEEDS_ORDER,
	.stretch = ranks,
	.before = fixture_load,
	.asked = queries_asked,
};

const struct pass pass_nth = {
	.operation = "nth",
	.kind = READS,
	.needs = NEEDS_NTH | NEEDS_ORDER,
	.stretch = nths,
	.before = fixture_load,
	.asked = queries_asked,
};
