/* workload_latency.c: how long single operations take: percentiles, and the slowest.
 *
 * The clock (CLOCK_MONOTONIC, in nanoseconds, read in user space) is read before and
 * after each operation. What two readings with nothing between them are apart, in the
 * median, is the clock's own cost and is subtracted from each; the row clock_cost says
 * how much that was, and clock_step how far the two commonest of those spans are from
 * each other: processors count time in steps, of 10 ns on some. Times are counted in a
 * histogram (histogram.h). An interrupt, or another process's turn on the processor,
 * is part of the operation that it comes upon, which is then one of the slowest. */
#include "ground/clock.h"
#include "ground/histogram.h"
#include "queries.h"
#include "workload_run.h"

/* What is taken while the workload is run: there is one at a time. */
static struct histogram taken;
static uint64_t clock_cost, clock_step; /* ns */
static double batch_seconds;

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

/* Time each operation of a batch; what its own cost is, is inlined. */
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
	batch_seconds = (double)sum * 1e-9;
	return right;
}

static size_t
inserts(struct fixture *f, size_t from, size_t to)
{
	return time_each(f, &f->loan, from, to, put_is_right);
}

static size_t
hits(struct fixture *f, size_t from, size_t to)
{
	return time_each(f, &f->stream, from, to, hit_is_right);
}

static size_t
misses(struct fixture *f, size_t from, size_t to)
{
	return time_each(f, &f->stream, from, to, miss_is_right);
}

static size_t
deletes(struct fixture *f, size_t from, size_t to)
{
	return time_each(f, &f->stream, from, to, delete_is_right);
}

static void
run(struct gbench_state *s, struct fixture *f, const struct pass *p)
{
	static const struct {
		const char *metric;
		double share;
	} quantiles[] = { { "p50", 0.5 }, { "p99", 0.99 }, { "p99.9", 0.999 },
		{ "max", 1 } };
	measure_clock();
	pass_run(s, f, p);
	for (size_t i = 0; i < G_N_ELEMENTS(quantiles); i++)
		pass_figure(s, f,
			(struct figure){ quantiles[i].metric,
				(double)histogram_quantile(&taken, quantiles[i].share),
				"ns" });
	pass_figure(s, f, (struct figure){ "clock_cost", (double)clock_cost, "ns" });
	pass_figure(s, f, (struct figure){ "clock_step", (double)clock_step, "ns" });
}

void
run_latency_insert(struct gbench_state *s, struct fixture *f)
{
	run(s, f,
		&(struct pass){ .batch = inserts,
			.before = be_empty,
			.after = be_filled,
			.operations = f->d->n,
			.seconds = &batch_seconds });
}

void
run_latency_hit(struct gbench_state *s, struct fixture *f)
{
	run(s, f,
		&(struct pass){ .batch = hits,
			.before = fixture_load,
			.queries = FOR_HIT,
			.operations = queries_asked(f->d->n),
			.seconds = &batch_seconds });
}

void
run_latency_miss(struct gbench_state *s, struct fixture *f)
{
	run(s, f,
		&(struct pass){ .batch = misses,
			.before = fixture_load,
			.queries = FOR_MISS,
			.operations = queries_asked(f->d->n),
			.seconds = &batch_seconds });
}

void
run_latency_delete(struct gbench_state *s, struct fixture *f)
{
	run(s, f,
		&(struct pass){ .batch = deletes,
			.before = be_loaded_to_change,
			.after = be_emptied,
			.queries = FOR_DELETE,
			.operations = f->d->n,
			.seconds = &batch_seconds });
}
