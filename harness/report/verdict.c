/* verdict.c: what a page begins with; see run_page.h. */
#include <math.h>
#include <string.h>
#include "kept/description.h"
#include "work/fixture.h"
#include "run_page.h"

/* Digests of those whose bytes are known on a host. */
struct measured {
	const struct report *about;
	GArray *changing, *built; /* struct digest: can be changed, built once */
};

static double
rss(const struct digest *d)
{
	return d->of[M_RSS].median;
}

static const struct rate *
rate(const struct digest *d, const char *workload)
{
	return &d->rates[workload_named(workload)->id];
}

static bool
was_timed(const struct report *about, const char *workload)
{
	return g_ptr_array_find(about->wanted, workload_named(workload), NULL);
}

/* Of one that this program does not have, a run says by its inserts whether it can be
 * changed; without them nobody does. */
static GArray *
group_of(const struct measured *m, const struct digest *d)
{
	bool told = d->v->get || was_timed(m->about, "insert");
	bool can = d->v->get ? d->v->put != NULL : !isnan(rate(d, "insert")->mops.median);
	if (isnan(rss(d)) || d->v->caps & AB_HOLDS_NOTHING || !told)
		return NULL;
	return can ? m->changing : m->built;
}

static struct measured
measured_on(const struct report *about, const struct cohort *cohort)
{
	struct measured m = { about, g_array_new(FALSE, FALSE, sizeof(struct digest)),
		g_array_new(FALSE, FALSE, sizeof(struct digest)) };
	for (guint i = 0; i < about->variants->len; i++) {
		struct digest d = digest_of(about->variants->pdata[i], about->reference,
			cohort->facts, about->keys);
		GArray *group = group_of(&m, &d);
		if (group)
			g_array_append_val(group, d);
	}
	return m;
}

static void
measured_clear(struct measured *m)
{
	g_array_unref(m->changing);
	g_array_unref(m->built);
}

/* ---- the smallest ---- */

static bool
keeps_order(const struct digest *d)
{
	return !d->v->get || d->v->caps & AB_ORDERED;
}

/* What a reader sees of bytes per key: those who look alike are tied. */
static long
shown(const struct digest *d)
{
	return lround(rss(d) * 10);
}

/* All that are tied for the fewest bytes, in their order: const struct digest *. */
static GPtrArray *
smallest(const GArray *group, bool in_order)
{
	GPtrArray *best = g_ptr_array_new();
	for (guint i = 0; i < group->len; i++) {
		struct digest *d = &g_array_index(group, struct digest, i);
		if (in_order && !keeps_order(d))
			continue;
		if (best->len && shown(d) < shown(best->pdata[0]))
			g_ptr_array_set_size(best, 0);
		if (!best->len || shown(d) == shown(best->pdata[0]))
			g_ptr_array_add(best, d);
	}
	return best;
}

void
page_append_traits(GString *s, const struct report *about, const struct digest *d)
{
	g_autofree char *plugin = description_note(about->record, d->v->name);
	bool in_bulk = d->v->put && d->v->caps & AB_BULK_LOAD &&
		       about->keys > BULK_LOAD_ABOVE;
	const char *const is[] = { keeps_order(d) ? NULL : "no order of keys",
		in_bulk ? "loaded in bulk" : NULL,
		d->v->caps & AB_BORROWS_KEYS ? "its keys not counted" : NULL,
		plugin ? "a plug-in" : NULL };
	const char *before = " (";
	g_string_append(s, d->v->name);
	for (size_t i = 0; i < G_N_ELEMENTS(is); i++)
		if (is[i]) {
			g_string_append_printf(s, "%s%s", before, is[i]);
			before = ", ";
		}
	if (strcmp(before, ", ") == 0)
		g_string_append_c(s, ')');
}

static void
append_all(GString *s, const struct report *about, const GPtrArray *best)
{
	for (guint i = 0; i < best->len; i++) {
		bool last = i + 1 == best->len;
		g_string_append(s, i == 0 ? "" : last ? " and " : ", ");
		page_append_traits(s, about, best->pdata[i]);
	}
}

static const char *
takes(const GPtrArray *best)
{
	return best->len > 1 ? "take" : "takes";
}

/* What its bytes are beside the reference's, and the claim's. */
static void
append_beside(GString *s, const struct report *about, const GPtrArray *best)
{
	const struct digest *d = best->pdata[0];
	if (best->len > 1)
		g_string_append(s, " each");
	else if (about->reference && d->v != about->reference && !isnan(d->rss_ratio))
		g_string_append_printf(s, ", %.0f %% of what %s takes",
			d->rss_ratio * 100, about->reference->name);
	if (best->len == 1 && d->v->claimed > 0 && about->claimed)
		g_string_append_printf(
			s, "; the published claim for its layout is %.0f", d->v->claimed);
	g_string_append(s, ".");
}

