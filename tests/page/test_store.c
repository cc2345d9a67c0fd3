/* test_store.c: what the store of an index holds beyond the bytes in use stays within what
 * store.h says, while it grows past each size up to which it is small, as a random half goes
 * and comes back, and until it is empty. */
#include <stdlib.h>
#include "kit/check.h"
#include "contract/rng.h"
#include "page/variant.h"

enum {
	KEYS = CHECK_SANITIZED ? 40000 : 400000, /* 12 MB */
	FIRST = 500,
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

/* How coarse classes were when there was half of `taken` bytes, by store.h. */
static unsigned
coarse_before(size_t taken)
{
	return (taken / 2 <= 8 << 20) + (taken / 2 <= 512 << 10) +
	       (taken / 2 <= 128 << 10);
}

/* Blocks are rounded up by half of 2^k classes on average, each 1/32 of a block at most,
 * and by up to all of them where keys went. */
static size_t
check_bounds(const struct ab_index *t, bool thinned)
{
	const struct store *s = &t->store;
	size_t taken = s->taken << STORE_UNIT_BITS, used = t->inner + t->leaf + t->key;
	size_t classes = (size_t)1 << (coarse_before(taken) + thinned);
	CHECK_MOST(taken - used, taken * classes / 64 + KEY_ROOM);
	CHECK_MOST(store_gaps(s), 2 * (s->taken / STORE_GAP_SHARE + STORE_GAP));
	CHECK_MOST(
		s->room - store_top(s), 2 * (s->taken / STORE_ROOM_SHARE + STORE_ROOM));
	return taken - used;
}

/* Every second key of a random order, which changes with each turn. */
static bool
goes(uint64_t i, unsigned turn)
{
	return rng_mix(i ^ (uint64_t)turn << 32) & 1;
}

int
main(void)
{
	struct ab_alloc mem = { block_alloc, block_resize, block_free, NULL };
	struct ab_index *t = pages.create(&mem);
	uint8_t buf[KEY_ROOM];
	size_t loaded = 0, back = 0;
	for (uint64_t i = 0; i < KEYS; i++) {
		CHECK(pages.put(t, number_key(buf, i), i) == AB_OK);
		if ((i + 1) % FIRST == 0)
			loaded = check_bounds(t, false);
	}
	for (unsigned turn = 0; turn < TURNS; turn++) {
		for (uint64_t i = 0; i < KEYS; i++)
			if (goes(i, turn))
				CHECK(pages.del(t, number_key(buf, i)) == AB_OK);
		check_bounds(t, true);
		CHECK(pages.check(t) == NULL);
		for (uint64_t i = 0; i < KEYS; i++)
			if (goes(i, turn))
				CHECK(pages.put(t, number_key(buf, i), i) == AB_OK);
		back = check_bounds(t, true);
		CHECK_MOST(back, loaded + loaded / 2);
	}
	for (uint64_t i = 0; i < KEYS; i++)
		CHECK(pages.del(t, number_key(buf, i)) == AB_OK);
	CHECK(t->store.taken == 0 && t->store.room == 0);
	pages.destroy(t);
	return check_finish();
}
