/* art_walk.h: visit keys in order, over art_tree.h: scan and scan_prefix, and the steps
 * that art_back.h and art_inspect.h build on.
 *
 * A walk keeps its path in frames of its own, so that keys nested thousands deep
 * need no C stack; the first frames are part of the walk, and only deeper trees
 * and longer keys take memory, from the index's allocator. */
#ifndef ART_STORAGE
#include "arena_prefix.h"
#endif
#ifndef ART_WALK_H
#define ART_WALK_H

enum { WALK_FRAMES = 64, WALK_PATH = 1024 };

struct walk_frame {
	const struct art_head *h;
	uint32_t depth; /* key bytes up to the end of its prefix */
	uint32_t next;  /* 0: its terminal; b + 1: its children from byte b on */
};

struct walk {
	const struct ab_index *t;
	const char *(*enter)(const struct walk *w); /* called for each node, if set */
	const char *broken;                         /* what `enter` returned */
	enum ab_status status;
	struct walk_frame *frame;
	size_t frames, frame_room;
	uint8_t *path; /* the key so far, unless leaves hold it */
	size_t path_room;
	struct walk_frame own_frames[WALK_FRAMES];
	uint8_t own_path[WALK_PATH];
};

static void
walk_open(struct walk *w, const struct ab_index *t)
{
	w->t = t;
	w->enter = NULL;
	w->broken = NULL;
	w->status = AB_OK;
	w->frame = w->own_frames;
	w->frames = 0;
	w->frame_room = WALK_FRAMES;
	w->path = w->own_path;
	w->path_room = WALK_PATH;
}

static void
walk_close(struct walk *w)
{
	if (w->frame != w->own_frames)
		ab_free(w->t->mem, w->frame, w->frame_room * sizeof *w->frame);
	if (w->path != w->own_path)
		ab_free(w->t->mem, w->path, w->path_room);
}

/* A block of `size` bytes that starts as the `old` bytes at `p`, which is freed
 * unless it is `own`; NULL, and nothing freed, if there is no memory. */
static void *
walk_more(const struct ab_alloc *mem, void *p, const void *own, size_t old, size_t size)
{
	void *more = ab_alloc(mem, size);
	if (!more)
		return NULL;
	memcpy(more, p, old);
	if (p != own)
		ab_free(mem, p, old);
	return more;
}

/* Room for `n` path bytes. */
static bool
walk_reserve_path(struct walk *w, size_t n)
{
	if (n <= w->path_room)
		return true;
	size_t room = 2 * n;
	uint8_t *path = walk_more(w->t->mem, w->path, w->own_path, w->path_room, room);
	if (!path) {
		w->status = AB_ENOMEM;
		return false;
	}
	w->path = path;
	w->path_room = room;
	return true;
}

/* Append `bytes` to the first `depth` bytes of the path. */
static bool
walk_append(struct walk *w, size_t depth, struct ab_key bytes)
{
	if (ART_WHOLE_KEYS || bytes.n == 0)
		return true;
	if (!walk_reserve_path(w, depth + bytes.n))
		return false;
	memcpy(w->path + depth, bytes.p, bytes.n);
	return true;
}

/* Go down to `node`, which stands at `depth`. */
static bool
walk_push(struct walk *w, art_ref node, size_t depth)
{
	if (w->frames == w->frame_room) {
		size_t old = w->frame_room * sizeof *w->frame;
		void *frame = walk_more(w->t->mem, w->frame, w->own_frames, old, 2 * old);
		if (!frame) {
			w->status = AB_ENOMEM;
			return false;
		}
		w->frame = frame;
		w->frame_room *= 2;
	}
	const struct art_head *h = node_at(w->t, node);
	size_t prefix_n = prefix_length(h);
	if (!ART_WHOLE_KEYS && !walk_append(w, depth, prefix_bytes(w->t, h, depth)))
		return false;
	w->frame[w->frames++] = (struct walk_frame){ h, (uint32_t)(depth + prefix_n), 0 };
	return !w->enter || !(w->broken = w->enter(w));
}

/* The key of `leaf`, `depth` bytes of which are on the path. */
static bool
walk_key(struct walk *w, art_ref leaf, size_t depth, struct ab_key *key)
{
	struct ab_key tail = leaf_tail(w->t, leaf, ART_WHOLE_KEYS ? 0 : depth);
	if (!walk_append(w, depth, tail))
		return false;
	*key = ART_WHOLE_KEYS ? tail : (struct ab_key){ w->path, depth + tail.n };
	return true;
}

/* Step to the next entry: true, with *leaf and *key set; false at the end, or if
 * w->status or w->broken says why. */
