/* pass.c: see pass.h. */
#include <inttypes.h>
#include <math.h>
#include "ground/clock.h"
#include "pass.h"
#include "turn.h"

/* Passes that make enough operations, and at which of all operations a turn ends. */
static uint64_t
turn_end(const struct pass *p, uint64_t turn)
{
	uint64_t at_least = p->at_least ? p->at_least : PASS_AT_LEAST;
	uint64_t passes = (at_least + p->operations - 1) / p->operations;
	passes = MIN(passes, PASSES_MOST);
	return (turn + 1) * passes * p->operations / PASS_TURNS;
}

/* Where the passes stand. */
struct progress_of {
	uint64_t done;    /* operations, in all passes */
	size_t at, right; /* in this pass */
	double wall, cpu; /* seconds of this turn */
};

static bool
be_ready(const struct pass *p, struct fixture *f, GError **error)
{
	return (!p->before || p->before(f, error)) &&
	       (p->queries == FOR_INSERT || fixture_stream(f, p->queries, error));
}

static bool
be_done(const struct pass *p, struct fixture *f, GError **error)
{
	return !p->after || p->after(f, error);
}

static bool
surround(bool (*with)(const struct pass *p, struct fixture *f, GError **error),
	const struct pass *p, struct fixture *f, struct gbench_state *s)
{
	g_autoptr(GError) error = NULL;
	if (with(p, f, &error))
		return true;
	f->tally.failed = true;
	gbench_skip(s, error->message);
	return false;
}

bool
be_loaded_to_change(struct fixture *f, GError **error)
{
	bool loaded = fixture_load(f, error);
	fixture_changes(f);
	return loaded;
}

/* As much of a pass as is left of it and of the turn. */
static bool
work(const struct pass *p, struct progress_of *x, uint64_t until, struct fixture *f,
	struct gbench_state *s)
{
	if (!x->at && x->done && !surround(be_ready, p, f, s))
		return false;
	size_t to = (size_t)MIN(p->operations, x->at + (until - x->done));
	double wall = clock_now(), cpu = clock_cpu();
	x->right += p->batch(f, x->at, to);
	x->cpu += clock_cpu() - cpu;
	x->wall += p->seconds ? *p->seconds : clock_now() - wall;
	x->done += to - x->at;
	x->at = to;
	if (to < p->operations)
		return true;
	pass_tally(&f->tally, x->right, p->operations);
	x->at = x->right = 0;
	return surround(be_done, p, f, s);
}

void
pass_run(struct gbench_state *s, struct fixture *f, const struct pass *p)
{
	struct progress_of x = { 0 };
	f->tally = (struct tally){ 0 };
	/* The first preparations are made before anybody's turn. */
	if (!surround(be_ready, p, f, s))
		return;
	double bytes_per_key = fixture_bytes_per_key(f);
	for (uint64_t turn = 0; gbench_keep_running(s); turn++) {
		turn_await(f->running);
		x.wall = x.cpu = 0;
		while (x.done < turn_end(p, turn))
			if (!work(p, &x, turn_end(p, turn), f, s))
				return;
		gbench_set_iteration_time(s, x.wall);
		f->tally.cpu_seconds += x.cpu;
	}
	/* What is left over of a last pass stands for the whole if it was wrong, or
	 * the only one. */
	if (x.at && (x.right < x.at || !f->tally.operations))
		pass_tally(&f->tally, x.right, x.at);
	else
		f->tally.operations += x.at;
	f->tally.bytes_per_key = bytes_per_key;
	pass_report(s, f, NULL);
}

void
pass_tally(struct tally *y, uint64_t right, uint64_t asked)
{
	if (!y->operations || right < y->right) {
		y->right = right;
		y->asked = asked;
	}
	y->operations += asked;
}

void
pass_figure(struct gbench_state *s, struct fixture *f, struct figure figure)
{
	gbench_set_counter(s, figure.metric, figure.value);
	f->tally.figures[f->tally.n_figures++] = figure;
}

void
pass_report(struct gbench_state *s, struct fixture *f, const char *problem)
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
	g_autofree char *wrong = g_strdup_printf(
		"wrong answers: %" PRIu64 "/%" PRIu64, y->right, y->asked);
	if (problem || y->right != y->asked)
		gbench_skip(s, problem ? problem : wrong);
}
