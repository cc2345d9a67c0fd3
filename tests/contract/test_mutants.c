/* test_mutants.c: do the tests find bugs? A decorator around the sorted array
 * misbehaves in one chosen way at a time, and the model test (for those about
 * memory running out, the OOM test) must notice every one of them, and must find
 * nothing in the decorator without a bug. */
#include <glib.h>
#include <string.h>
#include "contract/alloc.h"
#include "kit/suites.h"

/* Of each its name, and what is said of it. Those from NOMEM_LOSES_VALUE on are for the OOM
 * test. */
/* clang-format off */
#define ALL_BUGS(B) \
	B(NONE, "none") \
	B(HI_INCLUDED, "range end included") \
	B(LO_EXCLUDED, "range start excluded") \
	B(HI_IGNORED, "range end ignored") \
	B(BACK_GOES_UP, "scan back goes up") \
	B(BACK_INCLUDES_END, "scan back includes the end") \
	B(BACK_BELOW_START, "scan back goes on below the start") \
	B(PREFIX_ITSELF, "prefix itself left out") \
	B(STOP_IGNORED, "stop ignored") \
	B(ONE_VISIT_MORE, "one visit more") \
	B(SIGNED_ORDER, "signed byte order") \
	B(VALUE_LOW_HALF, "value's upper half lost") \
	B(VALUE_TOP_BIT, "value's top bit lost") \
	B(VALUE_OLD, "replaced value stays") \
	B(MISS_SETS_VALUE, "miss sets the value") \
	B(REPLACED_SAYS_OK, "replace says ok") \
	B(EMPTY_KEY_LOST, "empty key lost") \
	B(CUT_AT_NUL, "key cut at NUL") \
	B(CUT_AT_255, "key cut at 255 bytes") \
	B(DEL_NEXT, "del takes the next") \
	B(DEL_SAYS_OK, "del of nothing says ok") \
	B(COUNT_STAYS, "count stays") \
	B(LEAK_ONE_BYTE, "a byte leaked") \
	B(MEMORY_WRONG, "memory classes wrong") \
	B(MEMORY_TOTAL, "memory total wrong") \
	B(UNSOUND, "unsound") \
	B(BUILD_UNCHECKED, "build unchecked") \
	B(BUILD_TWICE, "build into a full index") \
	B(COMPACT_GROWS, "compact grows") \
	B(COMPACT_SAYS_NOMEM, "compact says no memory") \
	B(UPDATE_TWICE, "update calls twice for a key that is there") \
	B(UPDATE_IS_TOLD_NONE, "update says of a value of 0 that there is none") \
	B(UPDATE_KEEP_PUTS, "update puts a value that is not to be put") \
	B(MANY_SET_MISSES, "get-many sets the value of a key that is not there") \
	B(MANY_LOSE_REPEATED, "get-many misses a key that is in it twice") \
	B(MANY_COUNT_ALL, "get-many counts all as found") \
	B(DEL_RANGE_LEAVES_LAST, "del-range leaves the last key there") \
	B(DEL_RANGE_TAKES_END, "del-range takes its upper bound, too") \
	B(VALUES_SWAPPED, "values visits the second one first") \
	B(NTH_SKIPS, "nth passes over the one it begins with, from 40 on") \
	B(RANK_INCLUDES, "rank counts the key itself") \
	B(NOMEM_LOSES_VALUE, "refused put changed a value") \
	B(NOMEM_LOSES_KEY, "refused put removed a key") \
	B(NOMEM_SAYS_OK, "refused put says ok") \
	B(NOMEM_LEAKS, "refused put leaks") \
	B(DEL_NEEDS_MEMORY, "del needs memory") \
	B(UPDATE_NEEDS_MEMORY, "update that removes needs memory") \
	B(CREATE_LEAKS, "failed create leaks")
/* clang-format on */

enum bug {
#define ITS_NAME(name, text) name,
	ALL_BUGS(ITS_NAME)
#undef ITS_NAME
		BUGS
};

