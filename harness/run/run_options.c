/* run_options.c: see run_options.h. */
#include <string.h>
#include "ground/counters.h"
#include "mallocs.h"
#include "preset.h"
#include "ground/machine.h"
#include "probe.h"
#include "run_options.h"

static const char *const run_formats[] = { "text", "tsv", "markdown", NULL };

enum { ROUNDS_MOST = 1000, ROUNDS_UNTIL_RESOLVED = 100 };

static int
parse(const struct run_command *command, int argc, char **argv, struct run_options *o)
{
	const int open = command->fixed ? G_OPTION_FLAG_HIDDEN : 0;
	const GOptionEntry *more = command->more;
	const GOptionEntry extra[] = {
		{ "preset", 0, 0, G_OPTION_ARG_FILENAME, &o->preset,
			"Defaults for the options below and --variants, from artbench "
			"list --presets",
			"NAME" },
		{ "rounds", 'r', 0, G_OPTION_ARG_FILENAME, &o->rounds,
			"Times everything is measured (default 9)", "N" },
		{ "until-resolved", 0, open, G_OPTION_ARG_FILENAME, &o->until,
			"Go on, 100 rounds at most, until every interval is narrower",
			"PERCENT" },
		{ "budget", 0, open, G_OPTION_ARG_FILENAME, &o->budget,
			"Begin no round that would end after this", "SECONDS" },
		{ "first", 0, open, G_OPTION_ARG_FILENAME, &o->first_names,
			"If six rounds of all do not fit into the budget, on whom the "
			"rest of it is spent (default: the layouts under study, "
			"plug-ins)",
			"A,B" },
		{ "workloads", 'w', 0, G_OPTION_ARG_FILENAME, &o->workloads,
			CLI_WORKLOADS_HELP, "A,B" },
		{ "reference", 0, 0, G_OPTION_ARG_FILENAME, &o->reference,
			"What ratios are taken to (default glib_tree if it is measured)",
			"VARIANT" },
		{ "malloc", 0, 0, G_OPTION_ARG_FILENAME, &o->malloc,
			"glibc, jemalloc, mimalloc, tcmalloc or a library's path "
			"(default: what LD_PRELOAD says)",
			"NAME" },
		{ "format", 'f', 0, G_OPTION_ARG_FILENAME, &o->format,
			"text (default), tsv or markdown", "FORMAT" },
		{ "results", 0, 0, G_OPTION_ARG_FILENAME, &o->results,
			"Keep rows, table and environment in this new directory", "DIR" },
		{ "part", 0, open, G_OPTION_ARG_FILENAME, &o->part_name,
			"Measure only this part, of those that artbench plan names",
			"PART" },
		{ "memory", 0, 0, G_OPTION_ARG_FILENAME, &o->memory,
			"Most memory to take, for all that run at once (default: 80 % of "
			"what is left)",
			"MB" },
		{ "timeout", 0, 0, G_OPTION_ARG_FILENAME, &o->timeout,
			"Most seconds one measurement may take (default 300)",
			"SECONDS" },
		{ "pin", 0, 0, G_OPTION_ARG_NONE, &o->pin,
			"Run every measurement on one processor", NULL },
		{ "alone", 0, 0, G_OPTION_ARG_NONE, &o->alone,
			"One contestant after another, not in turns", NULL },
		{ "counters", 0, 0, G_OPTION_ARG_NONE, &o->counters,
			"Let the processor count cycles, instructions and misses of "
			"what is timed",
			NULL },
		{ "check", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &o->only_check,
			"Only say what is wrong with these options, if anything", NULL },
		{ 0 },
	};
	g_autoptr(GArray) all = g_array_new(TRUE, FALSE, sizeof(GOptionEntry));
	for (size_t i = 0; more && more[i].long_name; i++)
		g_array_append_val(all, more[i]);
	g_array_append_vals(all, extra, G_N_ELEMENTS(extra) - 1);
	return cli_parse_text(argc, argv, command->summary,
		(const GOptionEntry *)all->data, &o->run, NULL);
}

static void
unless_given(char **option, const char *otherwise)
{
	if (!*option)
		*option = g_strdup(otherwise);
}

