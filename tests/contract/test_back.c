/* test_back.c: scan_back and scan_values of every variant, and what ab_scan_back and ab_scan_values
 * make of what lacks them, held against its scan: ranges open and bounded on either side, by keys that
 * are there and by keys beside them, stopped at each visit; keys that begin others, long ones, many;
 * and with each allocation of a scan failing in turn. And ab_prefix_range. */
#include <glib.h>
#include <string.h>
#include "contract/alloc.h"
#include "contract/rng.h"
#include "kit/check.h"
#include "kit/suites.h"

static const struct ab_variant *v;
static struct ab_index *t;

/* ---- one range, both ways ---- */

struct seen {
	GByteArray *bytes; /* of the keys, one behind the other */
	GArray *entries;   /* their keys' bytes are those, as offsets */
	size_t stop;       /* at which visit; 0: at none */
};

static bool
see(void *arg, struct ab_key key, uint64_t value)
{
	struct seen *s = arg;
	struct ab_entry e = { { (const uint8_t *)(uintptr_t)s->bytes->len, key.n },
		value };
	if (key.n)
		g_byte_array_append(s->bytes, key.p, (guint)key.n);
	g_array_append_val(s->entries, e);
	return s->entries->len != s->stop;
}

static struct seen
seen_new(size_t stop)
{
	return (struct seen){ g_byte_array_new(),
		g_array_new(FALSE, FALSE, sizeof(struct ab_entry)), stop };
}

static void
seen_free(struct seen *s)
{
	g_byte_array_free(s->bytes, TRUE);
	g_array_free(s->entries, TRUE);
}

static struct ab_entry
seen_at(const struct seen *s, size_t i)
{
	struct ab_entry e = g_array_index(s->entries, struct ab_entry, i);
	e.key.p = e.key.n ? s->bytes->data + (uintptr_t)e.key.p : NULL;
	return e;
}

/* Are the visits of `s` the first ones of `up`, or the last, backwards? */
static bool
agrees(const struct seen *up, const struct seen *s, bool back, bool keys)
{
	for (size_t i = 0; i < s->entries->len; i++) {
		size_t at = back ? up->entries->len - 1 - i : i;
		if (at >= up->entries->len)
			return false;
		struct ab_entry want = seen_at(up, at), have = seen_at(s, i);
		if (want.value != have.value ||
			(keys && ab_key_cmp(want.key, have.key) != 0))
			return false;
	}
	return true;
}

typedef enum ab_status scan_fn(const struct ab_variant *v, const struct ab_index *t,
	struct ab_range r, ab_visit *visit, void *arg);

static void
same(const struct seen *up, struct ab_range r, size_t stop, scan_fn *scan, bool back)
{
	struct seen s = seen_new(stop);
	size_t n = up->entries->len;
	bool stops = stop && stop <= n;
	enum ab_status status = scan(v, t, r, see, &s);
	CHECK_STATUS(status, stops ? AB_STOPPED : AB_OK);
	CHECK_IS(s.entries->len, stops ? stop : n);
	CHECK(agrees(up, &s, back, back));
	seen_free(&s);
}

/* Stopped at some visits, of a few entries at each. */
static void
both_ways(struct ab_range r)
{
	struct ab_variant lacking = *v;
	const struct ab_variant *own = v;
	struct seen up = seen_new(0);
	CHECK_STATUS(v->scan(t, r, see, &up), AB_OK);
	size_t n = up.entries->len, step = n > 12 ? n / 3 : 1;
	for (size_t stop = 0; stop <= n + 1; stop += step) {
		same(&up, r, stop, ab_scan_back, true);
		same(&up, r, stop, ab_scan_values, false);
	}
	lacking.scan_back = NULL;
	lacking.scan_values = NULL;
	v = &lacking;
	if (n < 40) {
		same(&up, r, 0, ab_scan_back, true);
		same(&up, r, n / 2, ab_scan_back, true);
	}
	v = own;
	seen_free(&up);
}

