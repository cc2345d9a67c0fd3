/* stress.c: everything at once on one index: two writers, on keys of their own and on
 * each other's, readers that look single keys up, and one that scans. Part of the suite
 * 'parallel', for AB_PARALLEL_WRITES.
 *
 * A value names its key, so that a torn or freed one shows, and freed blocks are
 * overwritten. Every fourth key is permanent: it gets other values but never goes, and
 * each scan must visit it once. When all threads have ended, what is there is what their
 * answers say, and when it has been deleted the memory is what it was at first. */
#include <glib.h>
#include <pthread.h>
#include <string.h>
#include "contract/rng.h"
#include "stress.h"

enum {
	KEYS = 3000,
	WRITERS = 2,
	READERS = 2,
	WRITES = CHECK_SANITIZED ? 10000 : 40000, /* by each writer */
	PERMANENT = 4,                            /* every n-th key */
	DRAINED_SLACK = 64 * 1024,
};

struct arena {
	struct ab_alloc alloc;
	size_t live; /* atomic */
};

struct stress {
	const struct ab_variant *v;
	struct ab_index *t;
	struct arena arena;
	struct ab_entry keys[KEYS]; /* increasing; the value is what all of its share */
	char bytes[KEYS][40];
	pthread_barrier_t start;
	int writing;    /* atomic: writers that are not done */
	size_t written; /* atomic: what they have done */
};

struct actor {
	struct stress *s;
	size_t number;
	uint64_t rng;
	int64_t added; /* keys, less those removed */
	size_t wrong, done;
	size_t seen; /* of what is written, by one that reads */
	pthread_t thread;
};

/* ---- an allocator for any number of threads ---- */

static void *
arena_alloc(void *ctx, size_t size)
{
	struct arena *a = ctx;
	void *p = malloc(size);
	if (p)
		__atomic_add_fetch(&a->live, size, __ATOMIC_RELAXED);
	return p;
}

static void
arena_free(void *ctx, void *p, size_t size)
{
	struct arena *a = ctx;
	if (!p)
		return;
	memset(p, 0xdd, size);
	__atomic_sub_fetch(&a->live, size, __ATOMIC_RELAXED);
	free(p);
}

static void *
arena_resize(void *ctx, void *p, size_t old, size_t size)
{
	void *more = arena_alloc(ctx, size);
	if (!more)
		return NULL;
	memcpy(more, p, old < size ? old : size);
	arena_free(ctx, p, old);
	return more;
}

/* ---- keys and values ---- */

enum { VERSIONS = 1 << 8 };

static uint64_t
value_of(const struct ab_entry *e, uint64_t version)
{
	return e->value ^ version % VERSIONS;
}

static bool
is_of(const struct ab_entry *e, uint64_t value)
{
	return (value ^ e->value) < VERSIONS;
}

static bool
is_permanent(size_t i)
{
	return i % PERMANENT == 0;
}

/* Chains of keys that begin each other, and nodes of up to 100 children. */
static void
make_keys(struct stress *s)
{
	for (size_t i = 0; i < KEYS; i++) {
		int n = snprintf(s->bytes[i], sizeof s->bytes[i], "%02zu/%c%s", i / 100,
			(char)(' ' + i % 100 / 5), &"long/est"[8 - 2 * (i % 5)]);
		s->keys[i] = (struct ab_entry){
			{ (const uint8_t *)s->bytes[i], (size_t)n }, rng_mix(i) << 8
		};
	}
	for (size_t i = 1; i < KEYS; i++) /* they must increase: so each is its own */
		for (size_t k = i;
			k && ab_key_cmp(s->keys[k - 1].key, s->keys[k].key) > 0; k--) {
			struct ab_entry swap = s->keys[k];
			s->keys[k] = s->keys[k - 1];
			s->keys[k - 1] = swap;
		}
}

/* ---- threads ---- */

static void
write_one(struct actor *a, size_t i)
{
	const struct ab_variant *v = a->s->v;
	const struct ab_entry *e = &a->s->keys[i];
	enum ab_status st;
	if (is_permanent(i)) {
		st = v->put(a->s->t, e->key, value_of(e, a->rng));
		a->wrong += st != AB_REPLACED;
	} else if (rng_below(&a->rng, 2)) {
		st = v->put(a->s->t, e->key, value_of(e, a->rng));
		a->wrong += st != AB_OK && st != AB_REPLACED;
		a->added += st == AB_OK;
	} else {
		st = v->del(a->s->t, e->key);
		a->wrong += st != AB_OK && st != AB_NOT_FOUND;
		a->added -= st == AB_OK;
	}
}

