/* hybrid.h: a frozen base, what has changed since it was built, and get, put and del of
 * both. hybrid_front.c has the picture.
 *
 * A key is in one place: in the delta, or in the base and not dead. A key of the base that
 * is deleted or given another value is dead from then on, one bit by its rank, and in the
 * second case in the delta. So the delta needs no tombstones of its own, a value no bit to
 * mark one, and a key is in the base or not whatever the delta says. The bits are taken
 * with the base: del needs no memory.
 *
 * The delta is a whole index behind ab.h: DELTA is the vtable of it, told by the variant
 * before it includes this. */
#ifndef HYBRID_HYBRID_H
#define HYBRID_HYBRID_H

#include "../frozen/build.h"
#include "../frozen/frozen_walk.h"

#ifndef DELTA /* where this is parsed alone */
static const struct ab_variant hybrid_no_delta;
#define DELTA hybrid_no_delta
#endif

struct ab_index {
	const struct ab_alloc *mem;
	struct frozen base;
	uint8_t *dead; /* a bit for each key of the base, if it has any */
	size_t dead_n;
	struct ab_index *delta; /* of DELTA */
};

static inline size_t
dead_bytes(size_t n)
{
	return (n + 7) / 8;
}

static inline bool
is_dead(const struct ab_index *t, size_t rank)
{
	return t->dead[rank / 8] >> rank % 8 & 1;
}

/* The first key of the base from `rank` on that is not dead; `end`: there is none before. */
static inline size_t
base_alive(const struct ab_index *t, size_t rank, size_t end)
{
	while (rank < end && is_dead(t, rank)) {
		bool whole = rank % 64 == 0 && end - rank >= 64 &&
			     bits_load64(t->dead + rank / 8) == UINT64_MAX;
		rank += whole ? 64 : 1;
	}
	return rank;
}

/* Past the last one before `end` that is not dead; `rank`: there is none from there on. */
static inline size_t
base_alive_before(const struct ab_index *t, size_t rank, size_t end)
{
	while (end > rank && is_dead(t, end - 1)) {
		bool whole = end % 64 == 0 && end - rank >= 64 &&
			     bits_load64(t->dead + end / 8 - 8) == UINT64_MAX;
		end -= whole ? 64 : 1;
	}
	return end;
}

static inline void
make_dead(struct ab_index *t, size_t rank)
{
	t->dead[rank / 8] |= (uint8_t)(1 << rank % 8);
	t->dead_n++;
}

/* Is `key` in the base and not dead? Then its place. */
static inline bool
base_find(const struct ab_index *t, struct ab_key key, struct frozen_place *at)
{
	if (!t->base.n)
		return false;
	*at = frozen_find(&t->base, key);
	return at->in.exact && !is_dead(t, frozen_rank(at));
}

static size_t
hybrid_count(const struct ab_index *t)
{
	return t->base.n - t->dead_n + DELTA.count(t->delta);
}

static inline void
base_free(const struct frozen *base, uint8_t *dead, const struct ab_alloc *mem)
{
	frozen_free(base, mem);
	if (dead)
		ab_free(mem, dead, dead_bytes(base->n));
}

/* A base of `n` > 0 entries in order, with none dead; false: no memory. */
static inline bool
base_build(struct frozen *base, uint8_t **dead, const struct ab_entry *e, size_t n,
	const struct ab_alloc *mem)
{
	*dead = ab_alloc(mem, dead_bytes(n));
	if (!*dead)
		return false;
	if (frozen_build(base, e, n, mem) != AB_OK) {
		ab_free(mem, *dead, dead_bytes(n));
		*dead = NULL;
		return false;
	}
	memset(*dead, 0, dead_bytes(n));
	return true;
}

static enum ab_status
hybrid_get(const struct ab_index *t, struct ab_key key, uint64_t *value)
{
	struct frozen_place at;
	if (!base_find(t, key, &at))
		return DELTA.get(t->delta, key, value);
	*value = page_value(&at.leaf, at.in.i);
	return AB_OK;
}

/* A key of the base is dead from now on. The last one's death frees the base. */
static void
base_del(struct ab_index *t, const struct frozen_place *at)
{
	make_dead(t, frozen_rank(at));
	if (t->dead_n < t->base.n)
		return;
	base_free(&t->base, t->dead, t->mem);
	t->base = (struct frozen){ 0 };
	t->dead = NULL;
	t->dead_n = 0;
}

static enum ab_status
hybrid_put(struct ab_index *t, struct ab_key key, uint64_t value)
{
	struct frozen_place at;
	bool was = base_find(t, key, &at);
	enum ab_status status = DELTA.put(t->delta, key, value);
	if (status != AB_OK || !was)
		return status;
	base_del(t, &at);
	return AB_REPLACED;
}

static enum ab_status
hybrid_del(struct ab_index *t, struct ab_key key)
{
	struct frozen_place at;
	if (!base_find(t, key, &at))
		return DELTA.del(t->delta, key);
	base_del(t, &at);
	return AB_OK;
}
#endif /* HYBRID_HYBRID_H */
