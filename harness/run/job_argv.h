/* job_argv.h: what a process that measures is told on its command line, `artbench job
 * KIND ...`; cmd_job.c understands it.
 *
 * Threads: one. */
#ifndef AB_JOB_ARGV_H
#define AB_JOB_ARGV_H

#include "cli.h"

struct job_argv {
	const struct cli_run *run; /* data, setup */
	const char *kind;          /* jobs.h */
	const struct ab_variant *const *variants;
	size_t n;       /* of them: 1, but for explain */
	unsigned round; /* 0: the first */
	int cpu;        /* to run on; -1: wherever */
	bool turns, counters;
	const char *lookups;   /* of `lines`; NULL: it is another job */
	const char *workloads; /* NULL: the core ones */
	char *const *flags;    /* of Google Benchmark, ended by NULL; NULL: none */
};

/* g_strfreev it. */
char **job_argv(const struct job_argv *job);

#endif /* AB_JOB_ARGV_H */
