/* site_means.c: geometric means of in-round ratios over the data sets of one machine; see
 * site.h. What a variant was not measured on, or only in noisy rounds, is missing: the
 * mean says of how many it is, and stands behind those that lack nothing. */
#include <math.h>
#include <string.h>
#include "site.h"

enum { MEANS_MOST = 16 };

/* The mean of a variant for one figure. */
struct mean {
	double logs; /* their sum */
	guint n;
};

struct means_row {
	const char *name;
	struct mean of[MEANS_MOST]; /* RSS, then the core workloads */
	GString *missing;           /* data sets */
};

struct means {
	GPtrArray *boards; /* const struct site_board *, one a data set */
	const char *reference;
	guint figures;
	guint most[MEANS_MOST]; /* data sets that have a ratio at all: the reference's */
	GArray *rows;
};

/* ---- which reference ---- */

static bool
times_hits(const struct site_board *b, const char *name)
{
	const struct workload *hit = workload_named("hit");
	for (guint i = 0; i < b->entries->len; i++) {
		const struct site_entry *e = b->entries->pdata[i];
		const struct facts *facts = e->cohort->facts;
		if (e->noisy || !site_entry_has(e, name) ||
			strcmp(facts_failure(facts, name), "ok") != 0)
			continue;
		g_autofree double *one = digest_ratios(facts, name, name, hit);
		if (stats_spread(one, facts_laps(facts)).n)
			return true;
	}
	return false;
}

/* The one that most data sets have; among these the one that most boards go by. */
static const char *
reference_of(const struct site *s, const GPtrArray *boards)
{
	const char *best = NULL;
	guint most = 0;
	for (guint i = 0; i < s->names->len; i++) {
		const char *name = s->names->pdata[i];
		guint worth = 0;
		for (guint k = 0; k < boards->len; k++) {
			const struct site_board *b = boards->pdata[k];
			if (times_hits(b, name))
				worth += 1000 +
					 (b->reference &&
						 strcmp(b->reference->name, name) == 0);
		}
		bool right = !s->reference || strcmp(s->reference, name) == 0;
		if (right && worth > most) {
			most = worth;
			best = name;
		}
	}
	return best;
}

/* ---- the figures ---- */

static void
add(struct mean *m, double ratio)
{
	if (!(ratio > 0) || !isfinite(ratio))
		return;
	m->logs += log(ratio);
	m->n++;
}

static void
add_line(struct means_row *row, const struct site_line *l)
{
	guint k = 0;
	add(&row->of[k++], l->d.rss_ratio);
	for (const struct workload *w = workload_first(); w; w = w->next)
		if (w->core && k < MEANS_MOST)
			add(&row->of[k++], l->d.rates[w->id].ratio.median);
}

/* A board's lines, its ratios to `reference`. */
static GArray *
lines_to(const struct site_board *b, const char *reference)
{
	struct site_board own = *b;
	own.reference = NULL;
	for (guint i = 0; i < b->entries->len && !own.reference; i++)
		own.reference = site_variant(b->entries->pdata[i], reference);
	return site_lines(&own);
}

static const struct site_line *
line_of(const GArray *lines, const char *name)
{
	for (guint i = 0; i < lines->len; i++)
		if (strcmp(site_line_at(lines, i)->name, name) == 0)
			return site_line_at(lines, i);
	return NULL;
}

/* Ratios that went into it. */
static guint
ratios(const struct means_row *row)
{
	guint n = 0;
	for (guint k = 0; k < MEANS_MOST; k++)
		n += row->of[k].n;
	return n;
}

static void
add_row(struct means *m, const char *name, GArray *const *lines)
{
	struct means_row row = { .name = name, .missing = g_string_new(NULL) };
	for (guint i = 0; i < m->boards->len; i++) {
		const struct site_board *b = m->boards->pdata[i];
		const struct site_line *l = line_of(lines[i], name);
		guint had = ratios(&row);
		if (l && l->good)
			add_line(&row, l);
		if (ratios(&row) == had)
			report_append_name(row.missing, b->data->name);
	}
	if (ratios(&row))
		g_array_append_val(m->rows, row);
	else
		g_string_free(row.missing, TRUE);
}

static double
value(const struct mean *m)
{
	return m->n ? exp(m->logs / m->n) : NAN;
}

enum { OF_RSS };

