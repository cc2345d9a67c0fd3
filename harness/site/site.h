/* site.h: the board: a site of any number of runs, of many machines, data sets and
 * revisions.
 *
 * Runs are sorted into boards. A board has what may be held side by side: rounds of one
 * machine, on one data set, in one setting (values, order, compiler, build ...). Between
 * boards nothing is compared, and no line is drawn; means over data sets are those of one
 * machine and setting. A machine is a host name with what env.txt says of its processor,
 * caches and memory: two machines of one name are two.
 *
 * Left out, and named with the reason, are runs that cannot be read, are of another
 * format, torn, broken off or incomplete, do not say which keys they are about, or are
 * given twice. Noisy rounds (digest_is_noisy) stay, marked, behind those that are not, and
 * are part of no front, mean or line.
 *
 * The same runs make the same bytes, in whatever order and from wherever they are given.
 * Every text of a run is escaped, and no name of a file is made of anything but
 * [a-z0-9-]. Pages need nothing that is not in them.
 *
 * Units: bytes per key, in-round ratios of speeds. Ownership: site_clear frees what
 * site_read filled in; the rest is borrowed from it. Errors: of a run, a line in
 * left_out; others false and a one-line message. Threads: one. */
#ifndef AB_SITE_H
#define AB_SITE_H

#include "report/cohort.h"
#include "report/doc.h"
#include "report/report.h"

struct site_run {
	struct record record;
	struct report *report;
	GArray *cohorts; /* cohort.h: one a host */
	char *name;      /* the directory's, without those above it */
	char *page;      /* its file */
	char *sum;       /* SHA-256 of its rows */
};

struct site_machine {
	char *key; /* all that tells it from others */
	const char *host;
	char *name; /* the host's, or that with a mark, if others have it as well */
	char *page;
	const struct site_run *newest;
};

struct site_data {
	char *key;
	const char *title; /* as the newest run calls it */
	size_t keys, key_bytes;
	char *name; /* the title, or that with a mark, if others have it as well */
	char *page;
};

/* Rounds of a run on one machine. */
struct site_entry {
	const struct site_run *run;
	const struct cohort *cohort;
	const struct site_machine *machine;
	const struct site_data *data;
	const char *setting; /* interned, for people */
	bool noisy;
};

struct site_board {
	const struct site_data *data;
	const struct site_machine *machine;
	const char *setting;
	const char *values;
	char *id;           /* of its place on a page */
	GPtrArray *entries; /* const struct site_entry *, the oldest first */
	GPtrArray *names;   /* const char *: variants, in the registry's order */
	/* To which the ratios are; NULL: no entry that is not noisy has one. */
	const struct ab_variant *reference;
};

struct site {
	GPtrArray *runs;     /* struct site_run *, the oldest first */
	GPtrArray *machines; /* struct site_machine *, and so on, each by name */
	GPtrArray *data;
	GPtrArray *boards;     /* by data set, then machine, then setting */
	GArray *entries;       /* struct site_entry, in the order of the runs */
	GPtrArray *names;      /* const char *: all variants, in the registry's order */
	GPtrArray *left_out;   /* char *: "NAME: why" */
	const char *reference; /* the one wanted; NULL: each board's own */
};

/* `reference` may be NULL. False: there is no run that can be taken in. */
bool site_read(struct site *s, char *const *dirs, const char *reference, GError **error);
void site_clear(struct site *s);

/* A page's file, and what it says. */
struct site_page {
	char *file, *text;
};
/* All pages (struct site_page), by file. g_ptr_array_unref it. */
GPtrArray *site_pages(const struct site *s);

/* ---- between the sources: what is read (site_read.c, site_sort.c) ---- */

/* [a-z0-9-]+: `prefix`, what of `name` can stand there, and a hash of `key`, unless it is
 * NULL; ".html". g_free it. */
char *site_file(const char *prefix, const char *name, const char *key);
/* Sort what was read: machines, data sets, boards. */
void site_sort(struct site *s);
void site_board_free(void *board);
/* The variant of that name. */
const struct ab_variant *site_variant(const struct site_entry *e, const char *name);

/* ---- figures (site_lines.c) ---- */

/* A variant on a board: the newest figures that there are, those first that are not noisy
 * and have a ratio. */
