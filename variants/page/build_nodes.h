/* build_nodes.h: the index above pages that come in order: on each level a node that is
 * being filled, and a full one becomes a block and a child one level up.
 *
 * A level keeps the separators before each child of its node, that before the first
 * included: it goes up with the node, and is what the node lies between with the next. */
#ifndef PAGE_BUILD_NODES_H
#define PAGE_BUILD_NODES_H

#include "build_blocks.h"
#include "rise.h"

/* Bytes that grow; NULL at first. */
struct buffer {
	uint8_t *p;
	size_t n, room;
};

struct level {
	unsigned n; /* children */
	uint32_t child[NODE_MOST];
	uint64_t keys[NODE_MOST]; /* how many are below each */
	size_t end[NODE_MOST];    /* where the separator before each ends in the text */
	struct buffer text;
};

struct nodes {
	struct blocks *blocks;
	struct buffer block; /* one that is being written */
	struct level level[TREE_HEIGHT];
};

/* Room for `n` bytes, and what is read past them. */
static bool
buffer_reserve(struct buffer *b, size_t n, const struct ab_alloc *mem)
{
	enum { PAST = 16 };
	if (n + PAST <= b->room)
		return true;
	size_t room = n + n / 2 + PAST;
	uint8_t *p = ab_resize(mem, b->p, b->room, room);
	if (!p)
		return false;
	b->p = p;
	b->room = room;
	return true;
}

static void
buffer_free(struct buffer *b, const struct ab_alloc *mem)
{
	if (b->p)
		ab_free(mem, b->p, b->room);
	b->p = NULL;
}

static void
nodes_open(struct nodes *n, struct blocks *blocks)
{
	*n = (struct nodes){ .blocks = blocks };
}

static void
nodes_close(struct nodes *n)
{
	const struct ab_alloc *mem = n->blocks->mem;
	buffer_free(&n->block, mem);
	for (unsigned l = 0; l < TREE_HEIGHT; l++)
		buffer_free(&n->level[l].text, mem);
}

/* The separator before child `i` of the level's node. */
static struct pieces
level_fence(const struct level *l, unsigned i)
{
	size_t from = i ? l->end[i - 1] : 0;
	return pieces_of(l->text.p + from, l->end[i] - from, NULL, 0);
}

static void
level_draft(const struct nodes *n, unsigned level, struct node_draft *d)
{
	const struct level *l = &n->level[level];
	d->n = l->n;
	d->level = level;
	memcpy(d->child, l->child, l->n * sizeof *l->child);
	memcpy(d->keys, l->keys, l->n * sizeof *l->keys);
	for (unsigned i = 1; i < l->n; i++)
		d->separator[i - 1] = level_fence(l, i);
}

/* Does the level's node have room for one more child, behind `fence`? */
static bool
level_fits(const struct nodes *n, unsigned level, const struct pieces *fence)
{
	const struct level *l = &n->level[level];
	struct node_draft d;
	if (l->n == NODE_MOST)
		return false;
	if (l->n == 0)
		return true;
	level_draft(n, level, &d);
	d.separator[d.n - 1] = *fence;
	d.n++;
	return !node_splits(&d);
}

/* Add the node of a level, below `high`, NULL: nothing is above, to the blocks. Its ref, and
 * how many keys are below it. */
static enum ab_status
nodes_write(struct nodes *n, unsigned level, const struct pieces *high, uint32_t *ref,
	uint64_t *keys)
{
	const struct level *l = &n->level[level];
	struct node_draft d;
	struct pieces low = level_fence(l, 0);
	level_draft(n, level, &d);
	*keys = node_keys_sum(&d, 0, d.n);
	size_t bytes = node_measure(&d, 0, d.n);
	if (!buffer_reserve(&n->block, bytes, n->blocks->mem))
		return AB_ENOMEM;
	struct node *node = (struct node *)(void *)n->block.p;
	node_write(node, &d, 0, d.n, separators_share(&low, high));
	node->owner = 0;
	return blocks_add(n->blocks, node, bytes, ref);
}

/* Child `ref` with `keys` keys comes to a level, behind the separator `fence`: of no bytes
 * where it is the first of all. */
static enum ab_status
nodes_add(struct nodes *n, unsigned level, const struct pieces *fence, uint32_t ref,
	uint64_t keys)
{
	struct level *l = &n->level[level];
	size_t at = 0, bytes = pieces_n(fence);
	if (level == TREE_HEIGHT)
		return AB_EFULL;
	if (!level_fits(n, level, fence)) {
		struct pieces low = level_fence(l, 0);
		uint32_t full;
		uint64_t below;
		enum ab_status status = nodes_write(n, level, fence, &full, &below);
		if (status == AB_OK)
			status = nodes_add(n, level + 1, &low, full, below);
		if (status != AB_OK)
			return status;
		l->n = 0;
	}
	if (l->n)
		at = l->end[l->n - 1];
	if (!buffer_reserve(&l->text, at + bytes, n->blocks->mem))
		return AB_ENOMEM;
	pieces_copy(l->text.p + at, fence, 0, bytes);
	l->end[l->n] = at + bytes;
	l->keys[l->n] = keys;
	l->child[l->n++] = ref;
	return AB_OK;
}

/* No more come: the nodes that are not full, and *root. */
static enum ab_status
nodes_end(struct nodes *n, uint32_t *root)
{
	uint64_t keys;
	for (unsigned level = 0;; level++) {
		enum ab_status status = nodes_write(n, level, NULL, root, &keys);
		if (status != AB_OK || level + 1 == TREE_HEIGHT || !n->level[level + 1].n)
			return status;
		struct pieces low = level_fence(&n->level[level], 0);
		status = nodes_add(n, level + 1, &low, *root, keys);
		if (status != AB_OK)
			return status;
	}
}
#endif /* PAGE_BUILD_NODES_H */
