/* setup.h: what a run is made of apart from the data: insertion order, values,
 * seed, round. Everything random follows from these, so that two processes given
 * the same setup load the same keys in the same order with the same values.
 *
 * Threads: plain values. */
#ifndef AB_SETUP_H
#define AB_SETUP_H

#include "contract/rng.h"

enum load_order { ORDER_RANDOM, ORDER_SORTED };
enum value_kind { VALUES_RANDOM, VALUES_RANK };

struct setup {
	enum load_order order;
	enum value_kind values;
	uint64_t seed;
	uint64_t round; /* counted from 1 */
};

/* What a random sequence is for: two purposes never share a sequence. */
enum setup_purpose {
	FOR_INSERT,
	FOR_HIT,
	FOR_MISS,
	FOR_DELETE,
	FOR_CONTESTANTS,
	FOR_RANGES,
	FOR_CORE_PURPOSES, /* those above */
	/* One more at the end changes no other's sequence. */
	FOR_HIT_ZIPF = FOR_CORE_PURPOSES,
	FOR_MISS_CUT,
	FOR_MISS_LONGER,
	FOR_RANGE_100,
	FOR_PREFIX_HOST,
	FOR_PREFIX_DIR,
	FOR_INSERT_SORTED,
	FOR_CHURN,
	FOR_YCSB_A,
	FOR_YCSB_B,
	FOR_YCSB_C,
	FOR_YCSB_D,
	FOR_YCSB_E,
	FOR_YCSB_F,
	FOR_RANK,
	FOR_QUERIES, /* those above, but for FOR_CONTESTANTS */
	FOR_TURNS = FOR_QUERIES,
	FOR_PURPOSES
};

/* The value stored with the key of this row (its rank in the data set). Full
 * 64-bit numbers unless ranks are asked for: some structures store small values
 * in fewer bytes. */
static inline uint64_t
setup_value(const struct setup *s, uint64_t row)
{
	return s->values == VALUES_RANK ? row : rng_mix(row ^ rng_mix(~s->seed));
}

/* What a key is given in place of this value: another one, and of the same kind. */
static inline uint64_t
setup_other_value(uint64_t value)
{
	return value + 1;
}

/* The generator's state for one purpose in this round. */
static inline uint64_t
setup_rng(const struct setup *s, enum setup_purpose purpose)
{
	uint64_t nth = purpose < FOR_CORE_PURPOSES
			       ? s->round * FOR_CORE_PURPOSES + (uint64_t)purpose
			       : ((uint64_t)purpose << 40) + s->round;
	return rng_mix(s->seed) ^ rng_mix(nth);
}

#endif /* AB_SETUP_H */
