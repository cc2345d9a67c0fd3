/* run.c: see run.h. */
#include <math.h>
#include <string.h>
#include "progress.h"
#include "run.h"
#include "child.h"
#include "workload.h"

enum { JOB_MEMORY, JOB_SPEED, JOBS };
static const char *const job_names[JOBS] = { "memory", "speed" };

/* One job to do, and how long it took. */
struct step {
	unsigned round, position;
	const struct ab_variant *v;
	int job;
	double seconds; /* NAN: not done yet */
};

/* The job that is running, as its lines arrive. */
struct reading {
	const struct run_spec *spec;
	struct row row; /* round, position, variant and job are filled in */
	GArray *rows;   /* struct row: what it has printed so far */
	GString *line;  /* not yet ended */
	run_sink *sink;
	void *arg;
	struct progress *progress;
	const char *failure; /* interned; NULL: none so far */
	const char *failed_at;
	bool identified; /* it has said what it read */
	bool ended, sink_failed;
};

enum { LONGEST_LINE = 4096, MOST_ROWS = 1000 };

/* ---- the plan ---- */

static GArray *
make_plan(const struct run_spec *spec)
{
	GArray *plan = g_array_new(FALSE, FALSE, sizeof(struct step));
	size_t n = spec->cli->chosen->len;
	g_autofree uint32_t *order = g_new(uint32_t, n);
	for (unsigned round = 1; round <= spec->rounds; round++) {
		struct setup s = spec->cli->setup;
		s.round = round;
		uint64_t rng = setup_rng(&s, FOR_CONTESTANTS);
		for (size_t i = 0; i < n; i++)
			order[i] = (uint32_t)i;
		rng_shuffle(&rng, order, n);
		for (size_t i = 0; i < n; i++)
			for (int job = 0; job < JOBS; job++) {
				struct step step = { round, (unsigned)i + 1,
					spec->cli->chosen->pdata[order[i]], job, NAN };
				g_array_append_val(plan, step);
			}
	}
	return plan;
}

/* What a step will take: as its like took before, else the mean of all. */
static double
guess(const GArray *plan, size_t done, const struct step *step)
{
	double all = 0, like = 0;
	size_t likes = 0;
	for (size_t i = 0; i < done; i++) {
		const struct step *x = &g_array_index(plan, struct step, i);
		all += x->seconds;
		if (x->v == step->v && x->job == step->job) {
			like += x->seconds;
			likes++;
		}
	}
	if (likes)
		return like / (double)likes;
	return done ? all / (double)done : NAN;
}

static double
time_left(const GArray *plan, size_t done)
{
	double left = 0;
	for (size_t i = done; i < plan->len; i++)
		left += guess(plan, done, &g_array_index(plan, struct step, i));
	return left;
}

/* ---- one job ---- */

