/* run.c: see run.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "ground/clock.h"
#include "ground/machine.h"
#include "pace.h"
#include "run.h"

/* Of the memory that there is; the rest is the system's, and the program's own. */
#define ROOM_SHARE 0.8

/* Who is measured in a round. */
struct entrant {
	const struct ab_variant *v;
	const char *name; /* interned; the variant's, or NAME.again */
	unsigned position;
};

struct run {
	const struct run_spec *spec;
	struct pace pace;
	GArray *entrants; /* struct entrant: of this round, in their order */
	unsigned round;
	double *held; /* bytes, by index of the variant in spec->cli->chosen */
	struct progress own, *progress;
	const char
		*title; /* of the step of `progress` that this is; NULL: it is our own */
	const struct job_kind *now;
};

/* ---- the plan ---- */

static uint64_t
rng_of_round(const struct run *x, enum setup_purpose purpose)
{
	struct setup s = x->spec->cli->setup;
	s.round = x->round;
	return setup_rng(&s, purpose);
}

static bool
is_in_round(const struct run *x, const struct ab_variant *v)
{
	return !pace_is_of_first(&x->pace, x->round) ||
	       g_ptr_array_find((GPtrArray *)x->spec->first, v, NULL);
}

static void
draw_order(struct run *x)
{
	const GPtrArray *chosen = x->spec->cli->chosen;
	const struct ab_variant *reference = x->spec->reference;
	uint64_t rng = rng_of_round(x, FOR_CONTESTANTS);
	size_t n = chosen->len + (reference != NULL);
	g_autofree uint32_t *order = g_new(uint32_t, n);
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	rng_shuffle(&rng, order, n);
	g_array_set_size(x->entrants, 0);
	for (size_t i = 0; i < n; i++) {
		bool again = order[i] == chosen->len;
		const struct ab_variant *v = again ? reference : chosen->pdata[order[i]];
		g_autofree char *name = g_strconcat(
			v->name, again ? JOB_AGAIN : "", NULL);
		struct entrant e = { v, g_intern_string(name), x->entrants->len + 1 };
		if (is_in_round(x, v))
			g_array_append_val(x->entrants, e);
	}
}

static bool
is_again(const struct entrant *e)
{
	return strcmp(e->name, e->v->name) != 0;
}

static bool
is_done(const struct run *x, const struct job_kind *step, const struct entrant *e)
{
	const struct part *part = x->spec->part;
	if (part && !part_has(part, x->round, step->name, e->name))
		return true;
	g_autofree char *key = record_job_key(x->round, step->name, e->name);
	return x->spec->done && g_hash_table_contains(x->spec->done, key);
}

/* Who is to do this step: those who have not; but who takes turns, does so with all
 * the others. The memory of the reference is known already. */
static GArray *
who_is_due(const struct run *x, const struct job_kind *step)
{
	GArray *due = g_array_new(FALSE, FALSE, sizeof(struct entrant));
	bool any = false;
	for (guint i = 0; i < x->entrants->len; i++) {
		struct entrant *e = &g_array_index(x->entrants, struct entrant, i);
		bool done = is_done(x, step, e);
		if (step->what != JOB_GROUP && (done || is_again(e)))
			continue;
		any = any || !done;
		g_array_append_val(due, *e);
	}
	if (!any)
		g_array_set_size(due, 0);
	return due;
}

/* ---- do they fit in memory together? ---- */

static double *
held_by(const struct run *x, const struct ab_variant *v)
{
	guint i = 0;
	g_ptr_array_find(x->spec->cli->chosen, v, &i);
	return &x->held[i];
}

double
run_needs(const struct run_spec *spec, double held)
{
	static const double per_key = 200; /* bytes, where nothing is known */
	double keys = (double)spec->data.keys;
	double twice = 2 * (double)spec->data.key_bytes + 80 * keys;
	return (double)spec->opening + twice + (isnan(held) ? per_key * keys : held);
}

double
run_room(const struct run_spec *spec)
{
	return spec->memory ? (double)spec->memory
			    : ROOM_SHARE * (double)machine_memory("");
}

double
run_room_each(const struct run_spec *spec)
{
	double each = ROOM_SHARE * (double)machine_memory_each(), all = run_room(spec);
	return MIN(all, each);
}

/* Of each as far as an earlier process has measured it. */
static void
learn_held(struct run *x)
{
	const GArray *rows = x->spec->rows;
	for (guint i = 0; i < x->spec->cli->chosen->len; i++)
		x->held[i] = NAN;
	for (guint i = 0; rows && i < rows->len; i++) {
		const struct row *r = &g_array_index(rows, struct row, i);
		const struct ab_variant *v = ab_variant_named(r->variant);
		if (v && strcmp(r->workload, "load") == 0 &&
			strcmp(r->metric, "rss") == 0 &&
			g_ptr_array_find(x->spec->cli->chosen, v, NULL))
			*held_by(x, v) = r->value;
	}
}

static int
descending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x < y) - (x > y);
}

