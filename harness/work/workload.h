/* workload.h: what is done to an index while the clock runs. A workload is one row of
 * the table in workload.c; the job, Google Benchmark's own output, the report and the
 * plots follow from the rows. A row says what is done (a pass: pass.h) and how: of
 * which queries, by how many threads, with how many writes, timed singly or not.
 *
 * A row that is numbered stands for a workload of each number: that of hit_threads for
 * hit_threads_1, hit_threads_2 and, when it is named, hit_threads_16; that of hit_batch for
 * hit_batch_8 and others, so many keys at a time.
 *
 * Every answer is compared in the loop with the one expected; f->tally says how many
 * were right in the worst pass (pass.h).
 *
 * Ownership: borrows the fixture; workloads live as long as the process. Threads: one,
 * whatever a workload starts. */
#ifndef AB_WORKLOAD_H
#define AB_WORKLOAD_H

#include "fixture.h"
#include "ground/gbench.h"
#include "verify.h"

enum workload_needs {
	NEEDS_PUT = 1 << 0, /* keys inserted one by one */
	NEEDS_DEL = 1 << 1,
	NEEDS_SCAN = 1 << 2,
	NEEDS_PREFIX = 1 << 3,
	NEEDS_BUILD = 1 << 4,
	NEEDS_THREADS = 1 << 5, /* reads from several at a time */
	NEEDS_ORDER = 1 << 6,
	NEEDS_THREAD_WRITES = 1 << 7, /* and writes, too */
	NEEDS_BACK = 1 << 8,
	NEEDS_RANK = 1 << 9,
	NEEDS_NTH = 1 << 10,
};

/* Workloads of a group share a process, and so one index. */
enum workload_group {
	GROUP_SPEED,   /* on the index as it is loaded; one by one, and in batches */
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

/* ---- what is done ---- */

/* Operations `from` to `to` of a pass; returns how many were answered right. */
typedef size_t stretch_fn(struct fixture *f, size_t from, size_t to);
/* The same, by worker `number` of several at the same time (crew.c). */
typedef size_t crew_work(const struct fixture *f, size_t number, size_t from, size_t to);

/* Every one of so many operations once, and what surrounds that. */
struct pass {
	const char *operation; /* "hit" */
	enum workload_kind kind;
	unsigned needs; /* enum workload_needs, ored */
	size_t keys_least;
	/* One after another; the same, timed one by one; by several threads. NULL: not to
	 * be done so. */
	stretch_fn *stretch, *singly;
	crew_work *together;
	/* Around it, off the clock; NULL: nothing to do. */
	check_fn *before, *after;
	/* Operations in one, of so many keys; NULL: as many as there are. */
	size_t (*asked)(size_t keys);
	size_t at_least;   /* operations in all turns together; 0: PASS_AT_LEAST */
	bool whole;        /* it has all keys at once, and is not left in the middle */
	const char *wrong; /* what is said of wrong answers; NULL: how many */
};

/* ---- a row ---- */

/* What the number counts that a workload's name ends with. */
enum workload_number {
	NOT_NUMBERED,
	BY_THREADS,
	BY_BATCH, /* keys at a time */
};

struct workload {
	const char *name;
	const char *what; /* for people, one line */
	enum workload_group group;
	const struct pass *pass;
	enum setup_purpose queries; /* that f->stream is to hold; FOR_INSERT: none */
	bool core;                  /* run unless something else is asked for */
	bool timed_singly;          /* it has latencies, in place of a rate */
	/* The questions that a pass leaves are asked off the clock, while others do
	 * likewise, and count for the answers. */
	bool asks_rest;
	enum workload_number numbered; /* `name` and `what` go on with how many */
	unsigned listed[4];            /* with these, it is on the list; 0 ends them */
	unsigned writes;               /* of threads, in hundredths of the operations */
	const char *one_by_one; /* of batches: the workload that asks the same so */

	/* ---- not in the table ---- */
	unsigned threads;            /* how many; 0: it is not by threads */
	unsigned at_a_time;          /* keys in a batch; 0: it is not in batches */
	const struct workload *row;  /* what it was made of */
	size_t id;                   /* its place in an array of WORKLOADS_MOST */
	const struct workload *next; /* in the order of the table */
};

enum {
	WORKLOADS_MOST = 128, /* room for all that a process knows, and a NULL */
	THREADS_MOST = 256,
	BATCH_MOST = 1024, /* keys at a time */
};

/* Those on the list, and those that have been named; the others follow by `next`. */
const struct workload *workload_first(void);
/* Is it one of "all"? */
bool workload_is_listed(const struct workload *w);

/* The workload that, wanted, has each round do the memory side of it as well: a job of
 * this name, which has a process of its own (job.h). */
#define WORKLOAD_CHURN "churn"

/* NULL: there is none of that name, or no room for it. */
const struct workload *workload_named(const char *name);
/* Why that is so, for people; g_free it. */
char *workload_unknown(const char *name);
/* Is the one of that name among those wanted? */
bool workload_is_wanted(const GPtrArray *wanted, const char *name);
/* Their names, with commas between them; g_free it. */
char *workload_names(const GPtrArray *wanted);

/* What is counted: "operations", "keys". */
const char *workload_unit(const struct workload *w);
/* Operations in one pass, and questions asked by its end, of so many keys. */
size_t workload_operations(const struct workload *w, size_t keys);
size_t workload_asked(const struct workload *w, size_t keys);

/* Why it cannot be run on `v` and this many keys; NULL: it can. */
const char *
workload_refusal(const struct workload *w, const struct ab_variant *v, size_t keys);
/* Can it be run on `v` and this many keys? */
bool workload_possible(const struct workload *w, const struct ab_variant *v, size_t keys);

/* Those of `wanted` (const struct workload *) that belong to `group`, in the order in
 * which they are run in this round. `order` has room for WORKLOADS_MOST; NULL ends
 * it. A contestant leaves out what it cannot do. */
void workload_order(const GPtrArray *wanted, enum workload_group group, uint64_t round,
	const struct workload **order);

/* Google Benchmark's iterations. */
int64_t workload_turns(const struct workload *w);
/* Prepare the index and the queries for a pass. */
bool workload_ready(const struct workload *w, struct fixture *f, GError **error);
void workload_run(struct gbench_state *s, struct fixture *f, const struct workload *w);
/* Ask the questions that the passes left, if that is to be done, and add to the tally. */
void workload_rest(const struct workload *w, struct fixture *f);

#endif /* AB_WORKLOAD_H */