struct site_line {
	const char *name;
	const struct site_entry *entry;
	struct digest d; /* ratios are to the board's reference */
	bool in_front;   /* nobody quiet has both fewer bytes (RSS) and more hits */
	bool good;       /* not noisy, and nothing failed */
};
/* struct site_line: good ones by bytes, then noisy ones, then what failed. */
GArray *site_lines(const struct site_board *b);
/* Of one entry. */
struct site_line
site_line_of(const struct site_board *b, const struct site_entry *e, const char *name);
/* Is it in that entry's run? */
bool site_entry_has(const struct site_entry *e, const char *name);
static inline const struct site_line *
site_line_at(const GArray *lines, guint i)
{
	return &g_array_index(lines, struct site_line, i);
}

/* ---- markup (site_html.c, site_filter.c) ---- */

/* Append markup; what %s stands for is text, and is escaped. */
void site_put(GString *out, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* A whole page begins and ends. `facets` may be NULL. */
struct site_facets;
void site_begin(struct doc *d, const char *title, const struct site_facets *facets);
char *site_end(struct doc *d);
/* A table begins: a scrolling box, the caption (text), the header; a NULL ends the names,
 * and of one that begins with '<' the rest is at the left. */
void site_table(GString *out, const char *caption, const char *const *names);
void site_table_end(GString *out);
/* Cells. */
void site_cell(GString *out, const char *format, ...) G_GNUC_PRINTF(2, 3);
void site_cell_number(GString *out, int digits, double x);
void site_cell_ratio(GString *out, const struct estimate *e);
void site_cell_count(GString *out, size_t n);
/* The page of a variant; g_free it. */
char *site_variant_page(const char *name);
/* "966,956"; g_free it. */
char *site_count(size_t n);
/* "2026-11-25", of a run's start. g_free it. */
char *site_day(const struct site_run *r);
/* A heading of a board: its machine and setting. g_free it. */
char *site_board_title(const struct site_board *b);

/* What rows can be chosen by. */
enum site_facet { BY_DATA, BY_MACHINE, BY_FAMILY, BY_RUNG, BY_VALUES, SITE_FACETS };
struct site_facets {
	GPtrArray *of[SITE_FACETS]; /* char *: the values, in order */
};
struct site_facets *site_facets_new(void);
void site_facets_free(struct site_facets *f);
/* Add a value in its place, unless it is there: before the first mark is made. */
void site_facet_add(struct site_facets *f, enum site_facet facet, const char *value);
/* An attribute for an element that has that value; NULL: none. */
void site_facet_mark(GString *out, const struct site_facets *f, enum site_facet facet,
	const char *value);
/* The same of several values, which a NULL ends. */
void site_facet_marks(GString *out, const struct site_facets *f, enum site_facet facet,
	const GPtrArray *values);
/* The choice, for people, if there is one. */
void site_facets_form(GString *out, const struct site_facets *f);
/* The rules by which it works, for <style>. */
void site_facets_style(GString *out, const struct site_facets *f);
/* Its rung, or "none". */
const char *site_rung(const struct ab_variant *v);

/* ---- pictures (site_plot.c, site_history.c) ---- */

/* Bytes against hits. False: there are no two figures to draw. */
bool site_pareto(GString *out, const struct site_board *b, const GArray *lines);
/* The class of a family's colour, one of those in the style; interned. */
const char *site_colour(const struct ab_variant *v);
/* Is the line in the picture, if there is one? */
bool site_is_drawn(const struct site_line *x);

/* ---- pages ---- */

/* A heading for each core workload, from the column `at` of `names` on, which has room; a
 * NULL behind them. */
enum { SITE_COLUMNS_MOST = 24 };
void site_core_names(const char **names, size_t at);
/* A line's ratios of the core workloads. */
void site_core_cells(GString *out, const struct digest *d);
/* A table of the runs that were on this machine; NULL: of all. */
void site_runs(GString *out, const struct site *s, const struct site_facets *f,
	const struct site_machine *m);
/* Geometric means over the data sets of a machine, setting by setting (site_means.c). */
void site_means(GString *out, const struct site *s, const struct site_machine *m);
/* Bytes and hits of a variant along a board's runs (site_history.c). */
void site_curves(GString *out, const struct site_board *b, const GArray *lines);

char *site_index_page(const struct site *s);
char *site_data_page(const struct site *s, const struct site_data *d);
char *site_machine_page(const struct site *s, const struct site_machine *m);
char *site_history_page(const struct site *s, const char *variant);
char *site_run_page(const struct site *s, const struct site_run *r);

#endif /* AB_SITE_H */
