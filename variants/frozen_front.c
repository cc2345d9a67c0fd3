/* frozen_front.c: rung F1, built once from sorted keys and then immutable: front-coded pages
 * of 16 keys through one symbol table.
 *
 *   root     ""         "https://git.d"     "https://git.xf"   separators, whole; 8 bytes
 *                              |                               of each side by side
 *                              v
 *   index    a page like the leaves': its keys are the separators of 16 leaf pages, its
 *            values where they begin
 *                              |
 *                              v
 *   leaf     head       what all share with their neighbours, and the least value
 *            shape      s0           s1           s2          s3     how many bytes a key
 *                                     shares with the one before, and its codes: a byte
 *            first      [ebian]      [z]          [x]         [g]    of its codes: 16 bits
 *            values     v0           v1           v2          v3     less the least, as
 *                                                          wide as the widest
 *            codes      [/ab]                     [y]         [nu]   the others, 14 bits
 *                                                                    each
 *
 *            of keys    debian/ab    debian/abz   debian/xy   gnu
 *
 * What a key costs: a byte, its value, the codes of what it does not share, and its part
 * of a head and of a separator. A page does not say how many keys it has nor where it
 * ends, and is full but for the last. Codes are in the order of their symbols: a search
 * goes by what entries share (find.h) and by their first codes, all of a page at once, and
 * looks at symbols of those alone that go on as the key does.
 *
 * To read on: variants/frozen/ has frozen.h for the whole and the search, root.h,
 * frozen_page.h and find.h, frozen_symbols.h for the table, train.h how it is found, build.h
 * the building.
 * docs/design/frozen.md has what was measured. */
#include "frozen/build.h"
#include "frozen/frozen_back.h"
#include "frozen/frozen_batch.h"
#include "frozen/frozen_rank.h"
#include "frozen/frozen_walk.h"

struct ab_index {
	const struct ab_alloc *mem;
	struct frozen f;
};

static struct ab_index *
ff_create(const struct ab_alloc *mem)
{
	struct ab_index *t = ab_alloc(mem, sizeof *t);
	if (t)
		*t = (struct ab_index){ .mem = mem };
	return t;
}

static void
ff_destroy(struct ab_index *t)
{
	frozen_free(&t->f, t->mem);
	ab_free(t->mem, t, sizeof *t);
}

static enum ab_status
ff_build(struct ab_index *t, const struct ab_entry *sorted, size_t n)
{
	if (t->f.n)
		return AB_EBUSY;
	enum ab_status status = frozen_input_defect(sorted, n);
	if (status != AB_OK || n == 0)
		return status;
	status = frozen_build(&t->f, sorted, n, t->mem);
	/* What building took would stay with malloc, and nothing here will ask for it. */
	ab_alloc_trim();
	return status;
}

static enum ab_status
ff_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	return frozen_get(&t->f, k, value) ? AB_OK : AB_NOT_FOUND;
}

static size_t
ff_get_many(const struct ab_index *t, struct ab_entry *entries, size_t n, bool *found)
{
	return frozen_get_many(&t->f, entries, n, found);
}

/* ---- scans ---- */

/* Visit what is left and begins with `prefix`; all of that is together. */
static enum ab_status
walk_on(struct frozen_walk *w, struct ab_key prefix, ab_visit *visit, void *arg)
{
	for (bool in = false; w->c.rank < w->end; in = true) {
		frozen_next(&w->c);
		struct ab_key k = frozen_walk_key(w);
		if (in ? w->c.shared < prefix.n : !ab_key_starts_with(k, prefix))
			break;
		if (!visit(arg, k, w->c.value))
			return AB_STOPPED;
	}
	return AB_OK;
}

static enum ab_status
ff_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	struct frozen_walk w;
	if (!t->f.n)
		return AB_OK;
	if (!frozen_walk_open(&w, &t->f, t->mem, r.lo))
		return AB_ENOMEM;
	if (r.has_hi)
		frozen_walk_limit(&w, r.hi);
	enum ab_status status = walk_on(&w, (struct ab_key){ 0 }, visit, arg);
	frozen_walk_close(&w);
	return status;
}

