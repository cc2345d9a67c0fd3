/* page_tables.c: the tables that the page alone has; see run_page.h. */
#include <math.h>
#include <string.h>
#include "run_page.h"

/* What a line is about. */
struct line {
	const struct ab_variant *v;
	const struct cohort *cohort;
	const struct facts *facts; /* of it */
	double keys;
};

static guint
lines(const struct page *p)
{
	return p->report->variants->len * p->cohorts->len;
}

static struct line
line_at(const struct page *p, guint i)
{
	const struct cohort *cohort = cohort_at(p->cohorts, i % p->cohorts->len);
	return (struct line){ p->report->variants->pdata[i / p->cohorts->len], cohort,
		cohort->facts, (double)p->report->keys };
}

/* Over the laps; NAN: never measured. */
static double
median_of(const struct line *l, const char *job, const char *workload, const char *metric)
{
	return facts_median(l->facts, l->v->name, job, workload, metric);
}

/* A table with a line for each variant and cohort that has such figures. */
struct special {
	const char *heading, *caption;
	const char *const *names;
	void (*add)(struct table *t, const struct line *l);
};

static void
put(struct page *p, const struct special *x)
{
	struct table all = table_named(x->names);
	for (guint i = 0; i < lines(p); i++) {
		struct line l = line_at(p, i);
		x->add(&all, &l);
	}
	if (all.lines > 1) {
		doc_heading(&p->doc, x->heading);
		doc_table(&p->doc, x->caption, &all);
	}
	table_clear(&all);
}

static void
add_name(struct table *t, const struct line *l)
{
	table_add(t, cohort_name(l->cohort, l->v->name));
}

static void
add_percent(struct table *t, double share, const char *mark)
{
	if (isnan(share))
		table_say(t, "-");
	else
		table_say(t, "%+.1f %%%s", share * 100, mark);
}

/* ---- memory ---- */

/* What no term explains: the job's residue still holds malloc's cache. */
static double
residue_of(const struct line *l)
{
	unsigned laps = facts_laps(l->facts);
	g_autofree double *x = g_new(double, laps + 1);
	for (unsigned i = 0; i < laps; i++) {
		double cached = facts_get(
			l->facts, i, l->v->name, "memory", "bridge", "cached");
		x[i] = facts_get(l->facts, i, l->v->name, "memory", "bridge", "residue") -
		       (isnan(cached) ? 0 : cached);
	}
	return stats_spread(x, laps).median;
}

static void
add_bridge(struct table *t, const struct line *l)
{
	static const char *const metrics[] = { "exact", "rounding", "metadata",
		"page_slack", "cached", "rss", NULL };
	double rss = median_of(l, "memory", "bridge", "rss");
	if (isnan(rss))
		return;
	add_name(t, l);
	for (size_t m = 0; metrics[m]; m++) {
		double x = median_of(l, "memory", "bridge", metrics[m]);
		if (m == 0 && isnan(x))
			x = median_of(l, "memory", "bridge", "held");
		table_number(t, 2, x / l->keys);
	}
	double residue = residue_of(l);
	table_number(t, 2, residue / l->keys);
	double share = rss > 0 ? residue / rss : NAN;
	add_percent(t, share, fabs(share) > 0.03 ? " !" : "");
}

void
page_bridge(struct page *p)
{
	static const char *const header[] = { "variant", "exact or held",
		"allocator rounding", "allocator metadata", "page slack",
		"malloc's cache", "RSS", "residue", "residue of RSS", NULL };
	const struct special x = { "From what was asked for to what is resident",
		"Bytes per key. Each figure is measured by itself, so the residue is "
		"what they do not explain; over 3 % it is marked. Page slack: free "
		"memory inside the heap, less pages never touched. Malloc's cache: "
		"blocks freed that its account still takes for held.",
		header, add_bridge };
	put(p, &x);
}

static void
add_churn(struct table *t, const struct line *l)
{
	static const char *const metrics[] = { "rss_after_0", "rss_after_1",
		"rss_after_2", "rss_after_5", "rss_after_10", "exact_after_0",
		"exact_after_10" };
	enum { LOADED = 0, LAST = 4, FIRST_EXACT, LAST_EXACT };
	double x[G_N_ELEMENTS(metrics)];
	for (size_t m = 0; m < G_N_ELEMENTS(metrics); m++)
		x[m] = median_of(l, "churn", "churn", metrics[m]) / l->keys;
	if (isnan(x[LAST]) && isnan(x[LAST_EXACT]))
		return;
	add_name(t, l);
	for (size_t m = 0; m < FIRST_EXACT; m++)
		table_number(t, 2, x[m]);
	add_percent(t, x[LOADED] > 0 ? x[LAST] / x[LOADED] - 1 : NAN, "");
	for (size_t m = FIRST_EXACT; m < G_N_ELEMENTS(metrics); m++)
		table_number(t, 2, x[m]);
}

