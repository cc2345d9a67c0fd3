/* test_stats.c: the statistics of harness/ground/stats.h on data with known answers: by hand,
 * and from published tables of the distributions. How they do on noise is in
 * test_noise.c. */
#include <math.h>
#include <stdlib.h>
#include "kit/check.h"
#include "contract/rng.h"
#include "ground/stats.h"

enum { MOST = 60 }; /* measurements in one array */

static bool
is_near(double x, double y, double off)
{
	return fabs(x - y) <= off;
}

/* ---- medians ---- */

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
	s = stats_spread(NULL, 0);
	CHECK(isnan(s.median) && s.n == 0);
}

static void
mdape(void)
{
	/* Off the median 100 by 10, 0 and 20 per cent: the middle one is 10. */
	const double x[] = { 90, 100, 120 }, same[] = { 5, 5, 5 },
		     gap[] = { 90, NAN, 110 };
	CHECK(is_near(stats_mdape(x, 3), 0.1, 1e-12));
	CHECK(stats_mdape(same, 3) == 0);
	CHECK(is_near(stats_mdape(gap, 3), 0.1, 1e-12));
	CHECK(isnan(stats_mdape(NULL, 0)));
}

/* ---- the sign test's interval ---- */

/* The rank of the interval's ends and its coverage: of the two-sided sign test at the
 * 5 % level. (W. J. MacKinnon, Table for both the sign test and distribution-free
 * confidence intervals of the median for sample sizes to 1,000, Journal of the American
 * Statistical Association 59, 1964.) */
static const struct {
	size_t n, rank;
	double coverage;
} sign_test[] = {
	{ 6, 1, .9688 },
	{ 7, 1, .9844 },
	{ 8, 1, .9922 },
	{ 9, 2, .9609 },
	{ 10, 2, .9785 },
	{ 11, 2, .9883 },
	{ 12, 3, .9614 },
	{ 13, 3, .9775 },
	{ 14, 3, .9871 },
	{ 15, 4, .9648 },
	{ 16, 4, .9787 },
	{ 17, 5, .9510 },
	{ 18, 5, .9691 },
	{ 19, 5, .9808 },
	{ 20, 6, .9586 },
	{ 21, 6, .9734 },
	{ 22, 6, .9831 },
	{ 23, 7, .9653 },
	{ 24, 7, .9773 },
	{ 25, 8, .9567 },
	{ 26, 8, .9710 },
	{ 27, 8, .9808 },
	{ 28, 9, .9643 },
	{ 29, 9, .9759 },
	{ 30, 10, .9572 },
	{ 50, 18, .9672 },
	{ 100, 40, .9648 },
	{ 500, 228, .9559 },
	{ 1000, 469, .9537 },
};

/* 1 to n in disorder, so that a measurement is its rank, and as many NAN between. */
static double *
ranks_in_disorder(size_t n)
{
	double *x = calloc(2 * n, sizeof *x);
	uint32_t *order = calloc(n, sizeof *order);
	uint64_t rng = n;
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i + 1;
	rng_shuffle(&rng, order, n);
	for (size_t i = 0; i < n; i++) {
		x[2 * i] = order[i];
		x[2 * i + 1] = NAN;
	}
	free(order);
	return x;
}

static void
sign_test_table(void)
{
	for (size_t i = 0; i < sizeof sign_test / sizeof *sign_test; i++) {
		size_t n = sign_test[i].n, rank = sign_test[i].rank;
		double *x = ranks_in_disorder(n);
		struct estimate e = stats_estimate(x, 2 * n);
		CHECK(e.n == n);
		CHECK(e.lo == (double)rank);
		CHECK(e.hi == (double)(n + 1 - rank));
		CHECK(is_near(e.coverage, sign_test[i].coverage, 5.1e-5));
		CHECK(e.coverage >= 0.95);
		CHECK(e.median == (double)(n + 1) / 2);
		free(x);
	}
}

/* Of two one cannot say how much they vary. */
static void
too_few_rounds(void)
{
	const double x[] = { 2, NAN, 3, NAN };
	for (size_t n = 0; n <= 4; n++) {
		struct estimate e = stats_estimate(n ? x : NULL, n);
		CHECK(e.n < STATS_ROUNDS_LEAST);
		CHECK(isinf(e.lo) && e.lo < 0 && isinf(e.hi) && e.hi > 0);
		CHECK(e.coverage == 0);
		CHECK(!stats_resolved(&e));
		CHECK(isinf(stats_width(&e)));
		CHECK(e.n ? e.median > 1 : isnan(e.median));
	}
	const double six[] = { 2, 3, 4, 5, 6, 7 };
	struct estimate e = stats_estimate(six, STATS_SIGN_LEAST);
	CHECK(e.lo == 2 && e.hi == 7 && stats_resolved(&e));
}

