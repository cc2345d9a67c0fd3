/* calls.c: the life of a store beside an oracle; see calls.h. */
#include "calls.h"

static uint8_t long_key[LONG_KEY];

/* ---- keys: few, so that they meet, and begin each other ---- */

void
take_key(struct calls *c, struct key *k)
{
	static const char *const stem[] = { "", "a", "ab", "https://git",
		"https://git.x/y", "z\xff\xff", "\xff\xff" };
	static const uint8_t tail[] = { 0, 1, 'a', 'b', 0xfe, 0xff };
	unsigned pick = take(c);
	k->p = k->own;
	if (pick == 255) {
		k->p = NULL;
		k->n = 0;
		return;
	}
	if (pick >= 250) {
		k->p = long_key;
		k->n = MEMKV_KEY_MOST - take(c) % 4;
		return;
	}
	const char *s = stem[pick % 7];
	k->n = strlen(s);
	memcpy(k->own, s, k->n);
	for (unsigned m = pick / 7 % 5; m; m--)
		k->own[k->n++] = tail[take(c) % sizeof tail];
}

void
take_extent(struct calls *c, struct extent *e)
{
	unsigned pick = take(c);
	take_key(c, &e->lo);
	take_key(c, &e->hi);
	e->hi_p = pick % 4 == 0 ? NULL : e->hi.p ? e->hi.p : (const uint8_t *)"";
	if (!e->hi_p)
		e->hi.n = 0;
	e->from = oracle_rank(&c->o, e->lo.p, e->lo.n);
	e->to = e->hi_p ? oracle_rank(&c->o, e->hi_p, e->hi.n) : c->o.n;
	if (e->to < e->from)
		e->to = e->from;
}

/* Of the keys that begin with e->lo. */
void
prefix_extent(const struct calls *c, struct extent *e)
{
	const struct oracle *o = &c->o;
	e->from = e->to = oracle_rank(o, e->lo.p, e->lo.n);
	while (e->to < o->n && o->e[e->to].n >= e->lo.n &&
		(!e->lo.n || memcmp(o->e[e->to].key, e->lo.p, e->lo.n) == 0))
		e->to++;
}

/* ---- what must hold ---- */

bool
may_fail(const struct calls *c, enum memkv_status s)
{
	return (s == MEMKV_ENOMEM && c->fails && c->purse.fail_at &&
		       c->purse.calls >= c->purse.fail_at) ||
	       (s == MEMKV_ELIMIT && c->limited);
}

bool
is_entry(const struct memkv_entry *want, const void *key, size_t n, uint64_t value)
{
	return CHECK(key != NULL) && CHECK(oracle_cmp(want->key, want->n, key, n) == 0) &&
	       CHECK(value == want->value);
}

static void
free_value(void *ctx, uint64_t value)
{
	struct calls *c = ctx;
	c->freed += value * 0x9e3779b97f4a7c15u;
}

struct match {
	const struct oracle *o;
	size_t at;
};

static bool
matches(void *arg, const void *key, size_t n, uint64_t value)
{
	struct match *m = arg;
	return CHECK(m->at < m->o->n) && is_entry(&m->o->e[m->at++], key, n, value);
}

static void
check_all(struct calls *c)
{
	struct match m = { &c->o, 0 };
	CHECK(memkv_range(c->kv, NULL, 0, NULL, 0, matches, &m) == MEMKV_OK);
	CHECK(m.at == c->o.n && memkv_len(c->kv) == c->o.n);
	CHECK(c->freed == c->owed);
}

/* ---- a life ---- */

static bool
open_store(struct calls *c)
{
	struct memkv_options o = { .allocator = &c->purse.a };
	unsigned pick = take(c), how = take(c);
	size_t n = 0;
	while (memkv_variant(n, &c->v))
		n++;
	memkv_variant(pick % n, &c->v);
	c->threads = (enum memkv_threads)(how % 3);
	if (c->threads == MEMKV_CONCURRENT && !c->v.concurrent)
		c->threads = MEMKV_RWLOCK;
	c->frees = how / 3 % 4 == 0 && c->threads != MEMKV_CONCURRENT;
	c->limited = how / 12 % 4 == 0;
	c->fails = how / 48 % 2 == 0;
	o.threads = c->threads;
	o.free_value = c->frees ? free_value : NULL;
	o.free_ctx = c;
	o.memory_limit = c->limited ? 1024u << how / 48 : 0;
	purse_init(&c->purse);
	enum memkv_status s = memkv_open(c->v.name, &o, &c->kv);
	return s == MEMKV_OK || !CHECK(s == MEMKV_ELIMIT && c->limited);
}

/* What has no put begins with what a bulk brings. */
static void
fill(struct calls *c)
{
	struct key k;
	for (unsigned n = take(c); n; n--) {
		take_key(c, &k);
		if (k.n < LONG_KEY / 2)
			oracle_put(&c->o, k.p, k.n, ++c->values);
	}
	enum memkv_status s = memkv_bulk(c->kv, c->o.e, c->o.n, NULL);
	if (!CHECK(s == MEMKV_OK || may_fail(c, s)) || s != MEMKV_OK)
		oracle_clear(&c->o);
}

static void
check_limit(const struct calls *c)
{
	struct memkv_stats st;
	CHECK(memkv_stats(c->kv, &st) == MEMKV_OK);
	CHECK(!c->limited || st.bytes <= st.memory_limit);
}

static void
call(struct calls *c)
{
	unsigned what = take(c), fail = c->fails ? take(c) % 64 : 0;
	c->purse.calls = 0;
	c->purse.fail_at = fail < 8 ? fail : 0;
	if (what < 16 && c->threads != MEMKV_CONCURRENT && !c->limited) {
		c->purse.fail_at = 0;
		c->fixed = what & 1;
		CHECK((c->fixed ? memkv_freeze(c->kv) : memkv_thaw(c->kv)) == MEMKV_OK);
	} else if (what & 1)
		call_read(c, what / 2);
	else
		call_change(c, what / 2);
	c->purse.fail_at = 0;
	check_limit(c);
}

void
calls_run(const uint8_t *bytes, size_t n)
{
	static struct calls c;
	uint64_t failed = check_tally.failed;
	c = (struct calls){ .from = { bytes, bytes + n } };
	memset(long_key, 'k', sizeof long_key);
	if (!open_store(&c) || !c.kv)
		return;
	c.fixed = !c.v.writable;
	if (c.fixed && c.threads != MEMKV_CONCURRENT)
		fill(&c);
	CHECK(memkv_cursor_open(c.kv, &c.cursor) == MEMKV_OK);
	for (unsigned i = 0; c.from.p < c.from.end && check_tally.failed == failed; i++) {
		call(&c);
		if (i % 16 == 0)
			check_all(&c);
		CHECK(c.freed == c.owed);
	}
	check_all(&c);
	memkv_cursor_close(c.cursor);
	for (size_t i = 0; c.frees && i < c.o.n; i++)
		c.owed += c.o.e[i].value * 0x9e3779b97f4a7c15u;
	CHECK(memkv_close(c.kv) == MEMKV_OK && c.purse.live == 0);
	CHECK(c.freed == c.owed);
	if (check_tally.failed != failed && !check_tally.quiet)
		fprintf(stderr, "  %s, threads %d%s%s%s\n", c.v.name, (int)c.threads,
			c.frees ? ", frees" : "", c.limited ? ", limited" : "",
			c.fails ? ", fails" : "");
	oracle_clear(&c.o);
}
