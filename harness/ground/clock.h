/* clock.h: time that has gone by.
 *
 * Units: seconds, or nanoseconds, since some moment in the past. Threads: any
 * number. */
#ifndef AB_CLOCK_H
#define AB_CLOCK_H

#include <stdint.h>
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

/* The same in nanoseconds, which a double has no room for. */
static inline uint64_t
clock_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* On the processor, all threads of this process together. */
static inline double
clock_cpu(void)
{
	return clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
}

#endif /* AB_CLOCK_H */
