/* test_stats.c: the statistics of harness/stats.h on data with known answers. */
#include <math.h>
#include "check.h"
#include "stats.h"

static void
median(void)
{
	const double odd[] = { 5, 1, 3 }, even[] = { 4, 1, 3, 2 }, one[] = { 7 };
	struct spread s = stats_spread(odd, 3);
	CHECK(s.median == 3 && s.min == 1 && s.max == 5 && s.n == 3);
	s = stats_spread(even, 4);
	CHECK(s.median == 2.5 && s.min == 1 && s.max == 4 && s.n == 4);
	s = stats_spread(one, 1);
	CHECK(s.median == 7 && s.min == 7 && s.max == 7 && s.n == 1);
	CHECK(odd[0] == 5 && odd[1] == 1); /* not sorted in place */
}

static void
missing(void)
{
	const double some[] = { NAN, 4, NAN, 2 }, none[] = { NAN, NAN };
	struct spread s = stats_spread(some, 4);
	CHECK(s.median == 3 && s.min == 2 && s.max == 4 && s.n == 2);
	s = stats_spread(none, 2);
	CHECK(isnan(s.median) && isnan(s.min) && isnan(s.max) && s.n == 0);
	s = stats_spread(none, 0);
	CHECK(isnan(s.median) && s.n == 0);
}

static void
mdape(void)
{
	/* Off the median 100 by 10, 0 and 20 per cent: the middle one is 10. */
	const double x[] = { 90, 100, 120 }, same[] = { 5, 5, 5 },
		     gap[] = { 90, NAN, 110 };
	CHECK(fabs(stats_mdape(x, 3) - 0.1) < 1e-12);
	CHECK(stats_mdape(same, 3) == 0);
	CHECK(fabs(stats_mdape(gap, 3) - 0.1) < 1e-12);
	CHECK(isnan(stats_mdape(x, 0)));
}

static void
ratios(void)
{
	/* The machine was four times faster in the second round: the ratio of the
	 * medians would be 2.5 / 1.25; within the rounds it is 2 each time. */
	const double x[] = { 2, 8, 2.5 }, y[] = { 1, 4, 1.25 };
	struct spread s = stats_paired_ratio(x, y, 3);
	CHECK(s.median == 2 && s.min == 2 && s.max == 2 && s.n == 3);
	const double a[] = { 1, NAN, 3, 8 }, b[] = { 2, 1, 0, 2 };
	s = stats_paired_ratio(a, b, 4); /* a missing one, and nothing to divide by */
	CHECK(s.median == 2.25 && s.min == 0.5 && s.max == 4 && s.n == 2);
	/* The median of the ratios is not the ratio of the medians. */
	const double p[] = { 1, 10, 100 }, q[] = { 1, 1, 1000 };
	s = stats_paired_ratio(p, q, 3);
	CHECK(s.median == 1 && s.min == 0.1 && s.max == 10);
}

int
main(void)
{
	median();
	missing();
	mdape();
	ratios();
	return check_finish();
}
