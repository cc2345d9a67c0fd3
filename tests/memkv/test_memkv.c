/* test_memkv.c: every call of artbench/memkv.h on one variant against an oracle, in random
 * order, with cursors open meanwhile: test_memkv VARIANT [SEED]. */
#include <stdio.h>
#include <unistd.h>
#include "kit/check.h"
#include "memkv_oracle.h"
#include "contract/rng.h"

enum { CURSORS = 3, STEPS = CHECK_SANITIZED ? 3000 : 12000, LONG_KEY = 70000 };

/* Where a cursor must be. */
struct spot {
	memkv_cursor *c;
	enum { BEFORE, AT, BEHIND } place;
	struct memkv_entry e; /* with a key of its own */
};

struct world {
	memkv *kv;
	const char *name; /* of the variant that it must be when it is not frozen */
	struct oracle o;
	struct spot spot[CURSORS];
	uint64_t rng;
	bool bulk_only, frozen, mapped;
	bool concurrent; /* MEMKV_CONCURRENT: the index stays what it is */
};

static uint8_t long_key[LONG_KEY];

/* ---- keys: few, so that they meet ---- */

struct key {
	const void *p;
	size_t n;
};

static struct key
some_key(struct world *w, uint8_t *room)
{
	static const char *const stem[] = { "", "a", "https://git", "https://git.x/y",
		"z\xff\xff" };
	static const uint8_t tail[] = { 0, 1, 'a', 'b', 0xfe, 0xff };
	uint64_t pick = rng_below(&w->rng, 400);
	if (pick == 0)
		return (struct key){ NULL, 0 };
	if (pick < 3) {
		size_t n = 60000 + rng_below(&w->rng, MEMKV_KEY_MOST - 60000 + 1);
		return (struct key){ long_key, n };
	}
	const char *s = stem[rng_below(&w->rng, 5)];
	size_t n = strlen(s);
	memcpy(room, s, n);
	for (size_t m = rng_below(&w->rng, 4); m; m--)
		room[n++] = tail[rng_below(&w->rng, sizeof tail)];
	return (struct key){ room, n };
}

/* ---- what an entry must be ---- */

static bool
is_entry(const struct memkv_entry *want, const void *key, size_t n, uint64_t value)
{
	return CHECK(oracle_cmp(want->key, want->n, key, n) == 0) &&
	       CHECK(want->value == value);
}

struct match {
	const struct oracle *o;
	size_t at, stop;
	bool right;
};

static bool
match_visit(void *arg, const void *key, size_t n, uint64_t value)
{
	struct match *m = arg;
	m->right = m->right && CHECK(m->at < m->o->n) &&
		   is_entry(&m->o->e[m->at], key, n, value);
	return m->right && ++m->at != m->stop;
}

static void
check_range(struct world *w, struct key lo, const struct key *hi, size_t steps)
{
	size_t from = oracle_rank(&w->o, lo.p, lo.n);
	size_t to = hi ? oracle_rank(&w->o, hi->p, hi->n) : w->o.n;
	bool stops = steps && from + steps <= to;
	struct match m = { &w->o, from, stops ? from + steps : 0, true };
	enum memkv_status s = memkv_range(w->kv, lo.p, lo.n,
		hi ? hi->n ? hi->p : "" : NULL, hi ? hi->n : 0, match_visit, &m);
	CHECK(m.right && s == (stops ? MEMKV_STOPPED : MEMKV_OK));
	CHECK(m.at == (stops ? from + steps : from < to ? to : from));
}

static void
check_prefix(struct world *w, struct key p)
{
	size_t from = oracle_rank(&w->o, p.p, p.n), to = from;
	while (to < w->o.n && w->o.e[to].n >= p.n &&
		(!p.n || memcmp(w->o.e[to].key, p.p, p.n) == 0))
		to++;
	struct match m = { &w->o, from, 0, true };
	CHECK(memkv_prefix(w->kv, p.p, p.n, match_visit, &m) == MEMKV_OK);
	CHECK(m.right && m.at == to);
}

/* ---- neighbours ---- */

