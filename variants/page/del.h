/* del.h: del and update. A page that has few keys left joins a neighbour (join.h). */
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

/* Take out the key at the place where it is. */
static inline __attribute__((always_inline)) void
del_place(struct ab_index *t, struct place *at, struct ab_key key)
{
	struct path *p = &at->path;
	unsigned left = page_living(page_at(t, path_page(p))) - 1;
	if (--t->count == 0) {
		tree_clear(t);
		return;
	}
	if (path_page(p) == t->finger.page) {
		finger_leave(t);
		path_find(t, key, p);
	}
	path_count(t, p, -(size_t)1);
	if (left == 0)
		page_drop(t, p);
	else if (!page_erase(t, p, at->seek.pos))
		page_haunt(page_at(t, path_page(p)), at->seek.pos);
	if (left <= PAGE_FEW)
		tidy_pages(t, key);
	coder_learn(t);
}

static enum ab_status
tree_del(struct ab_index *t, struct ab_key key)
{
	struct place at;
	if (key.n > TREE_MAX_KEY)
		return AB_NOT_FOUND;
	place_find(t, key, &at);
	if (!at.there)
		return AB_NOT_FOUND;
	del_place(t, &at, key);
	return AB_OK;
}

static enum ab_status
tree_update(struct ab_index *t, struct ab_key key, ab_change *change, void *arg)
{
	struct seek s;
	struct place at = { .there = false };
	uint64_t old = 0, value = 0;
	if (key.n > TREE_MAX_KEY)
		return AB_EKEY;
	bool follows = put_find(t, key, &s, &at);
	if (at.there) {
		const struct page *page = page_at(t, path_page(&at.path));
		struct values values = values_open(page_layout(page).values);
		old = values_get(&values, at.seek.pos);
	}
	switch (change(arg, at.there ? &old : NULL, &value)) {
	case AB_PUT:
		return put_end(t, key, value,
			follows ? put_in_order(t, s, key, value)
				: put_out_of_order(t, &at, key, value));
	case AB_REMOVE:
		if (at.there)
			del_place(t, &at, key);
		break;
	case AB_KEEP: break;
	}
	return at.there ? AB_OK : AB_NOT_FOUND;
}
#endif /* PAGE_DEL_H */