static void
fail(struct reading *x, const char *at, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The first thing that goes wrong is the one that is told. */
static void
fail(struct reading *x, const char *at, const char *format, ...)
{
	if (x->failure)
		return;
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	x->failure = g_intern_string(text);
	x->failed_at = at;
}

/* The value of a row the job has printed, NAN if it printed none. */
static double
printed(const struct reading *x, const char *workload, const char *metric)
{
	for (guint i = 0; i < x->rows->len; i++) {
		const struct row *r = &g_array_index(x->rows, struct row, i);
		if (strcmp(r->workload, workload) == 0 && strcmp(r->metric, metric) == 0)
			return r->value;
	}
	return NAN;
}

static void
take_value(struct reading *x)
{
	const struct row *r = &x->row;
	if (x->rows->len >= MOST_ROWS || isnan(r->value) ||
		!isnan(printed(x, r->workload, r->metric))) {
		fail(x, "-", "printed garbage instead of results");
		return;
	}
	g_array_append_vals(x->rows, r, 1);
	x->sink_failed = x->sink_failed || !x->sink(x->arg, r);
}

/* Did it read what it was meant to? */
static void
take_data(struct reading *x, const struct row_data *got)
{
	const struct row_data *want = &x->spec->data;
	x->identified = true;
	if (got->keys != want->keys || got->key_bytes != want->key_bytes ||
		got->fingerprint != want->fingerprint)
		fail(x, "-", "the key file changed during the run");
}

static void
take_line(struct reading *x, char *line)
{
	struct row_data data;
	if (x->ended || x->failure) {
		fail(x, "-", "printed more after its last line");
		return;
	}
	if (!x->identified && row_parse_data(line, &data)) {
		take_data(x, &data);
		return;
	}
	enum row_line kind = row_parse(line, &x->row);
	if (!x->identified && kind != ROW_FAILURE)
		kind = ROW_GARBAGE;
	switch (kind) {
	case ROW_VALUE: take_value(x); break;
	case ROW_FAILURE: fail(x, x->row.workload, "%s", x->row.status); break;
	case ROW_END: x->ended = true; break;
	case ROW_GARBAGE: fail(x, "-", "printed garbage instead of results"); break;
	}
}

static void
take_bytes(void *arg, const char *bytes, size_t n)
{
	struct reading *x = arg;
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\n') {
			take_line(x, x->line->str);
			g_string_truncate(x->line, 0);
		} else if (x->line->len < LONGEST_LINE) {
			g_string_append_c(x->line, bytes[i]);
		} else {
			fail(x, "-", "printed garbage instead of results");
		}
	}
}

static void
tick(void *arg)
{
	struct reading *x = arg;
	progress_tick(x->progress);
}

static bool
has(struct reading *x, const char *workload, const char *metric)
{
	bool has = !isnan(printed(x, workload, metric));
	if (!has)
		fail(x, workload, "%s: its results have no '%s'", workload, metric);
	return has;
}

/* Every key asked for, and every answer right. */
static void
audit_answers(struct reading *x, const char *workload)
{
	double keys = (double)x->spec->data.keys;
	if (!has(x, workload, "right") || !has(x, workload, "asked"))
		return;
	double right = printed(x, workload, "right");
	double asked = printed(x, workload, "asked");
	if (asked != keys)
		fail(x, workload, "%s: asked for %.0f keys of %.0f", workload, asked,
			keys);
	else if (right != asked)
		fail(x, workload, "%s: wrong answers: %.0f/%.0f", workload, right, asked);
}

/* A job that ended well has printed everything the tables rest on. */
static void
audit(struct reading *x, const struct step *step)
{
	const struct ab_variant *v = step->v;
	if (step->job == JOB_MEMORY) {
		has(x, "load", "rss");
		if (v->memory)
			has(x, "load", "exact_total");
		return;
	}
	for (const struct workload *w = workloads; w->name; w++) {
		if (!workload_possible(w, v, x->spec->data.keys))
			continue;
		has(x, w->name, "operations");
		has(x, w->name, "seconds");
		if (!(v->caps & AB_HOLDS_NOTHING))
			audit_answers(x, w->name);
	}
}

static void
judge(struct reading *x, const struct step *step, const struct child_end *end)
{
	switch (end->how) {
	case CHILD_SIGNALED: fail(x, "-", "crashed: signal %d", end->code); break;
	case CHILD_TIMED_OUT:
		fail(x, "-", "timed out after %u s", x->spec->timeout_s);
		break;
	case CHILD_FAILED: fail(x, "-", "not started: %s", g_strerror(end->code)); break;
	case CHILD_INTERRUPTED: fail(x, "-", "interrupted"); break;
	case CHILD_EXITED:
		if (x->line->len)
			fail(x, "-", "printed garbage instead of results");
		else if (end->code != 0)
			fail(x, "-", "exited with status %d", end->code);
		else if (!x->ended)
			fail(x, "-", "ended before its results did");
		else
			audit(x, step);
	}
}

