/* run_page.c: see run_page.h. */
#include <math.h>
#include <string.h>
#include "run_page.h"

static void say(struct page *p, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
say(struct page *p, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	doc_paragraph(&p->doc, text);
}

/* ---- the verdict ---- */

static void
put_verdict(struct page *p)
{
	g_autoptr(GPtrArray) said = page_verdict(p);
	for (guint i = 0; i < said->len; i++)
		doc_paragraph(&p->doc, said->pdata[i]);
}

static void
put_notes(struct page *p, bool warnings)
{
	g_autoptr(GPtrArray) notes = report_notes(p->report);
	g_autoptr(GPtrArray) plain = g_ptr_array_new();
	for (guint i = 0; i < notes->len; i++)
		if (!report_is_warning(notes->pdata[i]))
			g_ptr_array_add(plain, notes->pdata[i]);
		else if (warnings)
			doc_warning(&p->doc, notes->pdata[i]);
	if (!warnings)
		doc_list(&p->doc, plain);
}

/* ---- tables of columns.c ---- */

/* One with a column for each workload: with many of those, a line for each. */
static void
put_workloads(struct page *p, struct table *t, const char *caption)
{
	if (t->columns > t->lines && t->columns > 9) {
		struct table turned = table_turned(t);
		table_clear(t);
		*t = turned;
		g_free(t->cells->pdata[0]);
		t->cells->pdata[0] = g_strdup("workload");
	}
	doc_table(&p->doc, caption, t);
	table_clear(t);
}

static void
put_table(struct page *p, enum table_kind kind, const char *heading, const char *caption)
{
	struct table t = report_table(p->report, kind);
	doc_heading(&p->doc, heading);
	if (kind == TABLE_OF_RATIOS || kind == TABLE_OF_RATES) {
		put_workloads(p, &t, caption);
		return;
	}
	doc_table(&p->doc, caption, &t);
	table_clear(&t);
}

/* Below it, if the machine ran at two speeds. */
static void
put_apart(struct page *p, enum table_kind kind, const char *caption)
{
	struct table t;
	if (!report_table_apart(p->report, kind, &t))
		return;
	put_workloads(p, &t, caption);
}

/* ---- pictures ---- */

/* The pictures' colours (scripts/plots/common.gp), and what the page calls them: then
 * they are dark where the page is. */
static const char *const colours[][2] = {
	{ "fill=\"#ffffff\"", "fill=\"none\"" },
	{ "rgb(34,34,34)", "var(--ink)" },
	{ "rgb( 34,  34,  34)", "var(--ink)" },
	{ "rgb(112,112,112)", "var(--faint)" },
	{ "rgb(112, 112, 112)", "var(--faint)" },
	{ "rgb(221, 221, 221)", "var(--rule)" },
	{ "rgb(176,0,32)", "var(--warn)" },
	{ "rgb(255, 255, 255)", "var(--ground)" },
	{ "rgb(  0,   0,   0)", "var(--ink)" },
};

/* A picture that plot.sh has drawn, as an element of the page; NULL: there is none.
 * Names inside it must differ from those in other pictures. */
static char *
picture(const struct page *p, const char *name, const char *title)
{
	g_autofree char *file = g_strconcat(name, ".svg", NULL);
	g_autofree char *path = p->report->record->dir
					? g_build_filename(
						  p->report->record->dir, file, NULL)
					: NULL;
	g_autofree char *text = NULL;
	char *svg = path && g_file_get_contents(path, &text, NULL, NULL)
			    ? strstr(text, "<svg")
			    : NULL;
	if (!svg)
		return NULL;
	GString *s = g_string_new(svg);
	for (size_t i = 0; i < G_N_ELEMENTS(colours); i++)
		g_string_replace(s, colours[i][0], colours[i][1], 0);
	g_autofree char *id = g_strconcat("id='", name, "_gp", NULL);
	g_autofree char *use = g_strconcat("xlink:href='#", name, "_gp", NULL);
	g_autofree char *named = g_markup_printf_escaped("<title>%s</title>", title);
	g_string_replace(s, "id='gp", id, 0);
	g_string_replace(s, "xlink:href='#gp", use, 0);
	g_string_replace(s, "<title>Gnuplot</title>", named, 0);
	g_string_replace(s, "<svg", "<svg role=\"img\"", 1);
	return g_string_free(s, FALSE);
}

/* False: it has not been drawn. */
static bool
put_picture(struct page *p, const char *name, const char *title)
{
	bool wanted = p->doc.html && p->pictures;
	g_autofree char *svg = wanted ? picture(p, name, title) : NULL;
	if (svg)
		doc_figure(&p->doc, svg);
	return svg;
}

/* ---- where and how ---- */

static void
put_environment(struct page *p)
{
	static const char *const names[] = { "what", "value", NULL };
	const struct record *record = p->report->record;
	struct table t = table_named(names);
	g_autoptr(GList) keys = g_list_sort(
		g_hash_table_get_keys(record->env), (GCompareFunc)strcmp);
	for (const GList *key = keys; key; key = key->next) {
		table_say(&t, "%s", (const char *)key->data);
		table_say(&t, "%s", record_env(record, key->data));
	}
	doc_heading(&p->doc, "Environment");
	doc_table(&p->doc, NULL, &t);
	table_clear(&t);
}

#define DIRTY "-dirty" /* what a revision ends in if the tree was not as it has it */

/* The lines that bring the tree to what was measured, or none. */
static char *
checkout_line(const struct page *p)
{
	g_autofree char *revision = g_strdup(p->report->revision);
	if (strcmp(revision, "unknown") == 0)
		return g_strdup("");
	if (g_str_has_suffix(revision, DIRTY))
		revision[strlen(revision) - strlen(DIRTY)] = '\0';
	return g_strdup_printf("git checkout %s\n%s", revision,
		record_env(p->report->record, "changes") ? "git apply DIR/changes.diff\n"
							 : "");
}

static void
say_changes(struct page *p)
{
	const char *revision = p->report->revision;
	const char *left_out = record_env(p->report->record, "changes_left_out");
	if (strcmp(revision, "unknown") == 0)
		say(p, "Of which revision the tree was is not known.");
	else if (record_env(p->report->record, "changes"))
		say(p,
			"The tree was not as that revision has it: changes.diff says in "
			"what, and DIR is this page's directory.%s%s%s",
			left_out ? " Not in it: " : "", left_out ? left_out : "",
			left_out ? "." : "");
	else if (g_str_has_suffix(revision, DIRTY))
		say(p,
			"The tree was not as that revision has it, and what was changed "
			"is not kept%s%s.",
			left_out ? ": " : "", left_out ? left_out : "");
}

/* The build that setup.sh's commands make is what most runs were measured with. */
static void
say_build(struct page *p)
{
	static const struct {
		const char *key, *usual;
	} words[] = { { "buildtype", "release" }, { "c_args", "" },
		{ "sanitize", "none" },
		{ "options", "simd=true debug=false b_lto=false b_ndebug=true b_pgo=off "
			     "cpp_args=[]" } };
	g_autoptr(GString) other = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		const char *is = record_env(p->report->record, words[i].key);
		if (is && strcmp(is, words[i].usual) != 0)
			g_string_append_printf(other, "%s%s: %s", other->len ? "; " : "",
				words[i].key, is);
	}
	if (other->len)
		say(p, "It was built in another way than that: %s.", other->str);
}

