/* site_index.c: the first page, and those of machines and runs; see site.h. */
#include <math.h>
#include <string.h>
#include "report/run_page.h"
#include "site.h"

/* ---- data sets and machines ---- */

/* Of how many entries of a data set or machine, either NULL, is this true? */
static guint
entries_of(const struct site *s, const struct site_data *d, const struct site_machine *m)
{
	guint n = 0;
	for (guint i = 0; i < s->entries->len; i++) {
		const struct site_entry *e = &g_array_index(
			s->entries, struct site_entry, i);
		n += (!d || e->data == d) && (!m || e->machine == m);
	}
	return n;
}

/* Who is in front, from the fewest bytes to the most hits. */
static void
put_front(GString *out, const struct site_board *b)
{
	g_autoptr(GArray) lines = site_lines(b);
	const struct workload *hit = workload_named("hit");
	bool any = false;
	g_string_append(out, "<td class=\"wrap\">");
	for (guint i = 0; i < lines->len; i++) {
		const struct site_line *l = site_line_at(lines, i);
		if (!l->in_front)
			continue;
		g_autofree char *page = site_variant_page(l->name);
		site_put(out,
			"%s<span class=\"one\"><a href=\"%s\">%s</a> %.1f <small>× "
			"%.2f</small></span>",
			any ? ", " : "", page, l->name, l->d.of[M_RSS].median,
			l->d.rates[hit->id].ratio.median);
		any = true;
	}
	if (any)
		site_put(out, " <small class=\"one\">(×: %s's hits)</small></td>",
			b->reference->name);
	else
		g_string_append(out, "-</td>");
}

static void
put_board(GString *out, const struct site_board *b, const struct site_facets *f)
{
	const struct site_data *d = b->data;
	g_string_append(out, "<tr");
	site_facet_mark(out, f, BY_DATA, d->name);
	site_facet_mark(out, f, BY_MACHINE, b->machine->name);
	site_facet_mark(out, f, BY_VALUES, b->values);
	site_put(out, "><th scope=\"row\"><a href=\"%s#%s\">%s</a></th>", d->page, b->id,
		d->name);
	site_cell_count(out, d->keys);
	site_cell_number(out, 1, (double)d->key_bytes / (double)d->keys);
	site_put(out,
		"<td class=\"text\"><a href=\"%s\">%s</a></td><td class=\"text\">%s</td>",
		b->machine->page, b->machine->name, b->setting);
	site_cell(out, "%u", b->entries->len);
	put_front(out, b);
	g_string_append(out, "</tr>\n");
}

static void
put_data(GString *out, const struct site *s, const struct site_facets *f)
{
	static const char *const names[] = { "data set", "keys", "bytes a key",
		"<machine", "<setting", "runs", "<in front", NULL };
	g_string_append(out, "<h2 id=\"data\">Data sets</h2>\n");
	site_table(out,
		"A line for each data set, machine and setting, whose picture is behind "
		"its name. In front: with bytes per key (RSS), and hits times the "
		"reference's; no other quiet figure there is better in both.",
		names);
	for (guint i = 0; i < s->boards->len; i++)
		put_board(out, s->boards->pdata[i], f);
	site_table_end(out);
}

/* What the newest run there says; of a run on several hosts, of this one. */
static const char *
said(const struct site_machine *m, const char *key)
{
	g_autofree char *own = g_strdup_printf("%s@%s", key, m->host);
	const struct record *r = &m->newest->record;
	return record_env(r, own) ? record_env(r, own) : record_said(r, key);
}

