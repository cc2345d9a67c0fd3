/* trial_text.c: a trial as one screen, as a sentence, and as a table; see trial.h. */
#include <math.h>
#include <string.h>
#include "trial.h"
#include "run_page.h"

enum { COLUMNS = 100, SCREEN = 20 };

/* ---- words ---- */

static const char *
speed_word(const struct trial *t, enum trial_word word, char *within, size_t size)
{
	static const char *const words[TRIAL_WORDS] = { [TRIAL_NONE] = "-",
		[TRIAL_BETTER] = "faster",
		[TRIAL_WORSE] = "slower",
		[TRIAL_UNRESOLVED] = "unresolved" };
	if (word != TRIAL_WITHIN)
		return words[word];
	snprintf(within, size, "within %g %%", t->margin * 100);
	return within;
}

/* "1.12 (1.08..1.15)"; g_free it. */
static char *
ratio_text(const struct estimate *e)
{
	if (!e->n)
		return g_strdup("-");
	return e->coverage > 0
		       ? g_strdup_printf("%.2f (%.2f..%.2f)", e->median, e->lo, e->hi)
		       : g_strdup_printf("%.2f (-)", e->median);
}

/* ---- the verdict ---- */

static void
append_bytes(GString *s, const struct trial *t)
{
	const struct digest *own = &t->of_own, *base = &t->of_base;
	const char *by = "RSS";
	double percent = (t->bytes.median - 1) * 100;
	for (size_t i = 0; i < TRIAL_MEASURES; i++)
		if (trial_measures[i].m == t->bytes_by)
			by = trial_measures[i].name;
	switch (trial_word_of_bytes(t)) {
	case TRIAL_BETTER:
		g_string_append_printf(s, "%.1f %% fewer bytes a key", -percent);
		break;
	case TRIAL_WORSE:
		g_string_append_printf(s, "%.1f %% more bytes a key", percent);
		break;
	case TRIAL_WITHIN:
		g_string_append_printf(
			s, "as many bytes a key within %g %%", t->margin * 100);
		break;
	case TRIAL_UNRESOLVED: g_string_append(s, "bytes a key unresolved"); break;
	default: g_string_append(s, "bytes not measured"); return;
	}
	g_string_append_printf(s, " (%.1f beside %.1f by %s)",
		own->of[t->bytes_by].median, base->of[t->bytes_by].median, by);
}

/* "; faster in hit 1.12 (1.08..1.15), scan ...". Of those that are worth no figure, the names
 * alone. */
static void
append_speeds(GString *s, const struct trial *t, enum trial_word word)
{
	static const char *const before[TRIAL_WORDS] = { [TRIAL_BETTER] = "faster in",
		[TRIAL_WORSE] = "slower in",
		[TRIAL_UNRESOLVED] = "speed unresolved in",
		[TRIAL_NONE] = "not compared in" };
	bool figures = word == TRIAL_BETTER || word == TRIAL_WORSE, any = false;
	for (const struct workload *w = workload_first(); w; w = w->next) {
		if (!trial_has(t, w) || trial_word_of(t, w) != word)
			continue;
		if (any)
			g_string_append(s, ", ");
		else if (word == TRIAL_WITHIN)
			g_string_append_printf(
				s, "; as fast within %g %% in ", t->margin * 100);
		else
			g_string_append_printf(s, "; %s ", before[word]);
		any = true;
		g_autofree char *ratio = ratio_text(&t->of_own.rates[w->id].ratio);
		g_string_append_printf(
			s, "%s%s%s", w->name, figures ? " " : "", figures ? ratio : "");
	}
}

/* All of it in a word or two. */
static const char *
summary(const struct trial *t)
{
	unsigned n[TRIAL_WORDS] = { 0 };
	n[trial_word_of_bytes(t)]++;
	for (const struct workload *w = workload_first(); w; w = w->next)
		if (trial_has(t, w))
			n[trial_word_of(t, w)]++;
	bool all = !n[TRIAL_UNRESOLVED] && !n[TRIAL_NONE];
	if (n[TRIAL_BETTER] && n[TRIAL_WORSE])
		return "a trade";
	if (n[TRIAL_BETTER])
		return all ? "better" : "better as far as it is resolved";
	if (n[TRIAL_WORSE])
		return all ? "worse" : "worse as far as it is resolved";
	if (n[TRIAL_UNRESOLVED])
		return "unresolved";
	if (n[TRIAL_WITHIN])
		return all ? "equivalent" : "equivalent as far as it is compared";
	return "nothing was compared";
}

