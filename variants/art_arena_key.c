/* art_arena_key.c: rung 1, whole keys in one arena behind 6-byte refs.
 *
 *   node     | word | prefix: length, its first 6 bytes | a | d | ref | ref |
 *                                                                |     |
 *                                                                |     +--> a node
 *                                                                v
 *   arena    | ... "inside.at" value | "inside.de" value | "insert" value | ...
 *
 *            a ref is where (4 bytes) and how long (2 bytes); of a node, 0 long
 *
 * A child slot is the leaf's ref: there is nothing in between. A get skips what a long
 * prefix does not keep in its node, and compares the whole key in the end. Nodes fit
 * their children, and stand side by side in chunks of their own.
 *
 * What a key costs: its bytes, its value and 7 bytes of edge and ref, and every other key
 * a node's head of 10.
 *
 * To read on: art/arena_key.h, records.h for the arena, chunks.h and sweep.h for how what
 * is dead is vacated. docs/design/layouts.md has what was measured. */
#include "art/arena_key.h"

const struct ab_variant ab_variant_art_arena_key = {
	.name = "art_arena_key",
	.label = "ART arena key",
	.rung = "1",
	.claimed = 84,
	ART_VARIANT,
};
