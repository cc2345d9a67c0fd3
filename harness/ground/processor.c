/* processor.c: see processor.h. */
#include <sched.h>
#include "machine.h"
#include "processor.h"

unsigned
processor_count(void)
{
	cpu_set_t allowed;
	double quota = machine_quota("");
	if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
		return 0;
	unsigned all = (unsigned)CPU_COUNT(&allowed);
	return quota >= all ? all : quota >= 1 ? (unsigned)quota : 1;
}

int
processor_last(void)
{
	cpu_set_t allowed;
	int last = -1;
	if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
		return -1;
	for (int i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &allowed))
			last = i;
	return last;
}

bool
processor_keep_to(int processor)
{
	cpu_set_t one;
	CPU_ZERO(&one);
	CPU_SET(processor, &one);
	return sched_setaffinity(0, sizeof one, &one) == 0;
}
