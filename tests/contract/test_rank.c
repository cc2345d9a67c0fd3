/* test_rank.c: rank and n-th key of a variant, its own or by walking (ab_rank, ab_scan_nth),
 * against sorted keys: of every key, of keys beside, beyond, empty and longer than any; a scan
 * from each number on, from none and from beyond, stopped or not; after random puts and
 * deletions, and after runs up and down. */
#include <glib.h>
#include <string.h>
#include "ab.h"
#include "contract/rng.h"
#include "kit/check.h"

enum { KEYS = 700, LONG = 70000, SEEN_MOST = 3 };

struct test {
	const struct ab_variant *v;
	struct ab_index *t;
	struct ab_entry sorted[KEYS];
	bool in[KEYS];
	size_t n, at[KEYS]; /* those that are in, in order */
};

/* Keys of a few letters, some of which begin others. */
static void
make_keys(struct test *x)
{
	static uint8_t bytes[KEYS][8];
	for (unsigned i = 0; i < KEYS; i++) {
		size_t n = 0;
		for (unsigned rest = i; rest; rest /= 3)
			bytes[i][n++] = (uint8_t)('b' + 2 * (rest % 3));
		x->sorted[i] = (struct ab_entry){ { bytes[i], n }, 1000 + i };
	}
	bytes[0][0] = 'a'; /* not the empty key */
	x->sorted[0].key.n = 1;
	for (unsigned i = 1; i < KEYS; i++) /* by insertion: there are few */
		for (unsigned j = i; j; j--) {
			struct ab_entry e = x->sorted[j];
			if (ab_key_cmp(x->sorted[j - 1].key, e.key) < 0)
				break;
			x->sorted[j] = x->sorted[j - 1];
			x->sorted[j - 1] = e;
		}
}

static void
list(struct test *x)
{
	x->n = 0;
	for (size_t i = 0; i < KEYS; i++)
		if (x->in[i])
			x->at[x->n++] = i;
	CHECK_IS(x->v->count(x->t), x->n);
}

/* How many of those that are in are below `key`. */
static size_t
below(const struct test *x, struct ab_key key)
{
	size_t n = 0;
	while (n < x->n && ab_key_cmp(x->sorted[x->at[n]].key, key) < 0)
		n++;
	return n;
}

static bool
rank_is(const struct test *x, struct ab_key key)
{
	size_t rank;
	return ab_rank(x->v, x->t, key, &rank) == AB_OK && rank == below(x, key);
}

struct seen {
	const struct test *x;
	size_t next, more;
	bool right;
};

static bool
see(void *arg, struct ab_key key, uint64_t value)
{
	struct seen *s = arg;
	const struct test *x = s->x;
	s->right = s->right && s->next < x->n;
	if (s->right) {
		const struct ab_entry *e = &x->sorted[x->at[s->next++]];
		s->right = ab_key_cmp(e->key, key) == 0 && e->value == value;
	}
	return --s->more > 0;
}

/* Does a scan from number `i` on, stopped after `most`, visit what it has to? */
static bool
scan_is(const struct test *x, size_t i, size_t most)
{
	size_t all = i < x->n ? x->n - i : 0;
	struct seen s = { x, i, most, true };
	enum ab_status st = ab_scan_nth(x->v, x->t, i, see, &s);
	return s.right && st == (most <= all ? AB_STOPPED : AB_OK) &&
	       most - s.more == (most <= all ? most : all);
}

static void
look(struct test *x)
{
	static uint8_t bytes[LONG];
	size_t wrong = 0, wrong_nth = 0;
	list(x);
	for (size_t i = 0; i < KEYS; i++) {
		struct ab_key key = x->sorted[i].key;
		wrong += !rank_is(x, key);
		memset(bytes, 0, sizeof bytes);
		memcpy(bytes, key.p, key.n);
		wrong += !rank_is(x, (struct ab_key){ bytes, key.n + 1 });
		wrong += !rank_is(x, (struct ab_key){ bytes, key.n - 1 });
		bytes[key.n - 1]++;
		wrong += !rank_is(x, (struct ab_key){ bytes, key.n });
		if (i % 50 == 0)
			wrong += !rank_is(x, (struct ab_key){ bytes, LONG });
	}
	memset(bytes, UINT8_MAX, sizeof bytes);
	wrong += !rank_is(x, (struct ab_key){ 0 });
	wrong += !rank_is(x, (struct ab_key){ bytes, LONG });
	for (size_t i = 0; i <= x->n + 1; i++)
		wrong_nth += !scan_is(x, i, 1 + i % SEEN_MOST);
	wrong_nth += !scan_is(x, 0, SIZE_MAX) || !scan_is(x, x->n / 2, SIZE_MAX) ||
		     !scan_is(x, SIZE_MAX, 1);
	CHECK_IS(wrong, 0);
	CHECK_IS(wrong_nth, 0);
	CHECK(!x->v->check || !x->v->check(x->t));
}

/* ---- what is in ---- */

static void
build(struct test *x)
{
	static struct ab_entry some[KEYS];
	size_t n = 0;
	for (size_t i = 0; i < KEYS; i++)
		if ((x->in[i] = i % 3 != 1))
			some[n++] = x->sorted[i];
	CHECK(x->v->build(x->t, some, n) == AB_OK);
	look(x);
}

static void
put(struct test *x, size_t i)
{
	const struct ab_entry *e = &x->sorted[i];
	CHECK(x->v->put(x->t, e->key, e->value) == (x->in[i] ? AB_REPLACED : AB_OK));
	x->in[i] = true;
}

static void
change(struct test *x)
{
	uint64_t rng = 7;
	for (unsigned i = 0; i < KEYS; i++)
		put(x, rng_below(&rng, KEYS));
	look(x);
	for (unsigned i = 0; x->v->del && i < KEYS; i++) {
		size_t at = rng_below(&rng, KEYS);
		x->v->del(x->t, x->sorted[at].key);
		x->in[at] = false;
	}
	look(x);
	for (size_t i = KEYS / 5; i < KEYS / 2; i++)
		put(x, i);
	look(x);
	for (size_t i = KEYS; i-- > KEYS / 3;)
		put(x, i);
	look(x);
	for (size_t i = 0; x->v->del && i < KEYS; i++) {
		x->v->del(x->t, x->sorted[i].key);
		x->in[i] = false;
	}
	if (x->v->del)
		look(x);
}

int
main(int argc, char **argv)
{
	static struct test x;
	x.v = argc > 1 ? ab_variant_named(argv[1]) : NULL;
	if (!x.v)
		return check_skip("the variant is not built");
	if (!(x.v->caps & AB_ORDERED) || x.v->caps & AB_HOLDS_NOTHING)
		return check_skip("has no order, or no keys");
	make_keys(&x);
	x.t = x.v->create(NULL);
	if (!CHECK(x.t != NULL))
		return check_finish();
	look(&x);
	if (x.v->build)
		build(&x);
	if (x.v->put && !(x.v->caps & AB_BULK_LOAD))
		change(&x);
	x.v->destroy(x.t);
	return check_finish();
}