/* Means over more data sets first. */
static int
by_bytes(gconstpointer a, gconstpointer b)
{
	const struct means_row *x = a, *y = b;
	const struct mean *of_x = &x->of[OF_RSS], *of_y = &y->of[OF_RSS];
	if (of_x->n != of_y->n)
		return of_x->n > of_y->n ? -1 : 1;
	if (of_x->n && value(of_x) != value(of_y))
		return value(of_x) < value(of_y) ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void
fill(struct means *m, const struct site *s)
{
	g_autofree GArray **lines = g_new0(GArray *, m->boards->len + 1);
	for (guint i = 0; i < m->boards->len; i++)
		lines[i] = lines_to(m->boards->pdata[i], m->reference);
	for (const struct workload *w = workload_first(); w; w = w->next)
		m->figures += w->core;
	m->figures = MIN(m->figures + 1, MEANS_MOST);
	for (guint i = 0; i < m->boards->len; i++) {
		const struct site_line *l = line_of(lines[i], m->reference);
		struct means_row row = { 0 };
		if (l && l->good)
			add_line(&row, l);
		for (guint k = 0; k < m->figures; k++)
			m->most[k] += row.of[k].n;
	}
	for (guint i = 0; i < s->names->len; i++)
		add_row(m, s->names->pdata[i], lines);
	for (guint i = 0; i < m->boards->len; i++)
		g_array_unref(lines[i]);
	g_array_sort(m->rows, by_bytes);
}

/* ---- the table ---- */

static void
put_row(GString *out, const struct means *m, const struct means_row *row)
{
	g_autofree char *page = site_variant_page(row->name);
	site_put(
		out, "<tr><th scope=\"row\"><a href=\"%s\">%s</a></th>", page, row->name);
	for (guint k = 0; k < m->figures; k++) {
		const struct mean *x = &row->of[k];
		const char *class = x->n < m->most[k] || !x->n ? "some" : "";
		g_autofree char *mean = x->n ? g_strdup_printf("%.2f", value(x))
					     : g_strdup("-");
		site_put(out, "<td class=\"%s\">%s <small>%u of %u</small></td>", class,
			mean, x->n, m->boards->len);
	}
	site_put(out, "<td class=\"wrap\">%s</td></tr>\n",
		row->missing->len ? row->missing->str : "-");
}

static void
put_means(GString *out, const struct means *m, const char *setting)
{
	const char *names[SITE_COLUMNS_MOST] = { "variant", "RSS" };
	g_autofree char *caption = g_strdup_printf(
		"Geometric means, over the data sets measured here in this setting, of "
		"in-round ratios to %s, each the median of the newest quiet run: of RSS "
		"less is better, of the others more. 'n of m': n of these m data sets "
		"have it; what is missing is left out, not guessed. Means over fewer "
		"data sets than %s's are grey, and come last: they are about other keys. "
		"Noisy rounds count as missing.",
		m->reference, m->reference);
	site_core_names(names, 2);
	guint n = g_strv_length((char **)(void *)names);
	names[n] = "<nothing of";
	names[n + 1] = NULL;
	site_put(out, "<h3>%s</h3>\n", setting);
	site_table(out, caption, names);
	for (guint i = 0; i < m->rows->len; i++)
		put_row(out, m, &g_array_index(m->rows, struct means_row, i));
	site_table_end(out);
}

static void
put_setting(GString *out, const struct site *s, GPtrArray *boards, const char *setting)
{
	struct means m = { .boards = boards,
		.reference = reference_of(s, boards),
		.rows = g_array_new(FALSE, FALSE, sizeof(struct means_row)) };
	if (m.reference) {
		fill(&m, s);
		put_means(out, &m, setting);
	} else {
		site_put(out,
			"<h3>%s</h3>\n<p>No quiet run timed the hits of one reference, "
			"and "
			"so there is no mean.</p>\n",
			setting);
	}
	for (guint i = 0; i < m.rows->len; i++)
		g_string_free(g_array_index(m.rows, struct means_row, i).missing, TRUE);
	g_array_unref(m.rows);
}

void
site_means(GString *out, const struct site *s, const struct site_machine *m)
{
	g_autoptr(GPtrArray) settings = g_ptr_array_new();
	for (guint i = 0; i < s->boards->len; i++) {
		const struct site_board *b = s->boards->pdata[i];
		if (b->machine != m || g_ptr_array_find(settings, b->setting, NULL))
			continue;
		g_autoptr(GPtrArray) boards = g_ptr_array_new();
		g_ptr_array_add(settings, (gpointer)b->setting);
		for (guint k = i; k < s->boards->len; k++) {
			struct site_board *other = s->boards->pdata[k];
			if (other->machine == m && other->setting == b->setting)
				g_ptr_array_add(boards, other);
		}
		put_setting(out, s, boards, b->setting);
	}
}
