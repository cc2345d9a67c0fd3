/* row.h: one measurement, and the line it makes in raw.tsv.
 *
 * A row whose `status` is not "ok" says what went wrong and has no value.
 * Ownership: names and the status are interned strings, never freed. Threads:
 * plain values. */
#ifndef AB_ROW_H
#define AB_ROW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <glib.h>

struct row {
	unsigned round;       /* counted from 1 */
	unsigned position;    /* of the contestant in its round, from 1 */
	const char *variant;  /* or NAME.again: the reference against itself */
	const char *job;      /* "memory", "speed" ...: one process each */
	const char *workload; /* "load", "insert", ... */
	const char *metric;   /* "rss", "seconds", ... */
	double value;         /* NAN: none */
	const char *unit;     /* "bytes", "s", "count", ... */
	const char *status;   /* "ok", or what went wrong */
	const char *host;
};

/* How the status begins where the variant has declared that it cannot hold such keys.
 * That is no failure. */
#define ROW_DECLINED "declined: "

static inline bool
row_is_declined(const char *status)
{
	return g_str_has_prefix(status, ROW_DECLINED);
}

extern const char row_header[]; /* the column names, tab separated, no newline */

/* One line, full precision. False: the stream has an error. */
bool row_print(FILE *out, const struct row *r);

/* Read such a line, without its newline. False: it is none. */
bool row_read(const char *line, struct row *r);

/* The lines a job prints on stdout for its parent, which fills in the rest. */
void row_emit(const char *workload, const char *metric, double value, const char *unit);
void row_emit_failure(const char *workload, const char *what);
void row_emit_end(void);

/* What tells one data set from another; a job's first line says which it read. */
struct row_data {
	uint64_t keys, key_bytes, fingerprint;
};

void row_emit_data(const struct row_data *data);
/* Read the line that makes. False: it is another line. */
bool row_parse_data(const char *line, struct row_data *data);

enum row_line { ROW_VALUE, ROW_FAILURE, ROW_END, ROW_GARBAGE };

/* Read such a line (without its newline) into `r`: workload, metric, value, unit
 * and status are set for ROW_VALUE and ROW_FAILURE. */
enum row_line row_parse(char *line, struct row *r);

#endif /* AB_ROW_H */
