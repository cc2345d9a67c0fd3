/* processor.h: the processors that this process may run on.
 *
 * Errors: as each function says. Threads: what is set is the calling thread's, and
 * that of the threads which it starts from then on. */
#ifndef AB_PROCESSOR_H
#define AB_PROCESSOR_H

#include <stdbool.h>

/* How many there are, by affinity and cpuset; no more than their control group allows
 * them time for, but one. 0: it cannot be found out. */
unsigned processor_count(void);
/* The last of them; -1: it cannot be found out. */
int processor_last(void);
/* Run on this one alone. False, with errno set: it cannot. */
bool processor_keep_to(int processor);

#endif /* AB_PROCESSOR_H */
