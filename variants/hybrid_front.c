/* hybrid_front.c: rung F2, frozen_front's base, and a mutable delta until both are merged.
 *
 *   put "gnu" 7, "zsh" 3      del "abc"
 *
 *   base     abc   bash   dash   gnu   vim        immutable pages (frozen_front.c)
 *   dead     1     0      0      1     0          a bit each, by rank
 *   delta    gnu = 7   zsh = 3                    pages (page_front.c)
 *
 *   reads    bash   dash   gnu = 7   vim   zsh    a scan merges the two
 *
 *   compact  bash   dash   gnu   vim   zsh        a new base, nothing dead, no delta
 *
 * What a key costs is frozen_front's, an eighth of a byte, and for those that have changed
 * since page_front's. A lookup that finds its key in the base goes no further. A put or
 * del never compacts, which takes as long as building the base: the caller does, when it
 * suits, or else the delta grows, and what is dead in the base stays.
 *
 * The base with a small mutable index before it: Zhang, Andersen, Pavlo, Kaminsky, Ma,
 * Shen: Reducing the Storage Overhead of Main-Memory OLTP Databases with Hybrid Indexes,
 * SIGMOD 2016.
 *
 * To read on: variants/hybrid/ has hybrid.h for get, put and del, hybrid_merge.h for scans and
 * compact.h. docs/design/frozen.md has what was measured. */
#include "ab.h"

extern const struct ab_variant ab_variant_page_front;
#define DELTA ab_variant_page_front

#include "hybrid/compact.h"
#include "hybrid/hybrid_batch.h"
#include "hybrid/hybrid_inspect.h"
#include "hybrid/hybrid_back.h"

static struct ab_index *
hybrid_create(const struct ab_alloc *mem)
{
	struct ab_index *t = ab_alloc(mem, sizeof *t);
	if (!t)
		return NULL;
	*t = (struct ab_index){ .mem = mem, .delta = DELTA.create(mem) };
	if (t->delta)
		return t;
	ab_free(mem, t, sizeof *t);
	return NULL;
}

static void
hybrid_destroy(struct ab_index *t)
{
	base_free(&t->base, t->dead, t->mem);
	DELTA.destroy(t->delta);
	ab_free(t->mem, t, sizeof *t);
}

static enum ab_status
hybrid_build(struct ab_index *t, const struct ab_entry *sorted, size_t n)
{
	if (hybrid_count(t))
		return AB_EBUSY;
	enum ab_status status = frozen_input_defect(sorted, n);
	if (status != AB_OK || n == 0)
		return status;
	status = base_build(&t->base, &t->dead, sorted, n, t->mem) ? AB_OK : AB_ENOMEM;
	ab_alloc_trim();
	return status;
}

const struct ab_variant ab_variant_hybrid_front = {
	.name = "hybrid_front",
	.label = "frozen pages and delta",
	.family = "frozen",
	.rung = "F2",
	.by_name = true,
	.node_kinds = { HYBRID_KINDS },
	.caps = AB_ORDERED | AB_PARALLEL_READS | AB_BULK_LOAD,
	.max_key = FROZEN_KEY_MOST,
	.create = hybrid_create,
	.destroy = hybrid_destroy,
	.build = hybrid_build,
	.put = hybrid_put,
	.get = hybrid_get,
	.get_many = hybrid_get_many,
	.del = hybrid_del,
	.compact = hybrid_compact,
	.scan = hybrid_scan,
	.scan_prefix = hybrid_scan_prefix,
	.scan_back = hybrid_scan_back,
	.count = hybrid_count,
	.memory = hybrid_memory,
	.census = hybrid_census,
	.check = hybrid_check,
	.dump = hybrid_dump,
};
