/* cmd_list.c: artbench list: the variants, what each can do, and which are missing; or
 * the workloads. */
#include <inttypes.h>
#include "ab.h"
#include "run/cli.h"
#include "cmd.h"
#include "run/probe.h"

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
		{ v->compact != NULL, "compact" },
		{ v->build != NULL, "build" },
		{ v->scan != NULL, "scan" },
		{ v->scan_prefix != NULL, "prefix" },
		{ v->last != NULL, "last" },
		{ v->memory != NULL, "memory" },
		{ v->check != NULL, "check" },
		{ v->dump != NULL, "dump" },
		{ v->caps & AB_ORDERED, "ordered" },
		{ v->caps & AB_PARALLEL_READS, "parallel-reads" },
		{ v->caps & AB_PARALLEL_WRITES, "parallel-writes" },
		{ v->caps & AB_OWN_ALLOC, "own-alloc" },
		{ v->caps & AB_BORROWS_KEYS, "borrows-keys" },
		{ v->caps & AB_BULK_LOAD, "bulk-load" },
		{ v->caps & AB_HOLDS_NOTHING, "holds-nothing" },
		{ v->caps & AB_NO_NUL, "no-nul" },
		{ v->caps & AB_NO_EMPTY, "no-empty-key" },
		{ v->caps & AB_OOM_EXITS, "oom-exits" },
		{ v->caps & AB_UNDIVIDED, "undivided" },
		{ v->by_name, "by-name" },
		{ v->file_bytes != NULL, "in-a-file" },
	};
	GString *s = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		if (all[i].has)
			g_string_append_printf(s, "%s%s", s->len ? " " : "", all[i].word);
	if (v->max_key < DATASET_MAX_KEY)
		g_string_append_printf(s, " key<=%" PRIu32, v->max_key);
	return g_string_free(s, FALSE);
}

static void
print_tsv(void)
{
	puts("name\tlabel\tfamily\tcapabilities\tsource\tlibrary\tpackage\trung");
	const struct ab_variant *v;
	for (size_t i = 0; (v = ab_variant_at(i)); i++) {
		g_autofree char *can = abilities(v);
		printf("%s\t%s\t%s\t%s\t%s\t%s\t-\t%s\n", v->name, v->label, v->family,
			can, ab_variant_source(v), v->library ? v->library : "-",
			v->rung ? v->rung : "-");
	}
	for (const struct ab_absent *a = ab_absent; a->name; a++)
		printf("%s\t-\t-\t-\t-\t-\t%s\t-\n", a->name, a->package);
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
		printf(line, v->name, v->label, v->family, v->rung ? v->rung : "-",
			ab_variant_source(v), v->library ? v->library : "-", can);
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
		"Lists the variants, built in and from plug-ins, and what else a package "
		"would bring;\nor the workloads that they can be measured with.",
		entries);
	if (status >= 0)
		return status;
	if (!cli_choice("format", format, formats, &form) || !probe_plugins(plugins))
		return CLI_BAD_INPUT;
	(of_workloads ? print_workloads : print_variants)(form == 1);
	return cli_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
}
