/* con_tree.h: get and put of the concurrent ART; del is in con_del.h.
 *
 * The tree: a node stands for the key bytes on the path to it, then its prefix; a child
 * hangs below one more byte. A key that ends at a node is its terminal. The root has no
 * prefix. Any other node leads to at least two entries, unless memory was short when a del
 * wanted to join it to its only one: then it is unjoined, and stays correct.
 *
 * What makes it right: a node's place, which is the bytes on the path to it and its
 * prefix, never changes; whoever wants another prefix, or another key in a sorted node,
 * makes a copy and puts it in the old one's place. Each put and del takes effect by one
 * store of a ref or a value. A node that was replaced is never written again. So what a
 * reader finds in a node was so at some moment since it came there, each step at no
 * earlier moment than the one before, and the whole at the last.
 *
 * Readers hold no lock and write nothing that others see but their own epoch record
 * (epoch.h), until they leave: then they may free what waits (retire.h). Writers look as
 * readers do, and take the lock when they know what to change; then they look again from
 * the last node on, if it is still in the tree. A put that finds its key changes the value and takes no lock, unless an update is at it (con_hold.h).
 *
 * Sources: V. Leis, F. Scheibner, A. Kemper, T. Neumann, "The ART of Practical
 * Synchronization", DaMoN 2016: of its two ways this is nearer to ROWEX, whose readers
 * never restart, with copies of small nodes in place of theirs that are appended to. */
#ifndef CON_TREE_H
#define CON_TREE_H

#include <sched.h>
#include "con_hold.h"
#include "make.h"

enum { CON_ROOM = 4 }; /* blocks that one write retires, at most, but for con_cut */

static inline struct ab_key
con_key(struct ab_key key)
{
	return key.n ? key : (struct ab_key){ (const uint8_t *)"", 0 };
}

/* ---- looking ---- */

enum con_stop {
	CON_FOUND,  /* in the leaf */
	CON_PREFIX, /* the key leaves the node's prefix after `m` bytes */
	CON_END,    /* the key ends at the node, and is not there */
	CON_EDGE,   /* the node has nothing under the key's next byte */
	CON_LEAF,   /* there is a leaf of another key */
};

/* Where a key leads, or would. */
struct con_trail {
	struct con_node *up, *node; /* up: NULL, if the node is the root */
	con_ref *slot;              /* in `up`, or the root's: leads to the node */
	con_ref *place;             /* in the node: leads on; NULL: there is none */
	struct con_leaf *leaf;
	size_t start, depth; /* key bytes up to the node's prefix, and behind it */
	size_t m;
};

static inline bool
con_leaf_is(const struct con_leaf *leaf, struct ab_key key, size_t depth)
{
	return con_leaf_n(leaf) == key.n &&
	       art_same(leaf->p + depth, key.p + depth, key.n - depth);
}

/* From the node on. */
static inline enum con_stop
con_descend(struct con_trail *w, struct ab_key key)
{
	for (;;) {
		struct con_node *h = w->node;
		struct ab_key prefix = con_prefix(h);
		size_t rest = key.n - w->start;
		w->m = art_common(
			prefix.p, key.p + w->start, prefix.n < rest ? prefix.n : rest);
		if (w->m < prefix.n)
			return CON_PREFIX;
		w->depth = w->start + w->m;
		bool ends = w->depth == key.n;
		w->place = ends ? con_terminal(h) : con_find(h, key.p[w->depth]);
		con_ref r = w->place ? con_load(w->place) : 0;
		if (!r)
			return ends ? CON_END : CON_EDGE;
		if (con_is_leaf(r)) {
			w->leaf = con_leaf_at(r);
			return con_leaf_is(w->leaf, key, w->depth) ? CON_FOUND : CON_LEAF;
		}
		w->up = h;
		w->slot = w->place;
		w->node = con_node_at(r);
		w->start = w->depth + 1;
	}
}

static inline enum con_stop
con_look(struct ab_index *t, struct con_trail *w, struct ab_key key)
{
	w->up = NULL;
	w->slot = &t->root;
	w->node = con_node_at(con_load(w->slot));
	w->start = 0;
	return con_descend(w, key);
}

/* Be the only writer, and know where `key` leads; `own` is the stay in which was looked. A
 * thread that waits for the lock does not keep others from freeing. */
