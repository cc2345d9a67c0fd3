/* report_notes.c: what stands below a table for people; see report.h. */
#include <math.h>
#include <stdarg.h>
#include <string.h>
#include "work/fixture.h"
#include "ground/interpose.h"
#include "kept/description.h"
#include "report.h"

/* Above this share of the wall time the processor was somebody else's. */
static const double busy_above = 0.1;

static void
note_noise(GPtrArray *notes, const struct report *a, const struct facts *facts)
{
	g_autoptr(GString) off = g_string_new(NULL);
	g_autoptr(GString) all = g_string_new(NULL);
	struct noise noise = digest_noise(a->twice, facts);
	for (const struct workload *w = workload_first(); w; w = w->next) {
		const struct estimate *e = &noise.of[w->id];
		GString *to = digest_is_noisy(e->median) ? off : all;
		if (e->n)
			g_string_append_printf(
				to, "%s%s %.3f", to->len ? ", " : "", w->name, e->median);
	}
	if (off->len)
		report_note(notes,
			"NOISY: %s against itself (A:A): the median of the in-round "
			"ratios of a workload should be 1, and is off by more than "
			"%.0f %% in: %s. Trust no ratio that is not further from 1 than "
			"that.",
			a->twice->name, digest_noise_above * 100, off->str);
	if (all->len)
		report_note(notes, "A:A, %s against itself, median in-round ratios: %s.",
			a->twice->name, all->str);
}

/* In any group of workloads. */
static bool
ran_alone(const struct facts *facts, unsigned lap, const struct ab_variant *v)
{
	bool alone = false;
	for (int g = 0; g < WORKLOAD_GROUPS; g++)
		alone = alone || facts_get(facts, lap, v->name, workload_groups[g], "-",
					 "in_turns") == 0;
	return alone;
}

/* Where the contestants would not have fitted in memory together, or were not to. */
static void
note_turns(GPtrArray *notes, const struct report *a, const struct facts *facts)
{
	unsigned alone = 0, laps = facts_laps(facts);
	for (unsigned i = 0; i < laps; i++) {
		bool any = false;
		for (guint k = 0; k < a->variants->len; k++) {
			const struct ab_variant *v = a->variants->pdata[k];
			any = any || ran_alone(facts, i, v);
		}
		alone += any;
	}
	if (alone)
		report_note(notes,
			"One contestant ran after another, not in turns, in %u of %u "
			"rounds: their ratios are less sure.",
			alone, laps);
}

/* Processors that its threads had in the round with the fewest; as many as there are
 * threads, if no round had fewer. */
static unsigned
fewest_processors(
	const struct report *a, const struct facts *facts, const struct workload *w)
{
	const char *job = workload_groups[w->group];
	unsigned fewest = w->threads;
	for (guint i = 0; i < a->variants->len; i++)
		for (unsigned lap = 0; lap < facts_laps(facts); lap++) {
			const struct ab_variant *v = a->variants->pdata[i];
			double had = facts_get(
				facts, lap, v->name, job, w->name, "processors");
			if (had < fewest)
				fewest = (unsigned)had;
		}
	return fewest;
}

static void
note_threads(GPtrArray *notes, const struct report *a, const struct facts *facts)
{
	for (const struct workload *w = workload_first(); w; w = w->next) {
		unsigned n = w->threads > 1 ? fewest_processors(a, facts, w) : w->threads;
		g_autofree char *several = g_strdup_printf("%u processors", n);
		if (n < w->threads)
			report_note(notes,
				"FLAGGED: the threads of %s had %s in some round.",
				w->name, n == 1 ? "one processor" : several);
	}
}

/* What was asked of several threads and this variant does not do. */
static void
note_refusals(GPtrArray *notes, const struct report *a)
{
	for (guint i = 0; i < a->variants->len; i++) {
		const struct ab_variant *v = a->variants->pdata[i];
		g_autoptr(GString) names = g_string_new(NULL);
		const char *why = NULL;
		for (guint k = 0; k < a->wanted->len; k++) {
			const struct workload *w = a->wanted->pdata[k];
			const char *refusal = workload_refusal(w, v, a->keys);
			if (w->group != GROUP_THREADS || !refusal)
				continue;
			why = refusal;
			g_string_append_printf(
				names, "%s%s", names->len ? ", " : "", w->name);
		}
		if (why)
			report_note(notes, "LEFT OUT: %s: declined: %s: %s.", v->name,
				names->str, why);
	}
}

