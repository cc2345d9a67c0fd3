/* columns.h: the columns of the tables. A column is a name and a function that
 * writes one cell of it; a table is an array of columns, ended by a NULL name.
 *
 * Units: bytes per key, millions a second, as the names say. A cell of what was
 * not measured is "-". Cells hold no tab and no newline. Threads: constant. */
#ifndef AB_COLUMNS_H
#define AB_COLUMNS_H

#include "digest.h"
#include "subject.h"

/* What a table is for. */
enum table_kind {
	TABLE_FOR_PROGRAMS, /* --format tsv */
	TABLE_FOR_PEOPLE,   /* text and Markdown */
	TABLE_OF_MEMORY,    /* bytes per key, each way and at each time */
	TABLE_OF_RATES,     /* every workload: millions a second, their spread */
	TABLE_OF_RATIOS,    /* every workload: ratios and their intervals */
	TABLE_FOR_PLOTS,    /* summary.tsv */
	TABLE_OF_SWEEP,     /* sweep.tsv, of one size */
};

/* What a cell is about: the run, or some rounds of it, and one variant in it. */
struct context {
	const struct report_about *about;
	const struct digest *d;
	const struct noise *noise;
	const char *when; /* the rounds it is about, see cohort.h; NULL: all */
};

typedef void cell_fn(GString *out, const struct context *c, int arg);

struct column {
	const char *name;
	cell_fn *cell;
	int arg; /* for `cell`: which measure, or 0 */
};

/* Millions a second, with enough digits to tell slow ones apart. */
void columns_rate(GString *out, double mops);

/* An array of struct column; g_array_unref it. */
GArray *columns_of(enum table_kind kind, const struct report_about *about);

#endif /* AB_COLUMNS_H */
