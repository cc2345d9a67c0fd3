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
 *            values     v0           v1           v2          v3     less the least, as
 *                                                          wide as the widest
 *            codes      [ebian][/ab] [z]          [x][y]      [g][nu]     14 bits each
 *
 *            of keys    debian/ab    debian/abz   debian/xy   gnu
 *
 * What a key costs: a byte, its value, the codes of what it does not share, and its part
 * of a head and of a separator. A page does not say how many keys it has nor where it
 * ends, and is full but for the last. Codes are in the order of their symbols: a search
 * goes by what entries share (page.h), and most that are left are told from the key by
 * one code, without a look at its symbol.
 *
 * To read on: variants/frozen/ has frozen.h for the whole and the search, root.h, page.h,
 * symbols.h for the table, train.h how it is found, build.h the building.
 * docs/2026-11-25-frozen.md has what was measured. */
#include "alloc.h"
#include "frozen/build.h"
#include "frozen/inspect.h"

/* A key of usual length needs no memory to be scanned. */
enum { KEY_ON_STACK = 1024 };

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
input_defect(const struct ab_entry *sorted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (sorted[i].key.n > FROZEN_KEY_MOST)
			return AB_EKEY;
		if (i && ab_key_cmp(sorted[i - 1].key, sorted[i].key) >= 0)
			return AB_EORDER;
	}
	return AB_OK;
}

static enum ab_status
ff_build(struct ab_index *t, const struct ab_entry *sorted, size_t n)
{
	if (t->f.n)
		return AB_EBUSY;
	enum ab_status status = input_defect(sorted, n);
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

/* ---- scans ---- */

/* Where a scan is, and up to which rank it goes. */
struct walk {
	struct frozen_cursor c;
	size_t end;
	uint8_t *heap; /* the key's room, if it is not on the stack */
	uint8_t stack[KEY_ON_STACK];
};

/* To the first key not below `from`; false: no memory. */
static bool
walk_open(struct walk *w, const struct ab_index *t, struct ab_key from)
{
	size_t room = frozen_key_room(&t->f);
	w->heap = room > sizeof w->stack ? ab_alloc(t->mem, room) : NULL;
	w->c = (struct frozen_cursor){ .f = &t->f, .key = w->heap ? w->heap : w->stack };
	w->end = t->f.n;
	if (room > sizeof w->stack && !w->heap)
		return false;
	frozen_seek(&w->c, from);
	return true;
}

static void
walk_close(const struct walk *w, const struct ab_index *t)
{
	if (w->heap)
		ab_free(t->mem, w->heap, frozen_key_room(&t->f));
}

/* Visit what is left and begins with `prefix`; all of that is together. */
static enum ab_status
walk_on(struct walk *w, struct ab_key prefix, ab_visit *visit, void *arg)
{
	for (bool in = false; w->c.rank < w->end; in = true) {
		frozen_next(&w->c);
		struct ab_key k = { w->c.key, w->c.key_n };
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
	struct walk w;
	if (!t->f.n)
		return AB_OK;
	if (!walk_open(&w, t, r.lo))
		return AB_ENOMEM;
	if (r.has_hi) {
		struct frozen_place hi = frozen_find(&t->f, r.hi);
		w.end = frozen_rank(&hi);
	}
	enum ab_status status = walk_on(&w, (struct ab_key){ 0 }, visit, arg);
	walk_close(&w, t);
	return status;
}

static enum ab_status
ff_scan_prefix(const struct ab_index *t, struct ab_key prefix, ab_visit *visit, void *arg)
{
	struct walk w;
	if (!t->f.n)
		return AB_OK;
	if (!walk_open(&w, t, prefix))
		return AB_ENOMEM;
	enum ab_status status = walk_on(&w, prefix, visit, arg);
	walk_close(&w, t);
	return status;
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
	.node_kinds = { FROZEN_KINDS },
	.caps = AB_ORDERED | AB_PARALLEL_READS,
	.max_key = FROZEN_KEY_MOST,
	.create = ff_create,
	.destroy = ff_destroy,
	.build = ff_build,
	.get = ff_get,
	.scan = ff_scan,
	.scan_prefix = ff_scan_prefix,
	.count = ff_count,
	.memory = ff_memory,
	.check = ff_check,
	.dump = ff_dump,
};