static void
check_found(
	struct world *w, enum memkv_status s, const struct memkv_found *f, size_t rank)
{
	if (rank >= w->o.n)
		CHECK(s == MEMKV_NOT_FOUND);
	else if (CHECK(s == MEMKV_OK))
		is_entry(&w->o.e[rank], f->key, f->n, f->value);
}

static void
check_neighbours(struct world *w, struct key k)
{
	static uint8_t room[LONG_KEY];
	struct memkv_found f = { .key = room, .room = sizeof room };
	size_t rank = oracle_rank(&w->o, k.p, k.n);
	size_t above = rank + (oracle_find(&w->o, k.p, k.n) != NULL);
	check_found(w, memkv_first(w->kv, &f), &f, 0);
	check_found(w, memkv_last(w->kv, &f), &f, w->o.n - 1);
	check_found(w, memkv_next(w->kv, k.p, k.n, &f), &f, above);
	check_found(w, memkv_prev(w->kv, k.p, k.n, &f), &f, rank - 1);
	/* Steps in place. */
	if (k.n)
		memcpy(room, k.p, k.n);
	check_found(w, memkv_prev(w->kv, room, k.n, &f), &f, rank - 1);
	if (rank) {
		check_found(w, memkv_next(w->kv, room, f.n, &f), &f, rank);
		f.room = w->o.e[rank - 1].n;
		check_found(w, memkv_prev(w->kv, k.p, k.n, &f), &f, rank - 1);
		if (f.room) {
			f.room--;
			CHECK(memkv_prev(w->kv, k.p, k.n, &f) == MEMKV_EROOM);
			CHECK(f.n > MEMKV_KEY_MOST && f.value == w->o.e[rank - 1].n);
			size_t small = f.room;
			f.room = sizeof room;
			enum memkv_status s = memkv_prev(w->kv, room, f.n, &f);
			if (k.n <= small)
				check_found(w, s, &f, rank - 1);
			else
				CHECK(s == MEMKV_EINVAL);
		}
	}
}

/* ---- cursors ---- */

static void
spot_set(struct spot *s, const struct oracle *o, size_t rank, int past)
{
	s->place = rank < o->n ? AT : past;
	if (rank >= o->n)
		return;
	struct memkv_entry e = o->e[rank];
	void *copy = oracle_need(malloc(e.n + 1));
	memcpy(copy, e.key, e.n);
	free((void *)(uintptr_t)s->e.key);
	s->e = (struct memkv_entry){ copy, e.n, e.value };
}

static void
check_spot(const struct spot *s)
{
	size_t n = 12345;
	const void *key = memkv_cursor_key(s->c, &n);
	if (s->place == AT && CHECK(key != NULL)) {
		is_entry(&s->e, key, n, memkv_cursor_value(s->c));
	} else {
		CHECK(key == NULL && n == 12345);
		CHECK(memkv_cursor_value(s->c) == 0);
	}
}

static void
step(struct world *w, struct spot *s, struct key k)
{
	const struct oracle *o = &w->o;
	size_t rank = s->place == AT ? oracle_rank(o, s->e.key, s->e.n) : 0;
	bool there = s->place == AT && oracle_find(o, s->e.key, s->e.n);
	enum memkv_status got;
	switch (rng_below(&w->rng, 8)) {
	case 0:
		got = memkv_cursor_first(s->c);
		spot_set(s, o, 0, BEHIND);
		break;
	case 1:
		got = memkv_cursor_last(s->c);
		spot_set(s, o, o->n - 1, BEFORE);
		break;
	case 2:
		got = memkv_cursor_seek(s->c, k.p, k.n);
		spot_set(s, o, oracle_rank(o, k.p, k.n), BEHIND);
		break;
	case 3:
	case 4:
	case 5:
		got = memkv_cursor_next(s->c);
		if (s->place != BEHIND)
			spot_set(s, o, s->place == AT ? rank + there : 0, BEHIND);
		break;
	default:
		got = memkv_cursor_prev(s->c);
		if (s->place != BEFORE)
			spot_set(s, o, (s->place == AT ? rank : o->n) - 1, BEFORE);
		break;
	}
	CHECK(got == (s->place == AT ? MEMKV_OK : MEMKV_NOT_FOUND));
	check_spot(s);
}

