/* site_history.c: the page of a variant: its figures over revisions, board by board; see
 * site.h. */
#include <math.h>
#include <string.h>
#include "kept/description.h"
#include "site.h"

/* ---- curves ---- */

enum { WIDTH = 352, HEIGHT = 120, LEFT = 44, RIGHT = 12, TOP = 12, BOTTOM = 22 };

/* A figure of each line, NAN for none, and what it is called. */
struct curve {
	const GArray *lines;
	const double *y;
	const char *what;
	double lo, hi;   /* of those */
	double from, to; /* the axis: so long that a small change looks small */
};

static double
across(const struct curve *c, guint i)
{
	double room = WIDTH - LEFT - RIGHT;
	return c->lines->len > 1 ? LEFT + room * i / (c->lines->len - 1)
				 : LEFT + room / 2;
}

static double
up(const struct curve *c, double y)
{
	double share = (y - c->from) / (c->to - c->from);
	return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
}

/* The least and the most; where they stand too near to each other they are moved apart. */
static void
put_scale(GString *out, const struct curve *c)
{
	enum { LETTER = 12 };
	double gap = up(c, c->lo) - up(c, c->hi);
	double apart = gap < LETTER ? (LETTER - gap) / 2 : 0;
	for (int k = 0; k < (c->hi > c->lo ? 2 : 1); k++) {
		double y = up(c, k ? c->hi : c->lo);
		double text = y + 4 + (c->hi > c->lo ? (k ? -apart : apart) : 0);
		site_put(out,
			"<path class=\"rule\" d=\"M%d %.1fH%d\"/><text class=\"axis\" "
			"x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.2f</text>",
			LEFT, y, WIDTH - RIGHT, LEFT - 6, text, k ? c->hi : c->lo);
	}
}

/* Through what is quiet alone. */
static void
put_curve(GString *out, const struct curve *c)
{
	g_autoptr(GString) path = g_string_new(NULL);
	for (guint i = 0; i < c->lines->len; i++)
		if (!isnan(c->y[i]) && site_line_at(c->lines, i)->good)
			g_string_append_printf(path, "%s%.1f %.1f", path->len ? "L" : "M",
				across(c, i), up(c, c->y[i]));
	site_put(out, "<path class=\"line\" d=\"%s\"/>", path->str);
	for (guint i = 0; i < c->lines->len; i++) {
		const struct site_line *l = site_line_at(c->lines, i);
		if (!isnan(c->y[i]))
			site_put(out,
				"<circle class=\"dot own%s\" cx=\"%.1f\" cy=\"%.1f\" "
				"r=\"3.5\"><title>%s: %.4g%s</title></circle>",
				l->good ? "" : " hollow", across(c, i), up(c, c->y[i]),
				l->entry->run->report->revision, c->y[i],
				l->good ? "" : ", noisy");
	}
}

static void
put_ends(GString *out, const struct curve *c)
{
	const struct site_line *first = site_line_at(c->lines, 0);
	const struct site_line *last = site_line_at(c->lines, c->lines->len - 1);
	site_put(out,
		"<text class=\"axis\" x=\"%d\" y=\"%d\">%.10s</text><text class=\"axis\" "
		"x=\"%d\" y=\"%d\" text-anchor=\"end\">%.10s</text>",
		LEFT, HEIGHT - 6, first->entry->run->report->revision, WIDTH - RIGHT,
		HEIGHT - 6, last->entry->run->report->revision);
}

