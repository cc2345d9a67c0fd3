/* cli.c: see cli.h. */
#include <inttypes.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "child.h"
#include "cli.h"
#include "probe.h"
#include "kept/source.h"

static const char *const orders[] = { "random", "sorted", NULL };
static const char *const value_kinds[] = { "random", "rank", NULL };

bool
cli_number(const char *option, const char *text, uint64_t otherwise, uint64_t lo,
	uint64_t hi, uint64_t *out)
{
	guint64 n = otherwise;
	if (text && !g_ascii_string_to_unsigned(text, 10, lo, hi, &n, NULL)) {
		say_fail("--%s '%s' is not a whole number from %" PRIu64 " to %" PRIu64
			 "; give one",
			option, text, lo, hi);
		return false;
	}
	*out = n;
	return true;
}

bool
cli_choice(const char *option, const char *text, const char *const *choices, int *out)
{
	*out = 0;
	if (!text)
		return true;
	for (int i = 0; choices[i]; i++)
		if (strcmp(text, choices[i]) == 0) {
			*out = i;
			return true;
		}
	g_autofree char *list = g_strjoinv(", ", (char **)choices);
	say_fail("--%s '%s' is not known; use one of: %s", option, text, list);
	return false;
}

/* ---- variants ---- */

static bool
is_in(char *const *names, const char *name)
{
	for (size_t i = 0; names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool
is_absent(const char *name)
{
	for (const struct ab_absent *a = ab_absent; a->name; a++)
		if (strcmp(a->name, name) == 0) {
			say_fail("variant '%s' is not built in; install the package %s "
				 "and build with meson setup --reconfigure",
				name, a->package);
			return true;
		}
	return false;
}

static bool
all_known(char *const *names)
{
	for (size_t i = 0; names[i]; i++) {
		if (ab_variant_named(names[i]))
			continue;
		if (is_absent(names[i]))
			return false;
		g_autoptr(GString) known = g_string_new(NULL);
		const struct ab_variant *v;
		for (size_t j = 0; (v = ab_variant_at(j)); j++)
			g_string_append_printf(known, "%s%s", j ? ", " : "", v->name);
		say_fail("variant '%s' is not known; use some of: %s", names[i],
			known->str);
		return false;
	}
	return true;
}

GPtrArray *
cli_variants(const char *list)
{
	g_auto(GStrv) names = list ? g_strsplit(list, ",", 0) : NULL;
	if (names && !all_known(names))
		return NULL;
	GPtrArray *chosen = g_ptr_array_new();
	const struct ab_variant *v;
	for (size_t i = 0; (v = ab_variant_at(i)); i++)
		if (names ? is_in(names, v->name) : !v->by_name)
			g_ptr_array_add(chosen, (gpointer)v);
	if (chosen->len)
		return chosen;
	say_fail("no variants are chosen; see artbench list");
	g_ptr_array_unref(chosen);
	return NULL;
}

/* ---- parsing ---- */

/* GOption stops at "--" and may leave it in place; take it out. */
static char **
drop_dashes(char **rest)
{
	return *rest && strcmp(*rest, "--") == 0 ? rest + 1 : rest;
}

/* Error messages, env.txt and a plan have a line for each. */
static bool
are_plain(char *const *words)
{
	for (; *words && strcmp(*words, "--") != 0; words++)
		for (const char *c = *words; *c; c++)
			if (g_ascii_iscntrl(*c)) {
				g_autofree char *escaped = g_strescape(*words, NULL);
				say_fail("%s: has a control character in it; rename the "
					 "file, or leave it out",
					escaped);
				return false;
			}
	return true;
}

static int
parse_options(int argc, char **argv, const char *summary, const GOptionEntry *first,
	const GOptionEntry *second, char ***rest)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GOptionContext)
		context = g_option_context_new(rest ? "[-- FLAGS...]" : NULL);
	g_autofree char *program = g_strdup_printf("artbench %s", argv[0]);
	g_set_prgname(program);
	if (!are_plain(argv + 1))
		return CLI_BAD_INPUT;
	g_option_context_set_summary(context, summary);
	if (first)
		g_option_context_add_main_entries(context, first, NULL);
	if (second)
		g_option_context_add_main_entries(context, second, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error))
		return say_fail(
			"%s: %s; see %s --help", argv[0], error->message, program);
	char **left = drop_dashes(argv + 1);
	if (rest)
		*rest = left;
	else if (*left)
		return say_fail("%s: '%s' is not an option; see %s --help", argv[0],
			*left, program);
	return -1;
}

