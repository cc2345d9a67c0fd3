/* con_walk.h: visit keys in order.
 *
 * A scan is one stay in the epoch, from its first entry to its last, so nothing that it
 * stands on is freed: while it lasts, nothing is that any thread takes out of any index.
 * It is no snapshot. Every key that is there from the scan's beginning to its end is
 * visited once, in order, with a value that it had meanwhile; a key that comes or goes may
 * be visited or not. Its visitor may read and write this index and others.
 *
 * The path is kept in frames of its own; deeper trees take memory, from the index's
 * allocator, whichever thread scans.
 *
 * Threads: any number. */
#ifndef CON_WALK_H
#define CON_WALK_H

#include "con_tree.h"

enum { CON_FRAMES = 64 };

/* On a walk backwards, `next` is 1 above the children that are left, which are those below
 * a byte; then the terminal comes, and 0: nothing. */
struct con_frame {
	const struct con_node *h;
	uint32_t depth; /* key bytes up to the end of its prefix */
	uint32_t next;  /* 0: its terminal; b + 1: its children from byte b on */
};

struct con_walk {
	const struct ab_alloc *mem;
	bool starved;
	const struct con_leaf *first; /* found by the search, and still to be visited */
	struct con_frame *frame;
	size_t frames, room;
	struct con_frame own[CON_FRAMES];
};

static void
con_walk_open(struct con_walk *w, const struct ab_index *t)
{
	w->mem = t->mem;
	w->starved = false;
	w->first = NULL;
	w->frame = w->own;
	w->frames = 0;
	w->room = CON_FRAMES;
}

static void
con_walk_close(struct con_walk *w)
{
	if (w->frame != w->own)
		ab_free(w->mem, w->frame, w->room * sizeof *w->frame);
}

/* Go down to `h`, whose prefix begins behind `depth` bytes. */
static bool
con_walk_push(struct con_walk *w, const struct con_node *h, size_t depth)
{
	if (w->frames == w->room) {
		size_t old = w->room * sizeof *w->frame;
		struct con_frame *more = ab_alloc(w->mem, 2 * old);
		if (!more) {
			w->starved = true;
			return false;
		}
		memcpy(more, w->frame, old);
		if (w->frame != w->own)
			ab_free(w->mem, w->frame, old);
		w->frame = more;
		w->room *= 2;
	}
	w->frame[w->frames++] = (struct con_frame){ h, (uint32_t)(depth + h->prefix_n),
		0 };
	return true;
}

static const struct con_leaf *
con_walk_first(struct con_walk *w)
{
	const struct con_leaf *leaf = w->first;
	w->first = NULL;
	return leaf;
}

/* The next leaf; NULL: at the end, or starved. */
static const struct con_leaf *
con_walk_next(struct con_walk *w)
{
	if (w->first)
		return con_walk_first(w);
	while (w->frames) {
		struct con_frame *f = &w->frame[w->frames - 1];
		con_ref r = 0;
		if (f->next == 0) {
			f->next = 1;
			r = con_ending(f->h);
			if (r)
				return con_leaf_at(r);
		}
		int b = con_next(f->h, f->next - 1, &r);
		if (b < 0) {
			w->frames--;
			continue;
		}
		f->next = (uint32_t)b + 2;
		if (con_is_leaf(r))
			return con_leaf_at(r);
		if (!con_walk_push(w, con_node_at(r), f->depth + 1u))
			return NULL;
	}
	return NULL;
}

/* Stand before the first key >= lo. False: starved. */
static bool
con_walk_seek(struct con_walk *w, const struct con_node *h, struct ab_key lo)
{
	size_t depth = 0;
	for (;;) {
		if (!con_walk_push(w, h, depth))
			return false;
		struct con_frame *f = &w->frame[w->frames - 1];
		struct ab_key prefix = con_prefix(h),
			      rest = { lo.p + depth, lo.n - depth };
		size_t m = art_common(
			prefix.p, rest.p, prefix.n < rest.n ? prefix.n : rest.n);
		if (m < prefix.n) {
			if (m < rest.n && prefix.p[m] < rest.p[m])
				w->frames--; /* all of it is below lo */
			return true;
		}
		if (m == rest.n)
			return true;
		uint8_t edge = rest.p[m];
		f->next = edge + 2u;
		const con_ref *place = con_find(h, edge);
		con_ref r = place ? con_load(place) : 0;
		if (!r)
			return true;
		/* Not looked up again: it may be a node by then, with what is below lo. */
		if (con_is_leaf(r)) {
			if (ab_key_cmp(con_leaf_key(con_leaf_at(r)), lo) >= 0)
				w->first = con_leaf_at(r);
			return true;
		}
		h = con_node_at(r);
		depth = f->depth + 1u;
	}
}

