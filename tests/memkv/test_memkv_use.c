/* test_memkv_use.c: the store as it should not be used, and how it answers; and the values that
 * it owns. */
#include <stdio.h>
#include "kit/check.h"
#include "internal.h"
#include "memkv_kit.h"
#include "contract/rng.h"

extern const struct ab_variant ab_variant_page_front;

static memkv *
open_with(const char *name, struct memkv_options o)
{
	memkv *kv = NULL;
	CHECK(memkv_open(name, &o, &kv) == MEMKV_OK && kv);
	return kv;
}

static memkv *
open_plain(void)
{
	return open_with(NULL, (struct memkv_options){ 0 });
}

/* ---- opening ---- */

static void
test_variants(void)
{
	struct memkv_variant_info v = { 0 };
	size_t n = 0, recommended = 0;
	for (; memkv_variant(n, &v); n++) {
		recommended += v.recommended;
		CHECK(v.name && v.label && memkv_variant(n, NULL));
		if (v.recommended)
			CHECK(v.writable && !v.bulk_load && v.backward);
	}
	CHECK(n >= 11 && recommended == 1);
	v.name = "untouched";
	CHECK(!memkv_variant(n, &v) && strcmp(v.name, "untouched") == 0);
	CHECK(!memkv_variant(SIZE_MAX, &v));
	for (int s = MEMKV_EFORMAT; s <= MEMKV_STOPPED; s++)
		CHECK(strcmp(memkv_status_text((enum memkv_status)s), "unknown status") !=
			0);
	CHECK(strcmp(memkv_status_text((enum memkv_status)99), "unknown status") == 0);
	CHECK(strcmp(memkv_version(), MEMKV_VERSION) == 0);
}

static void
refuses(const char *name, struct memkv_options o, enum memkv_status s, const char *words)
{
	memkv *kv = (memkv *)(void *)&o;
	CHECK(memkv_open(name, &o, &kv) == s && !kv && says(words));
}

static void
test_options(void)
{
	struct memkv_options zero = { 0 };
	struct memkv_allocator half = { .alloc = purse_alloc };
	refuses("no_such", zero, MEMKV_EUNKNOWN, "'no_such'");
	refuses("no_such", (struct memkv_options){ .threads = MEMKV_CONCURRENT },
		MEMKV_EUNKNOWN, "'no_such'");
	refuses("", zero, MEMKV_EUNKNOWN, "memkv_variant");
	refuses(NULL, (struct memkv_options){ .threads = 7 }, MEMKV_EINVAL, "7");
	refuses(NULL, (struct memkv_options){ .reserved = { 0, 0, 0, 1 } }, MEMKV_EINVAL,
		"reserved");
	refuses(NULL, (struct memkv_options){ .allocator = &half }, MEMKV_EINVAL,
		"allocator");
	refuses(NULL, (struct memkv_options){ .memory_limit = 1 }, MEMKV_ELIMIT,
		"1 bytes");
	refuses("page_front", (struct memkv_options){ .threads = MEMKV_CONCURRENT },
		MEMKV_EUNSUPPORTED, "MEMKV_RWLOCK");
	CHECK(memkv_open(NULL, NULL, NULL) == MEMKV_EINVAL);
	memkv *kv = NULL;
	CHECK(memkv_open(NULL, NULL, &kv) == MEMKV_OK);
	struct memkv_stats st;
	CHECK(memkv_stats(kv, &st) == MEMKV_OK && strcmp(st.variant, "page_front") == 0);
	CHECK(memkv_close(kv) == MEMKV_OK && memkv_close(NULL) == MEMKV_OK);
}

/* ---- inside a visitor ---- */

struct inside {
	memkv *kv, *other;
	memkv_cursor *c;
	int visits;
};

