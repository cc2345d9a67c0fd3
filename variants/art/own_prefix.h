/* own_prefix.h: the part of a storage (see art_tree.h) that is the same wherever a
 * non-empty prefix is a block of its own, whatever blocks are; and with
 * ART_COPIES_PREFIXES, what else there is where one that is split, or taken from a leaf, is
 * copied.
 *
 * Needs of the variant, besides what is above it in art_tree.h:
 *   prefix_length(h)
 *   prefix_place                     a type that names a block
 *   prefix_block(t, n, &place)       a block of n > 0 bytes; a status
 *   prefix_unblock(t, place, n)
 *   prefix_at(t, place)              its bytes
 *   prefix_of(h)                     what h names; nothing, if its prefix is empty
 *   prefix_name(h, place, n)         let h name it */
#ifndef ART_STORAGE
#include "arena_prefix.h"
#endif
#ifndef ART_OWN_PREFIX_H
#define ART_OWN_PREFIX_H

enum { ART_STORED_PREFIXES = 1 };

static inline struct ab_key
prefix_bytes(const struct ab_index *t, const struct art_head *h, size_t depth)
{
	size_t n = prefix_length(h);
	(void)depth;
	return (struct ab_key){ n ? prefix_at(t, prefix_of(h)) : (const uint8_t *)"", n };
}

static inline bool
art_match(const struct ab_index *t, const struct art_head *h, struct ab_key key,
	size_t *depth)
{
	size_t n = prefix_length(h);
	if (n == 0)
		return true;
	if (key.n - *depth < n ||
		!art_same(prefix_at(t, prefix_of(h)), key.p + *depth, n))
		return false;
	*depth += n;
	return true;
}

static void
prefix_drop(struct ab_index *t, struct art_head *h)
{
	size_t n = prefix_length(h);
	t->tree.key -= n;
	if (n)
		prefix_unblock(t, prefix_of(h), n);
}

/* A block with a copy of `bytes`, if there are any. */
static enum ab_status
prefix_copy(struct ab_index *t, struct ab_key bytes, prefix_place *place)
{
	memset(place, 0, sizeof *place);
	if (bytes.n == 0)
		return AB_OK;
	enum ab_status status = prefix_block(t, bytes.n, place);
	if (status == AB_OK)
		memcpy(prefix_at(t, *place), bytes.p, bytes.n);
	return status;
}

/* Let h, whose old prefix has been dropped, have the `n` bytes at `place`. */
static void
prefix_set(struct ab_index *t, struct art_head *h, prefix_place place, size_t n)
{
	prefix_name(h, place, n);
	t->tree.key += n;
}

/* Move h's prefix to another block; false without memory. */
static inline bool
prefix_move(struct ab_index *t, struct art_head *h)
{
	size_t n = prefix_length(h);
	prefix_place place, old = prefix_of(h);
	if (prefix_copy(t, prefix_bytes(t, h, 0), &place) != AB_OK)
		return false;
	prefix_name(h, place, n);
	prefix_unblock(t, old, n);
	return true;
}

/* What pack.h asks: h, a copy of a node of `from`, gets a prefix of its own. */
static inline enum ab_status
prefix_import(struct ab_index *t, struct art_head *h, const struct ab_index *from)
{
	prefix_place place;
	enum ab_status status = prefix_copy(t, prefix_bytes(from, h, 0), &place);
	if (status == AB_OK)
		prefix_set(t, h, place, prefix_length(h));
	return status;
}

static bool
prefix_join(struct ab_index *t, struct art_head *up, int edge, art_ref *r)
{
	struct art_head *low = node_at(t, *r);
	struct ab_key above = prefix_bytes(t, up, 0), below = prefix_bytes(t, low, 0);
	size_t n = above.n + 1 + below.n;
	prefix_place place;
	if (prefix_block(t, n, &place) != AB_OK)
		return false;
	uint8_t *p = prefix_at(t, place);
	memcpy(p, above.p, above.n);
	p[above.n] = (uint8_t)edge;
	memcpy(p + above.n + 1, below.p, below.n);
	prefix_drop(t, low);
	prefix_set(t, low, place, n);
	return true;
}

#ifdef ART_COPIES_PREFIXES
static enum ab_status
prefix_take(struct ab_index *t, struct art_head *h, art_ref leaf, size_t depth, size_t n)
{
	prefix_place place;
	struct ab_key bytes = { leaf_tail(t, leaf, depth).p, n };
	enum ab_status status = prefix_copy(t, bytes, &place);
	if (status == AB_OK)
		prefix_set(t, h, place, n);
	return status;
}

static enum ab_status
prefix_split(struct ab_index *t, struct art_head *up, art_ref *r, size_t depth, size_t n)
{
	struct art_head *low = node_at(t, *r);
	struct ab_key all = prefix_bytes(t, low, depth);
	struct ab_key rest = { all.p + n + 1, all.n - n - 1 };
	prefix_place top, bottom;
	enum ab_status status = prefix_copy(t, (struct ab_key){ all.p, n }, &top);
	if (status != AB_OK)
		return status;
	status = prefix_copy(t, rest, &bottom);
	if (status != AB_OK) {
		if (n)
			prefix_unblock(t, top, n);
		return status;
	}
	prefix_drop(t, low);
	prefix_set(t, up, top, n);
	prefix_set(t, low, bottom, rest.n);
	return AB_OK;
}
#endif /* ART_COPIES_PREFIXES */
#endif /* ART_OWN_PREFIX_H */
