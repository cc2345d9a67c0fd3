/* report.c: see report.h. A table is an array of columns (columns.h). */
#include <math.h>
#include <stdarg.h>
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
	struct table t = { columns->len, 1 + r->about.variants->len,
		g_ptr_array_new_with_free_func(g_free) };
	for (guint i = 0; i < columns->len; i++)
		g_ptr_array_add(
			t.cells, g_strdup(g_array_index(columns, struct column, i).name));
	for (guint v = 0; v < r->about.variants->len; v++) {
		struct digest d = digest_of(r->about.variants->pdata[v],
			r->about.reference, facts, r->about.keys);
		struct context c = { &r->about, &d, noise };
		for (guint i = 0; i < columns->len; i++) {
			const struct column *column = &g_array_index(
				columns, struct column, i);
			GString *cell = g_string_new(NULL);
			column->cell(cell, &c, column->arg);
			g_ptr_array_add(t.cells, g_string_free(cell, FALSE));
		}
	}
	facts_free(facts);
	return t;
}

static const char *
cell_at(const struct table *t, size_t line, size_t column)
{
	return t->cells->pdata[line * t->columns + column];
}

static void
print_tsv(const struct table *t, FILE *out)
{
	for (size_t i = 0; i < t->lines; i++)
		for (size_t j = 0; j < t->columns; j++)
			fprintf(out, "%s%c", cell_at(t, i, j),
				j + 1 < t->columns ? '\t' : '\n');
}

/* Length of the part of a column's name that goes on the upper of two lines. */
static size_t
upper_part(const char *name)
{
	const char *space = strrchr(name, ' ');
	return space ? (size_t)(space - name) : 0;
}

static const char *
lower_part(const char *name)
{
	size_t n = upper_part(name);
	return n ? name + n + 1 : name;
}

static int
width(const struct table *t, size_t column)
{
	const char *name = cell_at(t, 0, column);
	size_t most = MAX(upper_part(name), strlen(lower_part(name)));
	for (size_t i = 1; i < t->lines; i++)
		most = MAX(most, strlen(cell_at(t, i, column)));
	return (int)most;
}

/* The first `n` bytes of `s`, padded but for the last column, where what failed is
 * said at length. */
static void
print_cell(const struct table *t, size_t column, const char *s, size_t n, FILE *out)
{
	bool first = column == 0, last = column + 1 == t->columns;
	int w = last ? 0 : first ? -width(t, column) : width(t, column);
	fprintf(out, "%s%*.*s%s", first ? "" : "  ", w, (int)n, s, last ? "\n" : "");
}

static void
print_text(const struct table *t, FILE *out)
{
	for (size_t j = 0; j < t->columns; j++)
		print_cell(t, j, cell_at(t, 0, j), upper_part(cell_at(t, 0, j)), out);
	for (size_t i = 0; i < t->lines; i++)
		for (size_t j = 0; j < t->columns; j++) {
			const char *cell = cell_at(t, i, j);
			const char *s = i ? cell : lower_part(cell);
			print_cell(t, j, s, strlen(s), out);
		}
}

static void
print_markdown(const struct table *t, FILE *out)
{
	for (size_t i = 0; i < t->lines; i++) {
		for (size_t j = 0; j < t->columns; j++) {
			g_auto(GStrv) parts = g_strsplit(cell_at(t, i, j), "|", 0);
			g_autofree char *escaped = g_strjoinv("\\|", parts);
			fprintf(out, "| %s ", escaped);
		}
		fputs("|\n", out);
		for (size_t j = 0; i == 0 && j < t->columns; j++)
			fprintf(out, "%s", j ? "---:|" : "|---|");
		fputs(i ? "" : "\n", out);
	}
}

/* ---- what stands below a table for people ---- */

static void
append_names(GString *out, const struct report *r, uint32_t cap)
{
	for (guint i = 0; i < r->about.variants->len; i++) {
		const struct ab_variant *v = r->about.variants->pdata[i];
		if (v->caps & cap)
			g_string_append_printf(
				out, "%s%s", out->len ? ", " : "", v->name);
	}
}

