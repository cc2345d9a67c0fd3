/* columns.c: see columns.h. */
#include <math.h>
#include <string.h>
#include "columns.h"
#include "table.h"

/* ---- cells ---- */

static void
number(GString *out, int digits, double x)
{
	if (isnan(x))
		g_string_append_c(out, '-');
	else
		g_string_append_printf(out, "%.*f", digits, x);
}

static void
text(GString *out, const char *s)
{
	g_autofree char *one_line = g_strdup(s);
	g_string_append(out, g_strdelimit(one_line, "\t\n\r", ' '));
}

static void
cell_variant(GString *out, const struct context *c, int arg)
{
	(void)arg;
	g_string_append(out, c->d->v->name);
	if (c->when)
		g_string_append_printf(out, ", %s", c->when);
}

static void
cell_label(GString *out, const struct context *c, int arg)
{
	(void)arg;
	text(out, c->d->v->label);
	if (c->when)
		g_string_append_printf(out, ", %s", c->when);
}

static void
cell_family(GString *out, const struct context *c, int arg)
{
	(void)arg;
	text(out, c->d->v->family);
}

static void
cell_rung(GString *out, const struct context *c, int arg)
{
	(void)arg;
	text(out, c->d->v->rung ? c->d->v->rung : "-");
}

static void
cell_index(GString *out, const struct context *c, int arg)
{
	(void)arg;
	g_string_append_printf(out, "%u", c->d->index);
}

static void
cell_status(GString *out, const struct context *c, int arg)
{
	(void)arg;
	text(out, c->d->failure);
}

static void
cell_keys(GString *out, const struct context *c, int arg)
{
	(void)arg;
	g_string_append_printf(out, "%zu", c->about->keys);
}

static void
cell_key_bytes(GString *out, const struct context *c, int arg)
{
	(void)arg;
	g_string_append_printf(out, "%zu", c->about->key_bytes);
}

static void
cell_dataset(GString *out, const struct context *c, int arg)
{
	(void)arg;
	text(out, c->about->dataset);
}

static void
cell_revision(GString *out, const struct context *c, int arg)
{
	(void)arg;
	text(out, c->about->revision);
}

static void
cell_host(GString *out, const struct context *c, int arg)
{
	(void)arg;
	text(out, c->about->host);
}

static void
cell_claimed(GString *out, const struct context *c, int arg)
{
	(void)arg;
	bool has = c->about->claimed && c->d->v->claimed > 0;
	number(out, 0, has ? c->d->v->claimed : NAN);
}

static void
cell_memory(GString *out, const struct context *c, int measure)
{
	number(out, 2, c->d->of[measure].median);
}

static void
cell_memory_precise(GString *out, const struct context *c, int measure)
{
	number(out, 4, c->d->of[measure].median);
}

/* ---- cells of a workload: `arg` is its id ---- */

static void
cell_mops(GString *out, const struct context *c, int w)
{
	number(out, 3, c->d->rates[w].mops.median);
}

static void
cell_mops_precise(GString *out, const struct context *c, int w)
{
	number(out, 4, c->d->rates[w].mops.median);
}

static void
cell_min(GString *out, const struct context *c, int w)
{
	number(out, 4, c->d->rates[w].mops.min);
}

static void
cell_max(GString *out, const struct context *c, int w)
{
	number(out, 4, c->d->rates[w].mops.max);
}

/* What one operation takes; at most in the slowest round, at least in the fastest. */
static void
cell_ns(GString *out, const struct context *c, int w)
{
	number(out, 2, 1000 / c->d->rates[w].mops.median);
}

static void
cell_ns_min(GString *out, const struct context *c, int w)
{
	number(out, 2, 1000 / c->d->rates[w].mops.max);
}

static void
cell_ns_max(GString *out, const struct context *c, int w)
{
	number(out, 2, 1000 / c->d->rates[w].mops.min);
}

static void
cell_mdape(GString *out, const struct context *c, int w)
{
	number(out, 4, c->d->rates[w].mdape);
}

static void
cell_ratio(GString *out, const struct context *c, int w)
{
	number(out, 4, c->d->rates[w].ratio.median);
}

/* Of the interval; "-" where too few rounds make none. */
static void
end_of_interval(GString *out, double x)
{
	number(out, 4, isfinite(x) ? x : NAN);
}

static void
cell_ratio_lo(GString *out, const struct context *c, int w)
{
	end_of_interval(out, c->d->rates[w].ratio.lo);
}

static void
cell_ratio_hi(GString *out, const struct context *c, int w)
{
	end_of_interval(out, c->d->rates[w].ratio.hi);
}

