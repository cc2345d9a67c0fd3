/* find.c: single entries by order, put into the caller's room; and keys that begin one. */
#include <string.h>
#include "scan.h"

/* ---- one ---- */

struct sought
sought_by(enum memkv_where where, const struct key_copy *c)
{
	struct ab_key key = { c->p, c->n }, above = { c->p, c->n + (c->n < BOUND_MOST) };
	struct ab_range from = { .lo = key }, below = { .hi = key, .has_hi = true };
	switch (where) {
	case MEMKV_HIGHER: from.lo = above; /* fall through */
	case MEMKV_CEILING: return (struct sought){ .r = from };
	case MEMKV_FLOOR: below.hi = above; /* fall through */
	case MEMKV_LOWER: return (struct sought){ .r = below, .from = FROM_LAST };
	case MEMKV_LAST: return (struct sought){ .from = FROM_LAST };
	case MEMKV_FIRST: break;
	}
	return (struct sought){ .from = FROM_FIRST };
}

enum memkv_status
kv_where(enum memkv_where where)
{
	if ((unsigned)where <= MEMKV_LAST)
		return MEMKV_OK;
	return kv_fail(MEMKV_EINVAL, "%d is none of enum memkv_where", (int)where);
}

/* A visitor of the entry sought. */
struct pick {
	ab_visit *take;
	void *arg;
	bool found;
};

static bool
pick(void *arg, struct ab_key key, uint64_t value)
{
	struct pick *p = arg;
	p->found = true;
	return p->take(p->arg, key, value);
}

static enum memkv_status
find_on(const struct side *side, const struct sought *w, ab_visit *take, void *arg)
{
	struct pick p = { take, arg, false };
	enum ab_status s = AB_OK;
	switch (w->from) {
	case FROM_FIRST: s = side->v->scan(side->t, w->r, pick, &p); break;
	case FROM_LAST: s = ab_scan_back(side->v, side->t, w->r, pick, &p); break;
	case FROM_NTH: s = ab_scan_nth(side->v, side->t, w->nth, pick, &p); break;
	}
	if (s < 0)
		return kv_status(s, NULL);
	return p.found ? MEMKV_OK : MEMKV_NOT_FOUND;
}

enum memkv_status
kv_find(const memkv *kv, const struct sought *w, ab_visit *take, void *arg,
	uint64_t *version)
{
	struct visit in;
	enum memkv_status s = kv_visit(kv, &in);
	if (s != MEMKV_OK)
		return s;
	*version = kv_version(kv);
	s = find_on(kv->now, w, take, arg);
	kv_visit_done(kv, &in);
	return s;
}

/* ---- into the caller's room ---- */

/* What MEMKV_EROOM leaves in out->n, by which a step in place finds where this one began. It is
 * above MEMKV_KEY_MOST, so that there is room for any key, and no key's length: so many bytes, as
 * the room has them now; or behind all keys; or at a key that the room does not take. */
