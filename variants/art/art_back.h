/* art_back.h: visit keys from the last to the first, over art_walk.h: scan_back.
 *
 * The way is that of a walk, and so are the bytes on it. A layout tells its children from the
 * least on alone, so a node is asked for all of them once, when it is come to, and has a bit for
 * each that is left in a frame here. */
#ifndef ART_STORAGE
#include "arena_prefix.h"
#endif
#ifndef ART_BACK_H
#define ART_BACK_H

#include "art_walk.h"

struct back_frame {
	const struct art_head *h;
	uint32_t depth; /* key bytes up to the end of its prefix */
	uint16_t end;   /* children from this byte on are not wanted */
	bool listed;    /* the others have been asked for */
	uint64_t left[4];
};

struct back {
	struct walk w; /* its path and status; no frames */
	struct back_frame *frame;
	size_t frames, frame_room;
	struct back_frame own_frames[WALK_FRAMES];
};

static void
back_open(struct back *b, const struct ab_index *t)
{
	walk_open(&b->w, t);
	b->frame = b->own_frames;
	b->frames = 0;
	b->frame_room = WALK_FRAMES;
}

static void
back_close(struct back *b)
{
	if (b->frame != b->own_frames)
		ab_free(b->w.t->mem, b->frame, b->frame_room * sizeof *b->frame);
	walk_close(&b->w);
}

/* Go down to `node`, which stands at `depth`. */
static bool
back_push(struct back *b, art_ref node, size_t depth)
{
	const struct ab_index *t = b->w.t;
	if (b->frames == b->frame_room) {
		size_t old = b->frame_room * sizeof *b->frame;
		void *frame = walk_more(t->mem, b->frame, b->own_frames, old, 2 * old);
		if (!frame) {
			b->w.status = AB_ENOMEM;
			return false;
		}
		b->frame = frame;
		b->frame_room *= 2;
	}
	const struct art_head *h = node_at(t, node);
	size_t prefix_n = prefix_length(h);
	if (!ART_WHOLE_KEYS && !walk_append(&b->w, depth, prefix_bytes(t, h, depth)))
		return false;
	struct back_frame *f = &b->frame[b->frames++];
	f->h = h;
	f->depth = (uint32_t)(depth + prefix_n);
	f->end = 256;
	f->listed = false;
	return true;
}

/* Ask for the children, and begin to load the last ones. */
static void
back_list(const struct back *b, struct back_frame *f)
{
	art_ref *child, last[FETCH_MOST];
	unsigned n = 0;
	memset(f->left, 0, sizeof f->left);
	for (int byte = node_next(f->h, 0, &child); byte >= 0 && byte < f->end;
		byte = node_next(f->h, (unsigned)byte + 1, &child)) {
		f->left[byte / 64] |= (uint64_t)1 << byte % 64;
		last[n++ % FETCH_MOST] = *child;
	}
	f->listed = true;
	for (unsigned i = 0; ART_PREFETCH && i < n && i < FETCH_MOST; i++)
		fetch(b->w.t, last[i], f->depth + 1u);
}

/* The last child that is left, which then is not; -1: none is. */
static int
back_child(struct back_frame *f)
{
	for (int i = 3; i >= 0; i--)
		if (f->left[i]) {
			int bit = 63 - __builtin_clzll(f->left[i]);
			f->left[i] ^= (uint64_t)1 << bit;
			return 64 * i + bit;
		}
	return -1;
}

/* Step to the entry before: true, with *leaf and *key set; false at the end, or if b->w.status
 * says why. */
static bool
back_next(struct back *b, art_ref *leaf, struct ab_key *key)
{
	while (b->frames) {
		struct back_frame *f = &b->frame[b->frames - 1];
		if (!f->listed)
			back_list(b, f);
		int byte = back_child(f);
		if (byte < 0) { /* its own key is less than all that go on */
			b->frames--;
			if (!node_ends(f->h))
				continue;
			*leaf = *node_terminal(f->h);
			return walk_key(&b->w, *leaf, f->depth, key);
		}
		size_t depth = f->depth + 1u;
		uint8_t edge = (uint8_t)byte;
		art_ref child = *node_find(f->h, edge);
		if (!walk_append(&b->w, f->depth, (struct ab_key){ &edge, 1 }))
			return false;
		if (art_is_leaf(child)) {
			*leaf = child;
			return walk_key(&b->w, child, depth, key);
		}
		if (!back_push(b, child, depth))
			return false;
	}
	return false;
}

/* Set the frame on top, just pushed at `depth`, behind the last key < hi. */
static enum walk_step
back_seek_node(struct back *b, struct ab_key hi, size_t depth, art_ref *down)
{
	struct back_frame *f = &b->frame[b->frames - 1];
	struct ab_key prefix = prefix_bytes(b->w.t, f->h, depth);
	struct ab_key rest = { hi.p + depth, hi.n - depth };
	size_t m = art_common(prefix.p, rest.p, prefix.n < rest.n ? prefix.n : rest.n);
	if (m == rest.n || (m < prefix.n && prefix.p[m] > rest.p[m])) {
		b->frames--; /* none of it is below hi */
		return WALK_HERE;
	}
	if (m < prefix.n)
		return WALK_HERE; /* all of it is */
	uint8_t edge = rest.p[m];
	f->end = edge;
	art_ref *child = node_find(f->h, edge);
	if (!child)
		return WALK_HERE;
	size_t below = f->depth + 1u;
	if (!art_is_leaf(*child)) {
		*down = *child;
		return WALK_DOWN;
	}
	struct ab_key tail = leaf_tail(b->w.t, *child, below);
	if (ab_key_cmp(tail, (struct ab_key){ hi.p + below, hi.n - below }) < 0)
		f->end = (uint16_t)(edge + 1);
	return WALK_HERE;
}

/* Stand behind the last key < hi. False: no memory. */
static bool
back_seek(struct back *b, struct ab_key hi)
{
	art_ref node = b->w.t->tree.root;
	size_t depth = 0;
	hi = art_key(hi);
	for (;;) {
		if (!back_push(b, node, depth))
			return false;
		if (back_seek_node(b, hi, depth, &node) == WALK_HERE)
			return true;
		const struct back_frame *f = &b->frame[b->frames - 1];
		depth = f->depth + 1u;
		if (!walk_append(&b->w, f->depth, (struct ab_key){ hi.p + f->depth, 1 }))
			return false;
	}
}

static enum ab_status
art_scan_back(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	struct back b;
	struct ab_key key;
	art_ref leaf;
	bool stopped = false;
	back_open(&b, t);
	if (r.has_hi ? back_seek(&b, r.hi) : back_push(&b, t->tree.root, 0))
		while (!stopped && back_next(&b, &leaf, &key)) {
			uint64_t value;
			if (r.lo.n && ab_key_cmp(key, r.lo) < 0)
				break;
			memcpy(&value, leaf_value(t, leaf), sizeof value);
			stopped = !visit(arg, key, value);
		}
	back_close(&b);
	return stopped ? AB_STOPPED : b.w.status;
}
#endif /* ART_BACK_H */
