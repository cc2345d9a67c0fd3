/* test_keys.c: docs/examples/memkv_keys.h: encoded keys are in order as what they say is, for all
 * pairs of values at the edges and of random ones, up and down, and no key begins another one; they
 * are read as they were written, and what is no such key is refused. */
#include <float.h>
#include <math.h>
#include "contract/rng.h"
#include "kit/check.h"
#include "memkv_keys.h"
#include "memkv_oracle.h"

enum { VALUES = 700, TEXT = 12, ENCODED = 64 };

static const enum key_order orders[] = { KEY_UP, KEY_DOWN };
static uint64_t seed = 20261202;

/* One value of any kind. */
struct value {
	uint64_t u;
	int64_t i;
	double d;
	char text[TEXT]; /* or a host */
	size_t n;
};

struct kind {
	uint8_t *(*put)(uint8_t *to, const struct value *v, enum key_order order);
	const uint8_t *(*get)(const uint8_t *at, const uint8_t *end, enum key_order order,
		struct value *v);
	int (*compare)(const struct value *a, const struct value *b);
	size_t (*most)(const struct value *v); /* bytes that it may take */
};

static int
sign(int c)
{
	return (c > 0) - (c < 0);
}

/* ---- the kinds ---- */

static size_t
number_most(const struct value *v)
{
	(void)v;
	return KEY_NUMBER;
}

static uint8_t *
put_u64(uint8_t *to, const struct value *v, enum key_order order)
{
	return key_put_u64(to, v->u, order);
}

static const uint8_t *
get_u64(const uint8_t *at, const uint8_t *end, enum key_order order, struct value *v)
{
	return key_get_u64(at, end, order, &v->u);
}

static int
compare_u64(const struct value *a, const struct value *b)
{
	return (a->u > b->u) - (a->u < b->u);
}

static uint8_t *
put_i64(uint8_t *to, const struct value *v, enum key_order order)
{
	return key_put_i64(to, v->i, order);
}

static const uint8_t *
get_i64(const uint8_t *at, const uint8_t *end, enum key_order order, struct value *v)
{
	return key_get_i64(at, end, order, &v->i);
}

static int
compare_i64(const struct value *a, const struct value *b)
{
	return (a->i > b->i) - (a->i < b->i);
}

static uint8_t *
put_f64(uint8_t *to, const struct value *v, enum key_order order)
{
	return key_put_f64(to, v->d, order);
}

static const uint8_t *
get_f64(const uint8_t *at, const uint8_t *end, enum key_order order, struct value *v)
{
	return key_get_f64(at, end, order, &v->d);
}

static uint64_t
bits_of(double d)
{
	uint64_t bits;
	memcpy(&bits, &d, sizeof bits);
	return bits;
}

/* Below all numbers -1, above all 1. */
static int
nan_side(double d)
{
	return !isnan(d) ? 0 : signbit(d) ? -1 : 1;
}

static int
compare_f64(const struct value *a, const struct value *b)
{
	int side = nan_side(a->d), other = nan_side(b->d);
	if (side != other)
		return side < other ? -1 : 1;
	if (side) {
		uint64_t x = bits_of(a->d), y = bits_of(b->d);
		return ((x > y) - (x < y)) * side;
	}
	if (a->d < b->d || a->d > b->d)
		return a->d < b->d ? -1 : 1;
	return (signbit(a->d) == 0) - (signbit(b->d) == 0);
}

static size_t
text_most(const struct value *v)
{
	return KEY_TEXT_MOST(v->n);
}

static uint8_t *
put_text(uint8_t *to, const struct value *v, enum key_order order)
{
	return key_put_text(to, v->text, v->n, order);
}

static const uint8_t *
get_text(const uint8_t *at, const uint8_t *end, enum key_order order, struct value *v)
{
	return key_get_text(at, end, order, v->text, TEXT, &v->n);
}

static int
compare_text(const struct value *a, const struct value *b)
{
	return oracle_cmp(a->text, a->n, b->text, b->n);
}

static size_t
host_most(const struct value *v)
{
	return KEY_HOST(v->n);
}

static uint8_t *
put_host(uint8_t *to, const struct value *v, enum key_order order)
{
	return key_put_host(to, v->text, v->n, order);
}

static const uint8_t *
get_host(const uint8_t *at, const uint8_t *end, enum key_order order, struct value *v)
{
	return key_get_host(at, end, order, v->text, TEXT, &v->n);
}

