/* crew.c: workers that do a turn's operations together, each its own part. They begin at
 * a barrier, and what a turn took is the time from the first one's beginning to the last
 * one's end. Each keeps to a processor of its own, if there are as many; the first is
 * whoever runs the workload. There is one crew at a time.
 *
 * Threads: the workers share the fixture; what they do to it is the workload's affair.
 * What each has to tell is its own until all have met at the second barrier. */
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include "ground/clock.h"
#include "ground/machine.h"
#include "pass.h"

enum { CACHE_LINE = 64 };

struct worker {
	pthread_t thread; /* but for the first, who is whoever runs the workload */
	size_t number, right;
	int processor; /* -1: any */
	double began, ended;
} __attribute__((aligned(CACHE_LINE)));

/* The workers of the workload that is run: there is one at a time. */
static struct crew {
	const struct fixture *f;
	crew_work *work;
	size_t from, to; /* the operations of this turn */
	size_t n;        /* workers that there are */
	bool dismissed;
	double seconds;             /* of the turn */
	cpu_set_t anywhere;         /* where the first may run otherwise */
	pthread_mutex_t assembling; /* held until `n` is known */
	pthread_barrier_t start, end;
	struct worker workers[THREADS_MOST];
} crew;

static void
work(struct worker *w)
{
	size_t all = crew.to - crew.from;
	size_t from = crew.from + all * w->number / crew.n;
	size_t to = crew.from + all * (w->number + 1) / crew.n;
	w->began = clock_now();
	w->right = crew.work(crew.f, w->number, from, to);
	w->ended = clock_now();
}

static void *
serve(void *arg)
{
	struct worker *w = arg;
	if (w->processor >= 0)
		processor_keep_to(w->processor);
	pthread_mutex_lock(&crew.assembling);
	pthread_mutex_unlock(&crew.assembling);
	for (;;) {
		pthread_barrier_wait(&crew.start);
		if (crew.dismissed)
			return NULL;
		work(w);
		pthread_barrier_wait(&crew.end);
	}
}

/* The stretch of a pass, which times itself. */
static size_t
stretch(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	double began = INFINITY, ended = 0;
	crew.f = f;
	crew.from = from;
	crew.to = to;
	/* Turns are taken on the last processor (turn.h), which is the first worker's. */
	if (crew.workers[0].processor >= 0)
		processor_keep_to(crew.workers[0].processor);
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
	sched_setaffinity(0, sizeof crew.anywhere, &crew.anywhere);
}

/* A processor for each, the last one for the first worker. */
static void
place(size_t wanted)
{
	sched_getaffinity(0, sizeof crew.anywhere, &crew.anywhere);
	bool enough = processor_count() >= wanted;
	int at = processor_last();
	for (size_t i = 0; i < wanted; i++) {
		crew.workers[i].processor = enough ? at : -1;
		while (enough && --at >= 0 && !CPU_ISSET(at, &crew.anywhere))
			;
	}
}

/* 0, or why there are fewer workers than wanted (errno's number); either way, dismiss
 * them. */
static int
assemble(size_t wanted, crew_work *work_of_turn)
{
	int failure = 0;
	crew = (struct crew){ .n = 1, .work = work_of_turn };
	place(wanted);
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

void
crew_run(struct gbench_state *s, struct fixture *f, const struct workload *w)
{
	/* Before the first turn. Where there are fewer than threads, the report says so. */
	double processors = processor_count();
	int failure = assemble(w->threads, w->pass->together);
	if (failure) {
		f->tally = (struct tally){ .failed = true };
		g_autofree char *what = g_strdup_printf(
			"cannot start %u threads: %s", w->threads, g_strerror(failure));
		gbench_skip(s, what);
	} else {
		pass_run(s, f, w, stretch, &crew.seconds);
		f->tally.cpu_seconds /= w->threads;
		pass_figure(s, f, (struct figure){ "processors", processors, "count" });
	}
	dismiss();
}
