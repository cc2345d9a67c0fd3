/* compare.c: see compare.h. */
#include <math.h>
#include <string.h>
#include "compare.h"
#include "kept/part.h"

/* ---- can they be compared? ---- */

static bool
refuse(GError **error, const struct compare *c, const char *what, const char *remedy)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s and %s: %s; %s",
		c->a.record->dir, c->b.record->dir, what, remedy);
	return false;
}

static bool
are_of_the_same_keys(const struct compare *c, GError **error)
{
	const char *a = record_env(c->a.record, "fingerprint");
	const char *b = record_env(c->b.record, "fingerprint");
	if (!a || !b)
		return refuse(error, c, "one does not say which keys it is about",
			"measure it anew");
	return strcmp(a, b) == 0 || refuse(error, c, "they are about different keys",
					    "give runs on the same key file");
}

static bool
have_rows(const struct compare *c, GError **error)
{
	return (facts_laps(c->a.facts) && facts_laps(c->b.facts)) ||
	       refuse(error, c, "one has no rows yet",
		       "let it measure a round, see artbench run --resume");
}

static GPtrArray *
in_both(const GPtrArray *a, const GPtrArray *b)
{
	GPtrArray *both = g_ptr_array_new();
	for (guint i = 0; i < a->len; i++)
		if (g_ptr_array_find((GPtrArray *)b, a->pdata[i], NULL))
			g_ptr_array_add(both, a->pdata[i]);
	return both;
}

static bool
is_measured(const struct compare *c, const struct ab_variant *v)
{
	return v && g_ptr_array_find(c->variants, v, NULL) &&
	       strcmp(facts_failure(c->a.facts, v->name), "ok") == 0 &&
	       strcmp(facts_failure(c->b.facts, v->name), "ok") == 0;
}

static bool
find_reference(struct compare *c, GError **error)
{
	const struct ab_variant *of_a = c->a.report->reference;
	const struct ab_variant *of_b = c->b.report->reference;
	c->reference = is_measured(c, of_a) ? of_a : is_measured(c, of_b) ? of_b : NULL;
	return c->reference ||
	       refuse(error, c,
		       "they have no reference in common, so that no ratio of one is "
		       "one of the other",
		       "measure with --reference a variant that the other has");
}

static struct compare_run
open_run(const struct record *record)
{
	return (struct compare_run){ record, report_new(record), facts_new(record->rows),
		cohorts_by_host(record->rows, NULL, false) };
}

static void
close_run(struct compare_run *run)
{
	report_free(run->report);
	facts_free(run->facts);
	g_clear_pointer(&run->cohorts, g_array_unref);
}

static GArray *
hosts_of(const struct compare *c)
{
	GArray *hosts = g_array_new(FALSE, FALSE, sizeof(struct compare_host));
	bool several = c->a.cohorts->len > 1 || c->b.cohorts->len > 1;
	for (guint i = 0; i < c->a.cohorts->len; i++)
		for (guint k = 0; k < c->b.cohorts->len; k++) {
			const struct facts *a = cohort_at(c->a.cohorts, i)->facts;
			const struct facts *b = cohort_at(c->b.cohorts, k)->facts;
			struct compare_host both = { a, b,
				several ? facts_host(a, 0) : NULL };
			if (!several || facts_host(a, 0) == facts_host(b, 0))
				g_array_append_val(hosts, both);
		}
	return hosts;
}

bool
compare_open(
	struct compare *c, const struct record *a, const struct record *b, GError **error)
{
	*c = (struct compare){ .a = open_run(a), .b = open_run(b) };
	const struct report *of_a = c->a.report;
	const struct report *of_b = c->b.report;
	c->variants = in_both(of_a->variants, of_b->variants);
	c->wanted = in_both(of_a->wanted, of_b->wanted);
	if (!are_of_the_same_keys(c, error) || !have_rows(c, error))
		return false;
	c->hosts = hosts_of(c);
	if (!c->variants->len)
		return refuse(error, c, "they have no variant in common",
			"measure with --variants what the other has");
	return find_reference(c, error);
}

void
compare_close(struct compare *c)
{
	close_run(&c->a);
	close_run(&c->b);
	g_clear_pointer(&c->variants, g_ptr_array_unref);
	g_clear_pointer(&c->wanted, g_ptr_array_unref);
	g_clear_pointer(&c->hosts, g_array_unref);
	*c = (struct compare){ 0 };
}

/* ---- figures ---- */

/* Nobody's name, of whom there are no figures, if it failed. */
static const char *
name_in(const struct compare_run *run, const struct ab_variant *v)
{
	bool failed = strcmp(facts_failure(run->facts, v->name), "ok") != 0;
	return failed ? "" : v->name;
}

