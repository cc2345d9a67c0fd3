/* report.c: see report.h. A table is an array of columns (columns.h). */
#include <math.h>
#include <string.h>
#include "columns.h"
#include "report.h"
#include "work/fixture.h"
#include "cohort.h"

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
	g_autoptr(GArray) columns = columns_of(kind, report_subject(r));
	struct table t = table_of(columns->len);
	for (guint i = 0; i < columns->len; i++)
		table_add(&t, g_strdup(g_array_index(columns, struct column, i).name));
	for (guint line = 0; line < cohorts->len * report_subject(r)->variants->len;
		line++) {
		const struct cohort *cohort = cohort_at(cohorts, line % cohorts->len);
		const struct ab_variant *v =
			report_subject(r)->variants->pdata[line / cohorts->len];
		struct digest d = digest_of(v, report_subject(r)->reference,
			cohort->facts, report_subject(r)->keys);
		struct context c = { report_subject(r), &d, &cohort->noise,
			cohort->when };
		if (cohort_has(cohort, v))
			add_line(&t, columns, &c);
	}
	return t;
}

struct table
report_table(const struct report *r, enum table_kind kind)
{
	bool of_ratios = kind == TABLE_FOR_PEOPLE || kind == TABLE_OF_RATIOS;
	g_autoptr(GArray) cohorts = cohorts_by_host(
		report_rows(r), report_subject(r)->reference, of_ratios);
	return table_of_cohorts(r, kind, cohorts);
}

bool
report_table_apart(const struct report *r, enum table_kind kind, struct table *t)
{
	g_autoptr(GArray) cohorts = cohorts_by_speed(report_rows(r),
		report_subject(r)->reference, report_subject(r)->variants);
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

double
report_widest(const struct report *r)
{
	double widest = 0;
	struct facts *facts = facts_new(report_rows(r));
	for (guint v = 0; v < report_subject(r)->variants->len; v++) {
		const struct ab_variant *variant = report_subject(r)->variants->pdata[v];
		struct digest d = digest_of(variant, report_subject(r)->reference, facts,
			report_subject(r)->keys);
		if (variant->caps & AB_HOLDS_NOTHING)
			continue;
		for (guint i = 0; i < report_subject(r)->wanted->len; i++) {
			const struct workload *w = report_subject(r)->wanted->pdata[i];
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
				   "apart; fewer than 3 have no interval" },
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
	for (size_t i = report_subject(r)->reference ? 0 : 1; i < G_N_ELEMENTS(apart);
		i++)
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
