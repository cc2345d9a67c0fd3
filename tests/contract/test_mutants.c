/* test_mutants.c: do the tests find bugs? A decorator around the sorted array
 * misbehaves in one chosen way at a time, and the model test (for those about
 * memory running out, the OOM test) must notice every one of them, and must find
 * nothing in the decorator without a bug. */
#include <glib.h>
#include <string.h>
#include "contract/alloc.h"
#include "kit/suites.h"

enum bug {
	NONE,
	HI_INCLUDED,        /* a range visits its upper bound too */
	LO_EXCLUDED,        /* ... and leaves out its lower one */
	HI_IGNORED,         /* ... and goes on to the end */
	BACK_GOES_UP,       /* scan_back visits the first of the range first */
	BACK_INCLUDES_END,  /* ... or its upper bound */
	BACK_BELOW_START,   /* ... or what is below the lower one */
	PREFIX_ITSELF,      /* scan_prefix leaves the prefix itself out */
	STOP_IGNORED,       /* a stopped scan says it got to the end */
	ONE_VISIT_MORE,     /* ... or visits once more */
	SIGNED_ORDER,       /* bytes from 0x80 on come first */
	VALUE_LOW_HALF,     /* values lose their upper 32 bits */
	VALUE_TOP_BIT,      /* ... or the highest one */
	VALUE_OLD,          /* a replaced value stays */
	MISS_SETS_VALUE,    /* get writes *value on a miss */
	REPLACED_SAYS_OK,   /* put never says AB_REPLACED */
	EMPTY_KEY_LOST,     /* the empty key is accepted and not kept */
	CUT_AT_NUL,         /* keys end at their first NUL */
	CUT_AT_255,         /* keys end after 255 bytes */
	DEL_NEXT,           /* del of an absent key takes the next one */
	DEL_SAYS_OK,        /* ... or claims to have taken it */
	COUNT_STAYS,        /* count does not go down */
	LEAK_ONE_BYTE,      /* each del forgets a byte */
	MEMORY_WRONG,       /* the classes do not add up */
	MEMORY_TOTAL,       /* total is not what is held */
	UNSOUND,            /* check finds something */
	BUILD_UNCHECKED,    /* build takes keys in any order */
	BUILD_TWICE,        /* build takes a full index */
	COMPACT_GROWS,      /* compact ends above where it began */
	COMPACT_SAYS_NOMEM, /* compact has been short of memory in another call */
	NOMEM_LOSES_VALUE,  /* OOM test: a refused put has changed a value */
	NOMEM_LOSES_KEY,    /* OOM test: a refused put has removed the key's neighbour */
	NOMEM_SAYS_OK,      /* OOM test: a refused put claims to have worked */
	NOMEM_LEAKS,        /* OOM test: a refused put forgets a byte */
	DEL_NEEDS_MEMORY,   /* OOM test: del allocates, and fails if it cannot */
	CREATE_LEAKS,       /* OOM test: a failed create leaves a block behind */
	BUGS
};

static const char *const bug_names[BUGS] = {
	"none",
	"range end included",
	"range start excluded",
	"range end ignored",
	"scan back goes up",
	"scan back includes the end",
	"scan back goes on below the start",
	"prefix itself left out",
	"stop ignored",
	"one visit more",
	"signed byte order",
	"value's upper half lost",
	"value's top bit lost",
	"replaced value stays",
	"miss sets the value",
	"replace says ok",
	"empty key lost",
	"key cut at NUL",
	"key cut at 255 bytes",
	"del takes the next",
	"del of nothing says ok",
	"count stays",
	"a byte leaked",
	"memory classes wrong",
	"memory total wrong",
	"unsound",
	"build unchecked",
	"build into a full index",
	"compact grows",
	"compact says no memory",
	"refused put changed a value",
	"refused put removed a key",
	"refused put says ok",
	"refused put leaks",
	"del needs memory",
	"failed create leaks",
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

static enum ab_status
mu_del(struct ab_index *m, struct ab_key k)
{
	struct ab_key next;
	k = cut_key(k);
	if (bug == DEL_NEEDS_MEMORY) {
		void *p = ab_alloc(m->mem, 1);
		if (!p)
			return AB_ENOMEM;
		ab_free(m->mem, p, 1);
	}
	enum ab_status status = real->del(m->t, k);
	if (bug == LEAK_ONE_BYTE && status == AB_OK)
		leak(m);
	if (bug == DEL_NEXT && status == AB_NOT_FOUND && next_key(m, k, &next))
		real->del(m->t, next);
	return bug == DEL_SAYS_OK ? AB_OK : status;
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
	.get = mu_get,
	.del = mu_del,
	.compact = mu_compact,
	.scan = mu_scan,
	.scan_prefix = mu_scan_prefix,
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
