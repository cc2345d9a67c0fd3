/* columns.c: the tables of report.h. A column is a name and a function that adds a cell
 * of it; a table is an array of columns. A cell of what was not measured is "-", and none
 * holds a tab or a newline. */
#include <math.h>
#include <string.h>
#include "cohort.h"
#include "kept/description.h"
#include "report.h"

/* What a line is about: the run, or some rounds of it, and one variant in it. */
struct context {
	const struct report *about;
	const struct digest *d;
	const struct cohort *cohort;
};

typedef void cell_fn(struct table *t, const struct context *c, int arg);

struct column {
	const char *name;
	cell_fn *cell;
	int arg; /* for `cell`: a measure, or a workload's id */
};

/* ---- cells ---- */

/* On one line. */
static void
text(struct table *t, const char *s)
{
	table_add(t, g_strdelimit(g_strdup(s), "\t\n\r", ' '));
}

/* A cell that is one text, or one number of so many digits after the point. */
#define TEXT(name, s)                                                                    \
	static void cell_##name(struct table *t, const struct context *c, int arg)       \
	{                                                                                \
		(void)arg;                                                               \
		text(t, s);                                                              \
	}
#define NUMBER(name, digits, x)                                                          \
	static void cell_##name(struct table *t, const struct context *c, int arg)       \
	{                                                                                \
		(void)arg;                                                               \
		table_number(t, digits, x);                                              \
	}

/* Resident bytes beyond what the keys and values take at the least that is counted; not
 * of one whose bytes have no keys in them. */
static double
above_floor(const struct context *c)
{
	bool has_keys = !(c->d->v->caps & (AB_BORROWS_KEYS | AB_HOLDS_NOTHING));
	return has_keys ? c->d->of[M_RSS].median - c->about->least : NAN;
}

TEXT(family, c->d->v->family)
TEXT(rung, c->d->v->rung ? c->d->v->rung : "-")
TEXT(status, c->d->failure)
TEXT(dataset, c->about->dataset)
TEXT(revision, c->about->revision)
TEXT(host, c->about->host)
NUMBER(index, 0, c->d->index)
NUMBER(rounds, 0, c->d->rounds)
NUMBER(keys, 0, (double)c->about->keys)
NUMBER(key_bytes, 0, (double)c->about->key_bytes)
NUMBER(claimed, 0, c->about->claimed && c->d->v->claimed > 0 ? c->d->v->claimed : NAN)
NUMBER(mb, 1, (double)c->about->keys * c->d->of[M_RSS].median / 1e6)
NUMBER(bytes, 1, c->d->of[arg].median)
NUMBER(above, 1, above_floor(c))
NUMBER(above_precise, 2, above_floor(c))
NUMBER(memory, 2, c->d->of[arg].median)
NUMBER(memory_precise, 4, c->d->of[arg].median)
NUMBER(mops, 3, c->d->rates[arg].mops.median)
NUMBER(mops_precise, 4, c->d->rates[arg].mops.median)
NUMBER(min, 4, c->d->rates[arg].mops.min)
NUMBER(max, 4, c->d->rates[arg].mops.max)
NUMBER(mdape, 4, c->d->rates[arg].mdape)
/* What one operation takes; at most in the slowest round, at least in the fastest. */
NUMBER(ns, 2, 1000 / c->d->rates[arg].mops.median)
NUMBER(ns_min, 2, 1000 / c->d->rates[arg].mops.max)
NUMBER(ns_max, 2, 1000 / c->d->rates[arg].mops.min)
/* An interval has no ends where too few rounds make none. */
NUMBER(ratio, 4, c->d->rates[arg].ratio.median)
NUMBER(ratio_lo, 4, c->d->rates[arg].ratio.lo)
NUMBER(ratio_hi, 4, c->d->rates[arg].ratio.hi)
/* To more digits than others, since it is held against a bound. */
NUMBER(noise, 6, c->cohort->noise.worst)

static void
cell_variant(struct table *t, const struct context *c, int arg)
{
	(void)arg;
	table_add(t, cohort_name(c->cohort, c->d->v->name));
}

static void
cell_label(struct table *t, const struct context *c, int arg)
{
	(void)arg;
	g_autofree char *label = cohort_name(c->cohort, c->d->v->label);
	text(t, label);
}

