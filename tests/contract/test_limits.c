/* test_limits.c VARIANT: what refs cannot address is a clean error. Linked with variants
 * built for a SPACE_LIMIT far below 4 GiB, so that arena, node pool and page store can be
 * filled in a moment; and once more with page stores of which only the last MiB of the
 * 64 GiB that their refs reach is used: all before it is address space that must not be
 * touched, so that an offset cut to 32 bits is found out at once. */
#include <string.h>
#include <sys/mman.h>
#include "ab.h"
#include "kit/check.h"
#include "contract/rng.h"

enum { LONGEST = 65535, MOST = 1 << 20 };

/* ---- memory ---- */

#ifdef STORE_FIRST
#define FAR_UNUSED ((size_t)STORE_FIRST << 4)
#define FAR_ALL    (((size_t)UINT32_MAX << 4) + 256)
#else
#define FAR_UNUSED SIZE_MAX /* nothing is that large */
#define FAR_ALL    SIZE_MAX
#endif

/* Counts, and has one block of address space for what is larger than the machine. */
struct space {
	struct ab_alloc alloc;
	size_t live;
	bool far_taken;
};

static uint8_t *far_base;

static void *
space_alloc(void *ctx, size_t size)
{
	struct space *s = ctx;
	bool far = size >= FAR_UNUSED;
	if (far && (s->far_taken || size > FAR_ALL))
		return NULL;
	void *p = far ? far_base : malloc(size);
	s->far_taken |= far;
	s->live += p ? size : 0;
	return p;
}

static void *
space_resize(void *ctx, void *p, size_t old_size, size_t size)
{
	struct space *s = ctx;
	bool far = p == far_base;
	if (far != (size >= FAR_UNUSED) || (far && size > FAR_ALL))
		return NULL;
	void *q = far ? p : realloc(p, size);
	s->live += q ? size - old_size : 0;
	return q;
}

static void
space_free(void *ctx, void *p, size_t size)
{
	struct space *s = ctx;
	s->live -= size;
	if (p == far_base)
		s->far_taken = false;
	else
		free(p);
}

static void
space_init(struct space *s)
{
	*s = (struct space){ .alloc = { space_alloc, space_resize, space_free, s } };
}

/* The address space, of which the end alone may be used. */
static bool
far_open(void)
{
#ifdef STORE_FIRST
	enum { PAGE = 4096 };
	size_t unused = FAR_UNUSED / PAGE * PAGE,
	       all = (FAR_ALL + PAGE - 1) / PAGE * PAGE;
	void *p = mmap(NULL, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return false;
	far_base = p;
	return mprotect(far_base + unused, all - unused, PROT_READ | PROT_WRITE) == 0;
#else
	static uint8_t nothing;
	far_base = &nothing;
	return true;
#endif
}

/* ---- keys ---- */

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
sound(const struct ab_variant *v, const struct ab_index *t, const struct space *m)
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
	struct space m;
	uint8_t buf[64];
	uint64_t value = 7;
	space_init(&m);
	struct ab_index *t = v->create(&m.alloc);
	uint32_t n = fill(v, t, key, 0);
	printf("%s: full at %u keys, %zu bytes\n", v->name, n, m.live);
	CHECK(n > 1000);
	for (int again = 0; again < 3; again++) {
		CHECK(v->put(t, key(buf, n), 1) == AB_EFULL);
		CHECK(v->get(t, key(buf, n), &value) == AB_NOT_FOUND && value == 7);
	}
#ifdef STORE_FIRST
	CHECK(m.live > FAR_ALL); /* with the index: all of it was asked for */
#endif
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

/* What compact puts away of a delta leaves all the room to what comes after; and where that is full
 * again, no key that was put away can get another value, and each can be deleted. */
static void
test_compacted(const struct ab_variant *v, make_key *key)
{
	struct space m;
	uint8_t buf[64];
	uint64_t value = 0;
	space_init(&m);
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
	struct space m;
	uint64_t value;
	space_init(&m);
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
	if (!far_open())
		return check_skip("there is no address space of 64 GiB to be had");
	test_full(v, long_key);
	test_full(v, bits_key);
	if (strcmp(v->family, "frozen") == 0) { /* it has a delta, which fills */
		test_compacted(v, long_key);
		test_compacted(v, bits_key);
	}
	test_longest(v);
	return check_finish();
}
