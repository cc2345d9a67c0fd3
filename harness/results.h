/* results.h: a results directory, whole or not there.
 *
 * Everything is written into DIR.partial; raw.tsv line by line as it is measured.
 * Only results_finish gives the directory its name. Nothing that exists is ever
 * touched.
 *
 * Errors: false and a one-line message in `*error`. Threads: one. */
#ifndef AB_RESULTS_H
#define AB_RESULTS_H

#include <stdio.h>
#include <glib.h>
#include <stdbool.h>
#include "row.h"

struct results {
	char *dir, *partial;
	FILE *raw;
};

/* Create DIR.partial (and the directories above it), and raw.tsv in it. Refused
 * if DIR or DIR.partial exists. */
bool results_open(struct results *r, const char *dir, GError **error);
bool results_add(struct results *r, const struct row *row, GError **error);
/* Write one file of the directory: what `write` prints into it. */
typedef void results_writer(FILE *out, const void *arg);
bool results_write(struct results *r, const char *name, const char *mode,
	results_writer *write, const void *arg, GError **error);
/* Close raw.tsv and rename DIR.partial to DIR. */
bool results_finish(struct results *r, GError **error);
/* Free what `r` holds; what was written stays where it is. */
void results_free(struct results *r);

#endif /* AB_RESULTS_H */
