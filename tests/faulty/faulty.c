/* faulty.c: structures that each go wrong in one way, for the tests of what the
 * harness does about it. They are GTree or the sorted array with one function
 * replaced, and are built into a program of the tests alone. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "ab.h"

extern const struct ab_variant ab_variant_glib_tree, ab_variant_sorted_array;
static const struct ab_variant *const tree = &ab_variant_glib_tree;
static const struct ab_variant *const array = &ab_variant_sorted_array;

/* ---- the right answers ---- */

static struct ab_index *
right_create(const struct ab_alloc *mem)
{
	return tree->create(mem);
}

static void
right_destroy(struct ab_index *t)
{
	tree->destroy(t);
}

static enum ab_status
right_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	return tree->put(t, k, value);
}

static enum ab_status
right_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	return tree->get(t, k, value);
}

static enum ab_status
right_del(struct ab_index *t, struct ab_key k)
{
	return tree->del(t, k);
}

static enum ab_status
right_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	return tree->scan(t, r, visit, arg);
}

static enum ab_status
right_prefix(const struct ab_index *t, struct ab_key p, ab_visit *visit, void *arg)
{
	return tree->scan_prefix(t, p, visit, arg);
}

static size_t
right_count(const struct ab_index *t)
{
	return tree->count(t);
}

/* ---- the wrong ones ---- */

static bool
every(unsigned n)
{
	static unsigned calls;
	return ++calls % n == 0;
}

static enum ab_status
crash_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	if (every(1000))
		abort();
	return tree->get(t, k, value);
}

static enum ab_status
hang_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	while (every(1))
		pause();
	return tree->put(t, k, value);
}

static enum ab_status
leave_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	if (every(1000))
		_exit(0);
	return tree->put(t, k, value);
}

static enum ab_status
print_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	if (every(1000))
		puts("a line of its own");
	return tree->put(t, k, value);
}

static enum ab_status
wrong_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	enum ab_status st = tree->get(t, k, value);
	if (st == AB_OK && every(1000))
		*value ^= 1;
	return st;
}

static enum ab_status
wrong_miss(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	enum ab_status st = tree->get(t, k, value);
	if (st != AB_NOT_FOUND || !every(1000))
		return st;
	*value = 0;
	return AB_OK;
}

/* Holds the first entry back to the end: count and sum stay right. */
struct held {
	ab_visit *visit;
	void *arg;
	bool has;
	struct ab_entry first;
	uint8_t bytes[1024];
};

static bool
hold_back(void *arg, struct ab_key k, uint64_t value)
{
	struct held *h = arg;
	if (h->has || k.n > sizeof h->bytes)
		return h->visit(h->arg, k, value);
	memcpy(h->bytes, k.p, k.n);
	h->first = (struct ab_entry){ { h->bytes, k.n }, value };
	h->has = true;
	return true;
}

static enum ab_status
wrong_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	struct held h = { .visit = visit, .arg = arg };
	enum ab_status st = tree->scan(t, r, hold_back, &h);
	if (st == AB_OK && h.has && !visit(arg, h.first.key, h.first.value))
		return AB_STOPPED;
	return st;
}

static enum ab_status
wrong_del(struct ab_index *t, struct ab_key k)
{
	return every(1000) ? AB_OK : tree->del(t, k);
}

/* ---- the sorted array, which counts its memory ---- */

static struct ab_index *
array_create(const struct ab_alloc *mem)
{
	return array->create(mem);
}

static void
array_destroy(struct ab_index *t)
{
	array->destroy(t);
}

static enum ab_status
array_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	return array->put(t, k, value);
}

static enum ab_status
array_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	return array->get(t, k, value);
}

static size_t
array_count(const struct ab_index *t)
{
	return array->count(t);
}

/* As a self-report that forgets the key bytes would have it. */
static void
wrong_memory(const struct ab_index *t, struct ab_memory *m)
{
	array->memory(t, m);
	m->total -= m->key;
	m->key = 0;
}

#define RIGHT                                                                            \
	.label = "faulty", .family = "test", .caps = AB_ORDERED | AB_OWN_ALLOC,          \
	.max_key = 65535, .create = right_create, .destroy = right_destroy,              \
	.put = right_put, .get = right_get, .del = right_del, .scan = right_scan,        \
	.scan_prefix = right_prefix, .count = right_count

/* A field named after RIGHT replaces the right one: that is what is meant. */
#pragma GCC diagnostic ignored "-Woverride-init"
#ifdef __clang__
#pragma clang diagnostic ignored "-Winitializer-overrides"
#endif

const struct ab_variant ab_variant_faulty_crash = { RIGHT, .name = "faulty_crash",
	.get = crash_get };
const struct ab_variant ab_variant_faulty_hang = { RIGHT, .name = "faulty_hang",
	.put = hang_put };
const struct ab_variant ab_variant_faulty_leave = { RIGHT, .name = "faulty_leave",
	.put = leave_put };
const struct ab_variant ab_variant_faulty_print = { RIGHT, .name = "faulty_print",
	.put = print_put };
const struct ab_variant ab_variant_faulty_get = { RIGHT, .name = "faulty_get",
	.get = wrong_get };
const struct ab_variant ab_variant_faulty_miss = { RIGHT, .name = "faulty_miss",
	.get = wrong_miss };
const struct ab_variant ab_variant_faulty_order = { RIGHT, .name = "faulty_order",
	.scan = wrong_scan };
const struct ab_variant ab_variant_faulty_delete = { RIGHT, .name = "faulty_delete",
	.del = wrong_del };
const struct ab_variant ab_variant_faulty_short = { RIGHT, .name = "faulty_short",
	.max_key = 8 };
const struct ab_variant ab_variant_faulty_memory = {
	.name = "faulty_memory",
	.label = "faulty",
	.family = "test",
	.max_key = 65535,
	.create = array_create,
	.destroy = array_destroy,
	.put = array_put,
	.get = array_get,
	.count = array_count,
	.memory = wrong_memory,
};
