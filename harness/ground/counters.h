/* counters.h: what the processor counts while a pass runs: cycles, instructions, branches
 * predicted wrongly, and misses of the first cache of data, of the last cache and of the
 * first table of page translations; of this thread, outside the kernel.
 *
 * A processor has fewer counters than there are to be counted: then the kernel lets them take
 * turns, and a sum is of a part of the time, and scaled to the whole of it.
 *
 * Units: counts; nanoseconds. Ownership: counters_close gives back what counters_open took; a
 * source must outlive them. Errors: a sentence with its remedy; no counter of those that
 * are missing is no error as long as there is one. Threads: one. */
#ifndef AB_COUNTERS_H
#define AB_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As the kernel names it (linux/perf_event.h), and as rows do. */
struct counter_event {
	const char *name;
	uint32_t type;
	uint64_t config;
};

enum { COUNTERS = 6 };
extern const struct counter_event counter_events[COUNTERS];

/* What one has counted, and in how much of the time since it was opened. */
struct counter_reading {
	uint64_t count, enabled_ns, running_ns;
};

/* Where counters come from: the kernel, or a test. */
struct counter_source {
	/* A descriptor, or the negative of an errno. */
	int (*open)(void *arg, const struct counter_event *e);
	bool (*read)(void *arg, int fd, struct counter_reading *now);
	void (*close)(void *arg, int fd);
	/* kernel.perf_event_paranoid; -2: not known */
	int (*paranoid)(void *arg);
	void *arg;
};
extern const struct counter_source counters_of_kernel;

struct counters {
	const struct counter_source *source;
	const struct counter_event *events;
	size_t n;
	int fd[COUNTERS]; /* below 0: there is none */
	struct counter_reading begun[COUNTERS], sum[COUNTERS];
};

/* Up to COUNTERS of them. NULL, or why there is none at all: borrowed, until the next call. */
const char *counters_open(struct counters *c, const struct counter_source *source,
	const struct counter_event *events, size_t n);
void counters_close(struct counters *c);

/* Around what is to be counted; it adds up. */
void counters_begin(struct counters *c);
void counters_end(struct counters *c);
void counters_clear(struct counters *c);

/* The sum, scaled to the whole time; NAN: there is no such counter, or it had no turn. */
double counters_sum(const struct counters *c, size_t i);
/* In how much of the time the one counted that did so in the least: 1 is all of it. */
double counters_share(const struct counters *c);

#endif /* AB_COUNTERS_H */