/* Whoever gives the rounds, or what they go on until, has not asked for fewer. */
static bool
take_preset(const struct run_command *command, struct run_options *o)
{
	const struct preset *p = o->preset ? preset_named(o->preset) : NULL;
	if (!p)
		return !o->preset;
	if (p->has_rung && o->run.variants) {
		say_fail("--preset %s chooses the variants; leave out --variants",
			p->name);
		return false;
	}
	if (p->has_rung)
		o->run.variants = preset_variants(p);
	if (!o->rounds && !command->fixed && !o->part_name)
		unless_given(&o->budget, p->budget);
	if (!o->until)
		unless_given(&o->rounds, p->rounds);
	unless_given(&o->workloads, p->workloads);
	unless_given(&o->reference, p->reference);
	return true;
}

/* The one that was named, measured even if it is not among --variants; else
 * glib_tree, or the first, if there is another to hold against it. */
static bool
choose_reference(struct run_options *o)
{
	GPtrArray *chosen = o->run.chosen;
	const struct ab_variant *usual = ab_variant_named("glib_tree");
	o->spec.reference = usual;
	if (o->reference) {
		g_autoptr(GPtrArray) one = cli_variants(o->reference);
		if (!one)
			return false;
		if (one->len != 1) {
			say_fail("--reference '%s' names %u variants; name one",
				o->reference, one->len);
			return false;
		}
		o->spec.reference = one->pdata[0];
		cli_add_variant(&o->run, one->pdata[0]);
	} else if (!g_ptr_array_find(chosen, usual, NULL)) {
		o->spec.reference = chosen->len > 1 ? chosen->pdata[0] : NULL;
	}
	return true;
}

/* Is it one that a reader asks about first, and no peer to hold it against? */
static bool
is_asked_about(const struct ab_variant *v)
{
	return probe_sha256(v) || g_str_has_prefix(ab_variant_source(v), "variants/");
}

static bool
name_first(struct run_options *o, GPtrArray **named)
{
	*named = o->first_names ? cli_variants(o->first_names) : NULL;
	if (o->first_names && !*named)
		return false;
	if (o->first_names && !o->budget) {
		say_fail("--first says on whom a budget is spent; give --budget, too");
		return false;
	}
	for (guint i = 0; *named && i < (*named)->len; i++) {
		const struct ab_variant *v = (*named)->pdata[i];
		if (g_ptr_array_find(o->run.chosen, v, NULL))
			continue;
		say_fail("--first '%s' is not measured; add it to --variants", v->name);
		return false;
	}
	return true;
}

/* Some of those that are measured, with the reference; if it were all or the reference
 * alone, there is nobody to put first. */
static bool
choose_first(struct run_options *o)
{
	g_autoptr(GPtrArray) named = NULL;
	bool any = false;
	if (!name_first(o, &named))
		return false;
	o->first = g_ptr_array_new();
	for (guint i = 0; i < o->run.chosen->len; i++) {
		const struct ab_variant *v = o->run.chosen->pdata[i];
		bool asked = named ? g_ptr_array_find(named, v, NULL) : is_asked_about(v);
		any = any || (asked && v != o->spec.reference);
		if (asked || v == o->spec.reference)
			g_ptr_array_add(o->first, (gpointer)v);
	}
	if (o->budget && any && o->first->len < o->run.chosen->len)
		o->spec.first = o->first;
	return true;
}

static bool
check_numbers(struct run_options *o)
{
	uint64_t rounds, timeout, width, budget, memory;
	uint64_t otherwise = o->until ? ROUNDS_UNTIL_RESOLVED : RUN_ROUNDS;
	if (!cli_number("rounds", o->rounds, otherwise, 1, ROUNDS_MOST, &rounds) ||
		!cli_number("timeout", o->timeout, 300, 1, 1000000, &timeout) ||
		!cli_number("until-resolved", o->until, 0, 1, 100, &width) ||
		!cli_number("budget", o->budget, 0, 1, 1000000, &budget) ||
		!cli_number("memory", o->memory, 0, 1, SIZE_MAX / 1000000, &memory))
		return false;
	o->width = (double)width / 100;
	o->spec.rounds = (unsigned)rounds;
	o->spec.timeout_s = (unsigned)timeout;
	o->spec.budget_s = (double)budget;
	o->spec.memory = (size_t)memory * 1000000;
	return true;
}