static void
note_caps(GPtrArray *notes, const struct report *r)
{
	const struct {
		uint32_t cap;
		size_t above; /* keys */
		const char *note;
	} all[] = {
		{ AB_OWN_ALLOC, 0, "own allocation, hence no exact figure" },
		{ AB_BORROWS_KEYS, 0, "borrowed keys, which its bytes leave out" },
		{ AB_SLOW_WRITES, SLOW_WRITES_UP_TO,
			"loaded in bulk, since inserts are O(n); so its keys lie in "
			"order, which favours its scans and lookups" },
		{ AB_HOLDS_NOTHING, 0,
			"no index at all: what the measuring itself costs" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		g_autoptr(GString) names = g_string_new(NULL);
		append_names(names, r, all[i].cap);
		if (names->len && r->about.keys > all[i].above)
			g_ptr_array_add(notes,
				g_strdup_printf("%s: %s.", names->str, all[i].note));
	}
}

static void note(GPtrArray *notes, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
note(GPtrArray *notes, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_ptr_array_add(notes, g_strdup_vprintf(format, args));
	va_end(args);
}

/* Above this share of the wall time the processor was somebody else's. */
static const double busy_above = 0.1;
/* The reference against itself may be off by as much. */
static const double noise_above = 0.02;

static void
note_noise(GPtrArray *notes, const struct report *r, const struct facts *facts)
{
	g_autoptr(GString) off = g_string_new(NULL);
	g_autoptr(GString) all = g_string_new(NULL);
	for (const struct workload *w = workloads; w->name; w++) {
		struct estimate e = digest_noise(r->about.reference, facts, w);
		if (!e.n)
			continue;
		bool noisy = fabs(e.median - 1) > noise_above;
		GString *to = noisy ? off : all;
		g_string_append_printf(
			to, "%s%s %.3f", to->len ? ", " : "", w->name, e.median);
	}
	if (off->len)
		note(notes,
			"NOISY: %s against itself (A:A) is off by more than %.0f %%: %s. "
			"Trust no ratio that is not further from 1 than that.",
			r->about.reference->name, noise_above * 100, off->str);
	if (all->len)
		note(notes, "A:A, %s against itself: %s.", r->about.reference->name,
			all->str);
}

static void
note_malloc(GPtrArray *notes, const struct report *r)
{
	const char *used = r->about.malloc;
	if (strcmp(used, "glibc") != 0 && strcmp(used, "unknown") != 0)
		note(notes, "Measured with %s in place of the C library's malloc.", used);
}

/* Where the contestants would not have fitted in memory together, or were not to. */
static void
note_turns(GPtrArray *notes, const struct report *r, const struct facts *facts)
{
	const struct ab_variant *v = r->about.variants->pdata[0];
	unsigned alone = 0, laps = facts_laps(facts);
	for (unsigned i = 0; i < laps; i++)
		alone += facts_get(facts, i, v->name, "speed", "-", "in_turns") == 0;
	if (alone)
		note(notes,
			"One contestant ran after another, not in turns, in %u of %u "
			"rounds: their ratios are less sure.",
			alone, laps);
}

static void
note_hosts(GPtrArray *notes, const struct report *r, const struct facts *facts)
{
	bool several = false;
	for (unsigned i = 1; i < facts_laps(facts); i++)
		several = several || facts_host(facts, i) != facts_host(facts, 0);
	if (several)
		note(notes,
			"MIXED: measured on several hosts (%s). Ratios are taken within "
			"one host and round and stand; speeds in M/s are medians over "
			"all of them. A round of which two hosts had a part counts as "
			"two.",
			r->about.host);
	if (r->about.missing && strcmp(r->about.missing, "none") != 0)
		note(notes, "INCOMPLETE: not measured: %s.", r->about.missing);
}

static void
note_speeds(GPtrArray *notes, const struct report *r, const struct facts *facts)
{
	g_autofree double *speeds = digest_speeds(r->about.variants, facts);
	struct two_speeds two = stats_two_speeds(speeds, facts_laps(facts));
	if (two.found)
		note(notes,
			"The machine ran at two speeds: %zu round%s at %.2f of its "
			"median speed, %zu at %.2f. Ratios are within rounds and stand; "
			"speeds are a mixture.",
			two.n_slow, two.n_slow == 1 ? "" : "s", two.slow, two.n_fast,
			two.fast);
}

static void
note_troubles(GPtrArray *notes, const struct report *r, const struct facts *facts)
{
	double busy = 0;
	for (guint i = 0; i < r->about.variants->len; i++) {
		struct digest d = digest_of(
			r->about.variants->pdata[i], NULL, facts, r->about.keys);
		if (strcmp(d.failure, "ok") != 0)
			note(notes, "FAILED: %s: %s.", d.v->name, d.failure);
		else if (d.off_heap != 0)
			note(notes,
				"FLAGGED: %s: heap and exact disagree by %.0f bytes "
				"beyond "
				"what malloc rounds up: do not trust its exact figure.",
				d.v->name, d.off_heap);
		busy = MAX(busy, d.busy);
	}
	if (busy > busy_above)
		note(notes,
			"FLAGGED: the machine was busy: in some measurement other work "
			"had the processor for %.0f %% of the time. Trust no speed; run "
			"it "
			"again on a quiet machine.",
			busy * 100);
}

static void
note_ratios(GPtrArray *notes, const struct report *r, unsigned rounds)
{
	if (!r->about.reference)
		return;
	const char *name = r->about.reference->name;
	note(notes,
		"vs %s: RSS against it; hit: the median of the ratios within each round "
		"and its 95 %% interval (sign test). 'unresolved': the interval includes "
		"1%s.",
		name,
		rounds < STATS_ROUNDS_LEAST
			? ", or, as here, the rounds are too few for one: 6 are the least"
			: "");
}

GPtrArray *
report_notes(const struct report *r)
{
	const struct report_about *a = &r->about;
	GPtrArray *notes = g_ptr_array_new_with_free_func(g_free);
	struct facts *facts = facts_new(r->rows);
	unsigned rounds = facts_laps(facts);
	note(notes,
		"Data: %s, %zu keys, %zu key bytes. Inserted in %s order, values %s, "
		"seed %s, median of %u round%s.",
		a->dataset, a->keys, a->key_bytes, a->order, a->values, a->seed, rounds,
		rounds == 1 ? "" : "s");
	note(notes, "Revision %s on %s.", a->revision, a->host);
	note(notes, "B/key: bytes that loading added to a fresh process, by key: RSS "
		    "resident "
		    "anonymous pages, heap malloc's account, exact the structure's own "
		    "count. "
		    "MB: 10^6 bytes. M/s: millions a second.");
	note_ratios(notes, r, rounds);
	note(notes,
		"Claimed, by MemKV's README for its own 967K URLs of 49 MB and no other "
		"data: boxed 145, arena-key 84, arena-prefix 68, Rust BTreeMap 133 "
		"B/key; "
		"its author later published 208 for the 68 and 125 for the 133.");
	note_caps(notes, r);
	note_malloc(notes, r);
	note_noise(notes, r, facts);
	note_turns(notes, r, facts);
	note_hosts(notes, r, facts);
	note_speeds(notes, r, facts);
	note_troubles(notes, r, facts);
	facts_free(facts);
	return notes;
}

static void
print_notes(const struct report *r, const char *bullet, FILE *out)
{
	g_autoptr(GPtrArray) notes = report_notes(r);
	fputc('\n', out);
	for (guint i = 0; i < notes->len; i++)
		fprintf(out, "%s%s\n", bullet, (const char *)notes->pdata[i]);
}

/* ---- the reports ---- */

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
	print_text(&t, out);
	print_notes(r, "", out);
	g_ptr_array_unref(t.cells);
}

void
report_markdown(const struct report *r, FILE *out)
{
	struct table t = report_table(r, TABLE_FOR_PEOPLE);
	print_markdown(&t, out);
	print_notes(r, "* ", out);
	g_ptr_array_unref(t.cells);
}

void
report_tsv(const struct report *r, FILE *out)
{
	struct table t = report_table(r, TABLE_FOR_PROGRAMS);
	print_tsv(&t, out);
	g_ptr_array_unref(t.cells);
}

void
report_summary(const struct report *r, FILE *out)
{
	struct table t = report_table(r, TABLE_FOR_PLOTS);
	print_tsv(&t, out);
	g_ptr_array_unref(t.cells);
}
