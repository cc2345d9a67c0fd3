/* gbench.h: Google Benchmark, 1.7 or later, for C: register a function, time it, read
 * the result. It and gbench.cc stand alone: copy the two into another project, link
 * libbenchmark and the C++ runtime, and every other file may stay C.
 *
 *	static void
 *	lookups(struct gbench_state *s, void *arg)
 *	{
 *		prepare(arg);                        // not timed: before the loop
 *		int64_t items = 0;
 *		while (gbench_keep_running(s))       // timed from here
 *			items += a_few_thousand(arg); // so that the call costs nothing
 *		gbench_set_items(s, items);          // items_per_second
 *	}
 *
 *	gbench_register(&(struct gbench_spec){ .name = "lookups", .fn = lookups });
 *	if (gbench_initialize(&argc, argv))
 *		gbench_run();
 *
 * Units    times are seconds, whatever unit the console shows.
 * Own      names, labels and messages are copied; `arg` is borrowed until
 *          gbench_clear. What a result points to lives until its callback
 *          returns.
 * Errors   false or 0, as each function says. No C++ exception crosses into C;
 *          the functions that take a state cannot fail.
 * Threads  one: registering and running share Google Benchmark's global list. */
#ifndef AB_GBENCH_H
#define AB_GBENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct gbench_state; /* one run in progress; valid inside the function it is given to */

typedef void gbench_fn(struct gbench_state *s, void *arg);

enum gbench_clock {
	GBENCH_CPU_TIME,    /* rates per second of processor time: the default */
	GBENCH_REAL_TIME,   /* of wall time; the name gains /real_time */
	GBENCH_MANUAL_TIME, /* per second told to gbench_set_iteration_time; the name
	                       gains /manual_time */
};

struct gbench_spec {
	const char *name;
	gbench_fn *fn;
	void *arg;
	enum gbench_clock clock;
	int64_t iterations; /* so many; 0: as many as --benchmark_min_time takes */
};

/* Add a benchmark after those registered before. False: out of memory. */
bool gbench_register(const struct gbench_spec *spec);
/* Forget every registered benchmark. */
void gbench_clear(void);

/* Inside a benchmark function. The loop must run until the answer is false. */
bool gbench_keep_running(struct gbench_state *s);
/* The same for `n` iterations at a time, where the body does n of them. */
bool gbench_keep_running_batch(struct gbench_state *s, int64_t n);
/* Iterations done so far; after the loop, all of them. */
int64_t gbench_iterations(const struct gbench_state *s);
/* GBENCH_MANUAL_TIME: how long this iteration took; once in each. */
void gbench_set_iteration_time(struct gbench_state *s, double seconds);
/* Items processed in all iterations together: reported as items_per_second. */
void gbench_set_items(struct gbench_state *s, int64_t items);
void gbench_set_counter(struct gbench_state *s, const char *name, double value);
void gbench_set_label(struct gbench_state *s, const char *label);
/* Mark the run as failed; leave the loop if in it. */
void gbench_skip(struct gbench_state *s, const char *message);

/* Take Google Benchmark's own flags out of argv. False: argv[1] is the first that
 * is none; nothing was printed. --help prints and exits with status 0. */
bool gbench_initialize(int *argc, char **argv);
/* A line for the context block of console and JSON output. */
void gbench_add_context(const char *key, const char *value);
/* Run what is registered and print as the flags ask. Returns how many benchmarks
 * matched --benchmark_filter. */
size_t gbench_run(void);

/* What a benchmark has thrown that ended the last run early, in words; NULL: nothing.
 * Good until the next run. */
const char *gbench_caught(void);

struct gbench_result {
	const char *name;
	const char *error;     /* what gbench_skip was told; NULL: it ran */
	const char *aggregate; /* "mean", "median" ... of repetitions; NULL: one run */
	int64_t iterations;
	double real_seconds; /* of all iterations; manual time if that is the clock */
	double cpu_seconds;
	const void *run; /* for gbench_counter */
};

typedef void gbench_on_result(const struct gbench_result *r, void *arg);

/* Run what is registered, print nothing, hand each result over. Returns as
 * gbench_run. */
size_t gbench_run_each(gbench_on_result *on_result, void *arg);
/* A counter by name, "items_per_second" included. False: not set. */
bool gbench_counter(const struct gbench_result *r, const char *name, double *value);

#ifdef __cplusplus
}
#endif
#endif /* AB_GBENCH_H */
