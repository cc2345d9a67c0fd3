/* page_back.h: visit keys from the last to the first: scan_back.
 *
 * A page's keys are front-coded, so they are put together once, as a scan does it, up to the last
 * that is wanted; then each is undone (undo.h). That is twice the copying of a scan, and in a page
 * where a range ends the work of a get's page for each entry before the end. */
#ifndef PAGE_BACK_H
#define PAGE_BACK_H

#include "../bytes/undo.h"
#include "page_scan.h"

/* A page whose texts are not coded needs no more of a log. */
enum { BACK_LOG = 3 << 10 };
static_assert((int)BACK_LOG >= (int)PAGE_FULL, "of its texts, and a step for each key");

struct back {
	struct scan scan;
	struct undo undo;
	uint8_t log[BACK_LOG];
	struct ab_key lo; /* of the range */
	ab_visit *visit;
	void *arg;
	enum ab_status status;
};

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

/* Begin to load the page before, if both hang from one node. */
static void
back_fetch(const struct ab_index *t, const struct path *p)
{
	unsigned at = p->at[p->n - 1];
	uint32_t before = at ? *child_slot(t, p->node[p->n - 1], at - 1) : 0;
	if (before)
		page_fetch(t, before);
}

/* Put the page's first `end` entries together, the last of which is in the buffer then, with *n
 * bytes; false: no memory. */
static bool
back_decode(struct back *b, const struct page *p, unsigned end, size_t *n)
{
	uint8_t *key = b->scan.key;
	struct layout l = page_layout(p);
	const uint8_t *text = page_texts(p, &l);
	for (unsigned i = 0; i < end; i++) {
		size_t at = p->depth + page_lcp(p, &l, i), len = page_len(p, &l, i);
		if (i && !undo_keep(&b->undo, key, at, *n))
			return false;
		if (i || !(p->form & PAGE_ENDS))
			key[at++] = l.branch[i];
		*n = at +
		     text_decode(&b->scan.t->coder, page_form(p), text, len, key + at);
		text += len;
	}
	return true;
}

/* Visit the page's first `end` entries; false: no more, and b->status says why. */
static bool
back_visit(struct back *b, const struct page *p, unsigned end, size_t n)
{
	struct layout l = page_layout(p);
	struct values values = values_open(l.values);
	while (end--) {
		struct ab_key key = { b->scan.key, n };
		if (b->lo.n && ab_key_cmp(key, b->lo) < 0)
			return false;
		if (!page_dead(p, &l, end) &&
			!b->visit(b->arg, key, values_get(&values, end))) {
			b->status = AB_STOPPED;
			return false;
		}
		if (end)
			n = undo_back(&b->undo, b->scan.key);
	}
	return true;
}

/* Visit those of the page that the path leads to; false: no more. */
static bool
back_page(struct back *b, unsigned end)
{
	struct scan *s = &b->scan;
	const struct path *path = &s->path;
	const struct page *p = page_at(s->t, path_page(path));
	struct pieces lo = pieces_of(b->lo.p, b->lo.n, NULL, 0), low = lo;
	bool first = !fence_low(s->t, path, path->n - 1, path->at[path->n - 1], &low);
	size_t n = 0;
	back_fetch(s->t, path);
	if (!scan_reserve(s, scan_longest(p))) {
		b->status = AB_ENOMEM;
		return false;
	}
	if (!first)
		pieces_copy(s->key, &low, 0, p->depth);
	b->undo.n = 0;
	if (!back_decode(b, p, end, &n)) {
		b->status = AB_ENOMEM;
		return false;
	}
	return back_visit(b, p, end, n) && !first && pieces_cmp(&low, &lo) > 0;
}

/* To the page that the end of the range lies in; how many of its entries are before that. */
static unsigned
back_seek(struct scan *s, struct ab_range r)
{
	const struct ab_index *t = s->t;
	if (r.hi.n > TREE_MAX_KEY + 1u) /* longer ones lie where this one does */
		r.hi.n = TREE_MAX_KEY + 1u;
	if (r.has_hi)
		path_find(t, r.hi, &s->path);
	else
		path_last(t, &s->path);
	if (!path_page(&s->path))
		return 0;
	const struct page *p = page_at(t, path_page(&s->path));
	return r.has_hi ? page_seek(&t->coder, p, r.hi).pos : p->count;
}

static enum ab_status
tree_scan_back(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	struct back b;
	if (!t->root)
		return AB_OK;
	b.lo = r.lo;
	b.visit = visit;
	b.arg = arg;
	b.status = AB_OK;
	scan_open(&b.scan, t);
	undo_open(&b.undo, t->mem, b.log, sizeof b.log);
	unsigned end = back_seek(&b.scan, r);
	while ((!end || back_page(&b, end)) && path_back(t, &b.scan.path)) {
		uint32_t page = path_page(&b.scan.path);
		end = page ? page_at(t, page)->count : 0;
	}
	scan_close(&b.scan);
	undo_close(&b.undo);
	return b.status;
}
#endif /* PAGE_BACK_H */
