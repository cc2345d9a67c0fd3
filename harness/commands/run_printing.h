/* run_printing.h: `artbench run` for a command that prints another table of it.
 *
 * Errors: as say.h says. Threads: one. */
#ifndef AB_RUN_PRINTING_H
#define AB_RUN_PRINTING_H

#include "report/report.h"

/* A run as the words say, argv[0] of them "run", for env.txt has them; or going on with one.
 * In the end it prints by `forms`: text, TSV, Markdown. Returns the exit status. */
int
run_printing(int argc, char **argv, void (*const forms[])(const struct report *, FILE *));

#endif /* AB_RUN_PRINTING_H */
