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
	struct visit_frame frame;
	bool locked;
	if (!visit || key_is_null(lo, lo_n) || key_is_null(hi, hi_n))
		return null_argument();
	enum memkv_status s = kv_read(kv, &locked);
	if (s != MEMKV_OK)
		return s;
	kv_visit_begin(&frame, kv);
	s = kv_status(kv->now->v->scan(kv->now->t, r, pass_on, &v), NULL);
	kv_visit_end(&frame);
	kv_read_done(kv, locked);
	return s;
}

enum memkv_status
memkv_prefix(const memkv *kv, const void *prefix, size_t n, memkv_visit *visit, void *arg)
{
	struct visitor v = { visit, arg };
	struct visit_frame frame;
	bool locked;
	if (!visit || key_is_null(prefix, n))
		return null_argument();
	enum memkv_status s = kv_read(kv, &locked);
	if (s != MEMKV_OK)
		return s;
	const struct side *side = kv->now;
	kv_visit_begin(&frame, kv);
	s = kv_status(
		side->v->scan_prefix(side->t, key_of(prefix, n), pass_on, &v), NULL);
	kv_visit_end(&frame);
	kv_read_done(kv, locked);
	return s;
}

/* ---- one ---- */

/* A visitor of the one entry sought. */
struct pick {
	bool (*take)(void *arg, struct ab_key key, uint64_t value);
	void *arg;
	size_t before; /* entries to be passed over */
	bool found, taken;
};

static bool
pick(void *arg, struct ab_key key, uint64_t value)
{
	struct pick *p = arg;
	if (p->before && p->before--)
		return true;
	p->found = true;
	p->taken = p->take(p->arg, key, value);
	return false;
}

static bool
count_entry(void *arg, struct ab_key key, uint64_t value)
{
	(void)key;
	(void)value;
	++*(size_t *)arg;
	return true;
}

/* Where the variant has no way back: count, and pass over all but the last. There may be fewer
 * by then, if others write: count again. */
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
kv_find(const memkv *kv, struct ab_range r, bool last,
	bool (*take)(void *arg, struct ab_key key, uint64_t value), void *arg,
	bool *taken)
{
	struct pick p = { .take = take, .arg = arg };
	bool locked;
	enum memkv_status s = kv_read(kv, &locked);
	if (s != MEMKV_OK)
		return s;
	const struct side *side = kv->now;
	s = kv_status(last ? find_last(side, r, &p) : side->v->scan(side->t, r, pick, &p),
		NULL);
	kv_read_done(kv, locked);
	if (s < 0)
		return s;
	*taken = p.taken;
	return p.found ? MEMKV_OK : MEMKV_NOT_FOUND;
}

/* ---- into the caller's room ---- */

static bool
take_found(void *arg, struct ab_key key, uint64_t value)
{
	struct memkv_found *out = arg;
	out->n = key.n;
	if (key.n > out->room)
		return false;
	if (key.n)
		memcpy(out->key, key.p, key.n);
	out->value = value;
	return true;
}

static enum memkv_status
find(const memkv *kv, struct ab_range r, bool last, struct memkv_found *out)
{
	bool taken = false;
	if (!out || key_is_null(out->key, out->room))
		return kv_fail(MEMKV_EINVAL, "there is no room for the key: it is NULL");
	enum memkv_status s = kv_find(kv, r, last, take_found, out, &taken);
	if (s != MEMKV_OK || taken)
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

/* Above a key is what is not below the key with a zero byte behind it. */
struct above {
	uint8_t *key;
	size_t n;
	uint8_t own[256];
};

static bool
above_open(struct above *a, const memkv *kv, struct ab_key key)
{
	/* What follows the longest key that can be there follows all that begin with it. */
	size_t n = key.n <= MEMKV_KEY_MOST ? key.n : MEMKV_KEY_MOST + 1;
	a->n = n + (key.n <= MEMKV_KEY_MOST);
	a->key = a->n <= sizeof a->own ? a->own : ab_alloc(&kv->from, a->n);
	if (!a->key)
		return false;
	if (n)
		memcpy(a->key, key.p, n);
	if (a->n > n)
		a->key[n] = 0;
	return true;
}

static void
above_close(const struct above *a, const memkv *kv)
{
	if (a->key != a->own)
		ab_free(&kv->from, a->key, a->n);
}

enum memkv_status
memkv_next(const memkv *kv, const void *key, size_t n, struct memkv_found *out)
{
	struct above a;
	if (!kv || key_is_null(key, n))
		return kv_fail(MEMKV_EINVAL, "the store or the key is NULL");
	if (!above_open(&a, kv, key_of(key, n)))
		return kv_fail(MEMKV_ENOMEM, "out of memory");
	enum memkv_status s = find(
		kv, (struct ab_range){ .lo = { a.key, a.n } }, false, out);
	above_close(&a, kv);
	return s;
}

enum memkv_status
memkv_prev(const memkv *kv, const void *key, size_t n, struct memkv_found *out)
{
	if (key_is_null(key, n))
		return kv_fail(MEMKV_EINVAL, "the key is NULL");
	return find(
		kv, (struct ab_range){ .hi = key_of(key, n), .has_hi = true }, true, out);
}