/* The last label in text[0..stop): where it begins. */
static size_t
label_begin(const struct value *v, size_t stop)
{
	while (stop && v->text[stop - 1] != '.')
		stop--;
	return stop;
}

/* Label by label, from the last one; of two of which one has no more labels, that. */
static int
compare_host(const struct value *a, const struct value *b)
{
	for (size_t i = a->n, j = b->n;;) {
		size_t p = label_begin(a, i), q = label_begin(b, j);
		int c = oracle_cmp(a->text + p, i - p, b->text + q, j - q);
		if (c || !p || !q)
			return c ? c : (p > 0) - (q > 0);
		i = p - 1;
		j = q - 1;
	}
}

static const struct kind u64_kind = { put_u64, get_u64, compare_u64, number_most },
			 i64_kind = { put_i64, get_i64, compare_i64, number_most },
			 f64_kind = { put_f64, get_f64, compare_f64, number_most },
			 text_kind = { put_text, get_text, compare_text, text_most },
			 host_kind = { put_host, get_host, compare_host, host_most };

/* ---- their values ---- */

static struct value values[VALUES];

static void
fill_numbers(void)
{
	for (size_t i = 0; i < VALUES; i++) {
		uint64_t u = i < 192 ? ((uint64_t)1 << i % 64) + i / 64 - 1
				     : rng_next(&seed) >> rng_below(&seed, 64);
		if (i % 2 && i >= 192)
			u = ~u;
		values[i].u = u;
		memcpy(&values[i].i, &u, sizeof u);
	}
}

static void
fill_doubles(void)
{
	static const double edges[] = { 0.0, DBL_TRUE_MIN, DBL_MIN, 1.0,
		1.0 + DBL_EPSILON, 0.1, 1e300, DBL_MAX, INFINITY, NAN, 2.0, 0.5 };
	enum { EDGES = sizeof edges / sizeof *edges };
	for (size_t i = 0; i < VALUES; i++) {
		uint64_t bits = rng_next(&seed);
		if (i % 16 == 0)
			bits |= (uint64_t)0x7ff8 << 48; /* a NaN that is quiet */
		memcpy(&values[i].d, &bits, sizeof bits);
		if (i < EDGES)
			values[i].d = edges[i];
		else if (i < 2 * EDGES)
			values[i].d = -edges[i - EDGES];
		else if (i < VALUES / 2)
			values[i].d = (double)(int64_t)bits / 1e6;
	}
}

/* Of bytes of `alphabet`: all of up to three, and random longer ones. */
static void
fill_texts(const char *alphabet, size_t letters)
{
	size_t n = 1, begin = 0, end = 1;
	memset(values, 0, sizeof values);
	for (int length = 1; length <= 3; length++) {
		for (size_t from = begin; from < end; from++)
			for (size_t c = 0; c < letters; c++) {
				values[n] = values[from];
				values[n].text[values[n].n++] = alphabet[c];
				n++;
			}
		begin = end;
		end = n;
	}
	for (; n < VALUES; n++) {
		values[n].n = rng_below(&seed, TEXT + 1);
		for (size_t i = 0; i < values[n].n; i++)
			values[n].text[i] = alphabet[rng_below(&seed, letters)];
	}
}

/* ---- one field ---- */

static struct {
	uint8_t key[ENCODED];
	size_t n;
} encoded[VALUES];

static bool
begins(const void *prefix, size_t prefix_n, const void *key, size_t n)
{
	return prefix_n <= n && (prefix_n == 0 || memcmp(prefix, key, prefix_n) == 0);
}

/* What is cut short is no such key, wherever that is. */
static void
check_cut(const struct kind *k, const uint8_t *key, size_t n, enum key_order order)
{
	struct value v;
	bool none = k->get(NULL, key + n, order, &v) == NULL;
	for (size_t i = 0; i < n; i++) {
		uint8_t *cut = (uint8_t *)malloc(i + !i); /* for sanitizers */
		if (i)
			memcpy(cut, key, i);
		none = none && k->get(cut, cut + i, order, &v) == NULL;
		free(cut);
	}
	CHECK(none);
}

