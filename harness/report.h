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
#include "record.h"

/* What the figures are about. */
struct report_about {
	const char *dataset; /* its title */
	size_t keys, key_bytes;
	const char *revision, *host;
	const char *order, *values; /* "random" ... */
	const char *seed;
	GPtrArray *variants; /* const struct ab_variant *, in registry order */
	GPtrArray *wanted;   /* const struct workload * */
	const struct ab_variant *reference; /* NULL: none */
};

/* Is this workload part of the run, or one that every table has? */
bool report_has(const struct report_about *about, const struct workload *w);

struct report;

/* The record is borrowed; rows that are added to it later count as well. */
struct report *report_new(const struct record *record);
void report_free(struct report *r);
/* The widest interval of a ratio, as a share of it; INFINITY: some are not known. */
double report_widest(const struct report *r);

/* For people. */
void report_text(const struct report *r, FILE *out);
void report_markdown(const struct report *r, FILE *out);
/* One line a variant, the columns of the table. */
void report_tsv(const struct report *r, FILE *out);
/* One line a variant, everything the plots need. */
void report_summary(const struct report *r, FILE *out);

#endif /* AB_REPORT_H */
