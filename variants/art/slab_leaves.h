/* slab_leaves.h: what the variants with 4-byte refs share: inner nodes in chunks, and
 * leaves that are their value and tail and nothing else, in slabs that tell how long.
 *
 *   leaf   | value | tail |
 *
 * A leaf that is cut or joined moves to a slab of its new size. What deletions leave
 * dead swept_variant.h sweeps.
 *
 * Needs nodes.h over ref4.h and sized.h; what art_tree.h needs for prefixes comes after. */
#ifndef ART_STORAGE
#include "inline.h"
#endif
#ifndef ART_SLAB_LEAVES_H
#define ART_SLAB_LEAVES_H

#include "slabs.h"
#include "sweep_state.h"

struct ab_index {
	const struct ab_alloc *mem;
	struct art_tree tree;
	struct slabs leaves;
	struct sized nodes; /* and prefixes that are blocks of their own: */
	struct {
		size_t key, bytes; /* of these, and of their blocks */
	} prefixes;
	struct sweep sweep;
};

#include "swept.h"

static inline void *
leaf_value(const struct ab_index *t, art_ref r)
{
	return slabs_at(&t->leaves, ref4_place(r));
}

static inline struct ab_key
leaf_tail(const struct ab_index *t, art_ref r, size_t depth)
{
	uint32_t place = ref4_place(r);
	(void)depth;
	return (struct ab_key){ slabs_at(&t->leaves, place) + VALUE_BYTES,
		slab_of(&t->leaves, place)->size - VALUE_BYTES };
}

/* A leaf with a tail of `n` bytes, which are to be written to *tail. */
static enum ab_status
leaf_take(struct ab_index *t, size_t n, const void *value, art_ref *r, uint8_t **tail)
{
	uint32_t place;
	enum ab_status status = slabs_take(&t->leaves, t->mem, VALUE_BYTES + n, &place);
	if (status != AB_OK)
		return status;
	*r = ref4_leaf(place);
	uint8_t *p = slabs_at(&t->leaves, place);
	memcpy(p, value, VALUE_BYTES);
	*tail = p + VALUE_BYTES;
	t->tree.key += n;
	return AB_OK;
}

static void
leaf_drop(struct ab_index *t, art_ref r)
{
	t->tree.key -= leaf_tail(t, r, 0).n;
	slabs_give(&t->leaves, ref4_place(r));
}

static inline bool
leaf_leaving(const struct ab_index *t, art_ref r)
{
	return slabs_leaving(&t->leaves, ref4_place(r));
}

#include "tails.h"

static enum ab_status
leaf_cut(struct ab_index *t, art_ref *r, size_t n)
{
	uint8_t *p;
	return n ? leaf_move(t, r, 0, leaf_tail(t, *r, 0).n - n, &p) : AB_OK;
}

/* ---- what swept_variant.h asks ---- */

static inline size_t
nodes_live(const struct ab_index *t)
{
	return t->tree.inner + t->prefixes.bytes;
}

static inline size_t
leaves_live(const struct ab_index *t)
{
	return t->tree.key - t->prefixes.key + t->tree.count * VALUE_BYTES +
	       slabs_spare_all(&t->leaves);
}

static inline size_t
leaves_held(const struct ab_index *t)
{
	return slabs_held(&t->leaves);
}

static inline void
leaves_begin(struct ab_index *t)
{
	slabs_begin(&t->leaves);
}

static inline bool
leaves_release(struct ab_index *t)
{
	return slabs_release(&t->leaves, t->mem);
}

static inline void
leaves_await(struct ab_index *t, const struct ab_index *from)
{
	slabs_await(&t->leaves, &from->leaves);
}

static inline void
leaves_trim(struct ab_index *t)
{
	slabs_trim(&t->leaves, t->mem);
}

static inline bool
leaves_tight(const struct ab_index *t)
{
	return chunks_tight(&t->leaves.chunks) && slabs_spare_all(&t->leaves) == 0;
}

static inline void
leaves_free(struct ab_index *t)
{
	slabs_free(&t->leaves, t->mem);
}
#endif /* ART_SLAB_LEAVES_H */
