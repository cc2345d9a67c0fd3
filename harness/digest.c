/* digest.c: see digest.h. */
#include <math.h>
#include <string.h>
#include "digest.h"
#include "memory.h"

/* A value is metric / per, times scale; `per` NULL stands for the key count. */
static const struct {
	const char *job, *workload, *metric, *per;
	double scale;
} measures[MEASURES] = {
	[M_RSS] = { "memory", "load", "rss", NULL, 1 },
	[M_HEAP] = { "memory", "load", "heap", NULL, 1 },
	[M_EXACT] = { "memory", "load", "exact_total", NULL, 1 },
	[M_INNER] = { "memory", "load", "exact_inner", NULL, 1 },
	[M_LEAF] = { "memory", "load", "exact_leaf", NULL, 1 },
	[M_KEY] = { "memory", "load", "exact_key", NULL, 1 },
	[M_SLACK] = { "memory", "load", "exact_slack", NULL, 1 },
	[M_INSERT] = { "speed", "insert", "operations", "seconds", 1e-6 },
	[M_HIT] = { "speed", "hit", "operations", "seconds", 1e-6 },
	[M_MISS] = { "speed", "miss", "operations", "seconds", 1e-6 },
	[M_SCAN] = { "speed", "scan", "operations", "seconds", 1e-6 },
	[M_DELETE] = { "speed", "delete", "operations", "seconds", 1e-6 },
};

const char *
measure_workload(enum measure m)
{
	return measures[m].workload;
}

/* One figure of one round; NAN if there is none. */
static double
find(const GArray *rows, const struct ab_variant *v, unsigned round, const char *job,
	const char *workload, const char *metric)
{
	for (size_t i = 0; v && i < rows->len; i++) {
		const struct row *r = &g_array_index(rows, struct row, i);
		if (r->round == round && strcmp(r->variant, v->name) == 0 &&
			strcmp(r->job, job) == 0 && strcmp(r->workload, workload) == 0 &&
			strcmp(r->metric, metric) == 0)
			return r->value;
	}
	return NAN;
}

static double
value_of(const GArray *rows, const struct ab_variant *v, unsigned round, enum measure m,
	size_t keys)
{
	const char *job = measures[m].job, *workload = measures[m].workload;
	double value = find(rows, v, round, job, workload, measures[m].metric);
	double per = measures[m].per
			     ? find(rows, v, round, job, workload, measures[m].per)
			     : (double)keys;
	/* No operations, no rate: the floor scans nothing in no time. */
	return m >= FIRST_RATE && !(value > 0 && per > 0)
		       ? NAN
		       : value / per * measures[m].scale;
}

static const char *
first_failure(const GArray *rows, const struct ab_variant *v)
{
	for (size_t i = 0; i < rows->len; i++) {
		const struct row *r = &g_array_index(rows, struct row, i);
		if (strcmp(r->variant, v->name) == 0 && strcmp(r->status, "ok") != 0)
			return r->status;
	}
	return "ok";
}

/* Right answers of those asked in the round that has the fewest right. */
static void
worst_round(struct digest *d, const GArray *rows, unsigned rounds)
{
	d->right = d->asked = NAN;
	for (unsigned round = 1; round <= rounds; round++) {
		double right = find(rows, d->v, round, "speed", "hit", "right");
		if (isnan(right) || right >= d->right)
			continue;
		d->right = right;
		d->asked = find(rows, d->v, round, "speed", "hit", "asked");
	}
}

/* By how much `x` lies outside [lo, hi]; 0 if inside or unknown. */
static double
outside(double x, double lo, double hi)
{
	return x > hi ? x - hi : x < lo ? x - lo : 0;
}

/* The job has compared the structure's own count with the counting allocator's. The
 * heap may hold more, up to what the job stated that malloc rounds up, and less by
 * what malloc's cache held before; what else it holds was got behind its back. */
static double
disagreement(const GArray *rows, const struct ab_variant *v, unsigned rounds)
{
	double worst = 0;
	for (unsigned round = 1; round <= rounds; round++) {
		double heap = find(rows, v, round, "memory", "load", "heap");
		double exact = find(rows, v, round, "memory", "load", "exact_total");
		double more = find(rows, v, round, "memory", "load", "rounding_bound");
		double off = outside(heap, exact - MEMORY_CACHED_AT_MOST, exact + more);
		if (fabs(off) > fabs(worst))
			worst = off;
	}
	return worst;
}

/* How much of the longest wait was not ours, over spans long enough to tell. */
static double
share_lost(const GArray *rows, const struct ab_variant *v, unsigned rounds)
{
	static const double long_enough = 0.05; /* seconds */
	double worst = 0;
	for (unsigned round = 1; round <= rounds; round++)
		for (enum measure m = FIRST_RATE; m < MEASURES; m++) {
			const char *workload = measures[m].workload;
			double wall = find(rows, v, round, "speed", workload, "seconds");
			double cpu = find(
				rows, v, round, "speed", workload, "cpu_seconds");
			if (wall > long_enough && 1 - cpu / wall > worst)
				worst = 1 - cpu / wall;
		}
	return worst;
}

static unsigned
index_of(const struct ab_variant *v)
{
	unsigned i = 0;
	while (ab_variants[i] && ab_variants[i] != v)
		i++;
	return i;
}

struct digest
digest_of(const struct ab_variant *v, const struct ab_variant *reference,
	const GArray *rows, size_t keys, unsigned rounds)
{
	struct digest d = {
		.v = v, .index = index_of(v), .failure = first_failure(rows, v)
	};
	g_autofree double *own = g_new(double, rounds);
	g_autofree double *theirs = g_new(double, rounds);
	bool shown = strcmp(d.failure, "ok") == 0;
	if (reference && strcmp(first_failure(rows, reference), "ok") != 0)
		reference = NULL;
	for (enum measure m = 0; m < MEASURES; m++) {
		for (unsigned i = 0; i < rounds; i++) {
			own[i] = shown ? value_of(rows, v, i + 1, m, keys) : NAN;
			theirs[i] = value_of(rows, reference, i + 1, m, keys);
		}
		d.of[m] = stats_spread(own, rounds);
		d.ratio[m] = stats_paired_ratio(own, theirs, rounds);
	}
	worst_round(&d, rows, rounds);
	d.busy = share_lost(rows, v, rounds);
	d.off_heap = disagreement(rows, v, rounds);
	return d;
}
