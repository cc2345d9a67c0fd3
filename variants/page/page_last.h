/* page_last.h: the last key of a range: to the page that its end lies in, and in it, or one before it
 * that is not empty, the greatest entry that is not dead. */
#ifndef PAGE_LAST_H
#define PAGE_LAST_H

#include "page_scan.h"

/* The way to the last page, or to a child of 0 in its place. */
static void
path_last(const struct ab_index *t, struct path *p)
{
	const struct node *n;
	p->n = 0;
	p->node[0] = t->root;
	if (!t->root)
		return;
	do {
		n = node_at(t, p->node[p->n]);
		unsigned at = n->count - 1u;
		p->at[p->n++] = at;
		p->node[p->n] = node_children(n)[at];
	} while (node_level(n));
}

/* Go to the page before, or to a child of 0; false: there is none. */
static bool
path_back(const struct ab_index *t, struct path *p)
{
	unsigned step = p->n;
	while (step && !p->at[step - 1])
		step--;
	if (!step)
		return false;
	p->at[step - 1]--;
	for (;; step++) {
		p->node[step] = *child_slot(t, p->node[step - 1], p->at[step - 1]);
		if (step == p->n)
			return true;
		p->at[step] = node_at(t, p->node[step])->count - 1u;
	}
}

/* The last of the page's first `end` entries that is not dead; -1: there is none. */
static int
last_alive(const struct page *p, unsigned end)
{
	struct layout l = page_layout(p);
	int i = (int)end - 1;
	while (i >= 0 && page_dead(p, &l, (unsigned)i))
		i--;
	return i;
}

/* Put the key of entry `i` of the page together; false: no memory. */
static bool
last_key(struct scan *s, const struct page *p, unsigned i, struct ab_key *key)
{
	const struct ab_index *t = s->t;
	struct layout l = page_layout(p);
	const uint8_t *text = page_texts(p, &l);
	struct pieces low;
	if (!scan_reserve(s, scan_longest(p)))
		return false;
	if (fence_low(t, &s->path, s->path.n - 1, s->path.at[s->path.n - 1], &low))
		pieces_copy(s->key, &low, 0, p->depth);
	for (unsigned k = 0; k <= i; k++) {
		size_t n = p->depth + page_lcp(p, &l, k), len = page_len(p, &l, k);
		if (k || !(p->form & PAGE_ENDS))
			s->key[n++] = l.branch[k];
		n += text_decode(&t->coder, page_form(p), text, len, s->key + n);
		text += len;
		*key = (struct ab_key){ s->key, n };
	}
	return true;
}

/* To the page with the last entry before the end of the range; which it is, or -1. */
static int
last_find(struct scan *s, struct ab_range r)
{
	const struct ab_index *t = s->t;
	int i = -1;
	if (r.hi.n > TREE_MAX_KEY + 1u) /* longer ones lie where this one does */
		r.hi.n = TREE_MAX_KEY + 1u;
	if (r.has_hi)
		path_find(t, r.hi, &s->path);
	else
		path_last(t, &s->path);
	if (t->root && r.has_hi && path_page(&s->path)) {
		const struct page *p = page_at(t, path_page(&s->path));
		i = last_alive(p, page_seek(&t->coder, p, r.hi).pos);
	} else if (t->root && path_page(&s->path)) {
		const struct page *p = page_at(t, path_page(&s->path));
		i = last_alive(p, p->count);
	}
	while (i < 0 && t->root && path_back(t, &s->path))
		if (path_page(&s->path)) {
			const struct page *p = page_at(t, path_page(&s->path));
			i = last_alive(p, p->count);
		}
	return i;
}

static enum ab_status
tree_last(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	struct scan s;
	struct ab_key key;
	enum ab_status status = AB_OK;
	scan_open(&s, t);
	int i = last_find(&s, r);
	if (i >= 0) {
		const struct page *p = page_at(t, path_page(&s.path));
		struct layout l = page_layout(p);
		struct values values = values_open(l.values);
		if (!last_key(&s, p, (unsigned)i, &key))
			status = AB_ENOMEM;
		else if (ab_key_cmp(key, r.lo) >= 0 &&
			 !visit(arg, key, values_get(&values, (unsigned)i)))
			status = AB_STOPPED;
	}
	scan_close(&s);
	return status;
}
#endif /* PAGE_LAST_H */