/* ---- changes ---- */

static void
put(struct world *w, struct key k)
{
	static const uint64_t untouched = 0xfeedfacecafebeef;
	uint64_t value = rng_next(&w->rng), old = untouched;
	bool asks = value & 1;
	const struct memkv_entry *e = oracle_find(&w->o, k.p, k.n);
	enum memkv_status s = memkv_put(w->kv, k.p, k.n, value, asks ? &old : NULL);
	if (w->frozen || w->bulk_only) {
		CHECK(s == MEMKV_EREADONLY);
		return;
	}
	CHECK(s == (e ? MEMKV_REPLACED : MEMKV_OK));
	CHECK(old == (e && asks ? e->value : untouched));
	oracle_put(&w->o, k.p, k.n, value);
}

static void
take(struct world *w, struct key k)
{
	uint64_t old = 77;
	const struct memkv_entry *e = oracle_find(&w->o, k.p, k.n);
	enum memkv_status s = memkv_remove(w->kv, k.p, k.n, w->rng & 64 ? &old : NULL);
	if (w->frozen || w->bulk_only) {
		CHECK(s == MEMKV_EREADONLY);
		return;
	}
	CHECK(s == (e ? MEMKV_OK : MEMKV_NOT_FOUND));
	CHECK(old == 77 || (e && old == e->value));
	oracle_remove(&w->o, k.p, k.n);
}

static void
look(struct world *w, struct key k)
{
	uint64_t got = 5;
	const struct memkv_entry *e = oracle_find(&w->o, k.p, k.n);
	CHECK(memkv_get(w->kv, k.p, k.n, &got) == (e ? MEMKV_OK : MEMKV_NOT_FOUND));
	CHECK(got == (e ? e->value : 5));
	CHECK(memkv_contains(w->kv, k.p, k.n) == (e != NULL));
}

/* All of it in order, and what is said of it. */
static void
check_all(struct world *w)
{
	struct memkv_stats st;
	struct memkv_memory m;
	check_range(w, (struct key){ NULL, 0 }, NULL, 0);
	CHECK(memkv_len(w->kv) == w->o.n);
	CHECK(memkv_stats(w->kv, &st) == MEMKV_OK && st.keys == w->o.n);
	CHECK(strcmp(st.variant, w->frozen ? "frozen_front" : w->name) == 0);
	CHECK(st.read_only == (w->frozen || w->bulk_only) && st.cursors == CURSORS);
	CHECK(st.cursor_bytes > 0);
	CHECK(memkv_memory(w->kv, &m) == MEMKV_OK && m.total == st.bytes);
	CHECK(m.total == m.inner + m.leaf + m.key + m.slack && m.total);
	CHECK((m.mapped > 0) == w->mapped);
}

/* Fill it anew, from what the oracle has. */
static void
rebuild(struct world *w)
{
	size_t at = 99;
	if (w->frozen || w->bulk_only)
		return;
	if (w->concurrent) {
		CHECK(memkv_clear(w->kv) == MEMKV_EUNSUPPORTED);
		CHECK(memkv_bulk(w->kv, w->o.e, w->o.n, &at) == MEMKV_EUNSUPPORTED);
		return;
	}
	enum memkv_status s = memkv_bulk(w->kv, w->o.e, w->o.n, &at);
	CHECK(s == (w->o.n ? MEMKV_EBUSY : MEMKV_OK));
	CHECK(memkv_clear(w->kv) == MEMKV_OK && memkv_len(w->kv) == 0);
	if (w->o.n > 1) { /* what is out of order is refused, and changes nothing */
		struct memkv_entry was = w->o.e[w->o.n / 2];
		w->o.e[w->o.n / 2] = w->o.e[w->o.n / 2 - 1];
		s = memkv_bulk(w->kv, w->o.e, w->o.n, &at);
		w->o.e[w->o.n / 2] = was;
		CHECK(s == MEMKV_EORDER && at == w->o.n / 2 && memkv_len(w->kv) == 0);
	}
	CHECK(memkv_bulk(w->kv, w->o.e, w->o.n, &at) == MEMKV_OK);
}

