/* report_counters.c: what the processor counted of an operation: a line for each variant and
 * workload of the run that has such figures. See report.h. */
#include <math.h>
#include <string.h>
#include "ground/counters.h"
#include "report.h"
#include "cohort.h"

struct line {
	const struct facts *facts;
	const struct ab_variant *v;
	const struct workload *w;
};

/* The median over rounds of a sum in an operation of its round. */
static double
an_operation(const struct line *l, const char *metric)
{
	const char *job = workload_groups[l->w->group];
	unsigned laps = facts_laps(l->facts);
	g_autofree double *x = g_new(double, laps + 1);
	for (unsigned i = 0; i < laps; i++)
		x[i] = facts_get(l->facts, i, l->v->name, job, l->w->name, metric) /
		       facts_get(l->facts, i, l->v->name, job, l->w->name, "operations");
	return stats_spread(x, laps).median;
}

static void
add_line(struct table *t, const struct cohort *cohort, const struct line *l)
{
	const char *job = workload_groups[l->w->group];
	double share = facts_median(l->facts, l->v->name, job, l->w->name, "counted");
	double instructions = an_operation(l, "instructions");
	double cycles = an_operation(l, "cycles");
	if (isnan(share) || strcmp(facts_failure(l->facts, l->v->name), "ok") != 0)
		return;
	table_add(t, cohort_name(cohort, l->v->name));
	table_say(t, "%s", l->w->name);
	table_number(t, 1, cycles);
	table_number(t, 1, instructions);
	table_number(t, 2, instructions / cycles);
	for (size_t i = 2; i < COUNTERS; i++)
		table_number(t, 3, an_operation(l, counter_events[i].name));
	table_number(t, 0, 100 * share);
}

struct table
report_counters(const struct report *r)
{
	static const char *const names[] = { "variant", "workload", "cycles",
		"instructions", "instructions/cycle", "branch misses", "L1d misses",
		"last-level misses", "dTLB misses", "counted %", NULL };
	struct table t = table_named(names);
	g_autoptr(GArray) cohorts = cohorts_by_host(r->record->rows, r->reference, false);
	for (guint v = 0; v < r->variants->len; v++)
		for (guint w = 0; w < r->wanted->len; w++)
			for (guint c = 0; c < cohorts->len; c++) {
				const struct cohort *cohort = cohort_at(cohorts, c);
				struct line l = { cohort->facts, r->variants->pdata[v],
					r->wanted->pdata[w] };
				add_line(&t, cohort, &l);
			}
	return t;
}
