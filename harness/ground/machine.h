/* machine.h: what of this machine the process and those it starts may use: less than
 * there is where control groups (version 1, 2, or both) or ulimit say so, in a container
 * for one.
 *
 * Files are read below `root`: "" for those of the system, made-up ones in a test. What
 * is not there or makes no sense limits nothing.
 *
 * Units: bytes, processors. Errors: as each function says. Threads: any number; where a
 * thread is to run is set for itself, and those that it starts from then on. */
#ifndef AB_MACHINE_H
#define AB_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

/* What is left for all of them together: what the machine has available, or the least
 * that a control group has, from ours up to the root, between its limit and what it
 * holds, less the files in it that can be dropped. SIZE_MAX: not known. */
size_t machine_memory(const char *root);
/* The least limit of those groups; SIZE_MAX: none. */
size_t machine_memory_limit(const char *root);
/* What ulimit allows each of them (RLIMIT_AS, RLIMIT_DATA); SIZE_MAX: all. */
size_t machine_memory_each(void);
/* How many processors' time those groups allow, perhaps not a whole number; INFINITY: as
 * many as there are. A cpuset is no matter of time: it is in sched_getaffinity. */
double machine_quota(const char *root);

/* How many processors there are, by affinity and cpuset; no more than the control group
 * allows time for, but one. 0: it cannot be found out. */
unsigned processor_count(void);
/* The last of them; -1: it cannot be found out. */
int processor_last(void);
/* Run on this one alone. False, with errno set: it cannot. */
bool processor_keep_to(int processor);

#endif /* AB_MACHINE_H */
