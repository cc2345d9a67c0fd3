/* site_data.c: the page of a data set; see site.h. */
#include <math.h>
#include <string.h>
#include "site.h"

void
site_core_names(const char **names, size_t at)
{
	for (const struct workload *w = workload_first(); w; w = w->next)
		if (w->core && at + 1 < SITE_COLUMNS_MOST)
			names[at++] = w->name;
	names[at] = NULL;
}

void
site_core_cells(GString *out, const struct digest *d)
{
	bool floor = d->v->caps & AB_HOLDS_NOTHING; /* its speed says nothing */
	for (const struct workload *w = workload_first(); w; w = w->next)
		if (w->core && floor)
			site_cell(out, "-");
		else if (w->core)
			site_cell_ratio(out, &d->rates[w->id].ratio);
}

/* ---- a row ---- */

static void
put_name(GString *out, const struct site_line *l, const struct site_facets *f)
{
	bool failed = strcmp(l->d.failure, "ok") != 0;
	g_autofree char *page = site_variant_page(l->name);
	site_put(out, "<tr class=\"%s\"",
		failed            ? "failed"
		: l->good         ? ""
		: l->entry->noisy ? "noisy"
				  : "some");
	site_facet_mark(out, f, BY_FAMILY, l->d.v->family);
	site_facet_mark(out, f, BY_RUNG, site_rung(l->d.v));
	site_put(out, "><th scope=\"row\"><a href=\"%s\">%s</a>", page, l->name);
	if (l->in_front)
		g_string_append(out, "<span class=\"top\" role=\"img\" "
				     "aria-label=\"in front\">●</span>");
	if (l->entry->noisy)
		g_string_append(out, "<span class=\"mark\">noisy</span>");
	g_string_append(out, "</th>");
}

static void
put_source(GString *out, const struct site_line *l)
{
	const struct site_run *r = l->entry->run;
	site_put(out, "<td class=\"text\">%s</td><td>%s</td>", l->d.v->family,
		l->d.v->rung ? l->d.v->rung : "-");
	site_put(out, "<td class=\"text\"><a href=\"%s\">%s</a></td></tr>\n", r->page,
		r->report->revision);
}

static void
put_line(GString *out, const struct site_line *l, const struct site_facets *f,
	const GPtrArray *core)
{
	put_name(out, l, f);
	if (strcmp(l->d.failure, "ok") != 0) {
		site_put(out, "<td class=\"wrap\" colspan=\"%u\">%s</td>", core->len + 2,
			l->d.failure);
	} else {
		bool floor = l->d.v->caps & AB_HOLDS_NOTHING; /* its speed says nothing */
		site_cell_number(out, 1, l->d.of[M_RSS].median);
		site_cell_number(out, 1, l->d.of[M_EXACT].median);
		for (guint i = 0; i < core->len; i++) {
			const struct workload *w = core->pdata[i];
			if (floor)
				site_cell(out, "-");
			else
				site_cell_ratio(out, &l->d.rates[w->id].ratio);
		}
	}
	put_source(out, l);
}

/* ---- the tables of a board ---- */

/* Workloads of the core, or others, that any line has a ratio of. */
static GPtrArray *
workloads_of(const GArray *lines, bool core)
{
	enum { OTHER_COLUMNS = 6 };
	GPtrArray *all = g_ptr_array_new();
	for (const struct workload *w = workload_first(); w; w = w->next) {
		bool any = false;
		for (guint i = 0; i < lines->len && !any; i++)
			any = site_line_at(lines, i)->d.rates[w->id].ratio.n > 0;
		if (any && w->core == core &&
			all->len + OTHER_COLUMNS < SITE_COLUMNS_MOST)
			g_ptr_array_add(all, (gpointer)w);
	}
	return all;
}

/* Their names, from the column `at` on; returns the column behind them. */
static guint
add_names(const char **names, guint at, const GPtrArray *workloads)
{
	for (guint i = 0; i < workloads->len; i++)
		names[at++] = ((const struct workload *)workloads->pdata[i])->name;
	names[at] = NULL;
	return at;
}

static void
put_table(GString *out, const struct site_board *b, const GArray *lines,
	const struct site_facets *f)
{
	g_autoptr(GPtrArray) core = workloads_of(lines, true);
	const char *names[SITE_COLUMNS_MOST] = { "variant", "RSS B/key", "exact B/key" };
	guint n = add_names(names, 3, core);
	names[n] = "<family";
	names[n + 1] = "rung";
	names[n + 2] = "<revision";
	names[n + 3] = NULL;
	g_autofree char *ratios = g_strdup_printf(
		"Speeds are times %s's within the same round, the median with its 95 %% "
		"interval; '?': not told from 1.",
		b->reference ? b->reference->name : "");
	g_autofree char *caption = g_strdup_printf(
		"Of each variant the newest figures that are not noisy. %s ●: no other "
		"has both fewer bytes and more hits. Noisy figures are marked, and come "
		"last.",
		b->reference ? ratios
			     : "No quiet run here has a reference, and so there are no "
			       "ratios.");
	site_table(out, caption, names);
	for (guint i = 0; i < lines->len; i++)
		put_line(out, site_line_at(lines, i), f, core);
	site_table_end(out);
}

