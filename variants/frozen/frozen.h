/* frozen.h: an immutable index of sorted keys: pages of front-coded keys through one
 * symbol table (frozen_page.h, frozen_symbols.h), and above them pages of the same make that lead to
 * them.
 *
 *   root    separators of index pages as they are (root.h)
 *     |
 *   index   pages whose keys are separators of leaf pages, whose values their offsets
 *     |
 *   leaf    pages with the keys and their values, in order, one behind the other
 *
 * A page's separator is the shortest string above the last key of the page before and not
 * above its own first one, a prefix of which it thus is (Bayer, Unterauer: Prefix B-trees,
 * TODS 1977); the first page's is empty. Keys themselves are in the leaf pages alone, and
 * one leaf page goes on where the last one left off: a scan reads nothing else.
 *
 * Ownership: a frozen owns five blocks of the allocator that it was built with (build.h).
 * Threads: nothing is written after it is built; any number may read. */
#ifndef FROZEN_FROZEN_H
#define FROZEN_FROZEN_H

#include "find.h"
#include "root.h"

enum { FROZEN_KEY_MOST = PAGE_SHARED_MOST, FROZEN_AHEAD_MOST = 1024 };

/* All zero: empty. */
struct frozen {
	size_t n;       /* keys */
	size_t longest; /* of them, in bytes */
	struct symbols symbols;
	struct shapes shapes;
	uint8_t *heap; /* leaf pages, index pages, PAGE_PAD bytes */
	size_t heap_bytes, leaf_bytes;
	struct root root;   /* of index pages */
	size_t code_bytes;  /* of the leaf pages */
	size_t usual_bytes; /* of a leaf page, to be loaded ahead */
};

/* The pages that a level of so many entries has, `fan` to a page. */
static inline size_t
frozen_pages(size_t entries, size_t fan)
{
	return (entries + fan - 1) / fan;
}

/* The entries of page number `page` of a level that has `all`. */
static inline uint32_t
frozen_page_entries(size_t all, size_t fan, size_t page)
{
	size_t left = all - page * fan;
	return (uint32_t)(left < fan ? left : fan);
}

static inline size_t
frozen_leaves(const struct frozen *f)
{
	return frozen_pages(f->n, FROZEN_LEAF_FAN);
}

static inline uint32_t
frozen_leaf_entries(const struct frozen *f, size_t page)
{
	return frozen_page_entries(f->n, FROZEN_LEAF_FAN, page);
}

static inline struct page
frozen_index_at(const struct frozen *f, size_t root)
{
	uint32_t n = frozen_page_entries(frozen_leaves(f), FROZEN_INDEX_FAN, root);
	return page_open(f->heap + f->root.entry[root].page, n, f->symbols.width);
}

/* Leaf page number `page`, of which `index` has where it begins. */
static inline struct page
frozen_leaf_at(const struct frozen *f, const struct page *index, size_t page)
{
	uint32_t child = (uint32_t)(page % FROZEN_INDEX_FAN);
	return page_open(f->heap + page_value(index, child), frozen_leaf_entries(f, page),
		f->symbols.width);
}

/* Where a key is or would be: in the leaf page whose separator is the last not above it;
 * behind all of its entries if need be. */
struct frozen_place {
	size_t page;
	struct page leaf;
	struct page_place in;
};

/* The way to a key, a step at a time. */
struct frozen_way {
	struct probe probe;
	size_t matched;      /* what the key has in common with the separator passed */
	size_t page;         /* number of the index page, then of the leaf page */
	const uint8_t *leaf; /* where that begins */
};

/* To the index page; `first`: root_rank of what is sought in the root for it. Each step is for an
 * index that is not empty. */
static inline void
frozen_begin(const struct frozen *f, struct ab_key k, size_t first, struct frozen_way *w)
{
	w->page = root_find(&f->root, k, first, &w->matched);
	probe_open(&w->probe, k);
}

