/* hybrid_last.h: the last key of a range: the greater one of the base's and the delta's. */
#ifndef HYBRID_LAST_H
#define HYBRID_LAST_H

#include "../frozen/frozen_last.h"
#include "hybrid.h"

struct last {
	struct frozen_walk w;
	bool have;    /* the walk stands on the base's */
	bool visited; /* one of the two */
	ab_visit *visit;
	void *arg;
};

static bool
last_visit_base(struct last *l)
{
	l->visited = true;
	return l->visit(l->arg, frozen_walk_key(&l->w), l->w.c.value);
}

/* The visitor of the delta's. */
static bool
last_visit(void *arg, struct ab_key key, uint64_t value)
{
	struct last *l = arg;
	if (l->have && ab_key_cmp(frozen_walk_key(&l->w), key) > 0)
		return last_visit_base(l);
	l->visited = true;
	return l->visit(l->arg, key, value);
}

/* To the base's last one that is not dead, if there is one. */
static void
last_of_base(struct last *l, const struct ab_index *t, struct ab_range r)
{
	if (r.has_hi)
		frozen_walk_limit(&l->w, r.hi);
	size_t end = base_alive_before(t, l->w.c.rank, l->w.end);
	l->have = end > l->w.c.rank;
	if (l->have)
		frozen_walk_to(&l->w, end - 1);
}

static enum ab_status
hybrid_last(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	struct last l;
	l.have = l.visited = false;
	l.visit = visit;
	l.arg = arg;
	if (t->base.n && !frozen_walk_open(&l.w, &t->base, t->mem, r.lo))
		return AB_ENOMEM;
	if (t->base.n)
		last_of_base(&l, t, r);
	enum ab_status status = DELTA.last(t->delta, r, last_visit, &l);
	if (status == AB_OK && !l.visited && l.have && !last_visit_base(&l))
		status = AB_STOPPED;
	if (t->base.n)
		frozen_walk_close(&l.w);
	return status;
}
#endif /* HYBRID_LAST_H */