/* ---- without memory ---- */

/* With each allocation failing in turn, alone and with all that follow: what was visited is the
 * beginning of what there is. */
static void
starved(struct ab_meter *m, const struct seen *up, scan_fn *scan, bool back)
{
	for (int on = 0; on < 2; on++)
		for (uint64_t nth = 1;; nth++) {
			struct seen s = seen_new(0);
			struct ab_meter before = *m;
			m->fail_at = m->calls + nth;
			m->fail_on = on;
			enum ab_status status = scan(
				v, t, (struct ab_range){ 0 }, see, &s);
			bool reached = m->calls >= m->fail_at;
			m->fail_at = before.fail_at;
			m->fail_on = before.fail_on;
			CHECK(agrees(up, &s, back, back));
			CHECK(status == AB_ENOMEM ||
				(status == AB_OK && s.entries->len == up->entries->len));
			CHECK(reached || status == AB_OK);
			CHECK_IS(m->live, before.live);
			seen_free(&s);
			if (!reached)
				break;
		}
}

/* ---- keys ---- */

enum { LONG = 20000 };

static int
order(const void *a, const void *b)
{
	return ab_key_cmp(
		((const struct ab_entry *)a)->key, ((const struct ab_entry *)b)->key);
}

/* Sort, and leave out what is there twice and what the variant does not take. */
static size_t
arrange(struct ab_entry *e, size_t n)
{
	size_t kept = 0;
	qsort(e, n, sizeof *e, order);
	for (size_t i = 0; i < n; i++)
		if (ab_key_fits(v, e[i].key) &&
			(!kept || ab_key_cmp(e[kept - 1].key, e[i].key) != 0))
			e[kept++] = e[i];
	return kept;
}

static bool
fill(const struct ab_entry *e, size_t n)
{
	if (v->build && (!v->put || v->caps & AB_BULK_LOAD))
		return v->build(t, e, n) == AB_OK;
	for (size_t i = 0; i < n; i++) /* in another order than theirs */
		if (v->put(t, e[i * 7919 % n].key, e[i * 7919 % n].value) != AB_OK)
			return false;
	return true;
}

/* The entries' keys as bounds, and a byte less or more. */
static void
bounds(const struct ab_entry *e, size_t n, uint64_t *rng)
{
	enum { RANGES = 20 };
	uint8_t *lo = g_malloc(LONG + 2), *hi = g_malloc(LONG + 2);
	for (int i = 0; n && i < RANGES; i++) {
		struct ab_range r = { .has_hi = i % 5 != 0 };
		struct ab_key a = e[rng_below(rng, n)].key, b = e[rng_below(rng, n)].key;
		if (i % 3 == 0) { /* narrow ones, too */
			size_t at = rng_below(rng, n);
			a = e[at].key;
			b = e[at + rng_below(rng, MIN(70, n - at))].key;
		}
		memcpy(lo, a.p, a.n);
		memcpy(hi, b.p, b.n);
		lo[a.n] = hi[b.n] = 0;
		r.lo = (struct ab_key){ lo, i % 4 ? a.n + i % 2 : 0 };
		r.hi = (struct ab_key){ hi, b.n ? b.n + 1 - i % 3 : 0 };
		both_ways(r);
	}
	g_free(lo);
	g_free(hi);
}

/* `e` has `n` > 0, any. */
static void
with_keys(struct ab_entry *e, size_t n, bool starve)
{
	struct ab_meter m;
	uint64_t rng = 5;
	ab_meter_init(&m);
	n = arrange(e, n);
	t = v->create(&m.alloc);
	if (!CHECK(t && fill(e, n)))
		return;
	both_ways((struct ab_range){ 0 });
	both_ways((struct ab_range){ .has_hi = true });
	bounds(e, n, &rng);
	if (starve && !(v->caps & (AB_OOM_EXITS | AB_OWN_ALLOC))) {
		struct seen up = seen_new(0);
		CHECK_STATUS(v->scan(t, (struct ab_range){ 0 }, see, &up), AB_OK);
		starved(&m, &up, ab_scan_back, true);
		starved(&m, &up, ab_scan_values, false);
		seen_free(&up);
	}
	/* With some gone pages are left half empty, and entries of a base dead. */
	for (size_t i = 0; v->del && i < n; i++)
		if (i % 3 && i * 4 / n != 1)
			CHECK_STATUS(v->del(t, e[i].key), AB_OK);
	both_ways((struct ab_range){ 0 });
	bounds(e, n, &rng);
	v->destroy(t);
	CHECK_IS(m.live, 0);
}

