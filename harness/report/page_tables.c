/* page_tables.c: see page_tables.h. */
#include <math.h>
#include <string.h>
#include "page_tables.h"

/* What a line is about. */
struct line {
	const struct ab_variant *v;
	const struct cohort *cohort;
	const struct facts *facts; /* of it */
};

static guint
lines(const struct page_tables *t)
{
	return t->about->variants->len * t->cohorts->len;
}

static struct line
line_at(const struct page_tables *t, guint i)
{
	const struct cohort *cohort = cohort_at(t->cohorts, i % t->cohorts->len);
	return (struct line){ t->about->variants->pdata[i / t->cohorts->len], cohort,
		cohort->facts };
}

/* Over the laps; NAN: never measured. */
static double
median_of(const struct line *l, const char *job, const char *workload, const char *metric)
{
	return facts_median(l->facts, l->v->name, job, workload, metric);
}

/* ---- cells ---- */

static GPtrArray *
cells_below(const char *const *header)
{
	GPtrArray *cells = g_ptr_array_new_with_free_func(g_free);
	for (; *header; header++)
		g_ptr_array_add(cells, g_strdup(*header));
	return cells;
}

static void
add_name(GPtrArray *cells, const struct line *l)
{
	g_ptr_array_add(cells, cohort_name(l->cohort, l->v->name));
}

static void
add_cell(GPtrArray *cells, double x, int digits)
{
	g_ptr_array_add(
		cells, isnan(x) ? g_strdup("-") : g_strdup_printf("%.*f", digits, x));
}

static void
add_percent(GPtrArray *cells, double share, const char *mark)
{
	g_ptr_array_add(
		cells, isnan(share) ? g_strdup("-")
				    : g_strdup_printf("%+.1f %%%s", share * 100, mark));
}

/* If there is more than a header. */
static void
put_table(const struct page_tables *t, const char *heading, const char *caption,
	const GPtrArray *cells, size_t columns)
{
	if (cells->len <= columns)
		return;
	doc_heading(t->doc, heading);
	doc_table(t->doc, caption, cells, columns);
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
add_bridge(GPtrArray *cells, const struct line *l, double keys)
{
	static const char *const metrics[] = { "exact", "rounding", "metadata",
		"page_slack", "cached", "rss", NULL };
	double rss = median_of(l, "memory", "bridge", "rss");
	if (isnan(rss))
		return;
	add_name(cells, l);
	for (size_t m = 0; metrics[m]; m++) {
		double x = median_of(l, "memory", "bridge", metrics[m]);
		if (m == 0 && isnan(x))
			x = median_of(l, "memory", "bridge", "held");
		add_cell(cells, x / keys, 2);
	}
	double residue = residue_of(l);
	add_cell(cells, residue / keys, 2);
	double share = rss > 0 ? residue / rss : NAN;
	add_percent(cells, share, fabs(share) > 0.03 ? " !" : "");
}

void
page_bridge(const struct page_tables *t)
{
	static const char *const header[] = { "variant", "exact or held",
		"allocator rounding", "allocator metadata", "page slack",
		"malloc's cache", "RSS", "residue", "residue of RSS", NULL };
	g_autoptr(GPtrArray) cells = cells_below(header);
	for (guint i = 0; i < lines(t); i++) {
		struct line l = line_at(t, i);
		add_bridge(cells, &l, (double)t->about->keys);
	}
	put_table(t, "From what was asked for to what is resident",
		"Bytes per key. Each figure is measured by itself, so the residue is "
		"what they do not explain; over 3 % it is marked. Page slack: free "
		"memory inside the heap, less pages never touched. Malloc's cache: "
		"blocks freed that its account still takes for held.",
		cells, G_N_ELEMENTS(header) - 1);
}

static void
add_churn(GPtrArray *cells, const struct line *l, double keys)
{
	static const char *const metrics[] = { "rss_after_0", "rss_after_1",
		"rss_after_2", "rss_after_5", "rss_after_10", "exact_after_0",
		"exact_after_10" };
	enum { LOADED = 0, LAST = 4, FIRST_EXACT, LAST_EXACT };
	double x[G_N_ELEMENTS(metrics)];
	for (size_t m = 0; m < G_N_ELEMENTS(metrics); m++)
		x[m] = median_of(l, "churn", "churn", metrics[m]) / keys;
	if (isnan(x[LAST]) && isnan(x[LAST_EXACT]))
		return;
	add_name(cells, l);
	for (size_t m = 0; m < FIRST_EXACT; m++)
		add_cell(cells, x[m], 2);
	add_percent(cells, x[LOADED] > 0 ? x[LAST] / x[LOADED] - 1 : NAN, "");
	for (size_t m = FIRST_EXACT; m < G_N_ELEMENTS(metrics); m++)
		add_cell(cells, x[m], 2);
}

void
page_churn(const struct page_tables *t)
{
	static const char *const header[] = { "variant", "as loaded", "after 1",
		"after 2", "after 5", "after 10", "growth", "exact, as loaded",
		"exact, after 10", NULL };
	g_autoptr(GPtrArray) cells = cells_below(header);
	for (guint i = 0; i < lines(t); i++) {
		struct line l = line_at(t, i);
		add_churn(cells, &l, (double)t->about->keys);
	}
	put_table(t, "Does memory creep?",
		"Bytes per key by RSS, and by the structure's own count: as loaded, and "
		"after a random half of the keys was deleted and put back so many times.",
		cells, G_N_ELEMENTS(header) - 1);
}

/* ---- nodes ---- */

static void
add_census(GPtrArray *cells, const struct line *l)
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
		add_name(cells, l);
		g_ptr_array_add(cells, g_strdup(l->v->node_kinds[k]));
		add_cell(cells, counts[k], 0);
		g_ptr_array_add(cells, g_strdup_printf("%.2f %%", counts[k] / all * 100));
	}
}

