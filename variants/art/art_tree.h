/* art_tree.h: put, get, del, update, build, written once over nodes.h and a variant's policy.
 *
 * The tree: an inner node stands for the key bytes on the path to it, then its
 * prefix; a child hangs below one more byte, its edge. A key that ends at a node
 * is that node's terminal. The root is always an inner node with no prefix, so
 * every other leaf has an edge. Any other node has at least two of children and
 * terminal, unless memory was short when a del wanted to join it to its only one:
 * then it counts as unjoined, and stays correct.
 *
 * Sources: V. Leis, A. Kemper, T. Neumann, "The Adaptive Radix Tree", ICDE 2013.
 *
 * Before it includes this file, a variant defines `struct ab_index` with members
 * `const struct ab_alloc *mem` and `struct art_tree tree`, and its policy:
 *
 *  nodes     node_at(t, r)                   the node behind an inner ref
 *            node_take(t, bytes, class, &r)  a zeroed block; class < 2 * kinds
 *            node_give(t, r, bytes, class)
 *  leaves    ART_WHOLE_KEYS                  1: a leaf holds its key, 0: its tail
 *            art_is_leaf(r)
 *            leaf_make(t, key, depth, value, &r)  a leaf for key, `depth` bytes of
 *                                            which are on the path, edge included
 *            leaf_tail(t, r, depth)          the key bytes past depth
 *            leaf_is(t, r, key, depth)       does it hold `key`? (art_match)
 *            leaf_value(t, r)                where its 8 bytes of value stand
 *            leaf_cut(t, &r, n)              the path takes over n bytes of its tail
 *            leaf_join(t, up, edge, &r)      the reverse: `up`'s prefix and, unless
 *                                            it is NO_EDGE, the edge go to the leaf
 *            leaf_drop(t, r)
 *  prefixes  ART_STORED_PREFIXES             1: they count in tree.key, 0: inline
 *            prefix_length(h)
 *            prefix_bytes(t, h, depth)       the bytes; h stands at depth
 *            art_match(t, h, key, &depth)    may the key lie below h? moves depth
 *                                            past the prefix; may be optimistic if
 *                                            leaf_is makes up for it
 *            prefix_take(t, h, r, depth, n)  h's prefix = first n bytes of r's tail
 *            prefix_split(t, up, &r, depth, n) up's = first n of r's; r's loses n + 1
 *            prefix_join(t, up, edge, &r)    r's = up's + edge + r's
 *            prefix_drop(t, h)
 *
 * leaf_make, leaf_cut, prefix_take and prefix_split return a status, the joins
 * whether they could; each does all or nothing, keeps tree.key right, and moves no
 * node or leaf but the one behind `&r`. */
#ifndef ART_STORAGE
#include "arena_prefix.h"
#endif
#ifndef ART_TREE_H
#define ART_TREE_H

#include "fetch.h"

static inline art_ref
art_no_ref(void)
{
	art_ref none;
	memset(&none, 0, sizeof none);
	return none;
}

/* `key` with bytes to point at: its p may be NULL when it is empty. */
static inline struct ab_key
art_key(struct ab_key key)
{
	return key.n ? key : (struct ab_key){ (const uint8_t *)"", 0 };
}

static inline unsigned
art_class(unsigned kind, bool ends)
{
	return 2 * kind + ends;
}

/* What a node leads to, children and terminal. */
static inline unsigned
art_fanout(const struct art_head *h)
{
	return art_count(h) + node_ends(h);
}

/* An empty node that is to have a prefix of `n` bytes. */
static enum ab_status
art_make(struct ab_index *t, unsigned kind, bool ends, size_t n, art_ref *r)
{
	size_t bytes = node_bytes(kind, ends, ART_PREFIX_ROOM(n));
	enum ab_status status = node_take(t, bytes, art_class(kind, ends), r);
	if (status != AB_OK)
		return status;
	node_init(node_at(t, *r), kind, ends);
	ART_PREFIX_SHAPE(node_at(t, *r), n);
	t->tree.inner += bytes;
	t->tree.nodes[kind]++;
	return AB_OK;
}

/* Give a node's block back; its prefix has moved or been dropped. */
static void
art_unmake(struct ab_index *t, art_ref r)
{
	const struct art_head *h = node_at(t, r);
	unsigned kind = art_kind(h);
	bool ends = h->word & ART_ENDS;
	size_t bytes = node_bytes(kind, ends, ART_PREFIX_ROOM(prefix_length(h)));
	t->tree.inner -= bytes;
	t->tree.nodes[kind]--;
	node_give(t, r, bytes, art_class(kind, ends));
}