static void
put_again(struct page *p)
{
	const char *command = record_env(p->report->record, "command");
	const char *options = command ? strchr(command, ' ') : NULL;
	g_autofree char *revision = checkout_line(p);
	g_autofree char *text = g_strdup_printf(
		"%sscripts/setup.sh run\n"
		"meson setup --buildtype=release -Db_ndebug=true build-release\n"
		"meson compile -C build-release\n"
		"build-release/harness/artbench%s",
		revision, options ? options : " run --help");
	doc_heading(&p->doc, "To do exactly this again");
	doc_code(&p->doc, text);
	say(p,
		"The key file's SHA-256 is %s; data/get.sh fetches those that have a "
		"name. Give --results another name.",
		record_env(p->report->record, "sha256")
			? record_env(p->report->record, "sha256")
			: "unknown");
	say_build(p);
	say_changes(p);
}

/* ---- the page ---- */

static void
put_ratios(struct page *p)
{
	put_table(p, TABLE_OF_RATIOS, "Speed against the reference",
		"In-round ratio of speeds, its median and 95 % interval; above 1 is "
		"faster. A:A: the reference against itself.");
	put_apart(p, TABLE_OF_RATIOS,
		"Slow and fast rounds apart; fewer than 3 have no interval.");
	if (p->report->reference == p->report->twice) /* to which its ratios are */
		put_picture(
			p, "ratios", "Speed against the reference, with 95 % intervals.");
}

