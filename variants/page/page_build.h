/* page_build.h: build, an index from sorted entries, pages filled one after the other: a builder,
 * to which entries are added in order, and which makes the index in the end.
 *
 * The page that is being filled is a draft of depth 0, whose texts are coded as they come.
 * Of each entry it is known what it shares with the next one: so of the page, after each,
 * what all its keys would share with the separators around it if it ended there, `shared`,
 * and how many bytes it would have, coded and plain. It ends before the entry with which
 * both would be too many, or a key too long to share a page. The separator is as much of
 * that entry's key as tells it from the last one.
 *
 * Besides what it makes the builder takes a page and a node for each level, and what
 * build_blocks.h says; before that, what training takes.
 *
 * Errors: AB_EKEY, AB_EORDER, AB_ENOMEM, AB_EFULL: then the index is empty, as it was. */
#ifndef PAGE_BUILD_H
#define PAGE_BUILD_H

#include "build_nodes.h"
#include "del.h"

/* Bytes of a page's texts: of the first, of the others, and of the longest of those. */
struct texts {
	size_t first, others, longest;
};

struct builder {
	struct ab_index *t;
	struct blocks blocks;
	struct nodes nodes;
	struct buffer page; /* one that is being written */
	struct ab_key first;
	size_t low;     /* bytes of the first key that are the separator before it */
	size_t shared;  /* by all keys, if the page ends behind the last */
	size_t longest; /* bytes of a key of the page */
	size_t lcp;     /* the greatest */
	struct texts coded, plain;
	struct draft d;
};

static struct builder *
builder_open(struct ab_index *t)
{
	struct builder *b = ab_alloc(t->mem, sizeof *b);
	if (!b)
		return NULL;
	b->t = t;
	b->page = (struct buffer){ 0 };
	blocks_open(&b->blocks, &t->store, t->mem);
	nodes_open(&b->nodes, &b->blocks);
	draft_open(&b->d, &t->coder, 0);
	return b;
}

static void
builder_close(struct builder *b)
{
	const struct ab_alloc *mem = b->t->mem;
	nodes_close(&b->nodes);
	blocks_close(&b->blocks);
	buffer_free(&b->page, mem);
	ab_free(mem, b, sizeof *b);
}

/* ---- bytes ---- */

/* Bytes of a page of `n` entries, their values left out, of which none shares more than
 * `lcp` bytes with the one before. */
static inline size_t
texts_measure(const struct texts *x, unsigned n, size_t lcp)
{
	bool wide = x->first > NARROW_LEN || x->longest > NARROW_LEN || lcp > NARROW_LCP;
	return PAGE_HEAD + n * (wide ? (size_t)DRAFT_WIDE : DRAFT_NARROW) + x->first +
	       x->others;
}

static inline void
texts_add(struct texts *x, size_t n)
{
	x->others += n;
	x->longest = n > x->longest ? n : x->longest;
}

/* The first text of a page whose keys share `shared` bytes; what stands behind the texts in
 * the draft's room is lost. */
static void
builder_first(struct builder *b, struct texts *coded, struct texts *plain, size_t shared)
{
	struct draft *d = &b->d;
	struct ab_key key = b->first;
	size_t n = key.n > shared ? key.n - shared - 1 : 0;
	coded->first = plain->first = n;
	if (n && n < PAGE_LONG)
		coded->first = text_encode(d->coder, d->form, key.p + key.n - n, n,
			d->room + d->used, DRAFT_ROOM - d->used);
}

/* ---- a page that is full ---- */

/* The page ends: write it, coded or plain, in whichever it has fewer bytes. */
static enum ab_status
builder_end_page(struct builder *b)
{
	struct draft *d = &b->d;
	struct pieces fence = pieces_of(b->first.p, b->low, NULL, 0);
	size_t shared = b->shared, lcp = b->lcp - (b->lcp ? shared : 0);
	uint32_t ref;
	draft_restart(d, 0, shared, b->first);
	d->e[0].alone = b->first.n - shared > PAGE_LONG;
	draft_code(d);
	if (texts_measure(&b->plain, d->n, lcp) < texts_measure(&b->coded, d->n, lcp))
		draft_recode(d, CODER_PLAIN, DRAFT_ROOM);
	size_t bytes = draft_measure(d, 0, d->n, shared);
	if (!buffer_reserve(&b->page, bytes, b->t->mem))
		return AB_ENOMEM;
	struct page *page = (struct page *)(void *)b->page.p;
	draft_write(d, 0, d->n, shared, page);
	enum ab_status status = blocks_add(&b->blocks, page, bytes, &ref);
	return status == AB_OK ? nodes_add(&b->nodes, 0, &fence, ref, d->n) : status;
}

/* ---- entries ---- */

/* A page begins with `key`, whose first `low` bytes are the separator before it, and which
 * shares `next` bytes with the key behind. */
static void
builder_begin_page(
	struct builder *b, struct ab_key key, uint64_t value, size_t low, size_t next)
{
	struct draft *d = &b->d;
	draft_open(d, &b->t->coder, 0);
	d->form = coder_form(&b->t->coder);
	d->n = 1;
	d->e[0] = (struct entry){ .value = value };
	b->first = key;
	b->low = low;
	b->shared = low < next ? low : next;
	b->longest = key.n;
	b->lcp = 0;
	b->coded = b->plain = (struct texts){ 0 };
	builder_first(b, &b->coded, &b->plain, b->shared);
}

