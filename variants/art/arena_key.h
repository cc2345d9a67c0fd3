/* arena_key.h: whole keys in one arena behind 6-byte refs, the first bytes of a
 * prefix inline in its node.
 *
 *   inner        | word, prefix length | PREFIX_INLINE bytes | children | terminal? |
 *   leaf record  | key | value |
 *
 * A get skips what a long prefix does not keep inline, and makes up for it by
 * comparing the whole key at the leaf; who needs all of a prefix reads it off the
 * first key below.
 *
 * Include after ART_KINDS, if other than ART_KINDS_FIT; then ART_VARIANT is the
 * vtable but for name and label. */
#ifndef ART_ARENA_KEY_H
#define ART_ARENA_KEY_H

#ifdef ART_STORAGE
#error "a variant has one storage"
#endif
#define ART_STORAGE

#ifndef ART_KINDS
#define ART_KINDS(K) ART_KINDS_FIT(K)
#endif
#include "arena_key_head.h"
#include "nodes.h"

enum { ART_STORED_PREFIXES = 0, ART_MAX_KEY = UINT16_MAX };

static inline size_t
leaf_length(art_ref r)
{
	return r.length;
}

static inline art_ref
leaf_ref(uint32_t offset, size_t n)
{
	return (art_ref){ offset, (uint16_t)n };
}

#include "records.h"

static enum ab_status
leaf_make(struct ab_index *t, struct ab_key key, size_t depth, uint64_t value, art_ref *r)
{
	uint8_t *p;
	enum ab_status status = leaf_take(t, key.n, &value, r, &p);
	(void)depth;
	if (status == AB_OK)
		memcpy(p, key.p, key.n);
	return status;
}

static inline struct ab_key
leaf_tail(const struct ab_index *t, art_ref r, size_t depth)
{
	return (struct ab_key){ record_at(t, r.offset) + depth, r.length - depth };
}

static inline bool
leaf_is(const struct ab_index *t, art_ref r, struct ab_key key, size_t depth)
{
	(void)depth; /* some of the path may have been skipped */
	return r.length == key.n && art_same(record_at(t, r.offset), key.p, key.n);
}

static inline size_t
prefix_length(const struct art_head *h)
{
	return h->prefix_n;
}

/* A leaf below `h`. */
static art_ref
leaf_below(const struct ab_index *t, const struct art_head *h)
{
	art_ref *r = NULL;
	while (!node_ends(h)) {
		node_next(h, 0, &r);
		if (art_is_leaf(*r))
			return *r;
		h = node_at(t, *r);
	}
	return *node_terminal(h);
}

static inline struct ab_key
prefix_bytes(const struct ab_index *t, const struct art_head *h, size_t depth)
{
	if (h->prefix_n <= PREFIX_INLINE)
		return (struct ab_key){ h->prefix, h->prefix_n };
	return (struct ab_key){ leaf_tail(t, leaf_below(t, h), depth).p, h->prefix_n };
}

static inline bool
art_match(const struct ab_index *t, const struct art_head *h, struct ab_key key,
	size_t *depth)
{
	size_t n = h->prefix_n, seen = n < PREFIX_INLINE ? n : PREFIX_INLINE;
	(void)t;
	if (n == 0)
		return true;
	if (key.n - *depth < n || !art_same(h->prefix, key.p + *depth, seen))
		return false;
	*depth += n;
	return true;
}

static void
prefix_set(struct art_head *h, const uint8_t *bytes, size_t n)
{
	memmove(h->prefix, bytes, n < PREFIX_INLINE ? n : PREFIX_INLINE);
	h->prefix_n = (uint16_t)n;
}

static inline void
prefix_drop(struct ab_index *t, struct art_head *h)
{
	(void)t, (void)h;
}

static enum ab_status
prefix_take(struct ab_index *t, struct art_head *h, art_ref leaf, size_t depth, size_t n)
{
	prefix_set(h, leaf_tail(t, leaf, depth).p, n);
	return AB_OK;
}

static enum ab_status
prefix_split(struct ab_index *t, struct art_head *up, art_ref *r, size_t depth, size_t n)
{
	struct art_head *low = node_at(t, *r);
	struct ab_key all = prefix_bytes(t, low, depth);
	prefix_set(up, all.p, n);
	prefix_set(low, all.p + n + 1, all.n - n - 1);
	return AB_OK;
}

static bool
prefix_join(struct ab_index *t, struct art_head *up, int edge, art_ref *r)
{
	struct art_head *low = node_at(t, *r);
	uint8_t bytes[PREFIX_INLINE * 2 + 1];
	size_t n = up->prefix_n, rest = low->prefix_n;
	(void)t;
	if (n < PREFIX_INLINE) { /* else up's inline bytes are the joined ones */
		memcpy(bytes, up->prefix, n);
		bytes[n] = (uint8_t)edge;
		memcpy(bytes + n + 1, low->prefix,
			rest < PREFIX_INLINE ? rest : PREFIX_INLINE);
	} else
		memcpy(bytes, up->prefix, PREFIX_INLINE);
	prefix_set(low, bytes, n + 1 + rest);
	return true;
}

/* What sweep.h asks: it has moved with its node. */
static inline bool
prefix_renew(struct ab_index *t, struct art_head *h)
{
	(void)t, (void)h;
	return true;
}

/* And pack.h: it is in the copy of the node. */
static inline enum ab_status
prefix_import(struct ab_index *t, struct art_head *h, const struct ab_index *from)
{
	(void)t, (void)h, (void)from;
	return AB_OK;
}

#include "whole_keys.h"
#include "swept_variant.h"
#endif /* ART_ARENA_KEY_H */
