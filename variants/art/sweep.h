/* sweep.h: compaction a few nodes at a time, over art_tree.h, swept.h and chunks.h.
 *
 * Once a share of all bytes taken is dead, the emptiest chunks are to leave. From then
 * on each put and del visits the next SWEEP_NODES nodes of the tree, in the order of
 * their paths, and moves what stands in such chunks to where others have died: a node,
 * and the leaves right below it. A block has one ref, in the slot that led here. When
 * all have been visited, lists of dead blocks are rid of those there, and the chunks,
 * which are empty, go.
 *
 * The tree may change in between. What is put, grows, shrinks or is joined is in a new
 * block, which is never taken where it would leave, and what is cut or split stays before
 * or behind the sweep as it was; so behind it nothing leaves. It keeps the path of the
 * last node, and goes on at the first one past that.
 *
 * Bounds: a put or del moves SWEEP_NODES nodes with the leaves below at most, 257 each,
 * but not many more bytes of leaves than SWEEP_BYTES, and reads the nodes on the path to
 * them; or it sorts SWEEP_DEAD dead blocks of nodes and as many of leaves; or it gives back
 * CHUNKS_RELEASED bytes of each. A sweep's begin looks at each chunk three times. Only a
 * put that finds no room sweeps all at once.
 *
 * Memory: for a path that is long or deep, and for blocks of sizes of which none is dead.
 * Without it what cannot move stays, and its chunk; those that are empty go all the same,
 * and the next sweep, when more is dead, leaves more of the others to move to. So an index
 * that has taken all there is, as under a limit, gets smaller without any more.
 *
 * Needs swept.h, a member `struct sweep sweep` and a store `leaves` with its chunks and
 * lists of dead blocks in struct ab_index, and of the variant
 *   leaves_begin(t)       chunks have been marked as leaving
 *   leaves_release(t)     give back some that are empty; true: that was all
 *   prefix_renew(t, h)    h's prefix, if it stands in a chunk that leaves, moves; false
 *                         without memory */
#ifndef ART_STORAGE
#include "arena_prefix.h"
#endif
#ifndef ART_SWEEP_H
#define ART_SWEEP_H

#ifndef SWEEP_SHARE
#define SWEEP_SHARE 8 /* sweep when 1 / this of what is taken is dead */
#endif
static_assert(SWEEP_SHARE >= 2 && SWEEP_SHARE <= 16,
	"SWEEP_SHARE, of which one part may be dead: from 2 to 16");

enum {
	SWEEP_FULL_SHARE = 16,  /* the same for a put that finds no room */
	SWEEP_LEAST = 16 << 10, /* but for fewer dead bytes only where there is no room */
	SWEEP_WORTH = 16,       /* nor if less than 1 / this of them went */
	SWEEP_LATER = 16,       /* see sweep_later */
	SWEEP_SPARE = 64,       /* bytes for a longer path */
	SWEEP_NODES = 32,       /* visited by each put and del */
	SWEEP_BYTES =
		128 << 10, /* of leaves: moved so many, it moves SWEEP_LEAVES more */
	SWEEP_LEAVES = 16, /* moved together */
	SWEEP_DEAD = 64,   /* dead blocks sorted by each, of nodes and of leaves */
};

/* ---- the next node ---- */

/* A node's slot, and at which depth it stands. */
struct sweep_place {
	art_ref *slot;
	size_t depth;
};

/* The path is forgotten, or there has been none. */
static void
sweep_open(struct ab_index *t)
{
	struct sweep *w = &t->sweep;
	w->path = w->near.path;
	w->room = sizeof w->near.path;
	w->frame = w->near.frame;
	w->frame_room = sizeof w->near.frame;
}

static void
sweep_close(struct ab_index *t)
{
	struct sweep *w = &t->sweep;
	if (w->path != w->near.path)
		ab_free(t->mem, w->path, w->room);
	if (w->frame != w->near.frame)
		ab_free(t->mem, w->frame, w->frame_room);
	sweep_open(t);
}