static void
rare(struct world *w)
{
	switch (rng_below(&w->rng, 5)) {
	case 0:
		if (w->mapped)
			break;
		if (w->concurrent) {
			CHECK(memkv_freeze(w->kv) == MEMKV_EUNSUPPORTED);
			break;
		}
		CHECK(memkv_freeze(w->kv) == MEMKV_OK);
		w->frozen = true;
		break;
	case 1:
	case 2:
		if (w->bulk_only)
			break; /* would be another variant from then on */
		CHECK(memkv_thaw(w->kv) ==
			(w->concurrent ? MEMKV_EUNSUPPORTED : MEMKV_OK));
		w->frozen = false;
		break;
	case 3: CHECK(memkv_compact(w->kv) == MEMKV_OK); break;
	default: rebuild(w); break;
	}
	check_all(w);
}

static void
act(struct world *w)
{
	uint8_t a_room[64], b_room[64];
	struct key a = some_key(w, a_room), b = some_key(w, b_room);
	uint64_t pick = rng_below(&w->rng, 1000);
	if (pick < 5)
		rare(w);
	else if (pick < 400)
		put(w, a);
	else if (pick < 600)
		take(w, a);
	else if (pick < 700)
		look(w, a);
	else if (pick < 750)
		check_range(w, a, pick & 1 ? &b : NULL, pick & 2 ? 3 : 0);
	else if (pick < 800)
		check_prefix(w, a);
	else if (pick < 870)
		check_neighbours(w, a);
	else
		step(w, &w->spot[pick % CURSORS], a);
}

/* A variant without put starts with what a bulk brings. */
static void
fill(struct world *w)
{
	uint8_t room[64];
	for (int i = 0; i < 500; i++) {
		struct key k = some_key(w, room);
		oracle_put(&w->o, k.p, k.n, rng_next(&w->rng));
	}
	CHECK(memkv_bulk(w->kv, w->o.e, w->o.n, NULL) == MEMKV_OK);
}

/* Then it is a file that is asked. */
static void
go_to_a_file(struct world *w)
{
	char path[] = "/tmp/test_memkv.XXXXXX";
	int fd = mkstemp(path);
	CHECK(fd >= 0 && close(fd) == 0 && memkv_save(w->kv, path) == MEMKV_OK);
	CHECK(memkv_close(w->kv) == MEMKV_OK &&
		memkv_map(path, NULL, &w->kv) == MEMKV_OK);
	CHECK(unlink(path) == 0);
	w->name = "mapped";
	w->bulk_only = w->mapped = true;
}

static void
life(const struct memkv_variant_info *v, enum memkv_threads threads, bool mapped,
	uint64_t seed)
{
	struct world w = { .name = v->name, .rng = seed, .bulk_only = !v->writable };
	w.concurrent = threads == MEMKV_CONCURRENT;
	struct memkv_options o = { .threads = threads };
	uint64_t failed = check_tally.failed;
	if (!CHECK(memkv_open(v->name, &o, &w.kv) == MEMKV_OK))
		return;
	if (w.bulk_only || mapped)
		fill(&w);
	if (mapped)
		go_to_a_file(&w);
	for (int i = 0; i < CURSORS; i++)
		CHECK(memkv_cursor_open(w.kv, &w.spot[i].c) == MEMKV_OK);
	check_all(&w);
	for (int i = 0; i < STEPS && check_tally.failed == failed; i++)
		act(&w);
	if (check_tally.failed != failed)
		fprintf(stderr, "  %s, seed %" PRIu64 "\n", v->name, seed);
	check_all(&w);
	CHECK(memkv_close(w.kv) == MEMKV_EBUSY);
	for (int i = 0; i < CURSORS; i++) {
		check_spot(&w.spot[i]);
		memkv_cursor_close(w.spot[i].c);
		free((void *)(uintptr_t)w.spot[i].e.key);
	}
	CHECK(memkv_close(w.kv) == MEMKV_OK);
	oracle_clear(&w.o);
}

/* ---- the empty key alone: no byte of a key anywhere ---- */

