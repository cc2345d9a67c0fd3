/* workload_range.c: scans of a part of the keys: from a random one on, and of all that
 * begin alike (ranges.h). */
#include "contract/checksum.h"
#include "ranges.h"
#include "workload_run.h"

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

void
run_range_100(struct gbench_state *s, struct fixture *f)
{
	pass_run(s, f,
		&(struct pass){ .batch = ranges,
			.before = fixture_load,
			.queries = FOR_RANGE_100,
			.operations = ranges_asked(f->d->n),
			.at_least = RANGES_MOST });
}

static void
run_prefixes(struct gbench_state *s, struct fixture *f, enum setup_purpose queries)
{
	pass_run(s, f,
		&(struct pass){ .batch = prefixes,
			.before = fixture_load,
			.queries = queries,
			.operations = prefixes_asked(f->d->n),
			.at_least = PREFIXES_MOST });
}

void
run_prefix_host(struct gbench_state *s, struct fixture *f)
{
	run_prefixes(s, f, FOR_PREFIX_HOST);
}

void
run_prefix_dir(struct gbench_state *s, struct fixture *f)
{
	run_prefixes(s, f, FOR_PREFIX_DIR);
}
