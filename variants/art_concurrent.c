/* art_concurrent.c: an ART for several threads: readers hold no lock while they
 * read, never wait and write nothing that others read; writers take turns.
 *
 * Leaves and nodes are heap blocks, a leaf with its whole key, a node with its prefix
 * and, up to 16 children, no more places than it has children:
 *
 *   leaf  | value | key length | key bytes |
 *   node  | kind, count, prefix length | key bytes | children | terminal? | prefix |
 *
 * A node is not changed but copied, and the copy takes its place by one atomic store; a
 * ref that goes, a value, and a ref for which there is a place are one store alone. What
 * a copy has replaced is freed when no reader is left that may stand on it.
 *
 * To read on: con_node.h and con_tree.h in concurrent/ say why that is right, epoch.h and
 * retire.h when blocks are freed, con_walk.h what a scan sees. docs/design/threads.md has
 * what was measured; art_copying is the same without threads. */
#define CON_THREADS 1
#include "concurrent/con_inspect.h"

const struct ab_variant ab_variant_art_concurrent = {
	.name = "art_concurrent",
	.label = "ART concurrent",
	.caps = AB_ORDERED | AB_PARALLEL_READS | AB_PARALLEL_WRITES | AB_PUT_WAITS,
	.compact = con_compact,
	CON_ENTRIES,
};