static bool
visit_misuse(void *arg, const void *key, size_t n, uint64_t value)
{
	struct inside *in = arg;
	struct memkv_entry e = { "q", 1, 1 };
	memkv *kv = in->kv;
	memkv_cursor *c = NULL;
	uint64_t got = 0;
	CHECK(memkv_put(kv, "new", 3, 1, NULL) == MEMKV_EBUSY && says("visitor"));
	CHECK(memkv_put(kv, key, n, 1, NULL) == MEMKV_EBUSY);
	CHECK(memkv_remove(kv, key, n, NULL) == MEMKV_EBUSY);
	CHECK(memkv_clear(kv) == MEMKV_EBUSY && memkv_close(kv) == MEMKV_EBUSY);
	CHECK(memkv_freeze(kv) == MEMKV_EBUSY && memkv_thaw(kv) == MEMKV_EBUSY);
	CHECK(memkv_compact(kv) == MEMKV_EBUSY);
	CHECK(memkv_bulk(kv, &e, 1, NULL) == MEMKV_EBUSY);
	CHECK(memkv_get(kv, key, n, &got) == MEMKV_OK && got == value);
	CHECK(memkv_len(kv) == 3 && memkv_contains(kv, key, n));
	CHECK(memkv_cursor_seek(in->c, key, n) == MEMKV_OK);
	CHECK(memkv_cursor_open(kv, &c) == MEMKV_OK && memkv_cursor_last(c) == MEMKV_OK);
	memkv_cursor_close(c);
	if (in->other) /* another store may be changed */
		CHECK(memkv_put(in->other, key, n, value, NULL) >= MEMKV_OK);
	if (in->visits++ == 0) { /* a visit within a visit */
		CHECK(memkv_prefix(kv, "b", 1, visit_misuse, in) == MEMKV_OK);
		CHECK(memkv_put(kv, "new", 3, 1, NULL) == MEMKV_EBUSY);
	}
	return true;
}

static void
test_inside(const char *name, enum memkv_threads threads)
{
	static const struct memkv_entry e[] = { { "a", 1, 1 }, { "b", 1, 2 },
		{ "c", 1, 3 } };
	struct inside in = { open_with(
				     name, (struct memkv_options){ .threads = threads }),
		open_plain(), NULL, 0 };
	CHECK(memkv_bulk(in.kv, e, 3, NULL) == MEMKV_OK);
	CHECK(memkv_cursor_open(in.kv, &in.c) == MEMKV_OK);
	CHECK(memkv_range(in.kv, NULL, 0, NULL, 0, visit_misuse, &in) == MEMKV_OK);
	CHECK(in.visits == 4 && memkv_len(in.kv) == 3 && memkv_len(in.other) == 3);
	CHECK(memkv_close(in.kv) == MEMKV_EBUSY && says("cursor"));
	memkv_cursor_close(in.c);
	CHECK(memkv_freeze(in.kv) == MEMKV_OK);
	CHECK(memkv_close(in.kv) == MEMKV_OK && memkv_close(in.other) == MEMKV_OK);
}

/* ---- read-only ---- */

static void
test_read_only(void)
{
	memkv *kv = open_plain();
	CHECK(memkv_freeze(kv) == MEMKV_OK && memkv_freeze(kv) == MEMKV_OK);
	struct memkv_entry e = { "a", 1, 1 };
	CHECK(memkv_put(kv, "a", 1, 1, NULL) == MEMKV_EREADONLY && says("memkv_thaw"));
	CHECK(memkv_remove(kv, "a", 1, NULL) == MEMKV_EREADONLY);
	CHECK(memkv_clear(kv) == MEMKV_EREADONLY);
	CHECK(memkv_bulk(kv, &e, 1, NULL) == MEMKV_EREADONLY);
	CHECK(memkv_thaw(kv) == MEMKV_OK && memkv_thaw(kv) == MEMKV_OK);
	CHECK(memkv_put(kv, "a", 1, 1, NULL) == MEMKV_OK);
	CHECK(memkv_close(kv) == MEMKV_OK);
	/* One that cannot be written thaws into one that can. */
	struct memkv_stats st;
	kv = open_with("frozen_front", (struct memkv_options){ 0 });
	CHECK(memkv_bulk(kv, &e, 1, NULL) == MEMKV_OK);
	CHECK(memkv_put(kv, "b", 1, 1, NULL) == MEMKV_EREADONLY && says("memkv_bulk"));
	CHECK(memkv_thaw(kv) == MEMKV_OK && memkv_put(kv, "b", 1, 1, NULL) == MEMKV_OK);
	CHECK(memkv_stats(kv, &st) == MEMKV_OK && strcmp(st.variant, "page_front") == 0);
	CHECK(st.keys == 2 && memkv_close(kv) == MEMKV_OK);
}

/* A scan behind which another thread puts a key that is less than all others. */
static struct {
	const struct ab_variant *v;
	bool armed;
} racing;

static enum ab_status
racing_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	static const struct ab_key least = { (const uint8_t *)"A", 1 };
	enum ab_status s = racing.v->scan(t, r, visit, arg);
	if (racing.armed)
		CHECK(racing.v->put((struct ab_index *)(uintptr_t)t, least, 77) == AB_OK);
	racing.armed = false;
	return s;
}

