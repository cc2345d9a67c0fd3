/* run.h: rounds of jobs, each in a fresh process, contestants in a new random
 * order in every round.
 *
 * A round is one step for memory and one for each group of workloads that is wanted,
 * with one more for memory if one of them is churn (jobs.h).
 * In a step for speed the contestants are all loaded at once and take turns
 * (contest.h), unless they would not fit in memory together: then they run one after
 * another. The reference runs a second time in each, as "NAME.again": what is
 * measured between the two is noise.
 *
 * Ownership: rows are handed to the sink as they arrive, and belong to nobody
 * (row.h). Threads: one. */
#ifndef AB_RUN_H
#define AB_RUN_H

#include "contest.h"
#include "kept/part.h"
#include "progress.h"

struct run_spec {
	const struct cli_run *cli;          /* data, variants, setup */
	const GPtrArray *wanted;            /* const struct workload * */
	const struct ab_variant *reference; /* NULL: none */
	const char *host;                   /* interned */
	unsigned rounds;                    /* at most */
	/* No round is begun that would end after this, with what those took that are
	 * done; 0: none. */
	double budget_s;
	/* Who is asked about first (const struct ab_variant *, of cli->chosen, the
	 * reference among them): where the budget has no room for six rounds of all, it is
	 * spent on these (pace.h). NULL: on all alike. */
	const GPtrArray *first;
	unsigned
		first_from; /* from this round on, as an earlier process has decided; 0 */
	unsigned timeout_s; /* of one job, or of one turn */
	int cpu;            /* to run every job on; -1: wherever */
	bool alone;         /* take no turns */
	bool counters;      /* read the processor's (ground/counters.h) */
	const char *preload_memory, *preload_speed; /* LD_PRELOAD, or NULL */
	struct row_data data;                       /* what every job must have read */
	size_t opening; /* bytes that each job takes for the keys (cli.h) */
	size_t memory;  /* bytes that contestants may take; 0: 80 % of what is left */
	/* Jobs that need not be done: record_job_key -> seconds (double *) that they took;
	 * or NULL. */
	GHashTable *done;
	const GArray *rows; /* struct row, what those said; NULL: nothing */
	unsigned begun; /* rounds that an earlier process has begun: so many there are */
	const struct part *part; /* only this; NULL: the whole run */
	/* Asked before each round but the first: is enough known? May be NULL. */
	bool (*enough)(void *arg, unsigned rounds_done);
	/* From this round on only `first` is measured: to be kept, for who goes on with it
	 * must know. False: it could not be. May be NULL. */
	bool (*narrowed)(void *arg, unsigned round);
	void *arg;
	const struct row_sink *sink;
};

/* Why there is no other round. */
enum run_stop {
	RUN_GOES_ON, /* there is, or it was broken off */
	RUN_DID_ROUNDS,
	RUN_KNOWS_ENOUGH,
	RUN_SPENT_BUDGET,
};

enum run_outcome run_rounds(const struct run_spec *spec, enum run_stop *stop);

/* The same round by round, for a caller who does something else between them; the spec is
 * borrowed until run_free. */
struct run;
struct run *run_new(const struct run_spec *spec);
/* The next one, as a step of `progress` that is named `title`, which the caller moves on;
 * NULL: it moves on its own. */
enum run_outcome
run_next_round(struct run *x, struct progress *progress, const char *title);
unsigned run_done(const struct run *x); /* rounds */
/* Seconds that those take which are left; NAN: not known. */
double run_left(const struct run *x);
void run_free(struct run *x); /* NULL is nothing to free */

/* Bytes that the process which measures one contestant takes: the keys, its own
 * to load and to ask for, and the index, if that holds so many bytes; NAN: not
 * known, so 200 a key. */
double run_needs(const struct run_spec *spec, double held);
/* Bytes that there are now for all such processes, and for one of them, which ulimit may
 * keep from more. */
double run_room(const struct run_spec *spec);
double run_room_each(const struct run_spec *spec);

#endif /* AB_RUN_H */
