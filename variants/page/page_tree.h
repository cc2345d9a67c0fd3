/* page_tree.h: the way down to a page: get, and what put and del share.
 *
 * Before it includes variant.h, a variant may include a text and a values policy
 * (text_policy.h, values_policy.h); and define PAGE_MOST (entry.h) or PAGE_PREFETCH. */
#ifndef PAGE_TREE_H
#define PAGE_TREE_H

#include "page_draft.h"
#include "node_draft.h"
#include "store_move.h"

#ifndef PAGE_PREFETCH
#define PAGE_PREFETCH 1 /* 0: an ablation */
#endif
static_assert(PAGE_PREFETCH == 0 || PAGE_PREFETCH == 1, "PAGE_PREFETCH: 0 or 1");

/* Begin to load all of a page: what a search reads next depends on what it has read,
 * and would be waited for each time. */
static inline void
page_fetch(const struct ab_index *t, uint32_t ref)
{
	enum { LINE = 64 };
	const char *p = (const char *)page_at(t, ref);
	if (PAGE_PREFETCH)
		for (size_t i = 0; i < t->usual; i += LINE)
			art_prefetch(p + i);
}

/* ---- the way to a key ---- */

struct path {
	unsigned n;                     /* nodes */
	uint32_t node[TREE_HEIGHT + 1]; /* from the root; and the page, 0: none */
	unsigned at[TREE_HEIGHT];       /* the child taken */
};

static inline uint32_t
path_page(const struct path *p)
{
	return p->node[p->n];
}

static void
path_find(const struct ab_index *t, struct ab_key key, struct path *p)
{
	const struct node *n;
	p->n = 0;
	p->node[0] = t->root;
	if (!t->root)
		return;
	do {
		n = node_at(t, p->node[p->n]);
		unsigned at = node_rank(n, key);
		p->at[p->n++] = at;
		p->node[p->n] = node_children(n)[at];
	} while (node_level(n));
	if (path_page(p))
		page_fetch(t, path_page(p));
}

/* Where a key is, or would go. */
struct place {
	struct path path;
	struct seek seek; /* in the page that this leads to, if it does */
	bool there;       /* it is, and no ghost */
};

static inline void
place_find(const struct ab_index *t, struct ab_key key, struct place *at)
{
	path_find(t, key, &at->path);
	at->there = false;
	if (!path_page(&at->path))
		return;
	const struct page *page = page_at(t, path_page(&at->path));
	struct layout l = page_layout(page);
	at->seek = page_seek(&t->coder, page, key);
	at->there = at->seek.found && !page_dead(page, &l, at->seek.pos);
}

/* The way to a block, by its owners. */
static void
path_to(const struct ab_index *t, uint32_t ref, struct path *p)
{
	uint32_t up[TREE_HEIGHT];
	unsigned n = 0;
	for (uint32_t at = page_at(t, ref)->owner; at; at = page_at(t, at)->owner)
		up[n++] = at;
	p->n = n;
	for (unsigned i = 0; i < n; i++)
		p->node[i] = up[n - 1 - i];
	p->node[n] = ref;
	for (unsigned i = 0; i < n; i++) {
		const uint32_t *child = child_slot(t, p->node[i], 0);
		p->at[i] = 0;
		while (child[p->at[i]] != p->node[i + 1])
			p->at[i]++;
	}
}

/* `by` more keys are below the children that the path takes; wrapping, fewer. */
static inline void
path_count(struct ab_index *t, const struct path *p, size_t by)
{
	for (unsigned i = 0; i < p->n; i++)
		node_count(node_at(t, p->node[i]), p->at[i], by);
}

/* Have the nodes above the finger's page, to which the path leads, count the keys that have
 * come there. */
static inline void
finger_tell(struct ab_index *t, const struct path *p)
{
	struct finger *f = &t->finger;
	if (f->run != f->told)
		path_count(t, p, f->run - f->told);
	f->told = f->run;
}

