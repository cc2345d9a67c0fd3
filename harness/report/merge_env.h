/* merge_env.h: parts on their way to one run (merge.h), and env.txt made of theirs: what they
 * have in common once, what differs by host as KEY@HOST. Errors: false and a one-line
 * message. Threads: one. */
#ifndef AB_MERGE_ENV_H
#define AB_MERGE_ENV_H

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

static inline const struct record *
merge_piece(const struct merge *m, guint i)
{
	return m->pieces->pdata[i];
}

/* The earliest part that was measured on the same host as `r`. */
const struct record *merge_first_there(const struct merge *m, const struct record *r);
/* Fill in m->env, of a run in `dir`. */
bool merge_write_env(struct merge *m, const char *dir, GError **error);

#endif /* AB_MERGE_ENV_H */
