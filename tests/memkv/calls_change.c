/* calls_change.c: what changes a store; see calls.h. */
#include "calls.h"

/* The value leaves the store to its destructor. */
static void
owe(struct calls *c, uint64_t value)
{
	if (c->frees)
		c->owed += value * 0x9e3779b97f4a7c15u;
}

/* Was it refused, as it must be of what cannot be changed, or did it find no memory? Else the
 * oracle is told. */
static bool
is_refused(struct calls *c, enum memkv_status s)
{
	if (c->fixed)
		CHECK(s == MEMKV_EREADONLY || (s == MEMKV_ENOMEM && may_fail(c, s)));
	return c->fixed || may_fail(c, s);
}

static void
oracle_is_put(struct calls *c, const struct key *k, uint64_t value, bool asked)
{
	const struct memkv_entry *e = oracle_find(&c->o, k->p, k->n);
	if (e && !asked && e->value != value)
		owe(c, e->value);
	oracle_put(&c->o, k->p, k->n, value);
}

static void
oracle_is_removed(struct calls *c, const void *key, size_t n, bool asked)
{
	const struct memkv_entry *e = oracle_find(&c->o, key, n);
	if (e && !asked)
		owe(c, e->value);
	oracle_remove(&c->o, key, n);
}

/* ---- one key ---- */

static void
call_put(struct calls *c, unsigned how)
{
	struct key k;
	uint64_t old = 77, value = ++c->values;
	take_key(c, &k);
	const struct memkv_entry *e = oracle_find(&c->o, k.p, k.n);
	if (e && how % 8 == 0)
		value = e->value;
	enum memkv_status s = memkv_put(c->kv, k.p, k.n, value, how & 1 ? &old : NULL);
	if (is_refused(c, s))
		return;
	CHECK(s == (e ? MEMKV_REPLACED : MEMKV_OK));
	CHECK(old == (e && how & 1 ? e->value : 77));
	oracle_is_put(c, &k, value, how & 1);
}

static void
call_remove(struct calls *c, unsigned how)
{
	struct key k;
	uint64_t old = 77;
	take_key(c, &k);
	const struct memkv_entry *e = oracle_find(&c->o, k.p, k.n);
	enum memkv_status s = memkv_remove(c->kv, k.p, k.n, how & 1 ? &old : NULL);
	if (is_refused(c, s))
		return;
	CHECK(s == (e ? MEMKV_OK : MEMKV_NOT_FOUND));
	CHECK(old == (e && how & 1 ? e->value : 77));
	oracle_is_removed(c, k.p, k.n, how & 1);
}

static void
call_insert(struct calls *c)
{
	struct key k;
	uint64_t there = 77, value = ++c->values;
	take_key(c, &k);
	const struct memkv_entry *e = oracle_find(&c->o, k.p, k.n);
	enum memkv_status s = memkv_insert(c->kv, k.p, k.n, value, &there);
	if (is_refused(c, s))
		return;
	CHECK(s == (e ? MEMKV_EXISTS : MEMKV_OK) && there == (e ? e->value : 77));
	if (!e)
		oracle_put(&c->o, k.p, k.n, value);
}

struct update {
	struct calls *c;
	const struct key *k;
	enum memkv_verdict verdict;
	uint64_t value;
	unsigned asked;
};

/* Sees what is there, and may read, but change nothing. */
static enum memkv_verdict
say(void *arg, const uint64_t *old, uint64_t *value)
{
	struct update *u = arg;
	struct calls *c = u->c;
	const struct memkv_entry *e = oracle_find(&c->o, u->k->p, u->k->n);
	uint64_t got = 77, failing = c->purse.fail_at;
	c->purse.fail_at = 0;
	u->asked++;
	CHECK(e ? old && *old == e->value : !old);
	CHECK(memkv_get(c->kv, u->k->p, u->k->n, &got) ==
		(e ? MEMKV_OK : MEMKV_NOT_FOUND));
	CHECK(got == (e ? e->value : 77) && memkv_len(c->kv) == c->o.n);
	CHECK(memkv_put(c->kv, "x", 1, 1, NULL) == MEMKV_EBUSY);
	CHECK(memkv_update(c->kv, "x", 1, say, u) == MEMKV_EBUSY);
	c->purse.fail_at = failing;
	*value = u->value;
	return u->verdict;
}

static void
call_update(struct calls *c, unsigned how)
{
	struct key k;
	take_key(c, &k);
	struct update u = { c, &k, (enum memkv_verdict)(how % 3), ++c->values, 0 };
	const struct memkv_entry *e = oracle_find(&c->o, k.p, k.n);
	enum memkv_status s = memkv_update(c->kv, k.p, k.n, say, &u);
	CHECK(u.asked <= 1 && (s < 0 || u.asked == 1));
	if (is_refused(c, s))
		return;
	if (u.verdict == MEMKV_PUT) {
		CHECK(s == (e ? MEMKV_REPLACED : MEMKV_OK));
		oracle_is_put(c, &k, u.value, false);
		return;
	}
	CHECK(s == (e ? MEMKV_OK : MEMKV_NOT_FOUND));
	if (u.verdict == MEMKV_REMOVE)
		oracle_is_removed(c, k.p, k.n, false);
}