enum {
	AGAIN = MEMKV_KEY_MOST + 1,
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

/* An entry was found that had no room: say so. `again`: what is to be in out->n. */
static enum memkv_status
no_room(struct memkv_found *out, size_t again)
{
	out->n = again;
	return kv_fail(MEMKV_EROOM,
		"the key has %zu bytes and there is room for %zu; %zu are enough for any",
		(size_t)out->value, out->room, out->n);
}

static enum memkv_status
no_place(void)
{
	return kv_fail(MEMKV_EINVAL, "there is no room for the key: it is NULL");
}

static enum memkv_status
find(const memkv *kv, const struct sought *w, size_t again, struct memkv_found *out)
{
	struct taker t = { out, false };
	uint64_t version;
	enum memkv_status s = kv_find(kv, w, take_found, &t, &version);
	return s != MEMKV_OK || t.fits ? s : no_room(out, again);
}

enum memkv_status
kv_pop(memkv *kv, const struct sought *w, struct memkv_found *out)
{
	struct taker t = { out, false };
	struct frame frame;
	kv_look(kv, &frame);
	enum memkv_status s = find_on(kv->now, w, take_found, &t);
	kv_looked(kv, &frame);
	if (s != MEMKV_OK)
		return s;
	if (!t.fits)
		return MEMKV_EROOM;
	return kv_status(kv_del(kv, key_of(out->key, out->n)), &kv->now->gauge);
}

static enum memkv_status
pop(memkv *kv, const struct sought *w, size_t again, struct memkv_found *out)
{
	enum memkv_status s = kv_write(kv, false);
	if (s != MEMKV_OK)
		return s;
	const struct memkv_found was = *out;
	s = kv->now->v->del ? kv_pop(kv, w, out) : kv_no_put(kv);
	kv_write_done(kv);
	if (s == MEMKV_EROOM)
		return no_room(out, again);
	if (s < 0)
		*out = was;
	return s;
}

enum memkv_status
memkv_nth(const memkv *kv, size_t i, struct memkv_found *out)
{
	KV_NOT_CANCELLED;
	struct sought w = { .from = FROM_NTH, .nth = i };
	if (!out || key_is_null(out->key, out->room))
		return no_place();
	return find(kv, &w, AGAIN_ELSEWHERE, out);
}

/* ---- by a key, which may be in the room ---- */

struct bound {
	struct key_copy at;
	size_t again; /* what is to be said, and to stand, in `out` for the step to be done again */
};

static bool
is_end(enum memkv_where where)
{
	return where == MEMKV_FIRST || where == MEMKV_LAST;
}

/* The key that a step begins at, which stays what it is while the one found is put where the
 * caller's was. */
static enum memkv_status
bound_open(struct bound *b, const memkv *kv, enum memkv_where where, struct ab_key key,
	const struct memkv_found *out)
{
	bool in_place = out && key.p == out->key, behind = false;
	if (is_end(where))
		key = (struct ab_key){ 0 };
	else if (in_place && key.n == out->n && key.n > MEMKV_KEY_MOST) {
		if (key.n > AGAIN_FROM_BEHIND)
			return kv_fail(MEMKV_EINVAL,
				"the step that found no room began at a key that the "
				"room did not have; begin there again");
		behind = key.n == AGAIN_FROM_BEHIND;
		key = behind ? (struct ab_key){ NULL, BOUND_MOST }
			     : (struct ab_key){ key.p, key.n - AGAIN };
	}
	if (!behind && key_is_null(key.p, key.n))
		return kv_null_key();
	enum memkv_status s = key_copy(&b->at, kv, key);
	if (behind || where == MEMKV_LAST)
		b->again = AGAIN_FROM_BEHIND;
	else if (in_place || (out && b->at.n <= out->room))
		b->again = AGAIN + b->at.n;
	else
		b->again = AGAIN_ELSEWHERE;
	return s;
}

static enum memkv_status
step(const memkv *kv, memkv *changed, enum memkv_where where, struct ab_key key,
	struct memkv_found *out)
{
	struct bound b;
	enum memkv_status s = kv_where(where);
	if (s == MEMKV_OK)
		s = bound_open(&b, kv, where, key, out);
	if (s != MEMKV_OK)
		return s;
	struct sought w = sought_by(where, &b.at);
	if (!out || key_is_null(out->key, out->room))
		s = no_place();
	else if (changed)
		s = pop(changed, &w, b.again, out);
	else
		s = find(kv, &w, b.again, out);
	/* The key stands in the room again, if it stood there; a pop may have written over it. */
	bool failed = s < 0 && out && key.p == out->key;
	if ((s == MEMKV_EROOM || failed) && b.again < AGAIN_FROM_BEHIND && b.at.n)
		memcpy(out->key, b.at.p, b.at.n);
	key_copy_free(&b.at, kv);
	return s;
}

enum memkv_status
memkv_find(const memkv *kv, enum memkv_where where, const void *key, size_t n,
	struct memkv_found *out)
{
	KV_NOT_CANCELLED;
	return step(kv, NULL, where, key_of(key, n), out);
}

enum memkv_status
memkv_pop(memkv *kv, enum memkv_where where, const void *key, size_t n,
	struct memkv_found *out)
{
	KV_NOT_CANCELLED;
	return step(kv, kv, where, key_of(key, n), out);
}

enum memkv_status
memkv_first(const memkv *kv, struct memkv_found *out)
{
	return memkv_find(kv, MEMKV_FIRST, NULL, 0, out);
}

enum memkv_status
memkv_last(const memkv *kv, struct memkv_found *out)
{
	return memkv_find(kv, MEMKV_LAST, NULL, 0, out);
}

enum memkv_status
memkv_next(const memkv *kv, const void *key, size_t n, struct memkv_found *out)
{
	return memkv_find(kv, MEMKV_HIGHER, key, n, out);
}

enum memkv_status
memkv_prev(const memkv *kv, const void *key, size_t n, struct memkv_found *out)
{
	return memkv_find(kv, MEMKV_LOWER, key, n, out);
}

/* ---- the keys that begin one ---- */

/* The greatest key not above so many first bytes of `key`, and what it is to that. */
struct beginning {
	struct ab_key key;
	size_t shared; /* bytes that they have in common */
	bool begins;   /* all of it: it is handed on */
	bool stopped;
	memkv_visit *visit;
	void *arg;
};

static bool
look_at(void *arg, struct ab_key key, uint64_t value)
{
	struct beginning *b = arg;
	size_t most = key.n < b->key.n ? key.n : b->key.n, n = 0;
	while (n < most && key.p[n] == b->key.p[n])
		n++;
	b->shared = n;
	b->begins = n == key.n;
	if (b->begins)
		b->stopped = !b->visit(b->arg, n ? key.p : (const uint8_t *)"", n, value);
	return false;
}

/* Each step down is to a key that begins `key`, or else tells how much of it those have at most
 * that do: what it shares, for they are below. `c` has a copy, which is cut short. */
static enum memkv_status
walk_beginnings(const memkv *kv, struct key_copy *c, struct beginning *b)
{
	enum memkv_status s = MEMKV_OK;
	struct ab_key most = { c->p, c->n };
	bool more = true;
	while (s == MEMKV_OK && more && !b->stopped) {
		struct ab_range r = { .hi = { c->p, most.n + 1 }, .has_hi = true };
		c->p[most.n] = 0;
		s = find_on(kv->now, &(struct sought){ .r = r, .from = FROM_LAST },
			look_at, b);
		more = !b->begins || b->shared;
		most.n = b->shared - b->begins;
	}
	return s == MEMKV_NOT_FOUND ? MEMKV_OK : s;
}

enum memkv_status
memkv_prefixes(const memkv *kv, const void *key, size_t n, memkv_visit *visit, void *arg)
{
	KV_NOT_CANCELLED;
	struct key_copy c;
	struct visit in;
	if (!visit || key_is_null(key, n))
		return kv_null_argument();
	if (n > MEMKV_KEY_MOST) /* no key has more */
		n = MEMKV_KEY_MOST;
	enum memkv_status s = key_copy(&c, kv, key_of(key, n));
	if (s != MEMKV_OK)
		return s;
	struct beginning b = { .key = { key, n }, .visit = visit, .arg = arg };
	s = kv_visit(kv, &in);
	if (s == MEMKV_OK) {
		s = walk_beginnings(kv, &c, &b);
		kv_visit_done(kv, &in);
	}
	key_copy_free(&c, kv);
	return s == MEMKV_OK && b.stopped ? MEMKV_STOPPED : s;
}

struct longest {
	size_t n;
	uint64_t value;
};

static bool
keep_longest(void *arg, const void *key, size_t n, uint64_t value)
{
	(void)key;
	*(struct longest *)arg = (struct longest){ n, value };
	return false;
}

enum memkv_status
memkv_longest_prefix(
	const memkv *kv, const void *key, size_t n, size_t *prefix_n, uint64_t *value)
{
	struct longest found;
	enum memkv_status s = memkv_prefixes(kv, key, n, keep_longest, &found);
	if (s != MEMKV_STOPPED)
		return s == MEMKV_OK ? MEMKV_NOT_FOUND : s;
	if (prefix_n)
		*prefix_n = found.n;
	if (value)
		*value = found.value;
	return MEMKV_OK;
}