static void
note_hosts(GPtrArray *notes, const struct report *a, const struct facts *facts)
{
	if (!facts_of_one_host(facts))
		report_note(notes,
			"MIXED: measured on several hosts (%s). Ratios are taken within "
			"one host and round, and stand; a line that names no host has "
			"those of all. Bytes and speeds of one host are held against no "
			"other's. A round of which two hosts had a part counts as two.",
			a->host);
	if (a->missing && strcmp(a->missing, "none") != 0)
		report_note(notes, "INCOMPLETE: not measured: %s.", a->missing);
}

static void
note_speeds(GPtrArray *notes, const struct report *a, const struct facts *facts)
{
	g_autofree double *speeds = digest_speeds(a->variants, facts);
	struct two_speeds two = stats_two_speeds(speeds, facts_laps(facts));
	if (two.found)
		report_note(notes,
			"The machine ran at two speeds: %zu rounds at %.2f of its median "
			"speed, %zu at %.2f. Ratios are within rounds and stand; speeds "
			"are a mixture.",
			two.n_slow, two.slow, two.n_fast, two.fast);
}

/* Pages of mapped files and shared memory are in no figure but by file_bytes. Programs
 * and libraries have some hundred KiB of them when they are first used. */
static void
note_other_pages(GPtrArray *notes, const struct report *a, const struct facts *facts)
{
	static const double least = 512 << 10, share = 0.05; /* bytes; of RSS */
	for (guint i = 0; i < a->variants->len; i++) {
		const struct ab_variant *v = a->variants->pdata[i];
		double most = 0;
		for (unsigned lap = 0; lap < facts_laps(facts); lap++) {
			double other = facts_get(
				facts, lap, v->name, "memory", "load", "other");
			double file = facts_get(
				facts, lap, v->name, "memory", "load", "file");
			double rss = facts_get(
				facts, lap, v->name, "memory", "load", "rss");
			double unsaid = other - (isnan(file) ? 0 : file);
			if (unsaid > MAX(least, share * rss))
				most = MAX(most, unsaid);
		}
		if (most > 0)
			report_note(notes,
				"FLAGGED: %s: %.1f B/key of files or shared memory are "
				"mapped that no figure counts: do not trust its bytes. "
				"Its file_bytes is to tell of them.",
				v->name, most / (double)a->keys);
	}
}

static void
note_troubles(GPtrArray *notes, const struct report *a, const struct facts *facts)
{
	double busy = 0;
	for (guint i = 0; i < a->variants->len; i++) {
		struct digest d = digest_of(a->variants->pdata[i], NULL, facts, a->keys);
		if (strcmp(d.failure, "ok") != 0)
			report_note(notes, "%s: %s: %s.",
				row_is_declined(d.failure) ? "LEFT OUT" : "FAILED",
				d.v->name, d.failure);
		else if (d.off_heap != 0)
			report_note(notes,
				"FLAGGED: %s: heap and exact disagree by %.0f bytes "
				"beyond "
				"what malloc rounds up: do not trust its exact figure.",
				d.v->name, d.off_heap);
		busy = MAX(busy, d.busy);
	}
	if (busy > busy_above)
		report_note(notes,
			"FLAGGED: the machine was busy, or a contestant waited: some "
			"measurement had no processor for %.0f %% of its time. Trust no "
			"speed; run it again on a quiet machine.",
			busy * 100);
}

/* Its job says so itself. */
static void
note_no_rss(GPtrArray *notes, const struct report *a, const struct facts *facts)
{
	g_autoptr(GString) names = g_string_new(NULL);
	for (guint i = 0; i < a->variants->len; i++) {
		const struct ab_variant *v = a->variants->pdata[i];
		bool none = false;
		for (unsigned lap = 0; lap < facts_laps(facts); lap++)
			none = none || facts_get(facts, lap, v->name, "memory", "load",
					       "no_rss") > 0;
		if (none)
			report_append_name(names, v->name);
	}
	if (names->len)
		report_note(notes,
			"INCOMPLETE: /proc/self/smaps_rollup could not be read, and so "
			"there is no RSS of %s. Heap, exact and speeds do not need it.",
			names->str);
}

