/* digest.h: the rows of one contestant boiled down to figures: its spread over the
 * rounds for memory and for each workload, and the ratio of its speed to the
 * reference's within each round.
 *
 * Rounds of different hosts are kept apart: a ratio is taken inside one host and
 * round, and what is no ratio, bytes and speeds, is not known (NAN) of rounds of
 * several hosts: ask it of those of each (cohort.h). Units: bytes per key, millions of
 * operations per second. Threads: plain values. */
#ifndef AB_DIGEST_H
#define AB_DIGEST_H

#include "ab.h"
#include "ground/row.h"
#include "ground/stats.h"
#include "work/workload.h"

/* ---- rows that can be looked up ---- */

struct facts;

struct facts *facts_new(const GArray *rows); /* struct row */
void facts_free(struct facts *x);
/* Some of the laps only, those for which `wanted` is true: of the same rows. */
struct facts *facts_only(const struct facts *x, const bool *wanted);
/* Rounds measured, those of each host counted apart: "laps" 0 to n - 1. */
unsigned facts_laps(const struct facts *x);
const char *facts_host(const struct facts *x, unsigned lap); /* interned */
bool facts_of_one_host(const struct facts *x);
/* Is any of them about this variant? */
bool facts_have(const struct facts *x, const char *variant);
/* One figure of one lap; NAN: there is none. */
double facts_get(const struct facts *x, unsigned lap, const char *variant,
	const char *job, const char *workload, const char *metric);
/* Has its memory been measured in that lap? */
bool facts_have_memory(const struct facts *x, unsigned lap, const char *variant);

/* Its median over all laps; NAN: never measured, or on several hosts. */
double facts_median(const struct facts *x, const char *variant, const char *job,
	const char *workload, const char *metric);

/* What went wrong with a contestant first; "ok" if nothing did. */
const char *facts_failure(const struct facts *x, const char *variant);

/* ---- a contestant's figures ---- */

enum measure {
	M_RSS,
	M_HEAP,
	M_EXACT,
	M_INNER,
	M_LEAF,
	M_KEY,
	M_SLACK,
	M_PEAK,
	M_HALF,    /* RSS per remaining key when half of them are deleted */
	M_NOTHING, /* RSS per key there was when all are */
	MEASURES,
};

/* What one workload says. */
struct rate {
	struct spread mops;    /* over the rounds */
	double mdape;          /* of it, as a share */
	struct estimate ratio; /* to the reference, in-round; more than 1 is faster */
};

struct digest {
	const struct ab_variant *v;
	unsigned index;      /* in the registry */
	const char *failure; /* what went wrong first, "ok" if nothing did */
	struct spread of[MEASURES];
	double rss_ratio;                  /* to the reference, in-round; NAN: in none */
	struct rate rates[WORKLOADS_MOST]; /* by their ids */
	unsigned rounds;                   /* in which its speed was measured */
	double right, asked; /* looked up, in the worst round; NAN: not asked */
	double busy;         /* largest share of a timed span without the processor */
	double off_heap; /* bytes by which heap and exact disagree beyond the bound; 0 */
};

/* Digest what the rows say about `v`, of a data set of so many keys. `reference` may
 * be NULL. */
struct digest digest_of(const struct ab_variant *v, const struct ab_variant *reference,
	const struct facts *facts, size_t keys);

/* The median over the laps, in bytes; NAN: never measured, or on several hosts. */
double digest_bytes(const struct facts *facts, const char *variant, enum measure m);

/* The same in each lap, NAN where it was not measured. g_free it. */
double *
digest_bytes_by_lap(const struct facts *facts, const char *variant, enum measure m);

/* Of a workload in batches, how many times as fast it is as the same one by one, within each
 * round. */
struct estimate
digest_gain(const struct facts *facts, const char *variant, const struct workload *w);

/* The in-round ratio of a contestant's speed to the reference's in each lap; NAN: there
 * is none. g_free it. */
double *digest_ratios(const struct facts *facts, const char *variant,
	const char *reference, const struct workload *w);

/* The reference against itself (run.h). */
struct noise {
	struct estimate of[WORKLOADS_MOST]; /* by their ids; n is 0: did not run */
	double worst; /* by how much a median of them is off 1, at most; NAN: none is */
};

struct noise digest_noise(const struct ab_variant *reference, const struct facts *facts);
/* Is a median ratio of the reference to itself so far off 1 that the run is noisy? */
bool digest_is_noisy(double ratio);
extern const double digest_noise_above; /* off by more than this */

/* The machine's speed in each lap, 1 in the median one of its host: the median over
 * all contestants and workloads. g_free it. */
double *digest_speeds(const GPtrArray *variants, const struct facts *facts);

#endif /* AB_DIGEST_H */