static const char *const bug_names[BUGS] = {
#define ITS_TEXT(name, text) text,
	ALL_BUGS(ITS_TEXT)
#undef ITS_TEXT
};

static enum bug bug;
static const struct ab_variant *real;
static GPtrArray *leaked; /* blocks the meter was told less about */

/* `t` is the sorted array's own struct ab_index: opaque here. */
struct ab_index {
	const struct ab_alloc *mem;
	struct ab_index *t;
	size_t most;
	void *spare; /* of so many bytes */
	size_t spare_bytes;
};

static struct ab_index *
mu_create(const struct ab_alloc *mem)
{
	struct ab_index *m = ab_alloc(mem, sizeof *m);
	if (!m)
		return NULL;
	*m = (struct ab_index){ .mem = mem, .t = real->create(mem) };
	if (m->t)
		return m;
	if (bug == CREATE_LEAKS)
		g_ptr_array_add(leaked, m);
	else
		ab_free(mem, m, sizeof *m);
	return NULL;
}

static void
mu_destroy(struct ab_index *m)
{
	real->destroy(m->t);
	if (m->spare)
		ab_free(m->mem, m->spare, m->spare_bytes);
	ab_free(m->mem, m, sizeof *m);
}

/* Take a byte from the allocator and never give it back. */
static void
leak(struct ab_index *m)
{
	void *p = ab_alloc(m->mem, 1);
	if (p)
		g_ptr_array_add(leaked, p);
}

static bool
keep_visit(void *arg, struct ab_key key, uint64_t value)
{
	g_array_append_vals(arg, &(struct ab_entry){ key, value }, 1);
	return true;
}

/* The first key at or after `k`, or false. */
static bool
next_key(const struct ab_index *m, struct ab_key k, struct ab_key *next)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct ab_entry));
	real->scan(m->t, (struct ab_range){ .lo = k }, keep_visit, list);
	if (list->len)
		*next = g_array_index(list, struct ab_entry, 0).key;
	return list->len > 0;
}

static enum ab_status
mu_build(struct ab_index *m, const struct ab_entry *sorted, size_t n)
{
	if (bug == BUILD_TWICE && real->count(m->t))
		return AB_OK;
	if (bug != BUILD_UNCHECKED || real->count(m->t))
		return real->build(m->t, sorted, n);
	for (size_t i = 0; i < n; i++)
		if (real->put(m->t, sorted[i].key, sorted[i].value) < 0)
			return AB_ENOMEM;
	return AB_OK;
}

static struct ab_key
cut_key(struct ab_key k)
{
	const uint8_t *nul = k.n ? memchr(k.p, 0, k.n) : NULL;
	if (bug == CUT_AT_NUL && nul)
		k.n = (size_t)(nul - k.p);
	if (bug == CUT_AT_255 && k.n > 255)
		k.n = 255;
	return k;
}

static uint64_t
cut_value(uint64_t value)
{
	if (bug == VALUE_LOW_HALF)
		return (uint32_t)value;
	return bug == VALUE_TOP_BIT ? value & INT64_MAX : value;
}

static enum ab_status
refuse(struct ab_index *m, struct ab_key k)
{
	struct ab_key next;
	if (bug == NOMEM_LOSES_VALUE && next_key(m, (struct ab_key){ 0 }, &next))
		real->put(m->t, next, 42);
	if (bug == NOMEM_LOSES_KEY && next_key(m, k, &next))
		real->del(m->t, next);
	if (bug == NOMEM_LEAKS)
		leak(m);
	return bug == NOMEM_SAYS_OK ? AB_OK : AB_ENOMEM;
}