void
page_census(const struct page_tables *t)
{
	static const char *const header[] = { "variant", "kind of node", "nodes",
		"of all", NULL };
	g_autoptr(GPtrArray) cells = cells_below(header);
	for (guint i = 0; i < lines(t); i++) {
		struct line l = line_at(t, i);
		add_census(cells, &l);
	}
	put_table(t, "Node census", NULL, cells, G_N_ELEMENTS(header) - 1);
}

/* ---- latency ---- */

struct clock_told {
	double cost, step; /* the largest there were */
};

static void
add_latency(GPtrArray *cells, const struct line *l, const struct workload *w,
	struct clock_told *clock)
{
	static const char *const metrics[] = { "p50", "p99", "p99.9", "max" };
	const char *job = workload_groups[w->group];
	if (isnan(median_of(l, job, w->name, "p50")))
		return;
	add_name(cells, l);
	g_ptr_array_add(cells, g_strdup(w->pass->operation));
	clock->cost = fmax(clock->cost, median_of(l, job, w->name, "clock_cost"));
	clock->step = fmax(clock->step, median_of(l, job, w->name, "clock_step"));
	for (size_t k = 0; k < G_N_ELEMENTS(metrics); k++)
		add_cell(cells, median_of(l, job, w->name, metrics[k]), 0);
}

void
page_latency(const struct page_tables *t)
{
	static const char *const header[] = { "variant", "operation", "p50", "p99",
		"p99.9", "max", NULL };
	g_autoptr(GPtrArray) cells = cells_below(header);
	struct clock_told clock = { 0, 0 };
	for (guint i = 0; i < lines(t); i++)
		for (const struct workload *w = workload_first(); w; w = w->next) {
			struct line l = line_at(t, i);
			add_latency(cells, &l, w, &clock);
		}
	g_autofree char *caption = g_strdup_printf(
		"Nanoseconds, the median of the rounds. The cost of reading the clock, "
		"up to %.0f, has been measured and subtracted; the clock counts in steps "
		"of %.0f.",
		clock.cost, clock.step);
	put_table(t, "Latency of single operations", caption, cells,
		G_N_ELEMENTS(header) - 1);
}
