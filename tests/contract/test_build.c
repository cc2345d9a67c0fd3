/* test_build.c: what `build` makes of many keys at once, of several kinds: every key is
 * found and no other, ranges and prefixes are what the sorted keys say, memory is what was
 * allocated. For what has no put, the only test with more than a few hundred keys. */
#include <glib.h>
#include <string.h>
#include "contract/alloc.h"
#include "contract/rng.h"
#include "kit/suites.h"

enum {
	MANY = CHECK_SANITIZED ? 6000 : 20000,
	PROBES = 500,       /* ranges and prefixes, */
	VISITS = MANY * 50, /* or as few as would visit so many keys if they had all */
	KEY_ROOM = 320,
	LONGEST = 65535,
	LONG_KEYS = 24,
};

/* Make the key of number `i` in `to`, of KEY_ROOM bytes; its length. */
typedef size_t make_key(uint8_t *to, size_t i, uint64_t seed);

static size_t
random_bytes(uint8_t *to, size_t i, uint64_t seed)
{
	uint64_t bits = rng_mix(seed + i);
	memcpy(to, &bits, 8);
	return 8;
}

static size_t
dense(uint8_t *to, size_t i, uint64_t seed)
{
	(void)seed;
	for (unsigned b = 0; b < 8; b++)
		to[b] = (uint8_t)((i + 300) >> 8 * (7 - b));
	return 8;
}

/* Words of few letters after one of a few hosts: deep in common prefixes. */
static size_t
address(uint8_t *to, size_t i, uint64_t seed)
{
	static const char *const word[] = { "lib", "node-", "core", "js", ".git", "a",
		"/", "react-", "tools", "\xc3\xa9", "x", "Z", "api", "-", "go", "rust" };
	uint64_t bits = rng_mix(seed + i);
	size_t n = (size_t)snprintf(
		(char *)to, KEY_ROOM, "https://%shub.com/", word[bits % 3]);
	for (bits >>= 8; bits > 0xff; bits >>= 4) {
		const char *w = word[bits & 15];
		memcpy(to + n, w, strlen(w));
		n += strlen(w);
	}
	return n;
}

/* 200 bytes that all keys share, then a number in decimal. */
static size_t
shared(uint8_t *to, size_t i, uint64_t seed)
{
	memset(to, 's', 200);
	return 200 + (size_t)snprintf((char *)to + 200, KEY_ROOM - 200, "%" PRIu64,
			     rng_mix(seed + i) % 1000000);
}

/* One to twelve bytes of 1 and 2: most are prefixes of others. */
static size_t
chains(uint8_t *to, size_t i, uint64_t seed)
{
	uint64_t bits = rng_mix(seed + i);
	size_t n = 1 + bits % 12;
	for (size_t b = 0; b < n; b++)
		to[b] = (uint8_t)(1 + (bits >> (8 + b) & 1));
	return n;
}

struct lot {
	struct ab_entry *e; /* in order, no two the same */
	size_t n;
	uint8_t *bytes;
};

static int
by_key(const void *a, const void *b)
{
	return ab_key_cmp(
		((const struct ab_entry *)a)->key, ((const struct ab_entry *)b)->key);
}

/* Those that the variant takes, in order, with values by `kind` of them. */
static void
lot_settle(struct lot *l, const struct ab_variant *v, unsigned kind, uint64_t seed)
{
	size_t n = 0;
	qsort(l->e, l->n, sizeof *l->e, by_key);
	for (size_t i = 0; i < l->n; i++)
		if (ab_key_fits(v, l->e[i].key) && (!n || by_key(&l->e[n - 1], &l->e[i])))
			l->e[n++] = l->e[i];
	l->n = n;
	for (size_t i = 0; i < n; i++) {
		uint64_t value[] = { rng_mix(seed ^ i), i, i % 2 ? UINT64_MAX : 0,
			UINT64_MAX - i / 7 };
		l->e[i].value = value[kind % G_N_ELEMENTS(value)];
	}
}

static struct lot
lot_of(make_key *make, size_t n, uint64_t seed)
{
	struct lot l = { g_new(struct ab_entry, n), n, g_malloc(n * KEY_ROOM) };
	for (size_t i = 0; i < n; i++) {
		uint8_t *p = l.bytes + i * KEY_ROOM;
		l.e[i].key = (struct ab_key){ p, make(p, i, seed) };
	}
	return l;
}

/* Keys as long as they get, each beginning as the one before it. */
static struct lot
lot_of_long(uint64_t seed)
{
	struct lot l = { g_new(struct ab_entry, LONG_KEYS), LONG_KEYS,
		g_malloc((size_t)LONG_KEYS * LONGEST) };
	for (size_t i = 0; i < LONG_KEYS; i++) {
		uint8_t *p = l.bytes + i * LONGEST;
		for (size_t b = 0; b < LONGEST; b++)
			p[b] = (uint8_t)(1 +
					 (rng_mix(seed + b / 8) >> 8 * (b % 8)) % 255);
		size_t n = i * LONGEST / (LONG_KEYS - 1);
		if (n && i % 3 == 1)
			p[n - 1] ^= 0x40;
		l.e[i].key = (struct ab_key){ p, n };
	}
	return l;
}

static void
lot_free(struct lot *l)
{
	g_free(l->e);
	g_free(l->bytes);
}

