/* workload.c: see workload.h. */
#include <inttypes.h>
#include <math.h>
#include <time.h>
#include "workload.h"

static double
now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- what one batch does: queries `from` to `to`, how many were right ---- */

typedef size_t batch_fn(const struct fixture *f, size_t from, size_t to);

static size_t
hits(const struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++) {
		uint64_t value = 0;
		enum ab_status st = f->v->get(f->t, stream_key(&f->stream, i), &value);
		right += st == AB_OK && value == f->stream.expected[i];
	}
	return right;
}

static size_t
misses(const struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++) {
		uint64_t value;
		enum ab_status st = f->v->get(f->t, stream_key(&f->stream, i), &value);
		right += st == AB_NOT_FOUND;
	}
	return right;
}

static size_t
inserts(const struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++)
		right += f->v->put(f->t, stream_key(&f->loan, i), f->loan.expected[i]) ==
			 AB_OK;
	return right;
}

static size_t
deletes(const struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++)
		right += f->v->del(f->t, stream_key(&f->stream, i)) == AB_OK;
	return right;
}

/* ---- around the batches ---- */

static void
skip(struct gbench_state *s, GError *error)
{
	gbench_skip(s, error->message);
	g_error_free(error);
}

/* Not under a sanitizer, where a structure that allocates by itself has none. */
static void
set_bytes_per_key(struct gbench_state *s, double bytes)
{
	if (!isnan(bytes))
		gbench_set_counter(s, "bytes_per_key", bytes);
}

/* One more pass over `asked` keys; the tally keeps the worst. */
static void
tally_pass(struct tally *y, uint64_t right, uint64_t asked)
{
	if (!y->operations || right < y->right)
		*y = (struct tally){ right, asked, y->operations };
	y->operations += asked;
}

static void
report(struct gbench_state *s, struct fixture *f, const char *problem)
{
	const struct tally *y = &f->tally;
	gbench_set_items(s, (int64_t)y->operations);
	gbench_set_label(s, f->d->name);
	set_bytes_per_key(s, fixture_bytes_per_key(f));
	if (!fixture_answers(f))
		return;
	gbench_set_counter(
		s, "verified", y->asked ? (double)y->right / (double)y->asked : 0);
	if (y->right != y->asked)
		gbench_skip(s, problem);
}

/* The end of every workload: what was done, and whether it was right. */
static void
conclude(struct gbench_state *s, struct fixture *f)
{
	g_autofree char *problem = g_strdup_printf(
		"wrong answers: %" PRIu64 "/%" PRIu64, f->tally.right, f->tally.asked);
	report(s, f, problem);
}

static void
run_reads(struct gbench_state *s, struct fixture *f, enum setup_purpose purpose,
	batch_fn *batch)
{
	GError *error = NULL;
	f->tally = (struct tally){ 0 };
	if (!fixture_load(f, &error) || !fixture_stream(f, purpose, &error)) {
		skip(s, error);
		return;
	}
	size_t at = 0, n = f->stream.n, right = 0;
	while (gbench_keep_running(s)) {
		size_t end = MIN(at + WORKLOAD_BATCH, n);
		right += batch(f, at, end);
		at = end;
		if (at < n)
			continue;
		tally_pass(&f->tally, right, n);
		at = right = 0;
	}
	/* What is left over of a last pass stands for the whole if it was wrong, or
	 * the only one. */
	if (at && (right < at || !f->tally.operations))
		tally_pass(&f->tally, right, at);
	else
		f->tally.operations += at;
	conclude(s, f);
}

static void
run_hit(struct gbench_state *s, struct fixture *f)
{
	run_reads(s, f, FOR_HIT, hits);
}

static void
run_miss(struct gbench_state *s, struct fixture *f)
{
	run_reads(s, f, FOR_MISS, misses);
}

/* One pass over all keys, timed by hand, because what comes before and after it
 * in the same iteration is not part of it. */
static void
timed_pass(struct gbench_state *s, struct fixture *f, batch_fn *batch)
{
	double start = now();
	size_t right = batch(f, 0, f->d->n);
	gbench_set_iteration_time(s, now() - start);
	tally_pass(&f->tally, right, f->d->n);
}

static void
run_insert(struct gbench_state *s, struct fixture *f)
{
	GError *error = NULL;
	f->tally = (struct tally){ 0 };
	while (gbench_keep_running(s)) {
		fixture_lend(f);
		if (!fixture_renew(f, &error)) {
			skip(s, error);
			return;
		}
		timed_pass(s, f, inserts);
		fixture_take_back(f);
		if (!fixture_filled(f, &error)) {
			skip(s, error);
			return;
		}
	}
	conclude(s, f);
}

