/* audit.c: see audit.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "audit.h"
#include "report.h"

static bool refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool
refuse(GError **error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s", text);
	return false;
}

/* ---- the run as a whole ---- */

/* More of these no run has (--rounds takes no more), and to look into them could take for ever. */
enum { VARIANTS_MOST = 500, ROUNDS_MOST = 1000 };

static bool
is_in_bounds(const struct record *r, GError **error)
{
	g_auto(GStrv) names = g_strsplit(record_said(r, "variants"), ",", 0);
	g_autoptr(GHashTable) hosts = g_hash_table_new(g_direct_hash, g_direct_equal);
	unsigned rounds = 0;
	for (guint i = 0; i < r->rows->len; i++) {
		const struct row *row = &g_array_index(r->rows, struct row, i);
		rounds = MAX(rounds, row->round);
		g_hash_table_add(hosts, (gpointer)row->host);
	}
	if (g_strv_length(names) > VARIANTS_MOST)
		return refuse(
			error, "env.txt names more than %d variants", VARIANTS_MOST);
	return rounds * (guint64)g_hash_table_size(hosts) <= ROUNDS_MOST ||
	       refuse(error, "raw.tsv has more than %d rounds", ROUNDS_MOST);
}

static bool
is_whole(const struct record *r, GError **error)
{
	const char *missing = record_env(r, "missing");
	if (r->torn)
		return refuse(error, "torn: the last line of raw.tsv was cut off");
	if (g_str_has_suffix(r->dir, ".partial") || !record_env(r, "outcome"))
		return refuse(error, "broken off: it has not ended; artbench run "
				     "--resume goes on with it");
	if (missing && strcmp(missing, "none") != 0)
		return refuse(error, "incomplete: it was joined of parts of which some "
				     "were not measured");
	if (!record_env(r, "fingerprint") || !record_number(r, "keys") ||
		!record_env(r, "variants"))
		return refuse(error, "env.txt does not say which keys or variants it is "
				     "about");
	return r->rows->len || refuse(error, "raw.tsv has no rows");
}

/* ---- its rows ---- */

/* Of rows that have a value: is it a number, and where it is a count, none below 0? */
static bool
are_numbers(const struct record *r, GError **error)
{
	static const char *const counted[] = { "seconds", "operations", "right", "asked",
		"exact_total", "exact_inner", "exact_leaf", "exact_key", "exact_slack",
		NULL };
	for (guint i = 0; i < r->rows->len; i++) {
		const struct row *row = &g_array_index(r->rows, struct row, i);
		bool none = strcmp(row->status, "ok") != 0;
		if (isinf(row->value) || (!none && isnan(row->value)) ||
			(g_strv_contains(counted, row->metric) && row->value < 0))
			return refuse(error, "raw.tsv:%u: %s %s of %s is no such figure",
				i + 2, row->workload, row->metric, row->variant);
	}
	return true;
}

static bool
does_add_up(const struct facts *facts, unsigned lap, const char *variant)
{
	static const char *const classes[] = { "exact_inner", "exact_leaf", "exact_key",
		"exact_slack" };
	double all = facts_get(facts, lap, variant, "memory", "load", "exact_total");
	double sum = 0;
	for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
		sum += facts_get(facts, lap, variant, "memory", "load", classes[i]);
	return isnan(all) || isnan(sum) || all == sum;
}

/* No more right answers than questions. */
static bool
is_possible(const struct facts *facts, unsigned lap, const char *variant)
{
	for (const struct workload *w = workload_first(); w; w = w->next) {
		const char *job = workload_groups[w->group];
		double right = facts_get(facts, lap, variant, job, w->name, "right");
		double asked = facts_get(facts, lap, variant, job, w->name, "asked");
		if (right > asked)
			return false;
	}
	return true;
}

static bool
do_agree(const struct report *a, const struct facts *facts, GError **error)
{
	for (guint i = 0; i < a->variants->len; i++) {
		const struct ab_variant *v = a->variants->pdata[i];
		for (unsigned lap = 0; lap < facts_laps(facts); lap++) {
			if (!does_add_up(facts, lap, v->name))
				return refuse(error,
					"raw.tsv: the classes of %s's bytes are not "
					"their total",
					v->name);
			if (!is_possible(facts, lap, v->name))
				return refuse(error,
					"raw.tsv: %s has more right answers than "
					"questions",
					v->name);
		}
	}
	return true;
}

