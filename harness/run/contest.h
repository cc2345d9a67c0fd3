/* contest.h: the jobs of one round, each a process, side by side.
 *
 * Jobs that take turns (turn.h) prepare all at once and then work one at a time:
 * for each workload, every contestant has a turn, and then again, each time in another
 * order, until all are through: who worked before leaves the caches as he does, which
 * is to be chance and not the fate of a whole round. Jobs that do not take turns
 * run some at a time, from start to end.
 *
 * Ownership: borrows everything but what it makes. Errors: a contestant's are rows
 * (reading.h). Threads: one. */
#ifndef AB_CONTEST_H
#define AB_CONTEST_H

#include "job_argv.h"
#include "reading.h"

struct contestant {
	char *const *argv; /* of its process; NULL ends it */
	struct reading reading;
	struct child_process process;
};

struct contest {
	struct contestant *of;
	size_t n;
	/* The workloads in the order in which they are run, NULL at the end: they take
	 * turns. NULL: they do not. */
	const struct workload *const *order;
	uint64_t rng;        /* of the orders of turns */
	size_t at_once;      /* most processes at a time, if they take no turns */
	unsigned timeout_s;  /* for one of them, or for one turn */
	const char *preload; /* LD_PRELOAD of their processes, or NULL */
	int keys;            /* what they are handed (child.h) */
	void (*tick)(void *arg, const char *what); /* now and then; may be NULL */
	const struct row_sink *sink;
	void *arg; /* for tick */
};

/* Of one, or of rounds of them. */
enum run_outcome {
	RUN_RIGHT,       /* every job ran and every answer was right */
	RUN_WRONG,       /* some row says otherwise */
	RUN_INTERRUPTED, /* SIGINT or SIGTERM */
	RUN_SINK_FAILED,
};

enum run_outcome contest_run(struct contest *c);
/* One job, alone, on these keys and within so many seconds; what it has said is in `said`,
 * for reading_free, and nowhere else. */
enum run_outcome contest_of_one(const struct job_argv *job, const struct row_data *data,
	unsigned timeout_s, struct reading *said);

#endif /* AB_CONTEST_H */