static void
run_delete(struct gbench_state *s, struct fixture *f)
{
	GError *error = NULL;
	bool emptied = true;
	f->tally = (struct tally){ 0 };
	if (!fixture_load(f, &error) || !fixture_stream(f, FOR_DELETE, &error)) {
		skip(s, error);
		return;
	}
	double bytes_per_key = fixture_bytes_per_key(f);
	while (gbench_keep_running(s)) {
		if (!fixture_load(f, &error)) {
			skip(s, error);
			return;
		}
		timed_pass(s, f, deletes);
		f->loaded = false;
		emptied = emptied && f->v->count(f->t) == 0;
	}
	conclude(s, f);
	set_bytes_per_key(s, bytes_per_key); /* of when it was full */
	if (!emptied && fixture_answers(f))
		gbench_skip(s, "wrong answers: the count after deleting all keys");
}

/* ---- scan ---- */

/* A visitor that reads: the value, and the key at both ends, as any user would.
 * One that only counted would make a scan of pointers look free. */
struct sum {
	uint64_t keys, values, ends;
};

static uint64_t
ends_of(struct ab_key key)
{
	return key.n ? 256u * key.p[0] + key.p[key.n - 1] : 0;
}

static bool
add_up(void *arg, struct ab_key key, uint64_t value)
{
	struct sum *sum = arg;
	sum->keys++;
	sum->values += value;
	sum->ends += ends_of(key);
	return true;
}

/* Is `sum` that of `scans` whole scans? */
static bool
sum_is_right(const struct fixture *f, const struct sum *sum, uint64_t scans)
{
	uint64_t ends = 0;
	for (size_t i = 0; i < f->d->n; i++)
		ends += ends_of(f->d->keys[i]);
	return sum->keys == scans * f->d->n && sum->values == scans * f->value_sum &&
	       sum->ends == scans * ends;
}

static void
run_scan(struct gbench_state *s, struct fixture *f)
{
	GError *error = NULL;
	f->tally = (struct tally){ 0 };
	if (!fixture_load(f, &error)) {
		skip(s, error);
		return;
	}
	struct sum sum = { 0 };
	uint64_t scans = 0, unfinished = 0;
	while (gbench_keep_running(s)) {
		enum ab_status st = f->v->scan(
			f->t, (struct ab_range){ 0 }, add_up, &sum);
		unfinished += st != AB_OK;
		scans++;
	}
	/* Order and key bytes are compared by check_scan, off the clock. */
	bool right = !unfinished && sum_is_right(f, &sum, scans);
	f->tally = (struct tally){ right ? f->d->n : 0, f->d->n, sum.keys };
	report(s, f, "count, values or key bytes are not those of the keys");
}

/* ---- the table ---- */

/* One pass over few keys is too short for the clock: whole ones, of a million keys
 * or more together. */
static int64_t
passes(const struct fixture *f)
{
	enum { AT_LEAST = 1000000 };
	return (int64_t)((AT_LEAST + f->d->n - 1) / f->d->n);
}

static int64_t
batches(const struct fixture *f)
{
	int64_t pass = (int64_t)((f->d->n + WORKLOAD_BATCH - 1) / WORKLOAD_BATCH);
	return pass * passes(f);
}

static int64_t
once(const struct fixture *f)
{
	(void)f;
	return 1;
}

const struct workload workloads[] = {
	{ "insert", "every key into an empty index", "operations", NEEDS_PUT,
		GBENCH_MANUAL_TIME, run_insert, once },
	{ "hit", "every key looked up, in another order", "operations", READS_ONLY,
		GBENCH_CPU_TIME, run_hit, batches },
	{ "miss", "every key with its last byte changed to one absent", "operations",
		READS_ONLY, GBENCH_CPU_TIME, run_miss, batches },
	{ "scan", "all keys from first to last", "keys", NEEDS_SCAN | READS_ONLY,
		GBENCH_CPU_TIME, run_scan, passes },
	{ "delete", "every key, in another order, until empty", "operations",
		NEEDS_PUT | NEEDS_DEL, GBENCH_MANUAL_TIME, run_delete, once },
	{ 0 },
};

_Static_assert(G_N_ELEMENTS(workloads) <= WORKLOADS_MOST, "raise WORKLOADS_MOST");

bool
workload_possible(const struct workload *w, const struct ab_variant *v, size_t keys)
{
	return !((w->needs & NEEDS_PUT && !variant_can_put(v, keys)) ||
		 (w->needs & NEEDS_DEL && !variant_can_del(v, keys)) ||
		 (w->needs & NEEDS_SCAN && !v->scan));
}

bool
workload_supported(const struct workload *w, const struct fixture *f)
{
	return workload_possible(w, f->v, f->d->n);
}
