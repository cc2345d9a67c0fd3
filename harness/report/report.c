/* report.c: see report.h. */
#include <string.h>
#include "report.h"

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
	struct facts *facts = facts_new(r->record->rows);
	for (guint v = 0; v < r->variants->len; v++) {
		const struct ab_variant *variant = r->variants->pdata[v];
		struct digest d = digest_of(variant, r->reference, facts, r->keys);
		if (variant->caps & AB_HOLDS_NOTHING)
			continue;
		for (guint i = 0; i < r->wanted->len; i++) {
			const struct workload *w = r->wanted->pdata[i];
			const struct estimate *e = &d.rates[w->id].ratio;
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
	struct table counted = report_counters(r);
	if (counted.lines > 1) {
		fprintf(out, "\n%s:\n\n", REPORT_COUNTERS);
		print(&counted, out);
	}
	table_clear(&counted);
	for (size_t i = r->reference ? 0 : 1; i < G_N_ELEMENTS(apart); i++)
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

static void
print_for_programs(const struct report *r, enum table_kind kind, FILE *out)
{
	struct table t = report_table(r, kind);
	table_tsv(&t, out);
	table_clear(&t);
}

void
report_tsv(const struct report *r, FILE *out)
{
	print_for_programs(r, TABLE_FOR_PROGRAMS, out);
}

static const char pareto_note[] = "Pareto: nothing else measured here takes as little "
				  "memory (RSS) and finds keys as "
				  "fast, by medians.";

static void
print_grid(const struct report *r, void (*print)(const struct table *, FILE *),
	const char *bullet, FILE *out)
{
	struct table t = report_table(r, TABLE_OF_GRID);
	print(&t, out);
	table_clear(&t);
	print_notes(r, bullet, out);
	fprintf(out, "%s%s\n", bullet, pareto_note);
}

void
report_grid_text(const struct report *r, FILE *out)
{
	print_grid(r, table_text, "", out);
}

void
report_grid_markdown(const struct report *r, FILE *out)
{
	print_grid(r, table_markdown, "* ", out);
}

void
report_grid_tsv(const struct report *r, FILE *out)
{
	print_for_programs(r, TABLE_OF_GRID, out);
}

void
report_summary(const struct report *r, FILE *out)
{
	print_for_programs(r, TABLE_FOR_PLOTS, out);
}
