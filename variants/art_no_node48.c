/* art_no_node48.c: art_arena_paper's layout without the Node48: from 17 children on a node has
 * room for 256. */
#define ART_KINDS(K) K(sorted, 4) K(sorted, 16) K(direct, 256)
#include "art/arena_prefix.h"

const struct ab_variant ab_variant_art_no_node48 = {
	.name = "art_no_node48",
	.label = "ART without Node48",
	.rung = "S",
	.by_name = true,
	ART_VARIANT,
};
