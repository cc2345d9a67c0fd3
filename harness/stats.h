/* stats.h: what is made of a handful of repeated measurements.
 *
 * A missing measurement is NAN and is left out; where none is left the answer is
 * NAN. Arrays are borrowed and not changed. Threads: no state. */
#ifndef AB_STATS_H
#define AB_STATS_H

#include <stdbool.h>
#include <stddef.h>

struct spread {
	double median, min, max;
	size_t n; /* measurements that were there */
};

struct spread stats_spread(const double *x, size_t n);

/* Median absolute deviation from the median, as a share of the median: 0.01 is
 * one per cent. */
double stats_mdape(const double *x, size_t n);

/* x[i] / y[i] for every i where both are there and y[i] is not 0: the ratios of
 * measurements taken in the same round, which survive a machine that changes
 * speed between rounds where a ratio of medians does not. */
struct spread stats_paired_ratio(const double *x, const double *y, size_t n);

enum { STATS_ROUNDS_LEAST = 6 };
struct estimate {
	double median, lo, hi, coverage;
	size_t n;
};
struct estimate stats_estimate(const double *x, size_t n);
bool stats_resolved(const struct estimate *e);
double stats_width(const struct estimate *e);
struct two_speeds {
	bool found;
	double slow, fast, between;
	size_t n_slow, n_fast;
};
struct two_speeds stats_two_speeds(const double *speed, size_t n);

#endif /* AB_STATS_H */