/* Replace the node at *slot by one of another kind with the same content. */
static enum ab_status
art_refit(struct ab_index *t, art_ref *slot, unsigned kind, bool ends)
{
	const struct art_head *h = node_at(t, *slot);
	size_t n = prefix_length(h);
	art_ref r;
	enum ab_status status = art_make(t, kind, ends, n, &r);
	if (status != AB_OK)
		return status;
	node_refit(node_at(t, r), h, ART_PREFIX_ROOM(n));
	art_unmake(t, *slot);
	*slot = r;
	return AB_OK;
}

static enum ab_status
art_open(struct ab_index *t)
{
	return art_make(t, 0, false, 0, &t->tree.root);
}

static enum ab_status
art_set_value(struct ab_index *t, art_ref leaf, uint64_t value)
{
	memcpy(leaf_value(t, leaf), &value, sizeof value);
	return AB_REPLACED;
}

/* A node about to get one more child or terminal: it may be unjoined no longer. */
static void
art_gains(struct ab_index *t, const art_ref *slot)
{
	if (slot != &t->tree.root && art_fanout(node_at(t, *slot)) == 1)
		t->tree.unjoined--;
}

/* The edge of a key that is on the path for `at` bytes, or NO_EDGE if it ends there. */
static int
art_edge(struct ab_key key, size_t at)
{
	return at == key.n ? NO_EDGE : key.p[at];
}

/* Hang `leaf` under `h` by that edge. */
static void
art_hang(struct art_head *h, int edge, art_ref leaf)
{
	if (edge == NO_EDGE)
		*node_terminal(h) = leaf;
	else
		node_add(h, (uint8_t)edge, leaf);
}

/* A new node with room for two entries, which is to have a prefix of `m` bytes, and a
 * leaf for `key` to hang under it; `at` key bytes lie before the leaf's edge. All or
 * nothing. */
static enum ab_status
art_fork(struct ab_index *t, struct ab_key key, size_t at, size_t m, bool other_ends,
	uint64_t value, art_ref *node, art_ref *leaf)
{
	bool ends = at == key.n || other_ends;
	unsigned kind = node_kind_for(ends ? 1 : 2);
	enum ab_status status = art_make(t, kind, ends, m, node);
	if (status != AB_OK)
		return status;
	status = leaf_make(t, key, at == key.n ? at : at + 1, value, leaf);
	if (status != AB_OK)
		art_unmake(t, *node);
	return status;
}

/* The key leaves the prefix of the node at *slot after `m` of its bytes. */
static enum ab_status
art_put_in_prefix(struct ab_index *t, art_ref *slot, struct ab_key key, size_t depth,
	size_t m, uint64_t value)
{
	uint8_t edge = prefix_bytes(t, node_at(t, *slot), depth).p[m];
	art_ref node, leaf;
	enum ab_status status = art_fork(
		t, key, depth + m, m, false, value, &node, &leaf);
	if (status != AB_OK)
		return status;
	struct art_head *up = node_at(t, node);
	status = prefix_split(t, up, slot, depth, m);
	if (status != AB_OK) {
		leaf_drop(t, leaf);
		art_unmake(t, node);
		return status;
	}
	node_add(up, edge, *slot);
	art_hang(up, art_edge(key, depth + m), leaf);
	*slot = node;
	t->tree.count++;
	return AB_OK;
}

/* The key meets the leaf at *slot, another one; `depth` bytes are on the path. */
static enum ab_status
art_put_at_leaf(struct ab_index *t, art_ref *slot, struct ab_key key, size_t depth,
	uint64_t value)
{
	struct ab_key tail = leaf_tail(t, *slot, depth);
	size_t rest = key.n - depth;
	size_t m = art_common(tail.p, key.p + depth, tail.n < rest ? tail.n : rest);
	if (m == tail.n && m == rest)
		return art_set_value(t, *slot, value);
	int edge = art_edge(tail, m);
	art_ref node, leaf, old = *slot;
	enum ab_status status = art_fork(
		t, key, depth + m, m, edge == NO_EDGE, value, &node, &leaf);
	if (status != AB_OK)
		return status;
	struct art_head *up = node_at(t, node);
	status = prefix_take(t, up, old, depth, m);
	if (status == AB_OK) {
		status = leaf_cut(t, &old, edge == NO_EDGE ? m : m + 1);
		if (status != AB_OK)
			prefix_drop(t, up);
	}
	if (status != AB_OK) {
		leaf_drop(t, leaf);
		art_unmake(t, node);
		return status;
	}
	art_hang(up, edge, old);
	art_hang(up, art_edge(key, depth + m), leaf);
	*slot = node;
	t->tree.count++;
	return AB_OK;
}

/* The key ends at the node at *slot. Room comes first: a node with an empty terminal
 * is right, while a leaf that goes nowhere would be dead bytes. */
