/* run.h: rounds of jobs, each in a fresh process, contestants in a new random
 * order in every round.
 *
 * A job that crashes, hangs, is killed, reads other keys than it was meant to, prints
 * what it should not or leaves out what it should makes one row that says so, and
 * the run goes on.
 *
 * Ownership: rows are handed to the sink as they arrive, and belong to nobody
 * (row.h). Threads: one. */
#ifndef AB_RUN_H
#define AB_RUN_H

#include "cli.h"
#include "row.h"

struct run_spec {
	const struct cli_run *cli; /* data, variants, setup */
	unsigned rounds;
	unsigned timeout_s;   /* of one job */
	int cpu;              /* to run every job on; -1: wherever */
	struct row_data data; /* what every job must have read */
};

/* Takes one row. False: it cannot (disk full ...), and the run ends. */
typedef bool run_sink(void *arg, const struct row *r);

enum run_outcome {
	RUN_RIGHT,       /* every job ran and every answer was right */
	RUN_WRONG,       /* some row says otherwise */
	RUN_INTERRUPTED, /* SIGINT or SIGTERM */
	RUN_SINK_FAILED,
};

enum run_outcome run_rounds(const struct run_spec *spec, run_sink *sink, void *arg);

#endif /* AB_RUN_H */
