/* pass.c: see pass.h. */
#include <inttypes.h>
#include <math.h>
#include "ground/clock.h"
#include "pass.h"
#include "turn.h"

size_t
workload_operations(const struct workload *w, size_t keys)
{
	return w->pass->asked ? w->pass->asked(keys) : keys;
}

size_t
workload_asked(const struct workload *w, size_t keys)
{
	return w->asks_rest ? keys : workload_operations(w, keys);
}

static struct counters *counters; /* NULL: none are to be read */

void
pass_count_with(struct counters *of_the_process)
{
	counters = of_the_process;
}

/* What they counted in all passes: figures of their names, and in how much of the time. */
static void
say_counted(struct gbench_state *s, struct fixture *f)
{
	for (size_t i = 0; i < counters->n; i++) {
		double sum = counters_sum(counters, i);
		if (!isnan(sum))
			pass_figure(s, f,
				(struct figure){
					counters->events[i].name, sum, "count" });
	}
	pass_figure(
		s, f, (struct figure){ "counted", counters_share(counters), "share" });
}

/* What is run, and where it stands. */
struct course {
	const struct workload *w;
	stretch_fn *stretch;
	const double *seconds;
	size_t operations; /* in one pass */
	uint64_t done;     /* operations, in all passes */
	size_t at, right;  /* in this pass */
	double wall, cpu;  /* seconds of this turn */
	bool counted;      /* by `counters` */
};

/* Passes that make so many operations. */
static uint64_t
in_passes(const struct course *x, uint64_t at_least)
{
	return (at_least + x->operations - 1) / x->operations;
}

/* At which of all operations a turn ends. */
static uint64_t
turn_end(const struct course *x, uint64_t turn)
{
	const struct pass *p = x->w->pass;
	if (p->whole)
		return (turn + 1) * in_passes(x, WHOLE_AT_LEAST) * x->operations;
	uint64_t passes = in_passes(x, p->at_least ? p->at_least : PASS_AT_LEAST);
	passes = MIN(passes, PASSES_MOST);
	return (turn + 1) * passes * x->operations / PASS_TURNS;
}

bool
workload_ready(const struct workload *w, struct fixture *f, GError **error)
{
	f->at_a_time = w->at_a_time;
	return (!w->pass->before || w->pass->before(f, error)) &&
	       (w->queries == FOR_INSERT || fixture_stream(f, w->queries, error));
}

static bool
be_done(const struct workload *w, struct fixture *f, GError **error)
{
	return !w->pass->after || w->pass->after(f, error);
}

static bool
surround(bool (*with)(const struct workload *w, struct fixture *f, GError **error),
	const struct workload *w, struct fixture *f, struct gbench_state *s)
{
	g_autoptr(GError) error = NULL;
	if (with(w, f, &error))
		return true;
	f->tally.failed = true;
	gbench_skip(s, error->message);
	return false;
}

/* One more pass of `asked` operations; the tally keeps the worst. A whole one has done
 * what was found: the floor scans nothing. */
static void
add(struct tally *y, const struct course *x, uint64_t asked)
{
	if (!y->operations || x->right < y->right) {
		y->right = x->right;
		y->asked = asked;
	}
	y->operations += x->w->pass->whole ? x->right : asked;
}

/* Passes that need not be prepared one by one, and are timed together: of a few keys one
 * would take less than the clock. */
static size_t
in_one_go(const struct course *x, uint64_t until)
{
	const struct pass *p = x->w->pass;
	bool together = p->whole && p->kind == READS;
	return together ? (size_t)((until - x->done) / x->operations) : 1;
}

/* As much of a pass as is left of it and of the turn. */
static bool
work(struct course *x, uint64_t until, struct fixture *f, struct gbench_state *s)
{
	if (!x->at && x->done && !surround(workload_ready, x->w, f, s))
		return false;
	size_t to = (size_t)MIN(x->operations, x->at + (until - x->done));
	size_t passes = in_one_go(x, until), right = SIZE_MAX;
	if (x->counted)
		counters_begin(counters);
	double cpu = clock_cpu(), wall = clock_now();
	for (size_t i = 0; i < passes; i++) {
		size_t now = x->stretch(f, x->at, to);
		right = MIN(right, now);
	}
	wall = clock_now() - wall;
	x->cpu += clock_cpu() - cpu;
	if (x->counted)
		counters_end(counters);
	x->wall += x->seconds ? *x->seconds : wall;
	x->right += right;
	x->done += passes * (to - x->at);
	x->at = to;
	if (to < x->operations)
		return true;
	for (size_t i = 0; i < passes; i++)
		add(&f->tally, x, x->operations);
	x->at = x->right = 0;
	return surround(be_done, x->w, f, s);
}

static void
say_tally(struct gbench_state *s, struct fixture *f, const char *wrong)
{
	const struct tally *y = &f->tally;
	gbench_set_items(s, (int64_t)y->operations);
	gbench_set_label(s, f->d->name);
	/* Not under a sanitizer, where a structure that allocates by itself has none. */
	if (!isnan(y->bytes_per_key))
		gbench_set_counter(s, "bytes_per_key", y->bytes_per_key);
	if (!fixture_answers(f))
		return;
	gbench_set_counter(
		s, "verified", y->asked ? (double)y->right / (double)y->asked : 0);
	g_autofree char *how_many = g_strdup_printf(
		"wrong answers: %" PRIu64 "/%" PRIu64, y->right, y->asked);
	if (y->right != y->asked)
		gbench_skip(s, wrong ? wrong : how_many);
}

void
pass_run(struct gbench_state *s, struct fixture *f, const struct workload *w,
	stretch_fn *stretch, const double *seconds)
{
	struct course x = { .w = w,
		.stretch = stretch,
		.seconds = seconds,
		.operations = workload_operations(w, f->d->n),
		/* Not of other threads, nor of the reading of a clock. */
		.counted = counters && !w->threads && !w->timed_singly };
	f->tally = (struct tally){ 0 };
	if (x.counted)
		counters_clear(counters);
	/* The first preparations are made before anybody's turn. */
	if (!surround(workload_ready, w, f, s))
		return;
	double bytes_per_key = fixture_bytes_per_key(f);
	for (uint64_t turn = 0; gbench_keep_running(s); turn++) {
		turn_await(f->running);
		x.wall = x.cpu = 0;
		while (x.done < turn_end(&x, turn))
			if (!work(&x, turn_end(&x, turn), f, s))
				return;
		gbench_set_iteration_time(s, x.wall);
		f->tally.cpu_seconds += x.cpu;
	}
	/* What is left over of a last pass stands for the whole if it was wrong, or
	 * the only one. */
	if (x.at && (x.right < x.at || !f->tally.operations))
		add(&f->tally, &x, x.at);
	else
		f->tally.operations += x.at;
	f->tally.bytes_per_key = bytes_per_key;
	if (x.counted)
		say_counted(s, f);
	say_tally(s, f, w->pass->wrong);
}

void
pass_figure(struct gbench_state *s, struct fixture *f, struct figure figure)
{
	gbench_set_counter(s, figure.metric, figure.value);
	f->tally.figures[f->tally.n_figures++] = figure;
}

void
workload_rest(const struct workload *w, struct fixture *f)
{
	size_t asked = workload_operations(w, f->d->n), all = workload_asked(w, f->d->n);
	if (asked == all)
		return;
	f->tally.right += w->pass->stretch(f, asked, all);
	f->tally.asked += all - asked;
}
