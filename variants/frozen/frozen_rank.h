/* frozen_rank.h: an entry of a frozen index by its rank: a page's keys are put together from its
 * separator on, and that from the separator of its index page. */
#ifndef FROZEN_RANK_H
#define FROZEN_RANK_H

#include "frozen_walk.h"

/* The separator of leaf page `page` to `key`, which has room for the longest key; the page. */
static inline struct page
frozen_page(const struct frozen *f, size_t page, uint8_t *key)
{
	size_t root = page / FROZEN_INDEX_FAN;
	uint32_t child = (uint32_t)(page % FROZEN_INDEX_FAN);
	struct page index = frozen_index_at(f, root);
	struct ab_key separator = root_key(&f->root, root);
	uint64_t at = 0;
	if (separator.n)
		memcpy(key, separator.p, separator.n);
	for (uint32_t i = 0; i <= child; i++) {
		struct page_entry e = page_entry(&index, &f->shapes, i, at);
		symbols_decode(&f->symbols, e.codes, key + e.shared);
		at = page_entry_end(&e, f->symbols.width);
	}
	return frozen_leaf_at(f, &index, page);
}

/* Let the walk stand on entry `rank`, as if it had come to it. */
static inline void
frozen_walk_to(struct frozen_walk *w, size_t rank)
{
	struct frozen_cursor *c = &w->c;
	size_t page = rank / FROZEN_LEAF_FAN;
	c->leaf = frozen_page(c->f, page, c->key);
	c->i = 0;
	c->at = 0;
	c->rank = page * FROZEN_LEAF_FAN;
	while (c->rank <= rank)
		frozen_next(c);
}
#endif /* FROZEN_RANK_H */