/* Even the largest, if only so many are there at a time. */
static bool
fit_together(const struct run *x, const GArray *due, size_t at_once)
{
	g_autofree double *needs = g_new(double, due->len);
	double all = 0;
	for (guint i = 0; i < due->len; i++)
		needs[i] = run_needs(
			x->spec, *held_by(x, g_array_index(due, struct entrant, i).v));
	qsort(needs, due->len, sizeof *needs, descending);
	for (guint i = 0; i < due->len && i < at_once; i++)
		all += needs[i];
	return all < run_room(x->spec) &&
	       !(due->len && needs[0] >= run_room_each(x->spec));
}

/* ---- one step ---- */

static char **
arguments(const struct run *x, const struct job_kind *step, const struct entrant *e,
	bool turns)
{
	const struct run_spec *spec = x->spec;
	g_autofree char *names = workload_names(spec->wanted);
	return job_argv(&(struct job_argv){ .run = spec->cli,
		.kind = step->name,
		.variants = &e->v,
		.n = 1,
		.round = x->round,
		.cpu = spec->cpu,
		.turns = turns,
		.counters = spec->counters && step->what == JOB_GROUP,
		.workloads = names });
}

/* What is being done, for people; g_free it. */
static char *
doing(const struct run *x, const char *what)
{
	const char *title = x->title;
	return g_strdup_printf("%s%sround %u/%u: %s%s%s", title ? title : "",
		title ? ", " : "", x->round, x->spec->rounds, x->now->name,
		*what ? ", " : "", what);
}

static void
tick(void *arg, const char *what)
{
	struct run *x = arg;
	g_autofree char *text = doing(x, what);
	progress_tick(x->progress, text);
}

static void
prepare(const struct run *x, const struct job_kind *step, const struct entrant *e,
	struct contestant *c, bool turns)
{
	const struct run_spec *spec = x->spec;
	const struct reading_spec reading = { e->v, spec->data, spec->wanted, *step,
		spec->timeout_s };
	const struct row row = { x->round, e->position, e->name, step->name, "-", "-",
		NAN, "-", "ok", spec->host };
	reading_init(&c->reading, &reading, spec->sink, &row);
	if (step->what == JOB_GROUP)
		reading_add(&c->reading, "-", "in_turns", turns, "flag");
	c->argv = arguments(x, step, e, turns);
}

static void
report_failures(struct run *x, const struct contest *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct reading *r = &c->of[i].reading;
		if (r->failure && strcmp(r->failure, READING_INTERRUPTED) != 0)
			g_printerr("%sartbench: %s, round %u, %s: %s\n",
				x->progress->terminal ? "\r\033[K" : "", r->row.variant,
				x->round, r->row.job, r->failure);
		if (r->spec.kind.what == JOB_MEMORY)
			*held_by(x, r->spec.v) = reading_value(r, "load", "rss");
	}
}

static bool
takes_turns(const struct run *x, const struct job_kind *step, const GArray *due)
{
	return step->what == JOB_GROUP && !x->spec->alone &&
	       fit_together(x, due, due->len);
}

static size_t
places(const struct run *x, const struct job_kind *step, const GArray *due)
{
	/* Two that only take memory do not disturb each other. */
	bool two = step->what != JOB_GROUP && x->spec->cpu < 0 && processor_count() > 1 &&
		   fit_together(x, due, 2);
	return two ? 2 : 1;
}

static enum run_outcome
do_step(struct run *x, const struct job_kind *step, const GArray *due)
{
	const struct workload *order[WORKLOADS_MOST];
	bool turns = takes_turns(x, step, due);
	workload_order(x->spec->wanted, step->group, x->round, order);
	struct contest c = {
		.of = g_new0(struct contestant, due->len),
		.n = due->len,
		.order = turns ? order : NULL,
		.rng = rng_of_round(x, FOR_TURNS),
		.at_once = places(x, step, due),
		.timeout_s = x->spec->timeout_s,
		.preload = step->what == JOB_GROUP ? x->spec->preload_speed
						   : x->spec->preload_memory,
		.keys = x->spec->cli->handed,
		.tick = tick,
		.arg = x,
		.sink = x->spec->sink,
	};
	for (guint i = 0; i < due->len; i++)
		prepare(x, step, &g_array_index(due, struct entrant, i), &c.of[i], turns);
	enum run_outcome outcome = contest_run(&c);
	report_failures(x, &c);
	for (size_t i = 0; i < c.n; i++) {
		g_strfreev((char **)c.of[i].argv);
		reading_free(&c.of[i].reading);
	}
	g_free(c.of);
	return outcome;
}

/* ---- rounds ---- */

/* Seconds that an earlier process spent on a step, by how long its jobs lived: those
 * that take turns all at once, others as soon as there is a place. */