int
cli_parse_only(int argc, char **argv, const char *summary, const GOptionEntry *entries)
{
	return parse_options(argc, argv, summary, entries, NULL, NULL);
}

bool
cli_data_format(const char *text, enum dataset_format *out)
{
	int chosen;
	bool ok = cli_choice("data-format", text, dataset_format_names, &chosen);
	*out = (enum dataset_format)chosen;
	return ok;
}

bool
cli_load_plugins(struct cli_run *r)
{
	g_auto(GStrv) files = g_steal_pointer(&r->plugins);
	return probe_load_plugins(files);
}

bool
cli_settle(const char *command, struct cli_run *r)
{
	int order, values;
	if (!r->data) {
		say_fail("%s needs --data FILE; give it a key file", command);
		return false;
	}
	if (!cli_choice("order", r->order, orders, &order) ||
		!cli_choice("values", r->values, value_kinds, &values) ||
		!cli_number("seed", r->seed, 1, 0, UINT64_MAX, &r->setup.seed) ||
		!cli_data_format(r->data_format, &r->format) ||
		!cli_number("keys", r->keys, 0, 1, SIZE_MAX, &r->sample) ||
		!probe_plugins(r->plugins) || !probe_load(r->loads))
		return false;
	r->setup.order = (enum load_order)order;
	r->setup.values = (enum value_kind)values;
	r->setup.round = 1;
	r->chosen = cli_variants(r->variants);
	if (r->chosen)
		cli_add_plugins(r);
	return r->chosen;
}

int
cli_parse_text(int argc, char **argv, const char *summary, const GOptionEntry *extra,
	struct cli_run *r, char ***rest)
{
	*r = (struct cli_run){ 0 };
	const GOptionEntry entries[] = {
		{ "data", 'd', 0, G_OPTION_ARG_FILENAME, &r->data, "Key file", "FILE" },
		{ "data-format", 0, 0, G_OPTION_ARG_FILENAME, &r->data_format,
			CLI_DATA_FORMAT_HELP, "FORMAT" },
		{ "keys", 0, 0, G_OPTION_ARG_FILENAME, &r->keys,
			"Take a random sample of the keys (default: all)", "N" },
		{ "name", 0, 0, G_OPTION_ARG_FILENAME, &r->name,
			"Title of the data (default: the file's stem)", "TITLE" },
		{ "variants", 'v', 0, G_OPTION_ARG_FILENAME, &r->variants,
			"Comma-separated names (default: all but by-name ones)", "A,B" },
		{ "plugin", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &r->plugins,
			PROBE_HELP ", and is measured beside --variants", "FILE" },
		{ "load", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME_ARRAY, &r->loads,
			"The same, into this process", "SHA256:FILE" },
		{ "order", 0, 0, G_OPTION_ARG_FILENAME, &r->order,
			"Insertion order: random (default) or sorted", "ORDER" },
		{ "values", 0, 0, G_OPTION_ARG_FILENAME, &r->values,
			"random 64-bit numbers (default) or rank (row numbers)", "KIND" },
		{ "seed", 0, 0, G_OPTION_ARG_FILENAME, &r->seed,
			"Seed of all random choices (default 1)", "N" },
		{ 0 },
	};
	return parse_options(argc, argv, summary, entries, extra, rest);
}

int
cli_parse(int argc, char **argv, const char *summary, const GOptionEntry *extra,
	struct cli_run *r, char ***rest)
{
	int status = cli_parse_text(argc, argv, summary, extra, r, rest);
	if (status >= 0)
		return status;
	return cli_settle(argv[0], r) ? -1 : CLI_BAD_INPUT;
}

