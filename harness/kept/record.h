/* record.h: what a results directory says: env.txt and raw.tsv read back.
 *
 * Ownership: record_clear frees what record_read filled in; rows hold interned
 * strings (row.h). Errors: false and a one-line message that names file and line.
 * Threads: one. */
#ifndef AB_RECORD_H
#define AB_RECORD_H

#include <stdbool.h>
#include <glib.h>
#include "ground/row.h"

struct record {
	char *dir;
	GHashTable
		*env;   /* char * -> char *: of a key that stands there twice, the last */
	GArray *rows;   /* struct row, in the file's order */
	unsigned begun; /* the last round that was read of, though its rows be dropped */
	bool torn;      /* the last line of raw.tsv was cut off, and left out */
};

/* Read DIR, or DIR.partial if only that is there. */
bool record_read(struct record *r, const char *dir, GError **error);
/* Only env.txt of it. */
bool record_read_env(struct record *r, const char *dir, GError **error);
void record_clear(struct record *r); /* a zeroed record is fine */

/* Take in KEY=VALUE lines; `path` is for the message. */
bool
record_parse_env(struct record *r, const char *text, const char *path, GError **error);
/* One without a directory, to be filled. */
void record_init(struct record *r);

/* The round from which on only those that env.txt names as `first` are measured (pace.h);
 * 0: there is none. */
unsigned record_first_from(const struct record *r);
/* Is this contestant ("NAME", "NAME.again") measured in that round? */
bool record_measures(const struct record *r, unsigned round, const char *contestant);

/* The value of a key of env.txt; NULL: it has none. */
const char *record_env(const struct record *r, const char *key);
const char *record_said(const struct record *r, const char *key); /* or "unknown" */
guint64 record_number(const struct record *r, const char *key);   /* or 0 */

/* Rows in the order in which a run that nothing disturbed would have them: by round,
 * job and position. */
void record_sort(GArray *rows);

/* What tells a job from the others of a run; g_free it. */
char *record_job_key(unsigned round, const char *job, const char *variant);

/* The jobs that need not be done again, record_job_key -> seconds (double *): of a job that
 * takes turns, all contestants must be through. g_hash_table_unref it. */
GHashTable *record_done(const struct record *r);
/* Split the rows: those of jobs that are done stay, the rest goes to a new array. */
GArray *record_drop_undone(struct record *r, GHashTable *done);

#endif /* AB_RECORD_H */
