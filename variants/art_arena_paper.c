/* art_arena_paper.c: keys and prefixes in one arena behind 6-byte refs, each byte
 * stored once, under the paper's four kinds of node: half of most nodes is empty. */
#define ART_KINDS(K) ART_KINDS_PAPER(K)
#include "art/arena_prefix.h"

const struct ab_variant ab_variant_art_arena_paper = {
	.name = "art_arena_paper",
	.label = "ART arena, paper's nodes",
	.rung = "2",
	.by_name = true,
	.claimed = 68,
	ART_VARIANT,
};