/* A variant without a way back is scanned. */
static void
test_forward_only(void)
{
	memkv *kv = open_plain();
	struct ab_variant forward = *kv->now->v;
	char room[4];
	struct memkv_found f = { room, sizeof room, 0, 0 };
	forward.scan_back = NULL;
	kv->now->v = &forward;
	CHECK(memkv_last(kv, &f) == MEMKV_NOT_FOUND);
	for (int i = 0; i < 26; i++)
		memkv_put(kv, &(char){ (char)('a' + i) }, 1, (uint64_t)i, NULL);
	CHECK(memkv_last(kv, &f) == MEMKV_OK && f.value == 25);
	for (uint64_t i = 25; i; i--)
		CHECK(memkv_prev(kv, room, f.n, &f) == MEMKV_OK && f.value == i - 1);
	CHECK(memkv_prev(kv, room, f.n, &f) == MEMKV_NOT_FOUND);
	racing.v = &ab_variant_page_front;
	racing.armed = true;
	forward.caps |= AB_PARALLEL_WRITES;
	forward.scan = racing_scan;
	CHECK(memkv_last(kv, &f) == MEMKV_OK && f.value == 25 && f.n == 1);
	memkv_remove(kv, "A", 1, NULL);
	racing.armed = true;
	CHECK(memkv_prev(kv, room, f.n, &f) == MEMKV_OK && f.value == 24);
	CHECK(memkv_close(kv) == MEMKV_OK);
}

/* ---- values that are owned ---- */

enum { OBJECTS = 4000 };

struct objects {
	memkv *kv;
	int freed[OBJECTS];
	bool held[OBJECTS]; /* by the store */
};

static void
free_object(void *ctx, uint64_t value)
{
	struct objects *o = ctx;
	o->freed[value]++;
	/* The change is done by now. */
	if (o->kv)
		CHECK(memkv_len(o->kv) <= OBJECTS &&
			memkv_put(o->kv, "free", 4, 0, NULL) >= MEMKV_OK);
}

/* What the store holds is not freed, what it held once is. */
static void
check_objects(const struct objects *o, const bool *ours, size_t n)
{
	bool right = true;
	for (size_t i = 1; i < n; i++)
		right = right && o->freed[i] == !(o->held[i] || ours[i]);
	CHECK(right);
}

/* Put object `i` under one of a few keys; what was there is freed or, if asked for, ours. */
static void
put_object(struct objects *o, uint64_t *under, bool *ours, uint64_t i, uint64_t slot)
{
	uint64_t old = 0;
	bool asks = i % 3 == 0;
	char key = (char)slot;
	enum memkv_status s = memkv_put(o->kv, &key, 1, i, asks ? &old : NULL);
	CHECK(s == (under[slot] ? MEMKV_REPLACED : MEMKV_OK));
	if (under[slot]) {
		o->held[under[slot]] = false;
		ours[under[slot]] = asks;
		CHECK(!asks || old == under[slot]);
	}
	under[slot] = i;
	o->held[i] = true;
}

static void
remove_object(struct objects *o, uint64_t *under, bool *ours, bool asks, uint64_t slot)
{
	uint64_t old = 0;
	char key = (char)slot;
	enum memkv_status s = memkv_remove(o->kv, &key, 1, asks ? &old : NULL);
	CHECK(s == (under[slot] ? MEMKV_OK : MEMKV_NOT_FOUND));
	o->held[under[slot]] = false;
	ours[under[slot]] = asks && under[slot];
	under[slot] = 0;
}

static void
test_objects(const char *name, uint64_t seed)
{
	static struct objects o;
	static bool ours[OBJECTS];
	uint64_t under[64] = { 0 };
	o = (struct objects){ 0 };
	memset(ours, 0, sizeof ours);
	memkv *kv = open_with(name,
		(struct memkv_options){ .free_value = free_object, .free_ctx = &o });
	o.kv = kv;
	for (uint64_t i = 1; i < OBJECTS; i++) {
		uint64_t slot = rng_below(&seed, 64);
		put_object(&o, under, ours, i, slot);
		if (i % 5 == 0) /* again: it does not leave */
			CHECK(memkv_put(kv, &(char){ (char)slot }, 1, i, NULL) ==
				MEMKV_REPLACED);
		if (i % 4 == 0)
			remove_object(&o, under, ours, i & 8, rng_below(&seed, 64));
		if (i % 1000 == 0) {
			CHECK(memkv_clear(kv) == MEMKV_OK);
			memset(under, 0, sizeof under);
			memset(o.held, 0, sizeof o.held);
		}
		if (i % 700 == 0)
			CHECK(memkv_freeze(kv) == MEMKV_OK && memkv_thaw(kv) == MEMKV_OK);
		if (i % 97 == 0)
			check_objects(&o, ours, i + 1);
	}
	o.kv = NULL;
	CHECK(memkv_close(kv) == MEMKV_OK);
	memset(o.held, 0, sizeof o.held);
	check_objects(&o, ours, OBJECTS);
}

