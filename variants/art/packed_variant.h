/* packed_variant.h: the vtable entries of the arena variants, over packed.h and
 * tree.h, and compaction.
 *
 * Once the dead bytes of arena and pool pass a quarter of all that is taken, put or
 * del copies what lives into a fresh arena and pool, node by node, breadth first
 * (C. J. Cheney, CACM 1970: the new pool is its own queue), and drops the old. Until
 * then both are held. Without memory for that the old ones stay, and it is tried
 * again when a quarter of what is then alive has died too, or little is alive.
 *
 * Needs of the variant, besides what tree.h and packed.h need:
 *   prefix_move(to, h, t, from)       h of `to` gets the prefix that `from` of `t`
 *                                     has; a status */
#ifdef ART_PACKED_VARIANT_H
#error "packed_variant.h is a template: include it once per variant"
#endif
#define ART_PACKED_VARIANT_H

enum {
	COMPACT_SHARE = 4,        /* compact when 1 / this of what is taken is dead */
	COMPACT_LEAST = 16 << 10, /* but not for fewer dead bytes than this */
	COMPACT_FULL_SHARE = 16,  /* the same share for a put that finds no room */
};

static size_t
packed_taken(const struct ab_index *t)
{
	return t->arena.taken + t->pool.space.taken;
}

/* Bytes that compaction would free. The arena's live bytes may exceed what was
 * taken by a few: a join can find its edge in a neighbour's one-byte prefix. */
static size_t
packed_dead(const struct ab_index *t)
{
	size_t live = t->tree.key + t->tree.count * VALUE_BYTES;
	return (t->arena.taken > live ? t->arena.taken - live : 0) + t->pool.dead;
}

static void
packed_close(struct ab_index *t)
{
	space_free(&t->arena, t->mem);
	space_free(&t->pool.space, t->mem);
}

/* An arena and a pool whose offset 0 is taken: it means "none". */
static enum ab_status
packed_open(struct ab_index *t)
{
	uint32_t offset;
	enum ab_status status = space_take(&t->arena, t->mem, 1, &offset);
	if (status != AB_OK)
		return status;
	*arena_at(t, offset) = 0;
	return pool_open(&t->pool, t->mem);
}

/* Copy the node `from` of `t` into `to`, in the smallest kind that holds it; its
 * slots still refer to `t`. */
static enum ab_status
compact_node(const struct ab_index *t, struct ab_index *to, art_ref from, art_ref *r)
{
	const struct art_head *old = node_at(t, from);
	unsigned kind = node_kind_for(art_count(old));
	enum ab_status status = art_make(to, kind, node_ends(old), 0, r);
	if (status != AB_OK)
		return status;
	node_refit(node_at(to, *r), old, 0);
	return prefix_move(to, node_at(to, *r), t, old);
}

static enum ab_status
compact_leaf(const struct ab_index *t, struct ab_index *to, art_ref *slot)
{
	size_t n = leaf_length(*slot);
	const uint8_t *p = arena_at(t, slot->offset);
	uint32_t offset;
	enum ab_status status = arena_record(to, (struct ab_key){ p, n }, p + n, &offset);
	if (status == AB_OK)
		slot->offset = offset;
	return status;
}

/* Copy what the copied node `h` refers to. */
static enum ab_status
compact_slots(const struct ab_index *t, struct ab_index *to, struct art_head *h)
{
	enum ab_status status = AB_OK;
	art_ref *slot;
	if (node_ends(h))
		status = compact_leaf(t, to, node_terminal(h));
	for (int b = node_next(h, 0, &slot); b >= 0 && status == AB_OK;
		b = node_next(h, (unsigned)b + 1, &slot))
		status = art_is_leaf(*slot) ? compact_leaf(t, to, slot)
					    : compact_node(t, to, *slot, slot);
	return status;
}

