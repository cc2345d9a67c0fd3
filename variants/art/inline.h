/* inline.h: leaves that are their value and tail and nothing else, prefixes in their
 * nodes, and 4-byte refs to both. variants/art_inline.c has the picture.
 *
 * A key's bytes are each stored once, at the leaf or node where they belong, and move
 * when it splits or joins.
 *
 * Include after ART_KINDS, if other than ART_KINDS_FIT; then ART_VARIANT is the
 * vtable but for name and label. */
#ifdef ART_INLINE_H
#error "inline.h is a template: include it once per variant"
#endif
#define ART_INLINE_H

#ifndef ART_KINDS
#define ART_KINDS(K) ART_KINDS_FIT(K)
#endif
#include "inline_head.h"
#include "nodes.h"
#include "slabs.h"
#include "sweep_state.h"

enum { ART_WHOLE_KEYS = 0, ART_MAX_KEY = UINT16_MAX };

struct ab_index {
	const struct ab_alloc *mem;
	struct art_tree tree;
	struct slabs leaves;
	struct sized nodes;
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

#include "inline_prefix.h"

static bool
leaf_join(struct ab_index *t, struct art_head *up, int edge, art_ref *r)
{
	struct ab_key above = prefix_of(up), tail = leaf_tail(t, *r, 0);
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

#include "tree.h"
#include "walk.h"
#include "inspect.h"
#include "sweep.h"

static enum ab_status
inline_put(struct ab_index *t, struct ab_key key, uint64_t value)
{
	enum ab_status status = art_put(t, key, value);
	if (status == AB_EFULL && sweep_all(t))
		status = art_put(t, key, value);
	if (status == AB_OK)
		sweep_some(t);
	return status;
}

static enum ab_status
inline_del(struct ab_index *t, struct ab_key key)
{
	enum ab_status status = art_del(t, key);
	if (status == AB_OK)
		sweep_some(t);
	return status;
}

/* What earlier deletions, or a build that failed, left dead is no part of the index. */
static enum ab_status
inline_build(struct ab_index *t, const struct ab_entry *sorted, size_t n)
{
	if (t->tree.count == 0)
		sweep_all(t);
	enum ab_status status = art_build(t, sorted, n);
	if (t->tree.count == 0)
		sweep_all(t);
	return status;
}

static const char *
inline_check(const struct ab_index *t)
{
	const struct chunks *nodes = &t->nodes.chunks, *leaves = &t->leaves.chunks;
	size_t spare = slabs_spare_all(&t->leaves);
	if (nodes->live != t->tree.inner + chunks_own(nodes))
		return "the live bytes of nodes are miscounted";
	if (leaves->live !=
		t->tree.key + t->tree.count * VALUE_BYTES + spare + chunks_own(leaves))
		return "the live bytes of leaves are miscounted";
	const char *broken = chunks_check(nodes);
	if (!broken)
		broken = chunks_check(leaves);
	return broken ? broken : art_check(t);
}

static void
inline_close(struct ab_index *t)
{
	chunks_free(&t->nodes.chunks, t->mem);
	slabs_free(&t->leaves, t->mem);
	sweep_close(t);
	ab_free(t->mem, t, sizeof *t);
}

static struct ab_index *
inline_create(const struct ab_alloc *mem)
{
	struct ab_index *t = ab_alloc(mem, sizeof *t);
	if (!t)
		return NULL;
	memset(t, 0, sizeof *t);
	t->mem = mem;
	if (art_open(t) == AB_OK)
		return t;
	inline_close(t);
	return NULL;
}

static void
inline_memory(const struct ab_index *t, struct ab_memory *m)
{
	*m = (struct ab_memory){
		.total = sizeof *t + t->nodes.chunks.held + slabs_held(&t->leaves) +
			 t->sweep.room,
		.inner = sizeof *t + t->tree.inner,
		.leaf = t->tree.count * VALUE_BYTES,
		.key = t->tree.key,
	};
	m->slack = m->total - m->inner - m->leaf - m->key;
	memcpy(m->nodes, t->tree.nodes, sizeof t->tree.nodes);
}

/* Every entry of the vtable but name, label and rung. */
/* clang-format off */
#define ART_VARIANT \
	.family = "art", .node_kinds = { ART_KIND_NAMES }, \
	.caps = AB_ORDERED | AB_PARALLEL_READS, .max_key = ART_MAX_KEY, \
	.create = inline_create, .destroy = inline_close, .build = inline_build, \
	.put = inline_put, .get = art_get, .del = inline_del, .scan = art_scan, \
	.scan_prefix = art_scan_prefix, .count = art_size, .memory = inline_memory, \
	.check = inline_check, .dump = art_dump
/* clang-format on */
