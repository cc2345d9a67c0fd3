/* put.h: put: into a page that is there, which may split (split.h), or into a range
 * of keys that has none yet. */
#ifndef PAGE_PUT_H
#define PAGE_PUT_H

#include "split.h"
#include "finger_turn.h"

/* ---- the first key of a range ---- */

/* Write a page of one key for the range without keys that the path leads to. */
static void
page_plant(struct ab_index *t, const struct path *p, uint32_t ref, struct draft *d)
{
	uint32_t node = p->node[p->n - 1];
	page_place(t, ref, node, d, 0, 1, 0);
	*child_slot(t, node, p->at[p->n - 1]) = ref;
}

/* Put a key where the path leads to no page, or, where it leads to no node either, as
 * the first of all. */
static __attribute__((noinline)) enum ab_status
put_first(struct ab_index *t, struct path *p, struct ab_key key, uint64_t value)
{
	struct node_draft n = { .n = 1 };
	struct draft d;
	struct taking k;
	size_t depth = p->n ? path_share(t, p, p->at[p->n - 1], p->at[p->n - 1]) : 0;
	draft_open(&d, &t->coder, depth);
	d.form = coder_form(&t->coder);
	draft_insert(&d, (struct seek){ .at = depth }, key, value);
	draft_code(&d);
	taking_open(&k, p, NULL, 0);
	enum ab_status status = store_take(t, &k.watch, draft_measure(&d, 0, 1, 0));
	if (status == AB_OK && !p->n)
		status = store_take(t, &k.watch, node_measure(&n, 0, 1));
	if (status != AB_OK) {
		taking_undo(t, &k);
		return status;
	}
	if (!p->n) {
		node_place(t, k.ref[1], 0, &n, 0, 1, 0);
		t->root = p->node[0] = k.ref[1];
		p->at[0] = 0;
		p->n = 1;
	}
	page_plant(t, p, k.ref[0], &d);
	path_count(t, p, 1);
	return AB_OK;
}

/* ---- put ---- */

/* Has a page of entries [from, to) room for them, even if its first key is whole again? */
static bool
put_part_fits(const struct draft *d, unsigned from, unsigned to)
{
	return draft_measure(d, from, to, 0) + d->e[from].lcp <= PAGE_FULL;
}

/* Where a page splits into which entry `pos` has just been put, if it is not to be where that
 * is best, 0. Beyond all others in the index, before that entry. At the finger, so that it
 * goes on at an end of a page: what is beyond it is cut off; or the new entry, too, from a
 * page that is full. */
static unsigned
put_cut(const struct ab_index *t, const struct path *p, const struct draft *d,
	unsigned pos, bool follows)
{
	struct pieces high;
	const struct finger *f = &t->finger;
	bool last = pos + 1 == d->n;
	if (follows && f->run >= FINGER_LONG)
		return f->up ? pos + (!last && put_part_fits(d, 0, pos + 1))
			     : pos + (!pos || !put_part_fits(d, pos, d->n));
	return last && !fence_high(t, p, p->n - 1, p->at[p->n - 1], &high) ? pos : 0;
}

/* Is it one page? Then its texts are coded. */
static bool
put_fits(struct draft *d)
{
	return d->n <= PAGE_MOST && draft_code(d) &&
	       draft_measure(d, 0, d->n, 0) <= PAGE_FULL;
}

/* Put a key where the finger is, by writing its page anew. False, and nothing changed: it
 * has to split. */
static __attribute__((noinline)) bool
put_rewritten(struct ab_index *t, struct seek s, struct ab_key key, uint64_t value)
{
	struct draft d;
	const struct page *page = page_at(t, t->finger.page);
	draft_open(&d, &t->coder, page->depth);
	draft_load(&d, page);
	draft_insert(&d, s, key, value);
	if (!put_fits(&d))
		return false;
	page_overwrite(t, t->finger.page, &d, draft_measure(&d, 0, d.n, 0));
	return true;
}

/* Put a key into the page under the finger; false, and nothing changed: it has no room. */
static bool
put_at_finger(struct ab_index *t, struct seek s, struct ab_key key, uint64_t value)
{
	struct edit e;
	struct plain_edit plain;
	struct page *page = page_at(t, t->finger.page);
	if (edit_plan_plain(&plain, page, s, key, value, PAGE_FULL)) {
		edit_put_plain(&plain, page);
		t->leaf += plain.leaf;
		t->key += plain.key;
	} else if (edit_plan_put(&e, &t->coder, page, s, key, value, PAGE_FULL)) {
		edit_put(&e, page, page);
		t->leaf += e.leaf;
		t->key += e.key;
	} else if (page->count == PAGE_MOST || !put_rewritten(t, s, key, value)) {
		return false;
	}
	finger_follow(t, s, key);
	return true;
}

/* Put a key, sought as `s`, into the page that the path leads to, which is counted already.
 * Without memory the path is good as before. */