static enum ab_status
art_put_terminal(struct ab_index *t, art_ref *slot, struct ab_key key, uint64_t value)
{
	const struct art_head *h = node_at(t, *slot);
	enum ab_status status = AB_OK;
	art_ref leaf;
	if (node_ends(h))
		return art_set_value(t, *node_terminal(h), value);
	if (!node_terminal(h))
		status = art_refit(t, slot, art_kind(h), true);
	if (status == AB_OK)
		status = leaf_make(t, key, key.n, value, &leaf);
	if (status != AB_OK)
		return status;
	art_gains(t, slot);
	*node_terminal(node_at(t, *slot)) = leaf;
	t->tree.count++;
	return AB_OK;
}

/* The key takes an edge that the node at *slot does not have. Room comes first: a
 * node too large is right. */
static enum ab_status
art_put_child(
	struct ab_index *t, art_ref *slot, struct ab_key key, size_t at, uint64_t value)
{
	const struct art_head *h = node_at(t, *slot);
	enum ab_status status = AB_OK;
	art_ref leaf;
	if (art_count(h) == node_cap(h))
		status = art_refit(t, slot, art_kind(h) + 1, h->word & ART_ENDS);
	if (status == AB_OK)
		status = leaf_make(t, key, at + 1, value, &leaf);
	if (status != AB_OK)
		return status;
	art_gains(t, slot);
	node_add(node_at(t, *slot), key.p[at], leaf);
	t->tree.count++;
	return AB_OK;
}

static enum ab_status
art_put(struct ab_index *t, struct ab_key key, uint64_t value)
{
	art_ref *slot = &t->tree.root;
	size_t depth = 0;
	if (key.n > ART_MAX_KEY)
		return AB_EKEY;
	key = art_key(key);
	for (;;) {
		const struct art_head *h = node_at(t, *slot);
		fetch_below(t, h, key, depth);
		struct ab_key prefix = prefix_bytes(t, h, depth);
		size_t rest = key.n - depth;
		size_t m = art_common(
			prefix.p, key.p + depth, prefix.n < rest ? prefix.n : rest);
		if (m < prefix.n)
			return art_put_in_prefix(t, slot, key, depth, m, value);
		depth += m;
		if (depth == key.n)
			return art_put_terminal(t, slot, key, value);
		art_ref *child = node_find(h, key.p[depth]);
		if (!child)
			return art_put_child(t, slot, key, depth, value);
		depth++;
		if (art_is_leaf(*child))
			return art_put_at_leaf(t, child, key, depth, value);
		slot = child;
	}
}

static enum ab_status
art_get(const struct ab_index *t, struct ab_key key, uint64_t *value)
{
	const art_ref *leaf = &t->tree.root;
	size_t depth = 0;
	key = art_key(key);
	do {
		const struct art_head *h = node_at(t, *leaf);
		fetch_below(t, h, key, depth);
		if (!art_match(t, h, key, &depth))
			return AB_NOT_FOUND;
		if (depth == key.n) {
			leaf = node_terminal(h);
			if (!leaf || art_ref_none(*leaf))
				return AB_NOT_FOUND;
			break;
		}
		leaf = node_find(h, key.p[depth++]);
		if (!leaf)
			return AB_NOT_FOUND;
	} while (!art_is_leaf(*leaf));
	if (!leaf_is(t, *leaf, key, depth))
		return AB_NOT_FOUND;
	memcpy(value, leaf_value(t, *leaf), sizeof *value);
	return AB_OK;
}

/* Replace the node at *slot, which leads to one thing only, by that thing. */
static bool
art_join(struct ab_index *t, art_ref *slot)
{
	struct art_head *h = node_at(t, *slot);
	art_ref node = *slot, *only = NULL;
	bool joined;
	if (node_ends(h)) {
		only = node_terminal(h);
		joined = leaf_join(t, h, NO_EDGE, only);
	} else {
		int edge = node_next(h, 0, &only);
		joined = art_is_leaf(*only) ? leaf_join(t, h, edge, only)
					    : prefix_join(t, h, edge, only);
	}
	if (!joined)
		return false;
	*slot = *only;
	prefix_drop(t, h);
	art_unmake(t, node);
	return true;
}

/* The node at *slot has lost an entry and has one at least: join it if one is
 * left, shrink it if it fills three quarters of a smaller kind or has an empty
 * terminal. Shrinking is later than growing, so that a node on the border does not
 * flip. Neither must succeed: a node too large, or unjoined, is still right. */
static void
art_tidy(struct ab_index *t, art_ref *slot)
{
	const struct art_head *h = node_at(t, *slot);
	unsigned n = art_count(h), kind = art_kind(h);
	if (slot != &t->tree.root && art_fanout(h) == 1) {
		t->tree.unjoined += !art_join(t, slot);
		return;
	}
	while (kind && n <= art_kinds[kind - 1].cap * 3u / 4)
		kind--;
	if (kind != art_kind(h) || (node_terminal(h) && !node_ends(h)))
		(void)art_refit(t, slot, kind, node_ends(h));
}

