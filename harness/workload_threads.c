/* workload_threads.c: lookups by several threads in one index at the same time. Each
 * asks for its own part of a turn's keys; they begin together, and what a turn took is
 * the time from the first one's beginning to the last one's end. Few keys are asked
 * for again and again, so that the threads meet sixteen times and not at each key.
 *
 * Threads: the workers share the fixture and change nothing in it. What each has to
 * tell is its own until all have met at the second barrier. */
#include <math.h>
#include <pthread.h>
#include "clock.h"
#include "processor.h"
#include "workload_run.h"

enum { WORKERS_MOST = 2, CACHE_LINE = 64 };

struct worker {
	pthread_t thread; /* but for the first, who is whoever runs the workload */
	size_t number, right;
	double began, ended;
} __attribute__((aligned(CACHE_LINE)));

/* The workers of the workload that is run: there is one at a time. */
static struct crew {
	const struct fixture *f;
	size_t from, to; /* the queries of this turn */
	size_t n;        /* workers that there are */
	bool dismissed;
	double seconds;             /* of the turn */
	pthread_mutex_t assembling; /* held until `n` is known */
	pthread_barrier_t start, end;
	struct worker workers[WORKERS_MOST];
} crew;

static void
work(struct worker *w)
{
	size_t all = crew.to - crew.from, right = 0;
	size_t from = crew.from + all * w->number / crew.n;
	size_t to = crew.from + all * (w->number + 1) / crew.n;
	size_t at = from % crew.f->stream.n;
	w->began = clock_now();
	for (size_t i = from; i < to; i++) {
		right += hit_is_right(crew.f, &crew.f->stream, at);
		at = at + 1 < crew.f->stream.n ? at + 1 : 0;
	}
	w->ended = clock_now();
	w->right = right;
}

static void *
serve(void *arg)
{
	pthread_mutex_lock(&crew.assembling);
	pthread_mutex_unlock(&crew.assembling);
	for (;;) {
		pthread_barrier_wait(&crew.start);
		if (crew.dismissed)
			return NULL;
		work(arg);
		pthread_barrier_wait(&crew.end);
	}
}

static size_t
hits(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	double began = INFINITY, ended = 0;
	crew.f = f;
	crew.from = from;
	crew.to = to;
	pthread_barrier_wait(&crew.start);
	work(&crew.workers[0]);
	pthread_barrier_wait(&crew.end);
	for (size_t i = 0; i < crew.n; i++) {
		began = MIN(began, crew.workers[i].began);
		ended = MAX(ended, crew.workers[i].ended);
		right += crew.workers[i].right;
	}
	crew.seconds = ended - began;
	return right;
}

static void
dismiss(void)
{
	crew.dismissed = true;
	pthread_barrier_wait(&crew.start);
	for (size_t i = 1; i < crew.n; i++)
		pthread_join(crew.workers[i].thread, NULL);
	pthread_barrier_destroy(&crew.start);
	pthread_barrier_destroy(&crew.end);
	pthread_mutex_destroy(&crew.assembling);
}

/* 0, or why there are fewer workers than wanted; either way, dismiss them. */
static int
assemble(size_t wanted)
{
	int failure = 0;
	crew = (struct crew){ .n = 1 };
	pthread_mutex_init(&crew.assembling, NULL);
	pthread_mutex_lock(&crew.assembling);
	while (crew.n < wanted && !failure) {
		struct worker *w = &crew.workers[crew.n];
		w->number = crew.n;
		failure = pthread_create(&w->thread, NULL, serve, w);
		crew.n += !failure;
	}
	pthread_barrier_init(&crew.start, NULL, (unsigned)crew.n);
	pthread_barrier_init(&crew.end, NULL, (unsigned)crew.n);
	pthread_mutex_unlock(&crew.assembling);
	return failure;
}

size_t
threads_asked(size_t keys)
{
	return (PASS_AT_LEAST + keys - 1) / keys * keys;
}

static void
run(struct gbench_state *s, struct fixture *f, size_t threads)
{
	/* Before the first turn. Where there are fewer than threads, the report says so. */
	double processors = processor_count();
	int failure = assemble(threads);
	if (failure) {
		f->tally = (struct tally){ .failed = true };
		g_autofree char *what = g_strdup_printf(
			"cannot start %zu threads: %s", threads, g_strerror(failure));
		gbench_skip(s, what);
	} else {
		pass_run(s, f,
			&(struct pass){ .batch = hits,
				.before = fixture_load,
				.queries = FOR_HIT,
				.operations = threads_asked(f->d->n),
				.seconds = &crew.seconds });
		f->tally.cpu_seconds /= (double)threads;
		pass_figure(s, f, (struct figure){ "processors", processors, "count" });
	}
	dismiss();
}

void
run_hit_threads_1(struct gbench_state *s, struct fixture *f)
{
	run(s, f, 1);
}

void
run_hit_threads_2(struct gbench_state *s, struct fixture *f)
{
	run(s, f, 2);
}
