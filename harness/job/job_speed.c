/* job_speed.c: how fast one contestant is; see job.h. */
#include "work/verify.h"
#include "job.h"
#include "jobs.h"
#include "ground/row.h"
#include "work/turn.h"
#include "work/workload.h"

struct timing {
	double seconds;
	char *failure; /* NULL: it ran */
};

static void
take_timing(const struct gbench_result *r, void *arg)
{
	struct timing *t = arg;
	t->seconds = r->real_seconds;
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
	workload_run(s, b->f, b->w);
}

static void
emit_answers(const struct fixture *f, const struct workload *w)
{
	if (!fixture_answers(f))
		return;
	row_emit(w->name, "right", (double)f->tally.right, "count");
	row_emit(w->name, "asked", (double)f->tally.asked, "count");
}

/* Why no result came of a run. */
static char *
why_not_run(void)
{
	const char *thrown = gbench_caught();
	return thrown ? g_strdup_printf("it has thrown an exception: %s", thrown)
		      : g_strdup("it could not be run");
}

static bool
time_workload(struct fixture *f, const struct workload *w, int order, GError **error)
{
	struct bound b = { w, f };
	struct timing t = { 0 };
	f->running = w->name;
	bool ran = gbench_register(&(struct gbench_spec){ w->name, run_bound, &b,
			   GBENCH_MANUAL_TIME, workload_turns(w) }) &&
		   gbench_run_each(take_timing, &t) == 1;
	gbench_clear();
	row_emit(w->name, "order", order, "position");
	g_autofree char *what = ran ? t.failure : why_not_run();
	if (what) {
		emit_answers(f, w);
		g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG, "%s: %s", w->name, what);
		return false;
	}
	row_emit(w->name, "operations", (double)f->tally.operations, workload_unit(w));
	row_emit(w->name, "seconds", t.seconds, "s");
	row_emit(w->name, "cpu_seconds", f->tally.cpu_seconds, "s");
	for (size_t i = 0; i < f->tally.n_figures; i++) {
		const struct figure *x = &f->tally.figures[i];
		row_emit(w->name, x->metric, x->value, x->unit);
	}
	turn_rest();
	workload_rest(w, f);
	emit_answers(f, w);
	return true;
}

/* Off the clock, between the last read and the first change, and at the end. */
static bool
compare(struct fixture *f, GError **error)
{
	if (!fixture_answers(f) || f->setup.round > SAME_ROUNDS)
		return true;
	return check_scan(f, error) && check_scan_back(f, error) &&
	       check_sound(f, f->d->n, error);
}

/* `*at` is the name of the workload that failed. */
static bool
measure(struct fixture *f, const struct job_speed *job, const char **at, GError **error)
{
	const struct workload *order[WORKLOADS_MOST];
	bool compared = false;
	int place = 0;
	workload_order(job->wanted, job->group, f->setup.round, order);
	for (size_t i = 0; order[i]; i++) {
		if (!workload_possible(order[i], f->v, f->d->n))
			continue;
		if (order[i]->pass->kind == CHANGES && !compared && f->loaded) {
			*at = "compare";
			if (!compare(f, error))
				return false;
			compared = true;
		}
		*at = order[i]->name;
		if (!time_workload(f, order[i], ++place, error))
			return false;
	}
	*at = "compare";
	if (f->loaded)
		return compare(f, error);
	return !f->t || job_sound(f, f->v->count(f->t), error);
}

bool
job_speed(const struct ab_variant *v, const struct dataset *d, const struct setup *s,
	const struct job_speed *job)
{
	struct fixture f;
	GError *error = NULL;
	const char *at = "load";
	job_emit_data(d);
	bool ok = fixture_open(&f, v, d, s, &error) && measure(&f, job, &at, &error);
	fixture_close(&f);
	return job_finish(ok, at, error);
}
