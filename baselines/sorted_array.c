/* sorted_array.c: entries in one sorted array, each key a block of its own. The
 * simplest thing that keeps the whole contract, and so the tests' oracle: a
 * lookup is a binary search, put and del move the tail of the array.
 *
 *   e: [ key* n value | key* n value | ... | unused ]    n used, cap allocated
 *         |              |
 *         key bytes      key bytes      one exact block each; none for ""
 */
#include <inttypes.h>
#include <string.h>
#include "ab.h"

enum { SA_FIRST_CAP = 8 };

struct ab_index {
	const struct ab_alloc *mem;
	struct ab_entry *e;
	size_t n, cap, key_bytes;
};

/* The rank of the first entry not below `k`. */
static size_t
lower_bound(const struct ab_index *t, struct ab_key k)
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

static bool
is_at(const struct ab_index *t, size_t i, struct ab_key k)
{
	return i < t->n && ab_key_cmp(t->e[i].key, k) == 0;
}

/* Copy `k` into `*own`; false when there is no memory. */
static bool
copy_key(const struct ab_alloc *mem, struct ab_key k, struct ab_key *own)
{
	*own = (struct ab_key){ 0 };
	if (k.n == 0)
		return true;
	uint8_t *p = ab_alloc(mem, k.n);
	if (!p)
		return false;
	memcpy(p, k.p, k.n);
	*own = (struct ab_key){ p, k.n };
	return true;
}

static void
free_key(const struct ab_alloc *mem, struct ab_key own)
{
	if (own.n)
		ab_free(mem, (uint8_t *)own.p, own.n);
}

static void
free_array(const struct ab_index *t)
{
	if (t->cap)
		ab_free(t->mem, t->e, t->cap * sizeof *t->e);
}

/* Move the array to room for `cap` >= n entries; false leaves it alone. */
static bool
set_cap(struct ab_index *t, size_t cap)
{
	struct ab_entry *e = ab_resize(t->mem, t->e, t->cap * sizeof *e, cap * sizeof *e);
	if (!e)
		return false;
	t->e = e;
	t->cap = cap;
	return true;
}

static struct ab_index *
sa_create(const struct ab_alloc *mem)
{
	struct ab_index *t = ab_alloc(mem, sizeof *t);
	if (t)
		*t = (struct ab_index){ .mem = mem };
	return t;
}

static void
sa_destroy(struct ab_index *t)
{
	for (size_t i = 0; i < t->n; i++)
		free_key(t->mem, t->e[i].key);
	free_array(t);
	ab_free(t->mem, t, sizeof *t);
}

static enum ab_status
input_defect(const struct ab_entry *sorted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (sorted[i].key.n > UINT32_MAX)
			return AB_EKEY;
		if (i && ab_key_cmp(sorted[i - 1].key, sorted[i].key) >= 0)
			return AB_EORDER;
	}
	return AB_OK;
}

static enum ab_status
sa_build(struct ab_index *t, const struct ab_entry *sorted, size_t n)
{
	if (t->n)
		return AB_EBUSY;
	enum ab_status defect = input_defect(sorted, n);
	if (defect != AB_OK || n == 0)
		return defect;
	struct ab_index filled = { .mem = t->mem };
	if (!set_cap(&filled, n))
		return AB_ENOMEM;
	for (; filled.n < n; filled.n++) {
		struct ab_entry *e = &filled.e[filled.n];
		if (!copy_key(t->mem, sorted[filled.n].key, &e->key))
			break;
		e->value = sorted[filled.n].value;
		filled.key_bytes += e->key.n;
	}
	if (filled.n < n) {
		for (size_t i = 0; i < filled.n; i++)
			free_key(t->mem, filled.e[i].key);
		free_array(&filled);
		return AB_ENOMEM;
	}
	free_array(t);
	*t = filled;
	return AB_OK;
}

static enum ab_status
sa_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	if (k.n > UINT32_MAX)
		return AB_EKEY;
	size_t i = lower_bound(t, k);
	if (is_at(t, i, k)) {
		t->e[i].value = value;
		return AB_REPLACED;
	}
	struct ab_key own;
	if (t->n == t->cap && !set_cap(t, t->cap ? 2 * t->cap : SA_FIRST_CAP))
		return AB_ENOMEM;
	if (!copy_key(t->mem, k, &own))
		return AB_ENOMEM;
	memmove(t->e + i + 1, t->e + i, (t->n - i) * sizeof *t->e);
	t->e[i] = (struct ab_entry){ own, value };
	t->n++;
	t->key_bytes += k.n;
	return AB_OK;
}

static enum ab_status
sa_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	size_t i = lower_bound(t, k);
	if (!is_at(t, i, k))
		return AB_NOT_FOUND;
	*value = t->e[i].value;
	return AB_OK;
}