static enum ab_status
ff_scan_prefix(const struct ab_index *t, struct ab_key prefix, ab_visit *visit, void *arg)
{
	struct frozen_walk w;
	if (!t->f.n)
		return AB_OK;
	if (!frozen_walk_open(&w, &t->f, t->mem, prefix))
		return AB_ENOMEM;
	enum ab_status status = walk_on(&w, prefix, visit, arg);
	frozen_walk_close(&w);
	return status;
}

static enum ab_status
ff_scan_back(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	struct frozen_back b;
	enum ab_status status = AB_OK;
	if (!t->f.n)
		return AB_OK;
	if (!frozen_back_open(&b, &t->f, t->mem, r))
		return AB_ENOMEM;
	for (size_t rank = b.end; status == AB_OK && rank-- > b.begin;)
		if (!frozen_back_to(&b, rank))
			status = AB_ENOMEM;
		else if (!visit(arg, frozen_back_key(&b), frozen_back_value(&b)))
			status = AB_STOPPED;
	frozen_back_close(&b);
	return status;
}

/* Of a page its values alone are read. */
static enum ab_status
ff_scan_values(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	const struct frozen *f = &t->f;
	const struct ab_key none = { 0 };
	if (!f->n)
		return AB_OK;
	size_t rank = r.lo.n ? frozen_rank_of(f, r.lo) : 0;
	size_t end = r.has_hi ? frozen_rank_of(f, r.hi) : f->n;
	while (rank < end) {
		size_t number = rank / FROZEN_LEAF_FAN;
		struct page index = frozen_index_at(f, number / FROZEN_INDEX_FAN);
		struct page leaf = frozen_leaf_at(f, &index, number);
		uint32_t i = (uint32_t)(rank % FROZEN_LEAF_FAN);
		for (; i < leaf.n && rank < end; i++, rank++)
			if (!visit(arg, none, page_value(&leaf, i)))
				return AB_STOPPED;
	}
	return AB_OK;
}

static enum ab_status
ff_scan_nth(const struct ab_index *t, size_t i, ab_visit *visit, void *arg)
{
	struct frozen_walk w;
	if (i >= t->f.n)
		return AB_OK;
	if (!frozen_walk_begin(&w, &t->f, t->mem))
		return AB_ENOMEM;
	frozen_walk_to(&w, i);
	enum ab_status status = AB_STOPPED;
	if (visit(arg, frozen_walk_key(&w), w.c.value))
		status = walk_on(&w, (struct ab_key){ 0 }, visit, arg);
	frozen_walk_close(&w);
	return status;
}

static size_t
ff_rank(const struct ab_index *t, struct ab_key k)
{
	return t->f.n ? frozen_rank_of(&t->f, k) : 0;
}

/* ---- what it is ---- */

static size_t
ff_count(const struct ab_index *t)
{
	return t->f.n;
}

static void
ff_memory(const struct ab_index *t, struct ab_memory *out)
{
	*out = frozen_memory(&t->f);
	out->inner += sizeof *t;
	out->total += sizeof *t;
}

static const char *
ff_check(const struct ab_index *t)
{
	return frozen_check(&t->f, t->mem);
}

static enum ab_status
ff_census(const struct ab_index *t, ab_node_visit *visit, void *arg)
{
	return frozen_census(&t->f, visit, arg);
}

static void
ff_dump(const struct ab_index *t, FILE *out)
{
	frozen_dump(&t->f, t->mem, out);
}

const struct ab_variant ab_variant_frozen_front = {
	.name = "frozen_front",
	.label = "frozen pages",
	.family = "frozen",
	.rung = "F1",
	.by_name = true,
	.node_kinds = { FROZEN_KINDS },
	.caps = AB_ORDERED | AB_PARALLEL_READS,
	.max_key = FROZEN_KEY_MOST,
	.create = ff_create,
	.destroy = ff_destroy,
	.build = ff_build,
	.get = ff_get,
	.get_many = ff_get_many,
	.scan = ff_scan,
	.scan_prefix = ff_scan_prefix,
	.scan_values = ff_scan_values,
	.scan_nth = ff_scan_nth,
	.rank = ff_rank,
	.scan_back = ff_scan_back,
	.count = ff_count,
	.memory = ff_memory,
	.census = ff_census,
	.check = ff_check,
	.dump = ff_dump,
};
