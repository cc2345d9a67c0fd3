/* workload.h: what is done to an index while the clock runs. A workload is one
 * row of the table in workload.c; the job, Google Benchmark's own output, the
 * report and the plots follow from the rows.
 *
 * Every answer is compared in the loop with the one expected; f->tally says how many
 * were right in the worst pass (pass.h).
 *
 * Ownership: borrows the fixture. Threads: one, whatever a workload starts. */
#ifndef AB_WORKLOAD_H
#define AB_WORKLOAD_H

#include "fixture.h"
#include "ground/gbench.h"

enum { WORKLOADS_MOST = 40 }; /* rows of the table, the last one included */

enum workload_needs {
	NEEDS_PUT = 1 << 0, /* keys inserted one by one */
	NEEDS_DEL = 1 << 1,
	NEEDS_SCAN = 1 << 2,
	NEEDS_PREFIX = 1 << 3,
	NEEDS_BUILD = 1 << 4,
	NEEDS_THREADS = 1 << 5, /* reads from several at a time */
	NEEDS_ORDER = 1 << 6,
	NEEDS_THREAD_WRITES = 1 << 7, /* and writes, too */
};

/* Workloads of a group share a process, and so one index. */
enum workload_group {
	GROUP_SPEED,   /* on the index as it is loaded */
	GROUP_LOAD,    /* other ways to fill it */
	GROUP_MIX,     /* reads and writes by turns */
	GROUP_THREADS, /* several at the same time */
	GROUP_LATENCY, /* operations timed one by one */
	WORKLOAD_GROUPS
};
extern const char *const workload_groups[]; /* their names; NULL ends them */

/* When in its group's process: the order of the table, but for what only reads and
 * may share one loaded index with others. That is rotated by round. */
enum workload_kind { FILLS, READS, CHANGES };

struct workload {
	const char *name;
	const char *what; /* for people, one line */
	const char *unit; /* what is counted: "operations", "keys" */
	enum workload_group group;
	enum workload_kind kind;
	bool core;         /* run unless something else is asked for */
	bool timed_singly; /* it has latencies, in place of a rate */
	unsigned needs;    /* enum workload_needs, ored */
	size_t keys_least;
	void (*run)(struct gbench_state *s, struct fixture *f);
	/* Asks the questions that run leaves, off the clock and while others do likewise,
	 * and adds to the tally; NULL: it leaves none. */
	void (*rest)(struct fixture *f);
	int64_t turns; /* Google Benchmark iterations */
	/* Questions in one pass over so many keys; NULL: as many as there are. */
	size_t (*asked)(size_t keys);
};

/* In the order of the table's columns; a NULL name ends it. */
extern const struct workload workloads[];

/* The workload that, wanted, has each round do the memory side of it as well: a job of
 * this name, which has a process of its own (job.h). */
#define WORKLOAD_CHURN "churn"

/* NULL: there is none of that name. */
const struct workload *workload_named(const char *name);
/* Is the one of that name among those wanted? */
bool workload_is_wanted(const GPtrArray *wanted, const char *name);
/* Their names, with commas between them; g_free it. */
char *workload_names(const GPtrArray *wanted);

/* Why it cannot be run on `v` and this many keys; NULL: it can. */
const char *
workload_refusal(const struct workload *w, const struct ab_variant *v, size_t keys);
/* Can it be run on `v` and this many keys? */
bool workload_possible(const struct workload *w, const struct ab_variant *v, size_t keys);
bool workload_supported(const struct workload *w, const struct fixture *f);

/* Those of `wanted` (const struct workload *) that belong to `group`, in the order in
 * which they are run in this round. `order` has room for WORKLOADS_MOST; NULL ends
 * it. A contestant leaves out what it cannot do. */
void workload_order(const GPtrArray *wanted, enum workload_group group, uint64_t round,
	const struct workload **order);

#endif /* AB_WORKLOAD_H */
