/* cmd_probe.c: artbench probe FILE: what a plug-in says of itself, to the process that
 * asks (run/probe.h). */
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include "cmd.h"
#include "run/cli.h"
#include "run/probe.h"

int
cmd_probe(int argc, char **argv)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (argc != 2)
		return say_fail("probe takes one plug-in; see artbench list --help");
	probe_answer(stdout, argv[1]);
	return say_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
}