static enum con_stop
con_begin(struct ab_index *t, struct con_trail *w, struct ab_key key, con_stay own)
{
	bool locked = con_trylock(t), known = false;
	if (locked && own)
		known = w->node->live != CON_REPLACED &&
			(!w->up || w->up->live != CON_REPLACED);
	if (own)
		epoch_leave(own);
	if (!locked)
		con_lock(t);
	return known ? con_descend(w, key) : con_look(t, w, key);
}

/* What a node leads to for `key`, 0: nothing; `*depth` goes past its prefix. */
static inline con_ref
con_follow(const struct con_node *h, struct ab_key key, size_t *depth)
{
	size_t n = h->prefix_n;
	if (n) {
		if (key.n - *depth < n || !art_same(con_prefix(h).p, key.p + *depth, n))
			return 0;
		*depth += n;
	}
	const con_ref *place = *depth == key.n ? con_terminal(h)
					       : con_find(h, key.p[*depth]);
	return place ? con_load(place) : 0;
}

static inline bool
con_search(const struct ab_index *t, struct ab_key key, struct con_leaf **leaf)
{
	const struct con_node *h = con_node_at(con_load(&t->root));
	for (size_t depth = 0;; depth++) {
		con_ref r = con_follow(h, key, &depth);
		if (!r)
			return false;
		if (con_is_leaf(r)) {
			*leaf = con_leaf_at(r);
			return con_leaf_is(*leaf, key, depth);
		}
		h = con_node_at(r);
	}
}

/* Without memory to register a thread, it reads as a writer does. */
static enum ab_status
con_get(const struct ab_index *t, struct ab_key key, uint64_t *value)
{
	struct con_leaf *leaf;
	con_stay own = epoch_enter();
	bool locked = !own && con_lock_to_read(t);
	bool found = con_search(t, con_key(key), &leaf);
	if (found)
		*value = con_value(leaf);
	if (own)
		con_leave(t, own);
	else
		con_read(t, locked);
	return found ? AB_OK : AB_NOT_FOUND;
}

static size_t
con_size(const struct ab_index *t)
{
	return CON_THREADS ? __atomic_load_n(&t->count, __ATOMIC_RELAXED) : t->count;
}

/* ---- put ---- */

/* The node is about to lead to one more: it may be unjoined no longer. */
static inline void
con_gains(struct ab_index *t, const struct con_trail *w)
{
	if (w->slot != &t->root && w->node->live == 1)
		t->unjoined--;
	w->node->live++;
}

/* The key leaves the node's prefix: a node above, and the node anew without what that
 * takes of its prefix. */
static bool
con_put_in_prefix(
	struct ab_index *t, struct con_trail *w, struct ab_key key, struct con_leaf *leaf)
{
	struct ab_key all = con_prefix(w->node);
	struct ab_key rest = { all.p + w->m + 1, all.n - w->m - 1 };
	size_t at = w->start + w->m;
	struct con_draft d;
	con_draft_copy(&d, w->node);
	struct con_node *low = con_make(t, &d, rest);
	if (!low)
		return false;
	con_draft_empty(&d);
	con_draft_add(&d, all.p[w->m], (con_ref)low);
	if (at == key.n)
		d.terminal = con_leaf_ref(leaf);
	else
		con_draft_add(&d, key.p[at], con_leaf_ref(leaf));
	struct con_node *up = con_make(t, &d, (struct ab_key){ all.p, w->m });
	if (!up) {
		con_unmake(t, low);
		return false;
	}
	con_replace(t, w->slot, w->node, (con_ref)up);
	return true;
}

/* A leaf of another key is where this one's is to be: a node above both. */
static bool
con_put_at_leaf(
	struct ab_index *t, struct con_trail *w, struct ab_key key, struct con_leaf *leaf)
{
	bool ends = w->place == con_terminal(w->node);
	size_t from = w->depth + !ends;
	struct ab_key old = con_leaf_key(w->leaf);
	size_t most = (old.n < key.n ? old.n : key.n) - from;
	size_t m = art_common(old.p + from, key.p + from, most), at = from + m;
	struct con_draft d;
	con_draft_empty(&d);
	if (at == old.n)
		d.terminal = con_leaf_ref(w->leaf);
	else
		con_draft_add(&d, old.p[at], con_leaf_ref(w->leaf));
	if (at == key.n)
		d.terminal = con_leaf_ref(leaf);
	else
		con_draft_add(&d, key.p[at], con_leaf_ref(leaf));
	struct con_node *up = con_make(t, &d, (struct ab_key){ key.p + from, m });
	if (!up)
		return false;
	con_store(w->place, (con_ref)up);
	return true;
}

