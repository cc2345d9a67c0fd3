/* zipf.c: see zipf.h. Ranks count from 1 in here, as in the paper.
 *
 * A point is drawn uniformly below the integral of the density h(x) = x^-exponent,
 * and taken back to an x, whose nearest whole number k is the rank proposed. The area
 * of k under h, from k - 1/2 to k + 1/2, is more than h(k): what is more is rejected.
 * Where x is not further below k than `sure`, it never is. */
#include <math.h>
#include "contract/rng.h"
#include "zipf.h"

/* Density. */
static double
density(const struct zipf *z, double x)
{
	return exp(-z->exponent * log(x));
}

/* Its integral, but for a constant, and that function's inverse. */
static double
integral(const struct zipf *z, double x)
{
	double e = 1 - z->exponent;
	return expm1(e * log(x)) / e;
}

static double
inverse(const struct zipf *z, double y)
{
	double e = 1 - z->exponent;
	return exp(log1p(e * y) / e);
}

void
zipf_init(struct zipf *z, double exponent, uint64_t n)
{
	z->exponent = exponent;
	z->low = integral(z, 1.5) - 1;
	z->sure = 2 - inverse(z, integral(z, 2.5) - density(z, 2));
	zipf_resize(z, n);
}

void
zipf_resize(struct zipf *z, uint64_t n)
{
	z->n = n;
	z->high = integral(z, (double)n + 0.5);
}

uint64_t
zipf_next(const struct zipf *z, uint64_t *rng)
{
	for (;;) {
		double y = z->high + rng_unit(rng) * (z->low - z->high);
		double x = inverse(z, y);
		double k = fmin(fmax(floor(x + 0.5), 1), (double)z->n);
		if (k - x <= z->sure || y >= integral(z, k + 0.5) - density(z, k))
			return (uint64_t)k - 1;
	}
}
