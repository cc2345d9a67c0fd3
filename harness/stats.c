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

struct spread
stats_spread(const double *x, size_t n)
{
	g_autofree double *there = g_new(double, n + 1);
	size_t k = 0;
	for (size_t i = 0; i < n; i++)
		if (!isnan(x[i]))
			there[k++] = x[i];
	return spread_of(there, k);
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

struct spread
stats_paired_ratio(const double *x, const double *y, size_t n)
{
	g_autofree double *ratio = g_new(double, n + 1);
	for (size_t i = 0; i < n; i++) /* NAN where either is missing */
		ratio[i] = y[i] != 0 ? x[i] / y[i] : NAN;
	return stats_spread(ratio, n);
}

struct estimate
stats_estimate(const double *x, size_t n)
{
	g_autofree double *y = g_new(double, n + 1);
	size_t k = 0;
	for (size_t i = 0; i < n; i++)
		if (!isnan(x[i]))
			y[k++] = x[i];
	struct spread s = spread_of(y, k);
	struct estimate e = { s.median, -INFINITY, INFINITY, 0, k };
	double tail = 0, p = pow(0.5, (double)k);
	for (size_t i = 0; i < k / 2; i++) {
		tail += p;
		p *= (double)(k - i) / (double)(i + 1);
		if (1 - 2 * tail < 0.95)
			break;
		e.lo = y[i];
		e.hi = y[k - 1 - i];
		e.coverage = 1 - 2 * tail;
	}
	return e;
}

bool
stats_resolved(const struct estimate *e)
{
	return e->lo > 1 || e->hi < 1;
}

double
stats_width(const struct estimate *e)
{
	return (e->hi - e->lo) / e->median;
}

struct two_speeds
stats_two_speeds(const double *speed, size_t n)
{
	(void)speed;
	(void)n;
	return (struct two_speeds){ 0 };
}