static double
took_before(const struct run *x, const struct job_kind *step)
{
	if (!x->spec->done)
		return 0;
	double until[2] = { 0 };
	bool turns = takes_turns(x, step, x->entrants);
	bool two = places(x, step, x->entrants) == 2;
	for (guint i = 0; i < x->entrants->len; i++) {
		const struct entrant *e = &g_array_index(x->entrants, struct entrant, i);
		g_autofree char *key = record_job_key(x->round, step->name, e->name);
		const double *seconds = g_hash_table_lookup(x->spec->done, key);
		double *place = &until[two && until[1] < until[0]];
		if (seconds)
			*place = turns ? MAX(*place, *seconds) : *place + *seconds;
	}
	return MAX(until[0], until[1]);
}

static enum run_outcome
do_round(struct run *x)
{
	enum run_outcome all = RUN_RIGHT;
	draw_order(x);
	for (size_t i = 0; i < x->pace.n_steps && all <= RUN_WRONG; i++) {
		x->now = &x->pace.steps[i];
		if (!job_kind_is_in(x->now, x->round))
			continue;
		g_autoptr(GArray) due = who_is_due(x, x->now);
		g_autofree char *what = doing(x, "");
		bool own = !x->title;
		double took = took_before(x, x->now), begun = clock_now();
		if (due->len) {
			if (own)
				progress_step(x->progress, what,
					pace_left(&x->pace, x->round, i));
			enum run_outcome one = do_step(x, x->now, due);
			all = MAX(all, one);
			took += clock_now() - begun;
		}
		pace_took(&x->pace, i, x->round, took);
		if (own)
			progress_done(x->progress);
	}
	return all;
}

/* What there is room for, as soon as the first round has shown it. */
static void
say_forecast(const struct run *x)
{
	const GPtrArray *of = x->spec->first;
	unsigned all, first;
	pace_forecast(&x->pace, &all, &first);
	g_autoptr(GString) names = g_string_new(NULL);
	for (guint i = 0; first && i < of->len; i++) {
		const struct ab_variant *v = of->pdata[i];
		g_string_append_printf(names, "%s%s",
			i            ? ", "
			: first == 1 ? ", then one of "
				     : ", then more of ",
			v->name);
	}
	g_printerr("%sartbench: round 1 took %.0f s; within %g s there is room for %u of "
		   "%u like it%s%s\n",
		x->progress->terminal ? "\r\033[K" : "", x->pace.spent, x->spec->budget_s,
		all, x->spec->rounds, names->str, first ? " alone" : "");
}

/* False: what has been decided could not be kept. */
static bool
narrow(struct run *x)
{
	const struct run_spec *spec = x->spec;
	return !pace_narrows(&x->pace, x->round) || !spec->narrowed ||
	       spec->narrowed(spec->arg, x->pace.first_from);
}

static enum run_stop
what_stops(struct run *x, enum run_outcome *all)
{
	const struct run_spec *spec = x->spec;
	if (x->round == 1 && spec->begun <= 1 && spec->budget_s > 0)
		say_forecast(x);
	/* What has been begun was not too much before. */
	if (x->round == 0 || x->round < MIN(spec->begun, spec->rounds))
		return RUN_GOES_ON;
	if (spec->enough && spec->enough(spec->arg, x->round))
		return RUN_KNOWS_ENOUGH;
	if (x->round >= spec->rounds)
		return RUN_DID_ROUNDS;
	if (!(spec->budget_s > 0))
		return RUN_GOES_ON;
	if (!narrow(x))
		*all = RUN_SINK_FAILED;
	return pace_has_room(&x->pace, x->round) ? RUN_GOES_ON : RUN_SPENT_BUDGET;
}

struct run *
run_new(const struct run_spec *spec)
{
	struct run *x = g_new(struct run, 1);
	*x = (struct run){ .spec = spec,
		.entrants = g_array_new(FALSE, FALSE, sizeof(struct entrant)),
		.held = g_new(double, spec->cli->chosen->len) };
	pace_init(&x->pace, spec);
	learn_held(x);
	child_guard();
	return x;
}

void
run_free(struct run *x)
{
	if (!x)
		return;
	g_array_unref(x->entrants);
	pace_free(&x->pace);
	g_free(x->held);
	g_free(x);
}

enum run_outcome
run_next_round(struct run *x, struct progress *progress, const char *title)
{
	x->progress = progress ? progress : &x->own;
	x->title = title;
	x->round++;
	return do_round(x);
}

unsigned
run_done(const struct run *x)
{
	return x->round;
}

double
run_left(const struct run *x)
{
	return pace_left(&x->pace, x->round + 1, 0);
}

enum run_outcome
run_rounds(const struct run_spec *spec, enum run_stop *stop)
{
	struct run *x = run_new(spec);
	enum run_outcome all = RUN_RIGHT;
	x->progress = &x->own;
	progress_start(&x->own, pace_steps(&x->pace));
	*stop = RUN_GOES_ON;
	while (all <= RUN_WRONG && (*stop = what_stops(x, &all)) == RUN_GOES_ON &&
		all <= RUN_WRONG) {
		enum run_outcome one = run_next_round(x, NULL, NULL);
		all = MAX(all, one);
	}
	progress_stop(&x->own);
	run_free(x);
	return all;
}
