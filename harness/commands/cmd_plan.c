/* cmd_plan.c: artbench plan: the parts of a run, one shell command a line, for other
 * programs to run where and when they like. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include "cmd.h"
#include "kept/disk.h"
#include "kept/env.h"
#include "run/run_options.h"

static bool
check(const struct run_options *o)
{
	if (!o->results)
		say_fail("plan needs --results DIR; the parts are kept in DIR.parts");
	else if (o->until || o->budget)
		say_fail("plan takes no --until-resolved or --budget: the rounds of a "
			 "run in parts are known beforehand; give --rounds");
	else if (o->part_name)
		say_fail("plan takes no --part; it names all of them");
	else if (access(o->run.data, R_OK) != 0)
		say_fail("%s: cannot be read: %s; give a key file with --data",
			o->run.data, g_strerror(errno));
	else
		return true;
	return false;
}

/* A commit made while the parts are measured is not what they are measured with. */
static void
print_plan(char *const *words, const struct run_options *o)
{
	g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *quoted = g_shell_quote(program ? program : "artbench");
	g_autofree char *revision = cli_revision();
	g_autofree char *named = g_shell_quote(revision);
	g_autoptr(GArray) all = part_all(o->spec.rounds, o->run.chosen, o->wanted);
	g_autofree char *above = disk_plain(o->results);
	for (guint i = 0; i < all->len; i++) {
		const char *name = g_array_index(all, struct part, i).name;
		g_autofree char *dir = g_strdup_printf("%s.parts/%s", above, name);
		g_autofree char *options = part_options(words, name, dir);
		printf("env ARTBENCH_REVISION=%s %s run%s\n", named, quoted, options);
	}
}

static const struct run_command plan = {
	.summary =
		"Prints the parts of the run that `artbench run` would do with these "
		"options, one\n"
		"shell command a line, for other programs to run in any order, on any "
		"machine\n"
		"that has the files (scripts/parallel.sh, scripts/slurm.sh). Each keeps "
		"its rows\n"
		"in DIR.parts/PART; `artbench merge` joins them. Nothing is measured "
		"here.",
	.fixed = true,
};

int
cmd_plan(int argc, char **argv)
{
	struct run_options o = { 0 };
	g_auto(GStrv) words = g_strdupv(argv); /* parsing takes them out of argv */
	int status = run_options_parse_for(&plan, argc, argv, &o);
	if (status < 0 && !check(&o))
		status = CLI_BAD_INPUT;
	if (status < 0) {
		print_plan(words + 1, &o);
		status = say_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
	}
	run_options_free(&o);
	return status;
}
