/* page_batch.h: many keys looked up at a time. A lookup waits for memory at each step; here
 * the keys of a group go down together, and each step asks for what the next one reads: of
 * a node what a search reads in any case, of a page its arrays, and then one text after
 * the other, as the search comes to it.
 *
 * Source: S. Chen, A. Ailamaki, P. Gibbons, T. Mowry, "Improving Hash Join Performance
 * through Prefetching", ICDE 2004: group prefetching. All pages are equally deep, so that a
 * group stays together until it has come to them. docs/design/batches.md has what was measured.
 *
 * Needs page_tree.h. */
#ifndef PAGE_BATCH_H
#define PAGE_BATCH_H

#include "../bytes/batch.h"
#include "page_tree.h"

/* A key on its way through its page. */
struct going {
	const struct page *page;
	const uint8_t *text; /* of the entry to be matched next */
	struct seek seek;
	uint32_t i; /* of the entries */
};

/* A key whose value is on its way. */
struct come {
	const struct page *page;
	uint32_t pos, i;
};

struct batch {
	size_t going_n, come_n;
	struct going going[BATCH_GROUP];
	struct come come[BATCH_GROUP];
};

/* Begin to load `n` bytes from `at` on. */
static inline void
batch_fetch(const void *at, size_t n)
{
	enum { LINE = 64 };
	const char *p = at;
	for (size_t i = 0; PAGE_PREFETCH && i < n; i += LINE)
		art_prefetch(p + i);
}

/* What a search reads of a node in any case: head, children, heads; and of a page: head and
 * arrays. */
static inline void
batch_fetch_block(const struct ab_index *t, uint32_t ref, bool is_page)
{
	enum {
		OF_NODE = NODE_HEAD + 8 * NODE_MOST * 3 / 4,
		OF_PAGE = PAGE_HEAD + 3 * PAGE_MOST
	};
	if (ref)
		batch_fetch(page_at(t, ref), is_page ? OF_PAGE : OF_NODE);
}

/* The key has been found: ask for its value. */
static inline void
batch_come(struct batch *b, const struct page *p, unsigned pos, uint32_t i)
{
	struct layout l = page_layout(p);
	if (page_dead(p, &l, pos))
		return;
	size_t bytes = values_bytes(l.values, p->count);
	batch_fetch(l.values + bytes * pos / p->count, 1);
	b->come[b->come_n++] = (struct come){ p, pos, i };
}

/* The next entry of the key's page that is to be matched; false: none. */
static inline bool
batch_branch(struct going *g, struct ab_key key, unsigned from)
{
	const struct page *p = g->page;
	struct layout l = page_layout(p);
	if (!seek_branch(p, &l, key, from, &g->seek))
		return false;
	g->text = page_texts(p, &l) + page_sum(p, &l, g->seek.pos);
	batch_fetch(g->text, 1);
	batch_fetch(g->text + page_len(p, &l, g->seek.pos), 1);
	return true;
}

/* The key has come to its page, if there is one. */
static inline void
batch_enter(const struct ab_index *t, struct batch *b, uint32_t ref, struct ab_key key,
	uint32_t i)
{
	if (!ref || key.n > TREE_MAX_KEY)
		return;
	const struct page *p = page_at(t, ref);
	unsigned from = p->form & PAGE_ENDS ? 1 : 0;
	struct going *g = &b->going[b->going_n];
	*g = (struct going){ .page = p, .seek = { .at = p->depth }, .i = i };
	if (key.n > p->depth)
		b->going_n += batch_branch(g, key, from);
	else if (from)
		batch_come(b, p, 0, i);
}

/* Match a text, and go on; false: the search has ended. */
static inline bool
batch_step(const struct ab_index *t, struct batch *b, struct going *g, struct ab_key key)
{
	struct layout l = page_layout(g->page);
	if (seek_text(&t->coder, g->page, &l, g->text, key, &g->seek))
		return batch_branch(g, key, g->seek.pos + 1);
	if (g->seek.found)
		batch_come(b, g->page, g->seek.pos, g->i);
	return false;
}

/* The pages of these keys, which lie below a root that there is. */
static inline void
batch_descend(
	const struct ab_index *t, const struct ab_entry *entries, size_t n, uint32_t *at)
{
	for (size_t i = 0; i < n; i++)
		at[i] = t->root;
	for (unsigned level = node_level(node_at(t, t->root)) + 1; level-- > 0;)
		for (size_t i = 0; i < n; i++) {
			const struct node *node = node_at(t, at[i]);
			at[i] = node_children(node)[node_rank(node, entries[i].key)];
			batch_fetch_block(t, at[i], !level);
		}
}

/* The values of the keys that have been found. */
static inline void
batch_end(const struct batch *b, struct ab_entry *entries, bool *found)
{
	for (size_t j = 0; j < b->come_n; j++) {
		const struct come *c = &b->come[j];
		struct values values = values_open(page_layout(c->page).values);
		entries[c->i].value = values_get(&values, c->pos);
		found[c->i] = true;
	}
}

/* Up to BATCH_GROUP keys, below a root that there is. */
static size_t
batch_group(const struct ab_index *t, struct ab_entry *entries, size_t n, bool *found)
{
	uint32_t at[BATCH_GROUP];
	struct batch b;
	b.going_n = b.come_n = 0;
	batch_descend(t, entries, n, at);
	for (size_t i = 0; i < n; i++) {
		found[i] = false;
		batch_enter(t, &b, at[i], entries[i].key, (uint32_t)i);
	}
	while (b.going_n)
		for (size_t j = 0; j < b.going_n;) {
			struct going *g = &b.going[j];
			if (batch_step(t, &b, g, entries[g->i].key))
				j++;
			else
				*g = b.going[--b.going_n];
		}
	batch_end(&b, entries, found);
	return b.come_n;
}

static size_t
tree_get_many(const struct ab_index *t, struct ab_entry *entries, size_t n, bool *found)
{
	if (t->root)
		return batch_in_groups(t, entries, n, found, batch_group, tree_get);
	for (size_t i = 0; i < n; i++)
		found[i] = false;
	return 0;
}
#endif /* PAGE_BATCH_H */