/* The node on the way to `key` that leads nowhere, an unjoined one that has lost
 * its only entry: take it from its parent. False if there is none. */
static bool
art_prune(struct ab_index *t, struct ab_key key)
{
	art_ref *up = NULL, *slot = &t->tree.root;
	size_t depth = 0;
	while (art_fanout(node_at(t, *slot))) {
		if (!art_match(t, node_at(t, *slot), key, &depth) || depth == key.n)
			return false;
		up = slot;
		slot = node_find(node_at(t, *up), key.p[depth++]);
		if (!slot || art_is_leaf(*slot))
			return false;
	}
	if (!up)
		return false;
	prefix_drop(t, node_at(t, *slot));
	art_unmake(t, *slot);
	node_remove(node_at(t, *up), key.p[depth - 1]);
	t->tree.unjoined--;
	if (art_fanout(node_at(t, *up)))
		art_tidy(t, up);
	return true;
}

/* Where a key is. */
struct art_place {
	art_ref *slot, *leaf; /* its node's, and in that its own */
	size_t depth;         /* key bytes on the path to it */
};

/* False: nowhere. */
static inline __attribute__((always_inline)) bool
art_locate(struct ab_index *t, struct ab_key key, struct art_place *at)
{
	art_ref *slot = &t->tree.root, *leaf;
	size_t depth = 0;
	for (;;) {
		struct art_head *h = node_at(t, *slot);
		if (!art_match(t, h, key, &depth))
			return false;
		leaf = depth == key.n ? node_terminal(h) : node_find(h, key.p[depth++]);
		if (!leaf || art_ref_none(*leaf))
			return false;
		if (leaf == node_terminal(h) || art_is_leaf(*leaf))
			break;
		slot = leaf;
	}
	*at = (struct art_place){ slot, leaf, depth };
	return leaf_is(t, *leaf, key, depth);
}

/* Take out the key where it is. */
static inline __attribute__((always_inline)) void
art_remove(struct ab_index *t, struct ab_key key, const struct art_place *at)
{
	struct art_head *h = node_at(t, *at->slot);
	leaf_drop(t, *at->leaf);
	if (at->leaf == node_terminal(h))
		*at->leaf = art_no_ref();
	else
		node_remove(h, key.p[at->depth - 1]);
	t->tree.count--;
	if (art_fanout(h) || at->slot == &t->tree.root)
		art_tidy(t, at->slot);
	else
		while (art_prune(t, key))
			;
}

static enum ab_status
art_del(struct ab_index *t, struct ab_key key)
{
	struct art_place at;
	key = art_key(key);
	if (!art_locate(t, key, &at))
		return AB_NOT_FOUND;
	art_remove(t, key, &at);
	return AB_OK;
}

/* update, for one whose puts are by `put`. A key that is not there is sought again by that,
 * which splits where it comes to stand; its way is in the caches then. `*gone`: it has been
 * taken out. */
static inline enum ab_status
art_update_by(struct ab_index *t, struct ab_key key, ab_change *change, void *arg,
	enum ab_status (*put)(struct ab_index *, struct ab_key, uint64_t), bool *gone)
{
	struct art_place at;
	uint64_t old = 0, value = 0;
	*gone = false;
	if (key.n > ART_MAX_KEY)
		return AB_EKEY;
	key = art_key(key);
	bool there = art_locate(t, key, &at);
	if (there)
		memcpy(&old, leaf_value(t, *at.leaf), sizeof old);
	switch (change(arg, there ? &old : NULL, &value)) {
	case AB_PUT:
		return there ? art_set_value(t, *at.leaf, value) : put(t, key, value);
	case AB_REMOVE:
		*gone = there;
		if (there)
			art_remove(t, key, &at);
		break;
	case AB_KEEP: break;
	}
	return there ? AB_OK : AB_NOT_FOUND;
}

static size_t
art_size(const struct ab_index *t)
{
	return t->tree.count;
}

/* Put all of `sorted`, or nothing. */
static enum ab_status
art_build(struct ab_index *t, const struct ab_entry *sorted, size_t n)
{
	if (t->tree.count)
		return AB_EBUSY;
	for (size_t i = 0; i < n; i++) {
		if (sorted[i].key.n > ART_MAX_KEY)
			return AB_EKEY;
		if (i && ab_key_cmp(sorted[i - 1].key, sorted[i].key) >= 0)
			return AB_EORDER;
	}
	for (size_t i = 0; i < n; i++) {
		enum ab_status status = art_put(t, sorted[i].key, sorted[i].value);
		if (status < 0) {
			while (i--)
				art_del(t, sorted[i].key);
			return status;
		}
	}
	return AB_OK;
}
#endif /* ART_TREE_H */