static double *
ratios_in(const struct compare *c, const struct compare_run *run,
	const struct ab_variant *v, const struct workload *w)
{
	return digest_ratios(run->facts, name_in(run, v), c->reference->name, w);
}

/* In-round ratios of a contestant's speed to the reference's. */
struct change {
	struct spread a, b;
	struct estimate change; /* of the ratio, from A to B; n is 0: one has none */
};

static struct change
change_of(const struct compare *c, const struct ab_variant *v, const struct workload *w)
{
	g_autofree double *a = ratios_in(c, &c->a, v, w);
	g_autofree double *b = ratios_in(c, &c->b, v, w);
	size_t na = facts_laps(c->a.facts), nb = facts_laps(c->b.facts);
	return (struct change){ stats_spread(a, na), stats_spread(b, nb),
		stats_ratio_of_ratios(a, na, b, nb) };
}

/* Can its ratio change: is it neither the reference nor the floor? */
static bool
has_ratio(const struct compare *c, const struct ab_variant *v)
{
	return v != c->reference && !(v->caps & AB_HOLDS_NOTHING);
}

/* ---- cells ---- */

/* Nothing is 0, whatever its sign. */
static void
add_difference(struct table *t, int digits, double x, const char *unit)
{
	if (isfinite(x) && x != 0)
		table_say(t, "%+.*f%s", digits, x, unit);
	else
		table_number(t, 0, fabs(x));
}

static const char *
verdict(const struct estimate *e)
{
	if (!stats_resolved(e))
		return e->n ? "unresolved" : "-";
	return e->lo > 1 ? "faster" : "slower";
}

/* The same, with ", within 3 %" where that is asked for and true; g_free it. */
static char *
verdict_within(const struct compare *c, const struct estimate *e)
{
	return c->margin > 0 && stats_is_within(e, c->margin)
		       ? g_strdup_printf("%s, within %g %%", verdict(e), c->margin * 100)
		       : g_strdup(verdict(e));
}

static void
add_interval(struct table *t, const struct compare *c, const struct estimate *e)
{
	g_autofree char *said = verdict_within(c, e);
	if (e->coverage > 0)
		table_say(t, "%.3f..%.3f, %s", e->lo, e->hi, said);
	else
		table_say(t, "%s", said);
}

/* ---- bytes ---- */

static const struct {
	const char *name, *for_people; /* NULL: not for them */
} figures[MEASURES] = {
	[M_RSS] = { "rss", "RSS" },
	[M_HEAP] = { "heap", "heap" },
	[M_EXACT] = { "exact", "exact" },
	[M_INNER] = { "inner", NULL },
	[M_LEAF] = { "leaf", NULL },
	[M_KEY] = { "key", NULL },
	[M_SLACK] = { "slack", NULL },
	[M_PEAK] = { "peak_rss", "peak RSS" },
	[M_HALF] = { "half_rss", "RSS, half deleted" },
	[M_NOTHING] = { "emptied_rss", "RSS, all deleted" },
};

/* A line's figures. */
struct bytes {
	const struct ab_variant *v;
	enum measure m;
	const char *host; /* NULL: need not be named */
	double a, b;
};

/* On one host, in either run; false: in neither. */
static bool
bytes_in_both(const struct compare *c, struct bytes *x, guint host)
{
	const struct compare_host *h = &g_array_index(
		c->hosts, struct compare_host, host);
	x->host = h->name;
	x->a = digest_bytes(h->a, name_in(&c->a, x->v), x->m);
	x->b = digest_bytes(h->b, name_in(&c->b, x->v), x->m);
	return !isnan(x->a) || !isnan(x->b);
}

static void
add_bytes(struct table *t, const struct compare *c,
	void (*add_line)(struct table *t, const struct bytes *x))
{
	for (guint i = 0; i < c->variants->len; i++)
		for (enum measure m = 0; m < MEASURES; m++)
			for (guint h = 0; h < c->hosts->len; h++) {
				struct bytes x = { .v = c->variants->pdata[i], .m = m };
				if (bytes_in_both(c, &x, h))
					add_line(t, &x);
			}
}

static void
add_bytes_for_people(struct table *t, const struct bytes *x)
{
	if (!figures[x->m].for_people)
		return;
	table_say(t, "%s", x->v->name);
	table_say(t, "%s%s%s", figures[x->m].for_people, x->host ? ", " : "",
		x->host ? x->host : "");
	table_number(t, 0, x->a);
	table_number(t, 0, x->b);
	add_difference(t, 0, x->b - x->a, "");
	add_difference(t, 2, (x->b / x->a - 1) * 100, " %");
}

