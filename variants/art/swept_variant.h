/* swept_variant.h: the vtable entries of the variants that sweep, over swept.h, their leaves
 * and their prefixes. ART_VARIANT is the vtable but for name, label and rung.
 *
 * Needs what sweep.h needs, and of the variant
 *   nodes_live(t), leaves_live(t)    bytes in use in the chunks of each
 *   leaves_held(t)                   bytes of the leaves from the allocator
 *   leaves_free(t)                   give them all back */
#ifndef ART_STORAGE
#include "arena_prefix.h"
#endif
#ifndef ART_SWEPT_VARIANT_H
#define ART_SWEPT_VARIANT_H

#include "art_tree.h"
#include "art_back.h"
#include "art_walk.h"
#include "art_inspect.h"
#include "sweep.h"
#include "pack.h"

static enum ab_status
swept_put(struct ab_index *t, struct ab_key key, uint64_t value)
{
	enum ab_status status = art_put(t, key, value);
	if ((status == AB_EFULL && sweep_all(t, SWEEP_FULL_SHARE)) ||
		(status == AB_ENOMEM && sweep_for_room(t)))
		status = art_put(t, key, value);
	if (status == AB_OK)
		sweep_some(t);
	return status;
}

static enum ab_status
swept_del(struct ab_index *t, struct ab_key key)
{
	enum ab_status status = art_del(t, key);
	if (status == AB_OK)
		sweep_some(t);
	return status;
}

static enum ab_status
swept_update(struct ab_index *t, struct ab_key key, ab_change *change, void *arg)
{
	bool gone;
	enum ab_status status = art_update_by(t, key, change, arg, swept_put, &gone);
	if (gone)
		sweep_some(t);
	return status;
}

/* Bytes from the allocator, but for the index itself. */
static inline size_t
swept_held(const struct ab_index *t)
{
	return t->nodes.chunks.held + leaves_held(t) + sweep_held(t);
}

/* All but the index itself goes. */
static void
swept_clear(struct ab_index *t)
{
	chunks_free(&t->nodes.chunks, t->mem);
	leaves_free(t);
	sweep_close(t);
}

/* What can be had without any memory. */
static void
swept_compact_in_place(struct ab_index *t)
{
	struct sweep *w = &t->sweep;
	t->nodes.chunks.closed = t->leaves.chunks.closed = true;
	sweep_through(t);
	for (size_t taken = SIZE_MAX; sweep_taken(t) < taken;) {
		taken = sweep_taken(t);
		w->poor = true;
		w->again = 0;
		sweep_begin(t, SIZE_MAX);
		sweep_through(t);
	}
	t->nodes.chunks.closed = t->leaves.chunks.closed = false;
}

static enum ab_status
swept_compact(struct ab_index *t)
{
	struct ab_index packed;
	if (pack_tight(t))
		return AB_OK;
	enum ab_status status = pack(&packed, t);
	if (status != AB_OK || swept_held(&packed) >= swept_held(t)) {
		swept_clear(&packed);
		if (status != AB_OK)
			swept_compact_in_place(t);
		return status == AB_ENOMEM ? AB_ENOMEM : AB_OK;
	}
	swept_clear(t);
	*t = packed;
	sweep_open(t);
	return AB_OK;
}

/* What earlier deletions, or a build that failed, left dead is no part of the index. */
static enum ab_status
swept_build(struct ab_index *t, const struct ab_entry *sorted, size_t n)
{
	if (t->tree.count == 0)
		sweep_all(t, SWEEP_FULL_SHARE);
	enum ab_status status = art_build(t, sorted, n);
	if (t->tree.count == 0)
		sweep_all(t, SWEEP_FULL_SHARE);
	return status;
}

static const char *
swept_check(const struct ab_index *t)
{
	const struct chunks *nodes = &t->nodes.chunks, *leaves = &t->leaves.chunks;
	if (nodes->live != nodes_live(t) + chunks_own(nodes))
		return "the live bytes of nodes are miscounted";
	if (leaves->live != leaves_live(t) + chunks_own(leaves))
		return "the live bytes of leaves are miscounted";
	const char *broken = chunks_check(nodes);
	if (!broken)
		broken = chunks_check(leaves);
	return broken ? broken : art_check(t);
}

static void
swept_close(struct ab_index *t)
{
	swept_clear(t);
	ab_free(t->mem, t, sizeof *t);
}

static struct ab_index *
swept_create(const struct ab_alloc *mem)
{
	struct ab_index *t = ab_alloc(mem, sizeof *t);
	if (!t)
		return NULL;
	memset(t, 0, sizeof *t);
	t->mem = mem;
	sweep_open(t);
	if (art_open(t) == AB_OK)
		return t;
	swept_close(t);
	return NULL;
}

static void
swept_memory(const struct ab_index *t, struct ab_memory *m)
{
	art_memory(t, VALUE_BYTES, swept_held(t), m);
}

/* Every entry of the vtable but name, label and rung. */
/* clang-format off */
#define ART_VARIANT \
	ART_ENTRIES, .create = swept_create, .destroy = swept_close, .build = swept_build, \
	.put = swept_put, .update = swept_update, .del = swept_del, .compact = swept_compact, .memory = swept_memory, .check = swept_check
/* clang-format on */
#endif /* ART_SWEPT_VARIANT_H */
