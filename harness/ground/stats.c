/* stats.c: see stats.h. */
#include <math.h>
#include <stdlib.h>
#include <glib.h>
#include "stats.h"

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Sort `x` in place and sum it up. */
static struct spread
spread_of(double *x, size_t n)
{
	if (!n)
		return (struct spread){ NAN, NAN, NAN, 0 };
	qsort(x, n, sizeof *x, ascending);
	double median = n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
	return (struct spread){ median, x[0], x[n - 1], n };
}

static bool
is_there(double x)
{
	return !isnan(x);
}

/* Has it a logarithm? */
static bool
is_quantity(double x)
{
	return isfinite(x) && x > 0;
}

/* Copy what is `wanted` of x[0..n) to `to`; how many those are. */
static size_t
keep(double *to, const double *x, size_t n, bool (*wanted)(double))
{
	size_t k = 0;
	for (size_t i = 0; i < n; i++)
		if (wanted(x[i]))
			to[k++] = x[i];
	return k;
}

struct spread
stats_spread(const double *x, size_t n)
{
	g_autofree double *there = g_new(double, n + 1);
	return spread_of(there, keep(there, x, n, is_there));
}

double
stats_mdape(const double *x, size_t n)
{
	double median = stats_spread(x, n).median;
	g_autofree double *off = g_new(double, n + 1);
	for (size_t i = 0; i < n; i++)
		off[i] = fabs(x[i] / median - 1);
	return stats_spread(off, n).median;
}

/* ---- intervals ---- */

static const double confidence = 0.95;

static struct estimate
no_interval(double median, size_t n)
{
	return (struct estimate){ median, -INFINITY, INFINITY, 0, n };
}

/* The sign test's rank r of n: how sure the interval from the r-th smallest to the r-th
 * largest is, in *coverage. 0 where there is none.
 *
 * Of n measurements, k lie below the true median with a probability in proportion to
 * n over k. The weights start from 1 in the middle and go outwards, where they may
 * safely vanish; 2^-n does not exist for large n. */
static size_t
sign_rank(size_t n, double *coverage)
{
	double all = 0, weight = 1;
	for (size_t k = n / 2 + 1; k-- > 0;) {
		all += 2 * k == n ? weight : 2 * weight; /* k below, or k above */
		weight *= (double)k / (double)(n - k + 1);
	}
	double inside = 0;
	weight = 1;
	size_t r = n / 2;
	for (;; r--) {
		inside += 2 * r == n ? weight : 2 * weight;
		if (r == 0 || inside / all >= confidence)
			break;
		weight *= (double)r / (double)(n - r + 1);
	}
	*coverage = inside / all;
	return r;
}

/* Half the width of Student's interval of the mean of k measurements, in standard errors:
 * the quantile 0.975 of t with k - 1 degrees of freedom. */
static double
student(size_t k)
{
	static const double quantile[STATS_SIGN_LEAST - STATS_ROUNDS_LEAST] = { 4.302653,
		3.182446, 2.776445 };
	return quantile[k - STATS_ROUNDS_LEAST];
}

/* Of few ratios x[0..k). */
static struct estimate
student_estimate(const double *x, size_t k, double median)
{
	double sum = 0, squares = 0;
	for (size_t i = 0; i < k; i++) {
		if (!is_quantity(x[i]))
			return no_interval(median, k);
		sum += log(x[i]);
	}
	double mean = sum / (double)k;
	for (size_t i = 0; i < k; i++)
		squares += (log(x[i]) - mean) * (log(x[i]) - mean);
	double half = student(k) * sqrt(squares / (double)(k * (k - 1)));
	return (struct estimate){ median, exp(mean - half), exp(mean + half), confidence,
		k };
}

struct estimate
stats_estimate(const double *x, size_t n)
{
	g_autofree double *there = g_new(double, n + 1);
	size_t k = keep(there, x, n, is_there);
	double median = spread_of(there, k).median, coverage;
	if (k < STATS_ROUNDS_LEAST)
		return no_interval(median, k);
	if (k < STATS_SIGN_LEAST)
		return student_estimate(there, k, median);
	size_t r = sign_rank(k, &coverage);
	return (struct estimate){ median, there[r - 1], there[k - r], coverage, k };
}

bool
stats_resolved(const struct estimate *e)
{
	return e->lo > 1 || e->hi < 1;
}

bool
stats_is_within(const struct estimate *e, double margin)
{
	return e->coverage > 0 && e->lo >= 1 - margin && e->hi <= 1 + margin;
}

double
stats_width(const struct estimate *e)
{
	double width = (e->hi - e->lo) / e->median;
	return isfinite(width) && e->median > 0 ? width : INFINITY;
}

/* ---- the rank-sum test ---- */

enum { EXACT_MOST = 2500 }; /* the exact distribution takes the square of it in steps */

/* In how many of the orders of m measurements and n others do u pairs of one of each
 * stand the wrong way round, u from 0 to m * n: the null distribution of Mann and
 * Whitney's U. *orders are all, C(m + n, m). g_free it.
 *
 * Positions are filled from the left; at[k][u] counts the ways to have put down k of
 * the m. The one put down k-th, at position t, has t - k others on its left. Doubles
 * hold the counts, to 15 digits beyond 2^53: all terms are positive. */
