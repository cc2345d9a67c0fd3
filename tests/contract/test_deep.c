/* test_deep.c: paths as deep as keys are long, on a thread with a small stack: no
 * operation may need stack in proportion to the depth.
 *
 * Keys are "a", "aa", ... up to DEPTH bytes, and for every second length the key
 * with a final "b" too, so that inner nodes branch. In order they are all of the
 * former by length, then all of the latter from the longest to the shortest. */
#include <glib.h>
#include <pthread.h>
#include <string.h>
#include "contract/alloc.h"
#include "kit/suites.h"

enum { DEPTH = 6000, STACK = 256 * 1024 };

struct deep {
	const struct ab_variant *v;
	struct ab_index *t;
	size_t depth; /* DEPTH, or as long as its keys get */
	uint8_t bytes[DEPTH + 1];
};

static uint64_t
value_of(size_t n, bool b)
{
	return (uint64_t)n << 32 | b;
}

/* The key of `n` a's with or without a "b", good until the next call. */
static struct ab_key
key_of(struct deep *d, size_t n, bool b)
{
	memset(d->bytes, 'a', n);
	d->bytes[n] = 'b';
	return (struct ab_key){ d->bytes, n + b };
}

static void
fill(struct deep *d)
{
	size_t wrong = 0;
	for (size_t n = 1; n <= d->depth; n++) {
		wrong += d->v->put(d->t, key_of(d, n, false), value_of(n, false)) !=
			 AB_OK;
		if (n % 2 == 0)
			wrong += d->v->put(d->t, key_of(d, n, true), value_of(n, true)) !=
				 AB_OK;
	}
	CHECK(wrong == 0);
	CHECK_IS(d->v->count(d->t), d->depth + d->depth / 2);
}

struct walk {
	size_t depth, visits;
	bool right, back;
};

static bool
walk_visit(void *arg, struct ab_key key, uint64_t value)
{
	struct walk *w = arg;
	size_t i = w->visits++;
	if (w->back)
		i = w->depth + w->depth / 2 - 1 - i;
	bool b = i >= w->depth;
	size_t n = b ? w->depth - 2 * (i - w->depth) : i + 1;
	w->right = w->right && key.n == n + b && value == value_of(n, b) &&
		   key.p[key.n - 1] == (b ? 'b' : 'a');
	return w->right;
}

static void
look(struct deep *d)
{
	size_t wrong = 0;
	uint64_t value;
	for (size_t n = 1; n <= d->depth; n++) {
		wrong += d->v->get(d->t, key_of(d, n, false), &value) != AB_OK ||
			 value != value_of(n, false);
		enum ab_status odd = d->v->get(d->t, key_of(d, n, true), &value);
		wrong += n % 2 ? odd != AB_NOT_FOUND
			       : odd != AB_OK || value != value_of(n, true);
	}
	CHECK(wrong == 0);
	struct walk w = { .depth = d->depth, .right = true };
	if (d->v->scan && d->v->caps & AB_ORDERED) {
		CHECK_STATUS(
			d->v->scan(d->t, (struct ab_range){ 0 }, walk_visit, &w), AB_OK);
		CHECK(w.right && w.visits == d->depth + d->depth / 2);
	}
	if (d->v->scan_back) {
		struct walk back = { .depth = d->depth, .right = true, .back = true };
		CHECK_STATUS(
			d->v->scan_back(d->t, (struct ab_range){ 0 }, walk_visit, &back),
			AB_OK);
		CHECK(back.right && back.visits == d->depth + d->depth / 2);
	}
	CHECK_SOUND(d->v, d->t);
}

static void
report(struct deep *d)
{
	struct ab_memory m;
	if (d->v->memory) {
		d->v->memory(d->t, &m);
		CHECK(m.total == m.inner + m.leaf + m.key + m.slack);
	}
	FILE *null = fopen("/dev/null", "w");
	if (CHECK(null != NULL)) {
		if (d->v->dump)
			d->v->dump(d->t, null);
		fclose(null);
	}
}

/* Every third length goes, from the top down; the rest is left to destroy. */
static void
thin(struct deep *d)
{
	size_t wrong = 0, left = d->v->count(d->t);
	for (size_t n = 3; n <= d->depth; n += 3, left--)
		wrong += d->v->del(d->t, key_of(d, n, false)) != AB_OK;
	CHECK(wrong == 0);
	CHECK_IS(d->v->count(d->t), left);
	CHECK_SOUND(d->v, d->t);
}

static void *
on_small_stack(void *arg)
{
	struct deep *d = arg;
	struct ab_meter meter;
	ab_meter_init(&meter);
	d->t = d->v->create(&meter.alloc);
	if (!CHECK(d->t != NULL))
		return NULL;
	fill(d);
	look(d);
	report(d);
	if (d->v->del)
		thin(d);
	d->v->destroy(d->t);
	CHECK_IS(meter.live, 0);
	return NULL;
}

int
suite_deep(const struct ab_variant *v, uint64_t seed)
{
	(void)seed;
	if (v->caps & AB_HOLDS_NOTHING)
		return check_skip("holds nothing");
	if (!v->put)
		return check_skip("has no put");
	struct deep *d = g_new0(struct deep, 1);
	d->v = v;
	d->depth = MIN(DEPTH, (v->max_key - 1) & ~1u); /* even */
	pthread_t thread;
	pthread_attr_t attr;
	pthread_attr_init(&attr);
	CHECK(pthread_attr_setstacksize(&attr, STACK) == 0);
	if (CHECK(pthread_create(&thread, &attr, on_small_stack, d) == 0))
		pthread_join(thread, NULL);
	pthread_attr_destroy(&attr);
	g_free(d);
	return 0;
}
