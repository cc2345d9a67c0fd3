/* cohort.h: some rounds of a run whose figures belong together: those of one host, those
 * of one speed of the machine, or all of them.
 *
 * Of rounds of several hosts there are ratios alone, each taken inside one host and
 * round, and no bytes and no speeds (digest.h): hence a cohort for each host.
 *
 * Ownership: arrays own their cohorts, and borrow the rows; g_array_unref them. Errors:
 * none. Threads: plain values. */
#ifndef AB_COHORT_H
#define AB_COHORT_H

#include "digest.h"

struct cohort {
	struct facts *facts;
	struct noise noise;
	char *when; /* "HOST", "slow", "HOST, slow" ...; NULL: all rounds there are */
};

/* Arrays of struct cohort. `reference` may be NULL. */

/* One for each host, in the order of the rows; before them, `with_all`, one of all
 * rounds. Of one host that one alone. */
GArray *
cohorts_by_host(const GArray *rows, const struct ab_variant *reference, bool with_all);
/* The slow and the fast rounds of each host if the machine ran at two speeds; else
 * none. `variants` are const struct ab_variant *. */
GArray *cohorts_by_speed(const GArray *rows, const struct ab_variant *reference,
	const GPtrArray *variants);

const struct cohort *cohort_at(const GArray *cohorts, guint i);
/* Is there to be a line about this variant? Of all rounds always; of some, if it was
 * measured in them. */
bool cohort_has(const struct cohort *c, const struct ab_variant *v);
/* What that line is called: "art_boxed", "art_boxed, HOST"; g_free it. */
char *cohort_name(const struct cohort *c, const char *of);

#endif /* AB_COHORT_H */