/* From 3 rounds to 5, by hand: the logarithms' mean, and t times their standard error.
 * t is that of any table (Student, Biometrika 6, 1908): 4.303, 3.182, 2.776. */
static void
few_rounds(void)
{
	static const struct {
		double log[5];
		size_t n;
		double mean, half;
	} all[] = {
		{ { 0.3, 0.1, 0.2 }, 3, 0.2, 4.302653 * 0.1 / 1.7320508 },
		{ { 0.1, 0.3, 0.1, 0.3 }, 4, 0.2, 3.182446 * 0.1154701 / 2 },
		{ { 0, 0, 0.5, 0, 0 }, 5, 0.1, 2.776445 * 0.2236068 / 2.2360680 },
		{ { -0.7, -0.7, -0.7 }, 3, -0.7, 0 },
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		double x[5];
		for (size_t k = 0; k < all[i].n; k++)
			x[k] = exp(all[i].log[k]);
		struct estimate e = stats_estimate(x, all[i].n);
		CHECK(is_near(log(e.lo), all[i].mean - all[i].half, 1e-6));
		CHECK(is_near(log(e.hi), all[i].mean + all[i].half, 1e-6));
		CHECK(e.coverage == 0.95 && e.n == all[i].n);
		CHECK(stats_resolved(&e) == (fabs(all[i].mean) > all[i].half));
	}
	const double none[] = { 0.5, 0, 0.7 };
	struct estimate e = stats_estimate(none, 3);
	CHECK(e.median == 0.5 && isinf(e.lo) && isinf(e.hi));
}

/* Seen from the reference, the same. */
static void
estimate_turned_round(void)
{
	uint64_t rng = 1;
	double x[MOST], inverse[MOST];
	for (size_t n = STATS_SIGN_LEAST; n < MOST; n++) {
		for (size_t i = 0; i < n; i++) {
			x[i] = 0.5 + rng_unit(&rng);
			inverse[i] = 1 / x[i];
		}
		struct estimate e = stats_estimate(x, n), f = stats_estimate(inverse, n);
		CHECK(e.lo <= e.median && e.median <= e.hi);
		CHECK(f.lo == 1 / e.hi && f.hi == 1 / e.lo);
		CHECK(f.coverage == e.coverage);
	}
}

/* The machine was four times as fast in the second round, and half as fast in the
 * third: medians of speeds would have a ratio of 2.5, in-round it is 2 each time. */
static void
in_round(void)
{
	const double own[] = { 2, 8, 1, 2.5, 2.6, 9 },
		     theirs[] = { 1, 4, .5, 1.25, 1.3, 4.5 };
	double ratio[6];
	for (size_t i = 0; i < 6; i++)
		ratio[i] = own[i] / theirs[i];
	struct estimate e = stats_estimate(ratio, 6);
	CHECK(e.lo == 2 && e.median == 2 && e.hi == 2);
	CHECK(stats_width(&e) == 0);
}

static void
resolved_or_not(void)
{
	static const struct {
		double median, lo, hi;
		bool resolved;
		double width;
	} all[] = {
		{ 1.1, 1.01, 1.2, true, .19 / 1.1 },
		{ 0.9, 0.8, 0.99, true, .19 / 0.9 },
		{ 1.1, 0.99, 1.2, false, .21 / 1.1 },
		{ 1, 1, 1, false, 0 },
		{ 1.1, 1, 1.2, false, .2 / 1.1 }, /* touching 1 is not beyond it */
		{ 0.9, 0.8, 1, false, .2 / 0.9 },
		{ 2, -INFINITY, INFINITY, false, INFINITY },
		{ NAN, -INFINITY, INFINITY, false, INFINITY },
		{ 0, 0, 0, true, INFINITY },
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct estimate e = {
			.median = all[i].median, .lo = all[i].lo, .hi = all[i].hi
		};
		CHECK(stats_resolved(&e) == all[i].resolved);
		double width = stats_width(&e);
		CHECK(isinf(all[i].width) ? isinf(width)
					  : is_near(width, all[i].width, 1e-12));
	}
}

/* ---- the interval of Moses ---- */