static inline enum ab_status
put_counted(struct ab_index *t, struct path *p, struct seek s, struct ab_key key,
	uint64_t value, bool follows)
{
	struct edit e;
	struct draft d;
	const struct page *page = page_at(t, path_page(p));
	if (edit_plan_put(&e, &t->coder, page, s, key, value, PAGE_FULL))
		return page_edit(t, p, &e, edit_put);
	draft_open(&d, &t->coder, page->depth);
	draft_load(&d, page);
	if (d.e[0].alone)
		d.form = coder_form(&t->coder);
	draft_insert(&d, s, key, value);
	bool alone = false;
	for (unsigned i = 0; i < d.n; i++)
		alone |= d.e[i].alone;
	if (!alone && (put_fits(&d) || (draft_reform(&d) && put_fits(&d))))
		return page_replace(t, p, &d);
	struct split split;
	split.d = &d;
	split.key = key;
	split.pos = s.pos;
	split_choose(&split, put_cut(t, p, &d, s.pos, follows));
	unsigned own = p->at[p->n - 1];
	struct fences around = fences_of(t, p, p->n - 1, own, own);
	split_prepare(&split, &around);
	return page_split(t, p, &split);
}

/* Put a key that is not there at its place, in a page; `follows`: it goes to the finger, where
 * there is no room for it. */
static __attribute__((noinline)) enum ab_status
put_new(struct ab_index *t, struct place *at, struct ab_key key, uint64_t value,
	bool follows)
{
	struct path *p = &at->path;
	if (!follows)
		finger_watch(t, p, at->seek.pos);
	if (path_page(p) == t->finger.page) {
		if (follows && page_at(t, path_page(p))->count == PAGE_MOST) {
			finger_tell(t, p);
		} else {
			finger_leave(t);
			path_find(t, key, p);
		}
	}
	path_count(t, p, 1);
	enum ab_status status = put_counted(t, p, at->seek, key, value, follows);
	if (status != AB_OK)
		path_count(t, p, -(size_t)1);
	return status;
}

/* Entry `pos` of the page that the path leads to has a new value. */
static enum ab_status
put_value(struct ab_index *t, struct path *p, unsigned pos, uint64_t value)
{
	struct values_then then;
	const struct page *page = page_at(t, path_page(p));
	uint8_t *values = (uint8_t *)(uintptr_t)page_layout(page).values;
	if (values_set(values, page->count, pos, value, &then))
		return AB_REPLACED;
	if (path_page(p) == t->finger.page && finger_code(t))
		return put_value(t, p, pos, value);
	enum ab_status status = page_revalue(t, p, pos, value, &then);
	return status == AB_OK ? AB_REPLACED : status;
}

/* Put a key at the place that was found for it; `follows`: it goes to the finger, where there
 * is no room for it. */
static inline __attribute__((always_inline)) enum ab_status
put_place(struct ab_index *t, struct place *at, struct ab_key key, uint64_t value,
	bool follows)
{
	uint32_t ref = path_page(&at->path);
	if (ref && page_at(t, ref)->form & PAGE_GHOSTS) {
		if (!page_remove(t, &at->path, ENTRIES_MOST))
			return AB_ENOMEM;
		place_find(t, key, at);
		ref = path_page(&at->path);
	}
	if (!ref)
		return put_first(t, &at->path, key, value);
	if (!at->there)
		return put_new(t, at, key, value, follows);
	return put_value(t, &at->path, at->seek.pos, value);
}

/* Put a key that goes to the finger. */
static enum ab_status
put_in_order(struct ab_index *t, struct seek s, struct ab_key key, uint64_t value)
{
	struct place at;
	struct turn u;
	bool up = t->finger.up;
	size_t run = t->finger.run + 1;
	if (put_at_finger(t, s, key, value) ||
		(finger_code(t) && put_at_finger(t, s, key, value)))
		return AB_OK;
	if (turn_plan(t, s, key, &u))
		return turn_put(t, &u, s, key, value);
	place_find(t, key, &at);
	enum ab_status status = put_place(t, &at, key, value, true);
	if (status == AB_OK)
		finger_set(t, key, up, run);
	return status;
}

/* Put any other. */
static enum ab_status
put_out_of_order(struct ab_index *t, struct place *at, struct ab_key key, uint64_t value)
{
	const struct trail *trail = &t->finger.trail;
	enum ab_status status = put_place(t, at, key, value, false);
	if (status == AB_OK && trail->run >= FINGER_RUN)
		finger_set(t, key, trail->up, trail->run);
	return status;
}

/* Where a key goes: to the finger, as `*s` says, which is true; or by the way down. */
static bool
put_find(struct ab_index *t, struct ab_key key, struct seek *s, struct place *at)
{
	if (t->finger.page) {
		if (finger_seek(t, key, s))
			return true;
		finger_miss(t);
	}
	place_find(t, key, at);
	return false;
}

static enum ab_status
put_key(struct ab_index *t, struct ab_key key, uint64_t value)
{
	struct seek s;
	struct place at;
	return put_find(t, key, &s, &at) ? put_in_order(t, s, key, value)
					 : put_out_of_order(t, &at, key, value);
}

/* A put has come out as `status`. */
static enum ab_status
put_end(struct ab_index *t, struct ab_key key, uint64_t value, enum ab_status status)
{
	if ((status == AB_ENOMEM || status == AB_EFULL) && t->finger.page) {
		finger_leave(t); /* what its block has to spare may be enough */
		status = put_key(t, key, value);
	}
	if (status == AB_OK) {
		t->count++;
		coder_learn(t);
	}
	return status;
}

static enum ab_status
tree_put(struct ab_index *t, struct ab_key key, uint64_t value)
{
	if (key.n > TREE_MAX_KEY)
		return AB_EKEY;
	return put_end(t, key, value, put_key(t, key, value));
}
#endif /* PAGE_PUT_H */
