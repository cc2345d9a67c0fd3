/* results.h: a results directory, whole or not there.
 *
 * Everything is written into DIR.partial; raw.tsv line by line as it is measured, on
 * the disk before the run goes on. Only results_finish gives the directory its name.
 * A directory that a process writes into is locked as long as the process lives.
 * Nothing that was measured is ever deleted.
 *
 * Errors: false and a one-line message in `*error`. Threads: one. */
#ifndef AB_RESULTS_H
#define AB_RESULTS_H

#include <stdio.h>
#include <glib.h>
#include <stdbool.h>
#include "disk.h"
#include "record.h"
#include "ground/row.h"

struct results {
	char *dir, *partial;
	FILE *raw;
	int lock;
};

/* DIR, of DIR/ or of DIR.partial; g_free it. */
char *results_name_of(const char *dir);

/* Create DIR.partial (and the directories above it), and raw.tsv in it; env.txt is
 * next, for without it nothing can be gone on with. Refused if DIR is there, or a
 * DIR.partial that got as far as env.txt, or that a process writes into. */
bool results_open(struct results *r, const char *dir, GError **error);
/* The same without rows of its own: for a directory of results directories. `command`
 * is the subcommand that goes on with one. */
bool
results_make(struct results *r, const char *dir, const char *command, GError **error);
/* Go on with the directory of an earlier run, DIR or DIR.partial: what it has of jobs
 * that ended well stays, and is left in `had`, with their keys in `*done`; what it has
 * of others goes to set_aside.tsv, but for a last line that was cut off. Refused if a
 * process writes into it. */
bool results_resume(struct results *r, const char *dir, struct record *had,
	GHashTable **done, GError **error);
/* The same without rows. */
bool results_take(struct results *r, const char *dir, GError **error);
/* Append a row; results_sync puts it on the disk. */
bool results_add(struct results *r, const struct row *row, GError **error);
bool results_sync(struct results *r, GError **error);
/* disk_write and disk_append of one file of the directory. */
bool results_write(struct results *r, const char *name, disk_writer *write,
	const void *arg, GError **error);
bool results_append(struct results *r, const char *name, disk_writer *write,
	const void *arg, GError **error);
/* Write raw.tsv anew with these rows, sorted, and rename DIR.partial to DIR. */
bool results_finish(struct results *r, GArray *rows, GError **error);
/* Of one without rows: rename alone. */
bool results_name(struct results *r, GError **error);
/* Remove a directory in which nothing was measured, and its files. */
void results_discard(const char *partial);
/* Free what `r` holds; what was written stays where it is. */
void results_free(struct results *r);

#endif /* AB_RESULTS_H */
