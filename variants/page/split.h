/* split.h: how a page becomes the parts of split_parts.h, and these children of its node. */
#ifndef PAGE_SPLIT_H
#define PAGE_SPLIT_H

#include "rise.h"
#include "split_parts.h"

/* Write the draft, into which the key has been put, as several pages. */
static enum ab_status
page_split(struct ab_index *t, struct path *p, struct split *s)
{
	struct graft g = { .at = p->at[p->n - 1], .n = s->parts };
	struct leavings old = { 0 };
	struct taking k;
	struct rise r;
	struct sources from = { 0 };
	enum ab_status status = AB_OK;
	sources_add(t, &from, path_page(p));
	taking_open(&k, p, NULL, 0);
	for (unsigned i = 0; i < s->parts && status == AB_OK; i++)
		status = store_take(t, &k.watch, s->bytes[i]);
	memcpy(g.separator, s->separator, sizeof g.separator);
	if (status == AB_OK)
		status = rise_plan(t, p, &g, &k, &r);
	if (status != AB_OK) {
		taking_undo(t, &k);
		return status;
	}
	draft_follow(t, s->d, &from, &p->node[p->n]);
	for (unsigned i = 0; i < s->parts; i++)
		page_place(t, k.ref[i], p->node[p->n - 1], s->d, s->from[i],
			s->from[i + 1], s->deeper[i]);
	memcpy(g.child, k.ref, sizeof g.child);
	for (unsigned i = 0; i < s->parts; i++)
		g.keys[i] = s->from[i + 1] - s->from[i];
	leave(t, &old, path_page(p));
	rise_commit(t, p, g, &r, k.ref + s->parts, &old);
	leavings_give(t, &old);
	return AB_OK;
}
#endif /* PAGE_SPLIT_H */
