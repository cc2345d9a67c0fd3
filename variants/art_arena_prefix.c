/* art_arena_prefix.c: rung 3, rung 2 (art_arena_paper.c has the picture) with nodes that
 * fit their children exactly.
 *
 *   node     | word | prefix ref | a | d | ref | ref |      room for 1, 2, 3, 4, 5, 6, 8,
 *                                                           10, 12, 16, 24, 32, 48, 80,
 *                                                           128 or 256 children
 *
 *   chunk    | node | node | node | node | ...            of any size, with nothing between
 *
 * Two of three nodes of URLs have two children: in the paper's Node4 half of the room is
 * theirs. A node that has no room for a child moves to a block of the next size, and what is
 * as large takes the one it leaves.
 *
 * What a key costs: the bytes that it does not share, its value and 7 bytes of edge and
 * ref, and every other key a node's head of 8.
 *
 * To read on: art/arena_prefix.h, sized.h for the blocks of nodes, records.h for the arena,
 * sweep.h for how what is dead is vacated. docs/design/layouts.md has what was
 * measured. */
#include "art/arena_prefix.h"

const struct ab_variant ab_variant_art_arena_prefix = {
	.name = "art_arena_prefix",
	.label = "ART arena key+prefix",
	.rung = "3",
	.claimed = 68,
	.parameters = "SWEEP_SHARE=4,8,16",
	ART_VARIANT,
};
