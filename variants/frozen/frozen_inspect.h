/* frozen_inspect.h: memory, check, census and dump of a frozen index: for tests and for people. */
#ifndef FROZEN_INSPECT_H
#define FROZEN_INSPECT_H

#include <inttypes.h>
#include "frozen.h"

enum { FROZEN_LEAF, FROZEN_INDEX };
#define FROZEN_KINDS "leaf page", "index page"

/* Room for a key, from `mem`. */
static inline size_t
frozen_key_room(const struct frozen *f)
{
	return f->longest + SYMBOL_SLOT;
}

/* What it holds, but for the struct itself. */
static inline struct ab_memory
frozen_memory(const struct frozen *f)
{
	struct ab_memory m = { 0 };
	if (!f->n)
		return m;
	m.slack = PAGE_PAD + BITS_PAD;
	m.inner = root_bytes(&f->root) - BITS_PAD + f->heap_bytes - f->leaf_bytes;
	m.key = f->code_bytes + symbols_bytes(&f->symbols);
	m.leaf = f->leaf_bytes - f->code_bytes;
	m.total = m.inner + m.leaf + m.key + m.slack;
	m.nodes[FROZEN_LEAF] = frozen_leaves(f);
	m.nodes[FROZEN_INDEX] = f->root.n;
	return m;
}

/* ---- check ---- */

/* The symbols are in order, and none is empty. */
static inline const char *
frozen_check_symbols(const struct symbols *s)
{
	for (uint32_t i = 0; i < s->n; i++) {
		struct ab_key y = symbol_at(s, i);
		if (!y.n || y.n > SYMBOL_LONGEST)
			return "a symbol has no length that one can have";
		if (i && ab_key_cmp(symbol_at(s, i - 1), y) >= 0)
			return "symbols are not strictly increasing";
	}
	if (s->n && s->n > 1u << s->width)
		return "there are more symbols than codes";
	return NULL;
}

/* Heads are of the separators that share what they skip, and separators in order. */
static inline const char *
frozen_check_root(const struct root *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct ab_key k = root_key(r, i);
		bool within = i >= r->from && i < r->to;
		if (i && ab_key_cmp(root_key(r, i - 1), k) >= 0)
			return "separators of the root are not strictly increasing";
		if (within != root_skips(r, k))
			return "a separator does not share what the root's heads skip";
		if (within && r->head[i] != root_head(k, r->skip))
			return "a head of the root is not that of its separator";
	}
	return root_key(r, 0).n ? "the first separator is not empty" : NULL;
}

/* All codes of an entry are of symbols, and it ends in `bytes`; where, in `*end`. */
static inline const char *
frozen_check_entry(const struct frozen *f, struct page_entry e, const uint8_t *limit)
{
	uint64_t end = page_entry_end(&e, f->symbols.width);
	if ((size_t)(limit - e.codes.row) < (end + 7) / 8)
		return "an entry ends outside the leaf pages";
	for (; e.codes.n; codes_next(&e.codes, f->symbols.width))
		if (e.codes.first >= f->symbols.n)
			return "a code is of no symbol";
	return NULL;
}

/* Entry by entry, as a scan goes; the key before is in `last`. */
struct frozen_found {
	struct frozen_cursor c;
	uint8_t *last;
	size_t last_n, code_bytes;
};

static inline const char *
frozen_check_next(const struct frozen *f, struct frozen_found *s)
{
	size_t rank = s->c.rank;
	uint64_t value;
	frozen_next(&s->c);
	struct ab_key k = { s->c.key, s->c.key_n }, last = { s->last, s->last_n };
	if (k.n > f->longest)
		return "a key is longer than the longest one";
	if (rank && ab_key_cmp(last, k) >= 0)
		return "keys are not strictly increasing";
	if (art_common(last.p, k.p, last.n < k.n ? last.n : k.n) != s->c.shared)
		return "a key does not share what it says with the one before";
	if (!frozen_get(f, k, &value) || value != s->c.value)
		return "a key that a scan visits is not found, or with another value";
	memcpy(s->last, k.p, k.n);
	s->last_n = k.n;
	return NULL;
}

/* What frozen_next is about to decode. */
static inline const char *
frozen_check_ahead(const struct frozen *f, struct frozen_found *s)
{
	struct page g = s->c.leaf;
	uint32_t i = s->c.i;
	uint64_t at = s->c.at;
	if (i == g.n) {
		s->code_bytes += g.first_bytes * g.n + (at + 7) / 8;
		g = page_open(frozen_page_end(&g, at),
			frozen_leaf_entries(f, s->c.rank / FROZEN_LEAF_FAN),
			f->symbols.width);
		i = 0;
		at = 0;
	}
	if (g.codes > f->heap + f->leaf_bytes)
		return "a page ends outside the leaf pages";
	struct page_entry e = page_entry(&g, &f->shapes, i, at);
	if (e.shared > s->last_n)
		return "a key shares more than there is with the one before";
	return frozen_check_entry(f, e, f->heap + f->leaf_bytes);
}