/* Who has failed; NULL: neither. */
static char *
failure(const struct trial *t)
{
	const struct digest *of[] = { &t->of_own, &t->of_base };
	for (size_t i = 0; i < G_N_ELEMENTS(of); i++)
		if (row_is_declined(of[i]->failure))
			return g_strdup_printf(
				"not compared: %s does not take these keys: %s",
				of[i]->v->name, of[i]->failure);
		else if (strcmp(of[i]->failure, "ok") != 0)
			return g_strdup_printf("%s: %s%s: %s",
				i == 0 ? "wrong" : "not compared",
				i == 0 ? "" : "the base failed: ", of[i]->v->name,
				of[i]->failure);
	return NULL;
}

char *
trial_verdict(const struct trial *t)
{
	char *failed = failure(t);
	if (failed)
		return failed;
	GString *s = g_string_new(summary(t));
	g_string_append(s, ": ");
	page_append_traits(s, t->report, &t->of_own);
	g_string_append(s, " beside ");
	page_append_traits(s, t->report, &t->of_base);
	g_string_append(s, ": ");
	append_bytes(s, t);
	append_speeds(s, t, TRIAL_BETTER);
	append_speeds(s, t, TRIAL_WORSE);
	append_speeds(s, t, TRIAL_WITHIN);
	append_speeds(s, t, TRIAL_UNRESOLVED);
	append_speeds(s, t, TRIAL_NONE);
	return g_string_free(s, FALSE);
}

/* ---- lines of a screen ---- */

/* Break `text` at spaces into lines of COLUMNS, the second and later ones `indent` in. */
static void
add_wrapped(GPtrArray *lines, const char *text, unsigned indent)
{
	g_auto(GStrv) words = g_strsplit(text, " ", 0);
	GString *line = g_string_new(NULL);
	bool first = true; /* of its line */
	for (char **word = words; *word; word++) {
		if (!first &&
			g_utf8_strlen(line->str, -1) + 1 + g_utf8_strlen(*word, -1) >
				COLUMNS) {
			g_ptr_array_add(lines, g_string_free(line, FALSE));
			line = g_string_new(NULL);
			g_string_append_printf(line, "%*s", (int)indent, "");
			first = true;
		}
		g_string_append_printf(line, "%s%s", first ? "" : " ", *word);
		first = false;
	}
	g_ptr_array_add(lines, g_string_free(line, FALSE));
}

