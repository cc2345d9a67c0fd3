/* workload_basic.c: one operation again and again: put, get, del, and whole scans. */
#include "contract/checksum.h"
#include "ground/clock.h"
#include "queries.h"
#include "turn.h"
#include "workload_run.h"

/* ---- what one batch does: queries `from` to `to`, how many were right ---- */

size_t
batch_of_hits(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++)
		right += hit_is_right(f, &f->stream, i);
	return right;
}

static size_t
misses(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++)
		right += miss_is_right(f, &f->stream, i);
	return right;
}

static size_t
inserts(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++)
		right += put_is_right(f, &f->loan, i);
	return right;
}

static size_t
deletes(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++)
		right += delete_is_right(f, &f->stream, i);
	return right;
}

/* ---- around a pass ---- */

bool
be_empty(struct fixture *f, GError **error)
{
	fixture_lend(f);
	return fixture_renew(f, error);
}

bool
be_filled(struct fixture *f, GError **error)
{
	fixture_take_back(f);
	return fixture_filled(f, error);
}

bool
be_emptied(struct fixture *f, GError **error)
{
	if (f->v->count(f->t) == 0 || !fixture_answers(f))
		return true;
	g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
		"wrong answers: the count after deleting all keys");
	return false;
}

/* ---- the workloads ---- */

void
run_insert(struct gbench_state *s, struct fixture *f)
{
	pass_run(s, f,
		&(struct pass){ .batch = inserts,
			.before = be_empty,
			.after = be_filled,
			.operations = f->d->n });
}

void
run_hit(struct gbench_state *s, struct fixture *f)
{
	pass_run(s, f,
		&(struct pass){ .batch = batch_of_hits,
			.before = fixture_load,
			.queries = FOR_HIT,
			.operations = queries_asked(f->d->n) });
}

void
rest_hit(struct fixture *f)
{
	size_t n = f->d->n, from = queries_asked(n);
	f->tally.right += batch_of_hits(f, from, n);
	f->tally.asked += n - from;
}

void
run_hit_zipf(struct gbench_state *s, struct fixture *f)
{
	pass_run(s, f,
		&(struct pass){ .batch = batch_of_hits,
			.before = fixture_load,
			.queries = FOR_HIT_ZIPF,
			.operations = queries_asked(f->d->n) });
}

static void
run_misses(struct gbench_state *s, struct fixture *f, enum setup_purpose queries)
{
	pass_run(s, f,
		&(struct pass){ .batch = misses,
			.before = fixture_load,
			.queries = queries,
			.operations = queries_asked(f->d->n) });
}

void
run_miss(struct gbench_state *s, struct fixture *f)
{
	run_misses(s, f, FOR_MISS);
}

void
run_miss_cut(struct gbench_state *s, struct fixture *f)
{
	run_misses(s, f, FOR_MISS_CUT);
}

void
run_miss_longer(struct gbench_state *s, struct fixture *f)
{
	run_misses(s, f, FOR_MISS_LONGER);
}

void
run_delete(struct gbench_state *s, struct fixture *f)
{
	pass_run(s, f,
		&(struct pass){ .batch = deletes,
			.before = be_loaded_to_change,
			.after = be_emptied,
			.queries = FOR_DELETE,
			.operations = f->d->n });
}

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

/* Is `sum` that of `scans` whole scans? */
static bool
sum_is_right(const struct fixture *f, const struct sum *sum, uint64_t scans)
{
	uint64_t ends = 0;
	for (size_t i = 0; i < f->d->n; i++)
		ends += checksum_ends(f->d->keys[i]);
	return sum->keys == scans * f->d->n && sum->values == scans * f->value_sum &&
	       sum->ends == scans * ends;
}

enum { SCAN_AT_LEAST = 100000 }; /* keys in one turn */

/* Whole scans in each turn: one cannot be left in the middle. */
void
run_scan(struct gbench_state *s, struct fixture *f)
{
	g_autoptr(GError) error = NULL;
	f->tally = (struct tally){ 0 };
	if (!fixture_load(f, &error)) {
		gbench_skip(s, error->message);
		return;
	}
	f->tally.bytes_per_key = fixture_bytes_per_key(f);
	struct sum sum = { 0 };
	uint64_t scans = 0, unfinished = 0;
	while (gbench_keep_running(s)) {
		turn_await(f->running);
		double wall = clock_now(), cpu = clock_cpu();
		for (size_t keys = 0; keys < SCAN_AT_LEAST; keys += f->d->n, scans++)
			unfinished += f->v->scan(f->t, (struct ab_range){ 0 }, add_up,
					      &sum) != AB_OK;
		gbench_set_iteration_time(s, clock_now() - wall);
		f->tally.cpu_seconds += clock_cpu() - cpu;
	}
	/* Order and key bytes are compared by check_scan, off the clock. */
	bool right = !unfinished && sum_is_right(f, &sum, scans);
	f->tally.right = right ? f->d->n : 0;
	f->tally.asked = f->d->n;
	f->tally.operations = sum.keys;
	pass_report(s, f,
		right ? NULL : "count, values or key bytes are not those of the keys");
}
