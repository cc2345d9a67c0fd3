/* art_node80.c: art_arena_paper's layout with room for 80 in the Node48's place: the Node256
 * comes later. */
#define ART_KINDS(K) K(sorted, 4) K(sorted, 16) K(indexed, 80) K(direct, 256)
#include "art/arena_prefix.h"

const struct ab_variant ab_variant_art_node80 = {
	.name = "art_node80",
	.label = "ART, Node80 for Node48",
	.rung = "S",
	.by_name = true,
	ART_VARIANT,
};