static enum ab_status
sa_del(struct ab_index *t, struct ab_key k)
{
	size_t i = lower_bound(t, k);
	if (!is_at(t, i, k))
		return AB_NOT_FOUND;
	t->key_bytes -= k.n;
	free_key(t->mem, t->e[i].key);
	t->n--;
	memmove(t->e + i, t->e + i + 1, (t->n - i) * sizeof *t->e);
	/* Halve at a quarter full. Where even that finds no memory the array just
	 * stays as large as it is. */
	if (t->cap > SA_FIRST_CAP && t->n <= t->cap / 4)
		(void)set_cap(t, t->cap / 2);
	return AB_OK;
}

static enum ab_status
sa_del_range(struct ab_index *t, struct ab_range r, size_t *gone)
{
	size_t from = lower_bound(t, r.lo);
	size_t to = r.has_hi ? lower_bound(t, r.hi) : t->n;
	*gone = to > from ? to - from : 0;
	if (!*gone)
		return AB_OK;
	for (size_t i = from; i < to; i++) {
		t->key_bytes -= t->e[i].key.n;
		free_key(t->mem, t->e[i].key);
	}
	memmove(t->e + from, t->e + to, (t->n - to) * sizeof *t->e);
	t->n -= *gone;
	while (t->cap > SA_FIRST_CAP && t->n <= t->cap / 4)
		if (!set_cap(t, t->cap / 2))
			break;
	return AB_OK;
}

static enum ab_status
sa_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	for (size_t i = lower_bound(t, r.lo); i < t->n; i++) {
		if (r.has_hi && ab_key_cmp(t->e[i].key, r.hi) >= 0)
			break;
		if (!visit(arg, t->e[i].key, t->e[i].value))
			return AB_STOPPED;
	}
	return AB_OK;
}

static enum ab_status
sa_scan_back(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	size_t lo = r.lo.n ? lower_bound(t, r.lo) : 0;
	for (size_t i = r.has_hi ? lower_bound(t, r.hi) : t->n; i-- > lo;)
		if (!visit(arg, t->e[i].key, t->e[i].value))
			return AB_STOPPED;
	return AB_OK;
}

static enum ab_status
sa_scan_prefix(const struct ab_index *t, struct ab_key prefix, ab_visit *visit, void *arg)
{
	for (size_t i = lower_bound(t, prefix); i < t->n; i++) {
		if (!ab_key_starts_with(t->e[i].key, prefix))
			break;
		if (!visit(arg, t->e[i].key, t->e[i].value))
			return AB_STOPPED;
	}
	return AB_OK;
}

static size_t
sa_count(const struct ab_index *t)
{
	return t->n;
}

static void
sa_memory(const struct ab_index *t, struct ab_memory *out)
{
	*out = (struct ab_memory){
		.inner = sizeof *t,
		.leaf = t->n * sizeof *t->e,
		.key = t->key_bytes,
		.slack = (t->cap - t->n) * sizeof *t->e,
	};
	out->total = out->inner + out->leaf + out->key + out->slack;
}

static const char *
sa_check(const struct ab_index *t)
{
	size_t key_bytes = 0;
	if (t->n > t->cap)
		return "more entries than the array has room for";
	for (size_t i = 0; i < t->n; i++) {
		key_bytes += t->e[i].key.n;
		if (i && ab_key_cmp(t->e[i - 1].key, t->e[i].key) >= 0)
			return "keys are not strictly increasing";
	}
	if (key_bytes != t->key_bytes)
		return "key_bytes is not the sum of the key lengths";
	return NULL;
}

static void
sa_dump(const struct ab_index *t, FILE *out)
{
	fprintf(out, "sorted_array: %zu of %zu entries\n", t->n, t->cap);
	for (size_t i = 0; i < t->n; i++) {
		struct ab_key k = t->e[i].key;
		fprintf(out, "  [%zu] ", i);
		ab_key_print(out, k, k.n);
		fprintf(out, " = %" PRIu64 "\n", t->e[i].value);
	}
}

const struct ab_variant ab_variant_sorted_array = {
	.name = "sorted_array",
	.label = "sorted array",
	.family = "array",
	.caps = AB_ORDERED | AB_PARALLEL_READS | AB_BULK_LOAD,
	.max_key = UINT32_MAX,
	.create = sa_create,
	.destroy = sa_destroy,
	.build = sa_build,
	.put = sa_put,
	.get = sa_get,
	.del = sa_del,
	.del_range = sa_del_range,
	.scan = sa_scan,
	.scan_prefix = sa_scan_prefix,
	.scan_back = sa_scan_back,
	.count = sa_count,
	.memory = sa_memory,
	.check = sa_check,
	.dump = sa_dump,
};