static void
cell_noise(GString *out, const struct context *c, int arg)
{
	(void)arg;
	/* To more digits than others, since it is held against a bound. */
	number(out, 6, c->noise->worst);
}

/* Right answers of those asked, or what went wrong. */
static void
cell_verified(GString *out, const struct context *c, int arg)
{
	(void)arg;
	if (strcmp(c->d->failure, "ok") != 0)
		text(out, c->d->failure);
	else if (isnan(c->d->asked))
		g_string_append_c(out, '-');
	else
		g_string_append_printf(out, "%.0f/%.0f", c->d->right, c->d->asked);
}

/* ---- cells for people ---- */

static void
cell_rounds(GString *out, const struct context *c, int arg)
{
	(void)arg;
	g_string_append_printf(out, "%u", c->d->rounds);
}

static void
cell_mb(GString *out, const struct context *c, int arg)
{
	(void)arg;
	number(out, 1, c->d->of[M_RSS].median * (double)c->about->keys / 1e6);
}

static void
cell_bytes(GString *out, const struct context *c, int measure)
{
	number(out, 1, c->d->of[measure].median);
}

void
columns_rate(GString *out, double mops)
{
	number(out, mops < 0.1 ? 4 : 2, mops);
}

static void
cell_rate(GString *out, const struct context *c, int w)
{
	columns_rate(out, c->d->rates[w].mops.median);
}

/* RSS against the reference: -49 % is half of it. */
static void
cell_percent(GString *out, const struct context *c, int arg)
{
	(void)arg;
	double percent = (c->d->rss_ratio - 1) * 100;
	if (isnan(percent))
		g_string_append_c(out, '-');
	else if (fabs(percent) < 0.5)
		g_string_append(out, "0 %");
	else
		g_string_append_printf(out, "%+.0f %%", percent);
}

/* Millions a second: median, how far off a round is in the middle, least and most. */
static void
cell_rate_spread(GString *out, const struct context *c, int w)
{
	const struct rate *r = &c->d->rates[w];
	columns_rate(out, r->mops.median);
	if (!isnan(r->mops.median))
		g_string_append_printf(out, " ±%.1f %%, %.2f to %.2f", r->mdape * 100,
			r->mops.min, r->mops.max);
}

/* The reference's ratio to the reference, and what it was when measured (A:A). */
static void
append_itself(GString *out, const struct estimate *again)
{
	g_string_append_c(out, '1');
	if (again->n)
		g_string_append_printf(out, " (A:A %.3f%s)", again->median,
			digest_is_noisy(again->median) ? " NOISY" : "");
}

static void
cell_interval(GString *out, const struct context *c, int w)
{
	const struct estimate *r = &c->d->rates[w].ratio;
	if (isnan(r->median) || c->d->v->caps & AB_HOLDS_NOTHING)
		g_string_append_c(out, '-');
	else if (c->d->v == c->about->reference)
		append_itself(out, &c->noise->of[w]);
	else if (r->coverage > 0)
		g_string_append_printf(out, "%.2f (%.2f..%.2f)%s", r->median, r->lo,
			r->hi, stats_resolved(r) ? "" : TABLE_UNRESOLVED);
	else
		g_string_append_printf(out, "%.2f (-)" TABLE_UNRESOLVED, r->median);
}

/* Where there is no column for each workload: the mark is that of the worst. */
static void
cell_only_interval(GString *out, const struct context *c, int w)
{
	if (c->d->v == c->about->reference && digest_is_noisy(1 + c->noise->worst))
		g_string_append_printf(
			out, "1 (NOISY: A:A off by %.1f %%)", 100 * c->noise->worst);
	else
		cell_interval(out, c, w);
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
};

static const struct template for_people[] = {
	{ "variant", cell_variant, 0, ONCE },
	{ "RSS MB", cell_mb, 0, ONCE },
	{ "RSS B/key", cell_bytes, M_RSS, ONCE },
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
append_workloads(GArray *columns, const struct template *t, size_t n,
	const struct report_about *about)
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
 * as many; of claims, if nothing was claimed of
 * these keys; of what is held against a reference, if there is none. */
static bool
is_left_out(enum table_kind kind, const struct template *t, const struct report_about *a)
{
	bool read_by_people = kind == TABLE_FOR_PEOPLE || kind == TABLE_OF_MEMORY;
	bool of_reference = t->cell == cell_percent || t->cell == cell_only_interval;
	if (t->cell == cell_rounds)
		return !record_first_from(a->record);
	return read_by_people && ((t->cell == cell_claimed && !a->claimed) ||
					 (of_reference && !a->reference));
}

GArray *
columns_of(enum table_kind kind, const struct report_about *about)
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
	};
	GArray *columns = g_array_new(TRUE, FALSE, sizeof(struct column));
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