static inline size_t
sweep_held(const struct ab_index *t)
{
	const struct sweep *w = &t->sweep;
	return (w->path == w->near.path ? 0 : w->room) +
	       (w->frame == w->near.frame ? 0 : w->frame_room);
}

/* A block for `n` bytes in place of the one of *room at `p`, which is `near` or from the
 * allocator; NULL: no memory. */
static void *
sweep_more(struct ab_index *t, void *p, const void *near, size_t *room, size_t n)
{
	size_t size = 2 * n + SWEEP_SPARE;
	if (n <= *room)
		return p;
	void *more = p == near ? ab_alloc(t->mem, size)
			       : ab_resize(t->mem, p, *room, size);
	if (more && p == near)
		memcpy(more, p, *room);
	if (more)
		*room = size;
	return more;
}

/* Go down to `h`, which stands at `depth`; false without memory. */
static bool
sweep_push(struct ab_index *t, const struct art_head *h, size_t depth, unsigned from)
{
	struct sweep *w = &t->sweep;
	size_t n = (w->frames + 1) * sizeof *w->frame;
	struct sweep_frame *frame = sweep_more(
		t, w->frame, w->near.frame, &w->frame_room, n);
	if (!frame)
		return false;
	w->frame = frame;
	w->frame[w->frames++] = (struct sweep_frame){ h, (uint32_t)depth,
		(uint32_t)(depth + prefix_length(h)), from };
	return true;
}

/* Stand on the path noted, as far as the tree still has it, before the first node past
 * it, or if `partly` before the node that has it; false without memory. */
static bool
sweep_seek(struct ab_index *t, struct sweep_place *partly)
{
	struct sweep *w = &t->sweep;
	art_ref *slot = &t->tree.root;
	size_t depth = 0;
	w->frames = 0;
	for (;;) {
		const struct art_head *h = node_at(t, *slot);
		struct ab_key prefix = prefix_bytes(t, h, depth);
		size_t rest = w->n - depth, n = prefix.n < rest ? prefix.n : rest;
		size_t m = art_common(prefix.p, w->path + depth, n);
		size_t end = depth + m;
		if (m < prefix.n) { /* not the root, whose prefix is empty */
			bool past = m == rest || prefix.p[m] > w->path[end];
			w->frame[w->frames - 1].from -= past;
			return true;
		}
		if (end == w->n && w->partly) {
			*partly = (struct sweep_place){ slot, depth };
			return true;
		}
		if (!sweep_push(t, h, depth, end == w->n ? 0 : w->path[end] + 1u))
			return false;
		if (end == w->n)
			return true;
		slot = node_find(h, w->path[end]);
		if (!slot || art_is_leaf(*slot))
			return true;
		depth = end + 1;
	}
}

/* The next node; its slot is NULL if there is none. */
static inline __attribute__((always_inline)) struct sweep_place
sweep_next(struct sweep *w)
{
	for (; w->frames; w->frames--) {
		struct sweep_frame *f = &w->frame[w->frames - 1];
		art_ref *child = NULL;
		int b = node_next(f->h, f->from, &child);
		while (b >= 0 && art_is_leaf(*child))
			b = node_next(f->h, (unsigned)b + 1, &child);
		if (b < 0)
			continue;
		f->from = (unsigned)b + 1;
		return (struct sweep_place){ child, f->end + 1 };
	}
	return (struct sweep_place){ NULL, 0 };
}

/* Note the path of the node on top; false without memory. */
static bool
sweep_note(struct ab_index *t)
{
	struct sweep *w = &t->sweep;
	size_t top = w->frames - 1, n = w->frame[top].end;
	uint8_t *path = sweep_more(t, w->path, w->near.path, &w->room, n + 1);
	if (!path)
		return false;
	w->path = path;
	w->n = n;
	for (size_t i = 0; i <= top; i++) {
		const struct sweep_frame *f = &w->frame[i];
		struct ab_key prefix = prefix_bytes(t, f->h, f->depth);
		memcpy(path + f->depth, prefix.p, prefix.n);
		if (i < top)
			path[f->end] = (uint8_t)(f->from - 1);
	}
	return true;
}

