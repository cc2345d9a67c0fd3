/* report.c: see report.h. A table is an array of columns (columns.h). */
#include <math.h>
#include <string.h>
#include "columns.h"
#include "fixture.h"

struct report {
	struct report_about about;
	const GArray *rows;
};

bool
report_has(const struct report_about *about, const struct workload *w)
{
	return w->core || g_ptr_array_find(about->wanted, w, NULL);
}

/* ---- what it is about ---- */

static const char *
said(const struct record *record, const char *key)
{
	const char *value = record_env(record, key);
	return value ? value : "unknown";
}

static size_t
said_number(const struct record *record, const char *key)
{
	guint64 n = 0;
	g_ascii_string_to_unsigned(said(record, key), 10, 0, G_MAXSIZE, &n, NULL);
	return (size_t)n;
}

/* One that is not built in, but has been measured: known by its name alone. */
static const struct ab_variant *
variant_named(const char *name)
{
	static GHashTable *others;
	const struct ab_variant *known = ab_variant_named(name);
	if (known)
		return known;
	if (!others)
		others = g_hash_table_new(g_str_hash, g_str_equal);
	struct ab_variant *v = g_hash_table_lookup(others, name);
	if (v)
		return v;
	const char *kept = g_intern_string(name);
	v = g_new0(struct ab_variant, 1);
	*v = (struct ab_variant){ .name = kept, .label = kept, .family = "other" };
	g_hash_table_insert(others, (gpointer)kept, v);
	return v;
}

static struct report_about
about(const struct record *record)
{
	const char *reference = said(record, "reference");
	bool none = strcmp(reference, "none") == 0 || strcmp(reference, "unknown") == 0;
	struct report_about a = {
		.dataset = said(record, "dataset"),
		.keys = said_number(record, "keys"),
		.key_bytes = said_number(record, "key_bytes"),
		.revision = said(record, "revision"),
		.host = said(record, "host"),
		.missing = record_env(record, "missing"),
		.order = said(record, "order"),
		.values = said(record, "values"),
		.seed = said(record, "seed"),
		.malloc = said(record, "malloc"),
		.variants = g_ptr_array_new(),
		.wanted = g_ptr_array_new(),
		.reference = none ? NULL : variant_named(reference),
	};
	g_auto(GStrv) names = g_strsplit(said(record, "variants"), ",", 0);
	for (char **name = names; *name; name++)
		g_ptr_array_add(a.variants, (gpointer)variant_named(*name));
	g_auto(GStrv) wanted = g_strsplit(said(record, "workloads"), ",", 0);
	for (const struct workload *w = workloads; w->name; w++)
		if (g_strv_contains((const char *const *)wanted, w->name))
			g_ptr_array_add(a.wanted, (gpointer)w);
	return a;
}

/* ---- tables ---- */

/* By how much the reference's ratio to itself is off, in its worst workload. */
static double
worst_noise(const struct report *r, const struct facts *facts)
{
	double worst = NAN;
	for (const struct workload *w = workloads; w->name; w++) {
		double off = fabs(digest_noise(r->about.reference, facts, w).median - 1);
		if (!(off <= worst) && !isnan(off))
			worst = off;
	}
	return worst;
}

struct table
report_table(const struct report *r, enum table_kind kind)
{
	g_autoptr(GArray) columns = columns_of(kind, &r->about);
	struct facts *facts = facts_new(r->rows);
	double noise = worst_noise(r, facts);
	struct table t = table_of(columns->len);
	for (guint i = 0; i < columns->len; i++)
		table_add(&t, g_strdup(g_array_index(columns, struct column, i).name));
	for (guint v = 0; v < r->about.variants->len; v++) {
		struct digest d = digest_of(r->about.variants->pdata[v],
			r->about.reference, facts, r->about.keys);
		struct context c = { &r->about, &d, noise };
		for (guint i = 0; i < columns->len; i++) {
			const struct column *column = &g_array_index(
				columns, struct column, i);
			GString *cell = g_string_new(NULL);
			column->cell(cell, &c, column->arg);
			table_add(&t, g_string_free(cell, FALSE));
		}
	}
	facts_free(facts);
	return t;
}

/* ---- the reports ---- */

static void
print_notes(const struct report *r, const char *bullet, FILE *out)
{
	g_autoptr(GPtrArray) notes = report_notes(r);
	fputc('\n', out);
	for (guint i = 0; i < notes->len; i++)
		fprintf(out, "%s%s\n", bullet, (const char *)notes->pdata[i]);
}

struct report *
report_new(const struct record *record)
{
	struct report *r = g_new0(struct report, 1);
	*r = (struct report){ about(record), record->rows };
	return r;
}

void
report_free(struct report *r)
{
	if (!r)
		return;
	g_ptr_array_unref(r->about.variants);
	g_ptr_array_unref(r->about.wanted);
	g_free(r);
}

const struct report_about *
report_subject(const struct report *r)
{
	return &r->about;
}

const GArray *
report_rows(const struct report *r)
{
	return r->rows;
}

double
report_widest(const struct report *r)
{
	double widest = 0;
	struct facts *facts = facts_new(r->rows);
	for (guint v = 0; v < r->about.variants->len; v++) {
		const struct ab_variant *variant = r->about.variants->pdata[v];
		struct digest d = digest_of(
			variant, r->about.reference, facts, r->about.keys);
		if (variant->caps & AB_HOLDS_NOTHING)
			continue;
		for (guint i = 0; i < r->about.wanted->len; i++) {
			const struct workload *w = r->about.wanted->pdata[i];
			const struct estimate *e = &d.rates[w - workloads].ratio;
			if (e->n)
				widest = MAX(widest, stats_width(e));
		}
	}
	facts_free(facts);
	return widest;
}

void
report_text(const struct report *r, FILE *out)
{
	struct table t = report_table(r, TABLE_FOR_PEOPLE);
	table_text(&t, out);
	print_notes(r, "", out);
	table_clear(&t);
}

void
report_markdown(const struct report *r, FILE *out)
{
	struct table t = report_table(r, TABLE_FOR_PEOPLE);
	table_markdown(&t, out);
	print_notes(r, "* ", out);
	table_clear(&t);
}

void
report_tsv(const struct report *r, FILE *out)
{
	struct table t = report_table(r, TABLE_FOR_PROGRAMS);
	table_tsv(&t, out);
	table_clear(&t);
}

void
report_summary(const struct report *r, FILE *out)
{
	struct table t = report_table(r, TABLE_FOR_PLOTS);
	table_tsv(&t, out);
	table_clear(&t);
}
