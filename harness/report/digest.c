/* digest.c: see digest.h. */
#include <math.h>
#include <string.h>
#include "digest.h"
#include "ground/memory.h"
#include "job/jobs.h"

/* Of the memory job, in bytes; by the keys that are there then. */
static const struct {
	const char *workload, *metric;
	unsigned keys_per; /* a key in so many is left */
} measures[MEASURES] = {
	[M_RSS] = { "load", "rss", 1 },
	[M_HEAP] = { "load", "heap", 1 },
	[M_EXACT] = { "load", "exact_total", 1 },
	[M_INNER] = { "load", "exact_inner", 1 },
	[M_LEAF] = { "load", "exact_leaf", 1 },
	[M_KEY] = { "load", "exact_key", 1 },
	[M_SLACK] = { "load", "exact_slack", 1 },
	[M_PEAK] = { "load", "peak_rss", 1 },
	[M_HALF] = { "delete_half", "rss", 2 },
	[M_NOTHING] = { "delete_all", "rss", 1 },
};

/* The laps that a median, a minimum or a maximum may be taken over: all, if they are of
 * one host. */
static unsigned
comparable(const struct facts *facts)
{
	return facts_of_one_host(facts) ? facts_laps(facts) : 0;
}

double *
digest_bytes_by_lap(const struct facts *facts, const char *name, enum measure m)
{
	unsigned laps = facts_laps(facts);
	double *x = g_new(double, laps + 1);
	for (unsigned i = 0; i < laps; i++)
		x[i] = facts_get(facts, i, name, "memory", measures[m].workload,
			measures[m].metric);
	return x;
}

double
digest_bytes(const struct facts *facts, const char *variant, enum measure m)
{
	g_autofree double *x = digest_bytes_by_lap(facts, variant, m);
	return stats_spread(x, comparable(facts)).median;
}

static struct spread
measure(const struct facts *facts, const char *name, enum measure m, size_t keys)
{
	unsigned laps = comparable(facts);
	g_autofree double *x = digest_bytes_by_lap(facts, name, m);
	size_t left = keys - (measures[m].keys_per == 2 ? keys / 2 : 0);
	for (unsigned i = 0; i < laps; i++)
		x[i] /= (double)left;
	return stats_spread(x, laps);
}

/* The median of the ratios in each lap; few keys may take no page, which is no base. */
static double
rss_ratio(const struct facts *facts, const char *name, const char *reference)
{
	unsigned laps = facts_laps(facts);
	g_autofree double *ratio = digest_bytes_by_lap(facts, name, M_RSS);
	g_autofree double *theirs = digest_bytes_by_lap(facts, reference, M_RSS);
	for (unsigned i = 0; i < laps; i++)
		ratio[i] = theirs[i] > 0 ? ratio[i] / theirs[i] : NAN;
	return stats_spread(ratio, laps).median;
}

/* ---- speed ---- */

/* Millions a second in each lap. No operations, no rate: the floor scans nothing in
 * no time; and none where the mean would be that of the slowest few. g_free it. */
static double *
rates_of(const struct facts *facts, const char *name, const struct workload *w)
{
	unsigned laps = facts_laps(facts);
	double *x = g_new(double, laps + 1);
	const char *job = workload_groups[w->group];
	for (unsigned i = 0; i < laps; i++) {
		double done = facts_get(facts, i, name, job, w->name, "operations");
		double seconds = facts_get(facts, i, name, job, w->name, "seconds");
		x[i] = !w->timed_singly && done > 0 && seconds > 0 ? done / seconds / 1e6
								   : NAN;
	}
	return x;
}

double *
digest_ratios(const struct facts *facts, const char *variant, const char *reference,
	const struct workload *w)
{
	double *ratio = rates_of(facts, variant, w);
	g_autofree double *theirs = rates_of(facts, reference, w);
	for (unsigned i = 0; i < facts_laps(facts); i++)
		ratio[i] /= theirs[i];
	return ratio;
}

struct estimate
digest_gain(const struct facts *facts, const char *variant, const struct workload *w)
{
	const struct workload *one = workload_named(w->one_by_one);
	g_autofree double *gain = rates_of(facts, variant, w);
	g_autofree double *theirs = rates_of(facts, variant, one);
	for (unsigned i = 0; i < facts_laps(facts); i++)
		gain[i] /= theirs[i];
	return stats_estimate(gain, facts_laps(facts));
}

static struct rate
rate_of(const struct facts *facts, const char *name, const char *reference,
	const struct workload *w)
{
	unsigned laps = comparable(facts);
	g_autofree double *own = rates_of(facts, name, w);
	g_autofree double *ratios = digest_ratios(facts, name, reference, w);
	return (struct rate){ stats_spread(own, laps), stats_mdape(own, laps),
		stats_estimate(ratios, facts_laps(facts)) };
}

const double digest_noise_above = 0.02;

bool
digest_is_noisy(double ratio)
{
	return fabs(ratio - 1) > digest_noise_above;
}

