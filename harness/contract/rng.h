/* rng.h: the project's own random numbers, the same on every machine: splitmix64
 * (Steele, Lea and Flood, OOPSLA 2014) for streams and for hashing a row number
 * to a value. State is one word, owned by the caller. */
#ifndef AB_RNG_H
#define AB_RNG_H

#include <stdint.h>
#include <stddef.h>

static inline uint64_t
rng_mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static inline uint64_t
rng_next(uint64_t *state)
{
	return rng_mix(*state += 0x9e3779b97f4a7c15u);
}

__extension__ typedef unsigned __int128 rng_wide; /* not ISO C */

/* Uniform in [0, n), n > 0 (Lemire's multiply-shift; bias below n / 2^64). */
static inline uint64_t
rng_below(uint64_t *state, uint64_t n)
{
	return (uint64_t)(((rng_wide)rng_next(state) * n) >> 64);
}

/* Uniform in [0, 1). */
static inline double
rng_unit(uint64_t *state)
{
	return (double)(rng_next(state) >> 11) * 0x1p-53;
}

/* Shuffle `order[0..n)` in place (Fisher and Yates). */
static inline void
rng_shuffle(uint64_t *state, uint32_t *order, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = (size_t)rng_below(state, i);
		uint32_t swap = order[i - 1];
		order[i - 1] = order[j];
		order[j] = swap;
	}
}

#endif /* AB_RNG_H */