/* The separator below all keys of child `at` of the node at `step`; false: none is. */
static bool
fence_low(const struct ab_index *t, const struct path *p, unsigned step, unsigned at,
	struct pieces *out)
{
	for (;; at = p->at[step]) {
		if (at) {
			*out = node_separator(node_at(t, p->node[step]), at - 1);
			return true;
		}
		if (step-- == 0)
			return false;
	}
}

/* The first separator that is beyond them. */
static bool
fence_high(const struct ab_index *t, const struct path *p, unsigned step, unsigned at,
	struct pieces *out)
{
	for (;; at = p->at[step]) {
		const struct node *n = node_at(t, p->node[step]);
		if (at + 1u < n->count) {
			*out = node_separator(n, at);
			return true;
		}
		if (step-- == 0)
			return false;
	}
}

/* The separators around children [first, last] of the node at `step`. */
static struct fences
fences_of(const struct ab_index *t, const struct path *p, unsigned step, unsigned first,
	unsigned last)
{
	struct fences f = { .has_low = false };
	f.has_low = fence_low(t, p, step, first, &f.low);
	f.has_high = fence_high(t, p, step, last, &f.high);
	return f;
}

/* What all keys of children [first, last] of the lowest node begin with: how many bytes. */
static size_t
path_share(const struct ab_index *t, const struct path *p, unsigned first, unsigned last)
{
	struct fences f = fences_of(t, p, p->n - 1, first, last);
	return fences_share(&f);
}

/* ---- blocks ---- */

/* Blocks taken for one change, which are given back if not all can be had. */
struct taking {
	struct watch watch;
	uint32_t ref[2 * TREE_HEIGHT + 4];
};

/* Refs of the path, and `n` at `more`, follow their blocks meanwhile. */
static void
taking_open(struct taking *k, struct path *p, uint32_t *more, unsigned n)
{
	k->watch = (struct watch){ .held = { { p->node, p->n + 1 }, { more, n } },
		.fresh = { k->ref, 0 } };
}

/* Last first, so that each is at an end of its class. */
static void
taking_undo(struct ab_index *t, struct taking *k)
{
	while (k->watch.fresh.n) {
		uint32_t ref = k->ref[--k->watch.fresh.n];
		store_give(t, &k->watch, ref);
	}
}

/* Blocks that nothing refers to any more, given back together at the end of a change:
 * giving one back may move another. */
struct leavings {
	unsigned n;
	uint32_t ref[TREE_HEIGHT + 4];
};

static void
leave(struct ab_index *t, struct leavings *old, uint32_t ref)
{
	count_block(t, ref, -(size_t)1);
	if (t->finger.page == ref) {
		assert(t->finger.run == t->finger.told);
		t->finger.page = 0;
	}
	old->ref[old->n++] = ref;
}

static void
leavings_give(struct ab_index *t, struct leavings *old)
{
	struct watch w = { .fresh = { old->ref, old->n } };
	while (w.fresh.n) {
		uint32_t ref = old->ref[--w.fresh.n];
		store_give(t, &w, ref);
	}
}

/* ---- get ---- */

static enum ab_status
tree_get(const struct ab_index *t, struct ab_key key, uint64_t *value)
{
	uint32_t ref = t->root;
	const struct node *n;
	if (key.n > TREE_MAX_KEY || !ref)
		return AB_NOT_FOUND;
	do {
		n = node_at(t, ref);
		ref = node_children(n)[node_rank(n, key)];
	} while (node_level(n));
	if (!ref)
		return AB_NOT_FOUND;
	page_fetch(t, ref);
	const struct page *p = page_at(t, ref);
	struct seek s = page_seek(&t->coder, p, key);
	struct layout l = page_layout(p);
	if (!s.found || page_dead(p, &l, s.pos))
		return AB_NOT_FOUND;
	struct values values = values_open(l.values);
	*value = values_get(&values, s.pos);
	return AB_OK;
}
#endif /* PAGE_TREE_H */