/* Right answers of those asked, or what went wrong. */
static void
cell_verified(struct table *t, const struct context *c, int arg)
{
	(void)arg;
	if (strcmp(c->d->failure, "ok") != 0)
		text(t, c->d->failure);
	else if (isnan(c->d->asked))
		text(t, "-");
	else
		table_say(t, "%.0f/%.0f", c->d->right, c->d->asked);
}

/* ---- cells for people ---- */

/* Enough of them to tell slow ones apart. */
static int
digits_of(double mops)
{
	return mops < 0.1 ? 4 : 2;
}

void
report_add_rate(struct table *t, double mops)
{
	table_number(t, digits_of(mops), mops);
}

static void
cell_rate(struct table *t, const struct context *c, int w)
{
	report_add_rate(t, c->d->rates[w].mops.median);
}

/* RSS against the reference: -49 % is half of it. */
static void
cell_percent(struct table *t, const struct context *c, int arg)
{
	(void)arg;
	double percent = (c->d->rss_ratio - 1) * 100;
	if (isnan(percent))
		text(t, "-");
	else if (fabs(percent) < 0.5)
		text(t, "0 %");
	else
		table_say(t, "%+.0f %%", percent);
}

/* Millions a second: median, how far off a round is in the middle, least and most. */
static void
cell_rate_spread(struct table *t, const struct context *c, int w)
{
	const struct rate *r = &c->d->rates[w];
	if (isnan(r->mops.median))
		text(t, "-");
	else
		table_say(t, "%.*f ±%.1f %%, %.2f to %.2f", digits_of(r->mops.median),
			r->mops.median, r->mdape * 100, r->mops.min, r->mops.max);
}

/* The reference's ratio to the reference, and what it was when measured (A:A). */
static void
add_itself(struct table *t, const struct estimate *again)
{
	if (again->n)
		table_say(t, "1 (A:A %.3f%s)", again->median,
			digest_is_noisy(again->median) ? " NOISY" : "");
	else
		text(t, "1");
}

static void
cell_interval(struct table *t, const struct context *c, int w)
{
	const struct estimate *r = &c->d->rates[w].ratio;
	if (isnan(r->median) || c->d->v->caps & AB_HOLDS_NOTHING)
		text(t, "-");
	else if (c->d->v == c->about->reference)
		add_itself(t, &c->cohort->noise.of[w]);
	else if (r->coverage > 0)
		table_say(t, "%.2f (%.2f..%.2f)%s", r->median, r->lo, r->hi,
			stats_resolved(r) ? "" : TABLE_UNRESOLVED);
	else
		table_say(t, "%.2f (-)" TABLE_UNRESOLVED, r->median);
}

/* Of a point, its parameters; see description_point. */
static void
cell_parameters(struct table *t, const struct context *c, int arg)
{
	(void)arg;
	g_autofree char *point = description_point(c->about->record, c->d->v->name);
	text(t, point ? point : "-");
}

/* Does `a` beat `b`: no more bytes and no fewer lookups, and not the same? */
static bool
beats(const struct digest *a, const struct digest *b)
{
	size_t hit = workload_named("hit")->id;
	double a_rss = a->of[M_RSS].median, b_rss = b->of[M_RSS].median;
	double a_hit = a->rates[hit].mops.median, b_hit = b->rates[hit].mops.median;
	return a_rss <= b_rss && a_hit >= b_hit && (a_rss < b_rss || a_hit > b_hit);
}

/* Is it on the Pareto front of what was measured beside it? */
static void
cell_pareto(struct table *t, const struct context *c, int arg)
{
	(void)arg;
	const struct report *r = c->about;
	bool on = !isnan(c->d->of[M_RSS].median) && !(c->d->v->caps & AB_HOLDS_NOTHING) &&
		  !isnan(c->d->rates[workload_named("hit")->id].mops.median);
	for (guint i = 0; on && i < r->variants->len; i++) {
		const struct ab_variant *v = r->variants->pdata[i];
		struct digest d = digest_of(v, r->reference, c->cohort->facts, r->keys);
		on = v->caps & AB_HOLDS_NOTHING || !beats(&d, c->d);
	}
	text(t, on ? "Pareto" : "-");
}

/* Where there is no column for each workload: the mark is that of the worst. */
static void
cell_only_interval(struct table *t, const struct context *c, int w)
{
	if (c->d->v == c->about->reference && digest_is_noisy(1 + c->cohort->noise.worst))
		table_say(
			t, "1 (NOISY: A:A off by %.1f %%)", 100 * c->cohort->noise.worst);
	else
		cell_interval(t, c, w);
}

