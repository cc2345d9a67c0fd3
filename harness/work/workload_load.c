/* workload_load.c: other ways to fill an index: in key order, in bulk, in bulk and then one
 * by one, over and over. */
#include "ground/clock.h"
#include "ground/memory.h"
#include "queries.h"
#include "turn.h"
#include "workload_run.h"

/* Every key is to be there; but the next to use the index loads it the usual way. */
static bool
be_whole(struct fixture *f, GError **error)
{
	bool whole = fixture_filled(f, error) &&
		     (!fixture_answers(f) || check_rows(f, error));
	fixture_changes(f);
	return whole;
}

/* ---- insert_sorted ---- */

static size_t
inserts(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++)
		right += put_is_right(f, &f->stream, i);
	return right;
}

static bool
be_filled_sorted(struct fixture *f, GError **error)
{
	fixture_take_back_queries(f);
	return be_whole(f, error);
}

void
run_insert_sorted(struct gbench_state *s, struct fixture *f)
{
	pass_run(s, f,
		&(struct pass){ .batch = inserts,
			.before = fixture_renew,
			.after = be_filled_sorted,
			.queries = FOR_INSERT_SORTED,
			.operations = f->d->n });
}

/* ---- build ---- */

enum { BUILD_AT_LEAST = 100000 }; /* keys in one turn */

static struct ab_entry *
entries_new(const struct stream *q)
{
	struct ab_entry *e = pages_new(q->n * sizeof *e);
	for (size_t i = 0; e && i < q->n; i++)
		e[i] = (struct ab_entry){ stream_key(q, i), q->expected[i] };
	return e;
}

/* One more build, timed; the index before it is thrown away off the clock. */
static bool
build(struct fixture *f, const struct ab_entry *entries, double *wall, GError **error)
{
	if (!fixture_renew(f, error))
		return false;
	double began = clock_now(), cpu = clock_cpu();
	enum ab_status st = f->v->build(f->t, entries, f->d->n);
	*wall += clock_now() - began;
	f->tally.cpu_seconds += clock_cpu() - cpu;
	f->tally.operations += f->d->n;
	if (st != AB_OK)
		return fixture_failed(st, error, "build of %zu keys", f->d->n);
	return fixture_filled(f, error);
}

/* Whole builds in each turn; the last of them is compared with the keys. */
static bool
build_in_turns(struct gbench_state *s, struct fixture *f, const struct ab_entry *entries,
	GError **error)
{
	while (gbench_keep_running(s)) {
		double wall = 0;
		turn_await(f->running);
		for (size_t keys = 0; keys < BUILD_AT_LEAST; keys += f->d->n)
			if (!build(f, entries, &wall, error))
				return false;
		gbench_set_iteration_time(s, wall);
	}
	fixture_take_back_queries(f);
	return be_whole(f, error);
}

void
run_build(struct gbench_state *s, struct fixture *f)
{
	g_autoptr(GError) error = NULL;
	f->tally = (struct tally){ .bytes_per_key = f->heap_per_key };
	bool built = fixture_renew(f, &error) &&
		     fixture_stream(f, FOR_INSERT_SORTED, &error);
	struct ab_entry *entries = built ? entries_new(&f->stream) : NULL;
	built = entries && build_in_turns(s, f, entries, &error);
	pages_free(entries, f->d->n * sizeof *entries);
	f->tally.failed = !built;
	f->tally.right = built ? f->d->n : 0;
	f->tally.asked = f->d->n;
	pass_report(s, f,
		built   ? NULL
		: error ? error->message
			: "out of memory for the entries");
}

/* ---- hit_grown ---- */

enum { GROWN_EVERY = 20 }; /* one key in so many comes after the rest */

/* Build it of all keys of `q` but those, and put those. */
static enum ab_status
grow(struct fixture *f, const struct stream *q, struct ab_entry *entries)
{
	size_t n = 0;
	for (size_t i = 0; i < q->n; i++)
		if (!f->v->put || (i + 1) % GROWN_EVERY)
			entries[n++] = (struct ab_entry){ stream_key(q, i),
				q->expected[i] };
	enum ab_status st = f->v->build(f->t, entries, n);
	for (size_t i = GROWN_EVERY; st == AB_OK && f->v->put && i <= q->n;
		i += GROWN_EVERY)
		st = f->v->put(f->t, stream_key(q, i - 1), q->expected[i - 1]);
	return st;
}

static bool
be_grown(struct fixture *f, GError **error)
{
	if (f->grown)
		return true;
	if (!fixture_renew(f, error) || !fixture_stream(f, FOR_INSERT_SORTED, error))
		return false;
	struct ab_entry *entries = pages_new(f->d->n * sizeof *entries);
	enum ab_status st = entries ? grow(f, &f->stream, entries) : AB_ENOMEM;
	pages_free(entries, f->d->n * sizeof *entries);
	fixture_take_back_queries(f);
	if (st != AB_OK)
		return fixture_failed(st, error,
			"build of most of %zu keys, and put of the rest", f->d->n);
	f->grown = be_whole(f, error);
	return f->grown;
}

void
run_hit_grown(struct gbench_state *s, struct fixture *f)
{
	pass_run(s, f,
		&(struct pass){ .batch = batch_of_hits,
			.before = be_grown,
			.queries = FOR_HIT,
			.operations = queries_asked(f->d->n) });
}

/* ---- churn ---- */

/* Of each time, the first half is deletions, the second the same keys put back. */
static size_t
churn(struct fixture *f, size_t from, size_t to)
{
	size_t each = queries_churned(f->d->n), right = 0;
	for (size_t i = from; i < to; i++) {
		size_t time = i / (2 * each), at = i % (2 * each);
		right += at < each ? delete_is_right(f, &f->stream, time * each + at)
				   : put_is_right(f, &f->stream, time * each + at - each);
	}
	return right;
}

void
run_churn(struct gbench_state *s, struct fixture *f)
{
	pass_run(s, f,
		&(struct pass){ .batch = churn,
			.before = be_loaded_to_change,
			.after = be_whole,
			.queries = FOR_CHURN,
			.operations = 2 * CHURNS * queries_churned(f->d->n) });
}
