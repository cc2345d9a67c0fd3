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

static bool
skip_first(void *arg, struct ab_key k, uint64_t value)
{
	struct held *h = arg;
	bool first = !h->has;
	h->has = true;
	return first || h->visit(h->arg, k, value);
}

static enum ab_status
lossy_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	struct held h = { .visit = visit, .arg = arg };
	return tree->scan(t, r, skip_first, &h);
}

/* Right of the whole, wrong of a part. */
static enum ab_status
wide_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	r.has_hi = false;
	return tree->scan(t, r, visit, arg);
}

/* From the first to the last instead. */
static enum ab_status
back_up(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	return tree->scan(t, r, visit, arg);
}

static enum ab_status
wide_prefix(const struct ab_index *t, struct ab_key p, ab_visit *visit, void *arg)
{
	(void)p;
	return tree->scan(t, (struct ab_range){ 0 }, visit, arg);
}

static void
leave_saying(const char *lines)
{
	fputs(lines, stdout);
	fflush(stdout);
	_exit(0);
}

/* The results break off, with an end that looks right. */
static enum ab_status
end_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	if (every(1))
		leave_saying("end\n");
	return tree->put(t, k, value);
}

static enum ab_status
end_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	if (every(1000))
		leave_saying("row\thit\toperations\t9\tkeys\n"
			     "row\thit\tseconds\t1\ts\n"
			     "row\thit\tright\t9\tcount\n"
			     "row\thit\tasked\t9\tcount\nend\n");
	return tree->get(t, k, value);
}

/* Results of its own before the real ones. */
static enum ab_status
forge_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	static bool done;
	if (!done)
		puts("row\thit\tseconds\t1e-9\ts");
	done = true;
	return tree->get(t, k, value);
}

/* Changes a byte of the key file it is told of. */
static struct ab_index *
meddling_create(const struct ab_alloc *mem)
{
	const char *path = getenv("FAULTY_MEDDLES_WITH");
	FILE *keys = path ? fopen(path, "r+") : NULL;
	if (keys) {
		fputc('H', keys);
		fclose(keys);
	}
	return tree->create(mem);
}

/* Says that it has replaced a value, and has not. */
static enum ab_status
keep_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	uint64_t old;
	if (tree->get(t, k, &old) == AB_OK && every(1000))
		return AB_REPLACED;
	return tree->put(t, k, value);
}

/* Replaces one, and says that the key is new. */
static enum ab_status
deny_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	enum ab_status st = tree->put(t, k, value);
	return st == AB_REPLACED && every(1000) ? AB_OK : st;
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

/* Its classes add up to more than its total, which is right. */
static void
wrong_classes(const struct ab_index *t, struct ab_memory *m)
{
	array->memory(t, m);
	m->slack++;
}

static void
right_memory(const struct ab_index *t, struct ab_memory *m)
{
	array->memory(t, m);
}

/* Holds a megabyte that its allocator never saw. */
static struct ab_index *
hiding_create(const struct ab_alloc *mem)
{
	enum { HIDDEN = 64, SIZE = 16 << 10 };
	static void *volatile hidden[HIDDEN];
	for (size_t i = 0; i < HIDDEN; i++)
		if (!hidden[i])
			hidden[i] = malloc(SIZE);
	return array->create(mem);
}

/* ---- a sorted array of the caller's own key bytes ---- */

struct ab_index {
	struct ab_entry *e;
	size_t n;
};

static struct ab_index *
borrow_create(const struct ab_alloc *mem)
{
	(void)mem;
	return calloc(1, sizeof(struct ab_index));
}

static void
borrow_destroy(struct ab_index *t)
{
	free(t->e);
	free(t);
}

