/* contest.c: see contest.h. */
#include <string.h>
#include "ground/clock.h"
#include "contest.h"
#include "contract/rng.h"

static bool
is_working(const struct contestant *c)
{
	return c->process.running && c->reading.state == WORKING;
}

static void
start(struct contest *x, struct contestant *c)
{
	child_start(&c->process, &(struct child){
					 .argv = c->argv,
					 .plain = true,
					 .told = x->order != NULL,
					 .preload = x->preload,
					 .keys = x->keys,
					 .output = reading_bytes,
					 .arg = &c->reading,
				 });
	if (!c->process.running)
		reading_end(&c->reading, &c->process.end);
}

/* End those that have said nonsense, and close the books of those that ended. */
static void
settle(struct contest *x, const bool *was_running)
{
	for (size_t i = 0; i < x->n; i++) {
		struct contestant *c = &x->of[i];
		if (c->process.running && c->reading.failure && x->order)
			child_kill(&c->process, CHILD_INTERRUPTED);
		if (was_running[i] && !c->process.running)
			reading_end(&c->reading, &c->process.end);
	}
}

static void
kill_working(struct contest *x, enum child_how how)
{
	for (size_t i = 0; i < x->n; i++)
		if (is_working(&x->of[i]) || how == CHILD_INTERRUPTED) {
			bool was_running = x->of[i].process.running;
			child_kill(&x->of[i].process, how);
			if (was_running)
				reading_end(&x->of[i].reading, &x->of[i].process.end);
		}
}

/* Wait for something to happen. False: we were told to stop, and all have been. */
static bool
poll_once(struct contest *x, const char *what)
{
	g_autofree struct child_process **all = g_new(struct child_process *, x->n);
	g_autofree bool *running = g_new(bool, x->n);
	for (size_t i = 0; i < x->n; i++) {
		all[i] = &x->of[i].process;
		running[i] = all[i]->running;
	}
	bool go_on = child_poll(all, x->n, 1);
	settle(x, running);
	if (!go_on)
		kill_working(x, CHILD_INTERRUPTED);
	if (x->tick)
		x->tick(x->arg, what);
	return go_on;
}

static size_t
working(const struct contest *x)
{
	size_t n = 0;
	for (size_t i = 0; i < x->n; i++)
		n += is_working(&x->of[i]);
	return n;
}

/* Until nobody works; who takes too long is out. What was printed stays. */
static bool
wait_for_all(struct contest *x, const char *what)
{
	double until = clock_now() + x->timeout_s;
	while (working(x)) {
		if (!poll_once(x, what))
			return false;
		if (clock_now() > until)
			kill_working(x, CHILD_TIMED_OUT);
	}
	return x->sink->sync(x->sink->arg);
}

static void
go(struct contestant *c)
{
	c->reading.state = WORKING;
	child_tell(&c->process, "go\n");
}

static bool
is_ready_for(const struct contestant *c, const struct workload *w)
{
	return c->process.running && c->reading.state == READY &&
	       c->reading.ready_for == w;
}

/* One turn for each of those that are ready for `w`, in a new order. */
static bool
lap(struct contest *x, const struct workload *w, uint32_t *turns, bool *any)
{
	*any = false;
	rng_shuffle(&x->rng, turns, x->n);
	for (size_t i = 0; i < x->n; i++) {
		struct contestant *c = &x->of[turns[i]];
		if (!is_ready_for(c, w))
			continue;
		*any = true;
		go(c);
		if (!wait_for_all(x, w->name))
			return false;
	}
	return true;
}

/* Those who rest prepare what is next, all at once. */
static bool
prepare(struct contest *x, bool *any)
{
	*any = false;
	for (size_t i = 0; i < x->n; i++)
		if (x->of[i].process.running && x->of[i].reading.state == RESTING) {
			*any = true;
			go(&x->of[i]);
		}
	return wait_for_all(x, "preparing");
}

static bool
take_turns(struct contest *x)
{
	bool any = true;
	g_autofree uint32_t *turns = g_new(uint32_t, x->n);
	for (size_t i = 0; i < x->n; i++) {
		turns[i] = (uint32_t)i;
		start(x, &x->of[i]);
	}
	if (!wait_for_all(x, "preparing"))
		return false;
	while (any) {
		for (size_t i = 0; x->order[i]; i++)
			do {
				if (!lap(x, x->order[i], turns, &any))
					return false;
			} while (any);
		if (!prepare(x, &any))
			return false;
	}
	return true;
}

/* Some at a time. */
static bool
take_places(struct contest *x)
{
	g_autofree double *until = g_new0(double, x->n);
	for (size_t next = 0; next < x->n || working(x);) {
		while (next < x->n && working(x) < x->at_once) {
			until[next] = clock_now() + x->timeout_s;
			start(x, &x->of[next++]);
		}
		if (!poll_once(x, "") || !x->sink->sync(x->sink->arg))
			return false;
		for (size_t i = 0; i < next; i++)
			if (is_working(&x->of[i]) && clock_now() > until[i]) {
				child_kill(&x->of[i].process, CHILD_TIMED_OUT);
				reading_end(&x->of[i].reading, &x->of[i].process.end);
			}
	}
	return true;
}

enum run_outcome
contest_run(struct contest *x)
{
	bool whole = x->order ? take_turns(x) : take_places(x);
	enum run_outcome outcome = RUN_RIGHT;
	if (!whole)
		outcome = child_stopped() ? RUN_INTERRUPTED : RUN_SINK_FAILED;
	kill_working(x, CHILD_INTERRUPTED);
	if (!x->sink->sync(x->sink->arg)) /* how those ended */
		outcome = RUN_SINK_FAILED;
	for (size_t i = 0; i < x->n; i++) {
		if (x->of[i].reading.sink_failed)
			outcome = MAX(outcome, RUN_SINK_FAILED);
		else if (reading_went_wrong(&x->of[i].reading))
			outcome = MAX(outcome, RUN_WRONG);
	}
	return outcome;
}

static bool
drop(void *arg, const struct row *row)
{
	(void)arg;
	(void)row;
	return true;
}

static bool
keep_nothing(void *arg)
{
	(void)arg;
	return true;
}

enum run_outcome
contest_of_one(const struct job_argv *job, const struct row_data *data,
	unsigned timeout_s, struct reading *said)
{
	static const struct row_sink nowhere = { drop, keep_nothing, NULL };
	g_auto(GStrv) argv = job_argv(job);
	struct reading_spec spec = {
		.v = job->variants[0], .data = *data, .timeout_s = timeout_s
	};
	struct contestant one = { .argv = argv };
	struct contest x = { .of = &one,
		.n = 1,
		.at_once = 1,
		.timeout_s = timeout_s,
		.keys = job->run->handed,
		.sink = &nowhere };
	job_kind_named(job->kind, &spec.kind);
	reading_init(&one.reading, &spec, &nowhere, &(struct row){ 0 });
	enum run_outcome outcome = contest_run(&x);
	*said = one.reading;
	return outcome;
}
