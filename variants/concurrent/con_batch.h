/* con_batch.h: many keys looked up at a time, as art/art_batch.h does it: the keys of a group
 * take turns, and each turn asks for the node or leaf that the key's next one reads. A
 * group is one stay in an epoch, so that what it stands on is not freed; each key is
 * looked up at a moment of its own, as con_tree.h says of one.
 *
 * Source: S. Chen, A. Ailamaki, P. Gibbons, T. Mowry, "Improving Hash Join Performance
 * through Prefetching", ICDE 2004: group prefetching. */
#ifndef CON_BATCH_H
#define CON_BATCH_H

#include "../bytes/batch.h"
#include "con_tree.h"

/* A key on its way down, then at a leaf. */
struct going {
	const struct con_node *h;
	const struct con_leaf *leaf;
	size_t depth;
	uint32_t i; /* of the entries */
};

/* A key's turn: a step down; false: it goes no further, and is at a leaf or nowhere. */
static inline bool
batch_step(struct going *g, struct ab_key key)
{
	con_ref r = con_follow(g->h, key, &g->depth);
	if (!r)
		return false;
	if (con_is_leaf(r)) {
		g->leaf = con_leaf_at(r);
		batch_fetch_two(g->leaf);
		return false;
	}
	g->h = con_node_at(r);
	g->depth++;
	batch_fetch_two(g->h);
	return true;
}

/* Up to BATCH_GROUP keys; they are in an epoch, or alone. */
static size_t
batch_group(const struct ab_index *t, struct ab_entry *entries, size_t n, bool *found)
{
	struct going going[BATCH_GROUP];
	const struct con_node *root = con_node_at(con_load(&t->root));
	size_t left = n, hits = 0;
	for (size_t i = 0; i < n; i++)
		going[i] = (struct going){ root, NULL, 0, (uint32_t)i };
	while (left)
		for (size_t j = 0; j < left;) {
			struct going *g = &going[j];
			if (batch_step(g, con_key(entries[g->i].key))) {
				j++;
				continue;
			}
			struct going done =
				*g; /* those that have arrived stand behind the others */
			*g = going[--left];
			going[left] = done;
		}
	for (size_t j = 0; j < n; j++) {
		const struct going *g = &going[j];
		struct ab_entry *e = &entries[g->i];
		found[g->i] = g->leaf && con_leaf_is(g->leaf, con_key(e->key), g->depth);
		if (found[g->i])
			e->value = con_value(g->leaf);
		hits += found[g->i];
	}
	return hits;
}

static size_t
batch_stay(const struct ab_index *t, struct ab_entry *entries, size_t n, bool *found)
{
	con_stay own = epoch_enter();
	bool locked = !own && con_lock_to_read(t);
	size_t hits = batch_group(t, entries, n, found);
	if (own)
		con_leave(t, own);
	else
		con_read(t, locked);
	return hits;
}

static size_t
con_get_many(const struct ab_index *t, struct ab_entry *entries, size_t n, bool *found)
{
	return batch_in_groups(t, entries, n, found, batch_stay, con_get);
}
#endif /* CON_BATCH_H */
