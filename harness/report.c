/* report.c: see report.h. A table is an array of columns (columns.h). */
#include <inttypes.h>
#include <string.h>
#include "columns.h"
#include "fixture.h"

struct report {
	struct report_about about;
	GArray *rows;
};

/* ---- tables ---- */

struct table {
	size_t columns, lines; /* the first line is the header */
	GPtrArray *cells;      /* of char *, line by line */
};

static struct table
fill(const struct report *r, const struct column *columns)
{
	size_t n = 0;
	while (columns[n].name)
		n++;
	struct table t = { n, 1 + r->about.variants->len,
		g_ptr_array_new_with_free_func(g_free) };
	const struct ab_variant *reference = ab_variant_named(REPORT_REFERENCE);
	for (size_t i = 0; i < n; i++)
		g_ptr_array_add(t.cells, g_strdup(columns[i].name));
	for (guint v = 0; v < r->about.variants->len; v++) {
		struct digest d = digest_of(r->about.variants->pdata[v], reference,
			r->rows, r->about.keys, r->about.rounds);
		struct context c = { &r->about, &d };
		for (size_t i = 0; i < n; i++) {
			GString *cell = g_string_new(NULL);
			columns[i].cell(cell, &c, columns[i].arg);
			g_ptr_array_add(t.cells, g_string_free(cell, FALSE));
		}
	}
	return t;
}

static const char *
cell_at(const struct table *t, size_t line, size_t column)
{
	return t->cells->pdata[line * t->columns + column];
}

static void
print_tsv(const struct table *t, FILE *out)
{
	for (size_t i = 0; i < t->lines; i++)
		for (size_t j = 0; j < t->columns; j++)
			fprintf(out, "%s%c", cell_at(t, i, j),
				j + 1 < t->columns ? '\t' : '\n');
}

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

static int
width(const struct table *t, size_t column)
{
	const char *name = cell_at(t, 0, column);
	size_t most = MAX(upper_part(name), strlen(lower_part(name)));
	for (size_t i = 1; i < t->lines; i++)
		most = MAX(most, strlen(cell_at(t, i, column)));
	return (int)most;
}

/* The first `n` bytes of `s`, padded but for the last column, where what failed is
 * said at length. */
static void
print_cell(const struct table *t, size_t column, const char *s, size_t n, FILE *out)
{
	bool first = column == 0, last = column + 1 == t->columns;
	int w = last ? 0 : first ? -width(t, column) : width(t, column);
	fprintf(out, "%s%*.*s%s", first ? "" : "  ", w, (int)n, s, last ? "\n" : "");
}

static void
print_text(const struct table *t, FILE *out)
{
	for (size_t j = 0; j < t->columns; j++)
		print_cell(t, j, cell_at(t, 0, j), upper_part(cell_at(t, 0, j)), out);
	for (size_t i = 0; i < t->lines; i++)
		for (size_t j = 0; j < t->columns; j++) {
			const char *cell = cell_at(t, i, j);
			const char *s = i ? cell : lower_part(cell);
			print_cell(t, j, s, strlen(s), out);
		}
}

static void
print_markdown(const struct table *t, FILE *out)
{
	for (size_t i = 0; i < t->lines; i++) {
		for (size_t j = 0; j < t->columns; j++) {
			g_auto(GStrv) parts = g_strsplit(cell_at(t, i, j), "|", 0);
			g_autofree char *escaped = g_strjoinv("\\|", parts);
			fprintf(out, "| %s ", escaped);
		}
		fputs("|\n", out);
		for (size_t j = 0; i == 0 && j < t->columns; j++)
			fprintf(out, "%s", j ? "---:|" : "|---|");
		fputs(i ? "" : "\n", out);
	}
}

/* ---- what stands below a table for people ---- */

static void
append_names(GString *out, const struct report *r, uint32_t cap)
{
	for (guint i = 0; i < r->about.variants->len; i++) {
		const struct ab_variant *v = r->about.variants->pdata[i];
		if (v->caps & cap)
			g_string_append_printf(
				out, "%s%s", out->len ? ", " : "", v->name);
	}
}

