/* jobs.h: the kinds of job. Those that a round is made of, in the order in which it does
 * them: memory; churn, the memory of an index that is changed over and over, if the
 * workload of that name is wanted; and each group of workloads. And those of other
 * commands.
 *
 * Threads: plain values. */
#ifndef AB_JOBS_H
#define AB_JOBS_H

#include "work/workload.h"

/* The last part of the name under which the reference runs against itself. */
#define JOB_AGAIN ".again"

struct job_kind {
	const char *name; /* in raw.tsv, in parts and on the command line */
	/* The contestants of a group work side by side, in turns (contest.h). Memory is
	 * each one's own, and that of the reference known: it does no such job again. */
	enum {
		JOB_MEMORY,
		JOB_CHURN,
		JOB_GROUP,
		JOB_BENCH,
		JOB_VERIFY,
		JOB_EXPLAIN,
		JOB_CENSUS,
		JOB_LINES
	} what;
	enum workload_group group; /* of JOB_GROUP */
};

enum { JOB_KINDS = JOB_GROUP + WORKLOAD_GROUPS };

/* Rounds that have jobs of memory, and in which whole scans are compared with the keys
 * and structures checked. All that is the same in every round, memory to a few pages:
 * the second one shows it, and further ones would take time from what is not. */
enum { SAME_ROUNDS = 2 };

/* Its place among those of a round; -1: it is none of them. */
int job_kind_place(const char *name);
/* Of a round or not. False: there is none of that name. */
bool job_kind_named(const char *name, struct job_kind *kind);
/* Those of a run in which these workloads (struct workload) are wanted; `kinds` has room
 * for JOB_KINDS. Returns how many. */
size_t job_kinds_wanted(const GPtrArray *wanted, struct job_kind *kinds);

/* Is it done in that round, counted from 1? */
bool job_kind_is_in(const struct job_kind *k, unsigned round);

#endif /* AB_JOBS_H */