/* Has the draft's page, with the entry behind its last, room for it? */
static bool
builder_has_room(const struct builder *b, const struct texts *coded,
	const struct texts *plain, size_t lcp)
{
	unsigned n = b->d.n + 1;
	size_t bytes = texts_measure(coded, n, lcp), other = texts_measure(plain, n, lcp);
	bytes = other < bytes ? other : bytes;
	return bytes + VALUES_MOST(n) <= PAGE_FULL ||
	       bytes + values_measure(b->d.e, n) <= PAGE_FULL;
}

/* Add an entry to the page that is being filled, if it has room; it shares `lcp` bytes with
 * the last, and `next` with the one behind. */
static bool
builder_fits(
	struct builder *b, struct ab_key key, uint64_t value, size_t lcp, size_t next)
{
	struct draft *d = &b->d;
	struct texts coded = b->coded, plain = b->plain;
	size_t shared = next < b->shared ? next : b->shared, own = key.n - lcp - 1;
	size_t longest = key.n > b->longest ? key.n : b->longest;
	size_t greatest = lcp > b->lcp ? lcp : b->lcp;
	if (d->n == PAGE_MOST || longest - shared > PAGE_LONG)
		return false;
	if (shared < b->shared)
		builder_first(b, &coded, &plain, shared);
	uint8_t *text = d->room + d->used;
	size_t n = text_encode(
		d->coder, d->form, key.p + lcp + 1, own, text, DRAFT_ROOM - d->used);
	d->e[d->n] = (struct entry){ .text = text,
		.value = value,
		.n = (uint16_t)n,
		.lcp = (uint16_t)lcp,
		.branch = key.p[lcp] };
	texts_add(&coded, n);
	texts_add(&plain, own);
	if (!builder_has_room(b, &coded, &plain, greatest - shared))
		return false;
	d->n++;
	d->used += n;
	b->shared = shared;
	b->longest = longest;
	b->lcp = greatest;
	b->coded = coded;
	b->plain = plain;
	return true;
}

/* Add an entry. */
static enum ab_status
builder_add(struct builder *b, struct ab_key key, uint64_t value, size_t lcp, size_t next)
{
	bool begun = b->d.n;
	if (begun && builder_fits(b, key, value, lcp, next))
		return AB_OK;
	enum ab_status status = begun ? builder_end_page(b) : AB_OK;
	builder_begin_page(b, key, value, begun ? lcp + 1 : 0, next);
	return status;
}

/* ---- the index ---- */

/* All blocks stand where they stay: tell nodes of their children, and these of them. */
static void
builder_hang(struct builder *b)
{
	struct ab_index *t = b->t;
	const struct store *s = &t->store;
	for (unsigned c = store_next(s, 0); c < STORE_CLASSES; c = store_next(s, c + 1))
		for (uint32_t at = s->low[c]; at < s->high[c]; at += store_units(c)) {
			uint32_t *child = child_slot(t, at, 0);
			bool node = is_node(page_at(t, at));
			for (unsigned i = 0; node && i < node_at(t, at)->count; i++)
				child[i] = blocks_ref(&b->blocks, child[i]);
			if (node)
				adopt(t, at);
			count_block(t, at, 1);
		}
}

/* Make the index of what has been added. */
static enum ab_status
builder_finish(struct builder *b)
{
	uint32_t root;
	enum ab_status status = builder_end_page(b);
	if (status == AB_OK)
		status = nodes_end(&b->nodes, &root);
	if (status == AB_OK)
		status = blocks_settle(&b->blocks);
	if (status != AB_OK)
		return status;
	b->t->root = blocks_ref(&b->blocks, root);
	builder_hang(b);
	return AB_OK;
}

/* Are they what build takes? */
static enum ab_status
build_look(const struct ab_entry *sorted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (sorted[i].key.n > TREE_MAX_KEY)
			return AB_EKEY;
		if (i && ab_key_cmp(sorted[i - 1].key, sorted[i].key) >= 0)
			return AB_EORDER;
	}
	return AB_OK;
}

static enum ab_status
build_all(struct builder *b, const struct ab_entry *sorted, size_t n)
{
	enum ab_status status = AB_OK;
	size_t lcp = 0;
	for (size_t i = 0; i < n && status == AB_OK; i++) {
		struct ab_key key = sorted[i].key;
		struct ab_key behind = i + 1 < n ? sorted[i + 1].key
						 : (struct ab_key){ 0 };
		size_t next = art_common(
			key.p, behind.p, key.n < behind.n ? key.n : behind.n);
		status = builder_add(b, key, sorted[i].value, lcp, next);
		lcp = next;
	}
	return status == AB_OK ? builder_finish(b) : status;
}

static enum ab_status
tree_build(struct ab_index *t, const struct ab_entry *sorted, size_t n)
{
	if (t->count)
		return AB_EBUSY;
	enum ab_status status = build_look(sorted, n);
	if (status != AB_OK || n == 0)
		return status;
	struct builder *b = coder_learn_ahead(t, sorted, n) ? builder_open(t) : NULL;
	status = b ? build_all(b, sorted, n) : AB_ENOMEM;
	if (b)
		builder_close(b);
	if (status == AB_OK)
		t->count = n;
	else
		tree_clear(t);
	return status;
}
#endif /* PAGE_BUILD_H */