/* For a while all over, then in one small place where nodes come and go. */
static void *
writer(void *arg)
{
	struct actor *a = arg;
	pthread_barrier_wait(&a->s->start);
	for (size_t n = 0; n < WRITES; n++) {
		size_t i = n / 1000 % 2 ? rng_below(&a->rng, KEYS)
					: 500 + rng_below(&a->rng, 120);
		write_one(a, i);
		a->done++;
		__atomic_add_fetch(&a->s->written, 1, __ATOMIC_RELAXED);
	}
	__atomic_sub_fetch(&a->s->writing, 1, __ATOMIC_RELEASE);
	return NULL;
}

static bool
goes_on(const struct actor *a)
{
	return __atomic_load_n(&a->s->writing, __ATOMIC_ACQUIRE) > 0;
}

/* A lock that lets readers in first would keep the writers out, as long as there is always
 * one of them in: so each waits, now and then, until something has been written. */
static void
give_way(struct actor *a, size_t writes)
{
	size_t written;
	do {
		g_usleep(200);
		written = __atomic_load_n(&a->s->written, __ATOMIC_RELAXED);
	} while (goes_on(a) && written - a->seen < writes);
	a->seen = written;
}

static void *
reader(void *arg)
{
	struct actor *a = arg;
	const struct ab_variant *v = a->s->v;
	pthread_barrier_wait(&a->s->start);
	do {
		size_t i = a->done % 2 ? rng_below(&a->rng, KEYS)
				       : 500 + rng_below(&a->rng, 120);
		const struct ab_entry *e = &a->s->keys[i];
		uint64_t value = 0;
		enum ab_status st = v->get(a->s->t, e->key, &value);
		a->wrong += st == AB_OK ? !is_of(e, value)
					: st != AB_NOT_FOUND || is_permanent(i);
		a->done++;
		if (a->done % 64 == 0)
			give_way(a, 8);
	} while (goes_on(a));
	return NULL;
}

/* What a scan has come to: the next key that it may visit. */
struct scanned {
	struct actor *a;
	size_t next, to; /* of the keys */
	bool ordered;
	size_t permanent; /* visited, where there is no order */
};

static bool
visit(void *arg, struct ab_key key, uint64_t value)
{
	struct scanned *x = arg;
	const struct ab_entry *keys = x->a->s->keys;
	size_t i = x->ordered ? x->next : 0;
	while (i < x->to && ab_key_cmp(keys[i].key, key) != 0) {
		x->a->wrong += x->ordered && is_permanent(i); /* left out */
		i++;
	}
	x->a->wrong += i == x->to || !is_of(&keys[i], value);
	x->next = i + 1;
	x->permanent += is_permanent(i);
	return true;
}

static void
scan_from(struct actor *a, size_t from, size_t to)
{
	const struct ab_variant *v = a->s->v;
	struct scanned x = { .a = a, .next = from, .to = to, .ordered = true };
	struct ab_range r = { .lo = a->s->keys[from].key };
	if (to < KEYS) {
		r.hi = a->s->keys[to].key;
		r.has_hi = true;
	}
	a->wrong += v->scan(a->s->t, r, visit, &x) != AB_OK;
	for (; x.next < to; x.next++)
		a->wrong += is_permanent(x.next);
	a->done++;
}

/* The hundred keys that begin as this one. */
static void
scan_alike(struct actor *a, size_t hundred)
{
	const struct ab_variant *v = a->s->v;
	struct scanned x = { .a = a, .next = 100 * hundred, .ordered = true };
	struct ab_key prefix = { a->s->keys[x.next].key.p, 3 };
	x.to = x.next + 100;
	a->wrong += v->scan_prefix(a->s->t, prefix, visit, &x) != AB_OK;
	for (; x.next < x.to; x.next++)
		a->wrong += is_permanent(x.next);
	a->done++;
}