static void add_line(GPtrArray *lines, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
add_line(GPtrArray *lines, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_ptr_array_add(lines, g_strchomp(g_strdup_vprintf(format, args)));
	va_end(args);
}

static GPtrArray *
no_lines(void)
{
	return g_ptr_array_new_with_free_func(g_free);
}

static void
add_header(GPtrArray *lines, const struct trial *t)
{
	const struct report *r = t->report;
	unsigned rounds = facts_laps(t->facts);
	g_autofree char *sample = r->file_keys > r->keys
					  ? g_strdup_printf(", a random sample of %zu",
						    r->file_keys)
					  : g_strdup("");
	g_autofree char *text = g_strdup_printf(
		"%s beside %s: %s, %zu keys%s; %u round%s; revision %s on %s",
		t->own->name, t->base->name, r->dataset, r->keys, sample, rounds,
		rounds == 1 ? "" : "s", r->revision, r->host);
	add_wrapped(lines, text, 2);
}

/* ---- bytes ---- */

static void
append_figure(GString *s, double x, bool sign, const char *unit)
{
	g_autofree char *text = isfinite(x) ? g_strdup_printf(sign ? "%+.1f%s" : "%.1f%s",
						      fabs(x) < 0.05 ? 0.0 : x, unit)
					    : g_strdup("-");
	g_string_append_printf(s, "%10s", text);
}

static void
add_bytes_line(GPtrArray *lines, const struct trial *t, const char *name, int which)
{
	g_autoptr(GString) s = g_string_new(NULL);
	g_string_append_printf(s, "%-12s", name);
	for (size_t i = 0; i < TRIAL_MEASURES; i++) {
		double base = t->of_base.of[trial_measures[i].m].median;
		double own = t->of_own.of[trial_measures[i].m].median;
		double percent = base > 0 ? (own / base - 1) * 100 : NAN;
		const double x[] = { base, own, own - base, percent };
		append_figure(s, x[which], which > 1, which == 3 ? " %" : "");
	}
	add_line(lines, "%s", s->str);
}

static void
add_bytes(GPtrArray *lines, const struct trial *t)
{
	g_autoptr(GString) s = g_string_new("bytes/key   ");
	for (size_t i = 0; i < TRIAL_MEASURES; i++)
		g_string_append_printf(s, "%10s", trial_measures[i].name);
	add_line(lines, "%s", s->str);
	add_bytes_line(lines, t, "base", 0);
	add_bytes_line(lines, t, "own", 1);
	add_bytes_line(lines, t, "difference", 2);
	add_bytes_line(lines, t, "in per cent", 3);
}

/* ---- speeds ---- */

static char *
number(double x, int digits)
{
	return isfinite(x) ? g_strdup_printf("%.*f", digits, x) : g_strdup("-");
}

static char *
rate_text(const struct digest *d, const struct workload *w)
{
	double x = d->rates[w->id].mops.median;
	return number(x, x < 0.1 ? 4 : 2);
}

static void
add_speed(GPtrArray *lines, const struct trial *t, const struct workload *w)
{
	char within[32];
	double i_base = trial_instructions(t, t->base, w);
	double i_own = trial_instructions(t, t->own, w);
	double percent = i_base > 0 ? (i_own / i_base - 1) * 100 : NAN;
	g_autofree char *base = rate_text(&t->of_base, w),
			*own = rate_text(&t->of_own, w);
	g_autofree char *ratio = ratio_text(&t->of_own.rates[w->id].ratio);
	g_autofree char *n_base = number(i_base, 0), *n_own = number(i_own, 0);
	g_autofree char *change = isnan(percent) ? g_strdup("-")
						 : g_strdup_printf("%+.1f %%", percent);
	add_line(lines, "%-12s%8s %8s  %-20s %-11s%9s %9s %9s", w->name, base, own, ratio,
		speed_word(t, trial_word_of(t, w), within, sizeof within), n_base, n_own,
		change);
}

static void
add_speeds(GPtrArray *lines, const struct trial *t)
{
	add_line(lines, "%-12s%8s %8s  %-32s%9s %9s %9s", "operations", "base M/s",
		"own M/s", "own/base, 95 % interval", "base ins.", "own ins.", "ins.");
	for (const struct workload *w = workload_first(); w; w = w->next)
		if (trial_has(t, w))
			add_speed(lines, t, w);
}

/* ---- nodes ---- */

/* The kinds of node in so many lines at the most; what has no room is counted. */
static void
add_census(GPtrArray *lines, const struct trial *t, const struct ab_variant *v,
	const char *whose, unsigned most)
{
	int kinds[AB_KINDS], n = 0;
	double all = 0;
	for (int k = 0; k < AB_KINDS && v->node_kinds[k]; k++)
		if (trial_nodes(t, v, k) > 0) {
			all += trial_nodes(t, v, k);
			kinds[n++] = k;
		}
	if (!n)
		return;
	for (int shown = n;; shown--) {
		g_autoptr(GPtrArray) some = no_lines();
		g_autoptr(GString) s = g_string_new(NULL);
		g_string_append_printf(s, "nodes, %s: %.0f:", whose, all);
		for (int i = 0; i < shown; i++)
			g_string_append_printf(s, "%s %s %.0f", i ? "," : "",
				v->node_kinds[kinds[i]], trial_nodes(t, v, kinds[i]));
		if (shown < n)
			g_string_append_printf(
				s, "%s %d more kinds", shown ? "," : "", n - shown);
		add_wrapped(some, s->str, 2);
		if (some->len > most && shown)
			continue;
		for (guint i = 0; i < some->len; i++)
			g_ptr_array_add(lines, g_strdup(some->pdata[i]));
		return;
	}
}

/* ---- what casts doubt ---- */

static bool
is_doubt(const char *note)
{
	return report_is_warning(note) && !g_str_has_prefix(note, "NOISY");
}

static void
add_doubts(GPtrArray *lines, const struct trial *t)
{
	g_autoptr(GPtrArray) doubts = report_doubts(t->report);
	g_autoptr(GString) words = g_string_new(NULL);
	g_autoptr(GString) s = g_string_new(NULL);
	for (guint i = 0; i < doubts->len; i++) {
		const char *note = doubts->pdata[i];
		if (is_doubt(note))
			g_string_append_printf(words, "%s%.*s", words->len ? ", " : "",
				(int)strcspn(note, ":"), note);
	}
	if (digest_is_noisy(1 + t->noise))
		g_string_append_printf(s,
			"NOISY: A:A is off 1 by up to %.1f %%: an interval that is not "
			"all "
			"beyond it is no difference. ",
			t->noise * 100);
	else if (isnan(t->noise))
		g_string_append(s, "Nothing ran twice in a round, so that nothing tells "
				   "the noise (A:A). ");
	if (words->len)
		g_string_append_printf(
			s, "DOUBTFUL: %s, see artbench report.", words->str);
	if (s->len)
		add_wrapped(lines, g_strchomp(s->str), 2);
}

/* ---- the screen ---- */

static void
print(const GPtrArray *lines, FILE *out)
{
	for (guint i = 0; i < lines->len; i++)
		fprintf(out, "%s\n", (const char *)lines->pdata[i]);
}

void
trial_text(const struct trial *t, FILE *out)
{
	enum { BETWEEN = 2 }; /* empty lines */
	g_autoptr(GPtrArray) bytes = no_lines(), speeds = no_lines(), nodes = no_lines(),
			     tail = no_lines();
	g_autofree char *said = trial_verdict(t);
	g_autofree char *verdict = g_strconcat("VERDICT: ", said, ".", NULL);
	add_header(bytes, t);
	add_bytes(bytes, t);
	add_speeds(speeds, t);
	add_doubts(tail, t);
	add_wrapped(tail, verdict, 2);
	int room = SCREEN - (int)(bytes->len + speeds->len + tail->len);
	const char *between = room >= BETWEEN + 2 ? "\n" : "";
	room -= *between ? BETWEEN : 0;
	add_census(nodes, t, t->base, "base", room > 3 ? (unsigned)room / 2 : 1);
	room -= (int)nodes->len;
	add_census(nodes, t, t->own, "own", room > 1 ? (unsigned)room : 1);
	print(bytes, out);
	fputs(between, out);
	print(speeds, out);
	fputs(between, out);
	print(nodes, out);
	print(tail, out);
}

/* ---- for programs ---- */

static void
add_row(struct table *t, const char *kind, const char *figure, const char *unit,
	double base, double own)
{
	table_say(t, "%s", kind);
	table_say(t, "%s", figure);
	table_say(t, "%s", unit);
	table_number(t, 4, base);
	table_number(t, 4, own);
	table_number(t, 4, own - base);
}

/* The rest of a row, of whose ratio nothing is said. */
static void
add_plain_ratio(struct table *t, double base, double own)
{
	table_number(t, 6, base > 0 ? own / base : NAN);
	for (int rest = 0; rest < 4; rest++)
		table_say(t, "-");
}

static void
add_ratio(struct table *t, const struct estimate *e, const char *word)
{
	table_number(t, 6, e->n ? e->median : NAN);
	table_number(t, 6, e->lo);
	table_number(t, 6, e->hi);
	table_number(t, 0, (double)e->n);
	table_say(t, "%s", word);
}

static void
add_memory_rows(struct table *out, const struct trial *t)
{
	static const char *const words[TRIAL_WORDS] = { "-", "fewer", "more", "within",
		"unresolved" };
	for (size_t i = 0; i < TRIAL_MEASURES; i++) {
		const struct trial_measure *x = &trial_measures[i];
		double base = t->of_base.of[x->m].median, own = t->of_own.of[x->m].median;
		add_row(out, "memory", x->name, "B/key", base, own);
		if (x->m == t->bytes_by)
			add_ratio(out, &t->bytes, words[trial_word_of_bytes(t)]);
		else
			add_plain_ratio(out, base, own);
	}
}

static void
add_speed_rows(struct table *out, const struct trial *t)
{
	static const char *const words[TRIAL_WORDS] = { "-", "faster", "slower", "within",
		"unresolved" };
	for (const struct workload *w = workload_first(); w; w = w->next) {
		double base = trial_instructions(t, t->base, w);
		double own = trial_instructions(t, t->own, w);
		if (!trial_has(t, w))
			continue;
		add_row(out, "speed", w->name, "M/s", t->of_base.rates[w->id].mops.median,
			t->of_own.rates[w->id].mops.median);
		add_ratio(out, &t->of_own.rates[w->id].ratio, words[trial_word_of(t, w)]);
		if (isnan(base) && isnan(own))
			continue;
		add_row(out, "instructions", w->name, "instructions/operation", base,
			own);
		add_plain_ratio(out, base, own);
	}
}

struct table
trial_table(const struct trial *t)
{
	static const char *const names[] = { "kind", "figure", "unit", "base", "own",
		"difference", "ratio", "ratio_lo", "ratio_hi", "rounds", "verdict",
		NULL };
	struct table out = table_named(names);
	add_memory_rows(&out, t);
	add_speed_rows(&out, t);
	return out;
}
