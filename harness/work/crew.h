/* crew.h: workers that do a turn's operations together, each its own part. They begin at
 * a barrier, and what a turn took is the time from the first one's beginning to the last
 * one's end. Each keeps to a processor of its own, if there are as many; the first is
 * whoever runs the workload.
 *
 * Ownership: none. Errors: as each says. Threads: one crew at a time, assembled,
 * set to work and dismissed by one thread. */
#ifndef AB_CREW_H
#define AB_CREW_H

#include "pass.h"

enum { CREW_MOST = 2 };

/* What the workers do in a turn: operations `from` to `to` of the pass; how many were
 * right. `number` is the worker's. */
typedef size_t crew_work(const struct fixture *f, size_t number, size_t from, size_t to);

/* 0, or why there are fewer workers than wanted (errno's number); either way, dismiss
 * them. */
int crew_assemble(size_t wanted, crew_work *work);
void crew_dismiss(void);

/* The batch of a pass (pass.h), which times itself: */
size_t crew_batch(struct fixture *f, size_t from, size_t to);
const double *crew_seconds(void);

/* Assemble, run the pass with the batch above, and dismiss. */
void crew_run(struct gbench_state *s, struct fixture *f, size_t threads, crew_work *work,
	const struct pass *p);

#endif /* AB_CREW_H */
