/* sweep.h: compaction a few nodes at a time, over tree.h, chunks.h and slabs.h.
 *
 * Once a share of all bytes taken is dead, the emptiest chunks are to leave. From then
 * on each put and del visits the next SWEEP_NODES nodes of the tree, in the order of
 * their paths, and moves what stands in such chunks to where others have died: a node,
 * and the leaves right below it. A block has one ref, in the slot that led here. When
 * all have been visited, the chunks are empty and go.
 *
 * The tree may change in between. What is put, grows, shrinks, is split or joined is in
 * a new block, which is never taken where it would leave; so behind the sweep nothing
 * leaves. It keeps the path of the last node, and goes on at the first one past that.
 *
 * Bounds: a put or del moves SWEEP_NODES nodes with the leaves below at most, 257 each,
 * and reads as many nodes more as there are on the paths to them; it sorts SWEEP_DEAD
 * dead blocks of nodes and as many of leaves. A sweep's begin looks at each chunk some 64
 * times, its end once and at each slab. Only a put that finds no room sweeps all at once.
 *
 * Memory: for the path, and for blocks of sizes of which none is dead. Without it the
 * sweep ends, its chunks stay, and the next is tried when more is dead.
 *
 * Needs slab_leaves.h, and of the variant
 *   prefix_renew(t, h)    h's prefix, if it stands in a chunk that leaves, moves; false
 *                         without memory */
#ifdef ART_SWEEP_H
#error "sweep.h is a template: include it once per variant"
#endif
#define ART_SWEEP_H

enum {
	SWEEP_SHARE = 7,        /* sweep when 1 / this of what is taken is dead */
	SWEEP_FULL_SHARE = 16,  /* the same for a put that finds no room */
	SWEEP_LEAST = 16 << 10, /* but not for fewer dead bytes than this */
	SWEEP_WORTH = 16,       /* nor if less than 1 / this of them went */
	SWEEP_LATER = 16,       /* see sweep_later */
	SWEEP_PATH = 64,        /* spare bytes for the path */
	SWEEP_NODES = 32,       /* visited by each put and del */
	SWEEP_DEAD = 64,        /* dead blocks sorted by each, of nodes and of leaves */
};

/* ---- the next node ---- */

/* A node on the way: its slot, where it stands, and the edge above it, if that is not
 * the path's. */
struct sweep_place {
	art_ref *slot;
	size_t depth;
	int edge;
};

/* The first inner node below `h`, which ends at `depth`, by an edge >= from. */
static bool
sweep_below(
	const struct art_head *h, unsigned from, size_t depth, struct sweep_place *found)
{
	art_ref *child = NULL;
	int b = node_next(h, from, &child);
	while (b >= 0 && art_is_leaf(*child))
		b = node_next(h, (unsigned)b + 1, &child);
	if (b >= 0)
		*found = (struct sweep_place){ child, depth + 1, b };
	return b >= 0;
}

/* The first node whose path is past the sweep's; its slot is NULL if there is none. */
static struct sweep_place
sweep_seek(struct ab_index *t)
{
	const struct sweep *w = &t->sweep;
	struct sweep_place at = { &t->tree.root, 0, NO_EDGE },
			   next = { NULL, 0, NO_EDGE };
	for (;;) {
		const struct art_head *h = node_at(t, *at.slot);
		struct ab_key prefix = prefix_bytes(t, h, at.depth);
		size_t rest = w->n - at.depth, n = prefix.n < rest ? prefix.n : rest;
		size_t m = art_common(prefix.p, w->path + at.depth, n);
		if (m < prefix.n) {
			bool past = m == rest || prefix.p[m] > w->path[at.depth + m];
			return past ? at : next;
		}
		size_t end = at.depth + m;
		unsigned from = end == w->n ? 0 : w->path[end] + 1u;
		sweep_below(h, from, end, &next);
		if (end == w->n)
			return next;
		at.slot = node_find(h, w->path[end]);
		if (!at.slot || art_is_leaf(*at.slot))
			return next;
		at.depth = end + 1;
	}
}

/* Forget the path. */
static void
sweep_close(struct ab_index *t)
{
	if (t->sweep.path)
		ab_free(t->mem, t->sweep.path, t->sweep.room);
	t->sweep.path = NULL;
	t->sweep.room = 0;
}

/* Make the path that of the node at `p`; false without memory. */
static bool
sweep_note(struct ab_index *t, struct sweep_place p)
{
	struct sweep *w = &t->sweep;
	struct ab_key prefix = prefix_bytes(t, node_at(t, *p.slot), p.depth);
	size_t n = p.depth + prefix.n;
	if (n >= w->room) {
		size_t room = 2 * n + SWEEP_PATH;
		uint8_t *path = ab_resize(t->mem, w->path, w->room, room);
		if (!path)
			return false;
		w->path = path;
		w->room = room;
	}
	if (p.edge != NO_EDGE)
		w->path[p.depth - 1] = (uint8_t)p.edge;
	if (prefix.n)
		memcpy(w->path + p.depth, prefix.p, prefix.n);
	w->n = n;
	return true;
}

