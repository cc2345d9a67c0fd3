/* art_boxed.c: the plain way, and what the packed layouts are held against: every
 * node, leaf and non-empty prefix a heap block of its own; the paper's four kinds
 * of node. */
#include "art/boxed.h"

const struct ab_variant ab_variant_art_boxed = {
	.name = "art_boxed",
	.label = "ART boxed",
	.rung = "0",
	.claimed = 145,
	ART_VARIANT,
};