static double *
rank_sum_counts(size_t m, size_t n, double *orders)
{
	size_t span = m * n, row = span + 1;
	g_autofree double *at = g_new0(double, (m + 1) * row);
	at[0] = 1;
	for (size_t t = 1; t <= m + n; t++)
		for (size_t k = MIN(t, m); k >= 1 && t - k <= n; k--)
			for (size_t u = t - k; u <= span; u++)
				at[k * row + u] += at[(k - 1) * row + u - (t - k)];
	*orders = 0;
	for (size_t u = 0; u <= span; u++)
		*orders += at[m * row + u];
	return g_memdup2(at + m * row, row * sizeof *at);
}

static size_t
exact_rank(size_t m, size_t n, double *coverage)
{
	double orders, tail = 0;
	g_autofree double *counts = rank_sum_counts(m, n, &orders);
	size_t k = 0;
	while (2 * (tail + counts[k]) / orders <= 1 - confidence)
		tail += counts[k++];
	*coverage = 1 - 2 * tail / orders;
	return k;
}

static size_t
normal_rank(size_t m, size_t n, double *coverage)
{
	const double z = 1.959963984540054; /* of 0.975 */
	double pairs = (double)m * (double)n, middle = (pairs - 1) / 2;
	double deviation = sqrt(pairs * (double)(m + n + 1) / 12);
	double u = floor(middle - z * deviation);
	if (u < 0)
		return 0;
	*coverage = erf((middle - u) / deviation / sqrt(2));
	return (size_t)u + 1;
}

struct estimate
stats_ratio_of_ratios(const double *a, size_t na, const double *b, size_t nb)
{
	g_autofree double *from = g_new(double, na + 1), *to = g_new(double, nb + 1);
	size_t m = keep(from, a, na, is_quantity), n = keep(to, b, nb, is_quantity);
	if (!m || !n)
		return no_interval(NAN, 0);
	size_t pairs = m * n;
	g_autofree double *quotient = g_new(double, pairs);
	for (size_t i = 0; i < m; i++)
		for (size_t j = 0; j < n; j++)
			quotient[i * n + j] = to[j] / from[i];
	qsort(quotient, pairs, sizeof *quotient, ascending);
	/* The geometric mean of the two in the middle: the mean of their logarithms. */
	double low = quotient[(pairs - 1) / 2], high = quotient[pairs / 2];
	double median = low * sqrt(high / low), coverage;
	size_t k = pairs <= EXACT_MOST ? exact_rank(m, n, &coverage)
				       : normal_rank(m, n, &coverage);
	if (!k)
		return no_interval(median, MIN(m, n));
	return (struct estimate){ median, quotient[k - 1], quotient[pairs - k], coverage,
		MIN(m, n) };
}

/* ---- two speeds ---- */

static const double differ_least = 1.15; /* the medians of two speeds, as a ratio */
static const double gap_least = 3;       /* standard deviations, with many rounds */

enum { MEMBERS_LEAST = 2 }; /* in a cluster: one slow round is an accident */

/* The size of the lower cluster of the best split; 0 where there is none. `x` is
 * ascending. The sum of squares within is smallest where that between is largest. */
static size_t
best_split(const double *x, size_t n)
{
	double mean = 0, left = 0, best = -1;
	for (size_t i = 0; i < n; i++)
		mean += x[i] / (double)n;
	size_t split = 0;
	for (size_t k = 1; k < n; k++) {
		left += x[k - 1] - mean; /* the sum of the right is -left */
		double between = left * left * (1 / (double)k + 1 / (double)(n - k));
		if (k < MEMBERS_LEAST || n - k < MEMBERS_LEAST || between <= best)
			continue;
		best = between;
		split = k;
	}
	return split;
}

/* Robust standard deviation: a straggler in a cluster does not widen it. */
static double
deviation_of(const double *x, size_t n)
{
	g_autofree double *off = g_new(double, n);
	double median = stats_spread(x, n).median;
	for (size_t i = 0; i < n; i++)
		off[i] = fabs(x[i] - median);
	return 1.4826 * spread_of(off, n).median;
}

/* Is the gap at `split` of the ascending logarithms more than chance? Few rounds often
 * show a small spread by luck, hence the factor; it was set by simulation. */
static bool
stands_apart(const double *x, size_t n, size_t split)
{
	if (n <= 2 * MEMBERS_LEAST)
		return false;
	double times = gap_least * (1 + 5 / (double)(n - 2 * MEMBERS_LEAST));
	double spread = MAX(deviation_of(x, split), deviation_of(x + split, n - split));
	return x[split] - x[split - 1] > times * spread;
}

struct two_speeds
stats_two_speeds(const double *speed, size_t n)
{
	const struct two_speeds one = { false, NAN, NAN, NAN, 0, 0 };
	g_autofree double *x = g_new(double, n + 1), *logs = g_new(double, n + 1);
	size_t k = keep(x, speed, n, is_quantity);
	qsort(x, k, sizeof *x, ascending);
	for (size_t i = 0; i < k; i++)
		logs[i] = log(x[i]);
	size_t split = best_split(logs, k);
	if (!split || !stands_apart(logs, k, split))
		return one;
	double slow = stats_spread(x, split).median;
	double fast = stats_spread(x + split, k - split).median;
	if (fast / slow <= differ_least)
		return one;
	double between = exp((logs[split - 1] + logs[split]) / 2);
	return (struct two_speeds){ true, slow, fast, between, split, k - split };
}
