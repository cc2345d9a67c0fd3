/* explain.h: bytes per key taken the way the claim's early examples took them, to see
 * what that does to the figures.
 *
 * Units: bytes. Errors: a failed row and false. Threads: one. */
#ifndef AB_EXPLAIN_H
#define AB_EXPLAIN_H

#include "keys/dataset.h"
#include "work/setup.h"

/* What is built and dropped first, in place of the examples' BTreeMap. */
#define EXPLAIN_FIRST "glib_tree"

/* In this process, which must be fresh: hold the keys as strings on the heap, build
 * and drop EXPLAIN_FIRST, then build, sample and drop each of `chosen`. Prints rows
 * (row.h), each of the structure that is its workload:
 *
 *   before  resident before building
 *   grown   what building added
 *   kept    what of it dropping left resident
 *   free    bytes that malloc held free then; only with glibc's malloc
 */
bool
explain_here(const GPtrArray *chosen, const struct dataset *d, const struct setup *s);

#endif /* AB_EXPLAIN_H */