static struct ab_entry
entry(GStringChunk *chunk, const char *p, size_t n)
{
	static uint64_t value;
	const char *own = g_string_chunk_insert_len(chunk, p, (gssize)n);
	return (struct ab_entry){ { (const uint8_t *)own, n },
		value += 0x9e3779b97f4a7c15 };
}

/* URLs of a kind, a thousand; of few letters, which begin one another; and long ones. */
static void
all_keys(void)
{
	enum { MANY = 1000, FEW = 150, VAST = 16 };
	g_autofree struct ab_entry *e = g_new(struct ab_entry, MANY);
	g_autofree char *p = g_malloc(LONG);
	GStringChunk *chunk = g_string_chunk_new(1 << 16);
	uint64_t rng = 3;
	size_t n = 0;
	for (; n < MANY; n++) {
		int len = g_snprintf(p, LONG, "https://%c%d.example.org/%s/%d",
			'a' + (int)rng_below(&rng, 9), (int)rng_below(&rng, 20),
			rng_below(&rng, 2) ? "pub/debian" : "x",
			(int)rng_below(&rng, 9999));
		e[n] = entry(chunk, p, (size_t)len);
	}
	with_keys(e, n, false);
	for (n = 0; n < FEW; n++) {
		size_t len = rng_below(&rng, 12);
		for (size_t i = 0; i < len; i++)
			p[i] = "a\xff\x01"[rng_below(&rng, 3)];
		e[n] = entry(chunk, p, len);
	}
	with_keys(e, n, true);
	size_t longest = MIN((size_t)LONG, v->max_key);
	for (n = 0; n < VAST; n++) {
		size_t len = n % 2 ? longest - rng_below(&rng, longest / 2)
				   : 900 + rng_below(&rng, 300);
		len = MIN(len, longest);
		memset(p, 'k', len);
		p[rng_below(&rng, len)] = (char)('a' + n);
		e[n] = entry(chunk, p, len);
	}
	with_keys(e, n, true);
	g_string_chunk_free(chunk);
}

/* ---- a prefix as a range ---- */

static void
prefix_is(const char *prefix, size_t n, const char *end, size_t end_n)
{
	uint8_t room[8];
	struct ab_key p = { (const uint8_t *)prefix, n };
	struct ab_range r = ab_prefix_range(p, room);
	CHECK(ab_key_cmp(r.lo, p) == 0 && r.has_hi == (end != NULL));
	if (end)
		CHECK(ab_key_cmp(r.hi, (struct ab_key){ (const uint8_t *)end, end_n }) ==
			0);
}

static void
prefixes(void)
{
	prefix_is("", 0, NULL, 0);
	prefix_is("\xff\xff", 2, NULL, 0);
	prefix_is("a", 1, "b", 1);
	prefix_is("a\xff\xff", 3, "b", 1);
	prefix_is("a\xfe\xff", 3, "a\xff", 2);
	prefix_is("a\0", 2, "a\1", 2);
}

int
main(void)
{
	prefixes();
	for (size_t i = 0; (v = ab_variant_at(i)); i++)
		if (v->caps & AB_ORDERED && !(v->caps & AB_HOLDS_NOTHING)) {
			uint64_t failed = check_tally.failed;
			all_keys();
			if (check_tally.failed != failed)
				fprintf(stderr, "  in %s\n", v->name);
		}
	return check_finish();
}
