/* cmd_list.c: artbench list: the variants and what each can do; or the workloads. */
#include <string.h>
#include "ab.h"
#include "cli.h"
#include "cmd.h"
#include "probe.h"

static const char *const formats[] = { "text", "tsv", NULL };

/* What a variant can do, in words separated by spaces; "-" if nothing. */
static char *
abilities(const struct ab_variant *v)
{
	const struct {
		bool has;
		const char *word;
	} all[] = {
		{ v->put != NULL, "put" },
		{ v->del != NULL, "del" },
		{ v->build != NULL, "build" },
		{ v->scan != NULL, "scan" },
		{ v->scan_prefix != NULL, "prefix" },
		{ v->memory != NULL, "memory" },
		{ v->check != NULL, "check" },
		{ v->dump != NULL, "dump" },
		{ v->caps & AB_ORDERED, "ordered" },
		{ v->caps & AB_PARALLEL_READS, "parallel-reads" },
		{ v->caps & AB_PARALLEL_WRITES, "parallel-writes" },
		{ v->caps & AB_OWN_ALLOC, "own-alloc" },
		{ v->caps & AB_BORROWS_KEYS, "borrows-keys" },
		{ v->caps & AB_SLOW_WRITES, "slow-writes" },
		{ v->caps & AB_HOLDS_NOTHING, "holds-nothing" },
	};
	GString *s = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		if (all[i].has)
			g_string_append_printf(s, "%s%s", s->len ? " " : "", all[i].word);
	return g_string_free(s, FALSE);
}

static void
print_variants(bool tsv)
{
	const char *line = tsv ? "%s\t%s\t%s\t%s\t%s\n"
			       : "%-18s  %-24s  %-8s  %-28s  %s\n";
	printf(line, "name", "label", "family", tsv ? "capabilities" : "source",
		tsv ? "source" : "capabilities");
	const struct ab_variant *v;
	for (size_t i = 0; (v = ab_variant_at(i)); i++) {
		g_autofree char *can = abilities(v);
		const char *source = ab_variant_source(v);
		printf(line, v->name, v->label, v->family, tsv ? can : source,
			tsv ? source : can);
	}
}

static void
print_workloads(bool tsv)
{
	const char *line = tsv ? "%s\t%s\t%s\t%s\t%s\n"
			       : "%-14s  %-7s  %-4s  %-10s  %s\n";
	printf(line, "name", "group", "core", "counts", "what");
	for (const struct workload *w = workloads; w->name; w++)
		printf(line, w->name, workload_groups[w->group], w->core ? "core" : "-",
			w->timed_singly ? "ns" : w->unit, w->what);
}

int
cmd_list(int argc, char **argv)
{
	g_autofree char *format = NULL;
	g_auto(GStrv) plugins = NULL;
	gboolean of_workloads = FALSE;
	const GOptionEntry entries[] = {
		{ "plugin", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &plugins, PROBE_HELP,
			"FILE" },
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &format, "text (default) or tsv",
			"FORMAT" },
		{ "workloads", 'w', 0, G_OPTION_ARG_NONE, &of_workloads,
			"The workloads in place of the variants", NULL },
		{ 0 },
	};
	int form;
	int status = cli_parse_only(argc, argv,
		"Lists the variants, built in and from plug-ins, or the workloads that "
		"they can\nbe measured with.",
		entries);
	if (status >= 0)
		return status;
	if (!cli_choice("format", format, formats, &form) || !probe_plugins(plugins))
		return CLI_BAD_INPUT;
	(of_workloads ? print_workloads : print_variants)(form == 1);
	return cli_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
}