/* To the leaf page, which is asked for. */
static inline void
frozen_descend(const struct frozen *f, struct frozen_way *w)
{
	struct page index = frozen_index_at(f, w->page);
	/* The index page is searched while the translation of the leaf's address is looked
	 * up: its leaf pages are side by side, in one or two pages of the machine's. */
	__builtin_prefetch(f->heap + page_value(&index, index.n / 2));
	struct page_place in = page_find(
		&index, &f->shapes, &f->symbols, &w->probe, w->matched);
	uint32_t child = in.exact ? in.i : in.i - 1;
	w->matched = in.matched;
	w->page = w->page * FROZEN_INDEX_FAN + child;
	w->leaf = f->heap + page_value(&index, child);
	page_prefetch(w->leaf, f->usual_bytes);
}

static inline struct frozen_place
frozen_arrive(const struct frozen *f, const struct frozen_way *w)
{
	struct frozen_place at = { .page = w->page };
	at.leaf = page_open(w->leaf, frozen_leaf_entries(f, at.page), f->symbols.width);
	at.in = page_find(&at.leaf, &f->shapes, &f->symbols, &w->probe, w->matched);
	return at;
}

/* In an index that is not empty. */
static inline struct frozen_place
frozen_find(const struct frozen *f, struct ab_key k)
{
	struct frozen_way w;
	frozen_begin(f, k, root_rank(&f->root, root_sought(&f->root, k)), &w);
	frozen_descend(f, &w);
	return frozen_arrive(f, &w);
}

/* How many keys are below the one that was looked for. */
static inline size_t
frozen_rank(const struct frozen_place *at)
{
	return at->page * FROZEN_LEAF_FAN + at->in.i;
}

/* How many are below `k`, in an index that is not empty. */
static inline size_t
frozen_rank_of(const struct frozen *f, struct ab_key k)
{
	struct frozen_place at = frozen_find(f, k);
	return frozen_rank(&at);
}

static inline bool
frozen_get(const struct frozen *f, struct ab_key k, uint64_t *value)
{
	if (!f->n)
		return false;
	struct frozen_place at = frozen_find(f, k);
	if (at.in.exact)
		*value = page_value(&at.leaf, at.in.i);
	return at.in.exact;
}

/* ---- one key after the other ---- */

struct frozen_cursor {
	const struct frozen *f;
	struct page leaf;
	uint32_t i;   /* of the next entry in the leaf page; leaf.n: in the one behind */
	uint64_t at;  /* its first bit, or where those of the leaf page end */
	size_t rank;  /* of the next entry */
	uint8_t *key; /* the entry's; room for the longest and SYMBOL_SLOT bytes */
	size_t key_n;
	size_t shared; /* of it with the one before */
	uint64_t value;
};

/* What comes next is the first key not below `k`, which `c->key` must not hold yet. */
static inline void
frozen_seek(struct frozen_cursor *c, struct ab_key k)
{
	struct frozen_place at = frozen_find(c->f, k);
	c->leaf = at.leaf;
	c->i = at.in.i;
	c->at = page_entry_at(&at.leaf, &c->f->shapes, c->f->symbols.width, at.in.i);
	c->rank = frozen_rank(&at);
	/* `k` is between two neighbours: it has what they have in common. */
	size_t most = k.n < c->f->longest ? k.n : c->f->longest;
	if (most)
		memcpy(c->key, k.p, most);
}

/* Where the page begins that follows one whose codes end at bit `at`. */
static inline const uint8_t *
frozen_page_end(const struct page *g, uint64_t at)
{
	return g->codes + (at + 7) / 8;
}

/* Go to the next entry, which there is: c->rank is below the number of keys. */
static inline void
frozen_next(struct frozen_cursor *c)
{
	const struct frozen *f = c->f;
	if (c->i == c->leaf.n) {
		uint32_t n = frozen_leaf_entries(f, c->rank / FROZEN_LEAF_FAN);
		c->leaf = page_open(
			frozen_page_end(&c->leaf, c->at), n, f->symbols.width);
		c->i = 0;
		c->at = 0;
	}
	struct page_entry e = page_entry(&c->leaf, &f->shapes, c->i, c->at);
	c->shared = e.shared;
	c->key_n = e.shared + symbols_decode(&f->symbols, e.codes, c->key + e.shared);
	c->value = page_value(&c->leaf, c->i++);
	c->at = page_entry_end(&e, f->symbols.width);
	c->rank++;
}
#endif /* FROZEN_FROZEN_H */
