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
 * A visitor's key is put together from the path. When a del leaves a node with one
 * entry, prefix + edge + what follows must stand together again: where they still
 * do, the ref grows back; otherwise they are copied to the arena's end.
 *
 * Include after ART_KINDS, if other than ART_KINDS_FIT; then ART_VARIANT is the
 * vtable but for name and label. */
#ifdef ART_ARENA_PREFIX_H
#error "arena_prefix.h is a template: include it once per variant"
#endif
#define ART_ARENA_PREFIX_H

#ifndef ART_KINDS
#define ART_KINDS(K) ART_KINDS_FIT(K)
#endif
#include "arena_prefix_head.h"
#include "nodes.h"

enum { ART_WHOLE_KEYS = 0, ART_STORED_PREFIXES = 1, ART_MAX_KEY = UINT16_MAX };

/* A leaf's ref counts its tail and 1 more. */
static inline size_t
leaf_length(art_ref r)
{
	return r.length - 1u;
}

#include "packed.h"

static enum ab_status
leaf_make(struct ab_index *t, struct ab_key key, size_t depth, uint64_t value, art_ref *r)
{
	struct ab_key tail = { key.p + depth, key.n - depth };
	uint32_t offset;
	enum ab_status status = arena_record(t, tail, &value, &offset);
	if (status != AB_OK)
		return status;
	*r = (art_ref){ offset, (uint16_t)(tail.n + 1) };
	t->tree.key += tail.n;
	return AB_OK;
}

static void
leaf_drop(struct ab_index *t, art_ref r)
{
	t->tree.key -= leaf_length(r);
}

static inline struct ab_key
leaf_tail(const struct ab_index *t, art_ref r, size_t depth)
{
	(void)depth;
	return (struct ab_key){ arena_at(t, r.offset), leaf_length(r) };
}

static inline bool
leaf_is(const struct ab_index *t, art_ref r, struct ab_key key, size_t depth)
{
	struct ab_key tail = leaf_tail(t, r, depth);
	return tail.n == key.n - depth && art_same(tail.p, key.p + depth, tail.n);
}

static inline enum ab_status
leaf_cut(struct ab_index *t, art_ref *r, size_t n)
{
	r->offset += (uint32_t)n;
	r->length = (uint16_t)(r->length - n);
	t->tree.key -= n;
	return AB_OK;
}

static inline size_t
prefix_length(const struct art_head *h)
{
	return h->prefix.length;
}

static inline struct ab_key
prefix_bytes(const struct ab_index *t, const struct art_head *h, size_t depth)
{
	(void)depth;
	return (struct ab_key){ arena_at(t, h->prefix.offset), h->prefix.length };
}

static inline bool
art_match(const struct ab_index *t, const struct art_head *h, struct ab_key key,
	size_t *depth)
{
	size_t n = h->prefix.length;
	if (n == 0)
		return true;
	if (key.n - *depth < n ||
		!art_same(arena_at(t, h->prefix.offset), key.p + *depth, n))
		return false;
	*depth += n;
	return true;
}

static void
prefix_set(struct ab_index *t, struct art_head *h, uint32_t offset, size_t n)
{
	t->tree.key = t->tree.key - h->prefix.length + n;
	h->prefix = (struct ref6){ offset, (uint16_t)n };
}

static void
prefix_drop(struct ab_index *t, struct art_head *h)
{
	t->tree.key -= h->prefix.length;
}

static enum ab_status
prefix_take(struct ab_index *t, struct art_head *h, art_ref leaf, size_t depth, size_t n)
{
	(void)depth;
	prefix_set(t, h, leaf.offset, n);
	return AB_OK;
}

static enum ab_status
prefix_split(struct ab_index *t, struct art_head *up, art_ref *r, size_t depth, size_t n)
{
	struct art_head *low = node_at(t, *r);
	struct ref6 all = low->prefix;
	(void)depth;
	prefix_set(t, up, all.offset, n);
	prefix_set(t, low, all.offset + (uint32_t)n + 1, all.length - n - 1);
	return AB_OK;
}

/* Do `up`'s prefix and the edge stand right before `offset`? */
static bool
stands_before(
	const struct ab_index *t, const struct art_head *up, int edge, uint32_t offset)
{
	uint64_t end = (uint64_t)up->prefix.offset + up->prefix.length;
	if (edge == NO_EDGE)
		return end == offset;
	return end + 1 == offset && *arena_at(t, (uint32_t)end) == edge;
}

/* Set *offset to where `up`'s prefix, the edge and then the `keep` bytes now at
 * *offset stand together; false without memory. */
static bool
stand_together(struct ab_index *t, const struct art_head *up, int edge, size_t keep,
	uint32_t *offset)
{
	size_t n = up->prefix.length;
	if (stands_before(t, up, edge, *offset)) {
		*offset = up->prefix.offset;
		return true;
	}
	uint32_t at;
	if (space_take(&t->arena, t->mem, n + (edge != NO_EDGE) + keep, &at) != AB_OK)
		return false;
	uint8_t *p = arena_at(t, at);
	memcpy(p, arena_at(t, up->prefix.offset), n);
	p += n;
	if (edge != NO_EDGE)
		*p++ = (uint8_t)edge;
	memcpy(p, arena_at(t, *offset), keep);
	*offset = at;
	return true;
}

static bool
leaf_join(struct ab_index *t, struct art_head *up, int edge, art_ref *r)
{
	size_t gain = up->prefix.length + (edge != NO_EDGE);
	uint32_t offset = r->offset;
	if (!stand_together(t, up, edge, leaf_length(*r) + VALUE_BYTES, &offset))
		return false;
	*r = (art_ref){ offset, (uint16_t)(r->length + gain) };
	t->tree.key += gain;
	return true;
}

static bool
prefix_join(struct ab_index *t, struct art_head *up, int edge, art_ref *r)
{
	struct art_head *low = node_at(t, *r);
	uint32_t offset = low->prefix.offset;
	size_t n = up->prefix.length + 1u + low->prefix.length;
	if (!stand_together(t, up, edge, low->prefix.length, &offset))
		return false;
	prefix_set(t, low, offset, n);
	return true;
}

static enum ab_status
prefix_move(struct ab_index *to, struct art_head *h, const struct ab_index *t,
	const struct art_head *from)
{
	size_t n = from->prefix.length;
	uint32_t offset = 0;
	enum ab_status status = n ? space_take(&to->arena, to->mem, n, &offset) : AB_OK;
	if (status != AB_OK)
		return status;
	memcpy(arena_at(to, offset), arena_at(t, from->prefix.offset), n);
	h->prefix.offset = offset;
	return AB_OK;
}

#include "tree.h"
#include "walk.h"
#include "inspect.h"
#include "packed_variant.h"