static void *
scanner(void *arg)
{
	struct actor *a = arg;
	pthread_barrier_wait(&a->s->start);
	do {
		size_t from = rng_below(&a->rng, KEYS);
		scan_from(a, 0, KEYS);
		scan_from(a, from, from + rng_below(&a->rng, KEYS - from + 1));
		scan_alike(a, a->done % 2 ? 5 : rng_below(&a->rng, KEYS / 100));
		give_way(a, 32);
	} while (goes_on(a));
	return NULL;
}

/* ---- before and after ---- */

static bool
load(struct stress *s)
{
	size_t wrong = 0;
	for (size_t i = 0; i < KEYS; i += PERMANENT)
		wrong += s->v->put(s->t, s->keys[i].key, s->keys[i].value) != AB_OK;
	return CHECK(wrong == 0);
}

static void
memory_adds_up(const struct stress *s, struct ab_memory *m)
{
	if (!s->v->memory)
		return;
	s->v->memory(s->t, m);
	CHECK(m->total == m->inner + m->leaf + m->key + m->slack);
	if (!(s->v->caps & AB_OWN_ALLOC))
		CHECK(m->total == s->arena.live);
}

static void
is_as_answered(struct stress *s, int64_t added)
{
	struct ab_memory m = { 0 };
	int64_t held = (KEYS + PERMANENT - 1) / PERMANENT + added, found = 0;
	size_t wrong = 0;
	for (size_t i = 0; i < KEYS; i++) {
		uint64_t value = 0;
		bool there = s->v->get(s->t, s->keys[i].key, &value) == AB_OK;
		wrong += there ? !is_of(&s->keys[i], value) : is_permanent(i);
		found += there;
	}
	CHECK(wrong == 0);
	CHECK(found == held && (int64_t)s->v->count(s->t) == held);
	CHECK(!s->v->check || s->v->check(s->t) == NULL);
	memory_adds_up(s, &m);
}

static void
is_as_fresh(struct stress *s, const struct ab_memory *fresh)
{
	struct ab_memory m = { 0 };
	for (size_t i = 0; i < KEYS; i++)
		s->v->del(s->t, s->keys[i].key);
	CHECK(s->v->count(s->t) == 0);
	memory_adds_up(s, &m);
	CHECK(m.inner == fresh->inner && m.leaf == 0 && m.key == 0);
	CHECK(m.total <= fresh->total + DRAINED_SLACK);
	if (s->v->compact) {
		CHECK(s->v->compact(s->t) == AB_OK);
		memory_adds_up(s, &m);
		CHECK(m.total == fresh->total);
	}
}

static void
act(struct stress *s, uint64_t seed)
{
	void *(*const parts[])(void *) = { writer, writer, reader, reader, scanner };
	size_t n = G_N_ELEMENTS(parts) - !(s->v->caps & AB_ORDERED);
	struct actor actors[G_N_ELEMENTS(parts)];
	int64_t added = 0;
	pthread_barrier_init(&s->start, NULL, (unsigned)n);
	s->writing = WRITERS;
	for (size_t i = 0; i < n; i++) {
		actors[i] = (struct actor){
			.s = s, .number = i, .rng = rng_mix(seed + i)
		};
		if (pthread_create(&actors[i].thread, NULL, parts[i], &actors[i]))
			g_error("cannot start a thread");
	}
	for (size_t i = 0; i < n; i++) {
		pthread_join(actors[i].thread, NULL);
		CHECK(actors[i].wrong == 0);
		CHECK(actors[i].done > 0);
		added += actors[i].added;
	}
	pthread_barrier_destroy(&s->start);
	is_as_answered(s, added);
}

void
stress(const struct ab_variant *v, uint64_t seed)
{
	struct stress *s = g_new0(struct stress, 1);
	struct ab_memory fresh = { 0 };
	s->v = v;
	s->arena.alloc = (struct ab_alloc){ arena_alloc, arena_resize, arena_free,
		&s->arena };
	make_keys(s);
	s->t = v->create(&s->arena.alloc);
	if (CHECK(s->t != NULL)) {
		memory_adds_up(s, &fresh);
		if (load(s))
			act(s, seed);
		is_as_fresh(s, &fresh);
		v->destroy(s->t);
		CHECK(s->arena.live == 0);
	}
	g_free(s);
}
