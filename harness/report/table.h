/* table.h: lines of cells, and the three ways to print them.
 *
 * Ownership: a table owns its cells; table_clear frees them. Errors: none but those of
 * the stream. Threads: one. */
#ifndef AB_TABLE_H
#define AB_TABLE_H

#include <stdio.h>
#include <glib.h>

struct table {
	size_t columns, lines; /* the first line is the header */
	GPtrArray *cells;      /* of char *, line by line */
};

/* What ends a cell whose figure is not told from what it is held against; grey where there
 * is colour. */
#define TABLE_UNRESOLVED " ?"

/* No lines yet. */
struct table table_of(size_t columns);
/* The header alone; a NULL ends the names. */
struct table table_named(const char *const *names);
static inline const char *
table_cell(const struct table *t, size_t line, size_t column)
{
	return t->cells->pdata[line * t->columns + column];
}
/* The next cell; it is the table's from now on. The last of a line ends it. */
void table_add(struct table *t, char *cell);
void table_say(struct table *t, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* "-" if it is none. */
void table_number(struct table *t, int digits, double x);
void table_clear(struct table *t);
/* A new table whose lines are this one's columns. */
struct table table_turned(const struct table *t);

/* For people: columns padded, numbers on the right, and the last word of a name on a
 * line of its own, so that columns stay narrow. */
void table_text(const struct table *t, FILE *out);
void table_markdown(const struct table *t, FILE *out);
void table_append_markdown(const struct table *t, GString *out);
/* For programs: tab separated. */
void table_tsv(const struct table *t, FILE *out);

#endif /* AB_TABLE_H */
