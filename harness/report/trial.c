/* trial.c: the figures of a trial, and what is said of each; see trial.h. */
#include <math.h>
#include <string.h>
#include "trial.h"

const struct trial_measure trial_measures[TRIAL_MEASURES] = { { M_RSS, "RSS" },
	{ M_HEAP, "heap" }, { M_EXACT, "exact" }, { M_INNER, "inner" },
	{ M_LEAF, "leaf" }, { M_KEY, "key" }, { M_SLACK, "slack" } };

/* ---- who ---- */

static bool refuse(GError **error, const struct record *record, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

static bool
refuse(GError **error, const struct record *record, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *what = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: %s", record->dir, what);
	return false;
}

static const struct ab_variant *
find(const struct trial *t, const char *name, GError **error)
{
	const struct ab_variant *v = report_variant(t->report, name);
	if (!v)
		report_not_measured(t->report, name, error);
	else if (v->caps & AB_HOLDS_NOTHING)
		refuse(error, t->record,
			"%s holds nothing: there is nothing to compare; "
			"name another variant",
			name);
	else
		return v;
	return NULL;
}

/* ---- what is said ---- */

/* Of a ratio that is the better the greater it is. */
static enum trial_word
word_of(const struct trial *t, const struct estimate *e, double noise)
{
	if (!e->n)
		return TRIAL_NONE;
	if (!(e->coverage > 0))
		return TRIAL_UNRESOLVED;
	if (stats_is_within(e, t->margin) && noise <= t->margin)
		return TRIAL_WITHIN;
	if (e->lo > 1 + noise)
		return TRIAL_BETTER;
	return e->hi < 1 / (1 + noise) ? TRIAL_WORSE : TRIAL_UNRESOLVED;
}

/* ---- bytes ---- */

enum { PAGES_OFF = 64 << 10 }; /* bytes of RSS that a fresh process may be off by */
static const double orders_off = 0.005;

/* In each lap that has both: their interval is from the least to the greatest, wider by what
 * may be chance in each. */
static struct estimate
ratio_of_bytes(const struct trial *t, enum measure m)
{
	unsigned laps = facts_laps(t->facts);
	g_autofree double *own = digest_bytes_by_lap(t->facts, t->own->name, m);
	g_autofree double *base = digest_bytes_by_lap(t->facts, t->base->name, m);
	g_autofree double *ratio = g_new(double, laps + 1);
	double lo = INFINITY, hi = -INFINITY;
	for (unsigned i = 0; i < laps; i++) {
		ratio[i] = own[i] > 0 && base[i] > 0 ? own[i] / base[i] : NAN;
		if (isnan(ratio[i]))
			continue;
		double off = orders_off * ratio[i] +
			     (m == M_RSS ? PAGES_OFF / base[i] : 0);
		lo = fmin(lo, ratio[i] - off);
		hi = fmax(hi, ratio[i] + off);
	}
	struct spread s = stats_spread(ratio, laps);
	bool several = s.n > 1;
	return (struct estimate){ s.median, several ? lo : -INFINITY,
		several ? hi : INFINITY, several, s.n };
}

/* By the first of them that tells: what pages and malloc add to few keys is chance, and what
 * the structures count themselves is not. */
static void
compare_bytes(struct trial *t)
{
	static const enum measure by[] = { M_RSS, M_HEAP, M_EXACT };
	bool both = strcmp(t->of_own.failure, "ok") == 0 &&
		    strcmp(t->of_base.failure, "ok") == 0;
	for (size_t i = 0; both && i < G_N_ELEMENTS(by); i++) {
		struct estimate e = ratio_of_bytes(t, by[i]);
		bool tells = e.coverage > 0 && word_of(t, &e, 0) != TRIAL_UNRESOLVED;
		if (!e.n || (t->bytes.n && !tells))
			continue;
		t->bytes_by = by[i];
		t->bytes = e;
		if (tells)
			break;
	}
}

enum trial_word
trial_word_of_bytes(const struct trial *t)
{
	enum trial_word word = word_of(t, &t->bytes, 0);
	return word == TRIAL_BETTER  ? TRIAL_WORSE
	       : word == TRIAL_WORSE ? TRIAL_BETTER
				     : word;
}

enum trial_word
trial_word_of(const struct trial *t, const struct workload *w)
{
	return word_of(t, &t->of_own.rates[w->id].ratio, isnan(t->noise) ? 0 : t->noise);
}

bool
trial_has(const struct trial *t, const struct workload *w)
{
	return !w->timed_singly && g_ptr_array_find(t->report->wanted, w, NULL);
}

/* ---- the trial ---- */

bool
trial_open(struct trial *t, const struct record *record, const char *own,
	const char *base, double margin, GError **error)
{
	*t = (struct trial){ .record = record,
		.report = report_new(record),
		.facts = facts_new(record->rows),
		.margin = margin };
	t->own = find(t, own, error);
	t->base = t->own ? find(t, base, error) : NULL;
	if (!t->base)
		return false;
	if (t->own == t->base)
		return refuse(error, record, "%s is the same as %s; name two variants",
			own, base);
	if (!facts_laps(t->facts))
		return refuse(error, record,
			"it has no rows yet; let it measure a round, see "
			"artbench run --resume");
	t->of_own = digest_of(t->own, t->base, t->facts, t->report->keys);
	t->of_base = digest_of(t->base, NULL, t->facts, t->report->keys);
	t->noise = digest_noise(t->report->reference, t->facts).worst;
	compare_bytes(t);
	return true;
}

void
trial_close(struct trial *t)
{
	report_free(t->report);
	facts_free(t->facts);
	if (t->instructions)
		g_hash_table_unref(t->instructions);
	*t = (struct trial){ 0 };
}

/* ---- instructions ---- */

/* What the columns of such a file are called. */
enum { COUNTED_VARIANT, COUNTED_OPERATION, COUNTED_FIGURE, COUNTED };
static const char *const counted[COUNTED][2] = { { "variant" }, { "operation" },
	{ "instructions", "instructions_per_op" } };

static bool
no_count(GError **error, const char *path, size_t line)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
		"%s:%zu: is no line of instructions; give a file that "
		"scripts/callgrind.sh has written",
		path, line);
	return false;
}

