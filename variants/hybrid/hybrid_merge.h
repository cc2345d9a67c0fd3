/* hybrid_merge.h: base and delta as one, in order: the delta's own scan leads, and before each of
 * its keys come those of the base that are below it. No key is in both. */
#ifndef HYBRID_MERGE_H
#define HYBRID_MERGE_H

#include "../frozen/frozen_rank.h"
#include "hybrid.h"

struct merge {
	const struct ab_index *t;
	struct frozen_walk w;
	bool open;            /* there is a walk of the base */
	bool have;            /* it stands on a key that has not been visited */
	bool stopped;         /* by the visitor */
	struct ab_key prefix; /* of all keys */
	ab_visit *visit;
	void *arg;
};

/* All but the walk, whose room for keys need not be cleared. */
static void
merge_init(struct merge *m, const struct ab_index *t, struct ab_key prefix,
	ab_visit *visit, void *arg)
{
	m->t = t;
	m->open = m->have = m->stopped = false;
	m->prefix = prefix;
	m->visit = visit;
	m->arg = arg;
}

/* On to the base's next key that is not dead. Dead ones of its page are passed one by one,
 * whole pages of them at once. */
static void
merge_next(struct merge *m)
{
	struct frozen_cursor *c = &m->w.c;
	size_t next = base_alive(m->t, c->rank, m->w.end);
	m->have = next < m->w.end;
	if (!m->have)
		return;
	if (next - c->rank > 2 * FROZEN_LEAF_FAN)
		frozen_walk_to(&m->w, next);
	while (c->rank <= next)
		frozen_next(c);
	m->have = ab_key_starts_with(frozen_walk_key(&m->w), m->prefix);
}

/* False: no memory, and nothing to close. */
static bool
merge_open(struct merge *m, struct ab_key from, const struct ab_key *hi)
{
	const struct ab_index *t = m->t;
	m->open = t->base.n;
	if (!m->open)
		return true;
	if (!frozen_walk_open(&m->w, &t->base, t->mem, from))
		return false;
	if (hi)
		frozen_walk_limit(&m->w, *hi);
	merge_next(m);
	return true;
}

static bool
merge_visit(struct merge *m, struct ab_key key, uint64_t value)
{
	m->stopped = !m->visit(m->arg, key, value);
	return !m->stopped;
}

/* Visit what the base has below `limit`, or all that it has left. */
static bool
merge_base(struct merge *m, const struct ab_key *limit)
{
	while (m->have) {
		struct ab_key key = frozen_walk_key(&m->w);
		if (limit && ab_key_cmp(key, *limit) > 0)
			return true;
		if (!merge_visit(m, key, m->w.c.value))
			return false;
		merge_next(m);
	}
	return true;
}

/* The visitor of the delta. */
static bool
merge_delta(void *arg, struct ab_key key, uint64_t value)
{
	struct merge *m = arg;
	return merge_base(m, &key) && merge_visit(m, key, value);
}

/* The delta's scan came to an end with `status`; now the rest. */
static enum ab_status
merge_close(struct merge *m, enum ab_status status)
{
	if (status == AB_OK)
		merge_base(m, NULL);
	if (m->open)
		frozen_walk_close(&m->w);
	return m->stopped ? AB_STOPPED : status;
}

static enum ab_status
hybrid_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	struct merge m;
	merge_init(&m, t, (struct ab_key){ 0 }, visit, arg);
	if (!merge_open(&m, r.lo, r.has_hi ? &r.hi : NULL))
		return AB_ENOMEM;
	return merge_close(&m, DELTA.scan(t->delta, r, merge_delta, &m));
}

static enum ab_status
hybrid_scan_prefix(
	const struct ab_index *t, struct ab_key prefix, ab_visit *visit, void *arg)
{
	struct merge m;
	merge_init(&m, t, prefix, visit, arg);
	if (!merge_open(&m, prefix, NULL))
		return AB_ENOMEM;
	return merge_close(&m, DELTA.scan_prefix(t->delta, prefix, merge_delta, &m));
}
#endif /* HYBRID_MERGE_H */