/* ---- what leaves ---- */

/* Leaves that are to move when the processor has had time to fetch them. */
struct sweep_leaves {
	art_ref *slot[SWEEP_LEAVES];
	unsigned n;
};

/* Move them. */
static void
sweep_flush(struct ab_index *t, struct sweep_leaves *late)
{
	for (unsigned i = 0; i < late->n; i++)
		if (!leaf_stays(t, late->slot[i]))
			t->sweep.stuck = true;
	late->n = 0;
}

/* False where so much has been moved that the rest is for later. */
static bool
sweep_leaf(struct ab_index *t, art_ref *slot, struct sweep_leaves *late)
{
	struct sweep *w = &t->sweep;
	if (!leaf_leaving(t, *slot))
		return true;
	w->partly = w->moved >= SWEEP_BYTES;
	if (w->partly)
		return false;
	if (late->n == SWEEP_LEAVES)
		sweep_flush(t, late);
	__builtin_prefetch(leaf_tail(t, *slot, 0).p);
	late->slot[late->n++] = slot;
	return true;
}

/* Move the node if it leaves or has shrunk, and make it as small as can be. */
static void
sweep_node(struct ab_index *t, art_ref *slot)
{
	const struct art_head *h = node_at(t, *slot);
	unsigned kind = node_kind_for(art_count(h));
	bool fits = kind == art_kind(h) && node_ends(h) == !!(h->word & ART_ENDS);
	if (fits && !node_leaving(t, *slot))
		return;
	if (art_refit(t, slot, kind, node_ends(h)) != AB_OK)
		t->sweep.stuck = true;
}

/* Move the node at *slot and the leaves below it, or some of them. */
static void
sweep_visit(struct ab_index *t, art_ref *slot, struct sweep_leaves *late)
{
	art_ref *child;
	sweep_node(t, slot);
	struct art_head *h = node_at(t, *slot);
	if (!prefix_renew(t, h))
		t->sweep.stuck = true;
	if (node_ends(h) && !sweep_leaf(t, node_terminal(h), late))
		return;
	for (int b = node_next(h, 0, &child); b >= 0;
		b = node_next(h, (unsigned)b + 1, &child))
		if (!art_is_leaf(*child))
			__builtin_prefetch(node_at(t, *child));
		else if (!sweep_leaf(t, child, late))
			return;
}

/* ---- some steps at a time ---- */

static size_t
sweep_taken(const struct ab_index *t)
{
	return t->nodes.chunks.used + t->leaves.chunks.used;
}

static size_t
sweep_dead(const struct ab_index *t)
{
	return chunks_dead(&t->nodes.chunks) + chunks_dead(&t->leaves.chunks);
}

/* None is to leave before 1 / SWEEP_LATER of what is alive has died too. */
static void
sweep_later(struct ab_index *t)
{
	size_t dead = sweep_dead(t);
	t->sweep.again = dead + (sweep_taken(t) - dead) / SWEEP_LATER;
}

/* Begin if more than 1 / `share` of what is taken is dead; false if that is not so, or of no
 * use. What little memory could not do the next sweep may try with more. */
static bool
sweep_begin(struct ab_index *t, size_t share)
{
	size_t dead = sweep_dead(t);
	if (dead <= sweep_taken(t) / share || dead < t->sweep.again)
		return false;
	bool rich = !t->sweep.poor;
	size_t gone = chunks_vacate(&t->nodes.chunks, rich) +
		      chunks_vacate(&t->leaves.chunks, rich);
	if (gone < dead / SWEEP_WORTH) {
		chunks_stay(&t->nodes.chunks);
		chunks_stay(&t->leaves.chunks);
		t->sweep.poor = false;
		sweep_later(t);
		return false;
	}
	dead_begin(&t->nodes.dead, &t->nodes.chunks);
	leaves_begin(t);
	t->sweep.on = true;
	t->sweep.begun = t->sweep.walked = t->sweep.partly = t->sweep.stuck = false;
	t->sweep.n = t->sweep.again = 0;
	return true;
}

