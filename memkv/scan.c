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
	KV_NOT_CANCELLED;
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
	KV_NOT_CANCELLED;
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

/* What MEMKV_EROOM leaves in out->n, by which a step in place finds where this one began. It is
 * above MEMKV_KEY_MOST, so that there is room for any key, and no key's length: so many bytes, as
 * the room has them now; or behind all keys; or at a key that the room does not take. */
enum {
	AGAIN = MEMKV_KEY_MOST + 1,
	BOUND_MOST = MEMKV_KEY_MOST + 1, /* more bytes of a key lead no further */
	AGAIN_FROM_BEHIND = AGAIN + BOUND_MOST + 1,
	AGAIN_ELSEWHERE
};

struct taker {
	struct memkv_found *out;
	bool fits;
};

static bool
take_found(void *arg, struct ab_key key, uint64_t value)
{
	struct taker *t = arg;
	struct memkv_found *out = t->out;
	t->fits = key.n <= out->room;
	out->value = t->fits ? value : key.n;
	if (!t->fits)
		return false;
	out->n = key.n;
	if (key.n)
		memcpy(out->key, key.p, key.n);
	return false;
}

/* `again`: what is to be in out->n if there is no room. */
static enum memkv_status
find(const memkv *kv, struct ab_range r, bool last, size_t again, struct memkv_found *out)
{
	KV_NOT_CANCELLED;
	struct taker t = { out, false };
	uint64_t version;
	if (!out || key_is_null(out->key, out->room))
		return kv_fail(MEMKV_EINVAL, "there is no room for the key: it is NULL");
	enum memkv_status s = kv_find(kv, r, last, take_found, &t, &version);
	if (s != MEMKV_OK || t.fits)
		return s;
	out->n = again;
	return kv_fail(MEMKV_EROOM,
		"the key has %zu bytes and there is room for %zu; %zu are enough for any",
		(size_t)out->value, out->room, out->n);
}

enum memkv_status
memkv_first(const memkv *kv, struct memkv_found *out)
{
	return find(kv, (struct ab_range){ 0 }, false, AGAIN, out);
}

enum memkv_status
memkv_last(const memkv *kv, struct memkv_found *out)
{
	return find(kv, (struct ab_range){ 0 }, true, AGAIN_FROM_BEHIND, out);
}

/* The key that a step begins at, which stays what it is while the one found is put where the
 * caller's was; a zero byte behind it makes it the least key above. */
struct bound {
	uint8_t *key;
	size_t n;
	bool behind;   /* all keys, which so many bytes of 0xff are */
	bool in_place; /* the caller's is in the room for the one found */
	uint8_t own[256];
};

static enum memkv_status
bound_open(struct bound *b, const memkv *kv, struct ab_key key,
	const struct memkv_found *out)
{
	b->in_place = out && key.p == out->key;
	b->behind = false;
	if (b->in_place && key.n == out->n && key.n > MEMKV_KEY_MOST) {
		if (key.n > AGAIN_FROM_BEHIND)
			return kv_fail(MEMKV_EINVAL,
				"the step that found no room began at a key that the "
				"room did not have; begin there again");
		b->behind = key.n == AGAIN_FROM_BEHIND;
		key.n = b->behind ? BOUND_MOST : key.n - AGAIN;
	}
	if (!kv || (!b->behind && key_is_null(key.p, key.n)))
		return kv_fail(MEMKV_EINVAL, "the store or the key is NULL");
	b->n = key.n < BOUND_MOST ? key.n : BOUND_MOST;
	b->key = b->n < sizeof b->own ? b->own : ab_alloc(&kv->from, b->n + 1);
	if (!b->key)
		return kv_fail(MEMKV_ENOMEM, "out of memory");
	if (b->behind)
		memset(b->key, 0xff, b->n);
	else if (b->n)
		memcpy(b->key, key.p, b->n);
	b->key[b->n] = 0;
	return MEMKV_OK;
}

/* What is to be said, and to stand, in `out` for the step to be done again. */
static size_t
bound_again(const struct bound *b, const struct memkv_found *out)
{
	if (b->behind)
		return AGAIN_FROM_BEHIND;
	return b->in_place || (out && b->n <= out->room) ? AGAIN + b->n : AGAIN_ELSEWHERE;
}

static enum memkv_status
step(const memkv *kv, struct ab_key key, bool up, struct memkv_found *out)
{
	KV_NOT_CANCELLED;
	struct bound b;
	enum memkv_status s = bound_open(&b, kv, key, out);
	if (s != MEMKV_OK)
		return s;
	struct ab_range above = { .lo = { b.key, b.n + (b.n < BOUND_MOST) } };
	struct ab_range below = { .hi = { b.key, b.n }, .has_hi = true };
	size_t again = bound_again(&b, out);
	s = find(kv, up ? above : below, !up, again, out);
	if (s == MEMKV_EROOM && again < AGAIN_FROM_BEHIND && b.n)
		memcpy(out->key, b.key, b.n);
	if (b.key != b.own)
		ab_free(&kv->from, b.key, b.n + 1);
	return s;
}

enum memkv_status
memkv_next(const memkv *kv, const void *key, size_t n, struct memkv_found *out)
{
	return step(kv, key_of(key, n), true, out);
}

enum memkv_status
memkv_prev(const memkv *kv, const void *key, size_t n, struct memkv_found *out)
{
	return step(kv, key_of(key, n), false, out);
}
