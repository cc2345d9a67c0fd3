/* turn.c: see turn.h. */
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "ground/machine.h"
#include "turn.h"

static bool enabled;
static cpu_set_t anywhere; /* where it may run between turns */
static int on;             /* where it has its turns */

void
turn_enable(void)
{
	enabled = true;
	sched_getaffinity(0, sizeof anywhere, &anywhere);
	on = processor_last();
}

static void
await_line(void)
{
	char c = 0;
	while (c != '\n')
		if (read(STDIN_FILENO, &c, 1) != 1)
			exit(EXIT_FAILURE);
}

void
turn_await(const char *workload)
{
	if (!enabled)
		return;
	sched_setaffinity(0, sizeof anywhere, &anywhere);
	printf("turn\t%s\n", workload);
	fflush(stdout);
	await_line();
	processor_keep_to(on);
}

void
turn_rest(void)
{
	if (!enabled)
		return;
	sched_setaffinity(0, sizeof anywhere, &anywhere);
	puts("rest");
	fflush(stdout);
	await_line();
}