/* ---- the tables ---- */

/* A column of a table, or one for each workload in it. */
struct template
{
	const char *name; /* with %s: a workload's, or the reference's */
	cell_fn *cell;
	int arg;
	enum { ONCE, HIT_ONLY, PER_CORE, PER_WORKLOAD } times;
};

static const struct template for_programs[] = {
	{ "variant", cell_variant, 0, ONCE },
	{ "keys", cell_keys, 0, ONCE },
	{ "key_bytes", cell_key_bytes, 0, ONCE },
	{ "rss_bytes_per_key", cell_memory, M_RSS, ONCE },
	{ "heap_bytes_per_key", cell_memory, M_HEAP, ONCE },
	{ "exact_bytes_per_key", cell_memory, M_EXACT, ONCE },
	{ "claimed_bytes_per_key", cell_claimed, 0, ONCE },
	{ "%s", cell_mops, 0, PER_WORKLOAD },
	{ "verified", cell_verified, 0, ONCE },
	{ "above_floor_bytes_per_key", cell_above_precise, 0, ONCE },
};

static const struct template for_people[] = {
	{ "variant", cell_variant, 0, ONCE },
	{ "RSS MB", cell_mb, 0, ONCE },
	{ "RSS B/key", cell_bytes, M_RSS, ONCE },
	{ "above floor", cell_above, 0, ONCE },
	{ "RSS vs %s", cell_percent, 0, ONCE },
	{ "heap B/key", cell_bytes, M_HEAP, ONCE },
	{ "exact B/key", cell_bytes, M_EXACT, ONCE },
	{ "claimed B/key", cell_claimed, 0, ONCE },
	{ "rounds", cell_rounds, 0, ONCE },
	{ "%s M/s", cell_rate, 0, PER_CORE },
	{ "hit vs %s", cell_only_interval, 0, HIT_ONLY },
	{ "verified", cell_verified, 0, ONCE },
};

static const struct template of_rates[] = {
	{ "variant", cell_variant, 0, ONCE },
	{ "%s", cell_rate_spread, 0, PER_WORKLOAD },
};

static const struct template of_ratios[] = {
	{ "variant", cell_variant, 0, ONCE },
	{ "%s", cell_interval, 0, PER_WORKLOAD },
};

static const struct template of_memory[] = {
	{ "variant", cell_variant, 0, ONCE },
	{ "RSS", cell_bytes, M_RSS, ONCE },
	{ "above floor", cell_above, 0, ONCE },
	{ "heap", cell_bytes, M_HEAP, ONCE },
	{ "exact", cell_bytes, M_EXACT, ONCE },
	{ "inner nodes", cell_bytes, M_INNER, ONCE },
	{ "leaves", cell_bytes, M_LEAF, ONCE },
	{ "key bytes", cell_bytes, M_KEY, ONCE },
	{ "slack", cell_bytes, M_SLACK, ONCE },
	{ "peak RSS while loading", cell_bytes, M_PEAK, ONCE },
	{ "RSS, half deleted, a remaining key", cell_bytes, M_HALF, ONCE },
	{ "RSS, all deleted", cell_bytes, M_NOTHING, ONCE },
	{ "claimed", cell_claimed, 0, ONCE },
};

