/* workload.h: what is done to an index while the clock runs. A workload is one
 * row of the table in workload.c; the job, Google Benchmark's own output, the
 * report and the plots follow from the rows.
 *
 * Every answer is compared in the loop with the one expected. One pass asks for
 * every key of the data set once; f->tally says how many were right in the worst.
 *
 * Ownership: borrows the fixture. Threads: one. */
#ifndef AB_WORKLOAD_H
#define AB_WORKLOAD_H

#include "fixture.h"
#include "gbench.h"

enum {
	WORKLOAD_BATCH = 4096, /* queries in one Google Benchmark iteration */
	WORKLOADS_MOST = 16,   /* rows of the table, the last one included */
};

enum workload_needs {
	NEEDS_PUT = 1 << 0, /* keys inserted one by one */
	NEEDS_DEL = 1 << 1,
	NEEDS_SCAN = 1 << 2,
	READS_ONLY = 1 << 3, /* may share one loaded index with others */
};

struct workload {
	const char *name;
	const char *what; /* for people, one line */
	const char *unit; /* what is counted: "operations", "keys" */
	unsigned needs;   /* enum workload_needs, ored */
	enum gbench_clock clock;
	void (*run)(struct gbench_state *s, struct fixture *f);
	/* Google Benchmark iterations that make whole passes, enough of them to time. */
	int64_t (*iterations)(const struct fixture *f);
};

/* In the order of the table's columns; a NULL name ends it. */
extern const struct workload workloads[];

/* Can it be run on `v` and this many keys? */
bool workload_possible(const struct workload *w, const struct ab_variant *v, size_t keys);
bool workload_supported(const struct workload *w, const struct fixture *f);

#endif /* AB_WORKLOAD_H */