/* ---- what leaves ---- */

/* Move the node if it leaves or has shrunk, and make it as small as can be. */
static bool
sweep_node(struct ab_index *t, art_ref *slot)
{
	const struct art_head *h = node_at(t, *slot);
	unsigned kind = node_kind_for(art_count(h));
	bool fits = kind == art_kind(h) && node_ends(h) == !!(h->word & ART_ENDS);
	if (fits && !chunk_of(&t->nodes.chunks, ref4_offset(*slot))->leaving)
		return true;
	return art_refit(t, slot, kind, node_ends(h)) == AB_OK;
}

static bool
sweep_leaf(struct ab_index *t, art_ref *slot)
{
	return !leaf_leaving(t, *slot) || leaf_renew(t, slot);
}

/* Move the node at *slot and the leaves below it; false without memory. */
static bool
sweep_visit(struct ab_index *t, art_ref *slot)
{
	art_ref *child;
	if (!sweep_node(t, slot))
		return false;
	struct art_head *h = node_at(t, *slot);
	if (!prefix_renew(t, h))
		return false;
	if (node_ends(h) && !sweep_leaf(t, node_terminal(h)))
		return false;
	for (int b = node_next(h, 0, &child); b >= 0;
		b = node_next(h, (unsigned)b + 1, &child))
		if (!art_is_leaf(*child))
			__builtin_prefetch(node_at(t, *child));
		else if (!sweep_leaf(t, child))
			return false;
	return true;
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

/* Nothing leaves, and none is to before 1 / SWEEP_LATER of what is alive has died too. */
static void
sweep_later(struct ab_index *t)
{
	size_t dead = sweep_dead(t);
	chunks_stay(&t->nodes.chunks);
	chunks_stay(&t->leaves.chunks);
	t->sweep.again = dead + (sweep_taken(t) - dead) / SWEEP_LATER;
}

/* Begin if more than 1 / `share` of what is taken is dead. */
static void
sweep_begin(struct ab_index *t, size_t share)
{
	size_t dead = sweep_dead(t);
	if (dead <= SWEEP_LEAST || dead <= sweep_taken(t) / share ||
		dead < t->sweep.again)
		return;
	size_t gone = chunks_vacate(&t->nodes.chunks) + chunks_vacate(&t->leaves.chunks);
	if (gone < dead / SWEEP_WORTH) {
		sweep_later(t);
		return;
	}
	dead_begin(&t->nodes.dead, &t->nodes.chunks);
	slabs_begin(&t->leaves);
	t->sweep.on = true;
	t->sweep.begun = t->sweep.walked = false;
	t->sweep.n = t->sweep.again = 0;
}

/* Visit the next node; false if there is none, or no memory. */
static bool
sweep_advance(struct ab_index *t)
{
	struct sweep_place next = { &t->tree.root, 0, NO_EDGE };
	if (t->sweep.begun)
		next = sweep_seek(t);
	t->sweep.begun = true;
	if (!next.slot)
		return false;
	if (sweep_note(t, next) && sweep_visit(t, next.slot))
		return true;
	sweep_later(t);
	return false;
}

static void
sweep_step(struct ab_index *t)
{
	t->nodes.chunks.moving = t->leaves.chunks.moving = true;
	for (unsigned i = 0; i < SWEEP_NODES && !t->sweep.walked; i++)
		t->sweep.walked = !sweep_advance(t);
	t->nodes.chunks.moving = t->leaves.chunks.moving = false;
	bool sorted = dead_sort(&t->nodes.dead, &t->nodes.chunks, SWEEP_DEAD);
	sorted &= dead_sort(&t->leaves.dead, &t->leaves.chunks, SWEEP_DEAD);
	if (!t->sweep.walked || !sorted)
		return;
	chunks_release(&t->nodes.chunks, t->mem);
	slabs_release(&t->leaves, t->mem);
	sweep_close(t);
	t->sweep.on = false;
}

/* After a put or del. */
static inline void
sweep_some(struct ab_index *t)
{
	if (!t->sweep.on)
		sweep_begin(t, SWEEP_SHARE);
	if (t->sweep.on)
		sweep_step(t);
}

/* All there is to do; false if there was nothing. */
static bool
sweep_all(struct ab_index *t)
{
	size_t held = sweep_taken(t);
	while (t->sweep.on)
		sweep_step(t);
	t->sweep.again = 0;
	sweep_begin(t, SWEEP_FULL_SHARE);
	while (t->sweep.on)
		sweep_step(t);
	return sweep_taken(t) < held;
}