/* The rank of the first key not below `k`. */
static size_t
lot_rank(const struct lot *l, struct ab_key k)
{
	size_t lo = 0, hi = l->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (ab_key_cmp(l->e[mid].key, k) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct walk {
	const struct lot *l;
	size_t rank;
	bool right;
};

static bool
walk_visit(void *arg, struct ab_key key, uint64_t value)
{
	struct walk *w = arg;
	size_t i = w->rank++;
	w->right = w->right && i < w->l->n && value == w->l->e[i].value &&
		   ab_key_cmp(key, w->l->e[i].key) == 0;
	return w->right;
}

static void
expect_range(const struct ab_variant *v, const struct ab_index *t, const struct lot *l,
	struct ab_range r)
{
	size_t first = lot_rank(l, r.lo), end = r.has_hi ? lot_rank(l, r.hi) : l->n;
	struct walk w = { l, first, true };
	CHECK_STATUS(v->scan(t, r, walk_visit, &w), AB_OK);
	CHECK(w.right);
	CHECK_IS(w.rank, end > first ? end : first);
}

static void
expect_prefix(const struct ab_variant *v, const struct ab_index *t, const struct lot *l,
	struct ab_key prefix)
{
	size_t end = lot_rank(l, prefix);
	struct walk w = { l, end, true };
	while (end < l->n && ab_key_starts_with(l->e[end].key, prefix))
		end++;
	CHECK_STATUS(v->scan_prefix(t, prefix, walk_visit, &w), AB_OK);
	CHECK(w.right);
	CHECK_IS(w.rank, end);
}

/* Every key, and beside each what is a little shorter, longer, less and more. */
static size_t
wrong_answers(const struct ab_variant *v, const struct ab_index *t, const struct lot *l)
{
	size_t wrong = 0;
	g_autofree uint8_t *bytes = g_malloc(LONGEST + 1);
	for (size_t i = 0; i < l->n; i++) {
		struct ab_key k = l->e[i].key;
		if (k.n)
			memcpy(bytes, k.p, k.n);
		for (unsigned turn = 0; turn < 5; turn++) {
			struct ab_key near = { bytes, k.n + (turn == 1) };
			bytes[k.n] = 1;
			if (turn > 1 && k.n)
				bytes[k.n - 1] = (uint8_t)(k.p[k.n - 1] + turn - 3);
			if (turn == 3 && k.n)
				near.n--;
			size_t rank = lot_rank(l, near);
			bool held = rank < l->n && !ab_key_cmp(l->e[rank].key, near);
			uint64_t value = 42, want = held ? l->e[rank].value : 42;
			enum ab_status status = v->get(t, near, &value);
			wrong += status != (held ? AB_OK : AB_NOT_FOUND) || value != want;
		}
	}
	return wrong;
}

static void
scans(const struct ab_variant *v, const struct ab_index *t, const struct lot *l,
	uint64_t seed)
{
	expect_range(v, t, l, (struct ab_range){ 0 });
	for (size_t i = 0; i < PROBES && i < VISITS / l->n; i++) {
		struct ab_key a = l->e[rng_below(&seed, l->n)].key,
			      b = l->e[rng_below(&seed, l->n)].key;
		struct ab_key cut = { a.p, rng_below(&seed, a.n + 1) };
		expect_range(v, t, l, (struct ab_range){ a, b, true });
		expect_range(v, t, l, (struct ab_range){ cut, a, true });
		if (v->scan_prefix)
			expect_prefix(v, t, l, cut);
	}
}

static void
build_and_look(const struct ab_variant *v, struct lot *l, const char *what, uint64_t seed)
{
	struct ab_meter meter;
	struct ab_memory m;
	ab_meter_init(&meter);
	struct ab_index *t = v->create(&meter.alloc);
	uint64_t failed = check_tally.failed;
	if (!CHECK(t != NULL))
		return;
	CHECK_STATUS(v->build(t, l->e, l->n), AB_OK);
	CHECK_IS(v->count(t), l->n);
	CHECK_IS(wrong_answers(v, t, l), 0);
	if (v->caps & AB_ORDERED && v->scan)
		scans(v, t, l, seed);
	CHECK_SOUND(v, t);
	if (v->memory && !(v->caps & AB_OWN_ALLOC)) {
		v->memory(t, &m);
		CHECK_IS(m.inner + m.leaf + m.key + m.slack, m.total);
		CHECK_IS(m.total, meter.live);
	}
	v->destroy(t);
	CHECK_IS(meter.live, 0);
	if (check_tally.failed > failed)
		fprintf(stderr, "  %s, %s, %zu keys\n", v->name, what, l->n);
}

int
suite_build(const struct ab_variant *v, uint64_t seed)
{
	static const struct {
		const char *what;
		make_key *make;
	} kinds[] = { { "random bytes", random_bytes }, { "dense numbers", dense },
		{ "addresses", address }, { "a shared prefix", shared },
		{ "chains of prefixes", chains } };
	static const size_t sizes[] = { 1, 2, 31, 32, 33, 513, MANY };
	if (!v->build)
		return check_skip("has no build");
	if (v->caps & AB_HOLDS_NOTHING)
		return check_skip("holds nothing to compare");
	for (size_t i = 0; i < G_N_ELEMENTS(kinds) * G_N_ELEMENTS(sizes); i++) {
		size_t kind = i % G_N_ELEMENTS(kinds);
		struct lot l = lot_of(
			kinds[kind].make, sizes[i / G_N_ELEMENTS(kinds)], seed + i);
		lot_settle(&l, v, (unsigned)i, seed);
		if (l.n)
			build_and_look(v, &l, kinds[kind].what, seed);
		lot_free(&l);
	}
	struct lot l = lot_of_long(seed);
	lot_settle(&l, v, 0, seed);
	build_and_look(v, &l, "the longest keys", seed);
	lot_free(&l);
	return 0;
}
