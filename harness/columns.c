/* columns.c: see columns.h. */
#include <math.h>
#include <string.h>
#include "columns.h"

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
}

static void
cell_label(GString *out, const struct context *c, int arg)
{
	(void)arg;
	text(out, c->d->v->label);
}

static void
cell_family(GString *out, const struct context *c, int arg)
{
	(void)arg;
	text(out, c->d->v->family);
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
	number(out, 0, c->d->v->claimed > 0 ? c->d->v->claimed : NAN);
}

static void
cell_median(GString *out, const struct context *c, int measure)
{
	number(out, measure < FIRST_RATE ? 2 : 3, c->d->of[measure].median);
}

static void
cell_min(GString *out, const struct context *c, int measure)
{
	number(out, 4, c->d->of[measure].min);
}

static void
cell_max(GString *out, const struct context *c, int measure)
{
	number(out, 4, c->d->of[measure].max);
}

static void
cell_precise(GString *out, const struct context *c, int measure)
{
	number(out, 4, c->d->of[measure].median);
}

static void
cell_ratio(GString *out, const struct context *c, int measure)
{
	number(out, 4, c->d->ratio[measure].median);
}

static void
cell_ratio_min(GString *out, const struct context *c, int measure)
{
	number(out, 4, c->d->ratio[measure].min);
}

static void
cell_ratio_max(GString *out, const struct context *c, int measure)
{
	number(out, 4, c->d->ratio[measure].max);
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

static void
cell_rate(GString *out, const struct context *c, int measure)
{
	number(out, 2, c->d->of[measure].median);
}

/* RSS against the reference: -49 % is half of it. */
static void
cell_percent(GString *out, const struct context *c, int arg)
{
	(void)arg;
	double percent = (c->d->ratio[M_RSS].median - 1) * 100;
	if (isnan(percent))
		g_string_append_c(out, '-');
	else if (fabs(percent) < 0.5)
		g_string_append(out, "0 %");
	else
		g_string_append_printf(out, "%+.0f %%", percent);
}

static void
cell_hit_ratio(GString *out, const struct context *c, int arg)
{
	(void)arg;
	const struct spread *r = &c->d->ratio[M_HIT];
	if (isnan(r->median) || c->d->v->caps & AB_HOLDS_NOTHING)
		g_string_append_c(out, '-');
	else
		g_string_append_printf(
			out, "%.2f (%.2f..%.2f)", r->median, r->min, r->max);
}

const struct column columns_for_programs[] = {
	{ "variant", cell_variant, 0 },
	{ "keys", cell_keys, 0 },
	{ "key_bytes", cell_key_bytes, 0 },
	{ "rss_bytes_per_key", cell_median, M_RSS },
	{ "heap_bytes_per_key", cell_median, M_HEAP },
	{ "exact_bytes_per_key", cell_median, M_EXACT },
	{ "claimed_bytes_per_key", cell_claimed, 0 },
	{ "insert_mops", cell_median, M_INSERT },
	{ "hit_mops", cell_median, M_HIT },
	{ "miss_mops", cell_median, M_MISS },
	{ "scan_mkeys", cell_median, M_SCAN },
	{ "delete_mops", cell_median, M_DELETE },
	{ "verified", cell_verified, 0 },
	{ 0 },
};

const struct column columns_for_people[] = {
	{ "variant", cell_variant, 0 },
	{ "RSS MB", cell_mb, 0 },
	{ "RSS B/key", cell_bytes, M_RSS },
	{ "RSS vs " REPORT_REFERENCE, cell_percent, 0 },
	{ "heap B/key", cell_bytes, M_HEAP },
	{ "exact B/key", cell_bytes, M_EXACT },
	{ "claimed B/key", cell_claimed, 0 },
	{ "insert M/s", cell_rate, M_INSERT },
	{ "hit M/s", cell_rate, M_HIT },
	{ "miss M/s", cell_rate, M_MISS },
	{ "scan M/s", cell_rate, M_SCAN },
	{ "delete M/s", cell_rate, M_DELETE },
	{ "hit vs " REPORT_REFERENCE, cell_hit_ratio, 0 },
	{ "verified", cell_verified, 0 },
	{ 0 },
};

static const struct column for_plots[] = {
	{ "variant", cell_variant, 0 },
	{ "label", cell_label, 0 },
	{ "family", cell_family, 0 },
	{ "index", cell_index, 0 },
	{ "status", cell_status, 0 },
	{ "keys", cell_keys, 0 },
	{ "key_bytes", cell_key_bytes, 0 },
	{ "dataset", cell_dataset, 0 },
	{ "revision", cell_revision, 0 },
	{ "host", cell_host, 0 },
	{ "rss_bpk", cell_precise, M_RSS },
	{ "heap_bpk", cell_precise, M_HEAP },
	{ "exact_bpk", cell_precise, M_EXACT },
	{ "inner_bpk", cell_precise, M_INNER },
	{ "leaf_bpk", cell_precise, M_LEAF },
	{ "key_bpk", cell_precise, M_KEY },
	{ "slack_bpk", cell_precise, M_SLACK },
	{ "claimed_bpk", cell_claimed, 0 },
};

/* For each rate, behind the columns above: NAME_mops, NAME_min ... */
static const struct column per_rate[] = {
	{ "mops", cell_precise, 0 },
	{ "min", cell_min, 0 },
	{ "max", cell_max, 0 },
	{ "ratio", cell_ratio, 0 },
	{ "ratio_min", cell_ratio_min, 0 },
	{ "ratio_max", cell_ratio_max, 0 },
};

GArray *
columns_for_plots(void)
{
	GArray *columns = g_array_new(TRUE, FALSE, sizeof(struct column));
	g_array_append_vals(columns, for_plots, G_N_ELEMENTS(for_plots));
	for (enum measure m = FIRST_RATE; m < MEASURES; m++)
		for (size_t i = 0; i < G_N_ELEMENTS(per_rate); i++) {
			struct column c = per_rate[i];
			g_autofree char *name = g_strdup_printf(
				"%s_%s", measure_workload(m), c.name);
			c.name = g_intern_string(name);
			c.arg = (int)m;
			g_array_append_val(columns, c);
		}
	struct column verified = { "verified", cell_verified, 0 };
	g_array_append_val(columns, verified);
	return columns;
}