/* `whom` are all of the group: "Of the 3 that can be changed". */
static void
append_smallest(GString *s, const struct report *about, const GArray *group,
	const char *whom, const GPtrArray *best)
{
	if (group->len > 1)
		g_string_append_printf(
			s, "%s the %u %s, ", s->len ? "of" : "Of", group->len, whom);
	append_all(s, about, best);
	if (group->len > 1)
		g_string_append_printf(s, " %s the fewest bytes per key, %.1f by RSS",
			takes(best), rss(best->pdata[0]));
	else
		g_string_append_printf(
			s, " takes %.1f bytes per key by RSS", rss(best->pdata[0]));
	append_beside(s, about, best);
}

/* Where no winner keeps its keys in order, who does? */
static void
append_in_order(
	GString *s, const struct report *about, const GArray *group, GPtrArray *best)
{
	guint ordered = 0;
	for (guint i = 0; i < best->len; i++)
		if (keeps_order(best->pdata[i]))
			return;
	for (guint i = 0; i < group->len; i++)
		ordered += keeps_order(&g_array_index(group, struct digest, i));
	g_autoptr(GPtrArray) others = smallest(group, true);
	if (!ordered)
		return;
	if (ordered == 1) {
		g_string_append(s, " The only one that keeps keys in order is ");
		append_all(s, about, others);
		g_string_append(s, ", ");
	} else {
		g_string_append_printf(
			s, " Of the %u that keep keys in order, ", ordered);
		append_all(s, about, others);
		g_string_append_printf(s, " %s the fewest, ", takes(others));
	}
	g_string_append_printf(s, "%.1f.", rss(others->pdata[0]));
}

/* One that is built once may take less than all that can be changed. */
static void
append_built(GString *s, const struct measured *m, const GPtrArray *than)
{
	g_autoptr(GPtrArray) best = smallest(m->built, false);
	if (!best->len || shown(best->pdata[0]) >= shown(than->pdata[0]))
		return;
	g_string_append(s, " Built once and not changed after that, ");
	append_all(s, m->about, best);
	g_string_append_printf(s, " %s less, %.1f.", takes(best), rss(best->pdata[0]));
}

/* ---- its speed ---- */

static void
append_speed(GString *s, const struct report *about, const struct facts *facts,
	const struct ab_variant *v)
{
	const struct ab_variant *reference = about->reference;
	struct digest d = digest_of(v, reference, facts, about->keys);
	const struct estimate *e = &rate(&d, "hit")->ratio;
	if (v == reference)
		g_string_append_printf(s, " Speeds are held against %s.", v->name);
	else if (isnan(e->median))
		g_string_append_printf(s,
			" How fast %s finds keys was not measured beside %s.", v->name,
			reference->name);
	else if (stats_resolved(e))
		g_string_append_printf(s,
			" %s finds keys %.2f times as fast as %s (95 %% interval "
			"%.2f..%.2f, %zu rounds).",
			v->name, e->median, reference->name, e->lo, e->hi, e->n);
	else if (e->coverage > 0)
		g_string_append_printf(s,
			" Whether %s finds keys faster than %s is unresolved: the ratio "
			"is %.2f, its 95 %% interval %.2f..%.2f (%zu rounds).",
			v->name, reference->name, e->median, e->lo, e->hi, e->n);
	else
		g_string_append_printf(s,
			" Whether %s finds keys faster than %s is unresolved: the ratio "
			"is %.2f, and the rounds are too few for an interval.",
			v->name, reference->name, e->median);
}

static void
append_speeds(GString *s, const struct report *about, const struct facts *facts,
	const GPtrArray *best)
{
	if (!about->reference)
		g_string_append(s, " Speeds were held against no reference.");
	else if (!was_timed(about, "hit"))
		g_string_append(s, " Lookups were not timed.");
	else
		for (guint i = 0; i < best->len; i++) {
			const struct digest *d = best->pdata[i];
			append_speed(s, about, facts, d->v);
		}
}

/* ---- what loses ---- */

/* Its place on the way up the ladder; 0: it has none, as an ablation has not, and F2, which
 * is F1 and something besides. */
static size_t
place_of(const struct ab_variant *v)
{
	static const char *const up[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8",
		"F1" };
	for (size_t i = 0; v->rung && i < G_N_ELEMENTS(up); i++)
		if (strcmp(v->rung, up[i]) == 0)
			return i + 1;
	return 0;
}

static bool
is_rung(const struct digest *d)
{
	return d->v->rung && strcmp(d->v->rung, "S") != 0;
}

static bool
is_no_rung(const struct digest *d)
{
	return !d->v->rung && !(d->v->caps & AB_BORROWS_KEYS);
}

/* All that are so, as they are in the registry: const struct digest *. */
static GPtrArray *
those_that(const struct measured *m, bool (*are)(const struct digest *))
{
	GPtrArray *all = g_ptr_array_new();
	const GArray *const groups[] = { m->changing, m->built };
	for (size_t g = 0; g < G_N_ELEMENTS(groups); g++)
		for (guint i = 0; i < groups[g]->len; i++) {
			struct digest *d = &g_array_index(groups[g], struct digest, i);
			if (are(d))
				g_ptr_array_add(all, d);
		}
	return all;
}

