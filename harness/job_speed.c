/* job_speed.c: how fast one contestant is; see job.h. */
#include "verify.h"
#include "job.h"
#include "row.h"
#include "workload.h"

struct timing {
	double seconds, cpu_seconds;
	char *failure; /* NULL: it ran */
};

static void
take_timing(const struct gbench_result *r, void *arg)
{
	struct timing *t = arg;
	t->seconds = r->real_seconds;
	t->cpu_seconds = r->cpu_seconds;
	t->failure = g_strdup(r->error);
}

struct bound {
	const struct workload *w;
	struct fixture *f;
};

static void
run_bound(struct gbench_state *s, void *arg)
{
	const struct bound *b = arg;
	b->w->run(s, b->f);
}

static bool
time_workload(struct fixture *f, const struct workload *w, int order, GError **error)
{
	struct bound b = { w, f };
	struct timing t = { 0 };
	bool ran = gbench_register(&(struct gbench_spec){
			   w->name, run_bound, &b, w->clock, w->iterations(f) }) &&
		   gbench_run_each(take_timing, &t) == 1;
	gbench_clear();
	row_emit(w->name, "order", order, "position");
	if (fixture_answers(f)) {
		row_emit(w->name, "right", (double)f->tally.right, "count");
		row_emit(w->name, "asked", (double)f->tally.asked, "count");
	}
	g_autofree char *what = ran ? t.failure : g_strdup("it could not be run");
	if (what) {
		g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG, "%s: %s", w->name, what);
		return false;
	}
	row_emit(w->name, "operations", (double)f->tally.operations, w->unit);
	row_emit(w->name, "seconds", t.seconds, "s");
	row_emit(w->name, "cpu_seconds", t.cpu_seconds, "s");
	return true;
}

/* The workloads this variant supports, in the order to run them: what loads it,
 * the read-only ones rotated by round, what empties it. NULL ends them. */
static void
plan(const struct fixture *f, const struct workload **order)
{
	const struct workload *reads[WORKLOADS_MOST];
	size_t n = 0, readers = 0;
	for (const struct workload *w = workloads; w->name; w++)
		if (w->needs & READS_ONLY && workload_supported(w, f))
			reads[readers++] = w;
	for (const struct workload *w = workloads; w->name; w++)
		if (w->needs == NEEDS_PUT && workload_supported(w, f))
			order[n++] = w;
	for (size_t i = 0; i < readers; i++)
		order[n++] = reads[(i + f->setup.round - 1) % readers];
	for (const struct workload *w = workloads; w->name; w++)
		if (w->needs & NEEDS_DEL && workload_supported(w, f))
			order[n++] = w;
	order[n] = NULL;
}

/* Off the clock, between the last read and the first delete, and at the end. */
static bool
compare(struct fixture *f, GError **error)
{
	if (!fixture_answers(f))
		return true;
	return check_scan(f, error) && check_sound(f, f->d->n, error);
}

/* `*at` is the name of the workload that failed. */
static bool
measure_speed(struct fixture *f, const char **at, GError **error)
{
	const struct workload *order[WORKLOADS_MOST];
	bool compared = false;
	plan(f, order);
	for (int i = 0; order[i]; i++) {
		if (order[i]->needs & NEEDS_DEL && !compared) {
			*at = "compare";
			if (!compare(f, error))
				return false;
			compared = true;
		}
		*at = order[i]->name;
		if (!time_workload(f, order[i], i + 1, error))
			return false;
	}
	*at = "compare";
	return compared ? job_sound(f, 0, error) : compare(f, error);
}

bool
job_speed(const struct ab_variant *v, const struct dataset *d, const struct setup *s)
{
	struct fixture f;
	GError *error = NULL;
	const char *at = "load";
	job_emit_data(d);
	bool ok = fixture_open(&f, v, d, s, &error) && measure_speed(&f, &at, &error);
	fixture_close(&f);
	return job_finish(ok, at, error);
}
