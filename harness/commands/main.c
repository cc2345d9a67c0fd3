/* main.c: the command line of artbench: finds the subcommand. */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "build_config.h"
#include "job/job.h"
#include "run/cli.h"
#include "cmd.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *what; /* NULL: not for people */
} commands[] = {
	{ "list", cmd_list,
		"the variants, built in and from plug-ins, and the workloads" },
	{ "run", cmd_run, "measure bytes per key and speed on a key file" },
	{ "table", cmd_run, "the same as run" },
	{ "sweep", cmd_sweep, "the same at several numbers of keys" },
	{ "grid", cmd_grid, "the same at several values of a variant's parameters" },
	{ "plan", cmd_plan, "the parts of a run, one command a line" },
	{ "merge", cmd_merge, "join the parts of a run" },
	{ "report", cmd_report, "a page about a run, made of its rows" },
	{ "compare", cmd_compare, "what changed between two runs" },
	{ "site", cmd_site, "a board of any number of runs, as pages" },
	{ "pack", cmd_pack, "a run as one file, to send" },
	{ "unpack", cmd_unpack, "such a file, looked at and made a directory" },
	{ "bench", cmd_bench, "the same through Google Benchmark's own output" },
	{ "verify", cmd_verify, "compare every answer with the key file" },
	{ "explain", cmd_explain, "bytes per key the way the claim took them" },
	{ "profile", cmd_profile, "statistics of a key file" },
	{ "census", cmd_census, "of what nodes a structure is, and how deep keys lie" },
	{ "dump", cmd_dump, "what a structure prints of itself" },
	{ "lines", cmd_lines, "how many lines of memory a lookup touches, and where" },
	{ "gen", cmd_gen, "write a generated key file" },
	{ "sample", cmd_sample, "write some keys of a file as another" },
	{ "objects", cmd_objects, "the shared objects that plug-ins become" },
	{ "job", cmd_job, NULL },
	{ "trace", cmd_trace, NULL },
	{ "probe", cmd_probe, NULL },
	{ "malloc", cmd_malloc, NULL },
	{ "count", cmd_count,
		"one pass of an operation, for scripts/callgrind.sh to count" },
};

static void
help(FILE *out)
{
	fprintf(out, "Usage: artbench COMMAND [OPTIONS]\n\nCommands:\n");
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		if (commands[i].what)
			fprintf(out, "  %-8s  %s\n", commands[i].name, commands[i].what);
	fprintf(out,
		"\nartbench COMMAND --help says more; artbench --version says which.\n"
		"artbench --plugin FILE COMMAND takes in a structure of your own:\n"
		"see harness/ab_plugin.h.\n");
}

/* A file opened later must not become stdin, stdout or stderr by chance; and what is
 * written to one that was closed must fail. */
static void
open_standard_files(void)
{
	int fd;
	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
}

/* What cannot be written is an error that is told, not a signal. A child that nobody
 * reads any more may end by one (run/child.h). */
static void
ignore_signals(bool for_people)
{
	signal(SIGXFSZ, SIG_IGN); /* beyond ulimit -f: EFBIG */
	if (for_people)
		signal(SIGPIPE, SIG_IGN);
}

/* Also where GOption or Google Benchmark print their help and exit. */
static void
check_output(void)
{
	if (!say_flush())
		_exit(CLI_BAD_INPUT);
}

static void
check_output_of_job(void)
{
	if (!say_flush())
		_exit(BENCH_STATUS + CLI_BAD_INPUT);
}

static int
run(int (*command)(int argc, char **argv), bool for_people, int argc, char **argv)
{
	ignore_signals(for_people);
	atexit(for_people ? check_output : check_output_of_job);
	return command(argc, argv);
}

static int
say_help(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	help(stdout);
	return CLI_RIGHT;
}

static int
say_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	printf("artbench %s\n", BUILD_VERSION);
	return CLI_RIGHT;
}

/* Put --plugin FILE behind the command, which knows it as one of its options. False:
 * there is no command. */
static bool
put_command_first(int argc, char **argv)
{
	int at = 1;
	while (at < argc && (strcmp(argv[at], "--plugin") == 0 ||
				    strncmp(argv[at], "--plugin=", 9) == 0))
		at += argv[at][8] ? 1 : 2;
	if (at >= argc)
		return false;
	char *command = argv[at];
	memmove(argv + 2, argv + 1, (size_t)(at - 1) * sizeof *argv);
	argv[1] = command;
	return true;
}

int
main(int argc, char **argv)
{
	open_standard_files();
	setlocale(LC_CTYPE, "");
	uselocale(duplocale(LC_GLOBAL_LOCALE)); /* whatever a plug-in sets */
	if (!put_command_first(argc, argv))
		return say_fail("no command; see artbench --help");
	const char *name = argv[1];
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return run(say_help, true, argc, argv);
	if (strcmp(name, "--version") == 0)
		return run(say_version, true, argc, argv);
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		if (strcmp(name, commands[i].name) == 0)
			return run(commands[i].run, commands[i].what != NULL, argc - 1,
				argv + 1);
	return say_fail("'%s' is not a command; see artbench --help", name);
}
