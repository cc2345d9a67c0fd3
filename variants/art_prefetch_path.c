/* art_prefetch_path.c: art_arena_prefix with prefetch on the way to a key as well: each child is
 * loaded while the prefix before it is compared (art/fetch.h). */
#define ART_PREFETCH 2
#include "art/arena_prefix.h"

const struct ab_variant ab_variant_art_prefetch_path = {
	.name = "art_prefetch_path",
	.label = "ART, prefetch on paths",
	.rung = "S",
	.by_name = true,
	ART_VARIANT,
};