static GPtrArray *
arguments(const struct run_spec *spec, const struct step *step)
{
	GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(argv, g_strdup("artbench"));
	g_ptr_array_add(argv, g_strdup("job"));
	g_ptr_array_add(argv, g_strdup(job_names[step->job]));
	g_ptr_array_add(argv, g_strdup_printf("--variants=%s", step->v->name));
	g_ptr_array_add(argv, g_strdup_printf("--round=%u", step->round));
	if (spec->cpu >= 0)
		g_ptr_array_add(argv, g_strdup_printf("--pin=%d", spec->cpu));
	cli_append_setup(argv, spec->cli);
	g_ptr_array_add(argv, NULL);
	return argv;
}

static void
emit(struct reading *x, const char *workload, const char *metric, double value,
	const char *unit, const char *status)
{
	x->row.workload = workload;
	x->row.metric = metric;
	x->row.value = value;
	x->row.unit = unit;
	x->row.status = status;
	x->sink_failed = x->sink_failed || !x->sink(x->arg, &x->row);
}

/* Run a step in a process of its own and pass its rows on. */
static enum run_outcome
do_step(const struct run_spec *spec, struct step *step, struct reading *x)
{
	g_autoptr(GPtrArray) argv = arguments(spec, step);
	x->row = (struct row){ step->round, step->position, step->v->name,
		job_names[step->job], "-", "-", NAN, "-", "ok" };
	g_string_truncate(x->line, 0);
	x->failure = x->failed_at = NULL;
	x->identified = x->ended = false;
	g_array_set_size(x->rows, 0);
	struct child_end end = child_run(&(struct child){
		.argv = (char *const *)argv->pdata,
		.timeout_s = spec->timeout_s,
		.plain = true,
		.output = take_bytes,
		.tick = tick,
		.arg = x,
	});
	step->seconds = end.seconds;
	judge(x, step, &end);
	if (x->failure)
		emit(x, x->failed_at, "-", NAN, "-", x->failure);
	else
		emit(x, "-", "process", end.seconds, "s", "ok");
	if (x->sink_failed)
		return RUN_SINK_FAILED;
	if (end.how == CHILD_INTERRUPTED)
		return RUN_INTERRUPTED;
	return x->failure ? RUN_WRONG : RUN_RIGHT;
}

static void
announce(struct progress *p, const struct run_spec *spec, const GArray *plan, size_t i)
{
	const struct step *step = &g_array_index(plan, struct step, i);
	g_autofree char *what = g_strdup_printf("round %u/%u: %s, %s", step->round,
		spec->rounds, step->v->name, job_names[step->job]);
	progress_step(p, what, time_left(plan, i));
}

enum run_outcome
run_rounds(const struct run_spec *spec, run_sink *sink, void *arg)
{
	struct progress progress;
	g_autoptr(GArray) plan = make_plan(spec);
	struct reading x = { .spec = spec,
		.rows = g_array_new(FALSE, FALSE, sizeof(struct row)),
		.line = g_string_new(NULL),
		.sink = sink,
		.arg = arg,
		.progress = &progress };
	enum run_outcome all = RUN_RIGHT;
	child_guard();
	progress_start(&progress, plan->len);
	for (size_t i = 0; i < plan->len && all <= RUN_WRONG; i++) {
		struct step *step = &g_array_index(plan, struct step, i);
		announce(&progress, spec, plan, i);
		enum run_outcome one = do_step(spec, step, &x);
		all = MAX(all, one);
		if (one == RUN_WRONG)
			g_printerr("%sartbench: %s, round %u, %s: %s\n",
				progress.terminal ? "\r\033[K" : "", step->v->name,
				step->round, job_names[step->job], x.failure);
		progress_done(&progress);
	}
	progress_stop(&progress);
	g_string_free(x.line, TRUE);
	g_array_unref(x.rows);
	return all;
}
