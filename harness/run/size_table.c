/* size_table.c: the tables of a sweep; see size_sweep.h. */
#include <stdlib.h>
#include <string.h>
#include "size_sweep.h"

static struct session *
size_at(const struct sweep *x, guint i)
{
	struct sweep_size *z = x->sizes->pdata[i];
	return &z->s;
}

/* t->columns: there is no such column. */
static size_t
column_named(const struct table *t, const char *name)
{
	size_t column = 0;
	while (column < t->columns && strcmp(table_cell(t, 0, column), name) != 0)
		column++;
	return column;
}

struct table
sweep_table(const struct sweep *x)
{
	struct table all = table_of(1);
	for (guint i = 0; i < x->sizes->len; i++) {
		struct table one = report_table(size_at(x, i)->report, TABLE_OF_SWEEP);
		all.columns = one.columns;
		for (size_t line = i > 0; line < one.lines; line++)
			for (size_t k = 0; k < one.columns; k++)
				table_add(&all, g_strdup(table_cell(&one, line, k)));
		table_clear(&one);
	}
	return all;
}

/* ---- for people: a line a size, a column a variant ---- */

static char *
rounded(const char *cell)
{
	char *end;
	double x = strtod(cell, &end);
	return *end || end == cell ? g_strdup("-") : g_strdup_printf("%.1f", x);
}

/* By how much the reference is off itself in its worst workload. */
static char *
noise_cell(const char *cell)
{
	char *end;
	double x = strtod(cell, &end);
	if (*end || end == cell)
		return g_strdup("-");
	return g_strdup_printf("%.1f %%%s", x * 100, x > digest_noise_above ? " !" : "");
}

/* Times have the noise beside them. */
static struct table
by_size(const struct sweep *x, const struct table *all, const char *figure, bool times)
{
	const GPtrArray *variants = size_at(x, 0)->report->variants;
	size_t from = column_named(all, figure), noise = column_named(all, "noise");
	struct table t = table_of(variants->len + 1 + times);
	table_add(&t, g_strdup("keys"));
	for (guint v = 0; v < variants->len; v++) {
		const struct ab_variant *variant = variants->pdata[v];
		table_add(&t, g_strdup(variant->name));
	}
	if (times)
		table_add(&t, g_strdup("A:A"));
	for (guint i = 0; i < x->sizes->len; i++) {
		size_t line = 1 + i * variants->len;
		table_add(&t, g_strdup(table_cell(all, line, 0)));
		for (guint v = 0; v < variants->len; v++)
			table_add(&t, rounded(table_cell(all, line + v, from)));
		if (times)
			table_add(&t, noise_cell(table_cell(all, line, noise)));
	}
	return t;
}

typedef void print_fn(const struct table *t, FILE *out);

static void
print_figure(FILE *out, const struct sweep *x, const struct table *all,
	const char *figure, const char *title, print_fn *print)
{
	bool times = strcmp(figure, "rss_bpk") != 0;
	struct table t = by_size(x, all, figure, times);
	fprintf(out, "%s%s\n\n", print == table_markdown ? "## " : "", title);
	print(&t, out);
	fputc('\n', out);
	table_clear(&t);
}

static void
print_failures(
	FILE *out, const struct sweep *x, const struct table *all, const char *bullet)
{
	size_t name = column_named(all, "variant"), status = column_named(all, "status");
	for (size_t line = 1; line < all->lines; line++) {
		const char *what = table_cell(all, line, status);
		if (strcmp(what, "ok") != 0)
			fprintf(out, "%s%s: %s, %s keys: %s.\n", bullet,
				row_is_declined(what) ? "LEFT OUT" : "FAILED",
				table_cell(all, line, name), table_cell(all, line, 0),
				what);
	}
	if (x->left_out->len)
		fprintf(out, "%sLEFT OUT, for want of memory: %s.\n", bullet,
			x->left_out->str);
}

static void
print_notes(FILE *out, const struct sweep *x, const struct table *all, const char *bullet)
{
	const struct report *a = size_at(x, 0)->report;
	const struct session *last = size_at(x, x->sizes->len - 1);
	const char *all_keys = last->data.keys == x->whole.file_keys ? " and all of them"
								     : "";
	fprintf(out,
		"%sData: %s, random samples of its %zu keys%s, seed %s; inserted in %s "
		"order, values %s; median of %u round%s.\n",
		bullet, a->dataset, x->whole.file_keys, all_keys, a->seed, a->order,
		a->values, x->o.spec.rounds, x->o.spec.rounds == 1 ? "" : "s");
	fprintf(out, "%sRevision %s on %s.\n", bullet, a->revision, a->host);
	if (a->reference)
		fprintf(out,
			"%sA:A: by how much %s is off itself in its worst workload; '!': "
			"over "
			"%.0f %%, so trust no difference that is not larger.\n",
			bullet, a->reference->name, digest_noise_above * 100);
	print_failures(out, x, all, bullet);
}

static void
print_all(FILE *out, const struct sweep *x, print_fn *print, const char *bullet)
{
	struct table all = sweep_table(x);
	print_figure(out, x, &all, "rss_bpk", "RSS, bytes per key", print);
	for (const struct workload *w = workload_first(); w; w = w->next) {
		if (!g_ptr_array_find(x->o.wanted, w, NULL))
			continue;
		g_autofree char *figure = g_strconcat(w->name, "_ns", NULL);
		g_autofree char *title = g_strdup_printf(
			"%s, nanoseconds%s", w->name, w->pass->whole ? " a key" : "");
		print_figure(out, x, &all, figure, title, print);
	}
	print_notes(out, x, &all, bullet);
	table_clear(&all);
}

void
sweep_text(FILE *out, const void *x)
{
	print_all(out, x, table_text, "");
}

void
sweep_markdown(FILE *out, const void *x)
{
	print_all(out, x, table_markdown, "* ");
}
