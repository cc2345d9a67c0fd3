/* scan.c: entries in order, for a visitor. */
#include <string.h>
#include "scan.h"

enum memkv_status
kv_null_argument(void)
{
	return kv_fail(MEMKV_EINVAL,
		"the visitor is NULL, or a key that is NULL has a length that is not 0");
}

/* ---- bounds ---- */

enum memkv_status
key_copy(struct key_copy *c, const memkv *kv, struct ab_key key)
{
	if (!kv)
		return kv_null_store();
	c->n = key.n < BOUND_MOST ? key.n : BOUND_MOST;
	c->p = c->n < sizeof c->own ? c->own : ab_alloc(&kv->from, c->n + 1);
	if (!c->p)
		return kv_fail(MEMKV_ENOMEM, "out of memory");
	if (!key.p)
		memset(c->p, 0xff, c->n);
	else if (c->n)
		memcpy(c->p, key.p, c->n);
	c->p[c->n] = 0;
	return MEMKV_OK;
}

void
key_copy_free(const struct key_copy *c, const memkv *kv)
{
	if (c->p != c->own)
		ab_free(&kv->from, c->p, c->n + 1);
}

enum memkv_status
prefix_range(
	struct key_copy *c, const memkv *kv, struct ab_key prefix, struct ab_range *r)
{
	enum memkv_status s = key_copy(c, kv, prefix);
	if (s == MEMKV_OK)
		*r = ab_prefix_range((struct ab_key){ prefix.p, c->n }, c->p);
	return s;
}

/* ---- entry by entry ---- */

struct visitor {
	memkv_visit *visit;
	void *arg;
};

static bool
pass_on(void *arg, struct ab_key key, uint64_t value)
{
	const struct visitor *v = arg;
	return v->visit(v->arg, key.p ? key.p : (const uint8_t *)"", key.n, value);
}

static enum memkv_status
range(const memkv *kv, struct ab_range r, bool back, ab_visit *visit, void *arg)
{
	struct visit in;
	enum memkv_status s = kv_visit(kv, &in);
	if (s != MEMKV_OK)
		return s;
	const struct side *side = kv->now;
	enum ab_status scanned = back ? ab_scan_back(side->v, side->t, r, visit, arg)
				      : side->v->scan(side->t, r, visit, arg);
	kv_visit_done(kv, &in);
	return kv_status(scanned, NULL);
}

static enum memkv_status
visit_range(const memkv *kv, struct ab_range r, bool back, memkv_visit *visit, void *arg)
{
	struct visitor v = { visit, arg };
	if (!visit || key_is_null(r.lo.p, r.lo.n) || key_is_null(r.hi.p, r.hi.n))
		return kv_null_argument();
	return range(kv, r, back, pass_on, &v);
}

enum memkv_status
memkv_range(const memkv *kv, const void *lo, size_t lo_n, const void *hi, size_t hi_n,
	memkv_visit *visit, void *arg)
{
	KV_NOT_CANCELLED;
	return visit_range(kv, range_of(lo, lo_n, hi, hi_n), false, visit, arg);
}

enum memkv_status
memkv_range_back(const memkv *kv, const void *lo, size_t lo_n, const void *hi,
	size_t hi_n, memkv_visit *visit, void *arg)
{
	KV_NOT_CANCELLED;
	return visit_range(kv, range_of(lo, lo_n, hi, hi_n), true, visit, arg);
}

enum memkv_status
memkv_prefix(const memkv *kv, const void *prefix, size_t n, memkv_visit *visit, void *arg)
{
	KV_NOT_CANCELLED;
	struct visitor v = { visit, arg };
	struct visit in;
	if (!visit || key_is_null(prefix, n))
		return kv_null_argument();
	enum memkv_status s = kv_visit(kv, &in);
	if (s != MEMKV_OK)
		return s;
	const struct side *side = kv->now;
	s = kv_status(
		side->v->scan_prefix(side->t, key_of(prefix, n), pass_on, &v), NULL);
	kv_visit_done(kv, &in);
	return s;
}

enum memkv_status
memkv_prefix_back(
	const memkv *kv, const void *prefix, size_t n, memkv_visit *visit, void *arg)
{
	KV_NOT_CANCELLED;
	struct visitor v = { visit, arg };
	struct key_copy end;
	struct ab_range r;
	if (!visit || key_is_null(prefix, n))
		return kv_null_argument();
	enum memkv_status s = prefix_range(&end, kv, key_of(prefix, n), &r);
	if (s != MEMKV_OK)
		return s;
	s = range(kv, r, true, pass_on, &v);
	key_copy_free(&end, kv);
	return s;
}

