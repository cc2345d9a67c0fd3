/* test_seeks.c: the suite 'order', for AB_ORDERED: which key is at a given one, or next to it
 * on either side, and walks from there, over keys of six shapes of which some have gone. The
 * right answer is found by comparing with every key of a sorted array that is kept here.
 *
 * What lies below is found by rank and scan_nth, what lies above by scan. */
#include <glib.h>
#include <string.h>
#include "contract/rng.h"
#include "order.h"

enum {
	TRIES = 400,  /* keys of a shape that are put or deleted */
	PROBES = 120, /* of a shape, each asked for in every way */
	STEPS = 24,   /* of a walk, after every n-th probe */
	WALK_AFTER = 8,
	KEY_ROOM = 128,
};

struct seeks {
	const struct ab_variant *v;
	struct ab_index *t;
	struct ab_entry e[TRIES]; /* increasing, their bytes owned */
	size_t n;
	uint64_t rng;
	bool wrong; /* one has been told of */
};

/* ---- six shapes of keys ---- */

static size_t
decimal(uint64_t *rng, uint8_t *p)
{
	return (size_t)snprintf((char *)p, KEY_ROOM, "%u", (unsigned)rng_below(rng, 700));
}

static size_t
of_set(uint64_t *rng, uint8_t *p, size_t most, uint8_t first, size_t letters)
{
	size_t n = rng_below(rng, most + 1);
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(first + rng_below(rng, letters));
	return n;
}

static size_t
any_bytes(uint64_t *rng, uint8_t *p)
{
	return of_set(rng, p, 15, 0, 256);
}

static size_t
letters(uint64_t *rng, uint8_t *p)
{
	return of_set(rng, p, 15, 'A', 58);
}

static size_t
few_letters(uint64_t *rng, uint8_t *p)
{
	return of_set(rng, p, 15, 'A', 4);
}

/* One of many numbers in base 62, its lowest digit first: nodes with many children. */
static size_t
alphanumeric(uint64_t *rng, uint8_t *p)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	uint32_t left = (uint32_t)rng_mix(rng_below(rng, 700));
	size_t n = 0;
	do
		p[n++] = (uint8_t)digits[left % 62];
	while (left /= 62);
	return n;
}

/* Each the beginning of all that are longer. */
static size_t
chain(uint64_t *rng, uint8_t *p)
{
	size_t n = rng_below(rng, KEY_ROOM - 1);
	memset(p, 'A', n);
	return n;
}

static const struct {
	const char *name;
	size_t (*make)(uint64_t *rng, uint8_t *p);
} shapes[] = {
	{ "decimal numbers", decimal },
	{ "alphanumeric", alphanumeric },
	{ "any bytes", any_bytes },
	{ "letters", letters },
	{ "few letters", few_letters },
	{ "a chain", chain },
};

/* ---- the sorted array ---- */

/* How many of its keys are below. */
static size_t
below(const struct seeks *s, struct ab_key k)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++)
		n += ab_key_cmp(s->e[i].key, k) < 0;
	return n;
}

static bool
is_at(const struct seeks *s, size_t i, struct ab_key k)
{
	return i < s->n && ab_key_cmp(s->e[i].key, k) == 0;
}

static void
array_put(struct seeks *s, struct ab_key k, uint64_t value)
{
	size_t i = below(s, k);
	if (!is_at(s, i, k)) {
		memmove(s->e + i + 1, s->e + i, (s->n++ - i) * sizeof *s->e);
		s->e[i].key = (struct ab_key){ g_memdup2(k.p, k.n), k.n };
	}
	s->e[i].value = value;
}

static void
array_del(struct seeks *s, struct ab_key k)
{
	size_t i = below(s, k);
	if (!is_at(s, i, k))
		return;
	g_free((void *)(uintptr_t)s->e[i].key.p);
	memmove(s->e + i, s->e + i + 1, (--s->n - i) * sizeof *s->e);
}

/* ---- seeks ---- */

enum seek { AT, AT_OR_ABOVE, ABOVE, BELOW, AT_OR_BELOW, FIRST, LAST, SEEKS };
static const char *const seek_names[SEEKS] = { "at", "at or above", "above", "below",
	"at or below", "the first", "the last" };

