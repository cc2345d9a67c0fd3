/* preset.c: see preset.h. */
#include <string.h>
#include "cli.h"
#include "preset.h"

/* Each layout one idea more than the one before, for any keys or for frozen ones. */
static bool
is_of_ladder(const char *rung)
{
	const char *digits = rung + (*rung == 'F');
	return *digits && !digits[strspn(digits, "0123456789")];
}

static bool
is_ablation(const char *rung)
{
	return strcmp(rung, "S") == 0;
}

static const char *const peers[] = { "absl_btree", "marisa_trie", NULL };
static const char *const made_of[] = { "art_arena_paper", "art_arena_prefix",
	"page_front", NULL };

/* The budgets leave room for what scripts/run_all.sh does around the run. */
const struct preset presets[] = {
	{ .name = "main",
		.what = "the usual run, with everything around it ten minutes",
		.budget = "500" },
	{ .name = "quick", .what = "one round", .rounds = "1" },
	{ .name = "full",
		.what = "every workload, within an hour",
		.workloads = "all",
		.rounds = "12",
		.budget = "3300" },
	{ .name = "ladder",
		.what = "the layouts, each one idea more than the one before, and two "
			"peers, within a quarter of an hour",
		.has_rung = is_of_ladder,
		.besides = peers,
		.reference = "art_boxed",
		.budget = "780" },
	{ .name = "ablations",
		.what = "layouts that have one idea less, or more, beside the three "
			"they are made of, within a quarter of an hour",
		.has_rung = is_ablation,
		.besides = made_of,
		.workloads = "insert,hit,scan",
		.reference = "art_arena_prefix",
		.budget = "780" },
	{ 0 },
};

const struct preset *
preset_named(const char *name)
{
	g_autoptr(GString) known = g_string_new(NULL);
	for (const struct preset *p = presets; p->name; p++) {
		if (strcmp(p->name, name) == 0)
			return p;
		g_string_append_printf(known, "%s%s", known->len ? ", " : "", p->name);
	}
	say_fail("--preset '%s' is not known; use one of: %s", name, known->str);
	return NULL;
}

char *
preset_variants(const struct preset *p)
{
	if (!p->has_rung)
		return NULL;
	GString *names = g_string_new(NULL);
	const struct ab_variant *v;
	for (size_t i = 0; (v = ab_variant_at(i)); i++)
		if ((v->rung && p->has_rung(v->rung)) ||
			g_strv_contains(p->besides, v->name))
			g_string_append_printf(
				names, "%s%s", names->len ? "," : "", v->name);
	return g_string_free(names, FALSE);
}