static enum ab_status
mu_put(struct ab_index *m, struct ab_key k, uint64_t value)
{
	uint64_t old;
	k = cut_key(k);
	if (bug == EMPTY_KEY_LOST && k.n == 0)
		return AB_OK;
	if (bug == VALUE_OLD && real->get(m->t, k, &old) == AB_OK)
		return AB_REPLACED;
	enum ab_status status = real->put(m->t, k, cut_value(value));
	m->most = MAX(m->most, real->count(m->t));
	if (status == AB_ENOMEM)
		return refuse(m, k);
	return bug == REPLACED_SAYS_OK ? AB_OK : status;
}

static enum ab_status
mu_get(const struct ab_index *m, struct ab_key k, uint64_t *value)
{
	enum ab_status status = real->get(m->t, cut_key(k), value);
	if (bug == MISS_SETS_VALUE && status == AB_NOT_FOUND)
		*value = 0;
	return status;
}

static bool
has_memory(const struct ab_index *m)
{
	void *p = ab_alloc(m->mem, 1);
	if (p)
		ab_free(m->mem, p, 1);
	return p != NULL;
}

static enum ab_status
mu_del(struct ab_index *m, struct ab_key k)
{
	struct ab_key next;
	k = cut_key(k);
	if (bug == DEL_NEEDS_MEMORY && !has_memory(m))
		return AB_ENOMEM;
	enum ab_status status = real->del(m->t, k);
	if (bug == LEAK_ONE_BYTE && status == AB_OK)
		leak(m);
	if (bug == DEL_NEXT && status == AB_NOT_FOUND && next_key(m, k, &next))
		real->del(m->t, next);
	return bug == DEL_SAYS_OK ? AB_OK : status;
}

/* ---- at once ---- */

static enum ab_status
mu_update(struct ab_index *m, struct ab_key k, ab_change *change, void *arg)
{
	uint64_t old = 0, value = 0;
	bool there = real->get(m->t, k, &old) == AB_OK;
	if (bug == UPDATE_TWICE && there)
		change(arg, &old, &value);
	bool told = there && (bug != UPDATE_IS_TOLD_NONE || old);
	enum ab_verdict verdict = change(arg, told ? &old : NULL, &value);
	if (verdict == AB_PUT)
		return mu_put(m, k, value);
	if (verdict == AB_REMOVE && bug == UPDATE_NEEDS_MEMORY && !has_memory(m))
		return AB_ENOMEM;
	if (verdict == AB_REMOVE)
		return there ? mu_del(m, k) : AB_NOT_FOUND;
	if (bug == UPDATE_KEEP_PUTS && there)
		real->put(m->t, k, value);
	return there ? AB_OK : AB_NOT_FOUND;
}

static bool
is_repeated(const struct ab_entry *entries, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (ab_key_cmp(entries[k].key, entries[i].key) == 0)
			return true;
	return false;
}

static size_t
mu_get_many(const struct ab_index *m, struct ab_entry *entries, size_t n, bool *found)
{
	size_t hits = 0;
	for (size_t i = 0; i < n; i++) {
		struct ab_entry *e = &entries[i];
		found[i] = real->get(m->t, e->key, &e->value) == AB_OK &&
			   (bug != MANY_LOSE_REPEATED || !is_repeated(entries, i));
		if (bug == MANY_SET_MISSES && !found[i])
			e->value = 0;
		hits += found[i];
	}
	return bug == MANY_COUNT_ALL ? n : hits;
}

static enum ab_status
mu_del_range(struct ab_index *m, struct ab_range r, size_t *gone)
{
	uint64_t value;
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct ab_entry));
	real->scan(m->t, r, keep_visit, list);
	*gone = list->len;
	if (bug == DEL_RANGE_TAKES_END && r.has_hi && list->len &&
		real->get(m->t, r.hi, &value) == AB_OK)
		real->del(m->t, r.hi);
	if (bug == DEL_RANGE_LEAVES_LAST && list->len)
		g_array_set_size(list, list->len - 1);
	for (size_t i = 0; i < list->len; i++)
		real->del(m->t, g_array_index(list, struct ab_entry, i).key);
	return AB_OK;
}