static void
note_caps(GPtrArray *notes, const struct report *r)
{
	const struct {
		uint32_t cap;
		size_t above; /* keys */
		const char *note;
	} all[] = {
		{ AB_OWN_ALLOC, 0, "own allocation, hence no exact figure" },
		{ AB_BORROWS_KEYS, 0, "borrowed keys, which its bytes leave out" },
		{ AB_SLOW_WRITES, SLOW_WRITES_UP_TO,
			"loaded in bulk, since inserts are O(n); so its keys lie in "
			"order, which favours its scans and lookups" },
		{ AB_HOLDS_NOTHING, 0,
			"no index at all: what the measuring itself costs" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		g_autoptr(GString) names = g_string_new(NULL);
		append_names(names, r, all[i].cap);
		if (names->len && r->about.keys > all[i].above)
			g_ptr_array_add(notes,
				g_strdup_printf("%s: %s.", names->str, all[i].note));
	}
}

/* Above this share of the wall time the processor was somebody else's. */
static const double busy_above = 0.1;

static void
note_troubles(GPtrArray *notes, const struct report *r)
{
	double busy = 0;
	for (guint i = 0; i < r->about.variants->len; i++) {
		struct digest d = digest_of(r->about.variants->pdata[i], NULL, r->rows,
			r->about.keys, r->about.rounds);
		if (strcmp(d.failure, "ok") != 0)
			g_ptr_array_add(notes,
				g_strdup_printf("FAILED: %s: %s.", d.v->name, d.failure));
		else if (d.off_heap != 0)
			g_ptr_array_add(notes,
				g_strdup_printf("FLAGGED: %s: heap and exact disagree by "
						"%.0f bytes beyond what malloc rounds "
						"up: do not trust its exact figure.",
					d.v->name, d.off_heap));
		busy = MAX(busy, d.busy);
	}
	if (busy > busy_above)
		g_ptr_array_add(
			notes, g_strdup_printf(
				       "FLAGGED: the machine was busy: in some "
				       "measurement other "
				       "work had the processor for %.0f %% of the time. "
				       "Trust no speed; run it again on a quiet machine.",
				       busy * 100));
}

static GPtrArray *
notes_for(const struct report *r)
{
	const struct report_about *a = &r->about;
	GPtrArray *notes = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(
		notes, g_strdup_printf(
			       "Data: %s, %zu keys, %zu key bytes. Inserted in %s order, "
			       "values %s, seed %" PRIu64 ", median of %u round%s.",
			       a->dataset, a->keys, a->key_bytes, a->order, a->values,
			       a->seed, a->rounds, a->rounds == 1 ? "" : "s"));
	g_ptr_array_add(
		notes, g_strdup_printf("Revision %s on %s.", a->revision, a->host));
	g_ptr_array_add(notes,
		g_strdup(
			"B/key: bytes that loading added to a fresh process, by key: RSS "
			"resident anonymous pages, heap malloc's account, exact the "
			"structure's own count. MB: 10^6 bytes. M/s: millions a "
			"second."));
	g_ptr_array_add(notes, g_strdup("vs " REPORT_REFERENCE
					": RSS against it; hit: median (min..max) "
					"of the ratios within each round."));
	g_ptr_array_add(notes,
		g_strdup("Claimed, by MemKV's README for its own 967K URLs of 49 MB and "
			 "no "
			 "other data: boxed 145, arena-key 84, arena-prefix 68, Rust "
			 "BTreeMap 133 B/key; its author later published 208 for the 68 "
			 "and 125 for the 133."));
	note_caps(notes, r);
	note_troubles(notes, r);
	return notes;
}

static void
print_notes(const struct report *r, const char *bullet, FILE *out)
{
	g_autoptr(GPtrArray) notes = notes_for(r);
	fputc('\n', out);
	for (guint i = 0; i < notes->len; i++)
		fprintf(out, "%s%s\n", bullet, (const char *)notes->pdata[i]);
}

/* ---- the reports ---- */

struct report *
report_new(const struct report_about *about)
{
	struct report *r = g_new0(struct report, 1);
	r->about = *about;
	r->rows = g_array_new(FALSE, FALSE, sizeof(struct row));
	return r;
}

void
report_free(struct report *r)
{
	if (!r)
		return;
	g_array_unref(r->rows);
	g_free(r);
}

void
report_add(struct report *r, const struct row *row)
{
	g_array_append_vals(r->rows, row, 1);
}

void
report_text(const struct report *r, FILE *out)
{
	struct table t = fill(r, columns_for_people);
	print_text(&t, out);
	print_notes(r, "", out);
	g_ptr_array_unref(t.cells);
}

void
report_markdown(const struct report *r, FILE *out)
{
	struct table t = fill(r, columns_for_people);
	print_markdown(&t, out);
	print_notes(r, "* ", out);
	g_ptr_array_unref(t.cells);
}

void
report_tsv(const struct report *r, FILE *out)
{
	struct table t = fill(r, columns_for_programs);
	print_tsv(&t, out);
	g_ptr_array_unref(t.cells);
}

void
report_summary(const struct report *r, FILE *out)
{
	g_autoptr(GArray) columns = columns_for_plots();
	struct table t = fill(r, (const struct column *)columns->data);
	print_tsv(&t, out);
	g_ptr_array_unref(t.cells);
}
