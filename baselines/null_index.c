/* null_index.c: accepts every key and holds none: what the harness itself costs.
 * Its time is the floor under every other row; it is no map (AB_HOLDS_NOTHING). */
#include "ab.h"

struct ab_index {
	const struct ab_alloc *mem;
};

static struct ab_index *
ni_create(const struct ab_alloc *mem)
{
	struct ab_index *t = ab_alloc(mem, sizeof *t);
	if (t)
		*t = (struct ab_index){ .mem = mem };
	return t;
}

static void
ni_destroy(struct ab_index *t)
{
	ab_free(t->mem, t, sizeof *t);
}

/* One load from the key, so that the query's own cache miss is in the floor. */
static inline void
touch(struct ab_key k)
{
	if (k.n)
		(void)*(const volatile uint8_t *)k.p;
}

static enum ab_status
ni_build(struct ab_index *t, const struct ab_entry *sorted, size_t n)
{
	(void)t;
	for (size_t i = 0; i < n; i++)
		touch(sorted[i].key);
	return AB_OK;
}

static enum ab_status
ni_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	(void)t;
	(void)value;
	touch(k);
	return AB_OK;
}

static enum ab_status
ni_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	(void)t;
	(void)value;
	touch(k);
	return AB_NOT_FOUND;
}

static enum ab_status
ni_del(struct ab_index *t, struct ab_key k)
{
	(void)t;
	touch(k);
	return AB_NOT_FOUND;
}

static enum ab_status
ni_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	(void)t;
	(void)r;
	(void)visit;
	(void)arg;
	return AB_OK;
}

static enum ab_status
ni_scan_prefix(const struct ab_index *t, struct ab_key prefix, ab_visit *visit, void *arg)
{
	(void)t;
	(void)prefix;
	(void)visit;
	(void)arg;
	return AB_OK;
}

static size_t
ni_count(const struct ab_index *t)
{
	(void)t;
	return 0;
}

static void
ni_memory(const struct ab_index *t, struct ab_memory *out)
{
	*out = (struct ab_memory){ .total = sizeof *t, .inner = sizeof *t };
}

const struct ab_variant ab_variant_null_index = {
	.name = "null_index",
	.label = "null (harness floor)",
	.family = "floor",
	.caps = AB_ORDERED | AB_PARALLEL_READS | AB_PARALLEL_WRITES | AB_HOLDS_NOTHING,
	.max_key = UINT32_MAX,
	.create = ni_create,
	.destroy = ni_destroy,
	.build = ni_build,
	.put = ni_put,
	.get = ni_get,
	.del = ni_del,
	.scan = ni_scan,
	.scan_prefix = ni_scan_prefix,
	.count = ni_count,
	.memory = ni_memory,
};
