/* suites.h: the generic tests, each run once per variant and baseline by
 * `test_variant all|SUITE VARIANT [SEED]`. A suite CHECKs and returns 0, or skips
 * with CHECK_SKIPPED and its reason (check_skip). */
#ifndef SUITES_H
#define SUITES_H

#include "ab.h"
#include "check.h"

int suite_contract(const struct ab_variant *v, uint64_t seed);
int suite_order(const struct ab_variant *v, uint64_t seed);
int suite_model(const struct ab_variant *v, uint64_t seed);
int suite_build(const struct ab_variant *v, uint64_t seed);
int suite_large(const struct ab_variant *v, uint64_t seed);
int suite_waste(const struct ab_variant *v, uint64_t seed);
int suite_oom(const struct ab_variant *v, uint64_t seed);
int suite_deep(const struct ab_variant *v, uint64_t seed);
int suite_parallel(const struct ab_variant *v, uint64_t seed);

/* CHECK that the status is that one; and that check() finds nothing, if there is one, whose
 * text it prints. */
#define CHECK_STATUS(is, wanted) check_status(__FILE__, __LINE__, #is, (is), (wanted))
#define CHECK_SOUND(v, t)        check_that_sound(__FILE__, __LINE__, (v), (t))

static inline bool
check_status(const char *file, int line, const char *what, enum ab_status is,
	enum ab_status wanted)
{
	char text[256];
	bool ok = is == wanted;
	if (!ok)
		snprintf(text, sizeof text, "%s says '%s', not '%s'", what,
			ab_status_text(is), ab_status_text(wanted));
	return check_that(ok, file, line, ok ? what : text);
}

static inline bool
check_that_sound(
	const char *file, int line, const struct ab_variant *v, const struct ab_index *t)
{
	char text[256];
	const char *broken = v->check ? v->check(t) : NULL;
	if (broken)
		snprintf(text, sizeof text, "check: %s", broken);
	return check_that(!broken, file, line, broken ? text : "check");
}

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
