/* merge.h: the parts of one run (part.h), measured apart, put together.
 *
 * Refused are parts that differ in what a run is made of, or on one host in what the
 * machine is; that have the same job of a host and round twice; and, unless they may
 * be, runs that are incomplete. A part that has not ended is as good as missing. env.txt
 * has once what the parts have in common, and what differs by host as KEY@HOST.
 *
 * Ownership: merge_clear frees what merge_parts filled in, whether it failed or not.
 * Errors: false and a one-line message. Threads: one. */
#ifndef AB_MERGE_H
#define AB_MERGE_H

#include <stdbool.h>
#include <glib.h>
#include "kept/record.h"

struct merge {
	char *env;    /* the text of env.txt */
	GArray *rows; /* struct row */
	bool right;   /* no part says that something went wrong */
	/* private */
	GPtrArray *pieces; /* struct record *, by name */
	GHashTable *owner; /* of each job of a host: the directory it is from */
	GPtrArray *missing;
};

/* `dirs` (NULL ends them) are to be one run in `dir`. */
bool merge_parts(struct merge *m, char *const *dirs, const char *dir, bool incomplete,
	GError **error);
void merge_clear(struct merge *m);

#endif /* AB_MERGE_H */