/* Where the columns stand, by the header. */
static bool
find_columns(char *const *header, guint at[COUNTED])
{
	for (int c = 0; c < COUNTED; c++) {
		guint i = 0;
		while (header[i] && g_strcmp0(header[i], counted[c][0]) != 0 &&
			g_strcmp0(header[i], counted[c][1]) != 0)
			i++;
		if (!header[i])
			return false;
		at[c] = i;
	}
	return true;
}

static bool
take_counted(struct trial *t, char *const *cells, const guint at[COUNTED], guint columns)
{
	if (g_strv_length((char **)cells) != columns)
		return false;
	char *end;
	const char *figure = cells[at[COUNTED_FIGURE]];
	double x = g_ascii_strtod(figure, &end);
	if (end == figure || *end || !(x >= 0))
		return false;
	g_hash_table_replace(t->instructions,
		g_strconcat(cells[at[COUNTED_VARIANT]], " ", cells[at[COUNTED_OPERATION]],
			NULL),
		g_memdup2(&x, sizeof x));
	return true;
}

bool
trial_read_instructions(struct trial *t, const char *path, GError **error)
{
	g_autofree char *text = NULL;
	guint at[COUNTED];
	if (!g_file_get_contents(path, &text, NULL, NULL)) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
			"%s: cannot be read; give a file that scripts/callgrind.sh has "
			"written",
			path);
		return false;
	}
	g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
	g_auto(GStrv) header = g_strsplit(lines[0] ? lines[0] : "", "\t", 0);
	if (!find_columns(header, at))
		return no_count(error, path, 1);
	t->instructions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (size_t i = 1; lines[i]; i++) {
		g_auto(GStrv) cells = g_strsplit(lines[i], "\t", 0);
		if (*lines[i] && !take_counted(t, cells, at, g_strv_length(header)))
			return no_count(error, path, i + 1);
	}
	return true;
}

double
trial_instructions(
	const struct trial *t, const struct ab_variant *v, const struct workload *w)
{
	g_autofree char *key = g_strconcat(v->name, " ", w->name, NULL);
	const double *x = t->instructions ? g_hash_table_lookup(t->instructions, key)
					  : NULL;
	return x ? *x : NAN;
}

double
trial_nodes(const struct trial *t, const struct ab_variant *v, int kind)
{
	if (kind >= AB_KINDS || !v->node_kinds[kind])
		return NAN;
	g_autofree char *metric = g_strconcat("nodes_", v->node_kinds[kind], NULL);
	return facts_median(t->facts, v->name, "memory", "load", metric);
}
