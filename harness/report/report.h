/* report.h: rows made into tables.
 *
 * Medians over rounds; a variant of which any job failed in any round shows no
 * figure at all, but what went wrong. Ratios are taken within each round, against
 * the reference in the same round.
 *
 * Ownership: a report borrows the record. Errors: none; what env.txt does not say is
 * "unknown". Threads: one. */
#ifndef AB_REPORT_H
#define AB_REPORT_H

#include "digest.h"
#include "kept/record.h"
#include "table.h"

/* What the figures are about. */
struct report_about {
	const struct record *record;
	const char *dataset; /* its title */
	size_t keys, key_bytes;
	size_t file_keys; /* of which `keys` are a sample; 0: not known */
	const char *revision, *host;
	const char *missing;        /* parts that were not measured, or "none" */
	const char *libraries;      /* whose code was measured, or "none" */
	const char *order, *values; /* "random" ... */
	const char *seed;
	const char *malloc;  /* "glibc", or what stood in its place */
	GPtrArray *variants; /* const struct ab_variant *, in registry order */
	GPtrArray *wanted;   /* const struct workload * */
	const struct ab_variant *reference; /* NULL: none */
	bool claimed; /* are the published figures about these keys (claim.h)? */
};

/* Is this workload part of the run, or one that every table has? */
bool report_has(const struct report_about *about, const struct workload *w);

/* What a table is for; its columns are in columns.c. */
enum table_kind {
	TABLE_FOR_PROGRAMS, /* --format tsv */
	TABLE_FOR_PEOPLE,   /* text and Markdown */
	TABLE_OF_MEMORY,    /* bytes per key, each way and at each time */
	TABLE_OF_RATES,     /* every workload: millions a second, their spread */
	TABLE_OF_RATIOS,    /* every workload: ratios and their intervals */
	TABLE_FOR_PLOTS,    /* summary.tsv */
	TABLE_OF_SWEEP,     /* sweep.tsv, of one size */
};

struct report;

/* The record is borrowed; rows that are added to it later count as well. */
struct report *report_new(const struct record *record);
void report_free(struct report *r);
/* The widest interval of a ratio, as a share of it; INFINITY: some are not known. */
double report_widest(const struct report *r);

const struct report_about *report_subject(const struct report *r);
const GArray *report_rows(const struct report *r); /* struct row */

/* One of the tables of columns.h. A run on several hosts has a line for each of them;
 * where there are ratios, one before those with the ratios of all rounds. */
struct table report_table(const struct report *r, enum table_kind kind);
/* The same with two lines for each variant and host: of the slow and of the fast rounds
 * of a machine that ran at two speeds. False: it did not, and there is no table. */
bool report_table_apart(const struct report *r, enum table_kind kind, struct table *t);
/* Workloads that have no column in the table for people; of one line if there are
 * none. */
struct table report_workloads(const struct report *r);
/* What stands below it: char *, one sentence or two each, what casts doubt on the
 * figures last. g_ptr_array_unref it. */
GPtrArray *report_notes(const struct report *r);
/* Only what casts doubt. */
GPtrArray *report_doubts(const struct report *r);
/* One more of them. */
void report_note(GPtrArray *notes, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Must it not be overlooked? Then it begins with a word in capitals. */
bool report_is_warning(const char *note);

/* For people. */
void report_text(const struct report *r, FILE *out);
void report_markdown(const struct report *r, FILE *out);
/* One line each warning: for who gets no notes. */
void report_warnings(const struct report *r, FILE *out);
/* One line a variant, the columns of the table. */
void report_tsv(const struct report *r, FILE *out);
/* One line a variant and host, everything the plots need. */
void report_summary(const struct report *r, FILE *out);

#endif /* AB_REPORT_H */
