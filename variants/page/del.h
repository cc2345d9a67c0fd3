/* del.h: del. A page that has few keys left joins a neighbour (join.h). */
#ifndef PAGE_DEL_H
#define PAGE_DEL_H

#include "join.h"
#include "put.h"

static void
tree_clear(struct ab_index *t)
{
	store_free(&t->store, t->mem);
	coder_free(&t->coder, t->mem);
	t->root = 0;
	t->finger = (struct finger){ 0 };
	t->count = t->inner = t->leaf = t->key = t->pages = t->nodes = 0;
}

/* The page that the path leads to has no keys any more. */
static void
page_drop(struct ab_index *t, const struct path *p)
{
	struct leavings old = { 0 };
	*child_slot(t, p->node[p->n - 1], p->at[p->n - 1]) = 0;
	leave(t, &old, path_page(p));
	leavings_give(t, &old);
}

/* Take entry `pos` out of a page of several keys. False, and nothing changed: there is no
 * memory. */
static bool
page_erase(struct ab_index *t, struct path *p, unsigned pos)
{
	struct edit e;
	return (edit_plan_del(&e, &t->coder, page_at(t, path_page(p)), pos) &&
		       page_edit(t, p, &e, edit_del) == AB_OK) ||
	       page_remove(t, p, pos);
}

static enum ab_status
tree_del(struct ab_index *t, struct ab_key key)
{
	struct path p;
	if (key.n > TREE_MAX_KEY)
		return AB_NOT_FOUND;
	path_find(t, key, &p);
	if (!path_page(&p))
		return AB_NOT_FOUND;
	const struct page *page = page_at(t, path_page(&p));
	struct layout l = page_layout(page);
	struct seek s = page_seek(&t->coder, page, key);
	if (!s.found || page_dead(page, &l, s.pos))
		return AB_NOT_FOUND;
	unsigned left = page_living(page) - 1;
	if (--t->count == 0) {
		tree_clear(t);
		return AB_OK;
	}
	if (path_page(&p) == t->finger.page) {
		finger_leave(t);
		path_find(t, key, &p);
	}
	path_count(t, &p, -(size_t)1);
	if (left == 0)
		page_drop(t, &p);
	else if (!page_erase(t, &p, s.pos))
		page_haunt(page_at(t, path_page(&p)), s.pos);
	if (left <= PAGE_FEW)
		tidy_pages(t, key);
	coder_learn(t);
	return AB_OK;
}
#endif /* PAGE_DEL_H */
