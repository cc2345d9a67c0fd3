/* con_del.h: del of the concurrent ART: a node that has one entry left is joined to it, one that
 * has few is copied into a smaller one, and the nodes that lead nowhere go together.
 *
 * Threads: any number; con_tree.h says why. */
#ifndef CON_DEL_H
#define CON_DEL_H

#include "con_tree.h"

enum { CON_CHAIN_MOST = 50 }; /* nodes that con_cut retires */

/* Put what a node leads to alone in its place. */
static bool
con_join(struct ab_index *t, con_ref *slot, struct con_node *h)
{
	con_ref only = con_ending(h);
	int edge = only ? -1 : con_next(h, 0, &only);
	if (con_is_leaf(only)) {
		con_replace(t, slot, h, only);
		return true;
	}
	struct con_node *low = con_node_at(only);
	struct con_draft d;
	con_draft_copy(&d, low);
	struct con_node *joined = con_make_joined(t, &d, h, (uint8_t)edge, low);
	if (!joined)
		return false;
	con_replace(t, slot, h, (con_ref)joined);
	con_drop(t, low);
	return true;
}

/* Is there enough room for nothing in it? Later than it would grow again, so that a node
 * on the border is not copied again and again. */
static bool
con_is_loose(const struct con_node *h)
{
	enum { INDEXED_LEAST = 12, DIRECT_LEAST = 37 };
	unsigned children = h->live - (con_ending(h) != 0);
	if (h->shape & CON_ENDS && !con_ending(h))
		return true;
	switch (con_kind(h)) {
	case CON_SORTED: return h->used && 2 * children <= h->used;
	case CON_INDEXED: return children <= INDEXED_LEAST;
	case CON_DIRECT: return children <= DIRECT_LEAST;
	case CON_KINDS: break;
	}
	return false;
}

/* A node has lost an entry and, but for the root, has one at least. It need not succeed:
 * a node too large, or unjoined, is still right. */
static void
con_tidy(struct ab_index *t, con_ref *slot, struct con_node *h)
{
	if (slot != &t->root && h->live == 1) {
		t->unjoined += !con_join(t, slot, h);
		return;
	}
	if (!con_is_loose(h))
		return;
	struct con_draft d;
	con_draft_copy(&d, h);
	struct con_node *less = con_make(t, &d, con_prefix(h));
	if (less)
		con_replace(t, slot, h, (con_ref)less);
}

/* The nodes on the way to `key` from the last one that leads to anything else lead
 * nowhere: take them out together. Left as they are if there is no room. */
static void
con_cut(struct ab_index *t, struct ab_key key)
{
	struct con_trail w, at = { .slot = NULL };
	size_t dead = 0;
	con_look(t, &w, key); /* to the end of the dead end */
	struct con_node *last = w.node;
	w = (struct con_trail){ .slot = &t->root, .node = con_node_at(t->root) };
	for (;;) {
		if (w.node->live > 1 || !w.up) {
			at = w;
			dead = 0;
		} else {
			dead++;
		}
		if (w.node == last)
			break;
		w.depth = w.start + w.node->prefix_n;
		con_ref *place = con_find(w.node, key.p[w.depth]);
		if (at.node == w.node)
			at.place = place;
		w.up = w.node;
		w.slot = place;
		w.node = con_node_at(*place);
		w.start = w.depth + 1;
	}
	if (!dead || dead > CON_CHAIN_MOST || !con_room(t, dead + CON_ROOM))
		return;
	struct con_node *h = con_node_at(*at.place);
	con_store(at.place, 0);
	at.node->live--;
	t->unjoined -= dead;
	while (dead--) {
		con_ref child = 0;
		con_next(h, 0, &child);
		con_drop(t, h);
		h = con_node_at(child);
	}
	con_tidy(t, at.slot, at.node);
}

static inline __attribute__((always_inline)) void
con_remove(struct ab_index *t, struct con_trail *w, struct ab_key key)
{
	struct con_node *h = w->node;
	con_store(w->place, 0);
	h->live--;
	con_count(t, -1);
	t->key -= con_leaf_n(w->leaf);
	con_retire(t, w->leaf, con_leaf_bytes(w->leaf));
	if (h->live || w->slot == &t->root)
		con_tidy(t, w->slot, h);
	else
		con_cut(t, key);
}

static enum ab_status
con_del(struct ab_index *t, struct ab_key key)
{
	struct con_trail w;
	key = con_key(key);
	for (;;) {
		con_stay own = epoch_enter();
		if (own && con_look(t, &w, key) != CON_FOUND) {
			con_leave(t, own);
			return AB_NOT_FOUND;
		}
		bool found = con_begin(t, &w, key, own) == CON_FOUND;
		bool room = found && con_room(t, CON_ROOM);
		if (room)
			con_remove(t, &w, key);
		con_settle(t);
		con_unlock(t);
		if (!found)
			return AB_NOT_FOUND;
		if (room)
			return AB_OK;
		if (epoch_inside()) /* would wait for itself */
			return AB_ENOMEM;
		sched_yield(); /* for readers to leave */
	}
}
#endif /* CON_DEL_H */
