/* del_range.h: a range of keys goes, by pages and not by keys.
 *
 *   page | a  b | c  d |     | e  f |     | g  h | i  j |
 *               lo     |          0           |      hi
 *
 * How many go, the counts in the nodes say (page_rank.h). The two pages that bounds lie in lose
 * their entries in one rewriting. All pages between go as they are, unread, and the nodes above
 * them: of neighbouring children without keys each node keeps one, a range that no key lies in
 * (index.h), or above the lowest level a hollow node: it has one child, that again one, and the
 * last leads to no page. So the separators around what stays are the same as before; those
 * that go had such ranges on both sides. What is small then joins its neighbours, as after del.
 *
 * No step has to have memory. Without it a page keeps ghosts; a node too large to be written
 * in place keeps its children without keys; and nothing joins. The blocks that go are given
 * back one by one, each with the slot that led to it set to 0 before, while the refs in use
 * follow their blocks. */
#ifndef PAGE_DEL_RANGE_H
#define PAGE_DEL_RANGE_H

#include "del.h"
#include "page_rank.h"

/* ---- the pages that bounds lie in ---- */

/* Entries [from, to) of the page that the path leads to go; the path is good no more. */
static void
page_cut(struct ab_index *t, struct path *p, unsigned from, unsigned to)
{
	struct page *page = page_at(t, path_page(p));
	unsigned go = page_living_before(page, to) - page_living_before(page, from);
	if (go == 0)
		return;
	path_count(t, p, -(size_t)go);
	if (go == page_living(page)) {
		page_drop(t, p);
		return;
	}
	for (unsigned i = from; i < to; i++)
		page_haunt(page, i);
	page_remove(t, p, ENTRIES_MOST);
}

static unsigned
range_pos(const struct ab_index *t, const struct path *p, struct ab_key key)
{
	return page_seek(&t->coder, page_at(t, path_page(p)), key).pos;
}

static void
range_cut(struct ab_index *t, const struct ab_range *r)
{
	struct path low, high;
	uint32_t ref = 0;
	if (r->has_hi) {
		path_find(t, r->hi, &high);
		ref = path_page(&high);
	}
	path_find(t, r->lo, &low);
	if (ref && ref == path_page(&low)) {
		page_cut(t, &low, range_pos(t, &low, r->lo), range_pos(t, &high, r->hi));
		return;
	}
	if (ref)
		page_cut(t, &high, 0, range_pos(t, &high, r->hi));
	path_find(t, r->lo, &low);
	ref = path_page(&low);
	if (ref)
		page_cut(t, &low, range_pos(t, &low, r->lo), page_at(t, ref)->count);
}

/* ---- what lies between them ---- */

/* Give the block back; no slot has its ref. */
static void
block_drop(struct ab_index *t, struct watch *w, uint32_t ref)
{
	count_block(t, ref, -(size_t)1);
	store_give(t, w, ref);
}

/* The node is to have its first child alone, without keys. */
static void
node_hollow(struct ab_index *t, uint32_t ref)
{
	struct node *n = node_at(t, ref);
	struct node_draft d = {
		.n = 1, .level = node_level(n), .child = { node_children(n)[0] }
	};
	count_block(t, ref, -(size_t)1);
	node_write(n, &d, 0, 1, 0);
	count_block(t, ref, 1);
}

/* Give all below the node `*ref` back, or if `hollow` all but its way down to no page. `ref`
 * and what is behind it, one for each level, follow their blocks. */
static void
node_empty(struct ab_index *t, struct watch *w, uint32_t *ref, bool hollow)
{
	uint32_t *below = ref + 1;
	for (unsigned i = node_at(t, *ref)->count; i--;) {
		*below = *child_slot(t, *ref, i);
		if (!*below)
			continue;
		if (is_node(page_at(t, *below))) {
			node_empty(t, w, below, hollow && i == 0);
			if (hollow && i == 0)
				continue;
		}
		*child_slot(t, *ref, i) = 0;
		block_drop(t, w, *below);
	}
	if (hollow)
		node_hollow(t, *ref);
}

