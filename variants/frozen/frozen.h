/* frozen.h: an immutable index of sorted keys: pages of front-coded keys through one
 * symbol table (page.h, symbols.h), and above them pages of the same make that lead to
 * them.
 *
 *   root    separators of index pages as they are, in one block: a binary search
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
 * Ownership: a frozen owns four blocks of the allocator that it was built with (build.h).
 * Threads: nothing is written after it is built; any number may read. */
#ifndef FROZEN_FROZEN_H
#define FROZEN_FROZEN_H

#include "page.h"

enum { FROZEN_KEY_MOST = PAGE_SHARED_MOST, FROZEN_AHEAD_MOST = 1024 };

/* An index page and its separator, which ends where the next one begins. */
struct frozen_root {
	uint64_t page; /* its offset in the heap */
	uint64_t text; /* of its separator in the root's text */
};

/* All zero: empty. */
struct frozen {
	size_t n;       /* keys */
	size_t longest; /* of them, in bytes */
	struct symbols symbols;
	struct shapes shapes;
	uint8_t *heap; /* leaf pages, index pages, BITS_PAD bytes */
	size_t heap_bytes, leaf_bytes;
	struct frozen_root *root; /* one more than index pages, for the last one's end */
	uint8_t *root_text;
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

static inline size_t
frozen_roots(const struct frozen *f)
{
	return frozen_pages(frozen_leaves(f), FROZEN_INDEX_FAN);
}

static inline struct ab_key
frozen_root_key(const struct frozen *f, size_t i)
{
	uint64_t from = f->root[i].text;
	return (struct ab_key){ f->root_text + from, f->root[i + 1].text - from };
}

/* How the root's separator `i` compares with `k`, of which the first `*m` bytes are the
 * same: below 0, 0, above 0. `*m` becomes what both have in common. */
static inline int
frozen_root_cmp(const struct frozen *f, size_t i, struct ab_key k, size_t *m)
{
	struct ab_key s = frozen_root_key(f, i);
	struct ab_key rest = { s.p + *m, s.n - *m };
	*m += symbol_common(rest, k, *m);
	if (*m == s.n)
		return *m == k.n ? 0 : -1;
	return *m < k.n && s.p[*m] < k.p[*m] ? -1 : 1;
}

/* The last index page whose separator is not above `k`, and what both have in common.
 * What the bounds of the search have in common with `k` all between them have, too, and
 * is not compared again (Manber, Myers: Suffix arrays, SODA 1990). */
static inline size_t
frozen_root_find(const struct frozen *f, struct ab_key k, size_t *matched)
{
	size_t lo = 0, hi = frozen_roots(f), above = 0;
	*matched = 0; /* with `lo`, as `above` with `hi` */
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2, m = *matched < above ? *matched : above;
		if (frozen_root_cmp(f, mid, k, &m) <= 0) {
			lo = mid;
			*matched = m;
		} else {
			hi = mid;
			above = m;
		}
	}
	return lo;
}

/* Where a key is or would be: in the leaf page whose separator is the last not above it;
 * behind all of its entries if need be. */
struct frozen_place {
	size_t page;
	struct page leaf;
	struct page_place in;
};

/* In an index that is not empty. */
static inline struct frozen_place
frozen_find(const struct frozen *f, struct ab_key k)
{
	size_t matched, root = frozen_root_find(f, k, &matched);
	uint32_t n = frozen_page_entries(frozen_leaves(f), FROZEN_INDEX_FAN, root);
	struct page index = page_open(f->heap + f->root[root].page, n);
	struct page_place in = page_find(&index, &f->shapes, &f->symbols, k, matched);
	uint32_t child = in.exact ? in.i : in.i - 1;
	struct frozen_place at = { .page = root * FROZEN_INDEX_FAN + child };
	at.leaf = page_open(
		f->heap + page_value(&index, child), frozen_leaf_entries(f, at.page));
	at.in = page_find(&at.leaf, &f->shapes, &f->symbols, k, in.matched);
	return at;
}

/* How many keys are below the one that was looked for. */
static inline size_t
frozen_rank(const struct frozen_place *at)
{
	return at->page * FROZEN_LEAF_FAN + at->in.i;
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
	uint64_t at;  /* the first bit of the next entry */
	size_t rank;  /* of the next entry */
	uint8_t *key; /* the entry's; room for the longest and BITS_PAD bytes */
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
	c->at = at.in.at;
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
	uint32_t i = c->rank % FROZEN_LEAF_FAN;
	if (!i && c->at) {
		uint32_t n = frozen_leaf_entries(f, c->rank / FROZEN_LEAF_FAN);
		c->leaf = page_open(frozen_page_end(&c->leaf, c->at), n);
		c->at = 0;
	}
	struct page_entry e = page_entry(&c->leaf, &f->shapes, i, c->at);
	c->shared = e.shared;
	c->key_n = e.shared + symbols_decode(&f->symbols, e.codes, c->key + e.shared);
	c->value = page_value(&c->leaf, i);
	c->at = page_entry_end(&e, f->symbols.width);
	c->rank++;
}
#endif /* FROZEN_FROZEN_H */