/* ---- an array at a time ---- */

enum { MANY = 64, MANY_BYTES = 4096 }; /* entries, and bytes of their keys */

struct gathered {
	memkv_visit_many *visit;
	void *arg;
	bool keys, goes_on;
	size_t n, bytes_n;
	struct memkv_entry e[MANY];
	uint8_t bytes[MANY_BYTES];
};

static bool
hand_over(struct gathered *g)
{
	if (g->n && g->goes_on)
		g->goes_on = g->visit(g->arg, g->e, g->n);
	g->n = g->bytes_n = 0;
	return g->goes_on;
}

/* A key for which there is no room comes by itself, from where it is. */
static bool
gather(void *arg, struct ab_key key, uint64_t value)
{
	struct gathered *g = arg;
	struct memkv_entry e = { NULL, 0, value };
	if (g->n == MANY || (g->keys && key.n > MANY_BYTES - g->bytes_n))
		if (!hand_over(g))
			return false;
	if (g->keys) {
		bool fits = key.n <= MANY_BYTES;
		e.n = key.n;
		e.key = fits ? g->bytes + g->bytes_n : key.p;
		if (fits && key.n)
			memcpy(g->bytes + g->bytes_n, key.p, key.n);
		g->bytes_n += fits ? key.n : 0;
		g->e[g->n++] = e;
		return fits || hand_over(g);
	}
	g->e[g->n++] = e;
	return true;
}

enum memkv_status
memkv_range_many(const memkv *kv, const void *lo, size_t lo_n, const void *hi,
	size_t hi_n, bool keys, memkv_visit_many *visit, void *arg)
{
	KV_NOT_CANCELLED;
	struct gathered g;
	struct visit in;
	if (!visit || key_is_null(lo, lo_n) || key_is_null(hi, hi_n))
		return kv_null_argument();
	enum memkv_status s = kv_visit(kv, &in);
	if (s != MEMKV_OK)
		return s;
	const struct side *side = kv->now;
	struct ab_range r = range_of(lo, lo_n, hi, hi_n);
	g.visit = visit;
	g.arg = arg;
	g.keys = keys;
	g.goes_on = true;
	g.n = g.bytes_n = 0;
	enum ab_status scanned = keys ? side->v->scan(side->t, r, gather, &g)
				      : ab_scan_values(side->v, side->t, r, gather, &g);
	if (!hand_over(&g))
		scanned = AB_STOPPED;
	kv_visit_done(kv, &in);
	return kv_status(scanned, NULL);
}

/* ---- how many ---- */

static enum memkv_status
count_range(const memkv *kv, struct ab_range r, size_t *count)
{
	struct visit in;
	size_t n;
	enum memkv_status s = kv_visit(kv, &in);
	if (s != MEMKV_OK)
		return s;
	s = kv_status(ab_count_range(kv->now->v, kv->now->t, r, &n), NULL);
	kv_visit_done(kv, &in);
	if (s == MEMKV_OK)
		*count = n;
	return s;
}

enum memkv_status
memkv_count(const memkv *kv, const void *lo, size_t lo_n, const void *hi, size_t hi_n,
	size_t *count)
{
	KV_NOT_CANCELLED;
	if (!count || key_is_null(lo, lo_n) || key_is_null(hi, hi_n))
		return kv_fail(MEMKV_EINVAL,
			"there is no place for the count, or a key that is NULL has a "
			"length that is not 0");
	return count_range(kv, range_of(lo, lo_n, hi, hi_n), count);
}

enum memkv_status
memkv_count_prefix(const memkv *kv, const void *prefix, size_t n, size_t *count)
{
	KV_NOT_CANCELLED;
	struct key_copy end;
	struct ab_range r;
	if (!count || key_is_null(prefix, n))
		return kv_fail(MEMKV_EINVAL,
			"there is no place for the count, or a key that is NULL has a "
			"length that is not 0");
	enum memkv_status s = prefix_range(&end, kv, key_of(prefix, n), &r);
	if (s != MEMKV_OK)
		return s;
	s = count_range(kv, r, count);
	key_copy_free(&end, kv);
	return s;
}