static void
put_machines(GString *out, const struct site *s, const struct site_facets *f)
{
	static const char *const names[] = { "machine", "<processor", "processors",
		"<caches", "data sets", "runs", NULL };
	g_string_append(out, "<h2 id=\"machines\">Machines</h2>\n");
	site_table(out,
		"Figures of one machine are held against no other's: means over data "
		"sets are on each one's page.",
		names);
	for (guint i = 0; i < s->machines->len; i++) {
		const struct site_machine *m = s->machines->pdata[i];
		guint data = 0;
		for (guint k = 0; k < s->data->len; k++)
			data += entries_of(s, s->data->pdata[k], m) > 0;
		g_string_append(out, "<tr");
		site_facet_mark(out, f, BY_MACHINE, m->name);
		site_put(out,
			"><th scope=\"row\"><a href=\"%s\">%s</a></th>"
			"<td class=\"text\">%s</td><td>%s</td><td class=\"text\">%s</td>",
			m->page, m->name, said(m, "cpu"), said(m, "cores"),
			said(m, "caches"));
		site_cell(out, "%u", data);
		site_cell(out, "%u", entries_of(s, NULL, m));
		g_string_append(out, "</tr>\n");
	}
	site_table_end(out);
}

/* ---- variants ---- */

/* What is known of one over all boards that have it. */
struct known {
	const struct ab_variant *v;
	GPtrArray *data, *machines, *values; /* char *, borrowed */
	guint runs;
	const struct site_entry *newest;
};

static void
add_once(GPtrArray *all, const char *name)
{
	if (!g_ptr_array_find_with_equal_func(all, name, g_str_equal, NULL))
		g_ptr_array_add(all, (gpointer)name);
}

static struct known
known_of(const struct site *s, const char *name)
{
	struct known x = { .data = g_ptr_array_new(),
		.machines = g_ptr_array_new(),
		.values = g_ptr_array_new() };
	for (guint i = 0; i < s->entries->len; i++) {
		const struct site_entry *e = &g_array_index(
			s->entries, struct site_entry, i);
		if (!site_entry_has(e, name))
			continue;
		x.v = site_variant(e, name);
		x.newest = e;
		x.runs++;
		add_once(x.data, e->data->name);
		add_once(x.machines, e->machine->name);
		add_once(x.values, e->run->report->values);
	}
	return x;
}

static void
put_variant(
	GString *out, const struct site *s, const char *name, const struct site_facets *f)
{
	struct known x = known_of(s, name);
	g_autofree char *page = site_variant_page(name);
	g_autofree char *day = site_day(x.newest->run);
	g_string_append(out, "<tr");
	site_facet_marks(out, f, BY_DATA, x.data);
	site_facet_marks(out, f, BY_MACHINE, x.machines);
	site_facet_marks(out, f, BY_VALUES, x.values);
	site_facet_mark(out, f, BY_FAMILY, x.v->family);
	site_facet_mark(out, f, BY_RUNG, site_rung(x.v));
	site_put(out,
		"><th scope=\"row\"><a href=\"%s\">%s</a></th>"
		"<td class=\"text\">%s</td><td class=\"text\">%s</td><td>%s</td>",
		page, name, x.v->label, x.v->family, x.v->rung ? x.v->rung : "-");
	site_cell(out, "%u", x.data->len);
	site_cell(out, "%u", x.machines->len);
	site_cell(out, "%u", x.runs);
	site_put(out, "<td class=\"text\"><a href=\"%s\">%s, %s</a></td></tr>\n",
		x.newest->run->page, x.newest->run->report->revision, day);
	g_ptr_array_unref(x.data);
	g_ptr_array_unref(x.machines);
	g_ptr_array_unref(x.values);
}

static void
put_variants(GString *out, const struct site *s, const struct site_facets *f)
{
	static const char *const names[] = { "variant", "<what it is", "<family", "rung",
		"data sets", "machines", "runs", "<newest run", NULL };
	g_string_append(out, "<h2 id=\"variants\">Variants</h2>\n");
	site_table(out, "Each has its history over revisions.", names);
	for (guint i = 0; i < s->names->len; i++)
		put_variant(out, s, s->names->pdata[i], f);
	site_table_end(out);
}

/* ---- runs ---- */