static enum ab_status
mu_compact(struct ab_index *m)
{
	if (bug == COMPACT_SAYS_NOMEM)
		return AB_ENOMEM;
	if (bug != COMPACT_GROWS)
		return AB_OK;
	void *p = ab_resize(m->mem, m->spare, m->spare_bytes, m->spare_bytes + 1);
	if (!p)
		return AB_ENOMEM;
	m->spare = p;
	m->spare_bytes++;
	return AB_OK;
}

static int
signed_order(const void *a, const void *b)
{
	struct ab_key x = ((const struct ab_entry *)a)->key;
	struct ab_key y = ((const struct ab_entry *)b)->key;
	for (size_t i = 0; i < x.n && i < y.n; i++)
		if (x.p[i] != y.p[i])
			return (int8_t)x.p[i] < (int8_t)y.p[i] ? -1 : 1;
	return (x.n > y.n) - (x.n < y.n);
}

/* Visit the entries of `list`, as a scan with the bug would. */
static enum ab_status
replay(GArray *list, ab_visit *visit, void *arg)
{
	if (bug == SIGNED_ORDER)
		g_array_sort(list, signed_order);
	for (size_t i = 0; i < list->len; i++) {
		const struct ab_entry *e = &g_array_index(list, struct ab_entry, i);
		if (visit(arg, e->key, e->value))
			continue;
		if (bug == ONE_VISIT_MORE && i + 1 < list->len)
			visit(arg, e[1].key, e[1].value);
		return bug == STOP_IGNORED ? AB_OK : AB_STOPPED;
	}
	return AB_OK;
}

static enum ab_status
mu_scan(const struct ab_index *m, struct ab_range r, ab_visit *visit, void *arg)
{
	uint64_t value;
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct ab_entry));
	if (bug == HI_IGNORED)
		r.has_hi = false;
	real->scan(m->t, r, keep_visit, list);
	if (bug == HI_INCLUDED && r.has_hi && ab_key_cmp(r.lo, r.hi) <= 0 &&
		real->get(m->t, r.hi, &value) == AB_OK)
		keep_visit(list, r.hi, value);
	if (bug == LO_EXCLUDED && list->len && r.lo.n &&
		ab_key_cmp(g_array_index(list, struct ab_entry, 0).key, r.lo) == 0)
		g_array_remove_index(list, 0);
	return replay(list, visit, arg);
}

static enum ab_status
mu_scan_back(const struct ab_index *m, struct ab_range r, ab_visit *visit, void *arg)
{
	uint64_t value;
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct ab_entry));
	if (bug == BACK_BELOW_START)
		r.lo = (struct ab_key){ 0 };
	real->scan(m->t, r, keep_visit, list);
	if (bug == BACK_INCLUDES_END && r.has_hi && ab_key_cmp(r.lo, r.hi) <= 0 &&
		real->get(m->t, r.hi, &value) == AB_OK)
		keep_visit(list, r.hi, value);
	for (guint i = 0; i < list->len; i++) {
		guint at = bug == BACK_GOES_UP ? i : list->len - 1 - i;
		const struct ab_entry *e = &g_array_index(list, struct ab_entry, at);
		if (!visit(arg, e->key, e->value))
			return AB_STOPPED;
	}
	return AB_OK;
}

static enum ab_status
mu_scan_prefix(const struct ab_index *m, struct ab_key prefix, ab_visit *visit, void *arg)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct ab_entry));
	real->scan_prefix(m->t, prefix, keep_visit, list);
	if (bug == PREFIX_ITSELF && list->len && prefix.n &&
		g_array_index(list, struct ab_entry, 0).key.n == prefix.n)
		g_array_remove_index(list, 0);
	return replay(list, visit, arg);
}

