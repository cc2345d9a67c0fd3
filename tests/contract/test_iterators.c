/* test_iterators.c: part of the suite 'order': sets of numbers, as keys of four bytes, the
 * highest first, gone through as an iterator would: so many at a time and on from there, on
 * to a given number or the next that is held, from the end, from the i-th, with those behind
 * it deleted. The numbers lie dense, with gaps, and around multiples of 65,536. */
#include <glib.h>
#include "contract/rng.h"
#include "order.h"

enum { MOST = 700, BYTES = 4, MANY = 64 };

struct set {
	const struct ab_variant *v;
	struct ab_index *t;
	uint32_t x[MOST]; /* increasing; a number's value is itself */
	size_t n;
	uint64_t rng;
};

/* ---- numbers as keys ---- */

static struct ab_key
key_of(uint32_t x, uint8_t *p)
{
	for (int i = 0; i < BYTES; i++)
		p[i] = (uint8_t)(x >> 8 * (BYTES - 1 - i));
	return (struct ab_key){ p, BYTES };
}

/* How many are below. */
static size_t
below(const struct set *s, uint64_t x)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		n += s->x[i] < x;
	return n;
}

/* ---- reading ---- */

struct batch {
	uint32_t got[MOST];
	size_t n, most;
	bool right, values; /* values: there are no keys to look at */
};

static bool
read_visit(void *arg, struct ab_key key, uint64_t value)
{
	struct batch *b = arg;
	uint8_t p[BYTES];
	b->right = b->right &&
		   (b->values || ab_key_cmp(key, key_of((uint32_t)value, p)) == 0);
	b->got[b->n++] = (uint32_t)value;
	return b->n < b->most;
}

static struct batch
up_to(size_t most, bool values)
{
	return (struct batch){ .most = most, .right = true, .values = values };
}

/* Is it what lies from the i-th on? */
static bool
is_from(const struct set *s, const struct batch *b, size_t i, enum ab_status status)
{
	size_t left = i < s->n ? s->n - i : 0, n = MIN(left, b->most);
	return b->right && b->n == n &&
	       status == (left >= b->most ? AB_STOPPED : AB_OK) &&
	       (!n || memcmp(b->got, s->x + i, n * sizeof *s->x) == 0);
}

/* All of it, `most` at a time, each time from behind the last one. */
static void
read_many(const struct set *s, size_t most, bool values)
{
	uint8_t p[BYTES + 1] = { 0 };
	struct ab_range r = { 0 };
	size_t wrong = 0;
	for (size_t i = 0; i <= s->n; i += most) {
		struct batch b = up_to(most, values);
		enum ab_status status = (values ? ab_scan_values(
							  s->v, s->t, r, read_visit, &b)
						: s->v->scan(s->t, r, read_visit, &b));
		wrong += !is_from(s, &b, i, status);
		if (wrong || !b.n)
			break;
		r.lo = (struct ab_key){ key_of(b.got[b.n - 1], p).p, BYTES + 1 };
	}
	CHECK(wrong == 0);
}

static bool
nth_is_right(const struct set *s, size_t i, size_t most)
{
	struct batch b = up_to(most, false);
	enum ab_status status = ab_scan_nth(s->v, s->t, i, read_visit, &b);
	return is_from(s, &b, i, status);
}

static void
read_backwards(const struct set *s)
{
	size_t wrong = 0;
	for (size_t i = s->n; i-- > 0;)
		wrong += !nth_is_right(s, i, 1);
	wrong += !nth_is_right(s, s->n, 1) + !nth_is_right(s, s->n / 2, MOST + 1);
	CHECK(wrong == 0);
}

/* To a number or the next above it, then a few further. */
static bool
move_is_right(const struct set *s, uint32_t x)
{
	uint8_t p[BYTES];
	struct batch b = up_to(3, false);
	struct ab_range r = { .lo = key_of(x, p) };
	enum ab_status status = s->v->scan(s->t, r, read_visit, &b);
	return is_from(s, &b, below(s, x), status);
}

static void
move_on(struct set *s)
{
	size_t wrong = 0;
	for (size_t i = 0; i < s->n; i += 1 + rng_below(&s->rng, 8))
		for (uint32_t d = 0; d < 3; d++) /* beside it, too, or around the end */
			wrong += !move_is_right(s, s->x[i] + d - 1);
	wrong += !move_is_right(s, 0) + !move_is_right(s, UINT32_MAX);
	CHECK(wrong == 0);
}

/* ---- counting ---- */

static bool
rank_is(const struct set *s, uint32_t x, size_t *rank)
{
	uint8_t p[BYTES];
	return ab_rank(s->v, s->t, key_of(x, p), rank) == AB_OK && *rank == below(s, x);
}

/* A range has as many as the ranks of its bounds differ by. */
static void
count_ranges(struct set *s)
{
	size_t wrong = 0;
	for (int i = 0; i < 60 && s->n; i++) {
		uint8_t p[BYTES], q[BYTES];
		uint32_t a = s->x[rng_below(&s->rng, s->n)] + (uint32_t)(i % 3) - 1;
		uint32_t b = s->x[rng_below(&s->rng, s->n)] + (uint32_t)(i % 2);
		uint32_t lo = MIN(a, b), hi = MAX(a, b);
		struct ab_range r = { key_of(lo, p), key_of(hi, q), true };
		size_t at = 0, end = 0, n = 0;
		wrong += !rank_is(s, lo, &at) + !rank_is(s, hi, &end);
		wrong += s->v->scan(s->t, r, count_visit, &n) != AB_OK || n != end - at;
	}
	CHECK(wrong == 0);
}

