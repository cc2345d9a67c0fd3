/* suites.h: the generic tests, each run once per variant and baseline by
 * `test_variant SUITE VARIANT [SEED]`. A suite CHECKs and returns 0, or skips
 * with CHECK_SKIPPED and its reason (check_skip). */
#ifndef SUITES_H
#define SUITES_H

#include "ab.h"
#include "check.h"

int suite_contract(const struct ab_variant *v, uint64_t seed);
int suite_model(const struct ab_variant *v, uint64_t seed);
int suite_build(const struct ab_variant *v, uint64_t seed);
int suite_large(const struct ab_variant *v, uint64_t seed);
int suite_waste(const struct ab_variant *v, uint64_t seed);
int suite_oom(const struct ab_variant *v, uint64_t seed);
int suite_deep(const struct ab_variant *v, uint64_t seed);
int suite_parallel(const struct ab_variant *v, uint64_t seed);

/* An ab_visit that counts its calls in the size_t `arg`. */
static inline bool
count_visit(void *arg, struct ab_key key, uint64_t value)
{
	(void)key;
	(void)value;
	++*(size_t *)arg;
	return true;
}

/* The parts of the model suite that seeded bugs must not survive. */
void model_random(const struct ab_variant *v, uint64_t seed, int runs);
/* Likewise of the OOM suite. */
void oom_create(const struct ab_variant *v);
void oom_scripts(const struct ab_variant *v, uint64_t seed);

#endif /* SUITES_H */
