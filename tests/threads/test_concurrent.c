/* test_concurrent.c: what art_concurrent promises beyond the contract: threads that end
 * keep nothing from being freed, a scan keeps its blocks and its visitor may write, a scan
 * back beside a writer visits what stays, a del without memory waits for readers, a fork
 * leaves the child an index it can use. */
#include <glib.h>
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "contract/alloc.h"
#include "kit/check.h"

enum { KEYS = 2000, KEY_ROOM = 16 };

static const struct ab_variant *v;

static struct ab_key
key_of(char *room, size_t i)
{
	int n = snprintf(room, KEY_ROOM, "k/%06zu", i);
	return (struct ab_key){ (const uint8_t *)room, (size_t)n };
}

static bool
put(struct ab_index *t, size_t i)
{
	char room[KEY_ROOM];
	return v->put(t, key_of(room, i), i) == AB_OK;
}

static bool
del(struct ab_index *t, size_t i)
{
	char room[KEY_ROOM];
	return v->del(t, key_of(room, i)) == AB_OK;
}

static bool
has(struct ab_index *t, size_t i)
{
	char room[KEY_ROOM];
	uint64_t value = 0;
	return v->get(t, key_of(room, i), &value) == AB_OK && value == i;
}

static size_t
missing(bool (*each)(struct ab_index *t, size_t i), struct ab_index *t)
{
	size_t missed = 0;
	for (size_t i = 0; i < KEYS; i++)
		missed += !each(t, i);
	return missed;
}

static size_t
total(const struct ab_index *t)
{
	struct ab_memory m;
	v->memory(t, &m);
	return m.total;
}

/* ---- threads that end ---- */

struct reading {
	struct ab_index *t;
	size_t wrong;
};

static void *
read_some(void *arg)
{
	struct reading *r = arg;
	for (size_t i = 0; i < KEYS; i += 7)
		r->wrong += !has(r->t, i);
	return NULL;
}

static void
thread_exit(struct ab_index *t)
{
	enum { GENERATIONS = 50, AT_ONCE = 4 };
	size_t fresh = total(t);
	CHECK(missing(put, t) == 0);
	for (int g = 0; g < GENERATIONS; g++) {
		pthread_t threads[AT_ONCE];
		struct reading r[AT_ONCE];
		for (size_t i = 0; i < AT_ONCE; i++) {
			r[i] = (struct reading){ .t = t };
			CHECK(pthread_create(&threads[i], NULL, read_some, &r[i]) == 0);
		}
		for (size_t i = 0; i < AT_ONCE; i++) {
			pthread_join(threads[i], NULL);
			CHECK(r[i].wrong == 0);
		}
	}
	CHECK(missing(del, t) == 0);
	CHECK(v->compact(t) == AB_OK);
	CHECK(total(t) == fresh);
}

/* ---- a scan that lasts ---- */

struct lasting {
	struct ab_index *t;
	size_t visits, wrong, held;
};

/* At the first entry everything goes and something else comes. */
static bool
rewrite(void *arg, struct ab_key key, uint64_t value)
{
	struct lasting *x = arg;
	char room[KEY_ROOM];
	x->wrong += ab_key_cmp(key, key_of(room, value)) != 0;
	if (x->visits++)
		return true;
	for (size_t i = 0; i < KEYS; i++)
		x->wrong += !del(x->t, i);
	for (size_t i = 0; i < KEYS; i += 2)
		x->wrong += !put(x->t, i);
	size_t before = total(x->t);
	v->compact(x->t);
	x->held = total(x->t);
	x->wrong += x->held > before;
	return true;
}

static void
lasting_scan(struct ab_index *t)
{
	struct lasting x = { .t = t };
	CHECK(missing(put, t) == 0);
	CHECK(v->scan(t, (struct ab_range){ 0 }, rewrite, &x) == AB_OK);
	/* Those that came back are there, and of the others it may have seen any. */
	CHECK(x.wrong == 0 && x.visits >= 1 && x.visits <= KEYS);
	CHECK(v->count(t) == KEYS / 2);
	CHECK(v->compact(t) == AB_OK);
	CHECK(total(t) < x.held); /* what had to wait for the scan */
	CHECK(v->check(t) == NULL);
	for (size_t i = 0; i < KEYS; i += 2)
		CHECK(del(t, i));
}

/* ---- from the last to the first, beside a writer ---- */

struct churning {
	struct ab_index *t;
	size_t wrong;
	bool stop; /* atomic */
	pthread_t thread;
};