static void
add_bytes_for_programs(struct table *t, const struct bytes *x)
{
	table_say(t, "memory");
	table_say(t, "%s", x->v->name);
	table_say(t, "%s%s%s", figures[x->m].name, x->host ? "@" : "",
		x->host ? x->host : "");
	table_say(t, "bytes");
	table_number(t, 0, x->a);
	table_number(t, 0, x->b);
	table_number(t, 0, x->b - x->a);
	table_number(t, 6, x->b / x->a);
	for (int rest = 0; rest < 5; rest++)
		table_say(t, "-");
}

struct table
compare_memory(const struct compare *c)
{
	static const char *const names[] = { "variant", "figure", "A", "B", "difference",
		"change", NULL };
	struct table t = table_named(names);
	add_bytes(&t, c, add_bytes_for_people);
	return t;
}

/* ---- ratios of ratios ---- */

typedef void add_change(struct table *t, const struct compare *c, const char *variant,
	const char *workload, const struct change *x);

static void
add_changes(struct table *t, const struct compare *c, add_change *add_line)
{
	for (guint i = 0; i < c->variants->len; i++)
		for (guint k = 0; k < c->wanted->len; k++) {
			const struct ab_variant *v = c->variants->pdata[i];
			const struct workload *w = c->wanted->pdata[k];
			struct change x = change_of(c, v, w);
			if (has_ratio(c, v) && (x.a.n || x.b.n))
				add_line(t, c, v->name, w->name, &x);
		}
}

static void
add_change_for_people(struct table *t, const struct compare *c, const char *variant,
	const char *workload, const struct change *x)
{
	table_say(t, "%s", variant);
	table_say(t, "%s", workload);
	table_number(t, 3, x->a.median);
	table_number(t, 3, x->b.median);
	table_number(t, 3, x->change.median);
	add_interval(t, c, &x->change);
}

struct table
compare_speed(const struct compare *c)
{
	g_autofree char *a = g_strconcat("A vs ", c->reference->name, NULL);
	g_autofree char *b = g_strconcat("B vs ", c->reference->name, NULL);
	const char *const names[] = { "variant", "workload", a, b, "B/A", "95 % interval",
		NULL };
	struct table t = table_named(names);
	add_changes(&t, c, add_change_for_people);
	return t;
}

/* ---- all of it ---- */

static void
add_change_for_programs(struct table *t, const struct compare *c, const char *variant,
	const char *workload, const struct change *x)
{
	g_autofree char *said = verdict_within(c, &x->change);
	table_say(t, "speed");
	table_say(t, "%s", variant);
	table_say(t, "%s", workload);
	table_say(t, "ratio");
	table_number(t, 6, x->a.median);
	table_number(t, 6, x->b.median);
	table_say(t, "-");
	table_number(t, 6, x->change.median);
	table_number(t, 6, x->change.lo);
	table_number(t, 6, x->change.hi);
	table_number(t, 0, (double)x->a.n);
	table_number(t, 0, (double)x->b.n);
	table_say(t, "%s", said);
}

struct table
compare_all(const struct compare *c)
{
	static const char *const names[] = { "kind", "variant", "figure", "unit", "a",
		"b", "difference", "change", "change_lo", "change_hi", "rounds_a",
		"rounds_b", "verdict", NULL };
	struct table t = table_named(names);
	add_bytes(&t, c, add_bytes_for_programs);
	add_changes(&t, c, add_change_for_programs);
	return t;
}

/* ---- notes ---- */

/* What env.txt of a run says. */
static const char *
said(const struct compare_run *run, const char *key)
{
	return record_said(run->record, key);
}

static void
note_run(GPtrArray *notes, char letter, const struct compare_run *run)
{
	unsigned rounds = facts_laps(run->facts);
	const char *outcome = record_env(run->record, "outcome");
	report_note(notes, "%c: %s, revision %s on %s, begun %s, %u round%s%s%s.", letter,
		run->record->dir, said(run, "revision"), said(run, "host"),
		said(run, "start"), rounds, rounds == 1 ? "" : "s",
		outcome ? "" : "; it has not ended",
		run->record->torn ? "; its last row was cut off and is left out" : "");
}

/* ---- what came out ---- */

