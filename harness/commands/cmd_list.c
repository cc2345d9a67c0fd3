/* cmd_list.c: artbench list: the variants, what each can do, and which are missing; or
 * the workloads, or the presets of a run. */
#include <assert.h>
#include <inttypes.h>
#include "ab.h"
#include "run/cli.h"
#include "cmd.h"
#include "run/preset.h"
#include "run/probe.h"

static const char *const formats[] = { "text", "tsv", NULL };

#define CAPS(C)                                                                          \
	C(AB_ORDERED, "ordered")                                                         \
	C(AB_PARALLEL_READS, "parallel-reads")                                           \
	C(AB_PARALLEL_WRITES, "parallel-writes")                                         \
	C(AB_OWN_ALLOC, "own-alloc")                                                     \
	C(AB_BORROWS_KEYS, "borrows-keys")                                               \
	C(AB_BULK_LOAD, "bulk-load")                                                     \
	C(AB_HOLDS_NOTHING, "holds-nothing")                                             \
	C(AB_NO_NUL, "no-nul")                                                           \
	C(AB_NO_EMPTY, "no-empty-key")                                                   \
	C(AB_OOM_EXITS, "oom-exits")                                                     \
	C(AB_UNDIVIDED, "undivided")                                                     \
	C(AB_PUT_WAITS, "put-waits")
#define OR(bit, word) | (bit)
static_assert((0 CAPS(OR)) == AB_CAPS_ALL, "a bit of enum ab_caps has no word");
#undef OR

/* What a variant can do, in words separated by spaces; "-" if nothing. */
static char *
abilities(const struct ab_variant *v)
{
	const struct {
		bool has;
		const char *word;
	} all[] = {
#define OPERATION(f, word) { v->f != NULL, word },
#define CAP(bit, word)     { v->caps & (bit), word },
		AB_OPERATIONS(OPERATION) CAPS(CAP)
#undef OPERATION
#undef CAP
	};
	GString *s = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		if (all[i].has && all[i].word)
			g_string_append_printf(s, "%s%s", s->len ? " " : "", all[i].word);
	if (v->by_name)
		g_string_append(s, " by-name");
	if (v->max_key < DATASET_MAX_KEY)
		g_string_append_printf(s, " key<=%" PRIu32, v->max_key);
	return g_string_free(s, FALSE);
}

static const char *
or_dash(const char *text)
{
	return text ? text : "-";
}

static void
print_tsv(void)
{
	puts("name\tlabel\tfamily\tcapabilities\tsource\tlibrary\tpackage\trung\tparamete"
	     "rs");
	const struct ab_variant *v;
	for (size_t i = 0; (v = ab_variant_at(i)); i++) {
		g_autofree char *can = abilities(v);
		printf("%s\t%s\t%s\t%s\t%s\t%s\t-\t%s\t%s\n", v->name, v->label,
			v->family, can, ab_variant_source(v), or_dash(v->library),
			or_dash(v->rung), or_dash(v->parameters));
	}
	for (const struct ab_absent *a = ab_absent; a->name; a++)
		printf("%s\t-\t-\t-\t-\t-\t%s\t-\t-\n", a->name, a->package);
}

static void
print_text(void)
{
	const char *line = "%-18s  %-24s  %-8s  %-4s  %-28s  %-28s  %s\n";
	printf(line, "name", "label", "family", "rung", "source", "library",
		"capabilities");
	const struct ab_variant *v;
	for (size_t i = 0; (v = ab_variant_at(i)); i++) {
		g_autofree char *can = abilities(v);
		g_autofree char *all = g_strjoin(" ", can, v->parameters, NULL);
		printf(line, v->name, v->label, v->family, or_dash(v->rung),
			ab_variant_source(v), or_dash(v->library), all);
	}
	for (const struct ab_absent *a = ab_absent; a->name; a++)
		printf("%-18s  not built in: needs the package %s\n", a->name,
			a->package);
}

static void
print_variants(bool tsv)
{
	(tsv ? print_tsv : print_text)();
}

static void
print_workloads(bool tsv)
{
	const char *line = tsv ? "%s\t%s\t%s\t%s\t%s\n"
			       : "%-17s  %-7s  %-4s  %-10s  %s\n";
	printf(line, "name", "group", "core", "counts", "what");
	for (const struct workload *w = workload_first(); w; w = w->next)
		printf(line, w->name, workload_groups[w->group], w->core ? "core" : "-",
			w->timed_singly ? "ns" : workload_unit(w), w->what);
	if (!tsv)
		printf("Those of threads take any number of them up to %d, as "
		       "hit_threads_4 does,\nthose of batches any number of keys up to "
		       "%d, as hit_batch_16 does.\n",
			THREADS_MOST, BATCH_MOST);
}

static void
print_presets(bool tsv)
{
	const char *line = tsv ? "%s\t%s\t%s\t%s\t%s\t%s\t%s\n"
			       : "%-9s  %-6s  %-8s  %-15s  %-16s  %s  %s\n";
	printf(line, "name", "rounds", "budget_s", "workloads", "reference", "what",
		"variants");
	for (const struct preset *p = presets; p->name; p++) {
		g_autofree char *variants = preset_variants(p);
		printf(line, p->name, or_dash(p->rounds), or_dash(p->budget),
			or_dash(p->workloads), or_dash(p->reference), p->what,
			or_dash(variants));
	}
}

int
cmd_list(int argc, char **argv)
{
	g_autofree char *format = NULL;
	g_auto(GStrv) plugins = NULL;
	gboolean of_workloads = FALSE, of_presets = FALSE;
	const GOptionEntry entries[] = {
		{ "plugin", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &plugins, PROBE_HELP,
			"FILE" },
		{ "format", 'f', 0, G_OPTION_ARG_FILENAME, &format,
			"text (default) or tsv", "FORMAT" },
		{ "workloads", 'w', 0, G_OPTION_ARG_NONE, &of_workloads,
			"The workloads in place of the variants", NULL },
		{ "presets", 0, 0, G_OPTION_ARG_NONE, &of_presets,
			"The presets of artbench run in place of the variants", NULL },
		{ 0 },
	};
	int form;
	int status = cli_parse_only(argc, argv,
		"Lists the variants, built in and from plug-ins, and what else a package "
		"would bring;\nor the workloads that they can be measured with, or the "
		"presets of a run.",
		entries);
	if (status >= 0)
		return status;
	if (!cli_choice("format", format, formats, &form) || !probe_plugins(plugins))
		return CLI_BAD_INPUT;
	(of_presets            ? print_presets
		: of_workloads ? print_workloads
			       : print_variants)(form == 1);
	return say_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
}