/* It may do all to its store but end it, whichever call it was that let the value go. */
static void
free_and_close(void *ctx, uint64_t value)
{
	memkv **kv = ctx;
	if (value == 0)
		return;
	CHECK(memkv_close(*kv) == MEMKV_EBUSY && says("free_value"));
	CHECK(memkv_put(*kv, "k", 1, 0, NULL) >= MEMKV_OK);
}

static void
test_close_inside(void)
{
	memkv *kv = NULL;
	struct memkv_options o = { .free_value = free_and_close, .free_ctx = &kv };
	kv = open_with(NULL, o);
	CHECK(memkv_put(kv, "a", 1, 1, NULL) == MEMKV_OK);
	CHECK(memkv_put(kv, "a", 1, 2, NULL) == MEMKV_REPLACED);
	CHECK(memkv_remove(kv, "a", 1, NULL) == MEMKV_OK && memkv_len(kv) == 1);
	CHECK(memkv_put(kv, "a", 1, 3, NULL) == MEMKV_OK);
	CHECK(memkv_put(kv, "b", 1, 4, NULL) == MEMKV_OK);
	CHECK(memkv_clear(kv) == MEMKV_OK && memkv_len(kv) == 1);
	CHECK(memkv_close(kv) == MEMKV_OK);
}

/* A cursor opened by then would outlive the store. */
static void
open_a_cursor(void *ctx, uint64_t value)
{
	memkv **kv = ctx;
	memkv_cursor *c = (memkv_cursor *)(void *)&value;
	CHECK(memkv_cursor_open(*kv, &c) == MEMKV_EBUSY && !c && says("memkv_close"));
	CHECK(memkv_get(*kv, "a", 1, NULL) == MEMKV_OK);
}

static void
test_cursor_at_close(void)
{
	memkv *kv = NULL;
	struct memkv_options o = { .free_value = open_a_cursor, .free_ctx = &kv };
	kv = open_with(NULL, o);
	CHECK(memkv_put(kv, "a", 1, 1, NULL) == MEMKV_OK);
	CHECK(memkv_close(kv) == MEMKV_OK);
}

static void
free_pointer(void *ctx, uint64_t value)
{
	++*(int *)ctx;
	free((void *)(uintptr_t)value);
}

static void
test_pointers(void)
{
	int freed = 0;
	void *old = NULL;
	memkv *kv = open_with(NULL,
		(struct memkv_options){ .free_value = free_pointer, .free_ctx = &freed });
	CHECK(memkv_put_ptr(kv, "a", 1, malloc(8), NULL) == MEMKV_OK);
	CHECK(memkv_put_ptr(kv, "a", 1, malloc(8), NULL) == MEMKV_REPLACED && freed == 1);
	void *mine = memkv_get_ptr(kv, "a", 1);
	CHECK(mine && memkv_put_ptr(kv, "a", 1, malloc(8), &old) == MEMKV_REPLACED);
	CHECK(old == mine && freed == 1);
	free(old);
	CHECK(memkv_remove_ptr(kv, "a", 1, &old) == MEMKV_OK && freed == 1);
	free(old);
	old = &freed;
	CHECK(memkv_remove_ptr(kv, "a", 1, &old) == MEMKV_NOT_FOUND && old == &freed);
	CHECK(!memkv_get_ptr(kv, "a", 1));
	CHECK(memkv_put_ptr(kv, "b", 1, malloc(8), &old) == MEMKV_OK && old == &freed);
	void *refused = malloc(8); /* a put that fails takes nothing */
	CHECK(memkv_put_ptr(kv, NULL, 1, refused, NULL) == MEMKV_EINVAL && freed == 1);
	free(refused);
	CHECK(memkv_close(kv) == MEMKV_OK && freed == 2);
}

int
main(void)
{
	struct memkv_variant_info v;
	CHECK(*memkv_error() == '\0');
	test_variants();
	test_options();
	test_read_only();
	test_forward_only();
	test_close_inside();
	test_cursor_at_close();
	test_pointers();
	for (size_t i = 0; memkv_variant(i, &v); i++) {
		test_inside(v.name, MEMKV_ONE_THREAD);
		test_inside(v.name, MEMKV_RWLOCK);
		if (v.writable)
			test_objects(v.name, i);
	}
	return check_finish();
}
