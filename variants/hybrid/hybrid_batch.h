/* hybrid_batch.h: many keys looked up at a time: in the base together (frozen_batch.h), and
 * those that are not there by the delta's get_many. */
#ifndef HYBRID_HYBRID_BATCH_H
#define HYBRID_HYBRID_BATCH_H

#include "../frozen/frozen_batch.h"
#include "hybrid.h"

/* Up to FROZEN_GROUP keys, and the base is not empty. */
static inline size_t
hybrid_get_group(
	const struct ab_index *t, struct ab_entry *entries, size_t n, bool *found)
{
	struct frozen_place place[FROZEN_GROUP];
	struct ab_entry rest[FROZEN_GROUP];
	size_t which[FROZEN_GROUP], rest_n = 0;
	bool found_rest[FROZEN_GROUP];
	frozen_find_many(&t->base, entries, n, place);
	for (size_t i = 0; i < n; i++) {
		const struct frozen_place *at = &place[i];
		found[i] = at->in.exact && !is_dead(t, frozen_rank(at));
		if (found[i]) {
			entries[i].value = page_value(&at->leaf, at->in.i);
			continue;
		}
		which[rest_n] = i;
		rest[rest_n++] = entries[i];
	}
	size_t hits = n - rest_n;
	if (rest_n)
		hits += DELTA.get_many(t->delta, rest, rest_n, found_rest);
	for (size_t j = 0; j < rest_n; j++) {
		found[which[j]] = found_rest[j];
		entries[which[j]].value = rest[j].value;
	}
	return hits;
}

static size_t
hybrid_get_many(const struct ab_index *t, struct ab_entry *entries, size_t n, bool *found)
{
	size_t hits = 0;
	if (!t->base.n)
		return DELTA.get_many(t->delta, entries, n, found);
	for (size_t i = 0; i < n; i += FROZEN_GROUP)
		hits += hybrid_get_group(t, entries + i,
			n - i < FROZEN_GROUP ? n - i : FROZEN_GROUP, found + i);
	return hits;
}
#endif /* HYBRID_HYBRID_BATCH_H */