static void
put_figure(GString *out, const GArray *lines, const double *y, const char *what)
{
	struct curve c = {
		.lines = lines, .y = y, .what = what, .lo = INFINITY, .hi = -INFINITY
	};
	guint n = 0;
	for (guint i = 0; i < lines->len; i++) {
		if (isnan(y[i]))
			continue;
		c.lo = fmin(c.lo, y[i]);
		c.hi = fmax(c.hi, y[i]);
		n++;
	}
	if (n < 2)
		return;
	static const double least = 0.2; /* of an axis, as a share of what stands there */
	double room = fmax(least * c.hi - (c.hi - c.lo), 0) / 2;
	c.from = c.lo - room;
	c.to = c.hi + fmax(room, 1e-9);
	site_put(out,
		"<figure><figcaption>%s</figcaption><svg class=\"small art\" "
		"viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s over revisions; the "
		"table has the figures\">",
		what, WIDTH, HEIGHT, what);
	put_scale(out, &c);
	put_curve(out, &c);
	put_ends(out, &c);
	site_put(out, "</svg></figure>\n");
}

void
site_curves(GString *out, const struct site_board *b, const GArray *lines)
{
	const struct workload *hit = workload_named("hit");
	g_autofree double *bytes = g_new(double, lines->len + 1);
	g_autofree double *hits = g_new(double, lines->len + 1);
	bool exact = false;
	for (guint i = 0; i < lines->len; i++)
		exact = exact || !isnan(site_line_at(lines, i)->d.of[M_EXACT].median);
	for (guint i = 0; i < lines->len; i++) {
		const struct digest *d = &site_line_at(lines, i)->d;
		bytes[i] = d->of[exact ? M_EXACT : M_RSS].median;
		hits[i] = d->rates[hit->id].ratio.median;
	}
	g_string_append(out, "<div class=\"pair\">");
	put_figure(
		out, lines, bytes, exact ? "Bytes per key, exact" : "Bytes per key, RSS");
	g_autofree char *what = g_strdup_printf(
		"Hits, times %s's", b->reference ? b->reference->name : "nobody");
	put_figure(out, lines, hits, what);
	g_string_append(out, "</div>\n");
}

/* ---- the table of a board ---- */

/* The change of a ratio from one entry to the next, as artbench compare has it. */
static struct estimate
change_of(const struct site_board *b, const struct site_line *from,
	const struct site_line *to)
{
	const struct workload *hit = workload_named("hit");
	struct estimate none = { .median = NAN };
	if (!from || !b->reference || !from->good || !to->good)
		return none;
	const struct facts *x = from->entry->cohort->facts, *y = to->entry->cohort->facts;
	g_autofree double *a = digest_ratios(x, from->name, b->reference->name, hit);
	g_autofree double *c = digest_ratios(y, to->name, b->reference->name, hit);
	return stats_ratio_of_ratios(a, facts_laps(x), c, facts_laps(y));
}

static void
put_line(GString *out, const struct site_board *b, const struct site_line *l,
	const struct site_line *before)
{
	const struct site_run *r = l->entry->run;
	bool failed = strcmp(l->d.failure, "ok") != 0;
	struct estimate change = change_of(b, before, l);
	g_autofree char *day = site_day(r);
	site_put(out, "<tr class=\"%s\"><th scope=\"row\"><a href=\"%s\">%s</a>%s",
		failed    ? "failed"
		: l->good ? ""
			  : "noisy",
		r->page, day, "");
	if (l->entry->noisy)
		g_string_append(out, "<span class=\"mark\">noisy</span>");
	site_put(out, "</th><td class=\"text\">%s</td>", r->report->revision);
	site_cell(out, "%u", facts_laps(l->entry->cohort->facts));
	site_cell_number(out, 2, l->d.of[M_EXACT].median);
	site_cell_number(out, 2, l->d.of[M_RSS].median);
	site_core_cells(out, &l->d);
	if (failed)
		site_put(out, "<td class=\"wrap\">%s</td>", l->d.failure);
	else if (b->reference && strcmp(b->reference->name, l->name) == 0)
		site_cell(out, "-");
	else
		site_cell_ratio(out, &change);
	g_string_append(out, "</tr>\n");
}

