/* hybrid_back.h: base and delta as one, from the last key to the first: the delta's own scan_back
 * leads, and before each of its keys come those of the base that are above it. */
#ifndef HYBRID_BACK_H
#define HYBRID_BACK_H

#include "../frozen/frozen_back.h"
#include "hybrid.h"

struct merge_back {
	const struct ab_index *t;
	struct frozen_back b;
	bool have;             /* it stands on a key that has not been visited */
	enum ab_status status; /* of what is done here */
	ab_visit *visit;
	void *arg;
};

/* To the base's last key before `end` that is not dead. False: no memory. */
static bool
merge_back_to(struct merge_back *m, size_t end)
{
	end = base_alive_before(m->t, m->b.begin, end);
	m->have = end > m->b.begin;
	if (!m->have || frozen_back_to(&m->b, end - 1))
		return true;
	m->have = false;
	m->status = AB_ENOMEM;
	return false;
}

static bool
merge_back_visit(struct merge_back *m, struct ab_key key, uint64_t value)
{
	if (m->visit(m->arg, key, value))
		return true;
	m->status = AB_STOPPED;
	return false;
}

/* Visit what the base has above `limit`, or all that it has left. */
static bool
merge_back_base(struct merge_back *m, const struct ab_key *limit)
{
	while (m->have) {
		struct ab_key key = frozen_back_key(&m->b);
		if (limit && ab_key_cmp(key, *limit) < 0)
			return true;
		if (!merge_back_visit(m, key, frozen_back_value(&m->b)) ||
			!merge_back_to(m, frozen_back_rank(&m->b)))
			return false;
	}
	return true;
}

/* The visitor of the delta. */
static bool
merge_back_delta(void *arg, struct ab_key key, uint64_t value)
{
	struct merge_back *m = arg;
	return merge_back_base(m, &key) && merge_back_visit(m, key, value);
}

static enum ab_status
hybrid_scan_back(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	struct merge_back m;
	m.t = t;
	m.have = false;
	m.status = AB_OK;
	m.visit = visit;
	m.arg = arg;
	if (!t->base.n)
		return DELTA.scan_back(t->delta, r, visit, arg);
	if (!frozen_back_open(&m.b, &t->base, t->mem, r))
		return AB_ENOMEM;
	if (merge_back_to(&m, m.b.end)) {
		enum ab_status status = DELTA.scan_back(
			t->delta, r, merge_back_delta, &m);
		if (status < 0)
			m.status = status;
		else if (status == AB_OK)
			merge_back_base(&m, NULL);
	}
	frozen_back_close(&m.b);
	return m.status;
}
#endif /* HYBRID_BACK_H */