static void
check_empty_key(memkv *kv)
{
	static uint8_t room[1];
	struct memkv_found f = { room, 0, 9, 0 };
	memkv_cursor *c;
	size_t n = 9;
	uint64_t value = 0;
	CHECK(memkv_len(kv) == 1 && memkv_get(kv, NULL, 0, &value) == MEMKV_OK);
	CHECK(value == 7 && memkv_get(kv, "a", 1, &value) == MEMKV_NOT_FOUND);
	CHECK(memkv_first(kv, &f) == MEMKV_OK && f.n == 0 && f.value == 7);
	CHECK(memkv_last(kv, &f) == MEMKV_OK && memkv_prev(kv, "a", 1, &f) == MEMKV_OK);
	CHECK(memkv_next(kv, NULL, 0, &f) == MEMKV_NOT_FOUND);
	CHECK(memkv_prev(kv, NULL, 0, &f) == MEMKV_NOT_FOUND);
	CHECK(memkv_cursor_open(kv, &c) == MEMKV_OK);
	CHECK(memkv_cursor_seek(c, NULL, 0) == MEMKV_OK);
	CHECK(memkv_cursor_key(c, &n) && n == 0 && memkv_cursor_value(c) == 7);
	CHECK(memkv_cursor_next(c) == MEMKV_NOT_FOUND);
	CHECK(memkv_cursor_prev(c) == MEMKV_OK);
	CHECK(memkv_cursor_prev(c) == MEMKV_NOT_FOUND);
	memkv_cursor_close(c);
}

static void
empty_key_alone(const struct memkv_variant_info *v)
{
	static const struct memkv_entry e = { NULL, 0, 7 };
	char path[] = "/tmp/test_memkv.XXXXXX";
	int fd = mkstemp(path);
	memkv *kv = NULL, *back = NULL;
	CHECK(fd >= 0 && close(fd) == 0);
	CHECK(memkv_open(v->name, NULL, &kv) == MEMKV_OK);
	CHECK(memkv_bulk(kv, &e, 1, NULL) == MEMKV_OK);
	check_empty_key(kv);
	CHECK(memkv_save(kv, path) == MEMKV_OK);
	CHECK(memkv_freeze(kv) == MEMKV_OK);
	check_empty_key(kv);
	CHECK(memkv_thaw(kv) == MEMKV_OK && memkv_compact(kv) == MEMKV_OK);
	check_empty_key(kv);
	if (v->writable)
		CHECK(memkv_clear(kv) == MEMKV_OK &&
			memkv_put(kv, NULL, 0, 7, NULL) == MEMKV_OK);
	check_empty_key(kv);
	CHECK(memkv_close(kv) == MEMKV_OK);
	CHECK(memkv_load(path, v->name, NULL, &kv) == MEMKV_OK);
	CHECK(memkv_map(path, NULL, &back) == MEMKV_OK);
	CHECK(unlink(path) == 0);
	check_empty_key(kv);
	check_empty_key(back);
	CHECK(memkv_freeze(back) == MEMKV_OK && memkv_thaw(back) == MEMKV_OK);
	check_empty_key(back);
	if (v->writable)
		CHECK(memkv_remove(kv, NULL, 0, NULL) == MEMKV_OK && !memkv_len(kv));
	CHECK(memkv_close(kv) == MEMKV_OK && memkv_close(back) == MEMKV_OK);
}

int
main(int argc, char **argv)
{
	struct memkv_variant_info v;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	memset(long_key, 'k', sizeof long_key);
	for (size_t i = 0; argc > 1 && memkv_variant(i, &v); i++) {
		if (strcmp(v.name, argv[1]) != 0)
			continue;
		life(&v, MEMKV_ONE_THREAD, false, seed);
		life(&v, MEMKV_RWLOCK, false, seed + 1);
		life(&v, MEMKV_ONE_THREAD, true, seed + 2);
		if (v.concurrent)
			life(&v, MEMKV_CONCURRENT, false, seed + 3);
		empty_key_alone(&v);
		return check_finish();
	}
	fprintf(stderr, "usage: test_memkv VARIANT [SEED]\n");
	return 2;
}