/* The node is to lead to one more: in place, if it has one for it. */
static bool
con_put_in_node(struct ab_index *t, struct con_trail *w, struct ab_key key,
	enum con_stop stop, struct con_leaf *leaf)
{
	struct con_node *h = w->node;
	if (!w->place && stop == CON_EDGE)
		w->place = con_give_place(h, key.p[w->depth]);
	if (w->place) {
		con_gains(t, w);
		con_store(w->place, con_leaf_ref(leaf));
		if (con_kind(h) == CON_INDEXED && stop == CON_EDGE)
			con_show_place(h, key.p[w->depth], w->place);
		return true;
	}
	struct con_draft d;
	con_draft_copy(&d, h);
	if (stop == CON_END)
		d.terminal = con_leaf_ref(leaf);
	else
		con_draft_add(&d, key.p[w->depth], con_leaf_ref(leaf));
	struct con_node *more = con_make(t, &d, con_prefix(h));
	if (!more)
		return false;
	con_gains(t, w);
	con_replace(t, w->slot, h, (con_ref)more);
	return true;
}

/* Put `leaf`, whose key is not there; its room has been taken. */
static inline __attribute__((always_inline)) bool
con_insert(struct ab_index *t, struct con_trail *w, struct ab_key key, enum con_stop stop,
	struct con_leaf *leaf)
{
	bool done = stop == CON_PREFIX ? con_put_in_prefix(t, w, key, leaf)
		    : stop == CON_LEAF ? con_put_at_leaf(t, w, key, leaf)
				       : con_put_in_node(t, w, key, stop, leaf);
	if (!done)
		return false;
	con_count(t, 1);
	t->key += con_leaf_n(leaf);
	return true;
}

/* NULL: no memory. */
static struct con_leaf *
con_new_leaf(struct ab_index *t, struct ab_key key, uint64_t value)
{
	struct con_leaf *leaf = ab_alloc(t->mem, CON_LEAF_BYTES + key.n);
	if (!leaf)
		return NULL;
	leaf->value = value;
	leaf->held_n = (uint32_t)key.n;
	memcpy(leaf->p, key.p, key.n);
	return leaf;
}

static enum ab_status
con_put_leaf(struct ab_index *t, struct con_trail *w, struct ab_key key, con_stay own,
	struct con_leaf *leaf)
{
	enum ab_status status = AB_ENOMEM;
	enum con_stop stop = con_begin(t, w, key, own);
	if (stop == CON_FOUND) {
		con_set_value(w->leaf, leaf->value);
		status = AB_REPLACED;
	} else if (con_room(t, CON_ROOM) && con_insert(t, w, key, stop, leaf)) {
		status = AB_OK;
	}
	con_settle(t);
	con_unlock(t);
	return status;
}

/* The key's leaf was held when it was found. With the lock, none is by an update: so the value may
 * change, beside other puts. False: the key has gone meanwhile. */
static __attribute__((noinline, cold)) bool
con_put_held(struct ab_index *t, struct con_trail *w, struct ab_key key, con_stay own,
	uint64_t value)
{
	bool found = con_begin(t, w, key, own) == CON_FOUND;
	if (found)
		con_set_value(w->leaf, value);
	con_settle(t);
	con_unlock(t);
	return found;
}

static enum ab_status
con_put(struct ab_index *t, struct ab_key key, uint64_t value)
{
	struct con_trail w;
	if (key.n > CON_MAX_KEY)
		return AB_EKEY;
	key = con_key(key);
	con_stay own = epoch_enter();
	if (own && con_look(t, &w, key) == CON_FOUND) {
		if (con_overwrite(own, w.leaf, value)) {
			con_leave(t, own);
			return AB_REPLACED;
		}
		if (con_put_held(t, &w, key, own, value))
			return AB_REPLACED;
		own = (con_stay)0;
	}
	struct con_leaf *leaf = con_new_leaf(t, key, value);
	if (!leaf) {
		if (own)
			epoch_leave(own);
		return AB_ENOMEM;
	}
	enum ab_status status = con_put_leaf(t, &w, key, own, leaf);
	if (status != AB_OK)
		ab_free(t->mem, leaf, CON_LEAF_BYTES + key.n);
	return status;
}
#endif /* CON_TREE_H */