/* The smallest of those below that place; NULL: there is none. */
static const struct digest *
least_below(const GPtrArray *rungs, size_t place)
{
	const struct digest *least = NULL;
	for (guint i = 0; i < rungs->len; i++) {
		const struct digest *d = rungs->pdata[i];
		size_t its = place_of(d->v);
		if (its && its < place && (!least || shown(d) < shown(least)))
			least = d;
	}
	return least;
}

/* Rungs that take more than one below them. */
static void
append_steps_up(GString *s, const GPtrArray *rungs)
{
	guint found = 0;
	for (guint i = 0; i < rungs->len; i++) {
		const struct digest *d = rungs->pdata[i];
		const struct digest *least = least_below(rungs, place_of(d->v));
		if (!least || shown(d) <= shown(least))
			continue;
		g_string_append_printf(s,
			"%s %s (rung %s) takes %.1f bytes per key, %s (rung %s) %.1f",
			found++ ? ";"
				: "Not every rung takes at most what those below it do:",
			d->v->name, d->v->rung, rss(d), least->v->name, least->v->rung,
			rss(least));
	}
	g_string_append(s, found ? "." : "");
}

static const struct digest *
least_of(const GPtrArray *all)
{
	const struct digest *least = NULL;
	for (guint i = 0; i < all->len; i++)
		if (!least || shown(all->pdata[i]) < shown(least))
			least = all->pdata[i];
	return least;
}

static bool
is_built_once(const struct measured *m, const struct digest *d)
{
	for (guint i = 0; i < m->built->len; i++)
		if (d == &g_array_index(m->built, struct digest, i))
			return true;
	return false;
}

/* Others that take less than every rung does. */
static void
append_smaller_others(GString *s, const struct measured *m, const GPtrArray *rungs)
{
	g_autoptr(GPtrArray) others = those_that(m, is_no_rung);
	const struct digest *least = least_of(rungs);
	guint found = 0;
	for (guint i = 0; least && i < others->len; i++) {
		const struct digest *d = others->pdata[i];
		if (shown(d) >= shown(least))
			continue;
		if (!found++)
			g_string_append_printf(s,
				"%sWhat is no rung takes less than every rung that was "
				"measured, of which %s takes the fewest, %.1f bytes per "
				"key:",
				s->len ? " " : "", least->v->name, rss(least));
		g_string_append(s, found > 1 ? ", " : " ");
		page_append_traits(s, m->about, d);
		g_string_append_printf(
			s, "%s %.1f", is_built_once(m, d) ? ", built once," : "", rss(d));
	}
	g_string_append(s, found ? "." : "");
}

/* NULL: nothing does. */
static char *
losses(const struct measured *m, const char *host)
{
	g_autoptr(GPtrArray) rungs = those_that(m, is_rung);
	g_autoptr(GString) s = g_string_new(NULL);
	append_steps_up(s, rungs);
	append_smaller_others(s, m, rungs);
	if (!s->len)
		return NULL;
	return host ? g_strdup_printf("On %s: %s", host, s->str) : g_strdup(s->str);
}

/* ---- all of it ---- */

static char *
paragraph(const struct measured *m, const struct facts *facts, const char *host)
{
	bool changing = m->changing->len > 0;
	const GArray *group = changing ? m->changing : m->built;
	const char *whom = !changing       ? "measured, each built once,"
			   : m->built->len ? "that can be changed"
					   : "measured";
	g_autoptr(GPtrArray) best = smallest(group, false);
	GString *s = g_string_new(NULL);
	if (host)
		g_string_append_printf(s, "On %s, ", host);
	append_smallest(s, m->about, group, whom, best);
	append_in_order(s, m->about, group, best);
	if (changing)
		append_built(s, m, best);
	append_speeds(s, m->about, facts, best);
	return g_string_free(s, FALSE);
}

GPtrArray *
page_verdict(const struct page *p)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
	bool several = p->cohorts->len > 1;
	for (guint i = 0; i < p->cohorts->len; i++) {
		const struct cohort *cohort = cohort_at(p->cohorts, i);
		struct measured m = measured_on(p->report, cohort);
		if (m.changing->len + m.built->len > several)
			g_ptr_array_add(all, paragraph(&m, p->facts, cohort->when));
		char *lost = losses(&m, cohort->when);
		if (lost)
			g_ptr_array_add(all, lost);
		measured_clear(&m);
	}
	if (!all->len)
		g_ptr_array_add(all,
			g_strdup(several ? "No host measured the memory of two variants: "
					   "their bytes cannot be compared."
					 : "No resident memory was measured, so that "
					   "none is named the smallest."));
	return all;
}