static size_t
borrow_rank(const struct ab_index *t, struct ab_key k)
{
	size_t lo = 0, hi = t->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (ab_key_cmp(t->e[mid].key, k) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static enum ab_status
borrow_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	size_t i = borrow_rank(t, k);
	struct ab_entry *e = realloc(t->e, (t->n + 1) * sizeof *e);
	if (!e)
		return AB_ENOMEM;
	memmove(e + i + 1, e + i, (t->n - i) * sizeof *e);
	e[i] = (struct ab_entry){ k, value };
	t->e = e;
	t->n++;
	return AB_OK;
}

static enum ab_status
borrow_build(struct ab_index *t, const struct ab_entry *sorted, size_t n)
{
	t->e = malloc(n * sizeof *t->e);
	if (!t->e)
		return AB_ENOMEM;
	memcpy(t->e, sorted, n * sizeof *t->e);
	t->n = n;
	return AB_OK;
}

static enum ab_status
borrow_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	size_t i = borrow_rank(t, k);
	if (i == t->n || ab_key_cmp(t->e[i].key, k) != 0)
		return AB_NOT_FOUND;
	*value = t->e[i].value;
	return AB_OK;
}

static size_t
borrow_count(const struct ab_index *t)
{
	return t->n;
}

#define RIGHT                                                                            \
	.label = "faulty", .family = "test", .caps = AB_ORDERED | AB_OWN_ALLOC,          \
	.max_key = 65535, .create = right_create, .destroy = right_destroy,              \
	.put = right_put, .get = right_get, .del = right_del, .scan = right_scan,        \
	.scan_prefix = right_prefix, .count = right_count

#define ARRAY                                                                            \
	.label = "faulty", .family = "test", .max_key = 65535, .create = array_create,   \
	.destroy = array_destroy, .put = array_put, .get = array_get,                    \
	.count = array_count

#define BORROW                                                                           \
	.label = "faulty", .family = "test", .caps = AB_OWN_ALLOC, .max_key = 65535,     \
	.create = borrow_create, .destroy = borrow_destroy, .get = borrow_get,           \
	.count = borrow_count

/* A field named after these replaces theirs: that is what is meant. */
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
const struct ab_variant ab_variant_faulty_lossy = { RIGHT, .name = "faulty_lossy",
	.scan = lossy_scan };
const struct ab_variant ab_variant_faulty_back = { RIGHT, .name = "faulty_back",
	.scan_back = back_up };
/* These have no order to be held to. */
const struct ab_variant ab_variant_faulty_range = { RIGHT, .name = "faulty_range",
	.caps = AB_OWN_ALLOC, .scan = wide_scan };
const struct ab_variant ab_variant_faulty_prefix = { RIGHT, .name = "faulty_prefix",
	.caps = AB_OWN_ALLOC, .scan_prefix = wide_prefix };
const struct ab_variant ab_variant_forge_end = { RIGHT, .name = "forge_end",
	.put = end_put };
const struct ab_variant ab_variant_forge_few = { RIGHT, .name = "forge_few",
	.get = end_get };
const struct ab_variant ab_variant_forge_rows = { RIGHT, .name = "forge_rows",
	.get = forge_get };
/* Wrong of keys that are there already, which verify does not put. */
const struct ab_variant ab_variant_stale = { RIGHT, .name = "stale", .put = keep_put };
const struct ab_variant ab_variant_denier = { RIGHT, .name = "denier", .put = deny_put };
const struct ab_variant ab_variant_meddler = { RIGHT, .name = "meddler",
	.create = meddling_create };
const struct ab_variant ab_variant_faulty_memory = { ARRAY, .name = "faulty_memory",
	.memory = wrong_memory };
const struct ab_variant ab_variant_faulty_classes = { ARRAY, .name = "faulty_classes",
	.memory = wrong_classes };
const struct ab_variant ab_variant_hider = { ARRAY, .name = "hider",
	.create = hiding_create, .memory = right_memory };
const struct ab_variant ab_variant_faulty_keeper = { BORROW, .name = "faulty_keeper",
	.put = borrow_put };
const struct ab_variant ab_variant_faulty_builder = { BORROW, .name = "faulty_builder",
	.build = borrow_build };
/* These two say so: no fault. */
const struct ab_variant ab_variant_open_keeper = { BORROW, .name = "open_keeper",
	.caps = AB_OWN_ALLOC | AB_BORROWS_KEYS, .put = borrow_put };
const struct ab_variant ab_variant_open_builder = { BORROW, .name = "open_builder",
	.caps = AB_OWN_ALLOC | AB_BORROWS_KEYS, .build = borrow_build };