static void
put_counters(struct page *p)
{
	struct table t = report_counters(p->report);
	if (t.lines > 1) {
		doc_heading(&p->doc, "What the processor counted");
		doc_table(&p->doc, REPORT_COUNTERS ".", &t);
	}
	table_clear(&t);
}

static void
put_all(struct page *p)
{
	put_verdict(p);
	put_notes(p, true);
	put_table(p, TABLE_FOR_PEOPLE, "The table", NULL);
	put_notes(p, false);
	if (!put_picture(p, "headline", "Bytes per key against lookups per second.") &&
		p->doc.html && p->pictures)
		say(p, "No pictures: scripts/plot.sh DIR draws them, if DIR is this "
		       "page's directory, and artbench report DIR puts them here.");
	put_table(p, TABLE_OF_MEMORY, "Memory",
		"Bytes per key, the median of the rounds. RSS and heap are what loading "
		"adds to a fresh process; exact is what the structure counts itself, by "
		"class.");
	put_picture(p, "memory", "Bytes per key by class.");
	put_picture(p, "ladder", "The ladder of layouts: bytes per key and lookups.");
	put_picture(p, "grid",
		"Points of a variant's parameters: bytes per key and lookups.");
	page_bridge(p);
	page_churn(p);
	put_picture(p, "growth", "Resident memory while the keys are loaded.");
	if (p->report->reference)
		put_ratios(p);
	put_table(p, TABLE_OF_RATES, "Speed",
		"Millions a second: the median of the rounds, by how much a round is off "
		"it in the middle (MdAPE), and the minimum and the maximum.");
	put_apart(p, TABLE_OF_RATES, "Slow and fast rounds apart.");
	put_picture(p, "throughput", "Speed of each workload.");
	page_batches(p);
	put_picture(p, "batch", "Many keys in a call, over one by one.");
	put_counters(p);
	page_latency(p);
	put_picture(p, "latency", "Latency of single operations.");
	page_census(p);
	put_again(p);
	put_environment(p);
}

void
page_into(struct doc *d, const struct report *r, bool pictures)
{
	struct page p = { .doc = *d, .report = r, .pictures = pictures };
	p.facts = facts_new(r->record->rows);
	p.cohorts = cohorts_by_host(r->record->rows, r->reference, false);
	put_all(&p);
	facts_free(p.facts);
	g_array_unref(p.cohorts);
	*d = p.doc;
}

char *
page_new(const struct report *r, bool html)
{
	struct doc d;
	g_autofree char *title = g_strdup_printf(
		"%s: %zu keys, revision %s", r->dataset, r->keys, r->revision);
	doc_begin(&d, html, title);
	page_into(&d, r, true);
	return doc_end(&d);
}