/* Which of many are held. */
static void
ask_many(struct set *s)
{
	struct ab_entry e[MANY];
	uint8_t bytes[MANY][BYTES];
	bool found[MANY];
	size_t wrong = 0, hits = 0;
	for (size_t i = 0; i < MANY && s->n; i++) {
		uint32_t x = s->x[rng_below(&s->rng, s->n)] + (uint32_t)(i % 2);
		e[i] = (struct ab_entry){ key_of(x, bytes[i]), ~(uint64_t)x };
	}
	size_t told = s->n ? ab_get_many(s->v, s->t, e, MANY, found) : 0;
	for (size_t i = 0; i < MANY && s->n; i++) {
		uint32_t x = (uint32_t)(found[i] ? e[i].value : ~e[i].value);
		struct ab_key k = key_of(x, (uint8_t[BYTES]){ 0 });
		size_t at = below(s, x);
		wrong += ab_key_cmp(k, e[i].key) != 0;
		wrong += found[i] != (at < s->n && s->x[at] == x);
		hits += found[i];
	}
	CHECK(wrong == 0 && told == hits);
}

/* ---- changing ---- */

/* A part of it from the middle on. */
static void
cut_range(struct set *s)
{
	uint8_t p[BYTES], q[BYTES];
	size_t i = s->n / 3, end = s->n / 3 * 2, gone = 0;
	if (!s->v->del || !s->n)
		return;
	struct ab_range r = { key_of(s->x[i], p), key_of(s->x[end], q), true };
	CHECK_STATUS(ab_del_range(s->v, s->t, NULL, r, &gone), AB_OK);
	CHECK_IS(gone, end - i);
	memmove(s->x + i, s->x + end, (s->n - end) * sizeof *s->x);
	s->n -= end - i;
	CHECK_IS(s->v->count(s->t), s->n);
	CHECK_SOUND(s->v, s->t);
	read_many(s, 50, false);
}

/* On to the next one, and the last one goes. */
static void
delete_behind(struct set *s)
{
	size_t wrong = 0;
	for (size_t i = 0; s->v->del && i < s->n; i++) {
		uint8_t p[BYTES + 1] = { 0 };
		struct ab_key k = key_of(s->x[i], p);
		struct batch b = up_to(1, false);
		enum ab_status status = s->v->scan(s->t,
			(struct ab_range){ .lo = { p, BYTES + 1 } }, read_visit, &b);
		wrong += !is_from(s, &b, i + 1, status);
		wrong += s->v->del(s->t, k) != AB_OK;
		wrong += s->v->count(s->t) != s->n - i - 1;
	}
	CHECK(wrong == 0);
	CHECK_SOUND(s->v, s->t);
}

/* ---- sets ---- */

static uint32_t
dense(size_t i)
{
	return 65536 * 3 - 350 + (uint32_t)i;
}

static uint32_t
gaps(size_t i)
{
	return 0x01010101 + (uint32_t)i * 97;
}

static uint32_t
runs(size_t i)
{
	return 0x7f000000 + (uint32_t)(i / 40 * 1000 + i % 40);
}

/* Three around each multiple, the last of them above half of all numbers. */
static uint32_t
edges(size_t i)
{
	return (uint32_t)(i / 3 + 1) * 65536 * 256 + (uint32_t)(i % 3) - 1;
}

static uint32_t
far_apart(size_t i)
{
	return (uint32_t)i * 6000011;
}

static uint32_t (*const sets[])(size_t i) = { dense, gaps, runs, edges, far_apart };

static bool
fill(struct set *s, uint32_t (*number)(size_t i))
{
	static uint8_t bytes[MOST][BYTES];
	static struct ab_entry e[MOST];
	size_t most = number == edges ? 700 / 3 : MOST, wrong = 0;
	s->n = 0;
	for (size_t i = 0; i < most; i++) {
		struct ab_key k = key_of(number(i), bytes[s->n]);
		if (!ab_key_fits(s->v, k))
			continue;
		e[s->n] = (struct ab_entry){ k, number(i) };
		s->x[s->n++] = number(i);
	}
	if (s->v->build && (!s->v->put || rng_below(&s->rng, 2)))
		return CHECK(s->v->build(s->t, e, s->n) == AB_OK);
	for (size_t i = 0; i < s->n; i++) { /* from both ends */
		const struct ab_entry *x = &e[i % 2 ? s->n - 1 - i / 2 : i / 2];
		wrong += s->v->put(s->t, x->key, x->value) != AB_OK;
	}
	return CHECK(wrong == 0);
}

static void
go_through(struct set *s)
{
	static const size_t at_a_time[] = { 1, 7, 64, MOST };
	for (size_t i = 0; i < G_N_ELEMENTS(at_a_time); i++) {
		read_many(s, at_a_time[i], false);
		read_many(s, at_a_time[i], true);
	}
	read_backwards(s);
	move_on(s);
	count_ranges(s);
	ask_many(s);
	cut_range(s);
	delete_behind(s);
}

void
order_iterators(const struct ab_variant *v, uint64_t seed)
{
	struct set *s = g_new0(struct set, 1);
	s->v = v;
	s->rng = seed;
	for (size_t i = 0; i < G_N_ELEMENTS(sets); i++) {
		s->t = v->create(NULL);
		if (!CHECK(s->t != NULL))
			break;
		if (fill(s, sets[i]))
			go_through(s);
		v->destroy(s->t);
	}
	g_free(s);
}