static void
note_doubts(GPtrArray *notes, const struct report *a, const struct facts *facts)
{
	note_noise(notes, a, facts);
	note_turns(notes, a, facts);
	note_threads(notes, a, facts);
	note_refusals(notes, a);
	note_hosts(notes, a, facts);
	note_speeds(notes, a, facts);
	note_troubles(notes, a, facts);
	note_other_pages(notes, a, facts);
	note_no_rss(notes, a, facts);
}

/* True of each row, however many rounds that has. */
static void
note_ratios(GPtrArray *notes, const struct report *a)
{
	if (!a->reference)
		return;
	bool hit = g_ptr_array_find(a->wanted, workload_named("hit"), NULL);
	report_note(notes, "vs %s: RSS against it%s.", a->reference->name,
		hit ? "; hit: the median of the ratios within each round and its 95 % "
		      "interval, by the sign test, of 3 to 5 rounds by Student's t on "
		      "logarithms, and of fewer there is none: (-). '?': unresolved, the "
		      "interval includes 1, or there is none"
		    : "");
}

/* Where ratios are to another than the run was measured with. */
static void
note_reference(GPtrArray *notes, const struct report *a)
{
	if (a->reference == a->twice)
		return;
	if (a->twice)
		report_note(notes,
			"The run was measured with %s as its reference, and here ratios "
			"are to %s. A:A is of %s, which alone ran twice in each round.",
			a->twice->name, a->reference->name, a->twice->name);
	else
		report_note(notes,
			"The run was measured without a reference, and here ratios are "
			"to "
			"%s. Nothing ran twice in a round, so that there is no A:A.",
			a->reference->name);
}

static void
note_first(GPtrArray *notes, const struct report *a)
{
	unsigned from = record_first_from(a->record);
	if (!from)
		return;
	g_auto(GStrv) first = g_strsplit(record_said(a->record, "first"), ",", 0);
	g_autofree char *names = g_strjoinv(", ", first);
	report_note(notes,
		"The budget of %s s had no room for six rounds of all: from round %u on "
		"only %s were measured. So rows have unlike numbers of rounds, and who "
		"has fewer has wider intervals. Time alone decided it.",
		record_said(a->record, "budget_s"), from, names);
}

/* What ended the rounds, where that was not to be their number alone. */
static void
note_stop(GPtrArray *notes, const struct report *a, unsigned rounds)
{
	const char *stopped = record_said(a->record, "stopped");
	const char *widest = record_env(a->record, "widest"); /* of one host */
	/* Of ratios to the run's own reference. */
	double asked = a->reference != a->twice
			       ? 0
			       : g_ascii_strtod(
					 record_said(a->record, "until_resolved"), NULL);
	const char *s = rounds == 1 ? "" : "s";
	g_autofree char *by = NULL, *width = NULL;
	if (asked > 0 && g_strcmp0(widest, "none") == 0)
		by = g_strdup_printf(
			"There was no ratio to resolve in %u round%s", rounds, s);
	else if (strcmp(stopped, "budget") == 0)
		by = g_strdup_printf("The budget of %s s ended it after %u round%s",
			record_said(a->record, "budget_s"), rounds, s);
	else if (asked > 0 && strcmp(stopped, "resolved") == 0)
		by = g_strdup_printf("Resolved after %u round%s", rounds, s);
	else if (asked > 0 && strcmp(stopped, "rounds") == 0)
		by = g_strdup_printf("%s in %u round%s, the most it may have",
			g_ascii_strtod(widest ? widest : "1", NULL) < asked
				? "Too few to be sure"
				: "Not resolved",
			rounds, s);
	if (asked > 0 && g_strcmp0(widest, "unknown") == 0)
		width = g_strdup_printf(": some ratio has no interval yet, and %g %% was "
					"asked for",
			asked * 100);
	else if (asked > 0 && widest && strcmp(widest, "none") != 0)
		width = g_strdup_printf(": the widest interval is %.1f %% of its ratio, "
					"and %g %% was asked for",
			g_ascii_strtod(widest, NULL) * 100, asked * 100);
	if (by)
		report_note(notes, "%s%s.", by, width ? width : "");
}

