/* art_inline.c: rung 5, prefixes in their nodes, and leaves that are their value and
 * tail alone, behind 4-byte refs.
 *
 *   node     | word | a | d | ref | ref | 5 "side." |      keys go on "side.a", "side.d"
 *               |              |     |      |
 *               |              |     |      of up to 2 bytes the word says how many
 *               |              |     +--> a node: in its chunk, in units of 2 bytes
 *               |              v
 *               |            a leaf, if the first bit is set: slab and number in it
 *               |
 *               count, kind, terminal?, how long the prefix is
 *
 *   slab     | value tail | value tail | value tail | ...
 *
 *            all of 14 bytes: so it, not the leaf, tells that tails are of 6
 *
 * Each byte of a key is stored once: as an edge, in a prefix or in a tail. What a key
 * costs is its value, its tail and the 5 bytes of its edge and ref, and every other key
 * a node of 2 bytes with its own edge and ref.
 *
 * A leaf that is cut, a node that grows and a prefix that splits move to a block of
 * another size. The blocks they leave are taken again by what is of that size, and when
 * much is dead the emptiest chunks are vacated, some nodes with each put and del.
 *
 * To read on: slab_leaves.h in art/ has the leaves, inline.h the prefixes, slabs.h and sized.h
 * the blocks of both, chunks.h what they stand in, sweep.h how chunks are vacated.
 * docs/design/child-refs.md has what was measured. */
#include "art/inline.h"

const struct ab_variant ab_variant_art_inline = {
	.name = "art_inline",
	.label = "ART inline prefixes",
	.rung = "5",
	.by_name = true,
	.parameters = "SWEEP_SHARE=4,8,16",
	ART_VARIANT,
};
