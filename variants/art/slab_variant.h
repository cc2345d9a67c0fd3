/* slab_variant.h: the vtable entries of the variants with 4-byte refs, over slab_leaves.h
 * and the variant's prefixes. ART_VARIANT is the vtable but for name, label and rung. */
#ifdef ART_SLAB_VARIANT_H
#error "slab_variant.h is a template: include it once per variant"
#endif
#define ART_SLAB_VARIANT_H

#include "tree.h"
#include "walk.h"
#include "inspect.h"
#include "sweep.h"

static enum ab_status
slab_put(struct ab_index *t, struct ab_key key, uint64_t value)
{
	enum ab_status status = art_put(t, key, value);
	if (status == AB_EFULL && sweep_all(t))
		status = art_put(t, key, value);
	if (status == AB_OK)
		sweep_some(t);
	return status;
}

static enum ab_status
slab_del(struct ab_index *t, struct ab_key key)
{
	enum ab_status status = art_del(t, key);
	if (status == AB_OK)
		sweep_some(t);
	return status;
}

/* What earlier deletions, or a build that failed, left dead is no part of the index. */
static enum ab_status
slab_build(struct ab_index *t, const struct ab_entry *sorted, size_t n)
{
	if (t->tree.count == 0)
		sweep_all(t);
	enum ab_status status = art_build(t, sorted, n);
	if (t->tree.count == 0)
		sweep_all(t);
	return status;
}

static const char *
slab_check(const struct ab_index *t)
{
	const struct chunks *nodes = &t->nodes.chunks, *leaves = &t->leaves.chunks;
	size_t spare = slabs_spare_all(&t->leaves);
	if (nodes->live != t->tree.inner + t->prefixes.bytes + chunks_own(nodes))
		return "the live bytes of nodes are miscounted";
	size_t tails = t->tree.key - t->prefixes.key;
	if (leaves->live !=
		tails + t->tree.count * VALUE_BYTES + spare + chunks_own(leaves))
		return "the live bytes of leaves are miscounted";
	const char *broken = chunks_check(nodes);
	if (!broken)
		broken = chunks_check(leaves);
	return broken ? broken : art_check(t);
}

static void
slab_close(struct ab_index *t)
{
	chunks_free(&t->nodes.chunks, t->mem);
	slabs_free(&t->leaves, t->mem);
	sweep_close(t);
	ab_free(t->mem, t, sizeof *t);
}

static struct ab_index *
slab_create(const struct ab_alloc *mem)
{
	struct ab_index *t = ab_alloc(mem, sizeof *t);
	if (!t)
		return NULL;
	memset(t, 0, sizeof *t);
	t->mem = mem;
	if (art_open(t) == AB_OK)
		return t;
	slab_close(t);
	return NULL;
}

static void
slab_memory(const struct ab_index *t, struct ab_memory *m)
{
	size_t held = t->nodes.chunks.held + slabs_held(&t->leaves) + t->sweep.room;
	art_memory(t, VALUE_BYTES, held, m);
}

/* Every entry of the vtable but name, label and rung. */
/* clang-format off */
#define ART_VARIANT \
	ART_ENTRIES, .create = slab_create, .destroy = slab_close, .build = slab_build, \
	.put = slab_put, .del = slab_del, .memory = slab_memory, .check = slab_check
/* clang-format on */