void
page_churn(struct page *p)
{
	static const char *const header[] = { "variant", "as loaded", "after 1",
		"after 2", "after 5", "after 10", "growth", "exact, as loaded",
		"exact, after 10", NULL };
	const struct special x = { "Does memory creep?",
		"Bytes per key by RSS, and by the structure's own count: as loaded, and "
		"after a random half of the keys was deleted and put back so many times.",
		header, add_churn };
	put(p, &x);
}

/* ---- batches ---- */

static void
add_batches(struct table *t, const struct line *l)
{
	for (const struct workload *w = workload_first(); w; w = w->next) {
		if (!w->one_by_one)
			continue;
		struct estimate gain = digest_gain(l->facts, l->v->name, w);
		if (isnan(gain.median))
			continue;
		add_name(t, l);
		table_say(t, "%s", w->name);
		table_say(t, "%s", w->one_by_one);
		table_number(t, 2, gain.median);
		if (gain.coverage > 0)
			table_say(t, "%.2f..%.2f%s", gain.lo, gain.hi,
				stats_resolved(&gain) ? "" : TABLE_UNRESOLVED);
		else
			table_say(t, "-");
	}
}

void
page_batches(struct page *p)
{
	static const char *const header[] = { "variant", "workload", "over",
		"times as fast", "95 %", NULL };
	const struct special x = { "Many keys in a call",
		"How many times as fast as one by one: the median of the ratios within "
		"each round and its 95 % interval. '?': that includes 1, and shows no "
		"difference.",
		header, add_batches };
	put(p, &x);
}

/* ---- nodes ---- */

static void
add_census(struct table *t, const struct line *l)
{
	double counts[AB_KINDS], all = 0;
	for (int k = 0; k < AB_KINDS && l->v->node_kinds[k]; k++) {
		g_autofree char *metric = g_strconcat(
			"nodes_", l->v->node_kinds[k], NULL);
		counts[k] = median_of(l, "memory", "load", metric);
		all += isnan(counts[k]) ? 0 : counts[k];
	}
	for (int k = 0; k < AB_KINDS && l->v->node_kinds[k]; k++) {
		if (!(counts[k] > 0))
			continue;
		add_name(t, l);
		table_say(t, "%s", l->v->node_kinds[k]);
		table_number(t, 0, counts[k]);
		table_say(t, "%.2f %%", counts[k] / all * 100);
	}
}

void
page_census(struct page *p)
{
	static const char *const header[] = { "variant", "kind of node", "nodes",
		"of all", NULL };
	const struct special x = { "Node census", NULL, header, add_census };
	put(p, &x);
}

/* ---- latency ---- */

static void
add_latency(struct table *t, const struct line *l)
{
	static const char *const metrics[] = { "p50", "p99", "p99.9", "max" };
	for (const struct workload *w = workload_first(); w; w = w->next) {
		const char *job = workload_groups[w->group];
		if (isnan(median_of(l, job, w->name, "p50")))
			continue;
		add_name(t, l);
		table_say(t, "%s", w->pass->operation);
		for (size_t k = 0; k < G_N_ELEMENTS(metrics); k++)
			table_number(t, 0, median_of(l, job, w->name, metrics[k]));
	}
}

/* The largest that any of them says. */
static double
most_of(const struct page *p, const char *metric)
{
	double most = 0;
	for (guint i = 0; i < lines(p); i++)
		for (const struct workload *w = workload_first(); w; w = w->next) {
			struct line l = line_at(p, i);
			most = fmax(most, median_of(&l, workload_groups[w->group],
						  w->name, metric));
		}
	return most;
}

void
page_latency(struct page *p)
{
	static const char *const header[] = { "variant", "operation", "p50", "p99",
		"p99.9", "max", NULL };
	g_autofree char *caption = g_strdup_printf(
		"Nanoseconds, the median of the rounds. The cost of reading the clock, "
		"up to %.0f, has been measured and subtracted; the clock counts in steps "
		"of %.0f.",
		most_of(p, "clock_cost"), most_of(p, "clock_step"));
	const struct special x = { "Latency of single operations", caption, header,
		add_latency };
	put(p, &x);
}
