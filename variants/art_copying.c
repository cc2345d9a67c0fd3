/* art_copying.c: art_concurrent's layout and code for one thread: no atomics, no lock, no
 * epochs, and a node that was replaced is freed at once. What it is held against says
 * what threads cost.
 *
 *   leaf  | value | key length | key bytes |
 *   node  | kind, count, prefix length | key bytes | children | terminal? | prefix | */
#define CON_THREADS 0
#include "concurrent/con_inspect.h"

const struct ab_variant ab_variant_art_copying = {
	.name = "art_copying",
	.label = "ART copying",
	.caps = AB_ORDERED | AB_PARALLEL_READS | AB_PUT_WAITS,
	CON_ENTRIES,
};