static inline const char *
frozen_check_all(const struct frozen *f, struct frozen_found *s)
{
	const char *broken = frozen_check_symbols(&f->symbols);
	if (!broken)
		broken = frozen_check_root(&f->root);
	s->c.leaf = page_open(f->heap, frozen_leaf_entries(f, 0), f->symbols.width);
	while (!broken && s->c.rank < f->n) {
		broken = frozen_check_ahead(f, s);
		if (!broken)
			broken = frozen_check_next(f, s);
	}
	if (broken)
		return broken;
	s->code_bytes += s->c.leaf.first_bytes * s->c.leaf.n + (s->c.at + 7) / 8;
	if (frozen_page_end(&s->c.leaf, s->c.at) != f->heap + f->leaf_bytes)
		return "the leaf pages do not end where the index pages begin";
	return s->code_bytes == f->code_bytes ? NULL
					      : "the bytes of codes are miscounted";
}

/* What is wrong, or NULL; takes memory for two keys. */
static inline const char *
frozen_check(const struct frozen *f, const struct ab_alloc *mem)
{
	size_t room = 2 * frozen_key_room(f);
	if (!f->n)
		return NULL;
	uint8_t *keys = ab_alloc(mem, room);
	if (!keys)
		return "no memory to check in";
	struct frozen_found s = { .c = { .f = f, .key = keys }, .last = keys + room / 2 };
	const char *broken = frozen_check_all(f, &s);
	ab_free(mem, keys, room);
	return broken;
}

/* ---- census ---- */

/* Pages of one make, side by side in the heap. */
struct frozen_level {
	const struct frozen *f;
	size_t pages, entries, fan, end; /* where its last page ends */
	unsigned kind, level;
	uint64_t (*offset)(const struct frozen *f, size_t page);
};

static inline uint64_t
frozen_index_offset(const struct frozen *f, size_t page)
{
	return f->root.entry[page].page;
}

static inline uint64_t
frozen_leaf_offset(const struct frozen *f, size_t page)
{
	size_t index = page / FROZEN_INDEX_FAN;
	uint32_t n = frozen_page_entries(frozen_leaves(f), FROZEN_INDEX_FAN, index);
	struct page g = page_open(
		f->heap + f->root.entry[index].page, n, f->symbols.width);
	return page_value(&g, (uint32_t)(page % FROZEN_INDEX_FAN));
}

/* Page `i` of a level; the pages of one stand side by side. */
static inline struct ab_node
frozen_node(const struct frozen_level *l, size_t i)
{
	uint64_t from = l->offset(l->f, i);
	uint64_t to = i + 1 < l->pages ? l->offset(l->f, i + 1) : l->end;
	return (struct ab_node){ .kind = l->kind,
		.level = l->level,
		.children = frozen_page_entries(l->entries, l->fan, i),
		.capacity = (unsigned)l->fan,
		.keys = l->kind == FROZEN_LEAF
				? frozen_page_entries(l->entries, l->fan, i)
				: 0,
		.bytes = to - from,
		.at = l->f->heap + from };
}

/* The levels, that of index pages first: the root above them is an array, and no node. */
static inline void
frozen_levels(const struct frozen *f, struct frozen_level level[2])
{
	level[0] = (struct frozen_level){ f, f->root.n, frozen_leaves(f),
		FROZEN_INDEX_FAN, f->heap_bytes, FROZEN_INDEX, 0, frozen_index_offset };
	level[1] = (struct frozen_level){ f, frozen_leaves(f), f->n, FROZEN_LEAF_FAN,
		f->leaf_bytes, FROZEN_LEAF, 1, frozen_leaf_offset };
}

static inline enum ab_status
frozen_census(const struct frozen *f, ab_node_visit *visit, void *arg)
{
	struct frozen_level level[2];
	frozen_levels(f, level);
	for (unsigned l = 0; f->n && l < 2; l++)
		for (size_t i = 0; i < level[l].pages; i++) {
			struct ab_node n = frozen_node(&level[l], i);
			if (!visit(arg, &n))
				return AB_STOPPED;
		}
	return AB_OK;
}

/* ---- dump ---- */

/* A line about the table, a line a page, a line a key. */
static inline void
frozen_dump(const struct frozen *f, const struct ab_alloc *mem, FILE *out)
{
	fprintf(out, "%zu keys, %u symbols in codes of %u bits\n", f->n, f->symbols.n,
		f->symbols.width);
	uint8_t *key = ab_alloc(mem, frozen_key_room(f));
	if (!key) {
		fputs("(out of memory: the dump ends here)\n", out);
		return;
	}
	struct frozen_cursor c = { .f = f, .key = key };
	if (f->n)
		c.leaf = page_open(f->heap, frozen_leaf_entries(f, 0), f->symbols.width);
	while (c.rank < f->n) {
		size_t rank = c.rank;
		frozen_next(&c);
		if (rank % FROZEN_LEAF_FAN == 0)
			fprintf(out,
				"page %zu: floor %u, base %" PRIu64 ", %u bits a value\n",
				rank / FROZEN_LEAF_FAN, c.leaf.floor, c.leaf.base,
				c.leaf.width);
		fprintf(out, "  [%zu] %zu + ", rank, c.shared);
		ab_key_print(out, (struct ab_key){ key, c.key_n }, c.key_n);
		fprintf(out, " = %" PRIu64 "\n", c.value);
	}
	ab_free(mem, key, frozen_key_room(f));
}
#endif /* FROZEN_INSPECT_H */
