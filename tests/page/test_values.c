/* test_values.c: values as narrow as their page needs (variants/page/values_narrow.h), by
 * themselves and in page_for, where a put that changes a value may write its page anew. */
#include <stdlib.h>
#include <string.h>
#include "kit/model.h"
#include "page/values_narrow.h"
#include "contract/rng.h"

/* ---- a row of values ---- */

enum { ROW_RUNS = CHECK_SANITIZED ? 1 : 4, CHANGES = 40 };

struct row {
	unsigned n;
	struct entry e[PAGE_MOST];
	size_t bytes;
	uint8_t *p; /* no more than may be read */
};

static void
row_write(struct row *r)
{
	r->bytes = values_measure(r->e, r->n);
	r->p = calloc(1, r->bytes + BITS_PAD);
	values_write(r->p, r->e, r->n);
}

/* Values of `bits` bits above a least one, both ends among them if there are two. */
static void
row_fill(struct row *r, unsigned n, unsigned bits, uint64_t *rng)
{
	uint64_t most = bits_low(UINT64_MAX, bits);
	uint64_t least = rng_next(rng) >> rng_below(rng, 64);
	least = least > UINT64_MAX - most ? UINT64_MAX - most : least;
	r->n = n;
	for (unsigned i = 0; i < n; i++)
		r->e[i].value = least + bits_low(rng_next(rng), bits);
	r->e[rng_below(rng, n)].value = least;
	if (n > 1)
		r->e[0].value = r->e[1].value == least ? least + most : least;
	if (n > 1)
		r->e[1].value = r->e[0].value == least ? least + most : least;
	row_write(r);
}

static bool
row_holds(const struct row *r)
{
	struct values v = values_open(r->p);
	for (unsigned i = 0; i < r->n; i++)
		if (values_get(&v, i) != r->e[i].value)
			return false;
	return values_bytes(r->p, r->n) == r->bytes && !values_check(r->p, r->n);
}

/* Change a value to one in the frame, at an end of it, or anywhere: then what is there is
 * what would be written anew, or all is as it was and that differs in its head. */
static bool
row_changes(struct row *r, uint64_t *rng)
{
	unsigned i = (unsigned)rng_below(rng, r->n);
	uint64_t other = r->e[rng_below(rng, r->n)].value, old = r->e[i].value;
	uint64_t far = rng_next(rng);
	uint64_t any[] = { other, other + 1, other - 1, other ^ (far & 255), 0,
		UINT64_MAX, far, far >> 32 };
	struct row new = *r;
	new.e[i].value = any[rng_below(rng, sizeof any / sizeof *any)];
	row_write(&new);
	struct values_then then = { .bytes = r->bytes };
	bool set = values_set(r->p, r->n, i, new.e[i].value, &then);
	CHECK(then.bytes == new.bytes);
	r->e[i].value = set ? new.e[i].value : old;
	bool same = new.bytes == r->bytes &&memcmp(new.p, r->p, r->bytes) == 0;
	bool right = row_holds(r) && same == set;
	if (set || rng_below(rng, 2)) {
		free(new.p);
		return right;
	}
	free(r->p);
	*r = new;
	return right && row_holds(r);
}

/* The row without value `i`, or with this one before it, made of the row's bytes: over
 * themselves, up or down by `by` bytes, and in another place. It is the row `new`. */
static bool
row_becomes(const struct row *r, const struct row *new, unsigned i, unsigned by)
{
	bool comes = new->n > r->n;
	uint64_t value = comes ? new->e[i].value : 0;
	struct values_then then = comes ? values_with(r->p, r->n, value)
					: values_without(r->p, r->n, i);
	size_t more = r->bytes > new->bytes ? r->bytes : new->bytes;
	uint8_t *own = calloc(1, by + more + BITS_PAD), *other = calloc(1, new->bytes);
	uint8_t *from = own + (comes ? 0 : by), *to = own + (comes ? by : 0);
	memcpy(from, r->p, r->bytes);
	if (comes) {
		values_insert(other, r->p, r->n, i, value, &then);
		values_insert(to, from, r->n, i, value, &then);
	} else {
		values_erase(other, r->p, r->n, i, &then);
		values_erase(to, from, r->n, i, &then);
	}
	bool right = then.bytes == new->bytes &&memcmp(other, new->p, new->bytes) == 0 &&
		     memcmp(to, new->p, new->bytes) == 0;
	free(own);
	free(other);
	return right;
}