static void
note_changes(GPtrArray *notes, const struct compare *c)
{
	unsigned all = 0, resolved = 0, ratios = 0;
	double by_chance = 0;
	for (guint i = 0; i < c->variants->len; i++)
		for (guint k = 0; k < c->wanted->len; k++) {
			const struct ab_variant *v = c->variants->pdata[i];
			struct estimate e = change_of(c, v, c->wanted->pdata[k]).change;
			ratios += has_ratio(c, v) && e.n;
			if (!has_ratio(c, v) || !(e.coverage > 0))
				continue;
			all++;
			resolved += stats_resolved(&e);
			by_chance += 1 - e.coverage;
		}
	report_note(notes,
		"B/A: by how much the in-round ratio to %s changed, the median of all "
		"quotients of one of B and one of A (Hodges and Lehmann) and its 95 %% "
		"interval (Moses). 'unresolved': the interval includes 1, or the rounds "
		"are too few for one. It knows the noise within the runs, not a machine "
		"in another state from one to the other: what two runs of the same "
		"program differ by is no change.",
		c->reference->name);
	if (all)
		report_note(notes,
			"%u of %u changes are resolved. If nothing had changed, about "
			"%.1f would be.",
			resolved, all, by_chance);
	else if (ratios)
		report_note(notes,
			"No change has an interval: the rounds are too few for one.");
	else
		report_note(notes, "No ratio can be compared: no variant but the "
				   "reference has figures of a workload in both.");
}

/* ---- what is in one only ---- */

static void
note_only(GPtrArray *notes, char letter, const struct report *own,
	const struct report *other)
{
	g_autoptr(GString) names = g_string_new(NULL);
	for (guint i = 0; i < own->variants->len; i++) {
		const struct ab_variant *v = own->variants->pdata[i];
		if (!g_ptr_array_find(other->variants, v, NULL))
			report_append_name(names, v->name);
	}
	for (guint i = 0; i < own->wanted->len; i++) {
		const struct workload *w = own->wanted->pdata[i];
		if (!g_ptr_array_find(other->wanted, w, NULL))
			report_append_name(names, w->name);
	}
	if (names->len)
		report_note(notes, "Only in %c, and left out: %s.", letter, names->str);
}

static void
note_reference(GPtrArray *notes, const struct compare *c)
{
	const struct ab_variant *a = c->a.report->reference;
	const struct ab_variant *b = c->b.report->reference;
	if (a != b)
		report_note(notes,
			"The reference of A was %s, and that of B %s; here all ratios "
			"are to %s.",
			a ? a->name : "none", b ? b->name : "none", c->reference->name);
}

/* ---- how their environments differ ---- */

/* What has no bearing on a ratio within a round or on bytes, and what other notes
 * say. */
static bool
is_told_elsewhere(const char *key)
{
	static const char *const keys[] = { "revision", "host", "dataset", "variants",
		"workloads", "reference", "rounds", "until_resolved", "budget_s", "first",
		"timeout_s", "memory_mb", "ram_bytes", "google_benchmark", NULL };
	return g_strv_contains(keys, key);
}

static void
note_differences(GPtrArray *notes, const struct compare *c, enum part_fact kind)
{
	g_autoptr(GPtrArray) keys = part_disagreements(c->a.record, c->b.record, kind);
	for (guint i = 0; i < keys->len; i++) {
		const char *key = keys->pdata[i];
		if (!is_told_elsewhere(key))
			report_note(notes, "DIFFERENT: %s: %s in A, %s in B.", key,
				said(&c->a, key), said(&c->b, key));
	}
}

/* ---- all of them ---- */

static void
note_doubts(GPtrArray *notes, char letter, const struct compare_run *run)
{
	g_autoptr(GPtrArray) doubts = report_doubts(run->report);
	for (guint i = 0; i < doubts->len; i++)
		report_note(notes, "In %c: %s", letter, (const char *)doubts->pdata[i]);
}

GPtrArray *
compare_notes(const struct compare *c)
{
	GPtrArray *notes = g_ptr_array_new_with_free_func(g_free);
	const struct report *a = c->a.report;
	const struct report *b = c->b.report;
	note_run(notes, 'A', &c->a);
	note_run(notes, 'B', &c->b);
	report_note(notes, "Data: %s, %zu keys, %zu key bytes.", a->dataset, a->keys,
		a->key_bytes);
	note_changes(notes, c);
	note_reference(notes, c);
	note_only(notes, 'A', a, b);
	note_only(notes, 'B', b, a);
	if (!c->hosts->len)
		report_note(notes, "MIXED: no host is in both runs, and one is of "
				   "several: no bytes are compared.");
	note_differences(notes, c, OF_THE_RUN);
	note_differences(notes, c, OF_THE_MACHINE);
	note_doubts(notes, 'A', &c->a);
	note_doubts(notes, 'B', &c->b);
	return notes;
}
