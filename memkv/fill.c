/* fill.c: an empty index is filled in order: see internal.h. */
#include <string.h>
#include "internal.h"

void
filler_open(struct filler *f, memkv *kv, struct side *s)
{
	bool by_put = s->v->put && !(s->v->caps & AB_BULK_LOAD);
	*f = (struct filler){ .kv = kv, .s = s, .by_put = by_put };
}

/* Make room for `n` more of `size` bytes at *p, which has `used` of `*room`. */
static bool
reserve(const struct ab_alloc *m, void *p, size_t *room, size_t used, size_t n,
	size_t size)
{
	enum { LEAST = 64 };
	void *old;
	if (n <= *room - used)
		return true;
	memcpy(&old, p, sizeof old);
	size_t more = used + n + used / 2 + LEAST;
	void *q = ab_resize(m, old, *room * size, more * size);
	if (!q)
		return false;
	memcpy(p, &q, sizeof q);
	*room = more;
	return true;
}

static enum memkv_status
collect(struct filler *f, struct ab_key key, uint64_t value)
{
	const struct ab_alloc *m = &f->kv->from;
	if (!reserve(m, &f->e, &f->room, f->n, 1, sizeof *f->e) ||
		!reserve(m, &f->bytes, &f->bytes_room, f->bytes_n, key.n, 1))
		return kv_fail(MEMKV_ENOMEM, "out of memory for what is to be built of");
	if (key.n)
		memcpy(f->bytes + f->bytes_n, key.p, key.n);
	f->bytes_n += key.n;
	f->e[f->n++] = (struct ab_entry){ key, value };
	return MEMKV_OK;
}

enum memkv_status
filler_add(struct filler *f, struct ab_key key, uint64_t value)
{
	if (!f->by_put)
		return collect(f, key, value);
	return kv_status_made(f->s->v->put(f->s->t, key, value), &f->s->gauge);
}

enum memkv_status
side_build(struct side *side, const struct ab_entry *sorted, size_t n)
{
	/* What it works with is not limited, but what it leaves. */
	struct gauge *g = &side->gauge;
	gauge_enforce(g, false);
	enum ab_status s = side->v->build(side->t, sorted, n);
	return kv_status_made(s == AB_OK && gauge_passed(g) ? AB_ENOMEM : s, g);
}

static enum memkv_status
build(struct filler *f)
{
	size_t at = 0;
	for (size_t i = 0; i < f->n; i++) {
		f->e[i].key.p = f->bytes ? f->bytes + at : NULL; /* the empty key alone */
		at += f->e[i].key.n;
	}
	return side_build(f->s, f->e, f->n);
}

enum memkv_status
filler_close(struct filler *f, enum memkv_status s)
{
	const struct ab_alloc *m = &f->kv->from;
	if (s == MEMKV_OK && f->n)
		s = build(f);
	if (f->e)
		ab_free(m, f->e, f->room * sizeof *f->e);
	if (f->bytes)
		ab_free(m, f->bytes, f->bytes_room);
	return s;
}

struct copy {
	struct filler f;
	enum memkv_status status;
};

static bool
copy_visit(void *arg, struct ab_key key, uint64_t value)
{
	struct copy *c = arg;
	c->status = filler_add(&c->f, key, value);
	return c->status >= 0;
}

enum memkv_status
side_copy(memkv *kv, struct side *s, const struct ab_variant *v)
{
	struct copy c = { .status = side_open(kv, s, v) };
	if (c.status != MEMKV_OK)
		return c.status;
	filler_open(&c.f, kv, s);
	gauge_enforce(&s->gauge, true);
	enum ab_status scanned = kv->now->v->scan(
		kv->now->t, (struct ab_range){ 0 }, copy_visit, &c);
	if (scanned < 0)
		c.status = kv_status(scanned, NULL);
	c.status = filler_close(&c.f, c.status < 0 ? c.status : MEMKV_OK);
	gauge_enforce(&s->gauge, false);
	if (c.status != MEMKV_OK)
		side_close(s);
	return c.status;
}