/* What memory is measured with also counts; what is timed does not. */
static bool
choose_malloc(struct run_options *o)
{
	g_autoptr(GError) error = NULL;
	o->preload_memory = mallocs_preload(o->malloc, true, &error);
	o->preload_speed = error ? NULL : mallocs_preload(o->malloc, false, &error);
	o->spec.preload_memory = o->preload_memory;
	o->spec.preload_speed = o->preload_speed;
	if (!error)
		mallocs_check(o->malloc, o->preload_speed, &error);
	if (error)
		say_fail("%s", error->message);
	return !error;
}

static bool
choose_part(struct run_options *o)
{
	if (!o->part_name)
		return true;
	if (!o->results || o->until || o->budget) {
		say_fail("--part needs --results, and no --until-resolved or --budget: "
			 "the rounds of a run in parts are known beforehand; give "
			 "--rounds");
		return false;
	}
	g_autoptr(GArray) all = part_all(o->spec.rounds, o->run.chosen, o->wanted);
	for (guint i = 0; i < all->len; i++) {
		o->part = g_array_index(all, struct part, i);
		if (strcmp(o->part.name, o->part_name) == 0) {
			o->spec.part = &o->part;
			return true;
		}
	}
	say_fail("--part '%s' is no part of this run; artbench plan names them",
		o->part_name);
	return false;
}

/* Here, where those processes will run that read them. */
static bool
has_counters(void)
{
	struct counters c;
	const char *why = counters_open(
		&c, &counters_of_kernel, counter_events, COUNTERS);
	if (why)
		say_fail("--counters: %s", why);
	counters_close(&c);
	return !why;
}

static bool
check(struct run_options *o)
{
	o->spec = (struct run_spec){
		.cli = &o->run, .cpu = -1, .alone = o->alone, .counters = o->counters
	};
	if (!check_numbers(o) || !cli_choice("format", o->format, run_formats, &o->form))
		return false;
	if (o->results && !*o->results) {
		say_fail("--results '' names no directory; name a new one, or leave it "
			 "out");
		return false;
	}
	if (o->counters && !has_counters())
		return false;
	if (o->pin && (o->spec.cpu = processor_last()) < 0) {
		say_fail("cannot find a processor to run on; leave out --pin");
		return false;
	}
	o->wanted = cli_workloads(o->workloads);
	o->spec.wanted = o->wanted;
	return o->wanted && choose_reference(o) && choose_first(o) && choose_malloc(o) &&
	       choose_part(o);
}

int
run_options_parse_for(
	const struct run_command *command, int argc, char **argv, struct run_options *o)
{
	int status = parse(command, argc, argv, o);
	if (status >= 0)
		return status;
	if (!take_preset(command, o) || !cli_settle(argv[0], &o->run) || !check(o))
		return CLI_BAD_INPUT;
	return o->only_check ? CLI_RIGHT : -1;
}

int
run_options_parse(int argc, char **argv, struct run_options *o)
{
	static const struct run_command run = {
		.summary = "Measures bytes per key and speed of each variant on the keys "
			   "of FILE, each\n"
			   "in fresh processes, round by round, and prints one line a "
			   "variant.\n"
			   "`artbench run --resume DIR` goes on with a run that was "
			   "broken off.",
	};
	return run_options_parse_for(&run, argc, argv, o);
}

void
run_options_free(struct run_options *o)
{
	char *const text[] = { o->preset, o->rounds, o->format, o->results, o->timeout,
		o->workloads, o->reference, o->until, o->budget, o->first_names,
		o->part_name, o->memory, o->malloc, o->preload_memory, o->preload_speed };
	for (size_t i = 0; i < G_N_ELEMENTS(text); i++)
		g_free(text[i]);
	if (o->wanted)
		g_ptr_array_unref(o->wanted);
	if (o->first)
		g_ptr_array_unref(o->first);
	cli_free(&o->run);
}