static const struct template for_plots[] = {
	{ "variant", cell_variant, 0, ONCE },
	{ "label", cell_label, 0, ONCE },
	{ "family", cell_family, 0, ONCE },
	{ "rung", cell_rung, 0, ONCE },
	{ "index", cell_index, 0, ONCE },
	{ "status", cell_status, 0, ONCE },
	{ "keys", cell_keys, 0, ONCE },
	{ "key_bytes", cell_key_bytes, 0, ONCE },
	{ "dataset", cell_dataset, 0, ONCE },
	{ "revision", cell_revision, 0, ONCE },
	{ "host", cell_host, 0, ONCE },
	{ "noise", cell_noise, 0, ONCE },
	{ "rss_bpk", cell_memory_precise, M_RSS, ONCE },
	{ "heap_bpk", cell_memory_precise, M_HEAP, ONCE },
	{ "exact_bpk", cell_memory_precise, M_EXACT, ONCE },
	{ "inner_bpk", cell_memory_precise, M_INNER, ONCE },
	{ "leaf_bpk", cell_memory_precise, M_LEAF, ONCE },
	{ "key_bpk", cell_memory_precise, M_KEY, ONCE },
	{ "slack_bpk", cell_memory_precise, M_SLACK, ONCE },
	{ "peak_bpk", cell_memory_precise, M_PEAK, ONCE },
	{ "half_bpk", cell_memory_precise, M_HALF, ONCE },
	{ "emptied_bpk", cell_memory_precise, M_NOTHING, ONCE },
	{ "claimed_bpk", cell_claimed, 0, ONCE },
	{ "%s_mops", cell_mops_precise, 0, PER_WORKLOAD },
	{ "%s_min", cell_min, 0, PER_WORKLOAD },
	{ "%s_max", cell_max, 0, PER_WORKLOAD },
	{ "%s_mdape", cell_mdape, 0, PER_WORKLOAD },
	{ "%s_ratio", cell_ratio, 0, PER_WORKLOAD },
	{ "%s_ratio_lo", cell_ratio_lo, 0, PER_WORKLOAD },
	{ "%s_ratio_hi", cell_ratio_hi, 0, PER_WORKLOAD },
	{ "above_bpk", cell_above_precise, 0, ONCE },
	{ "verified", cell_verified, 0, ONCE },
};

static const struct template of_sweep[] = {
	{ "keys", cell_keys, 0, ONCE },
	{ "key_bytes", cell_key_bytes, 0, ONCE },
	{ "variant", cell_variant, 0, ONCE },
	{ "label", cell_label, 0, ONCE },
	{ "family", cell_family, 0, ONCE },
	{ "index", cell_index, 0, ONCE },
	{ "status", cell_status, 0, ONCE },
	{ "dataset", cell_dataset, 0, ONCE },
	{ "revision", cell_revision, 0, ONCE },
	{ "host", cell_host, 0, ONCE },
	{ "noise", cell_noise, 0, ONCE },
	{ "rss_bpk", cell_memory_precise, M_RSS, ONCE },
	{ "heap_bpk", cell_memory_precise, M_HEAP, ONCE },
	{ "exact_bpk", cell_memory_precise, M_EXACT, ONCE },
	{ "claimed_bpk", cell_claimed, 0, ONCE },
	{ "%s_ns", cell_ns, 0, PER_WORKLOAD },
	{ "%s_ns_min", cell_ns_min, 0, PER_WORKLOAD },
	{ "%s_ns_max", cell_ns_max, 0, PER_WORKLOAD },
	{ "%s_ratio", cell_ratio, 0, PER_WORKLOAD },
	{ "%s_ratio_lo", cell_ratio_lo, 0, PER_WORKLOAD },
	{ "%s_ratio_hi", cell_ratio_hi, 0, PER_WORKLOAD },
	{ "above_bpk", cell_above_precise, 0, ONCE },
	{ "verified", cell_verified, 0, ONCE },
};

static const struct template of_grid[] = {
	{ "point", cell_variant, 0, ONCE },
	{ "parameters", cell_parameters, 0, ONCE },
	{ "RSS B/key", cell_bytes, M_RSS, ONCE },
	{ "exact B/key", cell_bytes, M_EXACT, ONCE },
	{ "%s", cell_interval, 0, PER_WORKLOAD },
	{ "front", cell_pareto, 0, ONCE },
	{ "verified", cell_verified, 0, ONCE },
};

static void
append(GArray *columns, const struct template *t, const char *of, int arg)
{
	g_auto(GStrv) parts = g_strsplit(t->name, "%s", 2);
	g_autofree char *name = g_strconcat(parts[0], parts[1] ? of : "", parts[1], NULL);
	struct column c = { g_intern_string(name), t->cell, arg };
	g_array_append_val(columns, c);
}

/* "insert_mops"; a scan and a build count keys. */
static char *
rate_name(const struct workload *w)
{
	return g_strconcat(w->name, w->pass->whole ? "_mkeys" : "_mops", NULL);
}

/* The columns of a workload stand together: these `n` for each of them. */
static void
append_workloads(
	GArray *columns, const struct template *t, size_t n, const struct report *about)
{
	for (const struct workload *w = workload_first(); w; w = w->next) {
		g_autofree char *rate = rate_name(w);
		if (!(t->times == PER_CORE ? w->core : report_has(about, w)) ||
			w->timed_singly)
			continue;
		for (size_t k = 0; k < n; k++)
			append(columns, &t[k], t->cell == cell_mops ? rate : w->name,
				(int)w->id);
	}
}

