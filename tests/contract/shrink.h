/* shrink.h: the smallest list of operations that still fails, by leaving out ever smaller
 * parts of it (A. Zeller and R. Hildebrandt, "Simplifying and isolating failure-inducing
 * input", IEEE TSE 28(2), 2002; here each part is left out for good as soon as the rest
 * fails, from the end on).
 *
 * Ownership: lists are the caller's; those handed to `fails` borrow from them. Threads: one. */
#ifndef SHRINK_H
#define SHRINK_H

#include "kit/ops.h"

struct shrink {
	bool (*fails)(void *arg, const GPtrArray *list);
	void *arg;
	double seconds; /* that it may take, about */
	/* Out: */
	unsigned tries;
	double took;
	bool cut; /* there was no time for all that could be left out */
};

/* `list`, which fails, without what can be left out of it: operations, bytes of keys that they
 * do not depend on, and what is said of values, stops and allocations. A list of its own. */
GPtrArray *shrink_list(struct shrink *s, const GPtrArray *list);

#endif /* SHRINK_H */
