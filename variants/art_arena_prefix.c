/* art_arena_prefix.c: keys and prefixes in one arena behind 6-byte refs, each byte
 * stored once, under nodes that fit their children exactly. */
#include "art/arena_prefix.h"

const struct ab_variant ab_variant_art_arena_prefix = {
	.name = "art_arena_prefix",
	.label = "ART arena key+prefix",
	.rung = "3",
	.claimed = 68,
	ART_VARIANT,
};
