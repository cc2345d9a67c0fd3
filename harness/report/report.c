/* report.c: see report.h. A table is an array of columns (columns.h). */
#include <math.h>
#include <string.h>
#include "claim.h"
#include "columns.h"
#include "work/fixture.h"
#include "run/probe.h"
#include "cohort.h"

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

static size_t
said_number(const struct record *record, const char *key)
{
	guint64 n = 0;
	g_ascii_string_to_unsigned(record_said(record, key), 10, 0, G_MAXSIZE, &n, NULL);
	return (size_t)n;
}

static struct report_about
about(const struct record *record)
{
	const char *reference = record_said(record, "reference");
	bool none = strcmp(reference, "none") == 0 || strcmp(reference, "unknown") == 0;
	struct report_about a = {
		.record = record,
		.dataset = record_said(record, "dataset"),
		.keys = said_number(record, "keys"),
		.key_bytes = said_number(record, "key_bytes"),
		.file_keys = said_number(record, "file_keys"),
		.revision = record_said(record, "revision"),
		.host = record_said(record, "host"),
		.missing = record_env(record, "missing"),
		.libraries = record_env(record, "libraries"),
		.order = record_said(record, "order"),
		.values = record_said(record, "values"),
		.seed = record_said(record, "seed"),
		.malloc = record_said(record, "malloc"),
		.variants = g_ptr_array_new(),
		.wanted = g_ptr_array_new(),
		.reference = none ? NULL : probe_recorded(record, reference),
	};
	a.claimed = claim_is_about(a.dataset, a.keys, record_env(record, "fingerprint"),
		record_env(record, "sha256"));
	g_auto(GStrv) names = g_strsplit(record_said(record, "variants"), ",", 0);
	for (char **name = names; *name; name++)
		g_ptr_array_add(a.variants, (gpointer)probe_recorded(record, *name));
	g_auto(GStrv) wanted = g_strsplit(record_said(record, "workloads"), ",", 0);
	for (const struct workload *w = workloads; w->name; w++)
		if (g_strv_contains((const char *const *)wanted, w->name))
			g_ptr_array_add(a.wanted, (gpointer)w);
	return a;
}

/* ---- tables ---- */

static void
add_line(struct table *t, const GArray *columns, const struct context *c)
{
	for (guint i = 0; i < columns->len; i++) {
		const struct column *column = &g_array_index(columns, struct column, i);
		GString *cell = g_string_new(NULL);
		column->cell(cell, c, column->arg);
		table_add(t, g_string_free(cell, FALSE));
	}
}

/* A line for each variant and cohort, below the header. */
static struct table
table_of_cohorts(const struct report *r, enum table_kind kind, const GArray *cohorts)
{
	g_autoptr(GArray) columns = columns_of(kind, &r->about);
	struct table t = table_of(columns->len);
	for (guint i = 0; i < columns->len; i++)
		table_add(&t, g_strdup(g_array_index(columns, struct column, i).name));
	for (guint line = 0; line < cohorts->len * r->about.variants->len; line++) {
		const struct cohort *cohort = cohort_at(cohorts, line % cohorts->len);
		const struct ab_variant *v =
			r->about.variants->pdata[line / cohorts->len];
		struct digest d = digest_of(
			v, r->about.reference, cohort->facts, r->about.keys);
		struct context c = { &r->about, &d, &cohort->noise, cohort->when };
		if (cohort_has(cohort, v))
			add_line(&t, columns, &c);
	}
	return t;
}

struct table
report_table(const struct report *r, enum table_kind kind)
{
	bool of_ratios = kind == TABLE_FOR_PEOPLE || kind == TABLE_OF_RATIOS;
	g_autoptr(GArray)
		cohorts = cohorts_by_host(r->rows, r->about.reference, of_ratios);
	return table_of_cohorts(r, kind, cohorts);
}

bool
report_table_apart(const struct report *r, enum table_kind kind, struct table *t)
{
	g_autoptr(GArray) cohorts = cohorts_by_speed(
		r->rows, r->about.reference, r->about.variants);
	if (cohorts->len)
		*t = table_of_cohorts(r, kind, cohorts);
	return cohorts->len > 0;
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
report_warnings(const struct report *r, FILE *out)
{
	g_autoptr(GPtrArray) notes = report_notes(r);
	for (guint i = 0; i < notes->len; i++)
		if (report_is_warning(notes->pdata[i]))
			fprintf(out, "artbench: %s\n", (const char *)notes->pdata[i]);
}

static void
print_for_people(const struct report *r, void (*print)(const struct table *, FILE *),
	const char *bullet, FILE *out)
{
	static const struct {
		enum table_kind kind;
		const char *what;
	} apart[] = {
		{ TABLE_OF_RATIOS, "Speed against the reference, slow and fast rounds "
				   "apart; fewer than "
				   "3 have no interval" },
		{ TABLE_OF_RATES,
			"Speed, millions a second, slow and fast rounds apart" },
	};
	struct table t = report_table(r, TABLE_FOR_PEOPLE);
	print(&t, out);
	table_clear(&t);
	struct table others = report_workloads(r);
	if (others.lines > 1) {
		fputc('\n', out);
		print(&others, out);
	}
	table_clear(&others);
	for (size_t i = r->about.reference ? 0 : 1; i < G_N_ELEMENTS(apart); i++)
		if (report_table_apart(r, apart[i].kind, &t)) {
			fprintf(out, "\n%s:\n\n", apart[i].what);
			print(&t, out);
			table_clear(&t);
		}
	print_notes(r, bullet, out);
}

void
report_text(const struct report *r, FILE *out)
{
	print_for_people(r, table_text, "", out);
}

void
report_markdown(const struct report *r, FILE *out)
{
	print_for_people(r, table_markdown, "* ", out);
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
