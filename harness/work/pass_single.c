/* pass_single.c: one operation again and again: put, get, del; and how long single ones
 * take: percentiles, and the slowest.
 *
 * The clock (CLOCK_MONOTONIC, in nanoseconds, read in user space) is then read before and
 * after each operation. What two readings with nothing between them are apart, in the
 * median, is the clock's own cost and is subtracted from each; the row clock_cost says
 * how much that was, and clock_step how far the two commonest of those spans are from
 * each other: processors count time in steps, of 10 ns on some. Times are counted in a
 * histogram (histogram.h). An interrupt, or another process's turn on the processor,
 * is part of the operation that it comes upon, which is then one of the slowest. */
#include "ground/clock.h"
#include "ground/histogram.h"
#include "pass.h"
#include "queries.h"

/* What is taken while the workload is run: there is one at a time. */
static struct histogram taken;
static uint64_t clock_cost, clock_step; /* ns */
static double stretch_seconds;

/* Time each operation of a stretch; what its own cost is, is inlined. */
static inline size_t
time_each(const struct fixture *f, const struct stream *q, size_t from, size_t to,
	bool (*is_right)(const struct fixture *f, const struct stream *q, size_t i))
{
	size_t right = 0;
	uint64_t sum = 0;
	for (size_t i = from; i < to; i++) {
		uint64_t before = clock_ns();
		bool this_one = is_right(f, q, i);
		uint64_t ns = clock_ns() - before;
		ns -= MIN(ns, clock_cost);
		right += this_one;
		sum += ns;
		histogram_add(&taken, ns);
	}
	stretch_seconds = (double)sum * 1e-9;
	return right;
}

/* ---- what one stretch does ---- */

/* clang-format off */
/* Two stretches of operation IS_RIGHT on these queries. */
#define STRETCHES(stretch, singly, is_right, queries) \
size_t \
stretch(struct fixture *f, size_t from, size_t to) \
{ \
	size_t right = 0; \
	for (size_t i = from; i < to; i++) \
		right += is_right(f, &f->queries, i); \
	return right; \
} \
\
static size_t \
singly(struct fixture *f, size_t from, size_t to) \
{ \
	return time_each(f, &f->queries, from, to, is_right); \
}
/* clang-format on */
static stretch_fn inserts, misses, deletes;
STRETCHES(stretch_of_hits, hits_timed, hit_is_right, stream)
STRETCHES(misses, misses_timed, miss_is_right, stream)
STRETCHES(inserts, inserts_timed, put_is_right, loan)
STRETCHES(deletes, deletes_timed, delete_is_right, stream)

static size_t
updates(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++)
		right += update_is_right(f, &f->stream, i);
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
be_loaded_to_change(struct fixture *f, GError **error)
{
	bool loaded = fixture_load(f, error);
	fixture_changes(f);
	return loaded;
}

static bool
be_updated(struct fixture *f, GError **error)
{
	fixture_take_back_queries(f);
	if (!fixture_answers(f))
		return true;
	if (f->v->count(f->t) == f->d->n)
		return check_updated_rows(f, error);
	g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
		"wrong answers: the count after putting all keys again");
	return false;
}

static bool
be_emptied(struct fixture *f, GError **error)
{
	if (f->v->count(f->t) == 0 || !fixture_answers(f))
		return true;
	g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
		"wrong answers: the count after deleting all keys");
	return false;
}

/* ---- the passes ---- */

const struct pass pass_insert = {
	.operation = "insert",
	.kind = FILLS,
	.needs = NEEDS_PUT,
	.stretch = inserts,
	.singly = inserts_timed,
	.before = be_empty,
	.after = be_filled,
};

const struct pass pass_hit = {
	.operation = "hit",
	.kind = READS,
	.stretch = stretch_of_hits,
	.singly = hits_timed,
	.before = fixture_load,
	.asked = queries_asked,
};

const struct pass pass_miss = {
	.operation = "miss",
	.kind = READS,
	.stretch = misses,
	.singly = misses_timed,
	.before = fixture_load,
	.asked = queries_asked,
};

const struct pass pass_update = {
	.operation = "update",
	.kind = CHANGES,
	.needs = NEEDS_PUT,
	.stretch = updates,
	.before = be_loaded_to_change,
	.after = be_updated,
};

const struct pass pass_delete = {
	.operation = "delete",
	.kind = CHANGES,
	.needs = NEEDS_PUT | NEEDS_DEL,
	.stretch = deletes,
	.singly = deletes_timed,
	.before = be_loaded_to_change,
	.after = be_emptied,
};

/* ---- timed one by one ---- */

/* How far apart the two commonest numbers are; with one alone, that. */
static uint64_t
step_of(const struct histogram *h)
{
	unsigned first = 0, second = 0;
	for (unsigned i = 1; i < 2u << HISTOGRAM_BITS; i++)
		if (h->counts[i] > h->counts[first]) {
			second = first;
			first = i;
		} else if (h->counts[i] > h->counts[second]) {
			second = i;
		}
	return first > second ? first - second : second - first;
}

static void
measure_clock(void)
{
	enum { READINGS = 100000 };
	histogram_clear(&taken);
	for (int i = 0; i < READINGS; i++) {
		uint64_t before = clock_ns();
		histogram_add(&taken, clock_ns() - before);
	}
	clock_cost = histogram_quantile(&taken, 0.5);
	clock_step = step_of(&taken);
	histogram_clear(&taken);
}

void
singly_run(struct gbench_state *s, struct fixture *f, const struct workload *w)
{
	static const struct {
		const char *metric;
		double share;
	} quantiles[] = { { "p50", 0.5 }, { "p99", 0.99 }, { "p99.9", 0.999 },
		{ "max", 1 } };
	measure_clock();
	pass_run(s, f, w, w->pass->singly, &stretch_seconds);
	for (size_t i = 0; i < G_N_ELEMENTS(quantiles); i++)
		pass_figure(s, f,
			(struct figure){ quantiles[i].metric,
				(double)histogram_quantile(&taken, quantiles[i].share),
				"ns" });
	pass_figure(s, f, (struct figure){ "clock_cost", (double)clock_cost, "ns" });
	pass_figure(s, f, (struct figure){ "clock_step", (double)clock_step, "ns" });
}
