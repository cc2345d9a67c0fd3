/* test_store.c: what the store of an index holds beyond the bytes in use stays within what
 * store.h says, each block of a page, and after each operation gaps and room: while it grows
 * past each size up to which it is small, as a random half goes and comes back, and until it
 * is empty. And malloc's memory grows where it stands. */
#include <stdlib.h>
#include "kit/check.h"
#include "contract/rng.h"
#include "page/variant.h"

/* Is malloc one that maps memory, and resizes it there? */
#ifdef __GLIBC__
#define MAPS !CHECK_SANITIZED
#else
#define MAPS 0
#endif

enum {
	KEYS = CHECK_SANITIZED ? 40000 : 400000, /* 12 MB */
	EACH = 500,
	TURNS = 3,
	KEY_ROOM = 64,
};

static const struct ab_variant pages = { PAGE_VARIANT };

static void *
block_alloc(void *ctx, size_t size)
{
	(void)ctx;
	return malloc(size);
}

static void *
block_resize(void *ctx, void *block, size_t old, size_t size)
{
	(void)ctx;
	(void)old;
	return realloc(block, size);
}

static void
block_free(void *ctx, void *block, size_t size)
{
	(void)ctx;
	(void)size;
	free(block);
}

static struct ab_key
number_key(uint8_t *buf, uint64_t i)
{
	uint64_t number = rng_mix(i);
	size_t n = 12 + number % 24;
	for (size_t j = 0; j < n; j++)
		buf[j] = (uint8_t)('a' + (number >> j % 56) % 26);
	memcpy(buf + n, &i, 4);
	return (struct ab_key){ buf, n + 4 };
}

/* The largest store_coarse since all pages were written; what it was after each EACH keys. */
static unsigned coarse, coarse_at[KEYS / EACH + 1];

static void
note_coarse(const struct store *s)
{
	unsigned k = store_coarse(s);
	coarse = k > coarse ? k : coarse;
}

/* No page has left more of its block than it might when it was written. Returns what all of
 * them leave. */
static size_t
check_blocks(const struct ab_index *t)
{
	const struct store *s = &t->store;
	unsigned most = coarse ? (1u << coarse) - 1 : 1;
	size_t left = 0;
	for (unsigned c = store_next(s, 0); c < STORE_CLASSES; c = store_next(s, c + 1)) {
		size_t size = (size_t)store_units(c) << STORE_UNIT_BITS;
		for (uint32_t at = s->low[c]; at < s->high[c]; at += store_units(c)) {
			const struct page *p = page_at(t, at);
			if (is_node(p) || at == t->finger.page)
				continue;
			struct page_bytes b = page_measure(p);
			CHECK_MOST(c - store_class(b.leaf + b.key), most);
			left += size - b.leaf - b.key;
		}
	}
	return left;
}

/* Gaps may be half as much more than starts a sweep until that is through. */
static void
check_free(const struct store *s)
{
	size_t gaps = s->taken / STORE_GAP_SHARE + STORE_GAP;
	CHECK_MOST(store_gaps(s), gaps + gaps / 2);
	CHECK_MOST(
		s->room - store_top(s), 2 * (s->taken / STORE_ROOM_SHARE + STORE_ROOM));
}

/* Every second key of a random order, which changes with each turn. */
static bool
goes(uint64_t i, unsigned turn)
{
	return rng_mix(i ^ (uint64_t)turn << 32) & 1;
}

/* From half of the keys to all most of what a page has is new, so that each was written
 * meanwhile, and classes were coarsest in the beginning. */
static size_t
load(struct ab_index *t)
{
	uint8_t buf[KEY_ROOM];
	size_t left = 0;
	coarse_at[0] = store_coarse(&t->store);
	for (uint64_t i = 0; i < KEYS; i++) {
		CHECK(pages.put(t, number_key(buf, i), i) == AB_OK);
		check_free(&t->store);
		if ((i + 1) % EACH)
			continue;
		coarse_at[(i + 1) / EACH] = store_coarse(&t->store);
		coarse = coarse_at[(i + 1) / EACH / 2];
		if (i / EACH % 8 == 0 || i + 1 == KEYS)
			left = check_blocks(t);
	}
	return left;
}

/* A random half goes or, for `put`, comes: some of each page. */
static size_t
half(struct ab_index *t, unsigned turn, bool put)
{
	uint8_t buf[KEY_ROOM];
	coarse = 0;
	for (uint64_t i = 0; i < KEYS; i++) {
		if (!goes(i, turn))
			continue;
		struct ab_key key = number_key(buf, i);
		CHECK((put ? pages.put(t, key, i) : pages.del(t, key)) == AB_OK);
		note_coarse(&t->store);
		check_free(&t->store);
	}
	CHECK(pages.check(t) == NULL);
	return check_blocks(t);
}

/* From STORE_MAPPED bytes to 12 MB, twice STORE_WAY times as much: malloc alone moves it with
 * every doubling. */
static void
test_in_place(void)
{
	enum { MOVES = 3 };
	struct ab_index *t = pages.create(NULL);
	const struct store *s = &t->store;
	uint8_t buf[KEY_ROOM];
	unsigned moves = 0;
	for (uint64_t i = 0; i < KEYS; i++) {
		uintptr_t base = (uintptr_t)s->base;
		CHECK(pages.put(t, number_key(buf, i), i) == AB_OK);
		moves += (uintptr_t)s->base != base &&
			 store_bytes(s->room) > STORE_MAPPED;
	}
	CHECK_MOST(moves, MOVES);
	pages.destroy(t);
}

int
main(void)
{
	struct ab_alloc mem = { block_alloc, block_resize, block_free, NULL };
	struct ab_index *t = pages.create(&mem);
	uint8_t buf[KEY_ROOM];
	size_t loaded = load(t);
	for (unsigned turn = 0; turn < TURNS; turn++) {
		half(t, turn, false);
		CHECK_MOST(half(t, turn, true), loaded + loaded / 4);
	}
	for (uint64_t i = 0; i < KEYS; i++) {
		check_free(&t->store);
		CHECK(pages.del(t, number_key(buf, i)) == AB_OK);
	}
	CHECK(t->store.taken == 0 && t->store.room == 0);
	pages.destroy(t);
	if (MAPS)
		test_in_place();
	return check_finish();
}