static void
check_encode(const struct kind *k, enum key_order order)
{
	for (size_t i = 0; i < VALUES; i++) {
		struct value back;
		uint8_t *key = encoded[i].key, *end = k->put(key, &values[i], order);
		encoded[i].n = (size_t)(end - key);
		CHECK(encoded[i].n <= k->most(&values[i]));
		*end = (uint8_t)rng_next(&seed); /* it says itself where it ends */
		CHECK(k->get(key, end + 1, order, &back) == end);
		CHECK(k->compare(&values[i], &back) == 0);
		if (i % 7 == 0)
			check_cut(k, key, encoded[i].n, order);
	}
}

static void
check_pairs(const struct kind *k, enum key_order order)
{
	size_t wrong = 0, begun = 0;
	for (size_t i = 0; i < VALUES; i++)
		for (size_t j = 0; j < VALUES; j++) {
			int c = sign(k->compare(&values[i], &values[j]));
			wrong += sign(oracle_cmp(encoded[i].key, encoded[i].n,
					 encoded[j].key, encoded[j].n)) !=
				 (order == KEY_UP ? c : -c);
			begun += c && begins(encoded[i].key, encoded[i].n, encoded[j].key,
					      encoded[j].n);
		}
	CHECK(wrong == 0);
	CHECK(begun == 0);
}

static void
check_kind(const struct kind *k)
{
	for (int o = 0; o < 2; o++) {
		check_encode(k, orders[o]);
		check_pairs(k, orders[o]);
	}
}

/* ---- beginnings ---- */

static bool
is_below(const struct value *host, const struct value *domain)
{
	size_t at = host->n - domain->n;
	return host->n >= domain->n && (!at || host->text[at - 1] == '.') &&
	       memcmp(host->text + at, domain->text, domain->n) == 0;
}

/* What a prefix is encoded to begins what the values are that have it, and nothing else. */
static void
check_prefixes(const struct kind *k)
{
	for (int o = 0; o < 2; o++) {
		size_t wrong = 0, found = 0;
		check_encode(k, orders[o]);
		for (size_t i = 0; i < VALUES; i++) {
			const struct value *p = &values[i];
			uint8_t prefix[ENCODED],
				*end = k == &host_kind
					       ? key_put_domain(
							 prefix, p->text, p->n, orders[o])
					       : key_put_text_prefix(prefix, p->text,
							 p->n, orders[o]);
			for (size_t j = 0; j < VALUES; j++) {
				const struct value *v = &values[j];
				bool is = k == &host_kind
						  ? is_below(v, p)
						  : begins(p->text, p->n, v->text, v->n);
				found += is;
				wrong += is != begins(prefix, (size_t)(end - prefix),
						       encoded[j].key, encoded[j].n);
			}
		}
		CHECK(wrong == 0);
		CHECK(found > VALUES);
	}
}

/* ---- what is no key ---- */

static const uint8_t *
text_of(const char *key, size_t n, size_t room)
{
	static char text[ENCODED];
	const uint8_t *at = (const uint8_t *)key;
	return key_get_text(at, at + n, KEY_UP, text, room, &n);
}

static const uint8_t *
host_of(const char *key, size_t n, size_t room)
{
	static char host[ENCODED];
	const uint8_t *at = (const uint8_t *)key;
	return key_get_host(at, at + n, KEY_UP, host, room, &n);
}

static void
check_refused(void)
{
	uint8_t to[ENCODED];
	CHECK(text_of("ab\0\1", 4, 2) && !text_of("ab\0\1", 4, 1));
	CHECK(text_of("\0\xff\0\1", 4, 1) && !text_of("\0\xff\0\1", 4, 0));
	CHECK(!text_of("a\0\1", 2, 9));
	CHECK(!text_of("a\0\2\0\1", 5, 9) && !text_of("a\0\0\1", 4, 9));
	CHECK(host_of("org\1a\1", 7, 5) && !host_of("org\1a\1", 7, 4));
	CHECK(host_of("\1", 2, 0) && !host_of("", 1, 9));
	CHECK(!host_of("org", 4, 9) && !host_of("org\1a", 6, 9));
	CHECK(!host_of("org\1a.b\1", 9, 9)); /* which would be that of "b.a.org" */
	CHECK(!key_put_host(to, "a\1b", 3, KEY_UP) &&
		!key_put_host(to, "a\0", 2, KEY_UP));
	CHECK(!key_put_domain(to, "\1.org", 5, KEY_DOWN));
}