/* The rank of the ends among the quotients, and the coverage: one more than the critical
 * value of Mann and Whitney's U, two-sided at 5 %. (R. C. Milton, An extended table of
 * critical values for the Mann-Whitney (Wilcoxon) two-sample statistic, Journal of the
 * American Statistical Association 59, 1964.) Above 2500 pairs by the normal
 * approximation: 50 and 51 have 987 exactly. */
static const struct {
	size_t m, n, rank;
	double coverage;
} rank_sum[] = {
	{ 4, 4, 1, .9714 },
	{ 3, 5, 1, .9643 },
	{ 2, 8, 1, .9556 },
	{ 5, 5, 3, .9683 },
	{ 5, 6, 4, .9697 },
	{ 6, 6, 6, .9589 },
	{ 6, 9, 11, .9505 },
	{ 7, 7, 9, .9621 },
	{ 8, 8, 14, .9501 },
	{ 9, 9, 18, .9600 },
	{ 10, 10, 24, .9567 },
	{ 9, 12, 27, .9509 },
	{ 12, 12, 38, .9551 },
	{ 15, 15, 65, .9547 },
	{ 20, 20, 128, .9509 },
	{ 10, 20, 56, .9510 },
	{ 3, 20, 9, .9537 },
	{ 1, 39, 1, .9500 },
	{ 50, 50, 966, .9505 },
	{ 50, 51, 986, .9507 },
	{ 51, 51, 1008, .9501 },
};

/* Ratios of which the quotients b / a are the powers 1, 2, ..., m * n of a base near 1:
 * each is its rank. NAN and what is no ratio lie between. */
struct two_runs {
	double a[4 * MOST], b[4 * MOST];
	size_t na, nb;
};

static const double base = 1e-4;

static struct two_runs
all_ranks(size_t m, size_t n)
{
	static const double none[] = { NAN, 0, -1, INFINITY };
	struct two_runs t = { .na = 0 };
	for (size_t i = 0; i < m; i++) {
		t.a[t.na++] = exp(-base * (double)(n * (m - 1 - i)));
		t.a[t.na++] = none[i % 4];
	}
	for (size_t j = 0; j < n; j++) {
		t.b[t.nb++] = none[j % 4];
		t.b[t.nb++] = exp(base * (double)(j + 1));
	}
	return t;
}

static bool
is_rank(double quotient, double rank)
{
	return is_near(log(quotient) / base, rank, 1e-6);
}

static void
rank_sum_table(void)
{
	for (size_t i = 0; i < sizeof rank_sum / sizeof *rank_sum; i++) {
		size_t m = rank_sum[i].m, n = rank_sum[i].n;
		double rank = (double)rank_sum[i].rank, pairs = (double)(m * n);
		struct two_runs t = all_ranks(m, n);
		struct estimate e = stats_ratio_of_ratios(t.a, t.na, t.b, t.nb);
		CHECK(is_rank(e.lo, rank));
		CHECK(is_rank(e.hi, pairs + 1 - rank));
		CHECK(is_rank(e.median, (pairs + 1) / 2));
		CHECK(is_near(e.coverage, rank_sum[i].coverage, 5.1e-5));
		CHECK(e.n == (m < n ? m : n));
	}
}

static void
rank_sum_too_few(void)
{
	static const size_t few[][2] = { { 3, 4 }, { 2, 7 }, { 1, 38 }, { 3, 3 },
		{ 1, 1 } };
	for (size_t i = 0; i < sizeof few / sizeof *few; i++) {
		struct two_runs t = all_ranks(few[i][0], few[i][1]);
		struct estimate e = stats_ratio_of_ratios(t.a, t.na, t.b, t.nb);
		CHECK(isinf(e.lo) && isinf(e.hi) && e.coverage == 0);
		CHECK(!stats_resolved(&e) && isinf(stats_width(&e)));
		CHECK(is_rank(e.median, (double)(few[i][0] * few[i][1] + 1) / 2));
		CHECK(e.n == (few[i][0] < few[i][1] ? few[i][0] : few[i][1]));
	}
	const double none[] = { NAN, 0, -2, INFINITY }, some[] = { 1, 2, 3, 4 };
	struct estimate e = stats_ratio_of_ratios(none, 4, some, 4);
	CHECK(isnan(e.median) && e.n == 0 && e.coverage == 0 && isinf(stats_width(&e)));
	e = stats_ratio_of_ratios(some, 4, NULL, 0);
	CHECK(isnan(e.median) && e.n == 0 && e.coverage == 0);
}

static void
fill(double *x, size_t n, uint64_t *rng)
{
	for (size_t i = 0; i < n; i++)
		x[i] = 0.5 + rng_unit(rng);
}

