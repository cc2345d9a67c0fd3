/* art_arena_paper.c: rung 2, keys and prefixes in one arena behind 6-byte refs, each byte
 * stored once, under the paper's four kinds of node: half of most nodes is empty.
 *
 *   node     | word | prefix ref | a | d | - | - | ref | ref | - | - |      a Node4
 *                       |                           |     |
 *                       v                           |     +--> a node
 *   arena    | ... "side." . "t" value | ...        |
 *                             ^---------------------+
 *
 *            "inside.at" came first: a split left its bytes where they are, and the
 *            "a" between, an edge now, is a dead byte
 *
 * What a key costs: the bytes that it does not share, its value and the refs.
 *
 * To read on: art/arena_prefix.h, records.h for the arena, chunks.h and sweep.h for how
 * what is dead is vacated. docs/design/layouts.md has what was measured. */
#define ART_KINDS(K) ART_KINDS_PAPER(K)
#include "art/arena_prefix.h"

const struct ab_variant ab_variant_art_arena_paper = {
	.name = "art_arena_paper",
	.label = "ART arena, paper's nodes",
	.rung = "2",
	.by_name = true,
	.claimed = 68,
	.parameters = "ART_INDEXED=32,48,80 SWEEP_SHARE=8",
	ART_VARIANT,
};