static void
put_lines(GString *out, const struct site_board *b, const GArray *lines)
{
	const char *names[SITE_COLUMNS_MOST] = { "day", "<revision", "rounds",
		"exact B/key", "RSS B/key" };
	g_autofree char *caption = g_strdup_printf(
		"The oldest first; noisy runs are in no line and no change. Speeds are "
		"times %s's within the same round, with the 95 %% interval. Change: of "
		"that ratio of hits since the quiet run before, as artbench compare has "
		"it; a machine in another state changes it, too.",
		b->reference ? b->reference->name : "no");
	const struct site_line *before = NULL;
	site_core_names(names, 5);
	guint n = g_strv_length((char **)(void *)names);
	names[n] = "hits, change";
	names[n + 1] = NULL;
	site_table(out, caption, names);
	for (guint i = 0; i < lines->len; i++) {
		const struct site_line *l = site_line_at(lines, i);
		put_line(out, b, l, before);
		if (l->good)
			before = l;
	}
	site_table_end(out);
}

/* The oldest first, of every run. */
static GArray *
lines_of(const struct site_board *b, const char *variant)
{
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct site_line));
	for (guint i = 0; i < b->entries->len; i++) {
		if (!site_entry_has(b->entries->pdata[i], variant))
			continue;
		struct site_line x = site_line_of(b, b->entries->pdata[i], variant);
		g_array_append_val(lines, x);
	}
	return lines;
}

static void
put_board(GString *out, const struct site_board *b, const char *variant,
	const struct site_facets *f)
{
	g_autoptr(GArray) lines = lines_of(b, variant);
	if (!lines->len)
		return;
	g_string_append(out, "<section");
	site_facet_mark(out, f, BY_DATA, b->data->name);
	site_facet_mark(out, f, BY_MACHINE, b->machine->name);
	site_facet_mark(out, f, BY_VALUES, b->values);
	site_put(out, "><h2><a href=\"%s#%s\">%s</a>, %s: %s</h2>\n", b->data->page,
		b->id, b->data->name, b->machine->name, b->setting);
	site_curves(out, b, lines);
	put_lines(out, b, lines);
	g_string_append(out, "</section>\n");
}

/* ---- the page ---- */

static void
put_facts(GString *out, const struct site *s, const char *name)
{
	const struct site_entry *newest = NULL;
	for (guint i = 0; i < s->entries->len; i++) {
		const struct site_entry *e = &g_array_index(
			s->entries, struct site_entry, i);
		if (site_entry_has(e, name))
			newest = e;
	}
	const struct ab_variant *v = site_variant(newest, name);
	g_autofree char *note = description_note(&newest->run->record, name);
	site_put(out,
		"<dl class=\"facts\"><dt>what it is</dt><dd>%s</dd><dt>family</dt>"
		"<dd>%s</dd><dt>rung</dt><dd>%s</dd>",
		v->label, v->family, site_rung(v));
	if (v->library)
		site_put(out, "<dt>whose code</dt><dd>%s</dd>", v->library);
	if (note)
		site_put(out, "<dt>plug-in</dt><dd>%s</dd>", note);
	g_string_append(out, "</dl>\n");
}

char *
site_history_page(const struct site *s, const char *variant)
{
	struct doc doc;
	struct site_facets *f = site_facets_new();
	for (guint i = 0; i < s->boards->len; i++) {
		const struct site_board *b = s->boards->pdata[i];
		g_autoptr(GArray) lines = lines_of(b, variant);
		if (!lines->len)
			continue;
		site_facet_add(f, BY_DATA, b->data->name);
		site_facet_add(f, BY_MACHINE, b->machine->name);
		site_facet_add(f, BY_VALUES, b->values);
	}
	site_begin(&doc, variant, f);
	put_facts(doc.out, s, variant);
	site_facets_form(doc.out, f);
	for (guint i = 0; i < s->boards->len; i++)
		put_board(doc.out, s->boards->pdata[i], variant, f);
	site_facets_free(f);
	return site_end(&doc);
}
