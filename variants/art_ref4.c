/* art_ref4.c: rung 4, 4-byte refs from nodes to children, to leaves and to prefixes.
 *
 *   node     | word | prefix: length, ref | a | d | ref | ref |
 *                              |                     |     |
 *                              v                     |     +--> a node
 *                           | "side." |              v
 *                                                 a leaf, if the first bit is set
 *
 *   slab     | value tail | value tail | value tail | ...
 *
 *            all of 14 bytes: so it, not the ref, tells that tails are of 6
 *
 * The 6-byte refs of rung 3 say how long a leaf is. A slab says it once for all its
 * leaves, at most 256, and the places of leaves have 31 bits: slab and number in it.
 * Those of nodes and prefixes are in units of 2 bytes. What is dead is vacated chunk by
 * chunk.
 *
 * To read on: art/slab_leaves.h and block_prefix.h, then slabs.h, sized.h and chunks.h
 * for where the blocks stand and sweep.h for how they move.
 * docs/design/child-refs.md has what was measured. */
#include "art/block_prefix.h"

const struct ab_variant ab_variant_art_ref4 = {
	.name = "art_ref4",
	.label = "ART 4-byte refs",
	.rung = "4",
	.by_name = true,
	.parameters = "SWEEP_SHARE=4,8,16",
	ART_VARIANT,
};
