/* report.h: rows made into tables.
 *
 * Medians over rounds; a variant of which any job failed in any round shows no
 * figure at all, but what went wrong. Ratios are taken within each round, against
 * the same round's glib_tree.
 *
 * Ownership: a report copies the rows it is given and borrows the strings of
 * `about`. Errors: none. Threads: one. */
#ifndef AB_REPORT_H
#define AB_REPORT_H

#include "ab.h"
#include "row.h"

#define REPORT_REFERENCE "glib_tree"

/* What the figures are about. */
struct report_about {
	const char *dataset; /* its title */
	size_t keys, key_bytes;
	const char *revision, *host;
	const char *order, *values; /* "random" ... */
	uint64_t seed;
	unsigned rounds;
	const GPtrArray *variants; /* const struct ab_variant *, in registry order */
};

struct report;

struct report *report_new(const struct report_about *about);
void report_free(struct report *r);
void report_add(struct report *r, const struct row *row);

/* For people. */
void report_text(const struct report *r, FILE *out);
void report_markdown(const struct report *r, FILE *out);
/* One line a variant, the columns of the table. */
void report_tsv(const struct report *r, FILE *out);
/* One line a variant, everything the plots need. */
void report_summary(const struct report *r, FILE *out);

#endif /* AB_REPORT_H */
