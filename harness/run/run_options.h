/* run_options.h: what `artbench run` is told on its command line.
 *
 * Ownership: run_options_free frees everything. Errors: reported on stderr (cli.h).
 * Threads: one. */
#ifndef AB_RUN_OPTIONS_H
#define AB_RUN_OPTIONS_H

#include "run.h"
#include "ground/stats.h"

/* Rounds unless something else is asked for: as many as resolve a ratio of 1.05 in 96 of
 * 100 runs where in-round ratios have a deviation of 2.7 %, and all but always where it
 * is 2 % (docs/measured/rounds.md). */
enum { RUN_ROUNDS = 9 };

struct run_options {
	struct cli_run run;
	/* as given */
	char *preset, *rounds, *format, *results, *timeout, *workloads, *reference,
		*until, *budget, *first_names, *part_name, *memory, *malloc;
	gboolean pin, alone, counters, only_check;
	/* checked */
	struct run_spec spec;
	char *preload_memory, *preload_speed; /* spec's */
	struct part part;          /* spec.part points to it, if --part was given */
	GPtrArray *wanted, *first; /* spec's */
	double width; /* rounds go on until every interval is narrower; 0: does not matter */
	int form;     /* text, tsv, markdown */
};

/* A command that takes them. */
struct run_command {
	const char *summary;
	const GOptionEntry *more; /* options of its own, which a NULL long_name ends */
	/* Its rounds are known beforehand: --help has no --until-resolved, --budget or
	 * --part, though they are parsed, for the command to refuse; and a preset has no
	 * budget. */
	bool fixed;
};

/* Parse, take from the preset what was not given, and check. Returns -1 to go on, or a
 * status to exit with. */
int run_options_parse(int argc, char **argv, struct run_options *o);
/* For another command than `artbench run`. */
int run_options_parse_for(
	const struct run_command *command, int argc, char **argv, struct run_options *o);
void run_options_free(struct run_options *o);

#endif /* AB_RUN_OPTIONS_H */
