/* slab_leaves.h: what the variants with 4-byte refs share: inner nodes in chunks, and
 * leaves that are their value and tail and nothing else, in slabs that tell how long.
 *
 *   leaf   | value | tail |
 *
 * A leaf that is cut or joined moves to a slab of its new size. What deletions leave
 * dead slab_variant.h sweeps.
 *
 * Needs nodes.h over ref4.h and sized.h; what tree.h needs for prefixes comes after. */
#ifdef ART_SLAB_LEAVES_H
#error "slab_leaves.h is a template: include it once per variant"
#endif
#define ART_SLAB_LEAVES_H

#include "slabs.h"
#include "sweep_state.h"

enum { ART_WHOLE_KEYS = 0, ART_MAX_KEY = UINT16_MAX };

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

enum { VALUE_BYTES = sizeof(uint64_t) };

static inline struct art_head *
node_at(const struct ab_index *t, art_ref r)
{
	return (struct art_head *)(void *)chunks_at(&t->nodes.chunks, ref4_offset(r));
}

static enum ab_status
node_take(struct ab_index *t, size_t bytes, unsigned class_, art_ref *r)
{
	uint32_t offset;
	enum ab_status status = sized_take(&t->nodes, t->mem, bytes, &offset);
	(void)class_;
	if (status == AB_OK)
		*r = ref4_node(offset);
	return status;
}

static void
node_give(struct ab_index *t, art_ref r, size_t bytes, unsigned class_)
{
	(void)class_;
	sized_give(&t->nodes, ref4_offset(r), bytes);
}

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

static enum ab_status
leaf_make(struct ab_index *t, struct ab_key key, size_t depth, uint64_t value, art_ref *r)
{
	uint8_t *tail;
	enum ab_status status = leaf_take(t, key.n - depth, &value, r, &tail);
	if (status == AB_OK)
		memcpy(tail, key.p + depth, key.n - depth);
	return status;
}

static void
leaf_drop(struct ab_index *t, art_ref r)
{
	t->tree.key -= leaf_tail(t, r, 0).n;
	slabs_give(&t->leaves, ref4_place(r));
}

static inline bool
leaf_is(const struct ab_index *t, art_ref r, struct ab_key key, size_t depth)
{
	struct ab_key tail = leaf_tail(t, r, depth);
	return tail.n == key.n - depth && art_same(tail.p, key.p + depth, tail.n);
}

static enum ab_status
leaf_cut(struct ab_index *t, art_ref *r, size_t n)
{
	struct ab_key tail = leaf_tail(t, *r, 0);
	art_ref old = *r;
	uint8_t *p;
	if (n == 0)
		return AB_OK;
	enum ab_status status = leaf_take(t, tail.n - n, leaf_value(t, old), r, &p);
	if (status != AB_OK)
		return status;
	memcpy(p, tail.p + n, tail.n - n);
	leaf_drop(t, old);
	return AB_OK;
}

/* Move the leaf elsewhere; false without memory. */
static bool
leaf_renew(struct ab_index *t, art_ref *r)
{
	struct ab_key tail = leaf_tail(t, *r, 0);
	art_ref old = *r;
	uint8_t *p;
	if (leaf_take(t, tail.n, leaf_value(t, old), r, &p) != AB_OK)
		return false;
	memcpy(p, tail.p, tail.n);
	leaf_drop(t, old);
	return true;
}

static inline bool
leaf_leaving(const struct ab_index *t, art_ref r)
{
	return slabs_leaving(&t->leaves, ref4_place(r));
}

static inline struct ab_key
prefix_bytes(const struct ab_index *t, const struct art_head *h, size_t depth);

static bool
leaf_join(struct ab_index *t, struct art_head *up, int edge, art_ref *r)
{
	struct ab_key above = prefix_bytes(t, up, 0), tail = leaf_tail(t, *r, 0);
	size_t gain = above.n + (edge != NO_EDGE);
	art_ref old = *r;
	uint8_t *p;
	if (gain == 0 && !leaf_leaving(t, old))
		return true;
	if (leaf_take(t, gain + tail.n, leaf_value(t, old), r, &p) != AB_OK)
		return false;
	memcpy(p, above.p, above.n);
	if (edge != NO_EDGE)
		p[above.n] = (uint8_t)edge;
	memcpy(p + gain, tail.p, tail.n);
	leaf_drop(t, old);
	return true;
}