/* Take a value out, and put it back. */
static bool
row_comes_and_goes(struct row *r, uint64_t *rng)
{
	unsigned i = (unsigned)rng_below(rng, r->n), by = (unsigned)rng_below(rng, 4);
	struct row less = *r;
	if (r->n == 1)
		return true;
	less.n--;
	memmove(less.e + i, less.e + i + 1, (less.n - i) * sizeof *less.e);
	row_write(&less);
	bool right = row_becomes(r, &less, i, by) && row_becomes(&less, r, i, by);
	free(less.p);
	return right;
}

/* Written in a frame that is not theirs, they are read all the same, and it is found out. */
static void
row_misframed(const struct row *r, struct frame f)
{
	uint8_t *p = calloc(1, values_size(f, r->n) + BITS_PAD);
	values_write_in(p, r->e, r->n, f);
	struct values v = values_open(p);
	CHECK(values_get(&v, r->n - 1) == r->e[r->n - 1].value);
	CHECK(values_check(p, r->n) != NULL);
	free(p);
}

static void
row_spoil(const struct row *r)
{
	struct frame f = values_of(r->e, r->n), wide = f, low = f, padded = f;
	wide.width++;
	low.base--;
	low.width++;
	padded.base_bytes++;
	if (f.width < VALUES_WIDTH)
		row_misframed(r, wide);
	if (f.width < VALUES_WIDTH && f.base)
		row_misframed(r, low);
	if (f.width < VALUES_WIDTH && f.base_bytes < 8)
		row_misframed(r, padded);
	if (f.width * r->n % 8) {
		r->p[r->bytes - 1] |= 0x80;
		CHECK(values_check(r->p, r->n) != NULL);
	}
}

static void
test_rows(void)
{
	uint64_t rng = 1;
	for (unsigned bits = 0; bits <= 64; bits++)
		for (unsigned run = 0; run < ROW_RUNS * PAGE_MOST; run++) {
			struct row r;
			bool right = true;
			unsigned n = run % PAGE_MOST + 1;
			row_fill(&r, n, bits, &rng);
			CHECK(row_holds(&r));
			CHECK(n == 1 ||
				r.p[0] == (bits > VALUES_WIDTH ? VALUES_WHOLE : bits));
			for (unsigned i = 0; i < CHANGES; i++)
				right = right && row_changes(&r, &rng) &&
					row_comes_and_goes(&r, &rng);
			CHECK(right);
			row_spoil(&r);
			free(r.p);
		}
}

/* ---- an index ---- */

enum {
	KEYS = 400,
	LONGEST = 6000,
	STEPS = 6000,
	RUNS = CHECK_SANITIZED ? 1 : 4,
	PAGEFUL = 40,
	MANY = 20000,
};

/* Of 2 bytes, many to a page; or of a few dozen, so that pages are full of them; some too
 * long to share a page. */
static struct ab_key
make_key(uint8_t *buf, unsigned i)
{
	size_t n = i % 100 == 99 ? LONGEST - i : i % 2 ? 48 : 2;
	uint64_t rng = i;
	buf[0] = (uint8_t)(i % 2 ? 'k' : 's');
	buf[1] = (uint8_t)(i >> 1);
	for (size_t b = 2; b < n; b++)
		buf[b] = (uint8_t)rng_next(&rng);
	return (struct ab_key){ buf, n };
}

/* Close to its neighbours' for a while, then anything from 0 to all bits set. */
static uint64_t
make_value(unsigned step, uint64_t *rng)
{
	static const unsigned widths[] = { 0, 1, 8, 12, 55, 56, 57, 63, 64 };
	unsigned width = widths[rng_below(rng, sizeof widths / sizeof *widths)];
	uint64_t bits = bits_low(rng_next(rng), width);
	if (step / 1000 % 2)
		return 1000000 + rng_below(rng, 3);
	return rng_below(rng, 2) ? bits : UINT64_MAX - bits;
}

static void
test_random(const struct ab_variant *v, uint64_t seed, bool starve)
{
	static uint8_t buf[LONGEST];
	struct model m;
	uint64_t rng = seed;
	if (!CHECK(model_open(&m, v, "values", seed, 0, false)))
		return;
	for (unsigned i = 0; i < STEPS && !m.broken; i++) {
		struct ab_key key = make_key(buf, (unsigned)rng_below(&rng, KEYS));
		m.meter.fail_at = 0;
		if (starve && i / 100 % 2) {
			m.meter.fail_at = m.meter.calls + 1 + rng_below(&rng, 2);
			m.meter.fail_on = true;
		}
		if (rng_below(&rng, 8) == 0)
			model_del(&m, key);
		else
			model_put(&m, key, make_value(i, &rng));
		if (i % 500 == 0)
			model_compare(&m);
	}
	EXPECT(&m, (m.refused > 0) == starve);
	m.meter.fail_at = 0;
	m.refused = 0;
	model_compare(&m);
	model_drain(&m, true);
	model_close(&m);
}

