/* records.h: what the arena variants share: inner nodes, and leaves that are records
 * behind 6-byte refs that tell how long they are, both in chunks.
 *
 *   record   | bytes | value |      8 bytes of value, unaligned
 *
 * A dead block among the records is taken again by what is as long, to the byte.
 *
 * Needs nodes.h over ref6.h, and of the variant
 *   leaf_length(r)             bytes of the record before its value
 *   leaf_ref(offset, n)        the ref of a record with `n` of them */
#ifndef ART_STORAGE
#include "arena_prefix.h"
#endif
#ifndef ART_RECORDS_H
#define ART_RECORDS_H

#include "sweep_state.h"

struct ab_index {
	const struct ab_alloc *mem;
	struct art_tree tree;
	struct sized leaves, nodes;
	struct sweep sweep;
};

#include "swept.h"

static inline uint8_t *
record_at(const struct ab_index *t, uint32_t offset)
{
	return chunks_at(&t->leaves.chunks, offset);
}

static inline enum ab_status
record_take(struct ab_index *t, size_t n, uint32_t *offset)
{
	return sized_take(&t->leaves, t->mem, n, n, offset);
}

static inline void
record_give(struct ab_index *t, uint32_t offset, size_t n)
{
	sized_give(&t->leaves, offset, n, n);
}

static inline void *
leaf_value(const struct ab_index *t, art_ref r)
{
	return record_at(t, r.offset) + leaf_length(r);
}

/* A leaf with `n` bytes of key, which are to be written to *p. */
static enum ab_status
leaf_take(struct ab_index *t, size_t n, const void *value, art_ref *r, uint8_t **p)
{
	uint32_t offset;
	enum ab_status status = record_take(t, n + VALUE_BYTES, &offset);
	if (status != AB_OK)
		return status;
	*r = leaf_ref(offset, n);
	*p = record_at(t, offset);
	memcpy(*p + n, value, VALUE_BYTES);
	t->tree.key += n;
	return AB_OK;
}

static void
leaf_drop(struct ab_index *t, art_ref r)
{
	size_t n = leaf_length(r);
	t->tree.key -= n;
	record_give(t, r.offset, n + VALUE_BYTES);
}

/* ---- what swept_variant.h asks ---- */

static inline bool
leaf_leaving(const struct ab_index *t, art_ref r)
{
	return chunk_of(&t->leaves.chunks, r.offset)->leaving;
}

static inline size_t
nodes_live(const struct ab_index *t)
{
	return t->tree.inner;
}

static inline size_t
leaves_live(const struct ab_index *t)
{
	return t->tree.key + t->tree.count * VALUE_BYTES;
}

static inline size_t
leaves_held(const struct ab_index *t)
{
	return t->leaves.chunks.held;
}

static inline void
leaves_begin(struct ab_index *t)
{
	dead_begin(&t->leaves.dead, &t->leaves.chunks);
}

static inline bool
leaves_release(struct ab_index *t)
{
	return chunks_release(&t->leaves.chunks, t->mem);
}

static inline void
leaves_await(struct ab_index *t, const struct ab_index *from)
{
	chunks_await(&t->leaves.chunks, from->leaves.chunks.live);
}

static inline void
leaves_trim(struct ab_index *t)
{
	chunks_trim(&t->leaves.chunks, t->mem);
}

static inline bool
leaves_tight(const struct ab_index *t)
{
	return chunks_tight(&t->leaves.chunks);
}

static inline void
leaves_free(struct ab_index *t)
{
	chunks_free(&t->leaves.chunks, t->mem);
}
#endif /* ART_RECORDS_H */
