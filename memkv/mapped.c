/* mapped.c: a snapshot file that is read where it is, as a variant: see snapshot.h for its layout.
 *
 * A search goes over the blocks' first keys, by bisection, then from entry to entry: one that
 * shares more with the one before than that has in common with the key sought is below it too,
 * one that shares less is above it, and only where both are equal bytes are compared.
 *
 * The file was checked as a whole when it was opened; entries are read no less carefully for
 * that, since whoever may write to the file may do so still. */
#include <sys/mman.h>
#include "snapshot.h"
#include "../variants/bytes/undo.h"
#include "contract/span.h"

struct ab_index {
	const struct ab_alloc *mem;
	const uint8_t *map;
	uint64_t bytes, keys, blocks, index_at;
};

struct ab_index *
mapped_create(const struct snapshot *s)
{
	struct ab_index *t = ab_alloc(s->mem, sizeof *t);
	if (t)
		*t = (struct ab_index){ s->mem, s->map, s->bytes, s->keys, s->blocks,
			s->index_at };
	return t;
}

static void
mapped_destroy(struct ab_index *t)
{
	munmap((void *)(uintptr_t)t->map, (size_t)t->bytes);
	ab_free(t->mem, t, sizeof *t);
}

/* ---- search ---- */

/* Entries from `p` to `end`; none if the index has come to say what cannot be. */
struct run {
	const uint8_t *p, *end;
};

static struct run
block_at(const struct ab_index *t, uint64_t i)
{
	const uint8_t *entry = t->map + t->index_at + i * INDEX_ENTRY;
	uint64_t from, to;
	if (!snapshot_block(entry, i + 1 == t->blocks, t->index_at, &from, &to))
		return (struct run){ entry, entry };
	return (struct run){ t->map + from, t->map + to };
}

/* The last block whose first key is not above `k`, or if `below`, is below it; 0: none is. */
static uint64_t
block_find(const struct ab_index *t, struct ab_key k, bool below)
{
	uint64_t lo = 0, hi = t->blocks;
	while (hi - lo > 1) {
		uint64_t mid = lo + (hi - lo) / 2;
		struct run r = block_at(t, mid);
		struct snapshot_entry e = { 0 };
		entry_read(r.p, r.end, &e);
		int c = ab_key_cmp(e.rest, k);
		if (c < 0 || (c == 0 && !below))
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

static size_t
common(struct ab_key a, struct ab_key b)
{
	size_t n = a.n < b.n ? a.n : b.n, i = 0;
	while (i < n && a.p[i] == b.p[i])
		i++;
	return i;
}

static enum ab_status
mapped_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	struct snapshot_entry e;
	size_t matched =
		0; /* what `k` has in common with the entry before, which is below it */
	if (!t->keys)
		return AB_NOT_FOUND;
	struct run r = block_at(t, block_find(t, k, false));
	while (r.p < r.end && (r.p = entry_read(r.p, r.end, &e)) && e.shared >= matched) {
		if (e.shared > matched)
			continue;
		if (matched > k.n)
			break;
		struct ab_key rest = ab_key_rest(k, matched);
		size_t m = common(e.rest, rest);
		if (m == e.rest.n && m == rest.n) {
			*value = e.value;
			return AB_OK;
		}
		if (m == rest.n || (m < e.rest.n && e.rest.p[m] > rest.p[m]))
			break;
		matched += m;
	}
	return AB_NOT_FOUND;
}

/* ---- scans ---- */

enum { KEY_ON_STACK = 1024, LOG_ON_STACK = 4096 };

/* Where a scan is: the entry read last, with its key whole. */
struct walk {
	const struct ab_index *t;
	uint64_t block; /* the next one */
	struct run r;
	uint8_t *key;
	size_t n, room;
	uint64_t value;
	bool starved;
	uint8_t own[KEY_ON_STACK + UNDO_SPARE];
};

static void
walk_open(struct walk *w, const struct ab_index *t, uint64_t block)
{
	w->t = t;
	w->block = block;
	w->r = (struct run){ NULL, NULL };
	w->key = w->own;
	w->n = 0;
	w->room = sizeof w->own;
	w->value = 0;
	w->starved = false;
}

static void
walk_close(struct walk *w)
{
	if (w->key != w->own)
		ab_free(w->t->mem, w->key, w->room);
}

static bool
walk_reserve(struct walk *w, size_t n)
{
	enum { ROOM = MEMKV_KEY_MOST + UNDO_SPARE };
	if (n + UNDO_SPARE <= w->room)
		return true;
	uint8_t *key = ab_alloc(w->t->mem, ROOM);
	if (!key) {
		w->starved = true;
		return false;
	}
	memcpy(key, w->own, w->n);
	w->key = key;
	w->room = ROOM;
	return true;
}

/* Keep what the next entry overwrites, which shares so many bytes with the last one. False: no
 * memory. */
static bool
walk_keep(struct walk *w, struct undo *undo, size_t shared)
{
	uint8_t value[sizeof w->value + UNDO_SPARE] = { 0 };
	memcpy(value, &w->value, sizeof w->value);
	w->starved = !undo_keep(undo, w->key, shared, w->n) ||
		     !undo_keep(undo, value, 0, sizeof w->value);
	return !w->starved;
}

/* Back to the entry before, as it was kept. */
static void
walk_back(struct walk *w, struct undo *undo)
{
	uint8_t value[sizeof w->value + UNDO_SPARE];
	undo_back(undo, value);
	memcpy(&w->value, value, sizeof w->value);
	w->n = undo_back(undo, w->key);
}

/* The next entry of the block, of which there is more; false: none that can be, or w->starved. If
 * `undo` is not NULL, the last one is kept there. */
static bool
walk_entry(struct walk *w, struct undo *undo)
{
	struct snapshot_entry e;
	w->r.p = entry_read(w->r.p, w->r.end, &e);
	if (!w->r.p || e.shared > w->n || !walk_reserve(w, e.shared + e.rest.n) ||
		(undo && !walk_keep(w, undo, e.shared)))
		return false;
	if (e.rest.n)
		memcpy(w->key + e.shared, e.rest.p, e.rest.n);
	w->n = e.shared + e.rest.n;
	w->value = e.value;
	return true;
}

/* On to the next entry; false: no more, or w->starved. */
static bool
walk_next(struct walk *w)
{
	while (w->r.p == w->r.end) {
		if (w->block == w->t->blocks)
			return false;
		w->r = block_at(w->t, w->block++);
		w->n = 0;
	}
	return walk_entry(w, NULL);
}

static struct ab_key
walk_key(const struct walk *w)
{
	return (struct ab_key){ w->key, w->n };
}

static enum ab_status
scan_span(const struct ab_index *t, struct span in, ab_visit *visit, void *arg)
{
	struct walk w;
	enum ab_status status = AB_OK;
	bool begun = false;
	walk_open(&w, t, t->keys ? block_find(t, in.lo, false) : 0);
	while (status == AB_OK && walk_next(&w)) {
		begun = begun || ab_key_cmp(walk_key(&w), in.lo) >= 0;
		if (begun && !span_goes_on(&in, walk_key(&w)))
			break;
		if (begun && !visit(arg, walk_key(&w), w.value))
			status = AB_STOPPED;
	}
	walk_close(&w);
	return w.starved ? AB_ENOMEM : status;
}

static enum ab_status
mapped_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	return scan_span(t, span_of_range(r), visit, arg);
}