static size_t
leaf_bytes(const struct model *m)
{
	struct ab_memory mem;
	m->v->memory(m->t, &mem);
	return mem.leaf;
}

static void
put_all(struct model *m, uint64_t first, uint64_t step)
{
	uint8_t buf[LONGEST];
	for (unsigned i = 0; i < PAGEFUL; i++)
		model_put(m, make_key(buf, 2 * i), first + i * step);
}

/* One page: what its values take is as if they had been there from the beginning. */
static void
test_page(const struct ab_variant *v)
{
	uint8_t buf[LONGEST];
	struct model m;
	if (!CHECK(model_open(&m, v, "one page", 0, 0, false)))
		return;
	put_all(&m, 7, 0);
	size_t same = leaf_bytes(&m), row;
	model_put(&m, make_key(buf, 0), UINT64_MAX);
	EXPECT(&m, leaf_bytes(&m) == same - 2 + 8 * PAGEFUL); /* no base of two bytes */
	model_put(&m, make_key(buf, 0), 7);
	EXPECT(&m, leaf_bytes(&m) == same);
	put_all(&m, 1000, 1);
	row = leaf_bytes(&m);
	EXPECT(&m, row == same + 1 + PAGEFUL * 6 / 8);
	model_put(&m, make_key(buf, 2), 0);
	EXPECT(&m, leaf_bytes(&m) == row - 2 + PAGEFUL * 5 / 8);
	model_del(&m, make_key(buf, 2));
	model_put(&m, make_key(buf, 2), 1001);
	EXPECT(&m, leaf_bytes(&m) == row);
	put_all(&m, UINT64_MAX - PAGEFUL + 1, 1);
	EXPECT(&m, leaf_bytes(&m) == row + 6);
	put_all(&m, 0, UINT64_MAX / PAGEFUL);
	put_all(&m, 7, 0);
	EXPECT(&m, leaf_bytes(&m) == same);
	model_compare(&m);
	model_drain(&m, true);
	model_close(&m);
}

/* Keys that share no page, until there is memory for none that is as short. */
static void
fill_up(struct model *m)
{
	static const size_t sizes[] = { 1900, 1100 };
	uint8_t buf[1900] = { 'z' };
	for (uint8_t s = 0; s < 2; s++)
		for (buf[1] = s, buf[2] = 0; m->refused == s && !m->broken; buf[2]++)
			model_put(m, (struct ab_key){ buf, sizes[s] }, 7);
}

/* A page that takes more than the memory that is left: a value that widens it is refused,
 * and the one before stays; what narrows it goes through. */
static void
test_starved(const struct ab_variant *v, bool widens)
{
	uint8_t buf[LONGEST];
	struct model m;
	if (!CHECK(model_open(&m, v, "no memory", 0, 0, false)))
		return;
	for (unsigned i = 0; i < PAGEFUL; i++)
		model_put(&m, make_key(buf, 2 * i + 1), i || widens ? 7 : UINT64_MAX);
	m.meter.fail_at = m.meter.calls + 1;
	m.meter.fail_on = true;
	fill_up(&m);
	for (unsigned i = 0; i < PAGEFUL; i++)
		model_put(&m, make_key(buf, 2 * i + 1), widens ? UINT64_MAX - i : 7);
	EXPECT(&m, m.refused == (widens ? 2 + PAGEFUL : 2));
	model_compare(&m);
	m.meter.fail_at = 0;
	model_drain(&m, true);
	model_close(&m);
}

/* What wide values took is given back when they are narrow. */
static void
test_narrowed(const struct ab_variant *v)
{
	struct model m;
	struct ab_memory wide, narrow;
	if (!CHECK(model_open(&m, v, "many pages", 0, 0, false)))
		return;
	for (uint64_t run = 0; run < 2; run++)
		for (uint32_t i = 0; i < MANY; i++) {
			uint32_t key = i * 0x9e3779b1u;
			if (i == 0)
				v->memory(m.t, &wide);
			model_put(&m, (struct ab_key){ (uint8_t *)&key, sizeof key },
				run ? 7 : rng_mix(i));
		}
	v->memory(m.t, &narrow);
	EXPECT(&m, narrow.total + 7 * MANY < wide.total);
	model_compare(&m);
	model_close(&m);
}

int
main(void)
{
	const struct ab_variant *v = ab_variant_named("page_for");
	test_rows();
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		test_random(v, seed, false);
		test_random(v, seed, true);
	}
	test_page(v);
	test_starved(v, true);
	test_starved(v, false);
	test_narrowed(v);
	return check_finish();
}