/* Its place in the array, or s->n: there is none. */
static size_t
expected(const struct seeks *s, enum seek how, struct ab_key k)
{
	size_t i = below(s, k), there = is_at(s, i, k);
	switch (how) {
	case AT: return there ? i : s->n;
	case AT_OR_ABOVE: return i;
	case ABOVE: return i + there;
	case BELOW: return i ? i - 1 : s->n;
	case AT_OR_BELOW: return i + there ? i + there - 1 : s->n;
	case FIRST: return 0;
	default: return s->n ? s->n - 1 : 0;
	}
}

/* What a seek came upon. */
struct place {
	struct ab_key key; /* in `bytes` */
	uint64_t value;
	size_t visits;
	uint8_t bytes[KEY_ROOM];
};

static bool
keep_place(void *arg, struct ab_key key, uint64_t value)
{
	struct place *p = arg;
	p->visits++;
	p->value = value;
	p->key = (struct ab_key){ p->bytes, MIN(key.n, sizeof p->bytes) };
	if (key.n)
		memcpy(p->bytes, key.p, p->key.n);
	return false;
}

static enum ab_status
above(const struct seeks *s, struct ab_key k, struct place *p)
{
	return s->v->scan(s->t, (struct ab_range){ .lo = k }, keep_place, p);
}

static enum ab_status
just_below(const struct seeks *s, struct ab_key k, struct place *p)
{
	size_t rank = 0;
	enum ab_status status = ab_rank(s->v, s->t, k, &rank);
	if (status != AB_OK || !rank)
		return status;
	return ab_scan_nth(s->v, s->t, rank - 1, keep_place, p);
}

static enum ab_status
look(const struct seeks *s, enum seek how, struct ab_key k, struct place *p)
{
	uint8_t next[KEY_ROOM + 1] = { 0 };
	struct ab_key behind = { next, k.n + 1 };
	if (k.n)
		memcpy(next, k.p, k.n);
	switch (how) {
	case AT:
		if (s->v->get(s->t, k, &p->value) == AB_OK)
			return keep_place(p, k, p->value) ? AB_OK : AB_STOPPED;
		return AB_OK;
	case AT_OR_ABOVE: return above(s, k, p);
	case ABOVE: return above(s, behind, p);
	case BELOW: return just_below(s, k, p);
	case AT_OR_BELOW: return just_below(s, behind, p);
	case FIRST: return above(s, (struct ab_key){ 0 }, p);
	default: break;
	}
	size_t n = s->v->count(s->t);
	return n ? ab_scan_nth(s->v, s->t, n - 1, keep_place, p) : AB_OK;
}

/* Is what the seek finds the i-th of the array? */
static bool
seek_is_right(struct seeks *s, enum seek how, struct ab_key k)
{
	struct place p = { .visits = 0 };
	size_t i = expected(s, how, k);
	enum ab_status status = look(s, how, k, &p);
	bool right = i < s->n ? status == AB_STOPPED && p.visits == 1 &&
					is_at(s, i, p.key) && p.value == s->e[i].value
			      : status == AB_OK && p.visits == 0;
	if (CHECK(right) || s->wrong)
		return right;
	s->wrong = true;
	fprintf(stderr, "  seek %s ", seek_names[how]);
	ab_key_print(stderr, k, KEY_ROOM);
	fprintf(stderr, " of %zu keys: %zu visits, ", s->n, p.visits);
	ab_key_print(stderr, p.key, KEY_ROOM);
	fprintf(stderr, ", '%s'\n", ab_status_text(status));
	return false;
}

/* From the i-th on, one up or down at a time, never beyond an end; those that an end stops
 * are asked, too. */
static void
walk(struct seeks *s, size_t i)
{
	for (int step = 0; i < s->n && step < STEPS && !s->wrong; step++) {
		bool up = rng_below(&s->rng, 2);
		if (!seek_is_right(s, up ? ABOVE : BELOW, s->e[i].key))
			return;
		if (up ? i + 1 < s->n : i > 0)
			i = up ? i + 1 : i - 1;
	}
}

static void
seek_all(struct seeks *s, struct ab_key k)
{
	for (enum seek how = AT; how < SEEKS; how++)
		seek_is_right(s, how, k);
}

/* ---- a life ---- */