void
cli_free(struct cli_run *r)
{
	char *const text[] = { r->data, r->name, r->variants, r->order, r->values,
		r->seed, r->data_format, r->keys };
	for (size_t i = 0; i < G_N_ELEMENTS(text); i++)
		g_free(text[i]);
	g_strfreev(r->plugins);
	g_strfreev(r->loads);
	if (r->chosen)
		g_ptr_array_unref(r->chosen);
	cli_keys_close(r);
	*r = (struct cli_run){ 0 };
}

void
cli_append_setup(GPtrArray *argv, const struct cli_run *r)
{
	g_autofree char *path = cli_data_path(r);
	g_ptr_array_add(argv, g_strdup_printf("--data=%s", path));
	if (r->handed)
		g_ptr_array_add(argv, g_strdup_printf("--handed=%d", CHILD_KEYS));
	if (r->format != DATASET_AUTO)
		g_ptr_array_add(argv, g_strdup_printf("--data-format=%s",
					      dataset_format_names[r->format]));
	if (r->sample)
		g_ptr_array_add(argv, g_strdup_printf("--keys=%" PRIu64, r->sample));
	if (r->name)
		g_ptr_array_add(argv, g_strdup_printf("--name=%s", r->name));
	g_ptr_array_add(argv, g_strdup_printf("--order=%s", orders[r->setup.order]));
	g_ptr_array_add(
		argv, g_strdup_printf("--values=%s", value_kinds[r->setup.values]));
	g_ptr_array_add(argv, g_strdup_printf("--seed=%" PRIu64, r->setup.seed));
}

char *
cli_revision(void)
{
	g_autofree char *why = NULL;
	char *revision = source_revision(&why);
	if (why)
		g_printerr("artbench: the revision is not known: git says: %s\n", why);
	return revision;
}

/* ---- the choice of workloads and variants ---- */

static bool
is_meant(const struct workload *w, char *const *names)
{
	for (; *names; names++)
		if (strcmp(*names, w->name) == 0 ||
			(strcmp(*names, "all") == 0 && workload_is_listed(w)) ||
			(strcmp(*names, "core") == 0 && w->core))
			return true;
	return false;
}

void
cli_add_variant(struct cli_run *r, const struct ab_variant *v)
{
	if (g_ptr_array_find(r->chosen, v, NULL))
		return;
	GPtrArray *all = g_ptr_array_new();
	const struct ab_variant *one;
	for (size_t i = 0; (one = ab_variant_at(i)); i++)
		if (one == v || g_ptr_array_find(r->chosen, one, NULL))
			g_ptr_array_add(all, (gpointer)one);
	g_ptr_array_unref(r->chosen);
	r->chosen = all;
}

void
cli_add_plugins(struct cli_run *r)
{
	const struct ab_variant *v;
	for (size_t i = 0; r->plugins && (v = ab_variant_at(i)); i++) {
		if (!probe_sha256(v) || g_ptr_array_find(r->chosen, v, NULL))
			continue;
		if (v->by_name)
			g_printerr("artbench: %s: the plug-in '%s' goes by name, and is "
				   "left out; add it to --variants\n",
				ab_variant_source(v), v->name);
		else
			cli_add_variant(r, v);
	}
}

GPtrArray *
cli_workloads(const char *list)
{
	g_auto(GStrv) names = g_strsplit(list ? list : "core", ",", 0);
	for (char **name = names; *name; name++)
		if (!workload_named(*name) && strcmp(*name, "all") != 0 &&
			strcmp(*name, "core") != 0) {
			g_autofree char *why = workload_unknown(*name);
			say_fail("%s", why);
			return NULL;
		}
	GPtrArray *wanted = g_ptr_array_new();
	for (const struct workload *w = workload_first(); w; w = w->next)
		if (is_meant(w, names))
			g_ptr_array_add(wanted, (gpointer)w);
	if (wanted->len)
		return wanted;
	say_fail("no workloads are chosen; leave out --workloads for the core ones");
	g_ptr_array_unref(wanted);
	return NULL;
}