static enum ab_status
compact_into(const struct ab_index *t, struct ab_index *to)
{
	const struct space *s = &to->pool.space;
	enum ab_status status = packed_open(to);
	if (status == AB_OK)
		status = compact_node(t, to, t->tree.root, &to->tree.root);
	size_t at = POOL_ALIGN;
	for (uint32_t i = 0; status == AB_OK && i < s->chunks; i++, at = 0)
		while (status == AB_OK && at < s->chunk[i].used) {
			struct art_head *h = (struct art_head *)(void *)(s->chunk[i].p +
									 at);
			status = compact_slots(t, to, h);
			at += node_bytes(art_kind(h), h->word & ART_ENDS, 0);
		}
	return status;
}

/* Copy what lives and free the rest; false, and nothing changed, without memory. */
static bool
packed_compact(struct ab_index *t)
{
	struct ab_index to = { .mem = t->mem };
	if (compact_into(t, &to) != AB_OK) {
		size_t dead = packed_dead(t), live = packed_taken(t) - dead;
		packed_close(&to);
		t->compact_at = dead + (live > COMPACT_LEAST ? live / COMPACT_SHARE : 0);
		return false;
	}
	packed_close(t);
	to.tree.count = t->tree.count;
	to.tree.key = t->tree.key;
	to.tree.unjoined = t->tree.unjoined;
	*t = to;
	return true;
}

/* Compact if more than 1 / `share` of what is taken is dead. */
static bool
packed_tidy(struct ab_index *t, size_t share)
{
	size_t dead = packed_dead(t);
	return dead > COMPACT_LEAST && dead > packed_taken(t) / share &&
	       dead >= t->compact_at && packed_compact(t);
}

static enum ab_status
packed_put(struct ab_index *t, struct ab_key key, uint64_t value)
{
	enum ab_status status = art_put(t, key, value);
	if (status == AB_EFULL && packed_tidy(t, COMPACT_FULL_SHARE))
		status = art_put(t, key, value);
	if (status == AB_OK)
		packed_tidy(t, COMPACT_SHARE);
	return status;
}

static enum ab_status
packed_del(struct ab_index *t, struct ab_key key)
{
	enum ab_status status = art_del(t, key);
	if (status == AB_OK)
		packed_tidy(t, COMPACT_SHARE);
	return status;
}

/* What earlier deletions, or a build that failed, left dead is no part of the index. */
static enum ab_status
packed_build(struct ab_index *t, const struct ab_entry *sorted, size_t n)
{
	packed_tidy(t, COMPACT_SHARE);
	enum ab_status status = art_build(t, sorted, n);
	packed_tidy(t, COMPACT_SHARE);
	return status;
}

static const char *
packed_check(const struct ab_index *t)
{
	if (t->pool.space.taken != POOL_ALIGN + t->tree.inner + t->pool.dead)
		return "the pool's bytes are neither in use nor dead";
	return art_check(t);
}

static struct ab_index *
packed_create(const struct ab_alloc *mem)
{
	struct ab_index *t = ab_alloc(mem, sizeof *t);
	if (!t)
		return NULL;
	*t = (struct ab_index){ .mem = mem };
	if (packed_open(t) == AB_OK && art_open(t) == AB_OK)
		return t;
	packed_close(t);
	ab_free(mem, t, sizeof *t);
	return NULL;
}

static void
packed_destroy(struct ab_index *t)
{
	packed_close(t);
	ab_free(t->mem, t, sizeof *t);
}

static void
packed_memory(const struct ab_index *t, struct ab_memory *m)
{
	art_memory(t, VALUE_BYTES, t->arena.held + t->pool.space.held, m);
}

/* Every entry of the vtable but name, label and the claimed figure. */
/* clang-format off */
#define ART_VARIANT \
	ART_ENTRIES, .create = packed_create, .destroy = packed_destroy, .build = packed_build, \
	.put = packed_put, .del = packed_del, .memory = packed_memory, .check = packed_check
/* clang-format on */
