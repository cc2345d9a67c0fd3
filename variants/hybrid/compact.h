/* compact.h: base and delta become a new base, and the delta is empty.
 *
 * All keys are copied out in order, and frozen_build makes a base of them, symbol table
 * included. While that goes on there are the old base and the delta, the keys with 24 bytes
 * each, and what building takes: docs/design/frozen.md has the sum, and how long it
 * takes. Nothing is changed until all is there, nor if that is larger than what was.
 */
#ifndef HYBRID_COMPACT_H
#define HYBRID_COMPACT_H

#include "../frozen/frozen_inspect.h"
#include "hybrid_merge.h"

/* Entries as they are copied out. */
struct harvest {
	struct ab_entry *e;
	uint8_t *bytes;
	size_t n, bytes_n;
};

static bool
harvest_count(void *arg, struct ab_key key, uint64_t value)
{
	struct harvest *h = arg;
	(void)value;
	h->n++;
	h->bytes_n += key.n;
	return true;
}

static bool
harvest_copy(void *arg, struct ab_key key, uint64_t value)
{
	struct harvest *h = arg;
	uint8_t *to = h->bytes + h->bytes_n;
	if (key.n)
		memcpy(to, key.p, key.n);
	h->e[h->n++] = (struct ab_entry){ { to, key.n }, value };
	h->bytes_n += key.n;
	return true;
}

static void
harvest_free(const struct harvest *h, const struct ab_alloc *mem)
{
	if (h->e)
		ab_free(mem, h->e, h->n * sizeof *h->e);
	if (h->bytes)
		ab_free(mem, h->bytes, h->bytes_n + 1);
}

/* Copy all out; false: no memory. Either way it has to be freed. */
static bool
harvest_all(struct harvest *h, const struct ab_index *t)
{
	const struct ab_range all = { 0 };
	*h = (struct harvest){ 0 };
	if (hybrid_scan(t, all, harvest_count, h) != AB_OK)
		return false;
	h->e = ab_alloc(t->mem, h->n * sizeof *h->e);
	h->bytes = ab_alloc(t->mem, h->bytes_n + 1); /* all keys may be empty */
	if (!h->e || !h->bytes)
		return false;
	struct harvest copy = { h->e, h->bytes, 0, 0 };
	return hybrid_scan(t, all, harvest_copy, &copy) == AB_OK;
}

/* The new base, and an empty delta, take the place of what there is. */
static void
hybrid_adopt(struct ab_index *t, const struct frozen *base, uint8_t *dead,
	struct ab_index *delta)
{
	base_free(&t->base, t->dead, t->mem);
	DELTA.destroy(t->delta);
	t->base = *base;
	t->dead = dead;
	t->dead_n = 0;
	t->delta = delta;
}

/* Bytes from the allocator, but for the index itself. */
static size_t
hybrid_held(const struct frozen *base, const struct ab_index *delta)
{
	struct ab_memory m;
	DELTA.memory(delta, &m);
	return frozen_memory(base).total + dead_bytes(base->n) + m.total;
}

/* Without a change there is nothing to do, and with one there is a key: a base of which
 * all are dead is gone at once. */
static enum ab_status
hybrid_compact(struct ab_index *t)
{
	struct frozen base = { 0 };
	uint8_t *dead = NULL;
	struct harvest h;
	if (!t->dead_n && !DELTA.count(t->delta))
		return AB_OK;
	struct ab_index *delta = DELTA.create(t->mem);
	if (!delta)
		return AB_ENOMEM;
	bool built = harvest_all(&h, t) && base_build(&base, &dead, h.e, h.n, t->mem);
	harvest_free(&h, t->mem);
	if (built && hybrid_held(&base, delta) <= hybrid_held(&t->base, t->delta)) {
		hybrid_adopt(t, &base, dead, delta);
	} else {
		if (built)
			base_free(&base, dead, t->mem);
		DELTA.destroy(delta);
	}
	ab_alloc_trim();
	return built ? AB_OK : AB_ENOMEM;
}
#endif /* HYBRID_COMPACT_H */
