/* frozen_rank.h: an entry of a frozen index by its rank: a page's keys are put together from its
 * separator on, and that from the separator of its index page. */
#ifndef FROZEN_RANK_H
#define FROZEN_RANK_H

#include <assert.h>
#include "frozen_walk.h"

/* Let `key`, which has what the page's entries share with the key before the page, have what
 * entry `i` shares with the one before it; the entry's first bit. Of those before it only the
 * ones are decoded whose bytes no later one has others for. */
static inline uint64_t
frozen_prime(const struct frozen *f, const struct page *g, uint32_t i, uint8_t *key)
{
	enum {
		MOST = FROZEN_LEAF_FAN > FROZEN_INDEX_FAN ? FROZEN_LEAF_FAN
							  : FROZEN_INDEX_FAN
	};
	static_assert(MOST <= UINT8_MAX, "a byte tells an entry of a page");
	struct page_entry e[MOST];
	uint8_t chain[MOST];
	unsigned n = 0;
	uint64_t at = 0;
	for (uint32_t j = 0; j < i; j++) {
		e[j] = page_entry(g, &f->shapes, j, at);
		at = page_entry_end(&e[j], f->symbols.width);
	}
	size_t need = page_entry(g, &f->shapes, i, at).shared;
	for (uint32_t j = i; j--;)
		if (e[j].shared < need) {
			chain[n++] = (uint8_t)j;
			need = e[j].shared;
		}
	while (n--) {
		const struct page_entry *c = &e[chain[n]];
		symbols_decode(&f->symbols, c->codes, key + c->shared);
	}
	return at;
}

/* The separator of leaf page `page` to `key`, which has room for the longest key; the page. */
static inline struct page
frozen_page(const struct frozen *f, size_t page, uint8_t *key)
{
	size_t root = page / FROZEN_INDEX_FAN;
	uint32_t child = (uint32_t)(page % FROZEN_INDEX_FAN);
	struct page index = frozen_index_at(f, root);
	struct ab_key separator = root_key(&f->root, root);
	if (separator.n)
		memcpy(key, separator.p, separator.n);
	uint64_t at = frozen_prime(f, &index, child, key);
	struct page_entry e = page_entry(&index, &f->shapes, child, at);
	symbols_decode(&f->symbols, e.codes, key + e.shared);
	return frozen_leaf_at(f, &index, page);
}

/* Let the walk stand on entry `rank`, as if it had come to it. */
static inline void
frozen_walk_to(struct frozen_walk *w, size_t rank)
{
	struct frozen_cursor *c = &w->c;
	size_t page = rank / FROZEN_LEAF_FAN;
	c->leaf = frozen_page(c->f, page, c->key);
	c->i = (uint32_t)(rank % FROZEN_LEAF_FAN);
	c->at = frozen_prime(c->f, &c->leaf, c->i, c->key);
	c->rank = rank;
	frozen_next(c);
}
#endif /* FROZEN_RANK_H */
