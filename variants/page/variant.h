/* variant.h: the vtable entries of the page variants. A variant includes a text and a
 * values policy, if other than text_none.h and values_whole.h, and then this; PAGE_VARIANT
 * is the vtable but for name and label, PAGE_PARAMETERS what can be varied in it. */
#ifndef PAGE_VARIANT_H
#define PAGE_VARIANT_H

#include "del_range.h"
#include "page_back.h"
#include "page_batch.h"
#include "page_build.h"
#include "page_inspect.h"
#include "page_rank.h"
#include "page_scan_values.h"
#if PAGE_LEARNS
#include "learn_ahead.h"
#endif

static struct ab_index *
tree_create(const struct ab_alloc *mem)
{
	struct ab_index *t = ab_alloc(mem, sizeof *t);
	if (!t)
		return NULL;
	*t = (struct ab_index){ .mem = mem };
	return t;
}

static void
tree_destroy(struct ab_index *t)
{
	store_free(&t->store, t->mem);
	coder_free(&t->coder, t->mem);
	ab_free(t->mem, t, sizeof *t);
}

static size_t
tree_count(const struct ab_index *t)
{
	return t->count;
}

static void
tree_memory(const struct ab_index *t, struct ab_memory *m)
{
	size_t tables, spare;
	coder_memory(&t->coder, &tables, &spare);
	*m = (struct ab_memory){
		.total = sizeof *t + store_bytes(t->store.room) + tables + spare,
		.inner = sizeof *t + t->inner + tables,
		.leaf = t->leaf,
		.key = t->key,
		.nodes = { [PAGE_KIND] = t->pages, [INDEX_KIND] = t->nodes },
	};
	m->slack = m->total - m->inner - m->leaf - m->key;
}

/* clang-format off */
#define PAGE_VARIANT \
	.family = "page", .node_kinds = { PAGE_KINDS }, \
	.caps = AB_ORDERED | AB_PARALLEL_READS, .max_key = TREE_MAX_KEY, \
	.create = tree_create, .destroy = tree_destroy, .build = tree_build, \
	.put = tree_put, .update = tree_update, .get = tree_get, .get_many = tree_get_many, \
	.del = tree_del, .del_range = tree_del_range, \
	.scan = tree_scan, .scan_prefix = tree_scan_prefix, .scan_values = tree_scan_values, \
	.scan_nth = tree_scan_nth, .rank = tree_rank, .scan_back = tree_scan_back, \
	.count = tree_count, .memory = tree_memory, \
	.census = tree_census, .check = tree_check
/* clang-format on */
#define PAGE_PARAMETERS                                                                  \
	.parameters = "PAGE_MOST=16,32,64 NODE_MOST=64 STORE_STEP_BITS=5 "               \
		      "PAGE_PREFETCH=1"
#endif /* PAGE_VARIANT_H */
