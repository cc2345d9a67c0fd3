/* compare.h: what changed from one run, A, to another, B, on the same keys.
 *
 * Speeds of different runs are never held against each other: the machine was another,
 * or in another state. What is compared are in-round ratios to a reference that both
 * runs measured (stats_ratio_of_ratios), and bytes. A machine's state changes ratios too,
 * if less: what rounds of one run have in common, their noise does not show
 * (docs/measured/rounds.md).
 *
 * Bytes of runs on several hosts are compared host by host.
 *
 * Ownership: a comparison borrows the records. Errors: false and a one-line message.
 * Threads: one. */
#ifndef AB_COMPARE_H
#define AB_COMPARE_H

#include "report.h"
#include "cohort.h"

struct compare_run {
	const struct record *record;
	struct report *report;
	struct facts *facts;
	GArray *cohorts; /* cohort.h: one a host */
};

/* Rounds of both runs whose bytes are compared. */
struct compare_host {
	const struct facts *a, *b;
	const char *name; /* of a host that is in both; NULL: each run has one host */
};

struct compare {
	struct compare_run a, b;
	/* That of A, if B measured it, else that of B. */
	const struct ab_variant *reference;
	GPtrArray *variants; /* const struct ab_variant *: of both runs */
	GPtrArray *wanted;   /* const struct workload *: of both runs */
	GArray *hosts;       /* struct compare_host */
	/* As a share: what lies wholly nearer to 1 is said to (stats_is_within); 0: nothing
	 * is. Set after compare_open. */
	double margin;
};

/* Refused are runs on different keys, and runs that have no variant or no reference in
 * common. compare_close it either way. */
bool compare_open(struct compare *c, const struct record *a, const struct record *b,
	GError **error);
void compare_close(struct compare *c);

/* For people: a line for each variant and figure. table_clear them. */
struct table compare_memory(const struct compare *c);
struct table compare_speed(const struct compare *c);
/* For programs: all of it, bytes by class as well. */
struct table compare_all(const struct compare *c);

/* What the two are, what is in one of them only, how their environments differ, and
 * what casts doubt on either: char *. g_ptr_array_unref it. */
GPtrArray *compare_notes(const struct compare *c);

#endif /* AB_COMPARE_H */
