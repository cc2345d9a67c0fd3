/* art_no_simd.c: art_arena_prefix with plain C loops in its sorted nodes: what SIMD is worth,
 * and what machines that have none of it get. */
#define ART_NO_SIMD 1
#include "art/arena_prefix.h"

const struct ab_variant ab_variant_art_no_simd = {
	.name = "art_no_simd",
	.label = "ART, no SIMD",
	.rung = "S",
	.by_name = true,
	ART_VARIANT,
};
