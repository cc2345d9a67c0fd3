/* compare.c: see compare.h. */
#include <math.h>
#include <string.h>
#include "compare.h"

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
	const struct ab_variant *of_a = report_subject(c->a.report)->reference;
	const struct ab_variant *of_b = report_subject(c->b.report)->reference;
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
	if (run->cohorts)
		g_array_unref(run->cohorts);
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
	const struct report_about *of_a = report_subject(c->a.report);
	const struct report_about *of_b = report_subject(c->b.report);
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
	if (c->variants)
		g_ptr_array_unref(c->variants);
	if (c->wanted)
		g_ptr_array_unref(c->wanted);
	if (c->hosts)
		g_array_unref(c->hosts);
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

struct compare_change
compare_change(
	const struct compare *c, const struct ab_variant *v, const struct workload *w)
{
	g_autofree double *a = ratios_in(c, &c->a, v, w);
	g_autofree double *b = ratios_in(c, &c->b, v, w);
	size_t na = facts_laps(c->a.facts), nb = facts_laps(c->b.facts);
	return (struct compare_change){ stats_spread(a, na), stats_spread(b, nb),
		stats_ratio_of_ratios(a, na, b, nb) };
}

bool
compare_has_ratio(const struct compare *c, const struct ab_variant *v)
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

static void
add_interval(struct table *t, const struct estimate *e)
{
	if (e->coverage > 0)
		table_say(t, "%.3f..%.3f, %s", e->lo, e->hi, verdict(e));
	else
		table_say(t, "%s", verdict(e));
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
add_bytes(struct table *t, const struct compare *c, const struct ab_variant *v,
	void (*add_line)(struct table *t, const struct bytes *x))
{
	for (enum measure m = 0; m < MEASURES; m++)
		for (guint h = 0; h < c->hosts->len; h++) {
			struct bytes x = { .v = v, .m = m };
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
	for (guint i = 0; i < c->variants->len; i++)
		add_bytes(&t, c, c->variants->pdata[i], add_bytes_for_people);
	return t;
}

/* ---- ratios of ratios ---- */

struct table
compare_speed(const struct compare *c)
{
	g_autofree char *a = g_strconcat("A vs ", c->reference->name, NULL);
	g_autofree char *b = g_strconcat("B vs ", c->reference->name, NULL);
	const char *const names[] = { "variant", "workload", a, b, "B/A", "95 % interval",
		NULL };
	struct table t = table_named(names);
	for (guint i = 0; i < c->variants->len; i++)
		for (guint k = 0; k < c->wanted->len; k++) {
			const struct ab_variant *v = c->variants->pdata[i];
			const struct workload *w = c->wanted->pdata[k];
			struct compare_change x = compare_change(c, v, w);
			if (!compare_has_ratio(c, v) || !(x.a.n || x.b.n))
				continue;
			table_say(&t, "%s", v->name);
			table_say(&t, "%s", w->name);
			table_number(&t, 3, x.a.median);
			table_number(&t, 3, x.b.median);
			table_number(&t, 3, x.change.median);
			add_interval(&t, &x.change);
		}
	return t;
}

/* ---- all of it ---- */

static void
add_all_ratios(struct table *t, const struct compare *c, const struct ab_variant *v)
{
	for (guint k = 0; k < c->wanted->len && compare_has_ratio(c, v); k++) {
		const struct workload *w = c->wanted->pdata[k];
		struct compare_change x = compare_change(c, v, w);
		if (!x.a.n && !x.b.n)
			continue;
		table_say(t, "speed");
		table_say(t, "%s", v->name);
		table_say(t, "%s", w->name);
		table_say(t, "ratio");
		table_number(t, 6, x.a.median);
		table_number(t, 6, x.b.median);
		table_say(t, "-");
		table_number(t, 6, x.change.median);
		table_number(t, 6, x.change.lo);
		table_number(t, 6, x.change.hi);
		table_number(t, 0, (double)x.a.n);
		table_number(t, 0, (double)x.b.n);
		table_say(t, "%s", verdict(&x.change));
	}
}

struct table
compare_all(const struct compare *c)
{
	static const char *const names[] = { "kind", "variant", "figure", "unit", "a",
		"b", "difference", "change", "change_lo", "change_hi", "rounds_a",
		"rounds_b", "verdict", NULL };
	struct table t = table_named(names);
	for (guint i = 0; i < c->variants->len; i++)
		add_bytes(&t, c, c->variants->pdata[i], add_bytes_for_programs);
	for (guint i = 0; i < c->variants->len; i++)
		add_all_ratios(&t, c, c->variants->pdata[i]);
	return t;
}