static void
put_entry(GString *out, const struct site_entry *e, const struct site_facets *f)
{
	const struct site_run *r = e->run;
	g_autofree char *day = site_day(r);
	double off = 100 * e->cohort->noise.worst;
	site_put(out, "<tr class=\"%s\"", e->noisy ? "noisy" : "");
	site_facet_mark(out, f, BY_DATA, e->data->name);
	site_facet_mark(out, f, BY_MACHINE, e->machine->name);
	site_facet_mark(out, f, BY_VALUES, r->report->values);
	site_put(
		out, "><th scope=\"row\"><a href=\"%s\">%s</a>%s</th>", r->page, day, "");
	site_put(out, "<td class=\"text\">%s</td>", r->report->revision);
	site_put(out, "<td class=\"text\"><a href=\"%s\">%s</a></td>", e->data->page,
		e->data->name);
	site_put(out, "<td class=\"text\"><a href=\"%s\">%s</a></td>", e->machine->page,
		e->machine->name);
	site_put(out, "<td class=\"text\">%s</td><td>%u</td><td>%u</td>",
		r->report->values, r->report->variants->len,
		facts_laps(e->cohort->facts));
	site_put(out, "<td class=\"text\">%s</td>",
		r->report->reference ? r->report->reference->name : "none");
	if (isnan(off))
		site_put(out, "<td>-</td></tr>\n");
	else
		site_put(out,
			e->noisy ? "<td>%.1f %% <span "
				   "class=\"mark\">noisy</span></td></tr>\n"
				 : "<td>%.1f %%</td></tr>\n",
			off);
}

void
site_runs(GString *out, const struct site *s, const struct site_facets *f,
	const struct site_machine *m)
{
	static const char *const names[] = { "day", "<revision", "<data set", "<machine",
		"<values", "variants", "rounds", "<reference", "A:A off by", NULL };
	site_table(out,
		"The newest first, noisy ones last. A:A: the reference against itself "
		"within a round; off by more than 2 % a run calls itself noisy.",
		names);
	for (int noisy = 0; noisy < 2; noisy++)
		for (guint i = s->entries->len; i-- > 0;) {
			const struct site_entry *e = &g_array_index(
				s->entries, struct site_entry, i);
			if ((!m || e->machine == m) && e->noisy == noisy)
				put_entry(out, e, f);
		}
	site_table_end(out);
}

static void
put_left_out(GString *out, const struct site *s)
{
	site_put(out, "<h2 id=\"left-out\">Left out</h2>\n");
	if (!s->left_out->len)
		g_string_append(out, "<p>No run that was given was left out.</p>\n");
	if (s->left_out->len)
		g_string_append(out, "<ul>\n");
	for (guint i = 0; i < s->left_out->len; i++)
		site_put(out, "<li>%s</li>\n", (const char *)s->left_out->pdata[i]);
	if (s->left_out->len)
		g_string_append(out, "</ul>\n");
}

/* ---- the first page ---- */

static struct site_facets *
facets_of(const struct site *s)
{
	struct site_facets *f = site_facets_new();
	for (guint i = 0; i < s->data->len; i++)
		site_facet_add(f, BY_DATA, ((struct site_data *)s->data->pdata[i])->name);
	for (guint i = 0; i < s->machines->len; i++)
		site_facet_add(f, BY_MACHINE,
			((struct site_machine *)s->machines->pdata[i])->name);
	for (guint i = 0; i < s->names->len; i++) {
		struct known x = known_of(s, s->names->pdata[i]);
		site_facet_add(f, BY_FAMILY, x.v->family);
		site_facet_add(f, BY_RUNG, site_rung(x.v));
		for (guint k = 0; k < x.values->len; k++)
			site_facet_add(f, BY_VALUES, x.values->pdata[k]);
		g_ptr_array_unref(x.data);
		g_ptr_array_unref(x.machines);
		g_ptr_array_unref(x.values);
	}
	return f;
}