/* ---- its summary ---- */

/* Tab separated lines, the first of them names. */
struct sheet {
	char **lines;
	char **names;
};

static struct sheet
sheet_of(const char *text)
{
	struct sheet s = { .lines = g_strsplit(text, "\n", 0) };
	s.names = g_strsplit(s.lines[0] ? s.lines[0] : "", "\t", 0);
	return s;
}

static void
sheet_clear(struct sheet *s)
{
	g_strfreev(s->lines);
	g_strfreev(s->names);
}

static int
column(const struct sheet *s, const char *name)
{
	for (int i = 0; s->names[i]; i++)
		if (strcmp(s->names[i], name) == 0)
			return i;
	return -1;
}

/* The lines but the first that say something. */
static guint
length(const struct sheet *s)
{
	guint n = 0;
	for (guint i = 1; s->lines[0] && s->lines[i]; i++)
		n += *s->lines[i] != '\0';
	return n;
}

/* What a program calls its variants may be called otherwise by another. */
static bool
is_a_figure(const char *name)
{
	static const char *const names[] = { "label", "family", "rung", "index",
		"claimed_bpk", NULL };
	return !g_strv_contains(names, name);
}

/* A line of the summary held against that of the same variant. */
static bool
is_line(const struct sheet *is, char *const *cells, const struct sheet *derived,
	char *const *from, guint at, GError **error)
{
	for (int i = 0; is->names[i]; i++) {
		int k = column(derived, is->names[i]);
		if (k < 0)
			return refuse(error,
				"summary.tsv has a column %s that is not "
				"known",
				is->names[i]);
		if (!cells[i] || !from[k])
			return refuse(error, "summary.tsv:%u: too few cells", at);
		if (is_a_figure(is->names[i]) && strcmp(cells[i], from[k]) != 0)
			return refuse(error,
				"summary.tsv:%u: %s of %s is %s, and %s by raw.tsv", at,
				is->names[i], from[0], cells[i], from[k]);
	}
	return true;
}

/* Variants may stand in another order. */
static char **
line_of(const struct sheet *s, const char *variant)
{
	for (guint i = 1; s->lines[0] && s->lines[i]; i++) {
		g_auto(GStrv) cells = g_strsplit(s->lines[i], "\t", 0);
		if (g_strcmp0(cells[0], variant) == 0)
			return g_steal_pointer(&cells);
	}
	return NULL;
}

static bool
is_same(const struct sheet *is, const struct sheet *derived, GError **error)
{
	if (column(is, "variant") != 0 || column(is, "rss_bpk") < 0)
		return refuse(error, "summary.tsv:1: is not its header");
	if (length(is) != length(derived))
		return refuse(error, "summary.tsv has %u lines, and %u by raw.tsv",
			length(is), length(derived));
	for (guint i = 1; is->lines[i]; i++) {
		g_auto(GStrv) cells = g_strsplit(is->lines[i], "\t", 0);
		if (!*is->lines[i])
			continue;
		g_auto(GStrv) from = line_of(derived, cells[0]);
		if (!from)
			return refuse(error,
				"summary.tsv:%u: nothing of it is in raw.tsv", i + 1);
		if (!is_line(is, cells, derived, from, i + 1, error))
			return false;
	}
	return true;
}

static bool
follows(const struct report *a, const char *summary, GError **error)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return refuse(error, "no memory for a summary");
	report_summary(a, out);
	fclose(out);
	struct sheet is = sheet_of(summary), derived = sheet_of(text);
	bool good = is_same(&is, &derived, error);
	sheet_clear(&is);
	sheet_clear(&derived);
	free(text);
	return good;
}

bool
audit_run(const struct record *r, const char *summary, GError **error)
{
	if (!is_whole(r, error) || !is_in_bounds(r, error) || !are_numbers(r, error))
		return false;
	struct report *a = report_new(r);
	struct facts *facts = facts_new(r->rows);
	bool good = do_agree(a, facts, error) && (!summary || follows(a, summary, error));
	facts_free(facts);
	report_free(a);
	return good;
}