struct noise
digest_noise(const struct ab_variant *reference, const struct facts *facts)
{
	struct noise noise = { .worst = NAN };
	const char *name = reference ? reference->name : "";
	g_autofree char *again = g_strconcat(name, JOB_AGAIN, NULL);
	for (const struct workload *w = workload_first(); w; w = w->next) {
		noise.of[w->id] = rate_of(facts, again, name, w).ratio;
		double off = fabs(noise.of[w->id].median - 1);
		if (!(off <= noise.worst) && !isnan(off))
			noise.worst = off;
	}
	return noise;
}

/* The median of what the laps of this host say. */
static double
median_on(const struct facts *facts, const double *x, const char *host)
{
	unsigned laps = facts_laps(facts);
	g_autofree double *there = g_new(double, laps + 1);
	for (unsigned i = 0; i < laps; i++)
		there[i] = facts_host(facts, i) == host ? x[i] : NAN;
	return stats_spread(there, laps).median;
}

double *
digest_speeds(const GPtrArray *variants, const struct facts *facts)
{
	unsigned laps = facts_laps(facts);
	double *speeds = g_new(double, laps + 1);
	g_autofree double *of_lap = g_new(double, variants->len *WORKLOADS_MOST + 1);
	for (unsigned lap = 0; lap < laps; lap++) {
		size_t n = 0;
		for (guint i = 0; i < variants->len; i++)
			for (const struct workload *w = workload_first(); w;
				w = w->next) {
				const struct ab_variant *v = variants->pdata[i];
				g_autofree double *x = rates_of(facts, v->name, w);
				of_lap[n++] = x[lap] /
					      median_on(facts, x, facts_host(facts, lap));
			}
		speeds[lap] = stats_spread(of_lap, n).median;
	}
	return speeds;
}

/* ---- what casts doubt ---- */

/* Right answers of those asked in the lap that has the fewest right. */
static void
worst_lap(struct digest *d, const struct facts *facts)
{
	d->right = d->asked = NAN;
	for (unsigned i = 0; i < facts_laps(facts); i++) {
		double right = facts_get(facts, i, d->v->name, "speed", "hit", "right");
		if (isnan(right) || right >= d->right)
			continue;
		d->right = right;
		d->asked = facts_get(facts, i, d->v->name, "speed", "hit", "asked");
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
disagreement(const struct facts *facts, const char *name)
{
	double worst = 0;
	for (unsigned i = 0; i < facts_laps(facts); i++) {
		double heap = facts_get(facts, i, name, "memory", "load", "heap");
		double exact = facts_get(facts, i, name, "memory", "load", "exact_total");
		double more = facts_get(
			facts, i, name, "memory", "load", "rounding_bound");
		double off = outside(heap, exact - MEMORY_CACHED_AT_MOST, exact + more);
		if (fabs(off) > fabs(worst))
			worst = off;
	}
	return worst;
}

/* How much of the longest wait was not ours, over spans long enough to tell. */
static double
share_lost(const struct facts *facts, const char *name)
{
	static const double long_enough = 0.05; /* seconds */
	double worst = 0;
	for (unsigned i = 0; i < facts_laps(facts); i++)
		for (const struct workload *w = workload_first(); w; w = w->next) {
			const char *job = workload_groups[w->group];
			double wall = facts_get(facts, i, name, job, w->name, "seconds");
			double cpu = facts_get(
				facts, i, name, job, w->name, "cpu_seconds");
			if (wall > long_enough && 1 - cpu / wall > worst)
				worst = 1 - cpu / wall;
		}
	return worst;
}

static unsigned
index_of(const struct ab_variant *v)
{
	unsigned i = 0;
	while (ab_variant_at(i) && ab_variant_at(i) != v)
		i++;
	return i;
}

/* Rounds that have a job of its in any group of workloads. */
static unsigned
rounds_of(const struct facts *facts, const char *name)
{
	unsigned n = 0;
	for (unsigned i = 0; i < facts_laps(facts); i++) {
		bool any = false;
		for (int g = 0; g < WORKLOAD_GROUPS && !any; g++)
			any = !isnan(facts_get(
				facts, i, name, workload_groups[g], "-", "process"));
		n += any;
	}
	return n;
}

struct digest
digest_of(const struct ab_variant *v, const struct ab_variant *reference,
	const struct facts *facts, size_t keys)
{
	struct digest d = {
		.v = v, .index = index_of(v), .failure = facts_failure(facts, v->name)
	};
	bool shown = strcmp(d.failure, "ok") == 0;
	if (reference && strcmp(facts_failure(facts, reference->name), "ok") != 0)
		reference = NULL;
	/* Nobody's name: all its figures are missing. */
	const char *name = shown ? v->name : "",
		   *other = reference ? reference->name : "";
	for (enum measure m = 0; m < MEASURES; m++)
		d.of[m] = measure(facts, name, m, keys);
	for (const struct workload *w = workload_first(); w; w = w->next)
		d.rates[w->id] = rate_of(facts, name, other, w);
	d.rss_ratio = rss_ratio(facts, name, other);
	d.rounds = rounds_of(facts, v->name);
	worst_lap(&d, facts);
	d.busy = share_lost(facts, v->name);
	d.off_heap = disagreement(facts, v->name);
	return d;
}
