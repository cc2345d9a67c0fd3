/* block_prefix.h: a non-empty prefix as a block of its own among the nodes' blocks,
 * behind a 4-byte offset; the node knows how long it is.
 *
 * Include after ART_KINDS, if other than ART_KINDS_FIT; then ART_VARIANT is the
 * vtable but for name, label and rung. */
#ifndef ART_BLOCK_PREFIX_H
#define ART_BLOCK_PREFIX_H

#ifdef ART_STORAGE
#error "a variant has one storage"
#endif
#define ART_STORAGE

#ifndef ART_KINDS
#define ART_KINDS(K) ART_KINDS_FIT(K)
#endif
#include "block_prefix_head.h"
#include "nodes.h"
#include "slab_leaves.h"

typedef uint32_t prefix_place;

static inline size_t
prefix_length(const struct art_head *h)
{
	return h->prefix_n;
}

static inline prefix_place
prefix_of(const struct art_head *h)
{
	return art_node_offset(h->prefix);
}

static inline void
prefix_name(struct art_head *h, prefix_place place, size_t n)
{
	h->prefix = art_node_ref(place);
	h->prefix_n = (uint16_t)n;
}

static inline uint8_t *
prefix_at(const struct ab_index *t, prefix_place place)
{
	return chunks_at(&t->nodes.chunks, place);
}

static inline size_t
prefix_block_bytes(size_t n)
{
	return stepped_bytes(n < DEAD_LEAST ? DEAD_LEAST : n);
}

static inline enum ab_status
prefix_block(struct ab_index *t, size_t n, prefix_place *place)
{
	size_t bytes = prefix_block_bytes(n);
	enum ab_status status = sized_take(
		&t->nodes, t->mem, bytes, stepped_class(bytes), place);
	if (status != AB_OK)
		return status;
	t->prefixes.key += n;
	t->prefixes.bytes += bytes;
	return AB_OK;
}

static inline void
prefix_unblock(struct ab_index *t, prefix_place place, size_t n)
{
	size_t bytes = prefix_block_bytes(n);
	sized_give(&t->nodes, place, bytes, stepped_class(bytes));
	t->prefixes.key -= n;
	t->prefixes.bytes -= bytes;
}

#define ART_COPIES_PREFIXES
#include "own_prefix.h"

static inline bool
prefix_renew(struct ab_index *t, struct art_head *h)
{
	return prefix_length(h) == 0 ||
	       !chunk_of(&t->nodes.chunks, prefix_of(h))->leaving || prefix_move(t, h);
}

#include "swept_variant.h"
#endif /* ART_BLOCK_PREFIX_H */
