/* art_arena_key.c: whole keys in one arena behind 6-byte refs, the first bytes of a
 * prefix inline in its node. */
#include "art/arena_key.h"

const struct ab_variant ab_variant_art_arena_key = {
	.name = "art_arena_key",
	.label = "ART arena key",
	.rung = "1",
	.claimed = 84,
	ART_VARIANT,
};
