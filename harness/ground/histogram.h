/* histogram.h: a histogram of whole numbers whose percentiles are exact up to 2,047
 * and within a thousandth above, in constant time and space: log-linear, as G. Tene's
 * HdrHistogram. The largest is kept as it is.
 *
 *   0..2047: a count each | 2048..4095: a count for each 2 | ..8191: for each 4 | ...
 *
 * Threads: one at a time. */
#ifndef AB_HISTOGRAM_H
#define AB_HISTOGRAM_H

#include <stdint.h>

enum {
	HISTOGRAM_BITS = 10, /* a doubling has so many powers of two of counts */
	HISTOGRAM_COUNTS = (64 - HISTOGRAM_BITS + 1) << HISTOGRAM_BITS,
};

struct histogram {
	uint64_t n, max;
	uint32_t counts[HISTOGRAM_COUNTS];
};

void histogram_clear(struct histogram *h);

/* Where the numbers from 2048 on are counted: by their upper bits. */
static inline unsigned
histogram_place(uint64_t x)
{
	if (x < 2u << HISTOGRAM_BITS)
		return (unsigned)x;
	unsigned shift = 63u - (unsigned)__builtin_clzll(x) - HISTOGRAM_BITS;
	return (shift << HISTOGRAM_BITS) + (unsigned)(x >> shift);
}

static inline void
histogram_add(struct histogram *h, uint64_t x)
{
	h->counts[histogram_place(x)]++;
	h->n++;
	if (x > h->max)
		h->max = x;
}

/* The smallest number that at least this share of all, in (0, 1], are not above; the
 * largest that is counted with it, if it is not counted alone. 0 if there is none. */
uint64_t histogram_quantile(const struct histogram *h, double share);

#endif /* AB_HISTOGRAM_H */
