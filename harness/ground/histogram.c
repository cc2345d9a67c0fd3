/* histogram.c: see histogram.h. */
#include <math.h>
#include <string.h>
#include "histogram.h"

void
histogram_clear(struct histogram *h)
{
	memset(h, 0, sizeof *h);
}

/* The largest number that is counted there. */
static uint64_t
largest_at(unsigned place)
{
	if (place < 2u << HISTOGRAM_BITS)
		return place;
	unsigned shift = (place >> HISTOGRAM_BITS) - 1;
	uint64_t upper = place - ((uint64_t)shift << HISTOGRAM_BITS);
	return ((upper + 1) << shift) - 1;
}

uint64_t
histogram_quantile(const struct histogram *h, double share)
{
	/* 0.9 of 10 is 9, however the product is rounded. */
	uint64_t due = (uint64_t)ceil(share * (double)h->n - 1e-6), seen = 0;
	for (unsigned i = 0; i < HISTOGRAM_COUNTS && due; i++) {
		seen += h->counts[i];
		if (seen >= due)
			return largest_at(i) < h->max ? largest_at(i) : h->max;
	}
	return h->max;
}
