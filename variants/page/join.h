/* join.h: pages that have become small join, by the rules of join_nodes.h. */
#ifndef PAGE_JOIN_H
#define PAGE_JOIN_H

#include "finger.h"
#include "join_draft.h"
#include "join_nodes.h"

enum { PAGE_FEW = PAGE_MOST * 3 / 8 }; /* keys: this few, and the page tries to join */

/* May they fill one page? One may be missing. */
static bool
join_fits(const struct ab_index *t, const uint32_t *child)
{
	size_t n = 0, bytes = 0;
	unsigned form = PAGE_FORM + 1;
	for (unsigned i = 0; i < 2; i++) {
		if (!child[i])
			continue;
		const struct page *p = page_at(t, child[i]);
		if (p->form & PAGE_GHOSTS || (form <= PAGE_FORM && form != page_form(p)))
			return false;
		form = page_form(p);
		n += p->count;
		struct page_bytes b = page_measure(p);
		bytes += b.leaf + b.key;
	}
	return n <= PAGE_MOST - PAGE_MOST / JOIN_SPARE &&
	       bytes <= PAGE_FULL - PAGE_FULL / JOIN_SPARE;
}

/* Put children `first` and the next of the lowest node into one draft. */
static bool
join_draft(const struct ab_index *t, const struct path *p, unsigned first,
	struct draft *d, uint8_t (*rest)[REST_ROOM])
{
	const struct node *n = node_at(t, p->node[p->n - 1]);
	struct pieces s = node_separator(n, first);
	for (unsigned i = 0; i < 2; i++) {
		uint32_t child = node_children(n)[first + i];
		unsigned at = d->n;
		if (!child)
			continue;
		if (!draft_join(d, page_at(t, child), &s, rest[i]))
			return false;
		const struct entry *e = &d->e[at];
		if (at)
			draft_seam(d, at,
				(struct ab_key){ rest[i], e->n + (e->ends ? 0u : 1u) });
	}
	return draft_code(d);
}

/* Of children `first` and the next one at least has no page, and the other's need not
 * change: one range of the two. */
static bool
join_ranges(struct ab_index *t, struct path *p, unsigned first)
{
	struct leavings old = { 0 };
	struct taking k;
	uint32_t child[2];
	memcpy(child, child_slot(t, p->node[p->n - 1], first), sizeof child);
	taking_open(&k, p, child, 2);
	if (!removal_take(t, p, p->n - 1, first, &k))
		return false;
	node_remove(t, p, p->n - 1, first, child[0] | child[1], taking_ref(&k, 0), &old);
	leavings_give(t, &old);
	return true;
}

/* Take the blocks for joining pages `child` to the one in the draft. */
static bool
join_take(struct ab_index *t, struct path *p, unsigned first, uint32_t *child,
	struct draft *d, struct taking *k)
{
	struct sources from = { 0 };
	for (unsigned i = 0; i < 2; i++)
		if (child[i])
			sources_add(t, &from, child[i]);
	taking_open(k, p, child, 2);
	if (store_take(t, &k->watch, draft_measure(d, 0, d->n, 0)) != AB_OK ||
		!removal_take(t, p, p->n - 1, first, k)) {
		taking_undo(t, k);
		return false;
	}
	draft_follow(t, d, &from, child[0] ? child : child + 1);
	return true;
}

/* Make one page of children `first` and the next, of which one may be missing; or of
 * two ranges without keys one. */
static bool
join_pages(struct ab_index *t, struct path *p, unsigned first)
{
	struct draft d;
	struct leavings old = { 0 };
	struct taking k;
	struct path own;
	uint8_t rest[2][REST_ROOM];
	uint32_t child[2], node = p->node[p->n - 1];
	memcpy(child, child_slot(t, node, first), sizeof child);
	uint32_t only = child[0] && child[1] ? 0 : child[0] | child[1];
	size_t depth = path_share(t, p, first, first + 1);
	if (!(child[0] | child[1]) || (only && page_at(t, only)->depth == depth))
		return join_ranges(t, p, first);
	if (t->finger.page && (child[0] == t->finger.page || child[1] == t->finger.page))
		finger_settle(t, &own); /* it goes if they join */
	draft_open(&d, &t->coder, depth);
	if (!join_fits(t, child) || !join_draft(t, p, first, &d, rest) ||
		!join_take(t, p, first, child, &d, &k))
		return false;
	page_place(t, k.ref[0], p->node[p->n - 1], &d, 0, d.n, 0);
	node_remove(t, p, p->n - 1, first, k.ref[0], taking_ref(&k, 1), &old);
	for (unsigned i = 0; i < 2; i++)
		if (child[i])
			leave(t, &old, child[i]);
	leavings_give(t, &old);
	return true;
}

/* The page on the way to `key` has few keys now, or none. It can join no other where it is
 * its node's only one, until that node joins another. */
static void
tidy_pages(struct ab_index *t, struct ab_key key)
{
	struct path p;
	path_find(t, key, &p);
	unsigned at = p.at[p.n - 1], count = node_at(t, p.node[p.n - 1])->count;
	if (count == 1 || (at + 1 < count && join_pages(t, &p, at)) ||
		(at && join_pages(t, &p, at - 1)))
		tidy_nodes(t, key);
}
#endif /* PAGE_JOIN_H */
