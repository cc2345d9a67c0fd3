/* art_boxed.c: rung 0, the plain way, and what the packed layouts are held against: every
 * node, leaf and non-empty prefix a heap block of its own; the paper's four kinds of node.
 *
 *   node     | word | prefix: length, pointer | a | d | - | - | pointer | pointer | - | - |
 *                              |                                 |         |
 *                              v                                 |         +--> a node
 *                           | "side." |                          v
 *                                        leaf   | value | key length | "inside.at" |
 *
 *            a Node4: kinds have room for 4, 16, 48 and 256 children
 *
 * What a key costs: its leaf of 12 bytes and the whole key, and every other key a node,
 * most of them half empty; and malloc's header and rounding for each block.
 *
 * V. Leis, A. Kemper, T. Neumann, "The Adaptive Radix Tree: ARTful Indexing for
 * Main-Memory Databases", ICDE 2013.
 *
 * To read on: art/boxed.h, then art_tree.h for put, get and del, nodes.h for the nodes.
 * docs/design/layouts.md has what was measured. */
#include "art/boxed.h"

const struct ab_variant ab_variant_art_boxed = {
	.name = "art_boxed",
	.label = "ART boxed",
	.rung = "0",
	.claimed = 145,
	ART_VARIANT,
};
