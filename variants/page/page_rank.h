/* page_rank.h: how many keys are below one, and the key that has so many below it, by what the
 * nodes count (docs/design/order.md).
 *
 * Keys that came to the finger and are not counted yet are all in its page: what is in that
 * page, or below it, is counted without them. */
#ifndef PAGE_RANK_H
#define PAGE_RANK_H

#include "page_scan.h"

/* How many keys are below the first `at` children of a node. */
static inline size_t
node_keys_before(const struct node *n, unsigned at)
{
	const uint8_t *keys = node_keys(n);
	size_t sum = 0;
	if (node_level(n)) {
		for (unsigned i = 0; i < at; i++)
			sum += art_load8(keys + sizeof(uint64_t) * i);
		return sum;
	}
	for (; at > LANES_MOST; at -= LANES_MOST, keys += LANES_MOST)
		sum += lanes_sum(keys, LANES_MOST);
	return sum + lanes_sum(keys, at);
}

/* Which child has key number *i of those below a node; then that is its number below the
 * child. There are more than *i. */
static inline unsigned
node_nth(const struct node *n, size_t *i)
{
	const uint8_t *keys = node_keys(n);
	bool wide = node_level(n);
	for (unsigned at = 0;; at++) {
		size_t own = wide ? art_load8(keys + sizeof(uint64_t) * at) : keys[at];
		if (*i < own)
			return at;
		*i -= own;
	}
}

/* Keys that came to the finger and that the nodes above do not count. */
static inline size_t
finger_untold(const struct ab_index *t)
{
	return t->finger.run - t->finger.told;
}

/* ---- how many are below ---- */

/* Entries of a page before number `end` that are no ghosts. */
static inline unsigned
page_living_before(const struct page *p, unsigned end)
{
	struct layout l = page_layout(p);
	unsigned n = end;
	for (unsigned i = 0; p->form & PAGE_GHOSTS && i < end; i++)
		n -= page_dead(p, &l, i);
	return n;
}

static size_t
tree_rank(const struct ab_index *t, struct ab_key key)
{
	uint32_t ref = t->root;
	const struct node *n;
	const struct finger *f = &t->finger;
	size_t below = 0;
	if (!ref)
		return 0;
	if (key.n > TREE_MAX_KEY + 1u) /* longer ones lie where this one does */
		key.n = TREE_MAX_KEY + 1u;
	do {
		n = node_at(t, ref);
		unsigned at = node_rank(n, key);
		ref = node_children(n)[at];
		if (ref && !node_level(n))
			page_fetch(t, ref);
		below += node_keys_before(n, at);
	} while (node_level(n));
	if (finger_untold(t) && ref != f->page &&
		ab_key_cmp(key, (struct ab_key){ f->key, f->n }) > 0)
		below += finger_untold(t);
	if (!ref)
		return below;
	const struct page *p = page_at(t, ref);
	return below + page_living_before(p, page_seek(&t->coder, p, key).pos);
}

/* ---- the one that has so many below it ---- */

/* The way to the page with key number `i`, of those that the nodes count; its number there. */
static size_t
path_nth(const struct ab_index *t, size_t i, struct path *p)
{
	const struct node *n;
	p->n = 0;
	p->node[0] = t->root;
	do {
		n = node_at(t, p->node[p->n]);
		unsigned at = node_nth(n, &i);
		p->at[p->n++] = at;
		p->node[p->n] = node_children(n)[at];
	} while (node_level(n));
	page_fetch(t, path_page(p));
	return i;
}

/* The same of all keys: of those at the finger and above it, too. */
static size_t
path_nth_of_all(const struct ab_index *t, size_t i, struct path *p)
{
	size_t below = 0, untold = finger_untold(t);
	if (!untold)
		return path_nth(t, i, p);
	path_to(t, t->finger.page, p);
	for (unsigned step = 0; step < p->n; step++)
		below += node_keys_before(node_at(t, p->node[step]), p->at[step]);
	if (i < below)
		return path_nth(t, i, p);
	if (i - below < page_at(t, path_page(p))->count)
		return i - below;
	return path_nth(t, i - untold, p);
}

/* The place in a page of the entry that has `i` before it that are no ghosts. */
static unsigned
page_nth(const struct page *p, size_t i)
{
	struct layout l = page_layout(p);
	unsigned at = 0;
	if (!(p->form & PAGE_GHOSTS))
		return (unsigned)i;
	while (page_dead(p, &l, at) || i--)
		at++;
	return at;
}

static enum ab_status
tree_scan_nth(const struct ab_index *t, size_t i, ab_visit *visit, void *arg)
{
	struct scan s;
	struct span all = span_of_range((struct ab_range){ 0 });
	struct pieces low;
	struct path *path = &s.path;
	enum ab_status status = AB_OK;
	if (i >= t->count)
		return AB_OK;
	scan_open(&s, t);
	i = path_nth_of_all(t, i, path);
	const struct page *p = page_at(t, path_page(path));
	bool more = scan_reserve(&s, scan_longest(p));
	status = more ? AB_OK : AB_ENOMEM;
	if (more && fence_low(t, path, path->n - 1, path->at[path->n - 1], &low))
		pieces_copy(s.key, &low, 0, p->depth);
	more = more && scan_page(&s, page_nth(p, i), &all, visit, arg, &status);
	while (more && scan_next_page(&s, &status))
		more = scan_page(&s, 0, &all, visit, arg, &status);
	scan_close(&s);
	return status;
}
#endif /* PAGE_RANK_H */