/* Of a key that it takes. */
static void
come_or_go(struct seeks *s, struct ab_key k, bool stays)
{
	uint64_t value = rng_below(&s->rng, 8) ? rng_next(&s->rng) : 0;
	bool there = is_at(s, below(s, k), k);
	if (!ab_key_fits(s->v, k))
		return;
	if (stays && s->v->put)
		CHECK_STATUS(s->v->put(s->t, k, value), there ? AB_REPLACED : AB_OK);
	if (stays)
		array_put(s, k, value);
	else if (s->v->del)
		CHECK_STATUS(s->v->del(s->t, k), there ? AB_OK : AB_NOT_FOUND);
	if (!stays && (s->v->del || !s->v->put))
		array_del(s, k);
}

static void
probe(struct seeks *s, size_t (*make)(uint64_t *rng, uint8_t *p))
{
	uint8_t bytes[KEY_ROOM];
	for (size_t i = 0; i < PROBES && !s->wrong; i++) {
		struct ab_key k = { bytes, make(&s->rng, bytes) };
		seek_all(s, k);
		if (i % WALK_AFTER == 0)
			walk(s, expected(s, AT_OR_ABOVE, k));
	}
	for (size_t i = 0; i < s->n && !s->wrong; i++)
		seek_is_right(s, ABOVE, s->e[i].key);
}

static void
of_shape(struct seeks *s, size_t (*make)(uint64_t *rng, uint8_t *p))
{
	uint8_t bytes[KEY_ROOM];
	s->t = s->v->create(NULL);
	if (!CHECK(s->t != NULL))
		return;
	seek_all(s, (struct ab_key){ 0 });
	for (size_t i = 0; i < TRIES; i++)
		come_or_go(s, (struct ab_key){ bytes, make(&s->rng, bytes) }, i % 4 != 3);
	if (!s->v->put)
		CHECK_STATUS(s->v->build(s->t, s->e, s->n), AB_OK);
	CHECK_IS(s->v->count(s->t), s->n);
	probe(s, make);
	while (s->n)
		array_del(s, s->e[s->n - 1].key);
	s->v->destroy(s->t);
}

/* By hand, so that what is expected above is held to something, too. */
static void
by_hand(struct seeks *s)
{
	static const char *const words[] = { "ant", "anthem", "anthill", "antler", "bee",
		"beech", "beetle", "cod" };
	static const struct {
		const char *key;
		const char *found[SEEKS];
	} rows[] = {
		{ "anthi",
			{ "", "anthill", "anthill", "anthem", "anthem", "ant", "cod" } },
		{ "ant", { "ant", "ant", "anthem", "", "ant", "ant", "cod" } },
		{ "bee", { "bee", "bee", "beech", "antler", "bee", "ant", "cod" } },
		{ "beez", { "", "cod", "cod", "beetle", "beetle", "ant", "cod" } },
		{ "cod", { "cod", "cod", "", "beetle", "cod", "ant", "cod" } },
		{ "code", { "", "", "", "cod", "cod", "ant", "cod" } },
		{ "an", { "", "ant", "ant", "", "", "ant", "cod" } },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		array_put(s, order_key(words[i]), i);
	for (size_t r = 0; r < G_N_ELEMENTS(rows); r++)
		for (enum seek how = AT; how < SEEKS; how++) {
			const char *want = rows[r].found[how];
			size_t i = expected(s, how, order_key(rows[r].key));
			CHECK(*want ? is_at(s, i, order_key(want)) : i == s->n);
		}
	while (s->n)
		array_del(s, s->e[s->n - 1].key);
}

int
suite_order(const struct ab_variant *v, uint64_t seed)
{
	if (!(v->caps & AB_ORDERED))
		return check_skip("has no order: not AB_ORDERED");
	if (v->caps & AB_HOLDS_NOTHING)
		return check_skip("holds nothing to seek");
	struct seeks *s = g_new0(struct seeks, 1);
	s->v = v;
	s->rng = seed;
	by_hand(s);
	for (size_t i = 0; i < G_N_ELEMENTS(shapes) && !s->wrong; i++) {
		of_shape(s, shapes[i].make);
		if (s->wrong)
			fprintf(stderr, "  of keys that are %s\n", shapes[i].name);
	}
	g_free(s);
	order_iterators(v, seed);
	return 0;
}
