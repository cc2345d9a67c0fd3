/* each.h: a command that has a job done on each variant that was chosen, alone in a process of
 * its own, and prints the rows that it says: as text, or a row a line.
 *
 * Errors: as say.h says; what a variant declines is said on stderr, and is no failure.
 * Threads: one. */
#ifndef AB_EACH_H
#define AB_EACH_H

#include "run/contest.h"

struct each_spec {
	const char *summary; /* of the command's help */
	const GOptionEntry
		*extra;      /* options besides --format and --timeout; NULL: none */
	const char *kind;    /* of the job */
	const char *doing;   /* what an interruption breaks off: "loading" */
	const char *columns; /* of the rows: variant, these, metric, value, unit */
	int digits;          /* of a value */
	void (*text)(const struct ab_variant *v, const struct cli_keys *keys,
		const struct reading *said);
	/* Are the options in order, and what is needed there? Lines of `job` are filled in.
	 * False: it has been said. NULL: there is nothing to look at. */
	bool (*ready)(struct job_argv *job);
};

/* The whole command; returns its exit status. */
int each_command(int argc, char **argv, const struct each_spec *spec);

#endif /* AB_EACH_H */
