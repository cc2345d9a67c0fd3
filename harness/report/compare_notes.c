/* compare_notes.c: what stands below the tables of a comparison; see compare.h. */
#include <string.h>
#include "compare.h"
#include "notes.h"
#include "kept/part.h"

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
			struct estimate e =
				compare_change(c, v, c->wanted->pdata[k]).change;
			ratios += compare_has_ratio(c, v) && e.n;
			if (!compare_has_ratio(c, v) || !(e.coverage > 0))
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
append_name(GString *names, const char *name)
{
	g_string_append_printf(names, "%s%s", names->len ? ", " : "", name);
}

static void
note_only(GPtrArray *notes, char letter, const struct report_about *own,
	const struct report_about *other)
{
	g_autoptr(GString) names = g_string_new(NULL);
	for (guint i = 0; i < own->variants->len; i++) {
		const struct ab_variant *v = own->variants->pdata[i];
		if (!g_ptr_array_find(other->variants, v, NULL))
			append_name(names, v->name);
	}
	for (guint i = 0; i < own->wanted->len; i++) {
		const struct workload *w = own->wanted->pdata[i];
		if (!g_ptr_array_find(other->wanted, w, NULL))
			append_name(names, w->name);
	}
	if (names->len)
		report_note(notes, "Only in %c, and left out: %s.", letter, names->str);
}

static void
note_reference(GPtrArray *notes, const struct compare *c)
{
	const struct ab_variant *a = report_subject(c->a.report)->reference;
	const struct ab_variant *b = report_subject(c->b.report)->reference;
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
	const struct report_about *a = report_subject(c->a.report);
	const struct report_about *b = report_subject(c->b.report);
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
