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
		struct ab_key rest = { k.p ? k.p + matched : NULL, k.n - matched };
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

enum { KEY_ON_STACK = 1024 };

/* Where a scan is: the entry read last, with its key whole. */
struct walk {
	const struct ab_index *t;
	uint64_t block; /* the next one */
	struct run r;
	uint8_t *key;
	size_t n, room;
	uint64_t value;
	bool starved;
	uint8_t own[KEY_ON_STACK];
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
	enum { ROOM = MEMKV_KEY_MOST };
	if (n <= w->room)
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

/* On to the next entry; false: no more, or w->starved. */
static bool
walk_next(struct walk *w)
{
	struct snapshot_entry e;
	while (w->r.p == w->r.end) {
		if (w->block == w->t->blocks)
			return false;
		w->r = block_at(w->t, w->block++);
		w->n = 0;
	}
	w->r.p = entry_read(w->r.p, w->r.end, &e);
	if (!w->r.p || e.shared > w->n || !walk_reserve(w, e.shared + e.rest.n))
		return false;
	if (e.rest.n)
		memcpy(w->key + e.shared, e.rest.p, e.rest.n);
	w->n = e.shared + e.rest.n;
	w->value = e.value;
	return true;
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

/* How many entries of the block are below `hi`, all of them if there is none. */
static size_t
entries_below(
	const struct ab_index *t, uint64_t block, const struct ab_key *hi, bool *starved)
{
	struct walk w;
	size_t n = 0;
	walk_open(&w, t, block);
	while (walk_next(&w) && w.block == block + 1 &&
		(!hi || ab_key_cmp(walk_key(&w), *hi) < 0))
		n++;
	walk_close(&w);
	*starved = w.starved;
	return n;
}

static enum ab_status
mapped_last(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	struct walk w;
	bool starved;
	enum ab_status status = AB_OK;
	if (!t->keys)
		return AB_OK;
	uint64_t block = r.has_hi ? block_find(t, r.hi, true) : t->blocks - 1;
	size_t n = entries_below(t, block, r.has_hi ? &r.hi : NULL, &starved);
	if (starved)
		return AB_ENOMEM;
	walk_open(&w, t, block);
	for (size_t i = 0; i < n && walk_next(&w); i++)
		if (i + 1 == n && ab_key_cmp(walk_key(&w), r.lo) >= 0 &&
			!visit(arg, walk_key(&w), w.value))
			status = AB_STOPPED;
	walk_close(&w);
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
	.last = mapped_last,
	.count = mapped_count,
	.memory = mapped_memory,
	.file_bytes = mapped_file_bytes,
};
