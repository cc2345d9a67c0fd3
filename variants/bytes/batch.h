/* batch.h: the keys of a get_many in groups whose members are looked up together. */
#ifndef BYTES_BATCH_H
#define BYTES_BATCH_H

#include "ab.h"
#include "bytes.h"

enum {
	BATCH_GROUP = 32, /* keys */
	BATCH_LEAST = 4,  /* fewer are looked up one by one: taking turns costs more */
};

/* Begin to load two lines of a node or a leaf of which nothing is known yet: few need more, and what is
 * read last stands as often in the second. */
static inline void
batch_fetch_two(const void *p)
{
	enum { LINE = 64 };
	art_prefetch(p);
	art_prefetch((const char *)p + LINE);
}

/* `group` looks up BATCH_GROUP keys at most, and `get` is the variant's. */
static inline __attribute__((always_inline)) size_t
batch_in_groups(const struct ab_index *t, struct ab_entry *entries, size_t n, bool *found,
	size_t (*group)(const struct ab_index *t, struct ab_entry *entries, size_t n,
		bool *found),
	enum ab_status (*get)(
		const struct ab_index *t, struct ab_key key, uint64_t *value))
{
	size_t hits = 0, i = 0, k;
	for (; n - i >= BATCH_LEAST; i += k) {
		k = n - i < BATCH_GROUP ? n - i : BATCH_GROUP;
		hits += group(t, entries + i, k, found + i);
	}
	for (; i < n; i++) {
		found[i] = get(t, entries[i].key, &entries[i].value) == AB_OK;
		hits += found[i];
	}
	return hits;
}

#endif /* BYTES_BATCH_H */