/* Of any bytes: what is read as a field is what would have been written, and in its place. */
static void
check_noise(const struct kind *k, const char *alphabet, size_t letters)
{
	size_t read = 0;
	for (int i = 0; i < 20000; i++) {
		const enum key_order order = orders[i % 2];
		const size_t n = rng_below(&seed, TEXT + 3);
		uint8_t again[ENCODED], *key = (uint8_t *)malloc(n + !n);
		struct value v;
		for (size_t j = 0; j < n; j++)
			key[j] = key_turn(
				(uint8_t)alphabet[rng_below(&seed, letters)], order);
		const uint8_t *end = k->get(key, key + n, order, &v);
		if (end) {
			const uint8_t *put = k->put(again, &v, order);
			CHECK(put && put - again == end - key && end <= key + n &&
				memcmp(again, key, (size_t)(end - key)) == 0);
			read++;
		}
		free(key);
	}
	CHECK(read > 1000);
}

/* ---- tuples ---- */

enum { TUPLES = 300, FIELDS = 4 };
static const struct kind *const fields[FIELDS] = { &text_kind, &i64_kind, &host_kind,
	&f64_kind };

static void
draw_tuple(struct value t[FIELDS])
{
	static const char bytes[] = { 0, 1, 'a', (char)0xff }, host[] = { 'a', '.', '-' };
	static const double doubles[] = { -1.5, -0.0, 0.0, 1e9 };
	memset(t, 0, FIELDS * sizeof *t);
	t[0].n = rng_below(&seed, 3);
	for (size_t i = 0; i < t[0].n; i++)
		t[0].text[i] = bytes[rng_below(&seed, 4)];
	t[1].i = (int64_t)rng_below(&seed, 3) - 1;
	t[2].n = rng_below(&seed, 4);
	for (size_t i = 0; i < t[2].n; i++)
		t[2].text[i] = host[rng_below(&seed, 3)];
	t[3].d = doubles[rng_below(&seed, 4)];
}

static int
compare_tuples(const struct value *a, const struct value *b, unsigned downwards)
{
	int c = 0;
	for (unsigned f = 0; !c && f < FIELDS; f++)
		c = sign(fields[f]->compare(&a[f], &b[f])) *
		    (downwards >> f & 1 ? -1 : 1);
	return c;
}

/* `downwards`: a bit for each field that goes down. */
static void
check_tuples(unsigned downwards)
{
	static struct value tuples[TUPLES][FIELDS];
	size_t wrong = 0;
	for (size_t i = 0; i < TUPLES; i++) {
		struct value back[FIELDS];
		uint8_t *end = encoded[i].key;
		const uint8_t *at = end;
		draw_tuple(tuples[i]);
		for (unsigned f = 0; f < FIELDS; f++)
			end = fields[f]->put(
				end, &tuples[i][f], orders[downwards >> f & 1]);
		encoded[i].n = (size_t)(end - encoded[i].key);
		for (unsigned f = 0; f < FIELDS; f++)
			at = fields[f]->get(
				at, end, orders[downwards >> f & 1], &back[f]);
		CHECK(at == end && compare_tuples(tuples[i], back, downwards) == 0);
	}
	for (size_t i = 0; i < TUPLES; i++)
		for (size_t j = 0; j < TUPLES; j++)
			wrong += sign(oracle_cmp(encoded[i].key, encoded[i].n,
					 encoded[j].key, encoded[j].n)) !=
				 compare_tuples(tuples[i], tuples[j], downwards);
	CHECK(wrong == 0);
}

int
main(void)
{
	static const char bytes[] = { 0, 1, 2, 'a', (char)0xfe, (char)0xff },
			  host[] = { 2, '-', '.', 'a', (char)0xff },
			  noise[] = { 0, 1, (char)0xff, 'a', '.' };
	fill_numbers();
	check_kind(&u64_kind);
	check_kind(&i64_kind);
	fill_doubles();
	check_kind(&f64_kind);
	fill_texts(bytes, sizeof bytes);
	check_kind(&text_kind);
	check_prefixes(&text_kind);
	fill_texts(host, sizeof host);
	check_kind(&host_kind);
	check_prefixes(&host_kind);
	check_refused();
	check_noise(&text_kind, noise, 4);
	check_noise(&host_kind, noise, sizeof noise);
	for (unsigned downwards = 0; downwards < 1 << FIELDS; downwards++)
		check_tuples(downwards);
	return check_finish();
}