static enum ab_status
mu_scan_values(const struct ab_index *m, struct ab_range r, ab_visit *visit, void *arg)
{
	const struct ab_key nothing = { 0 };
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct ab_entry));
	real->scan(m->t, r, keep_visit, list);
	struct ab_entry *e = (struct ab_entry *)(void *)list->data;
	if (bug == VALUES_SWAPPED && list->len > 1) {
		uint64_t first = e[0].value;
		e[0].value = e[1].value;
		e[1].value = first;
	}
	for (size_t i = 0; i < list->len; i++)
		if (!visit(arg, nothing, e[i].value))
			return AB_STOPPED;
	return AB_OK;
}

static enum ab_status
mu_scan_nth(const struct ab_index *m, size_t i, ab_visit *visit, void *arg)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct ab_entry));
	real->scan(m->t, (struct ab_range){ 0 }, keep_visit, list);
	i += bug == NTH_SKIPS && i >= 40;
	g_array_remove_range(list, 0, (guint)MIN(i, list->len));
	return replay(list, visit, arg);
}

static size_t
mu_rank(const struct ab_index *m, struct ab_key k)
{
	size_t below = 0;
	uint64_t value;
	real->scan(
		m->t, (struct ab_range){ .hi = k, .has_hi = true }, count_visit, &below);
	return below + (bug == RANK_INCLUDES && real->get(m->t, k, &value) == AB_OK);
}

static size_t
mu_count(const struct ab_index *m)
{
	return bug == COUNT_STAYS ? m->most : real->count(m->t);
}

static void
mu_memory(const struct ab_index *m, struct ab_memory *out)
{
	real->memory(m->t, out);
	out->inner += sizeof *m;
	out->slack += m->spare_bytes;
	out->total += sizeof *m + m->spare_bytes;
	if (bug == MEMORY_WRONG)
		out->slack += out->leaf;
	if (bug == MEMORY_TOTAL) {
		out->slack += 8;
		out->total += 8;
	}
}

static const char *
mu_check(const struct ab_index *m)
{
	if (bug == UNSOUND && real->count(m->t) == 7)
		return "seven is too many";
	return real->check(m->t);
}

static const struct ab_variant mutant = {
	.name = "mutant",
	.label = "mutant",
	.family = "array",
	.caps = AB_ORDERED,
	.max_key = UINT32_MAX,
	.create = mu_create,
	.destroy = mu_destroy,
	.build = mu_build,
	.put = mu_put,
	.update = mu_update,
	.get = mu_get,
	.get_many = mu_get_many,
	.del = mu_del,
	.del_range = mu_del_range,
	.compact = mu_compact,
	.scan = mu_scan,
	.scan_prefix = mu_scan_prefix,
	.scan_values = mu_scan_values,
	.scan_nth = mu_scan_nth,
	.rank = mu_rank,
	.scan_back = mu_scan_back,
	.count = mu_count,
	.memory = mu_memory,
	.check = mu_check,
};

/* How many checks the tests fail on the mutant with `b`. */
static uint64_t
failures_of(enum bug b, uint64_t seed, int runs)
{
	struct check_tally before = check_tally;
	bug = b;
	check_tally.quiet = b != NONE;
	if (b < NOMEM_LOSES_VALUE)
		model_random(&mutant, seed, runs);
	if (b == NONE || b >= NOMEM_LOSES_VALUE)
		oom_scripts(&mutant, seed);
	if (b == CREATE_LEAKS)
		oom_create(&mutant);
	uint64_t failed = check_tally.failed - before.failed;
	check_tally = before;
	g_ptr_array_set_size(leaked, 0);
	return failed;
}

int
main(void)
{
	enum { SEED = 1, RUNS = 6 };
	real = ab_variant_named("sorted_array");
	leaked = g_ptr_array_new_with_free_func(free);
	CHECK(ab_variant_defect(&mutant) == NULL);
	CHECK(failures_of(NONE, SEED, RUNS) == 0);
	for (enum bug b = NONE + 1; b < BUGS; b++)
		if (!CHECK(failures_of(b, SEED, RUNS) > 0))
			fprintf(stderr, "  survived: %s\n", bug_names[b]);
	g_ptr_array_unref(leaked);
	return check_finish();
}
