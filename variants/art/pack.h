/* pack.h: a copy of all there is that holds the least it can, over art_tree.h, swept.h and the
 * walk of sweep.h: what compact makes, and the index becomes if the copy is smaller.
 *
 * Nodes are copied in the order of their paths, each as small as can be and with the leaves
 * right below it. What will be taken is known, so the stores open chunks and slabs for just
 * that, and give back what the last ones have left over. Where there is no memory for it
 * nothing has changed.
 *
 * Needs sweep.h, and of the variant
 *   prefix_import(t, h, from)     h, a copy of a node of `from`, gets a prefix of its own
 *   leaves_await(t, from)         the leaves of `from` are about to be taken
 *   leaves_trim(t)                all are there; what is left over goes
 *   leaves_tight(t)               nothing is dead or left over */
#ifndef ART_STORAGE
#include "arena_prefix.h"
#endif
#ifndef ART_PACK_H
#define ART_PACK_H

/* In place of a ref of `from`, one of `t` to a copy of that leaf. */
static enum ab_status
pack_leaf(struct ab_index *t, const struct ab_index *from, art_ref *slot)
{
	struct ab_key tail = leaf_tail(from, *slot, 0);
	uint8_t *p;
	enum ab_status status = leaf_take(t, tail.n, leaf_value(from, *slot), slot, &p);
	if (status == AB_OK)
		memcpy(p, tail.p, tail.n);
	return status;
}

/* The same of a node and the leaves right below it; nodes below are still those of `from`. */
static enum ab_status
pack_node(struct ab_index *t, const struct ab_index *from, art_ref *slot)
{
	const struct art_head *old = node_at(from, *slot);
	size_t n = prefix_length(old);
	art_ref *child;
	enum ab_status status = art_make(
		t, node_kind_for(art_count(old)), node_ends(old), n, slot);
	if (status != AB_OK)
		return status;
	struct art_head *h = node_at(t, *slot);
	node_refit(h, old, ART_PREFIX_ROOM(n));
	status = prefix_import(t, h, from);
	if (status == AB_OK && node_ends(h))
		status = pack_leaf(t, from, node_terminal(h));
	for (int b = node_next(h, 0, &child); status == AB_OK && b >= 0;
		b = node_next(h, (unsigned)b + 1, &child))
		if (art_is_leaf(*child))
			status = pack_leaf(t, from, child);
	return status;
}

static enum ab_status
pack_all(struct ab_index *t, const struct ab_index *from)
{
	struct sweep_place next = { &t->tree.root, 0 };
	t->tree.root = from->tree.root;
	t->tree.count = from->tree.count;
	t->tree.unjoined = from->tree.unjoined;
	do {
		enum ab_status status = pack_node(t, from, next.slot);
		if (status != AB_OK)
			return status;
		if (!sweep_push(t, node_at(t, *next.slot), next.depth, 0))
			return AB_ENOMEM;
		next = sweep_next(&t->sweep);
	} while (next.slot);
	return AB_OK;
}

/* A copy of `from` in *t, which is to be cleared (swept_clear) whatever comes of it. */
static enum ab_status
pack(struct ab_index *t, const struct ab_index *from)
{
	memset(t, 0, sizeof *t);
	t->mem = from->mem;
	sweep_open(t);
	chunks_await(&t->nodes.chunks, from->nodes.chunks.live);
	leaves_await(t, from);
	t->nodes.chunks.moving = t->leaves.chunks.moving = true;
	enum ab_status status = pack_all(t, from);
	t->nodes.chunks.moving = t->leaves.chunks.moving = false;
	chunks_trim(&t->nodes.chunks, t->mem);
	leaves_trim(t);
	sweep_close(t);
	return status;
}

/* Is there nothing to be had by it, as far as can be seen without a look at each node? */
static inline bool
pack_tight(const struct ab_index *t)
{
	return !t->sweep.on && chunks_tight(&t->nodes.chunks) && leaves_tight(t);
}
#endif /* ART_PACK_H */
