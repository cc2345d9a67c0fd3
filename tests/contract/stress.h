/* stress.h: writers, readers and scans of one index at the same time; see stress.c,
 * beside.c and takes.c. */
#ifndef STRESS_H
#define STRESS_H

#include "kit/suites.h"

/* They CHECK. For a variant with AB_PARALLEL_WRITES. */
void stress(const struct ab_variant *v, uint64_t seed);
void stress_beside(const struct ab_variant *v, uint64_t seed);
void stress_takes(const struct ab_variant *v, uint64_t seed); /* has update */

#endif /* STRESS_H */