static void
call_pop(struct calls *c, unsigned how)
{
	static uint8_t room[MEMKV_KEY_MOST];
	struct memkv_found f = { .key = room, .room = how & 64 ? sizeof room : 2 };
	enum memkv_where where = (enum memkv_where)(how % 6);
	struct key k;
	take_key(c, &k);
	size_t at = entry_where(c, where, &k);
	enum memkv_status s = memkv_pop(c->kv, where, k.p, k.n, &f);
	if (is_refused(c, s))
		return;
	if (at == c->o.n) {
		CHECK(s == MEMKV_NOT_FOUND);
	} else if (c->o.e[at].n > f.room) {
		CHECK(s == MEMKV_EROOM && f.value == c->o.e[at].n);
	} else if (CHECK(s == MEMKV_OK) && is_entry(&c->o.e[at], f.key, f.n, f.value)) {
		oracle_is_removed(c, f.key, f.n, true);
	}
}

/* ---- several ---- */

static void
call_put_many(struct calls *c)
{
	enum { MOST = 80 };
	static struct key key[MOST];
	struct memkv_entry e[MOST] = { { NULL, 0, 0 } };
	size_t n = take(c) % MOST, done = 99;
	bool sorted = n & 1;
	struct oracle o = { 0 };
	for (size_t i = 0; i < n; i++) {
		take_key(c, &key[i]);
		e[i] = (struct memkv_entry){ key[i].p, key[i].n, ++c->values };
		if (sorted)
			oracle_put(&o, e[i].key, e[i].n, e[i].value);
	}
	n = sorted ? o.n : n;
	enum memkv_status s = memkv_put_many(c->kv, sorted ? o.e : e, n, &done);
	if (n && is_refused(c, s))
		CHECK(!c->fixed || done == 0);
	else
		CHECK(s == MEMKV_OK && done == n);
	for (size_t i = 0; i < done && i < n; i++) {
		const struct memkv_entry *x = sorted ? &o.e[i] : &e[i];
		struct key k = { x->key, x->n, { 0 } };
		oracle_is_put(c, &k, x->value, false);
	}
	oracle_clear(&o);
}

static void
call_remove_range(struct calls *c, unsigned how)
{
	struct extent e;
	size_t gone = SIZE_MAX;
	enum memkv_status s;
	take_extent(c, &e);
	if (how & 1) {
		prefix_extent(c, &e);
		s = memkv_remove_prefix(c->kv, e.lo.p, e.lo.n, &gone);
	} else {
		s = memkv_remove_range(c->kv, e.lo.p, e.lo.n, e.hi_p, e.hi.n, &gone);
	}
	if (c->fixed || gone == SIZE_MAX) {
		CHECK(is_refused(c, s) && (gone == SIZE_MAX || gone == 0));
		return;
	}
	/* Without memory, in order until then. */
	CHECK(may_fail(c, s) ? gone <= e.to - e.from
			     : s == MEMKV_OK && gone == e.to - e.from);
	while (gone--)
		oracle_is_removed(c, c->o.e[e.from].key, c->o.e[e.from].n, false);
}

/* ---- all ---- */

static void
call_whole(struct calls *c, unsigned how)
{
	enum memkv_status s;
	if (how % 4) {
		s = memkv_compact(c->kv);
		CHECK(s == MEMKV_OK || may_fail(c, s));
		return;
	}
	s = memkv_clear(c->kv);
	if (c->threads == MEMKV_CONCURRENT && !c->fixed) {
		CHECK(s == MEMKV_EUNSUPPORTED);
		return;
	}
	if (may_fail(c, s) || (c->fixed && s == MEMKV_EREADONLY))
		return;
	CHECK(s == MEMKV_OK); /* of one without put, too */
	for (size_t i = 0; i < c->o.n; i++)
		owe(c, c->o.e[i].value);
	oracle_clear(&c->o);
}

void
call_change(struct calls *c, unsigned which)
{
	unsigned how = take(c);
	switch (which % 16) {
	case 0:
	case 1: call_remove(c, how); break;
	case 2:
	case 3:
	case 4: call_insert(c); break;
	case 5:
	case 6: call_update(c, how); break;
	case 7: call_pop(c, how); break;
	case 8:
	case 9: call_put_many(c); break;
	case 10: call_remove_range(c, how); break;
	case 11:
		if (how % 8 == 0)
			call_whole(c, how / 8);
		break;
	default: call_put(c, how); break;
	}
}