/* The odd ones come and go. */
static void *
churn_odd(void *arg)
{
	struct churning *c = arg;
	for (size_t i = 1; !__atomic_load_n(&c->stop, __ATOMIC_RELAXED);
		i = (i + 2 * 611) % KEYS) {
		c->wrong += !put(c->t, i);
		c->wrong += !del(c->t, i);
	}
	return NULL;
}

struct descent {
	size_t before, stays, wrong; /* the last number visited; those that stay */
};

static bool
descend(void *arg, struct ab_key key, uint64_t value)
{
	struct descent *d = arg;
	char room[KEY_ROOM];
	d->wrong += ab_key_cmp(key, key_of(room, value)) != 0 || value >= d->before;
	d->before = value;
	d->stays += value % 2 == 0;
	return true;
}

/* Each even key is there all the time: once, and in descending order, whatever comes between. */
static void
back_beside_writer(struct ab_index *t)
{
	enum { SCANS = 200 };
	struct churning c = { .t = t };
	char lo[KEY_ROOM], hi[KEY_ROOM];
	for (size_t i = 0; i < KEYS; i += 2)
		CHECK(put(t, i));
	CHECK(pthread_create(&c.thread, NULL, churn_odd, &c) == 0);
	for (size_t i = 0; i < SCANS; i++) {
		size_t from = i * 7 % KEYS, to = from + (KEYS - from) / 2;
		struct descent all = { KEYS, 0, 0 }, part = { to, 0, 0 };
		CHECK(v->scan_back(t, (struct ab_range){ 0 }, descend, &all) == AB_OK);
		CHECK(all.stays == KEYS / 2 && all.wrong == 0);
		struct ab_range r = { key_of(lo, from), key_of(hi, to), true };
		CHECK(v->scan_back(t, r, descend, &part) == AB_OK);
		CHECK(part.stays == (to + 1) / 2 - (from + 1) / 2 && part.wrong == 0);
	}
	__atomic_store_n(&c.stop, true, __ATOMIC_RELAXED);
	pthread_join(c.thread, NULL);
	CHECK(c.wrong == 0 && v->count(t) == KEYS / 2 && v->check(t) == NULL);
	for (size_t i = 0; i < KEYS; i += 2)
		CHECK(del(t, i));
}

/* ---- without memory ---- */

/* An allocator for several threads that can be told to fail. */
struct switched {
	struct ab_alloc alloc;
	bool off; /* atomic */
};

static void *
switched_alloc(void *ctx, size_t size)
{
	struct switched *s = ctx;
	return __atomic_load_n(&s->off, __ATOMIC_RELAXED) ? NULL : malloc(size);
}

static void *
switched_resize(void *ctx, void *p, size_t old, size_t size)
{
	struct switched *s = ctx;
	(void)old;
	return __atomic_load_n(&s->off, __ATOMIC_RELAXED) ? NULL : realloc(p, size);
}

static void
switched_free(void *ctx, void *p, size_t size)
{
	(void)ctx, (void)size;
	free(p);
}

struct slow {
	struct ab_index *t;
	size_t visits, wrong;
	bool awake; /* atomic: it will leave soon */
	pthread_barrier_t inside;
};

static bool
dawdle(void *arg, struct ab_key key, uint64_t value)
{
	struct slow *x = arg;
	char room[KEY_ROOM];
	x->wrong += ab_key_cmp(key, key_of(room, value)) != 0;
	if (!x->visits++) {
		pthread_barrier_wait(&x->inside);
		g_usleep(50000);
		__atomic_store_n(&x->awake, true, __ATOMIC_RELEASE);
	}
	return true;
}

static void *
scan_slowly(void *arg)
{
	struct slow *x = arg;
	x->wrong += v->scan(x->t, (struct ab_range){ 0 }, dawdle, x) != AB_OK;
	return NULL;
}

static bool
starved_inside(void *arg, struct ab_key key, uint64_t value)
{
	struct lasting *x = arg;
	(void)key, (void)value;
	x->visits++;
	size_t gone = 0;
	while (gone < KEYS && del(x->t, gone))
		gone++;
	x->held = gone; /* the next one was refused: it would wait for this scan */
	return false;
}

