/* packed.h: what the arena variants share: inner nodes in a pool and leaf records
 * in an arena, both behind 6-byte refs.
 *
 *   leaf record in the arena   | bytes | value |      8 bytes of value, unaligned
 *
 * Deleting leaves dead bytes in the arena and dead nodes on the pool's free lists;
 * growing leaves dead nodes too, which only nodes of the same size reuse. What
 * packed_variant.h does about it is compaction.
 *
 * Needs nodes.h over ref6.h and, before it is included, from the variant:
 *   leaf_length(r)                    bytes of the record before its value
 * It must be included before tree.h; packed_variant.h follows after. */
#ifdef ART_PACKED_H
#error "packed.h is a template: include it once per variant"
#endif
#define ART_PACKED_H

#include "pool.h"

struct ab_index {
	const struct ab_alloc *mem;
	struct art_tree tree;
	struct space arena;
	struct pool pool;
	size_t compact_at; /* after a failed compaction: dead bytes to try again at */
};

enum { VALUE_BYTES = sizeof(uint64_t) };
static_assert(2 * ART_KIND_COUNT <= POOL_CLASSES, "a class for each kind and its twin");

static inline uint8_t *
arena_at(const struct ab_index *t, uint32_t offset)
{
	return space_at(&t->arena, offset);
}

/* A record of `bytes` and the 8 bytes at `value`. */
static enum ab_status
arena_record(struct ab_index *t, struct ab_key bytes, const void *value, uint32_t *offset)
{
	enum ab_status status = space_take(
		&t->arena, t->mem, bytes.n + VALUE_BYTES, offset);
	if (status != AB_OK)
		return status;
	uint8_t *p = arena_at(t, *offset);
	memcpy(p, bytes.p, bytes.n);
	memcpy(p + bytes.n, value, VALUE_BYTES);
	return AB_OK;
}

static inline struct art_head *
node_at(const struct ab_index *t, art_ref r)
{
	return (struct art_head *)(void *)space_at(&t->pool.space, r.offset);
}

static enum ab_status
node_take(struct ab_index *t, size_t bytes, unsigned class_, art_ref *r)
{
	uint32_t offset;
	enum ab_status status = pool_take(&t->pool, t->mem, bytes, class_, &offset);
	if (status == AB_OK)
		*r = (art_ref){ offset, 0 };
	return status;
}

static void
node_give(struct ab_index *t, art_ref r, size_t bytes, unsigned class_)
{
	pool_give(&t->pool, r.offset, bytes, class_);
}

static inline void *
leaf_value(const struct ab_index *t, art_ref r)
{
	return arena_at(t, r.offset) + leaf_length(r);
}
