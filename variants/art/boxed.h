/* boxed.h: every node, leaf and non-empty prefix a heap block of its own, behind
 * 8-byte pointers.
 *
 *   inner  | word, prefix length, prefix pointer | children | terminal? |
 *   leaf   | value | key length | key bytes |     pointer tagged in bit 0
 *
 * Include after ART_KINDS, if other than nodes.h has; then ART_VARIANT is the
 * vtable but for name and label. */
#ifndef ART_BOXED_H
#define ART_BOXED_H

#ifdef ART_STORAGE
#error "a variant has one storage"
#endif
#define ART_STORAGE

#include "ab.h"
#include "boxed_head.h"
#include "nodes.h"

struct ab_index {
	const struct ab_alloc *mem;
	struct art_tree tree;
};

struct leaf {
	uint64_t value;
	uint32_t n;
	uint8_t p[];
};

enum { LEAF_TAG = 1 };
#define ART_MAX_KEY (UINT32_MAX / 2)
#define LEAF_BYTES  offsetof(struct leaf, p)

static inline struct art_head *
node_at(const struct ab_index *t, art_ref r)
{
	(void)t;
	return (struct art_head *)r.word;
}

static enum ab_status
node_take(struct ab_index *t, size_t bytes, unsigned class_, art_ref *r)
{
	void *p = ab_alloc(t->mem, bytes);
	(void)class_;
	if (!p)
		return AB_ENOMEM;
	memset(p, 0, bytes);
	r->word = (uintptr_t)p;
	return AB_OK;
}

static void
node_give(struct ab_index *t, art_ref r, size_t bytes, unsigned class_)
{
	(void)class_;
	ab_free(t->mem, node_at(t, r), bytes);
}

static inline bool
art_is_leaf(art_ref r)
{
	return r.word & LEAF_TAG;
}

static inline struct leaf *
leaf_at(art_ref r)
{
	return (struct leaf *)(r.word - LEAF_TAG);
}

static enum ab_status
leaf_make(struct ab_index *t, struct ab_key key, size_t depth, uint64_t value, art_ref *r)
{
	struct leaf *leaf = ab_alloc(t->mem, LEAF_BYTES + key.n);
	(void)depth;
	if (!leaf)
		return AB_ENOMEM;
	leaf->value = value;
	leaf->n = (uint32_t)key.n;
	memcpy(leaf->p, key.p, key.n);
	t->tree.key += key.n;
	r->word = (uintptr_t)leaf + LEAF_TAG;
	return AB_OK;
}

static void
leaf_drop(struct ab_index *t, art_ref r)
{
	struct leaf *leaf = leaf_at(r);
	t->tree.key -= leaf->n;
	ab_free(t->mem, leaf, LEAF_BYTES + leaf->n);
}

static inline struct ab_key
leaf_tail(const struct ab_index *t, art_ref r, size_t depth)
{
	const struct leaf *leaf = leaf_at(r);
	(void)t;
	return (struct ab_key){ leaf->p + depth, leaf->n - depth };
}

static inline bool
leaf_is(const struct ab_index *t, art_ref r, struct ab_key key, size_t depth)
{
	const struct leaf *leaf = leaf_at(r);
	(void)t;
	return leaf->n == key.n &&
	       art_same(leaf->p + depth, key.p + depth, key.n - depth);
}

static inline void *
leaf_value(const struct ab_index *t, art_ref r)
{
	(void)t;
	return &leaf_at(r)->value;
}

typedef uint8_t *prefix_place;

static inline size_t
prefix_length(const struct art_head *h)
{
	return h->prefix_n;
}

static inline prefix_place
prefix_of(const struct art_head *h)
{
	return h->prefix;
}

static inline void
prefix_name(struct art_head *h, prefix_place place, size_t n)
{
	h->prefix = place;
	h->prefix_n = (uint32_t)n;
}

static inline uint8_t *
prefix_at(const struct ab_index *t, prefix_place place)
{
	(void)t;
	return place;
}

static inline enum ab_status
prefix_block(struct ab_index *t, size_t n, prefix_place *place)
{
	*place = ab_alloc(t->mem, n);
	return *place ? AB_OK : AB_ENOMEM;
}

static inline void
prefix_unblock(struct ab_index *t, prefix_place place, size_t n)
{
	ab_free(t->mem, place, n);
}

#define ART_COPIES_PREFIXES
#include "own_prefix.h"

static inline bool
leaf_stays(struct ab_index *t, art_ref *r)
{
	(void)t, (void)r;
	return true;
}

#include "whole_keys.h"
#include "art_tree.h"
#include "art_back.h"
#include "art_walk.h"
#include "art_inspect.h"

static struct ab_index *
boxed_create(const struct ab_alloc *mem)
{
	struct ab_index *t = ab_alloc(mem, sizeof *t);
	if (!t)
		return NULL;
	*t = (struct ab_index){ .mem = mem };
	if (art_open(t) == AB_OK)
		return t;
	ab_free(mem, t, sizeof *t);
	return NULL;
}

/* Without a stack, since keys may nest thousands deep and this cannot fail: on
 * the way down, a slot keeps the way back up (Schorr and Waite, CACM 1967). */
static void
boxed_destroy(struct ab_index *t)
{
	art_ref node = t->tree.root, up = node; /* no slot may look empty */
	art_ref *slot = NULL;
	for (;;) {
		struct art_head *h = node_at(t, node);
		int b = node_next(h, 0, &slot);
		if (b >= 0 && !art_is_leaf(*slot)) {
			art_ref down = *slot;
			*slot = up;
			up = node;
			node = down;
			continue;
		}
		if (b >= 0) {
			leaf_drop(t, *slot);
			node_remove(h, (uint8_t)b);
			continue;
		}
		if (node_ends(h))
			leaf_drop(t, *node_terminal(h));
		prefix_drop(t, h);
		art_unmake(t, node);
		if (node.word == t->tree.root.word)
			break;
		node = up;
		h = node_at(t, node);
		b = node_next(h, 0, &slot);
		up = *slot;
		node_remove(h, (uint8_t)b);
	}
	ab_free(t->mem, t, sizeof *t);
}

static void
boxed_memory(const struct ab_index *t, struct ab_memory *m)
{
	size_t held = t->tree.inner + t->tree.count * LEAF_BYTES + t->tree.key;
	art_memory(t, LEAF_BYTES, held, m);
}

static enum ab_status
boxed_update(struct ab_index *t, struct ab_key key, ab_change *change, void *arg)
{
	bool gone;
	return art_update_by(t, key, change, arg, art_put, &gone);
}

/* Every entry of the vtable but name, label and the claimed figure. */
/* clang-format off */
#define ART_VARIANT \
	ART_ENTRIES, .create = boxed_create, .destroy = boxed_destroy, .build = art_build, \
	.put = art_put, .update = boxed_update, .del = art_del, .memory = boxed_memory, .check = art_check
/* clang-format on */
#endif /* ART_BOXED_H */
