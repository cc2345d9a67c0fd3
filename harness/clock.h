/* clock.h: seconds that have gone by.
 *
 * Units: seconds since some moment in the past. Threads: any number. */
#ifndef AB_CLOCK_H
#define AB_CLOCK_H

#include <time.h>

static inline double
clock_seconds(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* On the wall. */
static inline double
clock_now(void)
{
	return clock_seconds(CLOCK_MONOTONIC);
}

/* On the processor, all threads of this process together. */
static inline double
clock_cpu(void)
{
	return clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
}

#endif /* AB_CLOCK_H */