static bool
walk_next(struct walk *w, art_ref *leaf, struct ab_key *key)
{
	while (w->frames) {
		struct walk_frame *f = &w->frame[w->frames - 1];
		art_ref *child;
		if (f->next == 0) {
			f->next = 1;
			if (node_ends(f->h)) {
				*leaf = *node_terminal(f->h);
				return walk_key(w, *leaf, f->depth, key);
			}
		}
		int b = node_next(f->h, f->next - 1, &child);
		if (b < 0) {
			w->frames--;
			continue;
		}
		f->next = (uint32_t)b + 2;
		size_t depth = f->depth + 1u;
		uint8_t edge = (uint8_t)b;
		if (!walk_append(w, f->depth, (struct ab_key){ &edge, 1 }))
			return false;
		if (art_is_leaf(*child)) {
			*leaf = *child;
			return walk_key(w, *leaf, depth, key);
		}
		if (!walk_push(w, *child, depth))
			return false;
		f = &w->frame[w->frames - 1];
		fetch_children(w->t, f->h, f->depth + 1u);
	}
	return false;
}

/* How far one step of a descent went, and whether the walk now stands before the
 * first key >= the one sought. */
enum walk_step { WALK_HERE, WALK_DOWN, WALK_FAILED };

/* Set the frame on top, just pushed at `depth`, before the first key >= lo. */
static enum walk_step
walk_seek_node(struct walk *w, struct ab_key lo, size_t depth, art_ref *down)
{
	struct walk_frame *f = &w->frame[w->frames - 1];
	struct ab_key prefix = prefix_bytes(w->t, f->h, depth);
	struct ab_key rest = { lo.p + depth, lo.n - depth };
	size_t m = art_common(prefix.p, rest.p, prefix.n < rest.n ? prefix.n : rest.n);
	if (m < prefix.n) {
		if (m < rest.n && prefix.p[m] < rest.p[m])
			w->frames--; /* all of it is below lo */
		return WALK_HERE;
	}
	if (m == rest.n)
		return WALK_HERE;
	uint8_t edge = rest.p[m];
	f->next = edge + 2u;
	art_ref *child = node_find(f->h, edge);
	if (!child)
		return WALK_HERE;
	size_t below = f->depth + 1u;
	if (!art_is_leaf(*child)) {
		*down = *child;
		return WALK_DOWN;
	}
	struct ab_key tail = leaf_tail(w->t, *child, below);
	if (ab_key_cmp(tail, (struct ab_key){ lo.p + below, lo.n - below }) >= 0)
		f->next = edge + 1u;
	return WALK_HERE;
}

/* Stand before the first key >= lo. */
static bool
walk_seek(struct walk *w, struct ab_key lo)
{
	art_ref node = w->t->tree.root;
	size_t depth = 0;
	lo = art_key(lo);
	for (;;) {
		if (!walk_push(w, node, depth))
			return false;
		enum walk_step step = walk_seek_node(w, lo, depth, &node);
		if (step == WALK_HERE)
			return true;
		const struct walk_frame *f = &w->frame[w->frames - 1];
		depth = f->depth + 1u;
		if (!walk_append(w, f->depth, (struct ab_key){ lo.p + f->depth, 1 }))
			return false;
	}
}

/* Visit from `lo` on while `within` says so. */
static enum ab_status
art_visit(const struct ab_index *t, struct ab_key lo,
	bool (*within)(struct ab_key key, struct ab_key bound), struct ab_key bound,
	ab_visit *visit, void *arg)
{
	struct walk w;
	struct ab_key key;
	art_ref leaf;
	bool stopped = false;
	walk_open(&w, t);
	if (walk_seek(&w, lo))
		while (!stopped && walk_next(&w, &leaf, &key)) {
			uint64_t value;
			if (within && !within(key, bound))
				break;
			memcpy(&value, leaf_value(t, leaf), sizeof value);
			stopped = !visit(arg, key, value);
		}
	walk_close(&w);
	return stopped ? AB_STOPPED : w.status;
}

static bool
art_below(struct ab_key key, struct ab_key hi)
{
	return ab_key_cmp(key, hi) < 0;
}

static enum ab_status
art_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	return art_visit(t, r.lo, r.has_hi ? art_below : NULL, r.hi, visit, arg);
}

static enum ab_status
art_scan_prefix(
	const struct ab_index *t, struct ab_key prefix, ab_visit *visit, void *arg)
{
	return art_visit(
		t, prefix, prefix.n ? ab_key_starts_with : NULL, prefix, visit, arg);
}
#endif /* ART_WALK_H */