/* The ratio of a variant's speed to the reference's in the newest quiet run that has it. */
static struct estimate
newest_ratio(const struct site_board *b, const char *name, const struct workload *w)
{
	struct estimate x = { .median = NAN };
	for (guint i = b->entries->len; i-- > 0 && !x.n;) {
		const struct site_entry *e = b->entries->pdata[i];
		const struct facts *facts = e->cohort->facts;
		if (e->noisy || strcmp(facts_failure(facts, name), "ok") != 0 ||
			strcmp(facts_failure(facts, b->reference->name), "ok") != 0)
			continue;
		g_autofree double *ratios = digest_ratios(
			facts, name, b->reference->name, w);
		x = stats_estimate(ratios, facts_laps(facts));
	}
	return x;
}

static void
put_others(GString *out, const struct site_board *b, const GArray *lines,
	const struct site_facets *f)
{
	g_autoptr(GPtrArray) others = workloads_of(lines, false);
	const char *names[SITE_COLUMNS_MOST] = { "variant" };
	if (!others->len || !b->reference)
		return;
	add_names(names, 1, others);
	g_autofree char *caption = g_strdup_printf(
		"Other workloads, times %s's within the same round: each of the newest "
		"quiet run that has it.",
		b->reference->name);
	site_table(out, caption, names);
	for (guint i = 0; i < lines->len; i++) {
		const struct site_line *l = site_line_at(lines, i);
		if (!l->good)
			continue;
		put_name(out, l, f);
		for (guint k = 0; k < others->len; k++) {
			struct estimate x = newest_ratio(b, l->name, others->pdata[k]);
			site_cell_ratio(out, &x);
		}
		g_string_append(out, "</tr>\n");
	}
	site_table_end(out);
}

/* Which colour is whose. */
static void
put_key(GString *out, const GArray *lines)
{
	g_autoptr(GPtrArray) said = g_ptr_array_new();
	for (guint i = 0; i < lines->len; i++) {
		const struct site_line *l = site_line_at(lines, i);
		const char *colour = site_colour(l->d.v);
		if (!site_is_drawn(l) || g_ptr_array_find(said, colour, NULL))
			continue;
		g_ptr_array_add(said, (gpointer)colour);
		site_put(out, "<span class=\"key %s\">● %s</span> ", colour, colour);
	}
}

static void
put_picture(GString *out, const struct site_board *b, const GArray *lines)
{
	if (!site_pareto(out, b, lines)) {
		g_string_append(out, "<p class=\"faint\">No picture: fewer than two "
				     "variants have both bytes per key and hits to one "
				     "reference.</p>\n");
		return;
	}
	g_string_append(out, "<figcaption>");
	put_key(out, lines);
	g_string_append(out,
		"<br>Bytes per key against hits. The dashed line is the front: nothing "
		"drawn is better in both than what is on it. Squares are built once, "
		"circles can be changed; hollow marks are noisy, and on no front. "
		"Upright strokes are 95 % intervals.</figcaption></figure>\n");
}

static void
put_board(GString *out, const struct site_board *b, const struct site_facets *f)
{
	g_autofree char *title = site_board_title(b);
	g_autoptr(GArray) lines = site_lines(b);
	guint noisy = 0;
	for (guint i = 0; i < b->entries->len; i++)
		noisy += ((const struct site_entry *)b->entries->pdata[i])->noisy;
	site_put(out, "<section id=\"%s\"", b->id);
	site_facet_mark(out, f, BY_MACHINE, b->machine->name);
	site_facet_mark(out, f, BY_VALUES, b->values);
	site_put(out, "><h2>%s</h2>\n<p>Runs: %u, of which noisy: %u. Machine: ", title,
		b->entries->len, noisy);
	site_put(out, "<a href=\"%s\">%s</a>.</p>\n", b->machine->page, b->machine->name);
	put_picture(out, b, lines);
	put_table(out, b, lines, f);
	put_others(out, b, lines, f);
	g_string_append(out, "</section>\n");
}

/* ---- the page ---- */

static struct site_facets *
facets_of(const struct site *s, const struct site_data *d)
{
	struct site_facets *f = site_facets_new();
	for (guint i = 0; i < s->boards->len; i++) {
		const struct site_board *b = s->boards->pdata[i];
		if (b->data != d)
			continue;
		site_facet_add(f, BY_MACHINE, b->machine->name);
		site_facet_add(f, BY_VALUES, b->values);
		for (guint k = 0; k < b->entries->len; k++) {
			const struct site_entry *e = b->entries->pdata[k];
			const GPtrArray *all = e->run->report->variants;
			for (guint v = 0; v < all->len; v++) {
				const struct ab_variant *x = all->pdata[v];
				site_facet_add(f, BY_FAMILY, x->family);
				site_facet_add(f, BY_RUNG, site_rung(x));
			}
		}
	}
	return f;
}

char *
site_data_page(const struct site *s, const struct site_data *d)
{
	struct doc doc;
	struct site_facets *f = facets_of(s, d);
	g_autofree char *keys = site_count(d->keys);
	g_autofree char *title = g_strdup_printf("Data set %s", d->name);
	site_begin(&doc, title, f);
	site_put(doc.out, "<p>%s keys of %.1f bytes in the mean.</p>\n", keys,
		(double)d->key_bytes / (double)d->keys);
	site_facets_form(doc.out, f);
	for (guint i = 0; i < s->boards->len; i++) {
		const struct site_board *b = s->boards->pdata[i];
		if (b->data == d)
			put_board(doc.out, b, f);
	}
	site_facets_free(f);
	return site_end(&doc);
}
