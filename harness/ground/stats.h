/* stats.h: what is made of a handful of repeated measurements.
 *
 * A missing measurement is NAN and is left out; where none is left a median is NAN.
 * Arrays are borrowed and not changed; a NULL array must have the length 0. Nothing
 * here fails: too few measurements are told by the result. Threads: no state.
 *
 * The intervals assume that rounds are independent of each other and alike. From
 * STATS_SIGN_LEAST rounds on they assume nothing about the shape of the noise: no
 * normal distribution, no variance. Of fewer no such interval exists, and the noise is
 * taken to be log-normal. */
#ifndef AB_STATS_H
#define AB_STATS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	STATS_ROUNDS_LEAST = 3, /* fewer measurements have no 95 % interval */
	STATS_SIGN_LEAST = 6,   /* nor have fewer one by the sign test */
};

struct spread {
	double median, min, max;
	size_t n; /* measurements that were there */
};

struct spread stats_spread(const double *x, size_t n);

/* Median absolute deviation from the median, as a share of the median: 0.01 is
 * one per cent. */
double stats_mdape(const double *x, size_t n);

/* A median and its 95 % confidence interval [lo, hi]. Where the measurements are too
 * few for an interval, lo is -INFINITY, hi is INFINITY and coverage is 0. */
struct estimate {
	double median, lo, hi;
	double coverage; /* how sure the interval is, at least 0.95: n = 6 has 0.96875 */
	size_t n;        /* measurements that were there */
};

/* The median of ratios with its interval.
 *
 * Of STATS_SIGN_LEAST measurements and more that of the sign test: from the r-th
 * smallest measurement to the r-th largest, r being the largest for which the interval covers the true median with
 * a probability, by the binomial distribution with p = 1/2, of at least 0.95. The two
 * tails are equal, so that the interval of 1 / x is that of x turned round. (David and
 * Nagaraja, Order Statistics, 3rd ed., section 7.1; Conover, Practical Nonparametric
 * Statistics, 3rd ed., section 3.2.)
 *
 * Of STATS_ROUNDS_LEAST and more that of Student's t on their logarithms, which holds
 * the median, too. Noise with bursts makes it wider, and so covers more. There is none
 * if one of them has no logarithm. */
struct estimate stats_estimate(const double *x, size_t n);

/* The change of a ratio between two runs. `a` and `b` are the in-round ratios of one
 * contestant to one reference in the first and in the second run; rounds of different
 * runs are not paired. The median of all quotients b[j] / a[i], which is the estimate
 * of Hodges and Lehmann (Annals of Mathematical Statistics 34, 1963) on logarithms,
 * with the interval of Moses: from the k-th smallest quotient to the k-th largest, k
 * from the null distribution of the rank-sum test of Mann and Whitney (Hollander,
 * Wolfe and Chicken, Nonparametric Statistical Methods, 3rd ed., section 4.3). That
 * distribution is exact up to 2500 quotients (50 rounds in each run) and normal, with
 * continuity correction, above. It assumes noise of the same shape and width in both
 * runs; where one is much noisier the coverage is approximate.
 *
 * What is not above 0 and finite is left out. `n` is that of the run with fewer. 4 in
 * each run are enough for an interval, as are 3 and 5, or 2 and 8. */
struct estimate
stats_ratio_of_ratios(const double *a, size_t na, const double *b, size_t nb);

/* Is there an interval of a ratio, and does it lie wholly above or wholly below 1? */
bool stats_resolved(const struct estimate *e);

/* Is there an interval of a ratio, and does it lie wholly from 1 - margin to 1 + margin: is
 * the ratio 1 for whoever does not care for less than that? */
bool stats_is_within(const struct estimate *e, double margin);

/* The width of the interval as a share of the median: 0.02 is two per cent. INFINITY
 * where there is none, or where the median is not above 0. */
double stats_width(const struct estimate *e);

/* The speeds of a machine that runs at one of two. Where `found` is false the others
 * are NAN and 0. */
struct two_speeds {
	bool found;
	double slow, fast; /* the median of each cluster */
	double between;    /* whatever is slower belongs to the slow cluster */
	size_t n_slow, n_fast;
};

/* `speed` is one figure for each round, in any unit. The split in two that has the
 * smallest sum of squares of logarithms within (2-means in one dimension, where the
 * best split is found by trying all) is believed if each cluster has two members or
 * more, their medians differ by over 15 %, and the gap between them is several times
 * as wide as the spread within: the larger median absolute deviation of the two,
 * scaled to a standard deviation, times 3 for many rounds and more for few, in which
 * a small spread is often chance. Log-normal noise of up to 8 % is mistaken for two
 * speeds in under 1 % of runs. Fewer than 5 rounds never have two speeds. What is not
 * above 0 and finite is left out. */
struct two_speeds stats_two_speeds(const double *speed, size_t n);

#endif /* AB_STATS_H */
