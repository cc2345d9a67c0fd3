/* swept.h: the part of a storage (see art_tree.h) that is the same in all that sweep.h
 * sweeps: inner nodes as blocks in chunks, and how a leaf moves.
 *
 * Needs art_node_ref(offset) and art_node_offset(r), between a node's ref and where it
 * stands; in struct ab_index a `struct sized nodes`; and
 *   leaf_take(t, n, value, &r, &p)   a leaf with `n` bytes of key, to be written to p,
 *                                    and the value at `value`; a status
 *   leaf_leaving(t, r)               does it stand in a chunk that leaves?
 * The head file may define
 *   ART_BLOCK_CLASS(bytes, class_)   what sized.h calls a class of a node's block: that of
 *                                    art_tree.h, unless it defines ART_BLOCK_BYTES */
#ifndef ART_STORAGE
#include "arena_prefix.h"
#endif
#ifndef ART_SWEPT_H
#define ART_SWEPT_H

#ifndef ART_BLOCK_CLASS
#define ART_BLOCK_CLASS(bytes, class_) ((void)(bytes), (class_))
static_assert(2 * ART_KIND_COUNT <= DEAD_CLASSES, "a class for each kind and its twin");
#endif

enum { VALUE_BYTES = sizeof(uint64_t) };

static inline struct art_head *
node_at(const struct ab_index *t, art_ref r)
{
	void *p = chunks_at(&t->nodes.chunks, art_node_offset(r));
	return p;
}

static enum ab_status
node_take(struct ab_index *t, size_t bytes, unsigned class_, art_ref *r)
{
	uint32_t offset;
	class_ = ART_BLOCK_CLASS(bytes, class_);
	enum ab_status status = sized_take(&t->nodes, t->mem, bytes, class_, &offset);
	if (status != AB_OK)
		return status;
	memset(chunks_at(&t->nodes.chunks, offset), 0, bytes);
	*r = art_node_ref(offset);
	return AB_OK;
}

static void
node_give(struct ab_index *t, art_ref r, size_t bytes, unsigned class_)
{
	class_ = ART_BLOCK_CLASS(bytes, class_);
	sized_give(&t->nodes, art_node_offset(r), bytes, class_);
}

static inline bool
node_leaving(const struct ab_index *t, art_ref r)
{
	return chunk_of(&t->nodes.chunks, art_node_offset(r))->leaving;
}

static enum ab_status
leaf_take(struct ab_index *t, size_t n, const void *value, art_ref *r, uint8_t **p);
static void leaf_drop(struct ab_index *t, art_ref r);
static inline void *leaf_value(const struct ab_index *t, art_ref r);
static inline struct ab_key leaf_tail(const struct ab_index *t, art_ref r, size_t depth);
static inline bool leaf_leaving(const struct ab_index *t, art_ref r);

/* Let the leaf have another `n` bytes of key, to be written to *p, in front of the last
 * `keep` of its own. */
static enum ab_status
leaf_move(struct ab_index *t, art_ref *r, size_t n, size_t keep, uint8_t **p)
{
	struct ab_key own = leaf_tail(t, *r, 0);
	art_ref old = *r;
	enum ab_status status = leaf_take(t, n + keep, leaf_value(t, old), r, p);
	if (status != AB_OK)
		return status;
	memcpy(*p + n, own.p + own.n - keep, keep);
	leaf_drop(t, old);
	return AB_OK;
}

/* Move the leaf if it leaves; false without memory. */
static bool
leaf_stays(struct ab_index *t, art_ref *r)
{
	uint8_t *p;
	if (!leaf_leaving(t, *r))
		return true;
	size_t n = leaf_tail(t, *r, 0).n;
	t->sweep.moved += n;
	return leaf_move(t, r, 0, n, &p) == AB_OK;
}
#endif /* ART_SWEPT_H */
