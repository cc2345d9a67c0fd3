/* art_no_prefetch.c: art_arena_prefix whose scans wait for each node and leaf as they come to it:
 * what their prefetch is worth. */
#define ART_PREFETCH 0
#include "art/arena_prefix.h"

const struct ab_variant ab_variant_art_no_prefetch = {
	.name = "art_no_prefetch",
	.label = "ART, no prefetch",
	.rung = "S",
	.by_name = true,
	ART_VARIANT,
};
