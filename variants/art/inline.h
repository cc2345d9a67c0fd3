/* inline.h: leaves that are their value and tail and nothing else, prefixes in their
 * nodes, and 4-byte refs to both. variants/art_inline.c has the picture.
 *
 * A key's bytes are each stored once, at the leaf or node where they belong, and move
 * when it splits or joins. A prefix stands behind the terminal; how long it is the upper
 * two bits of the node's word say; 3 means that more is said in front of it:
 *
 *   0 to 2      | bytes |
 *   3 to 254    | n | bytes |
 *   from 255    | 255 | n, 2 bytes | bytes |
 *
 * A node whose prefix gets shorter or longer moves to another block.
 *
 * Include after ART_KINDS, if other than ART_KINDS_FIT; then ART_VARIANT is the
 * vtable but for name and label. */
#ifndef ART_INLINE_H
#define ART_INLINE_H

#ifdef ART_STORAGE
#error "a variant has one storage"
#endif
#define ART_STORAGE

#ifndef ART_KINDS
#define ART_KINDS(K) ART_KINDS_FIT(K)
#endif
#include "inline_head.h"
#include "nodes.h"
#include "slab_leaves.h"

enum { ART_STORED_PREFIXES = 0 };

static enum ab_status
art_make(struct ab_index *t, unsigned kind, bool ends, size_t n, art_ref *r);
static void art_unmake(struct ab_index *t, art_ref r);

static inline void
prefix_shape(struct art_head *h, size_t n)
{
	uint8_t *p = node_rest(h);
	uint16_t n16 = (uint16_t)n;
	h->word = (uint16_t)(h->word | (n < PREFIX_LONG ? n : PREFIX_LONG)
					       << PREFIX_SHIFT);
	if (n < PREFIX_LONG)
		return;
	p[0] = (uint8_t)(n < PREFIX_LONGER ? n : PREFIX_LONGER);
	if (n >= PREFIX_LONGER)
		memcpy(p + 1, &n16, sizeof n16);
}

static inline struct ab_key
prefix_of(const struct art_head *h)
{
	unsigned n = h->word >> PREFIX_SHIFT;
	const uint8_t *p = node_rest(h);
	uint16_t n16;
	if (n < PREFIX_LONG)
		return (struct ab_key){ p, n };
	if (p[0] < PREFIX_LONGER)
		return (struct ab_key){ p + 1, p[0] };
	memcpy(&n16, p + 1, sizeof n16);
	return (struct ab_key){ p + 3, n16 };
}

static inline size_t
prefix_length(const struct art_head *h)
{
	unsigned n = h->word >> PREFIX_SHIFT;
	return n < PREFIX_LONG ? n : prefix_of(h).n;
}

/* Where they are written. */
static inline uint8_t *
prefix_at(const struct art_head *h)
{
	return (uint8_t *)(uintptr_t)prefix_of(h).p;
}

static inline struct ab_key
prefix_bytes(const struct ab_index *t, const struct art_head *h, size_t depth)
{
	(void)t, (void)depth;
	return prefix_of(h);
}

static inline bool
art_match(const struct ab_index *t, const struct art_head *h, struct ab_key key,
	size_t *depth)
{
	(void)t;
	if (h->word >> PREFIX_SHIFT == 0)
		return true;
	struct ab_key prefix = prefix_of(h);
	if (key.n - *depth < prefix.n || !art_same(prefix.p, key.p + *depth, prefix.n))
		return false;
	*depth += prefix.n;
	return true;
}

static inline void
prefix_drop(struct ab_index *t, struct art_head *h)
{
	(void)t, (void)h;
}

static enum ab_status
prefix_take(struct ab_index *t, struct art_head *h, art_ref leaf, size_t depth, size_t n)
{
	memcpy(prefix_at(h), leaf_tail(t, leaf, depth).p, n);
	return AB_OK;
}

/* A copy of `h` with a prefix of `n` bytes, to be written at *p. */
static enum ab_status
prefix_resize(
	struct ab_index *t, const struct art_head *h, size_t n, art_ref *r, uint8_t **p)
{
	unsigned kind = art_kind(h);
	enum ab_status status = art_make(t, kind, h->word & ART_ENDS, n, r);
	if (status != AB_OK)
		return status;
	struct art_head *to = node_at(t, *r);
	size_t behind = node_rest_offset(h) - sizeof *h;
	memcpy(to + 1, h + 1, behind);
	to->word = (uint16_t)(to->word | art_count(h));
	*p = prefix_at(to);
	return AB_OK;
}

static enum ab_status
prefix_split(struct ab_index *t, struct art_head *up, art_ref *r, size_t depth, size_t n)
{
	const struct art_head *h = node_at(t, *r);
	struct ab_key all = prefix_of(h);
	size_t rest = all.n - n - 1;
	art_ref low;
	uint8_t *p;
	enum ab_status status = prefix_resize(t, h, rest, &low, &p);
	(void)depth;
	if (status != AB_OK)
		return status;
	memcpy(prefix_at(up), all.p, n);
	memcpy(p, all.p + n + 1, rest);
	art_unmake(t, *r);
	*r = low;
	return AB_OK;
}

static bool
prefix_join(struct ab_index *t, struct art_head *up, int edge, art_ref *r)
{
	const struct art_head *h = node_at(t, *r);
	struct ab_key above = prefix_of(up), below = prefix_of(h);
	art_ref low;
	uint8_t *p;
	if (prefix_resize(t, h, above.n + 1 + below.n, &low, &p) != AB_OK)
		return false;
	memcpy(p, above.p, above.n);
	p[above.n] = (uint8_t)edge;
	memcpy(p + above.n + 1, below.p, below.n);
	art_unmake(t, *r);
	*r = low;
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

#include "swept_variant.h"
#endif /* ART_INLINE_H */