/* People are shown no column that must be empty or the same: of rounds, if all rows have
 * as many; of claims, if nothing was claimed of these keys; of the floor, if the run did
 * not count it; of what is held against a reference, if there is none. */
static bool
is_left_out(enum table_kind kind, const struct template *t, const struct report *a)
{
	bool read_by_people = kind == TABLE_FOR_PEOPLE || kind == TABLE_OF_MEMORY;
	bool of_reference = t->cell == cell_percent || t->cell == cell_only_interval;
	if (t->cell == cell_rounds)
		return !record_first_from(a->record);
	return read_by_people && ((t->cell == cell_claimed && !a->claimed) ||
					 (t->cell == cell_above && isnan(a->least)) ||
					 (of_reference && !a->reference));
}

static GArray *
columns_of(enum table_kind kind, const struct report *about)
{
	static const struct {
		const struct template *of;
		size_t n;
	} tables[] = {
		[TABLE_FOR_PROGRAMS] = { for_programs, G_N_ELEMENTS(for_programs) },
		[TABLE_FOR_PEOPLE] = { for_people, G_N_ELEMENTS(for_people) },
		[TABLE_OF_RATES] = { of_rates, G_N_ELEMENTS(of_rates) },
		[TABLE_OF_RATIOS] = { of_ratios, G_N_ELEMENTS(of_ratios) },
		[TABLE_OF_MEMORY] = { of_memory, G_N_ELEMENTS(of_memory) },
		[TABLE_FOR_PLOTS] = { for_plots, G_N_ELEMENTS(for_plots) },
		[TABLE_OF_SWEEP] = { of_sweep, G_N_ELEMENTS(of_sweep) },
		[TABLE_OF_GRID] = { of_grid, G_N_ELEMENTS(of_grid) },
	};
	GArray *columns = g_array_new(FALSE, FALSE, sizeof(struct column));
	const char *reference = about->reference ? about->reference->name : "";
	const struct workload *hit = workload_named("hit");
	for (size_t i = 0, n; i < tables[kind].n; i += n) {
		const struct template *t = &tables[kind].of[i];
		for (n = 1; t->times > HIT_ONLY && i + n < tables[kind].n; n++)
			if (t[n].times != t->times)
				break;
		if (is_left_out(kind, t, about))
			continue;
		if (t->times == ONCE)
			append(columns, t, reference, t->arg);
		else if (t->times == HIT_ONLY)
			append(columns, t, reference, (int)hit->id);
		else
			append_workloads(columns, t, n, about);
	}
	return columns;
}

static void
add_line(struct table *t, const GArray *columns, const struct context *c)
{
	for (guint i = 0; i < columns->len; i++) {
		const struct column *column = &g_array_index(columns, struct column, i);
		column->cell(t, c, column->arg);
	}
}

/* A line for each variant and cohort, below the header. */
static struct table
table_of_cohorts(const struct report *r, enum table_kind kind, const GArray *cohorts)
{
	g_autoptr(GArray) columns = columns_of(kind, r);
	struct table t = table_of(columns->len);
	for (guint i = 0; i < columns->len; i++)
		table_say(&t, "%s", g_array_index(columns, struct column, i).name);
	for (guint line = 0; line < cohorts->len * r->variants->len; line++) {
		const struct cohort *cohort = cohort_at(cohorts, line % cohorts->len);
		const struct ab_variant *v = r->variants->pdata[line / cohorts->len];
		struct digest d = digest_of(v, r->reference, cohort->facts, r->keys);
		struct context c = { r, &d, cohort };
		if (cohort_has(cohort, v))
			add_line(&t, columns, &c);
	}
	return t;
}

struct table
report_table(const struct report *r, enum table_kind kind)
{
	bool with_all = kind == TABLE_FOR_PEOPLE || kind == TABLE_OF_RATIOS;
	g_autoptr(GArray)
		cohorts = cohorts_by_host(r->record->rows, r->reference, with_all);
	return table_of_cohorts(r, kind, cohorts);
}

bool
report_table_apart(const struct report *r, enum table_kind kind, struct table *t)
{
	g_autoptr(GArray)
		cohorts = cohorts_by_speed(r->record->rows, r->reference, r->variants);
	if (cohorts->len)
		*t = table_of_cohorts(r, kind, cohorts);
	return cohorts->len > 0;
}
