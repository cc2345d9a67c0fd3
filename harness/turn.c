/* turn.c: see turn.h. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "turn.h"

static bool enabled;

void
turn_enable(void)
{
	enabled = true;
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
	printf("turn\t%s\n", workload);
	fflush(stdout);
	await_line();
}

void
turn_rest(void)
{
	if (!enabled)
		return;
	puts("rest");
	fflush(stdout);
	await_line();
}