/* Visit from `lo` on while `within` says so. */
static enum ab_status
con_visit(const struct ab_index *t, struct ab_key lo,
	bool (*within)(struct ab_key key, struct ab_key bound), struct ab_key bound,
	ab_visit *visit, void *arg)
{
	struct con_walk w;
	const struct con_leaf *leaf;
	bool stopped = false;
	con_stay own = epoch_enter();
	if (!own)
		return AB_ENOMEM;
	con_walk_open(&w, t);
	if (con_walk_seek(&w, con_node_at(con_load(&t->root)), con_key(lo)))
		while (!stopped && (leaf = con_walk_next(&w))) {
			struct ab_key key = con_leaf_key(leaf);
			if (within && !within(key, bound))
				break;
			stopped = !visit(arg, key, con_value(leaf));
		}
	con_leave(t, own);
	con_walk_close(&w);
	return stopped ? AB_STOPPED : w.starved ? AB_ENOMEM : AB_OK;
}

static bool
con_below(struct ab_key key, struct ab_key hi)
{
	return ab_key_cmp(key, hi) < 0;
}

static enum ab_status
con_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	return con_visit(t, r.lo, r.has_hi ? con_below : NULL, r.hi, visit, arg);
}

static enum ab_status
con_scan_prefix(
	const struct ab_index *t, struct ab_key prefix, ab_visit *visit, void *arg)
{
	return con_visit(
		t, prefix, prefix.n ? ab_key_starts_with : NULL, prefix, visit, arg);
}

/* ---- backwards ---- */

enum { CON_ALL = 256 + 1 }; /* children, in `next` */

/* The leaf before where it stands; NULL: there is none, or starved. */
static const struct con_leaf *
con_walk_back(struct con_walk *w)
{
	if (w->first)
		return con_walk_first(w);
	while (w->frames) {
		struct con_frame *f = &w->frame[w->frames - 1];
		con_ref r = 0;
		int b = f->next ? con_before(f->h, f->next - 1, &r) : -1;
		if (b < 0) { /* shorter than all that go on */
			r = f->next ? con_ending(f->h) : 0;
			f->next = 0;
			if (r)
				return con_leaf_at(r);
			w->frames--;
			continue;
		}
		f->next = (uint32_t)b + 1;
		if (con_is_leaf(r))
			return con_leaf_at(r);
		if (!con_walk_push(w, con_node_at(r), f->depth + 1u))
			return NULL;
		w->frame[w->frames - 1].next = CON_ALL;
	}
	return NULL;
}

/* Stand behind the last key < hi. False: starved. */
static bool
con_walk_seek_back(struct con_walk *w, const struct con_node *h, struct ab_key hi)
{
	size_t depth = 0;
	for (;;) {
		if (!con_walk_push(w, h, depth))
			return false;
		struct con_frame *f = &w->frame[w->frames - 1];
		struct ab_key prefix = con_prefix(h),
			      rest = { hi.p + depth, hi.n - depth };
		size_t m = art_common(
			prefix.p, rest.p, prefix.n < rest.n ? prefix.n : rest.n);
		if (m == rest.n || (m < prefix.n && prefix.p[m] > rest.p[m])) {
			w->frames--; /* none of it is below hi */
			return true;
		}
		f->next = CON_ALL;
		if (m < prefix.n)
			return true; /* all of it is */
		uint8_t edge = rest.p[m];
		f->next = edge + 1u;
		const con_ref *place = con_find(h, edge);
		con_ref r = place ? con_load(place) : 0;
		if (!r)
			return true;
		if (con_is_leaf(r)) {
			if (ab_key_cmp(con_leaf_key(con_leaf_at(r)), hi) < 0)
				w->first = con_leaf_at(r);
			return true;
		}
		h = con_node_at(r);
		depth = f->depth + 1u;
	}
}

static enum ab_status
con_scan_back(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	struct con_walk w;
	const struct con_leaf *leaf;
	bool stopped = false;
	con_stay own = epoch_enter();
	if (!own)
		return AB_ENOMEM;
	con_walk_open(&w, t);
	const struct con_node *root = con_node_at(con_load(&t->root));
	if (r.has_hi)
		con_walk_seek_back(&w, root, con_key(r.hi));
	else if (con_walk_push(&w, root, 0))
		w.frame[0].next = CON_ALL;
	while (!w.starved && !stopped && (leaf = con_walk_back(&w))) {
		struct ab_key key = con_leaf_key(leaf);
		if (r.lo.n && ab_key_cmp(key, r.lo) < 0)
			break;
		stopped = !visit(arg, key, con_value(leaf));
	}
	con_leave(t, own);
	con_walk_close(&w);
	return stopped ? AB_STOPPED : w.starved ? AB_ENOMEM : AB_OK;
}
#endif /* CON_WALK_H */
