/* join_nodes.h: two neighbouring children of a node become one, and nodes that have
 * become small join.
 *
 * A node with few children joins a neighbour below the same node if both fill at most
 * 1 - 1 / JOIN_SPARE of one, so that it takes as many grafts to split it again. A join
 * takes memory before it gives back more; without, all stays as it is, and the next
 * del nearby tries again. */
#ifndef PAGE_JOIN_NODES_H
#define PAGE_JOIN_NODES_H

#include "rise.h"

enum {
	JOIN_SPARE = 4,
	NODE_FEW = NODE_MOST / 4, /* children: this few, and the node tries to join */
};

/* Does a node of so many bytes stay in the block it has? */
static bool
node_stays(const struct ab_index *t, uint32_t node, size_t bytes)
{
	size_t size = store_size_of(&t->store, node);
	return bytes <= NODE_SPARE && bytes <= size && bytes >= size / 2;
}

/* Take a block for the node at `step` when child `at` + 1 goes, if it should have a
 * smaller one, or must because it is too large to be written in place. False: there is
 * no memory for that. */
static bool
removal_take(struct ab_index *t, const struct path *p, unsigned step, unsigned at,
	struct taking *k)
{
	struct node_draft d;
	node_load(&d, node_at(t, p->node[step]));
	node_prune(&d, at, 0);
	size_t bytes = node_measure(&d, 0, d.n);
	return node_stays(t, p->node[step], bytes) ||
	       store_take(t, &k->watch, rise_room(bytes)) == AB_OK || bytes <= NODE_SPARE;
}

/* Child `at` + 1 of the node at `step` goes, and child `at` becomes `ref`. `block` is
 * what removal_take took, or 0. */
static void
node_remove(struct ab_index *t, const struct path *p, unsigned step, unsigned at,
	uint32_t ref, uint32_t block, struct leavings *old)
{
	struct node_draft d;
	uint32_t node = p->node[step];
	const struct node *n = node_at(t, node);
	node_load(&d, n);
	node_prune(&d, at, ref);
	if (!block) {
		node_replace(t, node, &d, at, 1);
		return;
	}
	node_place(t, block, n->owner, &d, 0, d.n, n->known);
	if (step)
		*child_slot(t, p->node[step - 1], p->at[step - 1]) = block;
	else
		t->root = block;
	leave(t, old, node);
}

/* The block taken as number `i`, or 0. */
static uint32_t
taking_ref(const struct taking *k, unsigned i)
{
	return i < k->watch.fresh.n ? k->ref[i] : 0;
}

/* Children `first` and the next of the node at `step`, as one node's draft. */
static void
join_load(const struct ab_index *t, const struct path *p, unsigned step, unsigned first,
	struct node_draft *d)
{
	const struct node *n = node_at(t, p->node[step]);
	const uint32_t *child = node_children(n) + first;
	node_load(d, node_at(t, child[0]));
	node_append(d, node_separator(n, first), node_at(t, child[1]));
}

/* Bytes of the node they make; 0: they should not. One of three children does not split,
 * however long its separators are. */
static size_t
join_measure(
	const struct ab_index *t, const struct path *p, unsigned step, unsigned first)
{
	struct node_draft d;
	const uint32_t *child = child_slot(t, p->node[step], first);
	unsigned n = node_at(t, child[0])->count + 0u + node_at(t, child[1])->count;
	if (n > NODE_MOST - NODE_MOST / JOIN_SPARE)
		return 0;
	join_load(t, p, step, first, &d);
	size_t shared, beyond = node_beyond(&d, 0, d.n, &shared);
	bool fits = n <= NODE_THREE || beyond <= NODE_FULL - NODE_FULL / JOIN_SPARE;
	return fits ? beyond + shared : 0;
}

/* Join them, if they are small enough and there is memory. */
static bool
join_nodes(struct ab_index *t, struct path *p, unsigned step, unsigned first)
{
	struct node_draft d;
	struct leavings old = { 0 };
	struct taking k;
	uint32_t child[2];
	size_t bytes = join_measure(t, p, step, first);
	memcpy(child, child_slot(t, p->node[step], first), sizeof child);
	taking_open(&k, p, child, 2);
	if (!bytes || store_take(t, &k.watch, rise_room(bytes)) != AB_OK)
		return false;
	if (!removal_take(t, p, step, first, &k)) {
		taking_undo(t, &k);
		return false;
	}
	join_load(t, p, step, first, &d);
	struct fences around = fences_of(t, p, step, first, first + 1);
	node_place(t, k.ref[0], p->node[step], &d, 0, d.n, fences_share(&around));
	node_remove(t, p, step, first, k.ref[0], taking_ref(&k, 1), &old);
	leave(t, &old, child[0]);
	leave(t, &old, child[1]);
	leavings_give(t, &old);
	return true;
}

/* A root that leads to one node only is not needed. */
static void
lower_root(struct ab_index *t)
{
	for (;;) {
		const struct node *n = node_at(t, t->root);
		if (!node_level(n) || n->count > 1)
			return;
		struct leavings old = { 0 };
		leave(t, &old, t->root);
		t->root = node_children(n)[0];
		node_at(t, t->root)->owner = 0;
		leavings_give(t, &old);
	}
}

/* Join the nodes on the way to `key` that have become small. */
static void
tidy_nodes(struct ab_index *t, struct ab_key key)
{
	struct path p;
	path_find(t, key, &p);
	for (unsigned step = p.n; step-- > 1;) {
		unsigned at = p.at[step - 1], count = node_at(t, p.node[step - 1])->count;
		if (node_at(t, p.node[step])->count > NODE_FEW)
			break;
		if ((at + 1 < count && join_nodes(t, &p, step - 1, at)) ||
			(at && join_nodes(t, &p, step - 1, at - 1)))
			path_find(t, key, &p);
	}
	lower_root(t);
}
#endif /* PAGE_JOIN_NODES_H */
