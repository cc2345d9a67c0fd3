/* arena_prefix.h: keys and prefixes in one arena behind 6-byte refs, each byte
 * stored once.
 *
 * The arena takes only the bytes a key does not share with the path already there.
 * When a leaf's tail splits, nothing is copied: the upper part becomes the new
 * node's prefix, a ref into the same bytes, and the leaf's ref moves past the edge.
 *
 *   before    leaf (o, 9)           | o u t | s | i d e . g | value |
 *   after     prefix (o, 3)           \_____/ ^   \________/         leaf (o + 4, 5)
 *                                    edge, now in the node: a dead byte
 *
 * Each byte has one owner, or is dead. That of an edge is dead where it stood.
 *
 * A visitor's key is put together from the path. When a del leaves a node with one
 * entry, prefix + edge + what follows are copied to where they stand together again.
 *
 * Include after ART_KINDS, if other than ART_KINDS_FIT; then ART_VARIANT is the
 * vtable but for name and label. */
#ifndef ART_ARENA_PREFIX_H
#define ART_ARENA_PREFIX_H

#ifdef ART_STORAGE
#error "a variant has one storage"
#endif
#define ART_STORAGE

#ifndef ART_KINDS
#define ART_KINDS(K) ART_KINDS_FIT(K)
#endif
#include "arena_prefix_head.h"
#include "nodes.h"

/* A leaf's ref counts its tail and 1 more. */
static inline size_t
leaf_length(art_ref r)
{
	return r.length - 1u;
}

static inline art_ref
leaf_ref(uint32_t offset, size_t n)
{
	return (art_ref){ offset, (uint16_t)(n + 1) };
}

#include "records.h"

static inline struct ab_key
leaf_tail(const struct ab_index *t, art_ref r, size_t depth)
{
	(void)depth;
	return (struct ab_key){ record_at(t, r.offset), leaf_length(r) };
}

#include "tails.h"

static inline enum ab_status
leaf_cut(struct ab_index *t, art_ref *r, size_t n)
{
	*r = leaf_ref(r->offset + (uint32_t)n, leaf_length(*r) - n);
	t->tree.key -= n;
	return AB_OK;
}

typedef uint32_t prefix_place;

static inline size_t
prefix_length(const struct art_head *h)
{
	return h->prefix.length;
}

static inline prefix_place
prefix_of(const struct art_head *h)
{
	return h->prefix.offset;
}

static inline void
prefix_name(struct art_head *h, prefix_place place, size_t n)
{
	h->prefix = (struct ref6){ place, (uint16_t)n };
}

static inline uint8_t *
prefix_at(const struct ab_index *t, prefix_place place)
{
	return record_at(t, place);
}

static inline enum ab_status
prefix_block(struct ab_index *t, size_t n, prefix_place *place)
{
	return record_take(t, n, place);
}

static inline void
prefix_unblock(struct ab_index *t, prefix_place place, size_t n)
{
	record_give(t, place, n);
}

#include "own_prefix.h"

/* The leaf is cut next: see leaf_cut. Where it goes on, the edge's byte is dead. */
static enum ab_status
prefix_take(struct ab_index *t, struct art_head *h, art_ref leaf, size_t depth, size_t n)
{
	(void)depth;
	prefix_set(t, h, leaf.offset, n);
	if (n < leaf_length(leaf))
		chunks_die(&t->leaves.chunks, leaf.offset + (uint32_t)n, 1);
	return AB_OK;
}

static enum ab_status
prefix_split(struct ab_index *t, struct art_head *up, art_ref *r, size_t depth, size_t n)
{
	struct art_head *low = node_at(t, *r);
	struct ref6 all = low->prefix;
	uint32_t edge = all.offset + (uint32_t)n;
	(void)depth;
	t->tree.key -= all.length;
	prefix_set(t, up, all.offset, n);
	prefix_set(t, low, edge + 1, all.length - n - 1);
	chunks_die(&t->leaves.chunks, edge, 1);
	return AB_OK;
}

static inline bool
prefix_renew(struct ab_index *t, struct art_head *h)
{
	return prefix_length(h) == 0 ||
	       !chunk_of(&t->leaves.chunks, prefix_of(h))->leaving || prefix_move(t, h);
}

#include "swept_variant.h"
#endif /* ART_ARENA_PREFIX_H */
