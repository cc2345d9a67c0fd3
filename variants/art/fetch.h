/* fetch.h: begin to load nodes and leaves before they are visited. ART_PREFETCH says where:
 *
 *   0  nowhere
 *   1  in scans: the children of a node that is entered, which wait for one another
 *      otherwise; what all rungs have
 *   2  on the way to a key as well: a child while the prefix before it is compared. Worth
 *      nothing: each step of the way needs the one before, and where a child's address
 *      is known processors run ahead to it by themselves
 *
 * docs/measured/ablations.md has what was measured. */
#ifndef ART_STORAGE
#include "arena_prefix.h"
#endif
#ifndef ART_FETCH_H
#define ART_FETCH_H

#ifndef ART_PREFETCH
#define ART_PREFETCH 1
#endif

enum { FETCH_MOST = 8 }; /* children at a time; more would be late, or drive others out */

/* What is behind `r`; `depth` bytes are on the path to it. */
static inline void
fetch(const struct ab_index *t, art_ref r, size_t depth)
{
	if (art_is_leaf(r)) {
		art_prefetch(leaf_tail(t, r, depth).p);
		art_prefetch(leaf_value(t, r));
	} else {
		art_prefetch(node_at(t, r));
	}
}

/* What `key` leads to below `h`, which stands at `depth`, if it has h's prefix. */
static inline void
fetch_below(const struct ab_index *t, const struct art_head *h, struct ab_key key,
	size_t depth)
{
	size_t at = depth + prefix_length(h);
	if (ART_PREFETCH < 2 || at >= key.n)
		return;
	const art_ref *child = node_find(h, key.p[at]);
	if (child)
		fetch(t, *child, at + 1);
}

/* The first children of `h`; `depth` bytes are on the path to them. */
static inline void
fetch_children(const struct ab_index *t, const struct art_head *h, size_t depth)
{
	art_ref *child;
	if (!ART_PREFETCH)
		return;
	int b = node_next(h, 0, &child);
	for (int n = 0; b >= 0 && n < FETCH_MOST; n++) {
		fetch(t, *child, depth);
		b = node_next(h, (unsigned)b + 1, &child);
	}
}
#endif /* ART_FETCH_H */
