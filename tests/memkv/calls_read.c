/* calls_read.c: what is asked of a store; see calls.h. */
#include "calls.h"

/* ---- visits ---- */

/* Visitors hold what they get against entries `at`, `at` + `by`... of the oracle. */
struct visits {
	const struct oracle *o;
	size_t at, by, left; /* `left` until it stops; 0 is never */
	size_t seen;
	bool keys;
};

static bool
see(struct visits *v, const void *key, size_t n, uint64_t value)
{
	if (!CHECK(v->at < v->o->n))
		return false;
	const struct memkv_entry *want = &v->o->e[v->at];
	v->at += v->by;
	v->seen++;
	return v->keys ? is_entry(want, key, n, value)
		       : CHECK(!key && !n && value == want->value);
}

static bool
visit(void *arg, const void *key, size_t n, uint64_t value)
{
	struct visits *v = arg;
	return see(v, key, n, value) && v->seen != v->left;
}

static bool
visit_many(void *arg, const struct memkv_entry *e, size_t n)
{
	struct visits *v = arg;
	CHECK(n >= 1 && n <= 64);
	for (size_t i = 0; i < n; i++)
		if (!see(v, e[i].key, e[i].n, e[i].value))
			return false;
	return !v->left || v->seen < v->left;
}

/* The visits are those of so many entries, or it stopped, or found no memory. */
static void
check_visits(struct calls *c, enum memkv_status s, const struct visits *v, size_t most)
{
	if (may_fail(c, s))
		CHECK(v->seen <= most);
	else if (v->left && v->seen >= v->left)
		CHECK(s == MEMKV_STOPPED && v->seen <= most);
	else
		CHECK(s == MEMKV_OK && v->seen == most);
}

static void
call_range(struct calls *c, unsigned how)
{
	struct extent e;
	take_extent(c, &e);
	bool back = how & 1, prefix = how & 2, many = how % 8 == 4;
	if (prefix)
		prefix_extent(c, &e);
	struct visits v = { &c->o, back ? e.to - 1 : e.from, back ? (size_t)-1 : 1,
		take(c) % 4, 0, true };
	enum memkv_status s;
	const void *lo = e.lo.p, *hi = e.hi_p;
	if (many) {
		v.keys = take(c) & 1;
		s = memkv_range_many(
			c->kv, lo, e.lo.n, hi, e.hi.n, v.keys, visit_many, &v);
	} else if (prefix) {
		s = (back ? memkv_prefix_back : memkv_prefix)(
			c->kv, lo, e.lo.n, visit, &v);
	} else {
		s = (back ? memkv_range_back : memkv_range)(
			c->kv, lo, e.lo.n, hi, e.hi.n, visit, &v);
	}
	check_visits(c, s, &v, e.to - e.from);
}

/* ---- how many ---- */

static void
call_count(struct calls *c, unsigned how)
{
	struct extent e;
	size_t n = 12345, want;
	enum memkv_status s;
	take_extent(c, &e);
	if (how % 3 == 0) {
		s = memkv_count(c->kv, e.lo.p, e.lo.n, e.hi_p, e.hi.n, &n);
		want = e.to - e.from;
	} else if (how % 3 == 1) {
		prefix_extent(c, &e);
		s = memkv_count_prefix(c->kv, e.lo.p, e.lo.n, &n);
		want = e.to - e.from;
	} else {
		s = memkv_rank(c->kv, e.lo.p, e.lo.n, &n);
		want = e.from;
	}
	CHECK(may_fail(c, s) ? n == 12345 : s == MEMKV_OK && n == want);
}

/* ---- single entries ---- */

/* Which entry of the oracle that is; c->o.n: none. */
size_t
entry_where(const struct calls *c, enum memkv_where where, const struct key *k)
{
	size_t rank = oracle_rank(&c->o, k->p, k->n);
	bool there = oracle_find(&c->o, k->p, k->n);
	size_t at = where == MEMKV_LOWER     ? rank - 1
		    : where == MEMKV_FLOOR   ? rank + there - 1
		    : where == MEMKV_CEILING ? rank
		    : where == MEMKV_HIGHER  ? rank + there
		    : where == MEMKV_FIRST   ? 0
					     : c->o.n - 1;
	return at < c->o.n ? at : c->o.n;
}

static void
check_found(struct calls *c, enum memkv_status s, const struct memkv_found *f, size_t at)
{
	if (may_fail(c, s))
		return;
	if (at == c->o.n)
		CHECK(s == MEMKV_NOT_FOUND);
	else if (CHECK(s == MEMKV_OK))
		is_entry(&c->o.e[at], f->key, f->n, f->value);
}

