/* zipf.h: ranks by Zipf's law: of n ranks the k-th is drawn in proportion to
 * 1 / k^exponent, exactly so but for rounding, in constant time and space.
 *
 * Rejection-inversion, of W. Hoermann and G. Derflinger, "Rejection-inversion to
 * generate variates from monotone discrete distributions", ACM TOMACS 6(3), 1996.
 * YCSB's generator (J. Gray et al., "Quickly generating billion-record synthetic
 * databases", SIGMOD 1994) approximates the same law and needs a sum over all ranks
 * first.
 *
 * The same seed draws the same ranks wherever the C library's log, exp and their
 * likes round alike. Threads: a struct zipf is read-only while drawn from. */
#ifndef AB_ZIPF_H
#define AB_ZIPF_H

#include <stdint.h>

struct zipf {
	uint64_t n;
	/* private: of the integral of x^-exponent */
	double exponent, low, high, sure;
};

/* `n` > 0 ranks; the exponent is above 0 and not 1. */
void zipf_init(struct zipf *z, double exponent, uint64_t n);
/* Now there are more ranks, or fewer. */
void zipf_resize(struct zipf *z, uint64_t n);
/* A rank in [0, n), 0 the most frequent; `rng` as in rng.h. */
uint64_t zipf_next(const struct zipf *z, uint64_t *rng);

#endif /* AB_ZIPF_H */
