/* test_limits.c VARIANT: what refs cannot address is a clean error. Linked with variants
 * built for a SPACE_LIMIT far below 4 GiB, so that arena, node pool and page store can be
 * filled in a moment. */
#include <string.h>
#include "alloc.h"
#include "check.h"
#include "rng.h"

enum { LONGEST = 65535, MOST = 1 << 20 };

/* Key number `i` of a family. */
typedef struct ab_key make_key(uint8_t *buf, uint32_t i);

/* 40 bytes, few of them shared: fills the arena. */
static struct ab_key
long_key(uint8_t *buf, uint32_t i)
{
	for (uint32_t w = 0; w < 5; w++) {
		uint64_t bits = rng_mix(5u * i + w + 1);
		memcpy(buf + 8 * w, &bits, 8);
	}
	return (struct ab_key){ buf, 40 };
}

/* 20 bytes of 0 or 1, other ones for each i < MOST: a node for every key, few tail bytes,
 * so it fills the pool. */
static struct ab_key
bits_key(uint8_t *buf, uint32_t i)
{
	for (uint32_t b = 0; b < 20; b++)
		buf[b] = (uint8_t)(i * 0x9e3779b1u >> (19 - b) & 1);
	return (struct ab_key){ buf, 20 };
}

static bool
holds(const struct ab_variant *v, const struct ab_index *t, make_key *key, uint32_t from,
	uint32_t to)
{
	uint8_t buf[64];
	uint64_t value;
	for (uint32_t i = from; i < to; i++)
		if (v->get(t, key(buf, i), &value) != AB_OK || value != rng_mix(i))
			return false;
	return true;
}

static bool
sound(const struct ab_variant *v, const struct ab_index *t, const struct ab_meter *m)
{
	struct ab_memory mem;
	v->memory(t, &mem);
	return v->check(t) == NULL && mem.total == m->live &&
	       mem.total == mem.inner + mem.leaf + mem.key + mem.slack;
}

/* Put keys from number `i` on until there is no room; the number that failed. */
static uint32_t
fill(const struct ab_variant *v, struct ab_index *t, make_key *key, uint32_t i)
{
	uint8_t buf[64];
	enum ab_status status = AB_OK;
	for (; i < MOST && status == AB_OK; i++)
		status = v->put(t, key(buf, i), rng_mix(i));
	CHECK(status == AB_EFULL);
	return i - 1;
}

static void
test_full(const struct ab_variant *v, make_key *key)
{
	struct ab_meter m;
	uint8_t buf[64];
	uint64_t value = 7;
	ab_meter_init(&m);
	struct ab_index *t = v->create(&m.alloc);
	uint32_t n = fill(v, t, key, 0);
	printf("%s: full at %u keys, %zu bytes\n", v->name, n, m.live);
	CHECK(n > 1000);
	for (int again = 0; again < 3; again++) {
		CHECK(v->put(t, key(buf, n), 1) == AB_EFULL);
		CHECK(v->get(t, key(buf, n), &value) == AB_NOT_FOUND && value == 7);
	}
	CHECK(v->put(t, key(buf, 0), rng_mix(0)) == AB_REPLACED);
	CHECK(v->count(t) == n);
	CHECK(holds(v, t, key, 0, n));
	CHECK(sound(v, t, &m));
	for (uint32_t i = 0; i < n / 2; i++)
		CHECK(v->del(t, key(buf, i)) == AB_OK);
	CHECK(sound(v, t, &m));
	uint32_t more = fill(v, t, key, n);
	CHECK(more - n > n / 4); /* what was deleted made room */
	CHECK(holds(v, t, key, n / 2, more));
	CHECK(sound(v, t, &m));
	v->destroy(t);
	CHECK(m.live == 0);
}

/* What compact puts away leaves all the room to what comes after; and where that is full
 * again, no key that was put away can get another value, and each can be deleted. */
static void
test_compacted(const struct ab_variant *v, make_key *key)
{
	struct ab_meter m;
	uint8_t buf[64];
	uint64_t value = 0;
	ab_meter_init(&m);
	struct ab_index *t = v->create(&m.alloc);
	uint32_t n = fill(v, t, key, 0);
	CHECK(v->compact(t) == AB_OK);
	CHECK(holds(v, t, key, 0, n));
	CHECK(sound(v, t, &m));
	uint32_t more = fill(v, t, key, n);
	CHECK(more - n > n / 2);
	printf("%s: compacted, and full again at %u keys\n", v->name, more);
	enum ab_status status = AB_OK;
	uint32_t i = 0;
	for (; i < n && status >= 0; i++)
		status = v->put(t, key(buf, i), rng_mix(i));
	CHECK(status == AB_EFULL);
	CHECK(v->get(t, key(buf, i - 1), &value) == AB_OK && value == rng_mix(i - 1));
	CHECK(v->count(t) == more);
	CHECK(holds(v, t, key, 0, more));
	CHECK(v->del(t, key(buf, i - 1)) == AB_OK);
	CHECK(v->count(t) == more - 1);
	CHECK(sound(v, t, &m));
	CHECK(v->compact(t) == AB_OK);
	CHECK(v->put(t, key(buf, i - 1), rng_mix(i - 1)) == AB_OK);
	CHECK(holds(v, t, key, 0, more));
	CHECK(sound(v, t, &m));
	v->destroy(t);
	CHECK(m.live == 0);
}

static void
test_longest(const struct ab_variant *v)
{
	static uint8_t buf[LONGEST + 1];
	struct ab_meter m;
	uint64_t value;
	ab_meter_init(&m);
	struct ab_index *t = v->create(&m.alloc);
	CHECK(v->max_key == LONGEST);
	CHECK(v->put(t, (struct ab_key){ buf, LONGEST + 1 }, 1) == AB_EKEY);
	CHECK(v->put(t, (struct ab_key){ buf, (size_t)1 << 32 }, 1) == AB_EKEY);
	CHECK(v->get(t, (struct ab_key){ buf, LONGEST + 1 }, &value) == AB_NOT_FOUND);
	CHECK(v->count(t) == 0);
	CHECK(v->put(t, (struct ab_key){ buf, LONGEST }, 2) == AB_OK);
	CHECK(v->put(t, (struct ab_key){ buf, LONGEST - 1 }, 3) == AB_OK);
	CHECK(v->get(t, (struct ab_key){ buf, LONGEST }, &value) == AB_OK && value == 2);
	CHECK(v->get(t, (struct ab_key){ buf, LONGEST - 1 }, &value) == AB_OK &&
		value == 3);
	CHECK(v->get(t, (struct ab_key){ buf, LONGEST + 1 }, &value) == AB_NOT_FOUND);
	CHECK(sound(v, t, &m));
	v->destroy(t);
	CHECK(m.live == 0);
}

int
main(int argc, char **argv)
{
	const struct ab_variant *v = argc == 2 ? ab_variant_named(argv[1]) : NULL;
	if (!v) {
		fprintf(stderr, "usage: test_limits VARIANT\n");
		return 2;
	}
	test_full(v, long_key);
	test_full(v, bits_key);
	if (v->compact) {
		test_compacted(v, long_key);
		test_compacted(v, bits_key);
	}
	test_longest(v);
	return check_finish();
}