static bool
is_inverse(const struct estimate *e, const struct estimate *f)
{
	return is_near(f->median * e->median, 1, 1e-12) &&
	       is_near(f->lo * e->hi, 1, 1e-12) && is_near(f->hi * e->lo, 1, 1e-12) &&
	       f->coverage == e->coverage && f->n == e->n;
}

/* Exchanging the runs, or variant and reference, turns the change round; both
 * together leave it as it is. */
static void
rank_sum_turned_round(void)
{
	static const size_t sizes[][2] = { { 4, 4 }, { 6, 9 }, { 9, 9 }, { 12, 5 },
		{ 50, 51 } };
	uint64_t rng = 1;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		double a[MOST], b[MOST], a_inverse[MOST], b_inverse[MOST];
		size_t na = sizes[i][0], nb = sizes[i][1];
		fill(a, na, &rng);
		fill(b, nb, &rng);
		for (size_t k = 0; k < na; k++)
			a_inverse[k] = 1 / a[k];
		for (size_t k = 0; k < nb; k++)
			b_inverse[k] = 1 / b[k];
		struct estimate e = stats_ratio_of_ratios(a, na, b, nb);
		CHECK(e.lo < e.median && e.median < e.hi);
		struct estimate f = stats_ratio_of_ratios(b, nb, a, na);
		CHECK(is_inverse(&e, &f));
		f = stats_ratio_of_ratios(a_inverse, na, b_inverse, nb);
		CHECK(is_inverse(&e, &f));
		struct estimate g = stats_ratio_of_ratios(b_inverse, nb, a_inverse, na);
		CHECK(is_inverse(&f, &g));
	}
}

/* By hand: quotients 2, 3, 4, 6; two in the middle with the geometric mean of 12. */
static void
rank_sum_by_hand(void)
{
	const double a[] = { 1, 2 }, b[] = { 4, 6 }, same[] = { 3, 3, 3, 3, 3, 3 };
	struct estimate e = stats_ratio_of_ratios(a, 2, b, 2);
	CHECK(is_near(e.median, sqrt(12), 1e-12) && e.n == 2);
	e = stats_ratio_of_ratios(same, 6, same, 6);
	CHECK(e.lo == 1 && e.median == 1 && e.hi == 1 && !stats_resolved(&e));
}

/* ---- two speeds ---- */

static void
two_speeds_by_hand(void)
{
	const double x[] = { 0.70, 1.00, NAN, 1.01, 0.71, 0, 0.99, -1, 0.70, 1.00,
		INFINITY, 1.02 };
	struct two_speeds t = stats_two_speeds(x, sizeof x / sizeof *x);
	CHECK(t.found && t.n_slow == 3 && t.n_fast == 5);
	CHECK(t.slow == 0.70 && t.fast == 1.00);
	CHECK(t.between > 0.71 && t.between < 0.99);
}

static bool
is_one_speed(const double *x, size_t n)
{
	struct two_speeds t = stats_two_speeds(x, n);
	return !t.found && isnan(t.slow) && isnan(t.fast) && isnan(t.between) &&
	       t.n_slow == 0 && t.n_fast == 0;
}

static void
one_speed(void)
{
	const double near[] = { 0.90, 1.00, 0.90, 1.00, 0.90, 1.00 },
		     lone[] = { 0.5, 1.00, 1.01, 0.99, 1.00, 1.02 },
		     few[] = { 0.5, 0.5, 1, 1 }, five[] = { 0.5, 0.5, 1, 1, 1 },
		     drift[] = { 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7 },
		     same[] = { 1, 1, 1, 1, 1, 1 }, none[] = { NAN, 0, INFINITY };
	CHECK(is_one_speed(near, 6)); /* 11 % apart */
	CHECK(is_one_speed(lone, 6)); /* one slow round is an accident */
	CHECK(is_one_speed(few, 4));
	CHECK(stats_two_speeds(five, 5).found);
	CHECK(is_one_speed(drift, 8));
	CHECK(is_one_speed(same, 6));
	CHECK(is_one_speed(none, 3));
	CHECK(is_one_speed(NULL, 0));
}

int
main(void)
{
	median();
	missing();
	mdape();
	sign_test_table();
	too_few_rounds();
	few_rounds();
	estimate_turned_round();
	in_round();
	resolved_or_not();
	rank_sum_table();
	rank_sum_too_few();
	rank_sum_turned_round();
	rank_sum_by_hand();
	two_speeds_by_hand();
	one_speed();
	return check_finish();
}
