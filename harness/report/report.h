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

#include "subject.h"
#include "table.h"

/* What a table is for. */
enum table_kind {
	TABLE_FOR_PROGRAMS, /* --format tsv */
	TABLE_FOR_PEOPLE,   /* text and Markdown */
	TABLE_OF_MEMORY,    /* bytes per key, each way and at each time */
	TABLE_OF_RATES,     /* every workload: millions a second, their spread */
	TABLE_OF_RATIOS,    /* every workload: ratios and their intervals */
	TABLE_FOR_PLOTS,    /* summary.tsv */
	TABLE_OF_SWEEP,     /* sweep.tsv, of one size */
	TABLE_OF_GRID, /* points: parameters, bytes per key, ratios, the Pareto front */
};

/* The widest interval of a ratio, as a share of it; INFINITY: some are not known. */
double report_widest(const struct report *r);

/* One of them, of bytes per key and millions a second, as its names say. A run on several hosts has a line for each of them;
 * where there are ratios, one before those with the ratios of all rounds. */
struct table report_table(const struct report *r, enum table_kind kind);
/* The same with two lines for each variant and host: of the slow and of the fast rounds
 * of a machine that ran at two speeds. False: it did not, and there is no table. */
bool report_table_apart(const struct report *r, enum table_kind kind, struct table *t);
/* Workloads that have no column in the table for people; of one line if there are
 * none. */
struct table report_workloads(const struct report *r);
/* What the processor counted an operation (ground/counters.h), of workloads in which it did;
 * of one line if there are none. */
struct table report_counters(const struct report *r);
#define REPORT_COUNTERS                                                                  \
	"What the processor counted an operation, outside the kernel: the median of "    \
	"the "                                                                           \
	"rounds. Where it has too few counters they take turns, and figures are scaled " \
	"from the share of the time that is said"
/* What stands below it: char *, one sentence or two each, what casts doubt on the
 * figures last. g_ptr_array_unref it. */
GPtrArray *report_notes(const struct report *r);
/* Only what casts doubt. */
GPtrArray *report_doubts(const struct report *r);
/* Must it not be overlooked? Then it begins with a word in capitals. */
bool report_is_warning(const char *note);

/* For people. */
void report_text(const struct report *r, FILE *out);
void report_markdown(const struct report *r, FILE *out);
/* The same with the table of a grid, and that table for programs. */
void report_grid_text(const struct report *r, FILE *out);
void report_grid_markdown(const struct report *r, FILE *out);
void report_grid_tsv(const struct report *r, FILE *out);
/* One line each warning: for who gets no notes. */
void report_warnings(const struct report *r, FILE *out);
/* One line a variant, the columns of the table. */
void report_tsv(const struct report *r, FILE *out);
/* One line a variant and host, everything the plots need. */
void report_summary(const struct report *r, FILE *out);

/* ---- between the sources ---- */

/* A cell of millions a second. */
void report_add_rate(struct table *t, double mops);
/* One more note, which is the notes' own. */
void report_note(GPtrArray *notes, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* What the contestants are: how they are filled, what is not counted of them, whose
 * code they are. */
void report_note_variants(GPtrArray *notes, const struct report *a);
/* One more in a list of names. */
void report_append_name(GString *names, const char *name);

#endif /* AB_REPORT_H */