/* Whose account the heap figures are (memory.h). */
static const char *
heap_account(const GArray *rows)
{
	for (guint i = 0; i < rows->len; i++) {
		const struct row *r = &g_array_index(rows, struct row, i);
		if (strcmp(r->metric, "heap_source") == 0 &&
			strcmp(r->unit, "interposer") == 0)
			return "what malloc handed out, counted by " INTERPOSED_LIBRARY;
	}
	return "malloc's account";
}

static void
note_claim(GPtrArray *notes, const struct report *a)
{
	bool any = false;
	for (guint i = 0; i < a->variants->len; i++)
		any = any ||
		      ((const struct ab_variant *)a->variants->pdata[i])->claimed > 0;
	if (any && a->claimed)
		report_note(notes,
			"Claimed, by MemKV's README for its own 967K URLs of 49 MB and "
			"no "
			"other data: boxed 145, arena-key 84, arena-prefix 68, Rust "
			"BTreeMap 133 B/key; its author later published 208 for the 68 "
			"and 125 for the 133.");
}

static void
note_floor(GPtrArray *notes, const struct report *a)
{
	if (!isnan(a->least))
		report_note(notes,
			"Above floor: RSS B/key beyond %.1f, which is %.1f for the keys, "
			"front-coded at their entropy, and %s. A layout that knows more "
			"of the keys can go below it.",
			a->least, a->floor,
			a->least > a->floor
				? "8 for a value"
				: "nothing for a row number, which their order tells");
}

/* Rounds that took memory, which is the same in each of them to a few pages. */
static unsigned
laps_of_memory(const struct report *a, const struct facts *facts)
{
	unsigned n = 0;
	for (unsigned lap = 0; lap < facts_laps(facts); lap++) {
		bool any = false;
		for (guint i = 0; i < a->variants->len; i++) {
			const struct ab_variant *v = a->variants->pdata[i];
			any = any || facts_have_memory(facts, lap, v->name);
		}
		n += any;
	}
	return n;
}

static void
note_data(GPtrArray *notes, const struct report *a, const struct facts *facts)
{
	unsigned rounds = facts_laps(facts), memory = laps_of_memory(a, facts);
	g_autofree char *sample = a->file_keys > a->keys
					  ? g_strdup_printf(" (a random sample of %zu)",
						    a->file_keys)
					  : g_strdup("");
	g_autofree char *of_bytes = memory < rounds
					    ? g_strdup_printf(
						      " Bytes: of %u of them.", memory)
					    : g_strdup("");
	report_note(notes,
		"Data: %s, %zu keys%s, %zu key bytes. Inserted in %s order, values %s, "
		"seed %s, median of %u round%s%s.%s",
		a->dataset, a->keys, sample, a->key_bytes, a->order, a->values, a->seed,
		rounds, rounds == 1 ? "" : "s",
		record_first_from(a->record) ? " at the most" : "", of_bytes);
}

GPtrArray *
report_notes(const struct report *a)
{
	GPtrArray *notes = g_ptr_array_new_with_free_func(g_free);
	struct facts *facts = facts_new(a->record->rows);
	unsigned rounds = facts_laps(facts);
	note_data(notes, a, facts);
	report_note(notes, "Revision %s on %s.", a->revision, a->host);
	report_note(notes,
		"B/key: bytes that loading added to a fresh process, by key: RSS "
		"resident anonymous pages, heap %s, exact the structure's own count. "
		"MB: 10^6 bytes. M/s: millions a second.",
		heap_account(a->record->rows));
	note_floor(notes, a);
	note_ratios(notes, a);
	note_reference(notes, a);
	note_first(notes, a);
	note_stop(notes, a, rounds);
	note_claim(notes, a);
	report_note_variants(notes, a);
	note_doubts(notes, a, facts);
	facts_free(facts);
	return notes;
}

GPtrArray *
report_doubts(const struct report *a)
{
	GPtrArray *notes = g_ptr_array_new_with_free_func(g_free);
	struct facts *facts = facts_new(a->record->rows);
	note_doubts(notes, a, facts);
	facts_free(facts);
	return notes;
}

bool
report_is_warning(const char *note)
{
	size_t capitals = strspn(note, G_CSET_A_2_Z);
	return capitals >= 4 && note[capitals] == ':';
}
