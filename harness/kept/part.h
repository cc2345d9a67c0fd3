/* part.h: what of a run can be measured by itself, on any machine: one contestant's
 * memory in a round, as loaded or while changed, or the contest in one group of
 * workloads of a round. Ratios are taken within one host and round, and contestants
 * that take turns are never parted.
 *
 * Units: rounds count from 1. Ownership: names are interned. Errors: said where they
 * can happen. Threads: plain values. */
#ifndef AB_PART_H
#define AB_PART_H

#include <stdbool.h>
#include <glib.h>
#include "record.h"

struct part {
	const char *name; /* ROUND.JOB, or ROUND.JOB.VARIANT */
	unsigned round;
	const char *job;     /* jobs.h */
	const char *variant; /* NULL: all of them, in turns */
};

/* Every part of a run (struct part), in the order in which the run has them, of
 * variants (struct ab_variant) and workloads (struct workload). g_array_unref it. */
GArray *part_all(unsigned rounds, const GPtrArray *variants, const GPtrArray *wanted);
/* Is this contestant's job in the part? */
bool part_has(const struct part *p, unsigned round, const char *job, const char *variant);

/* ---- what belongs together ---- */

/* What an entry of env.txt tells of. */
enum part_fact {
	OF_THE_RUN,     /* must be the same wherever parts of one run are measured */
	OF_THE_MACHINE, /* must be the same in all parts measured on one host */
	OF_THE_PROCESS, /* may be different in each part */
};

/* The keys of that kind that the two disagree in, by name (const char *, borrowed from
 * the records). g_ptr_array_unref it. */
GPtrArray *
part_disagreements(const struct record *a, const struct record *b, enum part_fact kind);
/* The first of them; NULL: none. */
const char *
part_disagreement(const struct record *a, const struct record *b, enum part_fact kind);

/* ---- commands ---- */

struct option_value {
	const char *name;  /* without "--" */
	const char *value; /* NULL: leave the option out */
};

/* `words` (NULL ends them) are the options of a command. The same, quoted for a shell,
 * a space in front of each, but these options, which a NULL name ends, as given here;
 * g_free it. */
char *options_replaced(char *const *words, const struct option_value *by);

/* `words` (NULL ends them) are the options of a run. The options of the same run, a
 * part of it if `part` is not NULL, into `dir`: quoted for a shell, a space in front
 * of each. g_free it. */
char *part_options(char *const *words, const char *part, const char *dir);

#endif /* AB_PART_H */
