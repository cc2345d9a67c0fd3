/* test_rwlock.c: the lock around any structure: its instances are what it makes of their
 * inner variants at run time, it works for every variant there is, and a visitor may
 * read but not write. Its writers' mutex serves in turn who has waited. */
#include <assert.h>
#include <glib.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include "../../variants/lock/fair.h"
#include "../../variants/lock/wrap.h"
#include "contract/alloc.h"
#include "kit/check.h"

static const struct {
	const char *name, *inner;
} instances[] = {
	{ "rwlock_art_boxed", "art_boxed" },
	{ "rwlock_art_copying", "art_copying" },
	{ "rwlock_page_front", "page_front" },
	{ "rwlock_glib_tree", "glib_tree" },
	{ "rwlock_glib_hash", "glib_hash" },
};

/* From create on a vtable has pointers to functions alone. */
enum {
	CALLS_AT = offsetof(struct ab_variant, create),
	CALLS = (sizeof(struct ab_variant) - CALLS_AT) / sizeof(void (*)(void)),
	CREATE = 0
};
static_assert((sizeof(struct ab_variant) - CALLS_AT) % sizeof(void (*)(void)) == 0,
	"nothing but calls");

/* Whatever calls there are, now or later: it has those that the other has, and none of
 * them is the other's own, which would take the lock's index for its own. */
static void
passes_all_on(const struct ab_variant *v, const struct ab_variant *inner, bool creates)
{
	void (*outer_call[CALLS])(void), (*inner_call[CALLS])(void);
	memcpy(outer_call, (const char *)v + CALLS_AT, sizeof outer_call);
	memcpy(inner_call, (const char *)inner + CALLS_AT, sizeof inner_call);
	for (size_t i = 0; i < CALLS; i++) {
		bool has = i == CREATE ? creates : inner_call[i] != NULL;
		if (!CHECK((outer_call[i] != NULL) == has) ||
			!CHECK(!has || outer_call[i] != inner_call[i]))
			fprintf(stderr, "  %s, call %zu of the vtable\n", v->name, i);
	}
}

/* Spelled out by hand, since no constant can be another file's. */
static void
is_worn_rightly(const struct ab_variant *v, const struct ab_variant *inner)
{
	struct ab_variant made;
	ab_rwlock_wrap(inner, &made);
	passes_all_on(v, inner, true);
	CHECK(v->caps == made.caps && v->max_key == made.max_key);
	CHECK(strcmp(v->family, made.family) == 0);
	CHECK(g_strcmp0(v->library, made.library) == 0);
	for (size_t i = 0; i < AB_KINDS; i++)
		CHECK(g_strcmp0(v->node_kinds[i], made.node_kinds[i]) == 0);
}

/* ---- any variant, at run time ---- */

struct visitor {
	const struct ab_variant *v;
	struct ab_index *t;
	size_t visits, wrong;
};

/* In a scan: reads of its own index do not wait for themselves, and writes say so. */
static bool
reads_and_writes(void *arg, struct ab_key key, uint64_t value)
{
	struct visitor *x = arg;
	uint64_t got = 0;
	size_t nested = 0;
	x->visits++;
	x->wrong += x->v->get(x->t, key, &got) != AB_OK || got != value;
	x->wrong += x->v->count(x->t) == 0;
	if (x->v->put)
		x->wrong += x->v->put(x->t, key, ~value) != AB_EBUSY;
	if (x->v->del)
		x->wrong += x->v->del(x->t, key) != AB_EBUSY;
	if (x->v->build)
		x->wrong += x->v->build(x->t, NULL, 0) != AB_EBUSY;
	if (x->v->compact)
		x->wrong += x->v->compact(x->t) != AB_EBUSY;
	struct ab_range none = { .hi = { (const uint8_t *)"", 0 }, .has_hi = true };
	x->wrong += x->v->scan(x->t, none, NULL, &nested) != AB_OK;
	if (x->v->scan_back)
		x->wrong += x->v->scan_back(x->t, none, NULL, &nested) != AB_OK;
	return true;
}

static bool
fill(const struct ab_variant *v, struct ab_index *t, const struct ab_entry *e, size_t n)
{
	if (!v->put)
		return v->build(t, e, n) == AB_OK;
	for (size_t i = 0; i < n; i++)
		if (v->put(t, e[i].key, e[i].value) != AB_OK)
			return false;
	return true;
}

static void
visits(const struct ab_variant *v, struct ab_index *t, size_t n)
{
	struct visitor x = { v, t, 0, 0 };
	struct ab_key all = { 0 };
	CHECK(v->scan(t, (struct ab_range){ 0 }, reads_and_writes, &x) == AB_OK);
	CHECK(x.visits == n && x.wrong == 0);
	x.visits = 0;
	CHECK(v->scan_prefix(t, all, reads_and_writes, &x) == AB_OK);
	CHECK(x.visits == n && x.wrong == 0);
	x.visits = 0;
	if (v->scan_back)
		CHECK(v->scan_back(t, (struct ab_range){ 0 }, reads_and_writes, &x) ==
				AB_OK &&
			x.visits == n && x.wrong == 0);
}

/* A writer waits for a scan to end, and then is let in. */
struct other {
	const struct ab_variant *v;
	struct ab_index *t;
	struct ab_entry entry;
	bool written; /* atomic */
	enum ab_status status;
	pthread_t thread;
};