/* All nodes have been visited, or no more can be: what could not move stays. */
static void
sweep_walked(struct ab_index *t)
{
	t->sweep.poor = t->sweep.stuck;
	if (!t->sweep.stuck)
		return;
	chunks_settle(&t->nodes.chunks);
	chunks_settle(&t->leaves.chunks);
}

/* Visit the next nodes. */
static void
sweep_walk(struct ab_index *t)
{
	struct sweep *w = &t->sweep;
	struct sweep_leaves late = { .n = 0 };
	struct sweep_place next = { &t->tree.root, 0 }, partly = { NULL, 0 };
	bool room = true;
	w->moved = 0;
	if (w->begun)
		room = sweep_seek(t, &partly);
	else
		w->frames = 0;
	w->partly = false;
	for (unsigned i = 0; i < SWEEP_NODES && !w->partly && room; i++) {
		if (w->begun)
			next = partly.slot ? partly : sweep_next(w);
		partly.slot = NULL;
		w->begun = true;
		if (!next.slot)
			break;
		sweep_visit(t, next.slot, &late);
		room = sweep_push(t, node_at(t, *next.slot), next.depth, 0);
	}
	sweep_flush(t, &late);
	w->walked = !room || !next.slot || !sweep_note(t);
	w->stuck = w->stuck || (w->walked && next.slot);
	if (w->walked)
		sweep_walked(t);
}

/* Give back what has become empty, some of it; true: that was all. */
static bool
sweep_release(struct ab_index *t)
{
	bool nodes = chunks_release(&t->nodes.chunks, t->mem);
	return leaves_release(t) && nodes;
}

static void
sweep_step(struct ab_index *t)
{
	struct sweep *w = &t->sweep;
	t->nodes.chunks.moving = t->leaves.chunks.moving = true;
	if (!w->walked)
		sweep_walk(t);
	t->nodes.chunks.moving = t->leaves.chunks.moving = false;
	if (w->walked && dead_sort(&t->nodes.dead, &t->nodes.chunks, SWEEP_DEAD) &&
		dead_sort(&t->leaves.dead, &t->leaves.chunks, SWEEP_DEAD) &&
		sweep_release(t)) {
		sweep_close(t);
		w->on = false;
		if (w->stuck)
			sweep_later(t);
	}
}

static void
sweep_through(struct ab_index *t)
{
	while (t->sweep.on)
		sweep_step(t);
}

/* All there is to do where more than 1 / `share` is dead, in a way that needs little memory
 * if there was not enough, and in the other where that is of no use; false if nothing went. */
static bool
sweep_all(struct ab_index *t, size_t share)
{
	struct sweep *w = &t->sweep;
	size_t held = sweep_taken(t);
	bool well, tried[2] = { false, false };
	sweep_through(t);
	do {
		tried[w->poor] = true;
		w->again = 0;
		well = sweep_begin(t, share);
		sweep_through(t);
	} while ((!well || w->poor) && !tried[w->poor]);
	return sweep_taken(t) < held;
}

/* After a put or del; of an index that is empty nothing stays. */
static inline void
sweep_some(struct ab_index *t)
{
	if (!t->sweep.on && sweep_dead(t) <= SWEEP_LEAST)
		return;
	if (t->tree.count == 0) {
		t->sweep.poor = false; /* a small chunk for the root is enough */
		sweep_all(t, SWEEP_SHARE);
		return;
	}
	if (!t->sweep.on)
		sweep_begin(t, SWEEP_SHARE);
	if (t->sweep.on)
		sweep_step(t);
}

/* All there is to do for a put without memory, unless the last time was of little use. */
static bool
sweep_for_room(struct ab_index *t)
{
	return sweep_dead(t) >= t->sweep.again && sweep_all(t, SWEEP_FULL_SHARE);
}
#endif /* ART_SWEEP_H */
