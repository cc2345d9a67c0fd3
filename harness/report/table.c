/* table.c: see table.h. */
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "table.h"

struct table
table_of(size_t columns)
{
	return (struct table){ columns, 0, g_ptr_array_new_with_free_func(g_free) };
}

struct table
table_named(const char *const *names)
{
	struct table t = table_of(g_strv_length((char **)names));
	for (; *names; names++)
		table_add(&t, g_strdup(*names));
	return t;
}

void
table_add(struct table *t, char *cell)
{
	g_ptr_array_add(t->cells, cell);
	t->lines = t->cells->len / t->columns;
}

void
table_say(struct table *t, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	table_add(t, g_strdup_vprintf(format, args));
	va_end(args);
}

void
table_number(struct table *t, int digits, double x)
{
	table_add(t, isfinite(x) ? g_strdup_printf("%.*f", digits, x) : g_strdup("-"));
}

void
table_clear(struct table *t)
{
	g_ptr_array_unref(t->cells);
	*t = (struct table){ 0 };
}

struct table
table_turned(const struct table *t)
{
	struct table turned = table_of(t->lines);
	for (size_t j = 0; j < t->columns; j++)
		for (size_t i = 0; i < t->lines; i++)
			table_add(&turned, g_strdup(table_cell(t, i, j)));
	return turned;
}

void
table_tsv(const struct table *t, FILE *out)
{
	for (size_t i = 0; i < t->lines; i++)
		for (size_t j = 0; j < t->columns; j++)
			fprintf(out, "%s%c", table_cell(t, i, j),
				j + 1 < t->columns ? '\t' : '\n');
}

/* ---- text ---- */

/* Length of the part of a column's name that goes on the upper of two lines. */
static size_t
upper_part(const char *name)
{
	const char *space = strrchr(name, ' ');
	return space ? (size_t)(space - name) : 0;
}

static const char *
lower_part(const char *name)
{
	size_t n = upper_part(name);
	return n ? name + n + 1 : name;
}

/* In characters. */
static size_t
length(const char *s)
{
	return (size_t)g_utf8_strlen(s, -1);
}

static size_t
width(const struct table *t, size_t column)
{
	const char *name = table_cell(t, 0, column);
	size_t most = MAX(upper_part(name), length(lower_part(name)));
	for (size_t i = 1; i < t->lines; i++)
		most = MAX(most, length(table_cell(t, i, column)));
	return most;
}

/* The last column is not padded: what failed is said there at length. */
static void
print_cell(const struct table *t, size_t column, const char *s, FILE *out)
{
	bool first = column == 0, last = column + 1 == t->columns;
	int pad = last ? 0 : (int)(width(t, column) - length(s));
	fprintf(out, "%s%*s%s%*s%s", first ? "" : "  ", first ? 0 : pad, "", s,
		first ? pad : 0, "", last ? "\n" : "");
}

static void
print_upper_parts(const struct table *t, FILE *out)
{
	bool any = false;
	for (size_t j = 0; j < t->columns; j++)
		any = any || upper_part(table_cell(t, 0, j));
	for (size_t j = 0; any && j < t->columns; j++) {
		const char *name = table_cell(t, 0, j);
		g_autofree char *upper = g_strndup(name, upper_part(name));
		print_cell(t, j, upper, out);
	}
}

void
table_text(const struct table *t, FILE *out)
{
	print_upper_parts(t, out);
	for (size_t i = 0; i < t->lines; i++)
		for (size_t j = 0; j < t->columns; j++) {
			const char *cell = table_cell(t, i, j);
			print_cell(t, j, i ? cell : lower_part(cell), out);
		}
}

/* ---- Markdown ---- */

void
table_append_markdown(const struct table *t, GString *out)
{
	for (size_t i = 0; i < t->lines; i++) {
		for (size_t j = 0; j < t->columns; j++) {
			g_auto(GStrv) parts = g_strsplit(table_cell(t, i, j), "|", 0);
			g_autofree char *escaped = g_strjoinv("\\|", parts);
			g_string_append_printf(out, "| %s ", escaped);
		}
		g_string_append(out, "|\n");
		for (size_t j = 0; i == 0 && j < t->columns; j++)
			g_string_append(out, j ? "---:|" : "|---|");
		g_string_append(out, i ? "" : "\n");
	}
}

void
table_markdown(const struct table *t, FILE *out)
{
	g_autoptr(GString) text = g_string_new(NULL);
	table_append_markdown(t, text);
	fputs(text->str, out);
}
