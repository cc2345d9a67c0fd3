/* art_batch.h: many keys looked up at a time. A lookup waits for memory at each node; here
 * the keys of a group take turns, each turn asks for the node or leaf that the key's next
 * one reads, and a key that has come to a leaf leaves the group.
 *
 * Source: S. Chen, A. Ailamaki, P. Gibbons, T. Mowry, "Improving Hash Join Performance
 * through Prefetching", ICDE 2004: group prefetching. docs/design/batches.md has what was
 * measured.
 *
 * Needs art_tree.h. */
#ifndef ART_STORAGE
#include "arena_prefix.h"
#endif
#ifndef ART_BATCH_H
#define ART_BATCH_H

#include "../bytes/batch.h"
#include "art_tree.h"

/* A key on its way down. */
struct going {
	const struct art_head *h;
	size_t depth;
	uint32_t i; /* of the entries */
};

/* One that has come to a leaf. */
struct come {
	size_t depth;
	uint32_t i;
	art_ref leaf;
};

struct batch {
	size_t going_n, come_n;
	struct going going[BATCH_GROUP];
	struct come come[BATCH_GROUP];
};

/* A key's turn: a step down; false: it goes no further. */
static inline bool
batch_step(const struct ab_index *t, struct batch *b, struct going *g, struct ab_key key)
{
	const struct art_head *h = g->h;
	size_t depth = g->depth;
	if (!art_match(t, h, key, &depth))
		return false;
	bool ends = depth == key.n;
	const art_ref *next = ends ? node_terminal(h) : node_find(h, key.p[depth]);
	if (!next || art_ref_none(*next))
		return false;
	depth += !ends;
	if (ends || art_is_leaf(*next)) {
		art_prefetch(leaf_tail(t, *next, depth).p);
		art_prefetch(leaf_value(t, *next));
		b->come[b->come_n++] = (struct come){ depth, g->i, *next };
		return false;
	}
	g->h = node_at(t, *next);
	g->depth = depth;
	batch_fetch_two(g->h);
	return true;
}

/* Are the leaves those of the keys? found[i] says which; returns how many. */
static inline size_t
batch_end(const struct ab_index *t, const struct batch *b, struct ab_entry *entries,
	bool *found)
{
	size_t hits = 0;
	for (size_t j = 0; j < b->come_n; j++) {
		const struct come *c = &b->come[j];
		struct ab_entry *e = &entries[c->i];
		if (!leaf_is(t, c->leaf, art_key(e->key), c->depth))
			continue;
		memcpy(&e->value, leaf_value(t, c->leaf), sizeof e->value);
		found[c->i] = true;
		hits++;
	}
	return hits;
}

/* Up to BATCH_GROUP keys. */
static size_t
batch_group(const struct ab_index *t, struct ab_entry *entries, size_t n, bool *found)
{
	struct batch b;
	b.going_n = n;
	b.come_n = 0;
	for (size_t i = 0; i < n; i++) {
		b.going[i] = (struct going){ node_at(t, t->tree.root), 0, (uint32_t)i };
		found[i] = false;
	}
	while (b.going_n)
		for (size_t j = 0; j < b.going_n;) {
			struct going *g = &b.going[j];
			if (batch_step(t, &b, g, art_key(entries[g->i].key)))
				j++;
			else
				*g = b.going[--b.going_n];
		}
	return batch_end(t, &b, entries, found);
}

static size_t
art_get_many(const struct ab_index *t, struct ab_entry *entries, size_t n, bool *found)
{
	return batch_in_groups(t, entries, n, found, batch_group, art_get);
}
#endif /* ART_BATCH_H */
