/* report_workloads.c: the table of what is not in the table for people: a line for each
 * other workload of the run, a column for each variant. See report.h. */
#include <math.h>
#include <string.h>
#include "report.h"
#include "cohort.h"

static void
add_latency(struct table *t, const struct digest *d, const struct facts *facts,
	const struct workload *w)
{
	const char *job = workload_groups[w->group];
	double p50 = facts_median(facts, d->v->name, job, w->name, "p50");
	double p999 = facts_median(facts, d->v->name, job, w->name, "p99.9");
	bool shown = strcmp(d->failure, "ok") == 0 && !isnan(p50);
	table_add(t, shown ? g_strdup_printf("%.0f / %.0f", p50, p999) : g_strdup("-"));
}

static void
add_line(struct table *t, const struct digest *of, const struct cohort *cohort,
	const struct workload *w)
{
	g_autofree char *what = g_strdup_printf(
		"%s, %s", w->name, w->timed_singly ? "ns: p50 / p99.9" : "M/s");
	table_add(t, cohort_name(cohort, what));
	for (size_t i = 0; i + 1 < t->columns; i++)
		if (w->timed_singly)
			add_latency(t, &of[i], cohort->facts, w);
		else
			report_add_rate(t, of[i].rates[w->id].mops.median);
}

/* And how many times as fast that is as one by one, if that was measured, too. */
static void
add_gain(struct table *t, const struct digest *of, const struct cohort *cohort,
	const struct workload *w)
{
	g_autofree char *what = g_strdup_printf("%s, times %s", w->name, w->one_by_one);
	table_add(t, cohort_name(cohort, what));
	for (size_t i = 0; i + 1 < t->columns; i++)
		table_number(t, 2, digest_gain(cohort->facts, of[i].v->name, w).median);
}

struct table
report_workloads(const struct report *r)
{
	guint n = r->variants->len;
	g_autoptr(GArray) cohorts = cohorts_by_host(r->record->rows, r->reference, false);
	struct table t = table_of(1 + n);
	g_autofree struct digest *of = g_new(struct digest, n * cohorts->len + 1);
	table_add(&t, g_strdup("workload"));
	for (guint i = 0; i < n * cohorts->len; i++)
		of[i] = digest_of(r->variants->pdata[i % n], r->reference,
			cohort_at(cohorts, i / n)->facts, r->keys);
	for (guint i = 0; i < n; i++)
		table_add(&t, g_strdup(of[i].v->name));
	for (guint k = 0; k < r->wanted->len * cohorts->len; k++) {
		const struct workload *w = r->wanted->pdata[k / cohorts->len];
		guint cohort = k % cohorts->len;
		if (!w->core)
			add_line(&t, &of[cohort * n], cohort_at(cohorts, cohort), w);
		if (w->one_by_one && workload_is_wanted(r->wanted, w->one_by_one))
			add_gain(&t, &of[cohort * n], cohort_at(cohorts, cohort), w);
	}
	return t;
}
