/* cmd_malloc.c: artbench malloc: whose malloc this process has, for run/mallocs.h. Not
 * meant for people, so not listed. */
#include <stdio.h>
#include "cmd.h"
#include "ground/memory.h"
#include "ground/say.h"
#include "run/mallocs.h"

int
cmd_malloc(int argc, char **argv)
{
	(void)argv;
	if (argc != 1)
		return say_fail("malloc takes no options; see artbench run --help");
	fputs(memory_glibc() ? MALLOC_GLIBC : MALLOC_OTHER, stdout);
	return say_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
}