/* The node `*ref` goes to a block of its size, if it has one that is not and there is memory. */
static void
node_refit(struct ab_index *t, struct watch *w, uint32_t *ref)
{
	uint32_t old;
	size_t bytes = node_bytes(node_at(t, *ref));
	if (node_stays(t, *ref, bytes) || store_take(t, w, rise_room(bytes)) != AB_OK)
		return;
	uint32_t new = w->fresh.ref[--w->fresh.n];
	memcpy(node_at(t, new), node_at(t, *ref), bytes);
	block_moved(t, *ref, new);
	old = *ref;
	*ref = new;
	store_give(t, w, old);
}

/* The node at `step` of the path without children [from, to) and the separators before them,
 * which borrow from it. How many bytes it has then. */
static size_t
gap_load(const struct ab_index *t, const struct path *p, unsigned step, unsigned from,
	unsigned to, struct node_draft *d)
{
	node_load(d, node_at(t, p->node[step]));
	unsigned behind = d->n - to;
	memmove(d->child + from, d->child + to, behind * sizeof *d->child);
	memmove(d->keys + from, d->keys + to, behind * sizeof *d->keys);
	memmove(d->separator + from - 1, d->separator + to - 1,
		behind * sizeof *d->separator);
	d->n -= to - from;
	return node_measure(d, 0, d->n);
}

/* Children [from, to) of the node at `step`, which are without keys, go, and the one before
 * them has their range, too. Where that takes memory, and there is none, they stay. */
static void
gap_close(struct ab_index *t, struct path *p, unsigned step, unsigned from, unsigned to,
	struct taking *k)
{
	struct node_draft d;
	uint32_t *below = k->watch.held[1].ref;
	size_t bytes = gap_load(t, p, step, from, to, &d);
	if (bytes > NODE_SPARE && store_take(t, &k->watch, bytes) != AB_OK)
		return;
	for (unsigned i = from; i < to; i++) {
		*below = *child_slot(t, p->node[step], i);
		if (!*below)
			continue;
		node_empty(t, &k->watch, below, false);
		*child_slot(t, p->node[step], i) = 0;
		block_drop(t, &k->watch, *below);
	}
	gap_load(t, p, step, from, to, &d);
	if (!k->watch.fresh.n) {
		node_replace(t, p->node[step], &d, 0, 0);
		node_refit(t, &k->watch, &p->node[step]);
		return;
	}
	uint32_t old = p->node[step];
	rise_end(t, p, step, &d, k->ref[0]);
	p->node[step] = k->ref[--k->watch.fresh.n];
	block_drop(t, &k->watch, old);
}

/* No more keys are below child `at` of the node at `step`. */
static void
gap_count(struct ab_index *t, const struct path *p, unsigned step, unsigned at)
{
	struct node *n = node_at(t, p->node[step]);
	size_t keys = node_keys_before(n, at + 1) - node_keys_before(n, at);
	node_count(n, at, -keys);
	while (step--)
		node_count(node_at(t, p->node[step]), p->at[step], -keys);
}

/* All keys below children [from, to) of the node at `step` go, which has others. */
static void
gap_make(struct ab_index *t, struct path *p, unsigned step, unsigned from, unsigned to)
{
	struct taking k;
	uint32_t below[TREE_HEIGHT + 1] = { 0 };
	taking_open(&k, p, below, p->n + 1 - step);
	for (unsigned i = from; i < to; i++) {
		gap_count(t, p, step, i);
		*below = *child_slot(t, p->node[step], i);
		if (!*below)
			continue;
		if (is_node(page_at(t, *below))) {
			node_empty(t, &k.watch, below, true);
			continue;
		}
		*child_slot(t, p->node[step], i) = 0;
		block_drop(t, &k.watch, *below);
	}
	if (from + 1 < to)
		gap_close(t, p, step, from + 1, to, &k);
	if (from >= to || !node_level(node_at(t, p->node[step])))
		return;
	for (*below = *child_slot(t, p->node[step], from);; *below = below[1]) {
		node_refit(t, &k.watch, below);
		if (!node_level(node_at(t, *below)))
			return;
		below[1] = *child_slot(t, *below, 0);
	}
}