static enum ab_status
mapped_scan_prefix(
	const struct ab_index *t, struct ab_key prefix, ab_visit *visit, void *arg)
{
	return scan_span(t, span_of_prefix(prefix), visit, arg);
}

/* A block's entries, put together once and then undone (undo.h), values and all, however many it
 * says it has: its last, with the number of them, or 0 if w->starved. */
static size_t
back_block(struct walk *w, struct undo *undo, uint64_t block)
{
	size_t n = 0;
	w->r = block_at(w->t, block);
	w->n = 0;
	undo->n = 0;
	while (w->r.p && w->r.p < w->r.end && walk_entry(w, undo))
		n++;
	return w->starved ? 0 : n;
}

/* Visit the last `n` entries that are left of a block, in the range; false: no more. */
static bool
back_visit(struct walk *w, struct undo *undo, size_t n, struct ab_range r,
	ab_visit *visit, void *arg, enum ab_status *status)
{
	for (; n; n--, walk_back(w, undo)) {
		struct ab_key key = walk_key(w);
		if (r.has_hi && ab_key_cmp(key, r.hi) >= 0)
			continue;
		if (r.lo.n && ab_key_cmp(key, r.lo) < 0)
			return false;
		if (!visit(arg, key, w->value)) {
			*status = AB_STOPPED;
			return false;
		}
	}
	return true;
}

static enum ab_status
mapped_scan_back(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	struct walk w;
	struct undo undo;
	uint8_t log[LOG_ON_STACK];
	enum ab_status status = AB_OK;
	bool more = t->keys;
	uint64_t block = more && r.has_hi ? block_find(t, r.hi, true) + 1 : t->blocks;
	walk_open(&w, t, block);
	undo_open(&undo, t->mem, log, sizeof log);
	while (more && block--) {
		size_t n = back_block(&w, &undo, block);
		more = back_visit(&w, &undo, n, r, visit, arg, &status) && !w.starved;
		r.has_hi = false; /* all before are below it */
	}
	walk_close(&w);
	undo_close(&undo);
	return w.starved ? AB_ENOMEM : status;
}

/* ---- what it is ---- */

static size_t
mapped_count(const struct ab_index *t)
{
	return (size_t)t->keys;
}

static void
mapped_memory(const struct ab_index *t, struct ab_memory *out)
{
	*out = (struct ab_memory){ .total = sizeof *t, .inner = sizeof *t };
}

static size_t
mapped_file_bytes(const struct ab_index *t)
{
	return (size_t)t->bytes;
}

const struct ab_variant kv_mapped = {
	.name = "mapped",
	.label = "snapshot file",
	.family = "array",
	.caps = AB_ORDERED | AB_PARALLEL_READS,
	.max_key = MEMKV_KEY_MOST,
	.destroy = mapped_destroy,
	.get = mapped_get,
	.scan = mapped_scan,
	.scan_prefix = mapped_scan_prefix,
	.scan_back = mapped_scan_back,
	.count = mapped_count,
	.memory = mapped_memory,
	.file_bytes = mapped_file_bytes,
};
