/* scan.c: entries in order, and single ones by order. */
#include <string.h>
#include "scan.h"

/* ---- many ---- */

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
null_argument(void)
{
	return kv_fail(MEMKV_EINVAL,
		"the visitor is NULL, or a key that is NULL has a length that is not 0");
}

enum memkv_status
memkv_range(const memkv *kv, const void *lo, size_t lo_n, const void *hi, size_t hi_n,
	memkv_visit *visit, void *arg)
{
	struct visitor v = { visit, arg };
	struct ab_range r = { key_of(lo, lo_n), key_of(hi, hi_n), hi };
	struct visit in;
	if (!visit || key_is_null(lo, lo_n) || key_is_null(hi, hi_n))
		return null_argument();
	enum memkv_status s = kv_visit(kv, &in);
	if (s != MEMKV_OK)
		return s;
	const struct side *side = kv->now;
	s = kv_status(side->v->scan(side->t, r, pass_on, &v), NULL);
	kv_visit_done(kv, &in);
	return s;
}

enum memkv_status
memkv_prefix(const memkv *kv, const void *prefix, size_t n, memkv_visit *visit, void *arg)
{
	struct visitor v = { visit, arg };
	struct visit in;
	if (!visit || key_is_null(prefix, n))
		return null_argument();
	enum memkv_status s = kv_visit(kv, &in);
	if (s != MEMKV_OK)
		return s;
	const struct side *side = kv->now;
	s = kv_status(
		side->v->scan_prefix(side->t, key_of(prefix, n), pass_on, &v), NULL);
	kv_visit_done(kv, &in);
	return s;
}

/* ---- one ---- */

/* A visitor of the entry sought. */
struct pick {
	ab_visit *take;
	void *arg;
	size_t before; /* entries to be passed over */
	bool last;     /* what follows is sought more */
	bool found;
};

static bool
pick(void *arg, struct ab_key key, uint64_t value)
{
	struct pick *p = arg;
	if (p->before) {
		p->before--;
		return true;
	}
	p->found = true;
	return p->take(p->arg, key, value) || p->last;
}

static bool
count_entry(void *arg, struct ab_key key, uint64_t value)
{
	(void)key;
	(void)value;
	++*(size_t *)arg;
	return true;
}

/* Where the variant has no way back: count, and pass over all but the last. If others write,
 * there may be more by then, of which each is taken in turn; or fewer: count again. */
static enum ab_status
find_last(const struct side *side, struct ab_range r, struct pick *p)
{
	if (side->v->last)
		return side->v->last(side->t, r, pick, p);
	for (;;) {
		size_t n = 0;
		enum ab_status s = side->v->scan(side->t, r, count_entry, &n);
		if (s < 0 || !n)
			return s;
		p->before = n - 1;
		s = side->v->scan(side->t, r, pick, p);
		if (s < 0 || p->found)
			return s;
	}
}

enum memkv_status
kv_find(const memkv *kv, struct ab_range r, bool last, ab_visit *take, void *arg,
	uint64_t *version)
{
	struct pick p = { .take = take, .arg = arg, .last = last };
	struct visit in;
	enum memkv_status s = kv_visit(kv, &in);
	if (s != MEMKV_OK)
		return s;
	*version = kv_version(kv);
	const struct side *side = kv->now;
	s = kv_status(last ? find_last(side, r, &p) : side->v->scan(side->t, r, pick, &p),
		NULL);
	kv_visit_done(kv, &in);
	if (s < 0)
		return s;
	return p.found ? MEMKV_OK : MEMKV_NOT_FOUND;
}

/* ---- into the caller's room ---- */

struct taker {
	struct memkv_found *out;
	bool fits;
};

static bool
take_found(void *arg, struct ab_key key, uint64_t value)
{
	struct taker *t = arg;
	struct memkv_found *out = t->out;
	out->n = key.n;
	t->fits = key.n <= out->room;
	if (!t->fits)
		return false;
	if (key.n)
		memcpy(out->key, key.p, key.n);
	out->value = value;
	return false;
}

static enum memkv_status
find(const memkv *kv, struct ab_range r, bool last, struct memkv_found *out)
{
	struct taker t = { out, false };
	uint64_t version;
	if (!out || key_is_null(out->key, out->room))
		return kv_fail(MEMKV_EINVAL, "there is no room for the key: it is NULL");
	enum memkv_status s = kv_find(kv, r, last, take_found, &t, &version);
	if (s != MEMKV_OK || t.fits)
		return s;
	return kv_fail(MEMKV_EROOM, "the key has %zu bytes and there is room for %zu",
		out->n, out->room);
}

enum memkv_status
memkv_first(const memkv *kv, struct memkv_found *out)
{
	return find(kv, (struct ab_range){ 0 }, false, out);
}

enum memkv_status
memkv_last(const memkv *kv, struct memkv_found *out)
{
	return find(kv, (struct ab_range){ 0 }, true, out);
}

/* A bound that stays what it is while the key found is put where the caller's was. */
struct bound {
	uint8_t *key;
	size_t n;
	uint8_t own[256];
};

/* Just above the key, which is where it has a zero byte more, or the key itself. What follows
 * the longest key that can be there follows all that begin with it. */
static enum memkv_status
bound_open(struct bound *b, const memkv *kv, struct ab_key key, bool above)
{
	if (!kv || key_is_null(key.p, key.n))
		return kv_fail(MEMKV_EINVAL, "the store or the key is NULL");
	size_t n = key.n <= MEMKV_KEY_MOST ? key.n : MEMKV_KEY_MOST + 1;
	b->n = n + (above && key.n <= MEMKV_KEY_MOST);
	b->key = b->n <= sizeof b->own ? b->own : ab_alloc(&kv->from, b->n);
	if (!b->key)
		return kv_fail(MEMKV_ENOMEM, "out of memory");
	if (n)
		memcpy(b->key, key.p, n);
	if (b->n > n)
		b->key[n] = 0;
	return MEMKV_OK;
}

static void
bound_close(const struct bound *b, const memkv *kv)
{
	if (b->key != b->own)
		ab_free(&kv->from, b->key, b->n);
}

enum memkv_status
memkv_next(const memkv *kv, const void *key, size_t n, struct memkv_found *out)
{
	struct bound b;
	enum memkv_status s = bound_open(&b, kv, key_of(key, n), true);
	if (s != MEMKV_OK)
		return s;
	s = find(kv, (struct ab_range){ .lo = { b.key, b.n } }, false, out);
	bound_close(&b, kv);
	return s;
}

enum memkv_status
memkv_prev(const memkv *kv, const void *key, size_t n, struct memkv_found *out)
{
	struct bound b;
	enum memkv_status s = bound_open(&b, kv, key_of(key, n), false);
	if (s != MEMKV_OK)
		return s;
	s = find(
		kv, (struct ab_range){ .hi = { b.key, b.n }, .has_hi = true }, true, out);
	bound_close(&b, kv);
	return s;
}