static void *
write_one(void *arg)
{
	struct other *o = arg;
	o->status = o->v->put(o->t, o->entry.key, o->entry.value);
	__atomic_store_n(&o->written, true, __ATOMIC_RELEASE);
	return NULL;
}

static bool
writer_waits(void *arg, struct ab_key key, uint64_t value)
{
	struct other *o = arg;
	(void)key, (void)value;
	if (o->thread)
		return true;
	CHECK(pthread_create(&o->thread, NULL, write_one, o) == 0);
	g_usleep(10000);
	CHECK(!__atomic_load_n(&o->written, __ATOMIC_ACQUIRE));
	return true;
}

static void
excludes(const struct ab_variant *v, struct ab_index *t)
{
	struct other o = { .v = v, .t = t };
	uint64_t got = 0;
	o.entry = (struct ab_entry){ { (const uint8_t *)"written", 7 }, 77 };
	CHECK(v->scan(t, (struct ab_range){ 0 }, writer_waits, &o) == AB_OK);
	pthread_join(o.thread, NULL);
	CHECK(o.written && o.status == AB_OK);
	CHECK(v->get(t, o.entry.key, &got) == AB_OK && got == 77);
}

static void
wraps(const struct ab_variant *inner)
{
	enum { N = 100 };
	struct ab_variant v;
	struct ab_entry e[N];
	char bytes[N][16];
	struct ab_meter meter;
	ab_meter_init(&meter);
	ab_rwlock_wrap(inner, &v);
	passes_all_on(&v, inner, false);
	CHECK(v.caps & AB_PARALLEL_WRITES && v.create == NULL);
	for (size_t i = 0; i < N; i++) {
		int n = snprintf(bytes[i], sizeof bytes[i], "key%03zu", i);
		e[i] = (struct ab_entry){ { (const uint8_t *)bytes[i], (size_t)n }, i };
	}
	bool own = inner->caps & AB_OWN_ALLOC;
	struct ab_index *t = ab_rwlock_create(inner, own ? NULL : &meter.alloc);
	if (!CHECK(t != NULL) || !CHECK(fill(&v, t, e, N)))
		return;
	bool holds = !(v.caps & AB_HOLDS_NOTHING);
	CHECK(v.count(t) == (holds ? N : 0));
	if (v.scan && holds)
		visits(&v, t, N);
	if (v.scan && v.put && holds)
		excludes(&v, t);
	if (v.memory) {
		struct ab_memory m;
		v.memory(t, &m);
		CHECK(own || m.total == meter.live);
	}
	CHECK(!v.check || v.check(t) == NULL);
	v.destroy(t);
	CHECK(meter.live == 0);
}

/* ---- the mutex of writers ---- */

enum { QUEUED = 5 };

struct queued {
	struct fair *f;
	size_t *served, rank;
	pthread_t thread;
};

static void *
take_turn(void *arg)
{
	struct queued *q = arg;
	fair_take(q->f);
	q->rank = (*q->served)++;
	fair_leave(q->f);
	return NULL;
}

/* Where the queue ends, which moves with each that comes. */
static struct fair_waiter **
end_of(struct fair *f)
{
	pthread_mutex_lock(&f->door);
	struct fair_waiter **end = f->end;
	pthread_mutex_unlock(&f->door);
	return end;
}

/* They come one after the other, and when all have waited for long, this thread leaves and comes
 * back behind them. */
static void
serves_in_turn(struct fair *f)
{
	struct queued q[QUEUED];
	size_t served = 0;
	fair_take(f);
	for (size_t i = 0; i < QUEUED; i++) {
		struct fair_waiter **end = end_of(f);
		q[i] = (struct queued){ .f = f, .served = &served };
		if (pthread_create(&q[i].thread, NULL, take_turn, &q[i]))
			g_error("cannot start a thread");
		while (end_of(f) == end)
			sched_yield();
	}
	g_usleep(2000 * FAIR_PATIENCE_MS);
	fair_leave(f);
	fair_take(f);
	CHECK(served == QUEUED);
	fair_leave(f);
	for (size_t i = 0; i < QUEUED; i++) {
		pthread_join(q[i].thread, NULL);
		CHECK(q[i].rank == i);
	}
}

/* Who waits no longer is out of the queue, and keeps nobody from being served. */
static void
gives_up(struct fair *f)
{
	struct timespec past = { 0 };
	fair_take(f);
	CHECK(!fair_wait(f, &past));
	CHECK(f->since == 0 && !f->first && f->end == &f->first);
	CHECK(!fair_try(f));
	fair_leave(f);
	CHECK(fair_try(f));
	fair_leave(f);
}

static void
is_fair(void)
{
	enum { TIMES = 20 };
	struct fair f;
	CHECK(fair_init(&f) == 0);
	for (int i = 0; i < TIMES; i++) {
		serves_in_turn(&f);
		gives_up(&f);
	}
	fair_take(&f);
	fair_forget(&f);
	CHECK(fair_try(&f));
	fair_leave(&f);
	fair_fini(&f);
}

int
main(void)
{
	const struct ab_variant *v;
	for (size_t i = 0; i < G_N_ELEMENTS(instances); i++) {
		const struct ab_variant *inner = ab_variant_named(instances[i].inner);
		v = ab_variant_named(instances[i].name);
		if (CHECK(v && inner))
			is_worn_rightly(v, inner);
	}
	for (size_t i = 0; (v = ab_variant_at(i)); i++)
		wraps(v);
	is_fair();
	return check_finish();
}