static void
starved_delete(void)
{
	struct switched s = { .alloc = { switched_alloc, switched_resize, switched_free,
				      &s } };
	struct ab_index *t = v->create(&s.alloc);
	struct slow x = { .t = t };
	struct lasting own = { .t = t };
	pthread_t thread;
	CHECK(t && missing(put, t) == 0);
	pthread_barrier_init(&x.inside, NULL, 2);
	CHECK(pthread_create(&thread, NULL, scan_slowly, &x) == 0);
	pthread_barrier_wait(&x.inside);
	s.off = true;
	CHECK(missing(del, t) ==
		0); /* the scan is over before there is room for them all */
	CHECK(__atomic_load_n(&x.awake, __ATOMIC_ACQUIRE));
	s.off = false;
	pthread_join(thread, NULL);
	CHECK(x.wrong == 0 && v->count(t) == 0 && v->check(t) == NULL);
	CHECK(missing(put, t) == 0);
	s.off = true;
	CHECK(v->scan(t, (struct ab_range){ 0 }, starved_inside, &own) == AB_STOPPED);
	CHECK(own.visits == 1 && own.held > 0 && own.held < KEYS);
	CHECK(v->count(t) == KEYS - own.held && v->check(t) == NULL);
	s.off = false;
	pthread_barrier_destroy(&x.inside);
	v->destroy(t);
}

#if !CHECK_SANITIZED /* whose own locks a fork of threads may leave taken */
/* ---- fork ---- */

struct busy {
	struct ab_index *t;
	size_t number;
	bool stop; /* atomic */
	pthread_t thread;
};

static void *
be_busy(void *arg)
{
	struct busy *b = arg;
	while (!__atomic_load_n(&b->stop, __ATOMIC_RELAXED)) {
		size_t i = KEYS + b->number;
		put(b->t, i);
		has(b->t, i);
		del(b->t, i);
	}
	return NULL;
}

/* What the child finds: the index between two writes, and nobody else's locks or stays. */
static int
as_child(struct ab_index *t)
{
	size_t wrong = 0, before = 0;
	for (size_t i = 0; i < KEYS; i++)
		wrong += !has(t, i);
	wrong += v->check(t) != NULL;
	v->compact(t);
	before = total(t);
	for (size_t i = KEYS + 100; i < KEYS + 600; i++)
		wrong += !put(t, i);
	for (size_t i = KEYS + 100; i < KEYS + 600; i++)
		wrong += !del(t, i);
	v->compact(t);
	wrong += total(t) > before + 4096; /* but for nodes that are wider now */
	v->destroy(t);
	return wrong ? 1 : 0;
}

static void
forks(struct ab_index *t)
{
	enum { FORKS = 20, BUSY = 2 };
	struct busy busy[BUSY];
	CHECK(missing(put, t) == 0);
	for (size_t i = 0; i < BUSY; i++) {
		busy[i] = (struct busy){ .t = t, .number = i };
		CHECK(pthread_create(&busy[i].thread, NULL, be_busy, &busy[i]) == 0);
	}
	for (int n = 0; n < FORKS; n++) {
		int status = -1;
		pid_t child = fork();
		if (child == 0)
			_exit(as_child(t));
		CHECK(child > 0 && waitpid(child, &status, 0) == child);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	for (size_t i = 0; i < BUSY; i++) {
		__atomic_store_n(&busy[i].stop, true, __ATOMIC_RELAXED);
		pthread_join(busy[i].thread, NULL);
	}
	for (size_t i = 0; i < BUSY; i++)
		del(t, KEYS + i);
	CHECK(missing(has, t) == 0);
	CHECK(missing(del, t) == 0);
}
#endif

/* ---- several indexes, and one that is destroyed while another is read ---- */

static bool
make_and_destroy(void *arg, struct ab_key key, uint64_t value)
{
	struct lasting *x = arg;
	struct ab_meter m;
	(void)key, (void)value;
	ab_meter_init(&m);
	struct ab_index *other = v->create(&m.alloc);
	x->wrong += !other || missing(put, other) || missing(del, other) ||
		    missing(put, other);
	v->destroy(other);
	x->wrong += m.live != 0;
	return ++x->visits < 3;
}

static void
others(struct ab_index *t)
{
	struct lasting x = { .t = t };
	CHECK(missing(put, t) == 0);
	CHECK(v->scan(t, (struct ab_range){ 0 }, make_and_destroy, &x) == AB_STOPPED);
	CHECK(x.visits == 3 && x.wrong == 0);
	CHECK(missing(del, t) == 0);
}

int
main(void)
{
	v = ab_variant_named("art_concurrent");
	if (!v)
		return check_skip("needs libck-dev");
	struct ab_index *t = v->create(NULL);
	if (!CHECK(t != NULL))
		return check_finish();
	thread_exit(t);
	lasting_scan(t);
	back_beside_writer(t);
	others(t);
#if !CHECK_SANITIZED
	forks(t);
#endif
	starved_delete();
	v->destroy(t);
	return check_finish();
}
