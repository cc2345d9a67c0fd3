/* frozen_batch.h: many keys looked up at a time. A lookup waits for memory at each page; here
 * the keys of a group go down together, and each step asks for the page that the next one
 * searches. In the root they are searched for side by side.
 *
 * Source: S. Chen, A. Ailamaki, P. Gibbons, T. Mowry, "Improving Hash Join Performance
 * through Prefetching", ICDE 2004: group prefetching. docs/design/batches.md has what was
 * measured. */
#ifndef FROZEN_FROZEN_BATCH_H
#define FROZEN_FROZEN_BATCH_H

#include "frozen.h"

enum { FROZEN_GROUP = 16 /* keys */ };

/* To the index pages, which are asked for. */
static inline void
frozen_begin_many(const struct frozen *f, const struct ab_entry *entries, size_t n,
	struct frozen_way *way)
{
	uint64_t sought[FROZEN_GROUP];
	size_t first[FROZEN_GROUP];
	for (size_t i = 0; i < n; i++)
		sought[i] = root_sought(&f->root, entries[i].key);
	root_rank_many(&f->root, sought, n, first);
	for (size_t i = 0; i < n; i++) {
		frozen_begin(f, entries[i].key, first[i], &way[i]);
		page_prefetch(f->heap + f->root.entry[way[i].page].page, f->usual_bytes);
	}
}

/* Where `n` keys are, FROZEN_GROUP at most, in an index that is not empty. */
static inline void
frozen_find_many(const struct frozen *f, const struct ab_entry *entries, size_t n,
	struct frozen_place *place)
{
	struct frozen_way way[FROZEN_GROUP];
	frozen_begin_many(f, entries, n, way);
	for (size_t i = 0; i < n; i++)
		frozen_descend(f, &way[i]);
	for (size_t i = 0; i < n; i++)
		place[i] = frozen_arrive(f, &way[i]);
}

static inline size_t
frozen_get_many(const struct frozen *f, struct ab_entry *entries, size_t n, bool *found)
{
	struct frozen_place place[FROZEN_GROUP];
	size_t hits = 0;
	for (size_t i = 0; i < n; i++) {
		size_t k = i % FROZEN_GROUP, left = n - i;
		if (k == 0 && f->n)
			frozen_find_many(f, entries + i,
				left < FROZEN_GROUP ? left : FROZEN_GROUP, place);
		found[i] = f->n && place[k].in.exact;
		if (found[i])
			entries[i].value = page_value(&place[k].leaf, place[k].in.i);
		hits += found[i];
	}
	return hits;
}
#endif /* FROZEN_FROZEN_BATCH_H */