static void
call_find(struct calls *c, unsigned how)
{
	static uint8_t room[MEMKV_KEY_MOST + 1];
	struct memkv_found f = { .key = room, .room = how & 64 ? sizeof room : 2 };
	enum memkv_where where = (enum memkv_where)(how % 6);
	struct key k;
	take_key(c, &k);
	size_t at = entry_where(c, where, &k);
	enum memkv_status s = memkv_find(c->kv, where, k.p, k.n, &f);
	if (s == MEMKV_EROOM) {
		CHECK(at < c->o.n && f.value == c->o.e[at].n && f.n > MEMKV_KEY_MOST);
		bool kept = k.n <= f.room || where > MEMKV_HIGHER;
		f.room = sizeof room;
		s = memkv_find(c->kv, where, room, f.n, &f);
		if (!kept) {
			CHECK(s == MEMKV_EINVAL || may_fail(c, s));
			return;
		}
	}
	check_found(c, s, &f, at);
}

static void
call_nth(struct calls *c)
{
	static uint8_t room[MEMKV_KEY_MOST];
	struct memkv_found f = { .key = room, .room = sizeof room };
	size_t i = take(c) % (c->o.n + 2);
	check_found(c, memkv_nth(c->kv, i, &f), &f, i < c->o.n ? i : c->o.n);
	f.room = 0;
	enum memkv_status s = memkv_nth(c->kv, i, &f);
	if (i < c->o.n && c->o.e[i].n)
		CHECK(may_fail(c, s) || (s == MEMKV_EROOM && f.n > MEMKV_KEY_MOST &&
						f.value == c->o.e[i].n));
}

/* Where a cursor stands, or ends of a way: NOT_FOUND. */
static bool
check_cursor(struct calls *c, enum memkv_status s, size_t at)
{
	size_t n;
	if (may_fail(c, s))
		return false;
	const void *key = memkv_cursor_key(c->cursor, &n);
	if (at < c->o.n)
		return CHECK(s == MEMKV_OK) &&
		       is_entry(&c->o.e[at], key, n, memkv_cursor_value(c->cursor));
	CHECK(s == MEMKV_NOT_FOUND && !key);
	return false;
}

/* A cursor goes there, and some steps up and down from there. */
static void
call_cursor(struct calls *c, unsigned how)
{
	struct key k;
	size_t at;
	enum memkv_status s;
	unsigned turns = take(c), steps = take(c) % 16;
	take_key(c, &k);
	if (how & 1) {
		at = take(c) % (c->o.n + 2);
		s = memkv_cursor_nth(c->cursor, at);
	} else {
		enum memkv_where where = (enum memkv_where)(how / 2 % 6);
		at = entry_where(c, where, &k);
		s = memkv_cursor_find(c->cursor, where, k.p, k.n);
	}
	while (check_cursor(c, s, at) && steps--) {
		bool down = turns >> steps / 2 & 1;
		at += down ? (size_t)-1 : 1;
		s = (down ? memkv_cursor_prev : memkv_cursor_next)(c->cursor);
	}
}

/* ---- keys that begin one ---- */

/* Those are, from the last to the first, the longest first. */
static void
call_prefixes(struct calls *c)
{
	struct oracle begin = { .e = oracle_need(
					malloc((c->o.n + 1) * sizeof *begin.e)) };
	struct key k;
	size_t n = 99;
	uint64_t value = 99;
	take_key(c, &k);
	for (size_t i = c->o.n; i-- > 0;) {
		const struct memkv_entry *e = &c->o.e[i];
		if (e->n <= k.n && (!e->n || memcmp(e->key, k.p, e->n) == 0))
			begin.e[begin.n++] = *e;
	}
	struct visits v = { &begin, 0, 1, take(c) % 3, 0, true };
	check_visits(c, memkv_prefixes(c->kv, k.p, k.n, visit, &v), &v, begin.n);
	enum memkv_status s = memkv_longest_prefix(c->kv, k.p, k.n, &n, &value);
	if (!may_fail(c, s))
		CHECK(begin.n ? s == MEMKV_OK && n == begin.e->n &&
					value == begin.e->value
			      : s == MEMKV_NOT_FOUND && n == 99 && value == 99);
	free(begin.e);
}

/* ---- several at once ---- */

static void
call_get_many(struct calls *c)
{
	enum { MOST = 80 };
	static struct key key[MOST];
	struct memkv_entry e[MOST] = { { NULL, 0, 0 } };
	bool found[MOST];
	size_t n = take(c) % MOST, hits = 0, want = 0;
	for (size_t i = 0; i < n; i++) {
		take_key(c, &key[i]);
		e[i] = (struct memkv_entry){ key[i].p, key[i].n, 77 };
	}
	CHECK(memkv_get_many(c->kv, e, n, found, &hits) == MEMKV_OK);
	for (size_t i = 0; i < n; i++) {
		const struct memkv_entry *o = oracle_find(&c->o, e[i].key, e[i].n);
		CHECK(found[i] == (o != NULL));
		CHECK(e[i].value == (o ? o->value : 77));
		want += o != NULL;
	}
	CHECK(hits == want);
}

void
call_read(struct calls *c, unsigned which)
{
	unsigned how = take(c);
	switch (which % 8) {
	case 0:
	case 1: call_range(c, how); break;
	case 2: call_count(c, how); break;
	case 3: call_find(c, how); break;
	case 4: call_nth(c); break;
	case 5: call_cursor(c, how); break;
	case 6: call_prefixes(c); break;
	default: call_get_many(c); break;
	}
}