/* Pages between those that the bounds lie in go, one level after the other. */
static void
range_empty(struct ab_index *t, const struct ab_range *r)
{
	struct path low, high;
	path_find(t, r->lo, &low);
	for (unsigned step = low.n; step--;) {
		path_find(t, r->lo, &low);
		unsigned end = node_at(t, low.node[step])->count;
		bool meet = false;
		if (r->has_hi) {
			path_find(t, r->hi, &high);
			meet = low.node[step] == high.node[step];
		}
		gap_make(t, &low, step, low.at[step] + 1, meet ? high.at[step] : end);
		if (!r->has_hi || meet)
			continue;
		path_find(t, r->hi, &high);
		gap_make(t, &high, step, 0, high.at[step]);
	}
}

/* ---- what is small then ---- */

/* Have a node or a page on the way to `key` that has become small join a neighbour. False:
 * none does. */
static bool
range_join(struct ab_index *t, struct ab_key key)
{
	struct path p;
	path_find(t, key, &p);
	for (unsigned step = p.n; step-- > 1;) {
		unsigned at = p.at[step - 1], count = node_at(t, p.node[step - 1])->count;
		if (node_at(t, p.node[step])->count > NODE_FEW)
			continue;
		if ((at + 1 < count && join_nodes(t, &p, step - 1, at)) ||
			(at && join_nodes(t, &p, step - 1, at - 1)))
			return true;
	}
	unsigned at = p.at[p.n - 1], count = node_at(t, p.node[p.n - 1])->count;
	uint32_t ref = path_page(&p);
	if (ref && page_living(page_at(t, ref)) > PAGE_FEW)
		return false;
	return (at + 1 < count && join_pages(t, &p, at)) ||
	       (at && join_pages(t, &p, at - 1));
}

/* The separator beyond `*key` becomes `*key`, copied to `*copy`, if there is one below the end
 * of the range, and memory for a long one. */
static bool
range_next(const struct ab_index *t, const struct ab_range *r, struct ab_key *key,
	uint8_t *own, size_t room, uint8_t **copy)
{
	struct path p;
	struct pieces next, hi = pieces_of(r->hi.p, r->hi.n, NULL, 0);
	path_find(t, *key, &p);
	if (!fence_high(t, &p, p.n - 1, p.at[p.n - 1], &next) ||
		(r->has_hi && pieces_cmp(&next, &hi) >= 0))
		return false;
	size_t n = pieces_n(&next);
	if (n > room && !*copy && !(*copy = ab_alloc(t->mem, TREE_MAX_KEY)))
		return false;
	uint8_t *to = n > room ? *copy : own;
	pieces_copy(to, &next, 0, n);
	*key = (struct ab_key){ to, n };
	return true;
}

/* Go through the ranges without keys that are left between the bounds, a few. */
static void
range_tidy(struct ab_index *t, const struct ab_range *r)
{
	uint8_t own[FINGER_KEY], *copy = NULL;
	struct ab_key key = r->lo;
	do {
		while (range_join(t, key))
			;
	} while (range_next(t, r, &key, own, sizeof own, &copy));
	while (r->has_hi && range_join(t, r->hi))
		;
	lower_root(t);
	if (copy)
		ab_free(t->mem, copy, TREE_MAX_KEY);
}

static struct ab_key
key_clamp(struct ab_key key)
{
	if (key.n > TREE_MAX_KEY + 1u) /* longer ones lie where this one does */
		key.n = TREE_MAX_KEY + 1u;
	return key;
}

static enum ab_status
tree_del_range(struct ab_index *t, struct ab_range r, size_t *gone)
{
	size_t pages = t->pages;
	r.lo = key_clamp(r.lo);
	r.hi = key_clamp(r.hi);
	size_t below = tree_rank(t, r.lo), end = r.has_hi ? tree_rank(t, r.hi) : t->count;
	*gone = below < end ? end - below : 0;
	if (*gone == 0)
		return AB_OK;
	t->count -= *gone;
	if (t->count == 0) {
		tree_clear(t);
		return AB_OK;
	}
	if (t->finger.page)
		finger_leave(t);
	range_cut(t, &r);
	range_empty(t, &r);
	range_tidy(t, &r);
	for (size_t i = t->pages; i <= pages; i++)
		coder_learn(t);
	return AB_OK;
}
#endif /* PAGE_DEL_RANGE_H */