static const char add_yours[] =
	"<h2 id=\"add\">Add your machine's run</h2>\n"
	"<pre>scripts/run_all.sh            # or build-release/harness/artbench run ...\n"
	"build-release/harness/artbench pack results/NAME      # NAME.tar.gz, to send\n"
	"build-release/harness/artbench unpack NAME.tar.gz     # results/NAME, if it is "
	"sound\n"
	"build-release/harness/artbench site --output board    # of all in "
	"results/</pre>\n"
	"<p>A pack has a run's env.txt, rows, summary and explanation. It is taken in if "
	"its summary follows from its rows.</p>\n";

char *
site_index_page(const struct site *s)
{
	struct doc doc;
	struct site_facets *f = facets_of(s);
	site_begin(&doc, "The board", f);
	site_put(doc.out,
		"<p>Bytes per key and speed of ordered maps and hash tables: %u "
		"variants, "
		"%u data sets, %u machines, %u runs. Bytes are what loading adds to a "
		"fresh process; speeds are ratios to a reference within the same round. "
		"Nothing of one machine is held against another's, and what was not "
		"measured is shown as missing.</p>\n",
		s->names->len, s->data->len, s->machines->len, s->runs->len);
	if (s->left_out->len)
		site_put(doc.out,
			"<p>Runs left out: %u, <a href=\"#left-out\">which and "
			"why</a>.</p>\n",
			s->left_out->len);
	site_facets_form(doc.out, f);
	put_data(doc.out, s, f);
	put_machines(doc.out, s, f);
	put_variants(doc.out, s, f);
	g_string_append(doc.out, "<h2 id=\"runs\">Runs</h2>\n");
	site_runs(doc.out, s, f, NULL);
	put_left_out(doc.out, s);
	g_string_append(doc.out, add_yours);
	site_facets_free(f);
	return site_end(&doc);
}

/* ---- machines and runs ---- */

char *
site_machine_page(const struct site *s, const struct site_machine *m)
{
	static const char *const facts[] = { "cpu", "cores", "cpu_quota", "caches",
		"ram_bytes", "memory_limit", "kernel", "thp", "governor" };
	struct doc doc;
	struct site_facets *f = site_facets_new();
	g_autofree char *title = g_strdup_printf("Machine %s", m->name);
	for (guint i = 0; i < s->entries->len; i++) {
		const struct site_entry *e = &g_array_index(
			s->entries, struct site_entry, i);
		if (e->machine == m) {
			site_facet_add(f, BY_DATA, e->data->name);
			site_facet_add(f, BY_VALUES, e->run->report->values);
		}
	}
	site_begin(&doc, title, f);
	g_string_append(doc.out, "<dl class=\"facts\">");
	for (size_t i = 0; i < G_N_ELEMENTS(facts); i++)
		if (strcmp(said(m, facts[i]), "unknown") != 0)
			site_put(doc.out, "<dt>%s</dt><dd>%s</dd>", facts[i],
				said(m, facts[i]));
	g_string_append(doc.out, "</dl>\n<h2>Means over data sets</h2>\n");
	site_means(doc.out, s, m);
	g_string_append(doc.out, "<h2>Runs</h2>\n");
	site_facets_form(doc.out, f);
	site_runs(doc.out, s, f, m);
	site_facets_free(f);
	return site_end(&doc);
}

char *
site_run_page(const struct site *s, const struct site_run *r)
{
	struct doc doc;
	g_autofree char *title = g_strdup_printf("Run %s", r->name);
	site_begin(&doc, title, NULL);
	g_string_append(doc.out, "<p>");
	for (guint i = 0; i < s->entries->len; i++) {
		const struct site_entry *e = &g_array_index(
			s->entries, struct site_entry, i);
		if (e->run == r)
			site_put(doc.out,
				"Data set <a href=\"%s\">%s</a>, machine <a "
				"href=\"%s\">%s</a>. ",
				e->data->page, e->data->name, e->machine->page,
				e->machine->name);
	}
	site_put(doc.out, "Revision %s, begun %s.</p>\n", r->report->revision,
		record_said(&r->record, "start"));
	page_into(&doc, r->report, false);
	return site_end(&doc);
}
