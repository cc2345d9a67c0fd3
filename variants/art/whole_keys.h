/* whole_keys.h: the part of a storage (see art_tree.h) that is the same wherever a leaf
 * holds its whole key: the path above it may change, the leaf stays as it is.
 *
 * Needs of the variant
 *   leaf_stays(t, &r)    it hangs elsewhere now; false without memory */
#ifndef ART_STORAGE
#include "arena_key.h"
#endif
#ifndef ART_WHOLE_KEYS_H
#define ART_WHOLE_KEYS_H

enum { ART_WHOLE_KEYS = 1 };

static inline enum ab_status
leaf_cut(struct ab_index *t, art_ref *r, size_t n)
{
	(void)t, (void)r, (void)n;
	return AB_OK;
}

static inline bool
leaf_join(struct ab_index *t, struct art_head *up, int edge, art_ref *r)
{
	(void)up, (void)edge;
	return leaf_stays(t, r);
}
#endif /* ART_WHOLE_KEYS_H */
