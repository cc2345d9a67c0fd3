/* rise.h: more children for a node; it splits where they are too many, and so, one
 * level up, does the next.
 *
 * In two steps, for a failed allocation changes nothing: rise_plan takes every block
 * it needs, and rise_commit, which cannot fail, writes them. A node that splits is
 * written to two new blocks and stays as it is until the end, for the separator that
 * goes up stands in it. The node where this ends is edited or written in place if it
 * fits. */
#ifndef PAGE_RISE_H
#define PAGE_RISE_H

#include "node_cut.h"
#include "node_edit.h"
#include "write.h"

enum { NODE_GROWTH = 8 }; /* a new node has room for 1 / this more */

struct rise {
	unsigned levels;
	unsigned cut[TREE_HEIGHT]; /* children that go left, from the lowest level up */
	bool in_place;             /* the last node, which does not split */
	bool edits;                /* it is not taken apart either: */
	struct node_edit edit;
	bool root; /* it does, and is the root: there is one above */
};

/* The node at `step` with the graft in it. */
static void
rise_load(const struct ab_index *t, const struct path *p, unsigned step,
	const struct graft *g, struct node_draft *d)
{
	node_load(d, node_at(t, p->node[step]));
	node_graft(d, g);
}

/* Is the graft at the very end of the index? */
static bool
rise_ascends(const struct ab_index *t, const struct path *p, unsigned step,
	const struct graft *g)
{
	struct pieces high;
	return g->at + 1u == node_at(t, p->node[step])->count &&
	       !fence_high(t, p, step, g->at, &high);
}

/* A node that is too large to be written in place has no use for more. */
static size_t
rise_room(size_t bytes)
{
	return bytes > NODE_SPARE ? bytes : bytes + bytes / NODE_GROWTH;
}

/* The graft that the split of the node at `step` makes one level up. */
static struct graft
rise_graft(const struct path *p, unsigned step, const struct node_draft *d, unsigned cut)
{
	return (struct graft){ .at = step ? p->at[step - 1] : 0,
		.n = 2,
		.keys = { node_keys_sum(d, 0, cut), node_keys_sum(d, cut, d->n) },
		.separator = { d->separator[cut - 1] } };
}

/* May the node be edited where it stands? */
static bool
rise_edits(const struct ab_index *t, uint32_t node, const struct graft *g, struct rise *r)
{
	const struct node *n = node_at(t, node);
	struct node_edit *e = &r->edit;
	r->edits = node_edit_plan(e, n, g) && e->bytes - n->prefix <= NODE_FULL &&
		   e->bytes <= store_size_of(&t->store, node);
	return r->edits;
}

/* What blocks the graft takes, bottom up, before any is taken: taking moves blocks, and
 * the separators in between stand in them. How many, of `bytes`. */
static unsigned
rise_sizes(const struct ab_index *t, const struct path *p, struct graft g, struct rise *r,
	size_t *bytes)
{
	struct node_draft d;
	unsigned n = 0;
	*r = (struct rise){ 0 };
	for (unsigned step = p->n; step--;) {
		unsigned *cut = &r->cut[r->levels++];
		if (rise_edits(t, p->node[step], &g, r))
			return n;
		rise_load(t, p, step, &g, &d);
		if (!node_splits(&d)) {
			size_t all = node_measure(&d, 0, d.n);
			r->in_place = all <= NODE_SPARE &&
				      all <= store_size_of(&t->store, p->node[step]);
			bytes[n] = rise_room(all);
			return n + !r->in_place;
		}
		*cut = node_cut(&d, rise_ascends(t, p, step, &g));
		bytes[n++] = rise_room(node_measure(&d, 0, *cut));
		bytes[n++] = rise_room(node_measure(&d, *cut, d.n));
		g = rise_graft(p, step, &d, *cut);
	}
	struct node_draft root = {
		.n = 2, .level = r->levels, .separator = { g.separator[0] }
	};
	r->root = true;
	bytes[n] = rise_room(node_measure(&root, 0, 2));
	return n + 1;
}

/* Take the blocks for grafting `g` to the lowest node of the path; they are the last of
 * those taken. */
static enum ab_status
rise_plan(struct ab_index *t, const struct path *p, const struct graft *g,
	struct taking *k, struct rise *r)
{
	size_t bytes[2 * TREE_HEIGHT + 1];
	unsigned n = rise_sizes(t, p, *g, r, bytes);
	enum ab_status status = r->root && p->n == TREE_HEIGHT ? AB_EFULL : AB_OK;
	for (unsigned i = 0; i < n && status == AB_OK; i++)
		status = store_take(t, &k->watch, bytes[i]);
	return status;
}

/* Write both halves of the node at `step`, to two blocks. */
static void
rise_split(struct ab_index *t, const struct path *p, unsigned step,
	const struct node_draft *d, unsigned cut, const uint32_t *ref)
{
	struct pieces between = d->separator[cut - 1];
	struct fences around = { .has_low = false };
	if (step)
		around = fences_of(t, p, step - 1, p->at[step - 1], p->at[step - 1]);
	node_place(
		t, ref[0], 0, d, 0, cut, separators_share(fences_low(&around), &between));
	node_place(t, ref[1], 0, d, cut, d->n,
		separators_share(&between, fences_high(&around)));
}

/* Write the last node, at `step`, to a block of its own. */
static void
rise_end(struct ab_index *t, const struct path *p, unsigned step,
	const struct node_draft *d, uint32_t ref)
{
	const struct node *n = node_at(t, p->node[step]);
	node_place(t, ref, n->owner, d, 0, d->n, n->known);
	if (step)
		*child_slot(t, p->node[step - 1], p->at[step - 1]) = ref;
	else
		t->root = ref;
}

static void
rise_root(struct ab_index *t, const struct graft *g, uint32_t ref, unsigned level)
{
	struct node_draft d = { .n = 2,
		.level = level,
		.child = { g->child[0], g->child[1] },
		.keys = { g->keys[0], g->keys[1] },
		.separator = { g->separator[0] } };
	node_place(t, ref, 0, &d, 0, 2, 0);
	t->root = ref;
}

/* Write the graft into the node as was planned. */
static void
rise_edit(struct ab_index *t, uint32_t ref, const struct graft *g, const struct rise *r)
{
	struct node *n = node_at(t, ref);
	t->inner += r->edit.bytes - node_bytes(n);
	node_edit(&r->edit, n, g);
	for (unsigned i = 0; i < g->n; i++)
		page_at(t, g->child[i])->owner = ref;
}

/* Do what was planned, in the blocks at `ref`. The nodes that were replaced are left. */
static void
rise_commit(struct ab_index *t, const struct path *p, struct graft g,
	const struct rise *r, const uint32_t *ref, struct leavings *old)
{
	struct node_draft d;
	unsigned step = p->n;
	for (unsigned i = 0; i < r->levels; i++) {
		step--;
		if (r->edits && i + 1 == r->levels) {
			rise_edit(t, p->node[step], &g, r);
			return;
		}
		rise_load(t, p, step, &g, &d);
		if (r->cut[i]) {
			rise_split(t, p, step, &d, r->cut[i], ref);
		} else if (r->in_place) {
			node_replace(t, p->node[step], &d, g.at, g.n);
			return;
		} else {
			rise_end(t, p, step, &d, *ref);
		}
		leave(t, old, p->node[step]);
		if (!r->cut[i])
			return;
		g = rise_graft(p, step, &d, r->cut[i]);
		memcpy(g.child, ref, 2 * sizeof *ref);
		ref += 2;
	}
	rise_root(t, &g, *ref, r->levels);
}
#endif /* PAGE_RISE_H */
