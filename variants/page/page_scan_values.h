/* page_scan_values.h: visit values alone, in key order: scan_values.
 *
 * Where the range ends is looked up once; from there on no key is put together or compared. Of a
 * page its arrays and values are read, and those of the next page but one are asked for. */
#ifndef PAGE_SCAN_VALUES_H
#define PAGE_SCAN_VALUES_H

#include "page_back.h"

/* Begin to load what a page has before its texts. */
static void
values_fetch(const struct ab_index *t, uint32_t ref)
{
	enum { LINE = 64, BEFORE = PAGE_HEAD + 3 * PAGE_MOST };
	const char *p = (const char *)page_at(t, ref);
	size_t most = BEFORE + VALUES_MOST(PAGE_MOST);
	for (size_t i = 0; PAGE_PREFETCH && i < most && i < t->usual; i += LINE)
		art_prefetch(p + i);
}

/* Begin to load one that comes soon, if it hangs from the same node. */
static void
values_fetch_ahead(const struct ab_index *t, const struct path *p)
{
	const struct node *n = node_at(t, p->node[p->n - 1]);
	unsigned soon = p->at[p->n - 1] + 2u;
	if (soon < n->count && node_children(n)[soon])
		values_fetch(t, node_children(n)[soon]);
}

/* Which of two ways leads further: below 0, 0, above 0. */
static int
path_order(const struct path *a, const struct path *b)
{
	for (unsigned i = 0; i < a->n; i++)
		if (a->at[i] != b->at[i])
			return a->at[i] < b->at[i] ? -1 : 1;
	return 0;
}

/* The way to a key, and how many entries of its page, if there is one, are below it. */
static unsigned
path_seek(const struct ab_index *t, struct ab_key key, struct path *p)
{
	if (key.n > TREE_MAX_KEY + 1u) /* longer ones lie where this one does */
		key.n = TREE_MAX_KEY + 1u;
	path_find(t, key, p);
	return path_page(p) ? page_seek(&t->coder, page_at(t, path_page(p)), key).pos : 0;
}

/* Visit entries [from, to) of a page; false: the visitor stops. */
static bool
values_visit(const struct page *p, unsigned from, unsigned to, ab_visit *visit, void *arg)
{
	struct layout l = page_layout(p);
	struct values values = values_open(l.values);
	const struct ab_key none = { 0 };
	for (unsigned i = from; i < to; i++)
		if (!page_dead(p, &l, i) && !visit(arg, none, values_get(&values, i)))
			return false;
	return true;
}

static enum ab_status
tree_scan_values(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	struct path p, last;
	unsigned end = 0;
	if (!t->root || (r.has_hi && ab_key_cmp(r.lo, r.hi) >= 0))
		return AB_OK;
	if (r.has_hi)
		end = path_seek(t, r.hi, &last);
	else
		path_last(t, &last);
	unsigned from = path_seek(t, r.lo, &p);
	do {
		uint32_t ref = path_page(&p);
		int order = path_order(&p, &last);
		if (order > 0)
			break;
		values_fetch_ahead(t, &p);
		if (ref) {
			const struct page *page = page_at(t, ref);
			unsigned to = order || !r.has_hi ? page->count : end;
			if (!values_visit(page, from, to, visit, arg))
				return AB_STOPPED;
		}
		from = 0;
	} while (path_next(t, &p));
	return AB_OK;
}
#endif /* PAGE_SCAN_VALUES_H */
