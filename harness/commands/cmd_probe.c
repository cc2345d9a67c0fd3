/* cmd_probe.c: what a process says of itself, to the one that asks. Not meant for people,
 * so not listed. */
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include "cmd.h"
#include "ground/memory.h"
#include "ground/say.h"
#include "run/mallocs.h"
#include "run/probe.h"

/* artbench probe OBJECT FILE: what a plug-in has (run/probe.h). */
int
cmd_probe(int argc, char **argv)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (argc != 3)
		return say_fail("probe takes an object and the file it is of; see "
				"artbench list --help");
	probe_answer(stdout, argv[1], argv[2]);
	return say_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
}

/* artbench malloc: whose malloc this process has (run/mallocs.h). */
int
cmd_malloc(int argc, char **argv)
{
	(void)argv;
	if (argc != 1)
		return say_fail("malloc takes no options; see artbench run --help");
	fputs(memory_glibc() ? MALLOC_GLIBC : MALLOC_OTHER, stdout);
	return say_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
}
