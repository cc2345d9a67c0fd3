/* build.h: build, an index from sorted entries, pages filled one after the other: a builder,
 * to which entries are added in order, and which makes the index in the end.
 *
 * The page that is being filled is a draft of depth 0, whose texts are coded as they come.
 * It ends where the next entry would make too many keys or bytes of it; the separator is
 * then as much of that entry's key as tells it from the last one. What its keys share with
 * the separators around it is known by then: `shared` is that with the one before, which
 * each lcp may lessen, the next entry's included.
 *
 * Where that lessens so much that a key is too long to share the page, as it may at the end,
 * above which there is no separator, the page becomes two or three: the last such key is one
 * alone. Those before it share as much as they did, and those behind it are not as long.
 *
 * Besides what it makes the builder takes a page and a node for each level, the longest key
 * twice, and what build_blocks.h says; before that, what training takes.
 *
 * Errors: AB_EKEY, AB_EORDER, AB_ENOMEM, AB_EFULL: then the index is empty, as it was. */
#ifndef PAGE_BUILD_H
#define PAGE_BUILD_H

#include "build_nodes.h"
#include "del.h"

struct builder {
	struct ab_index *t;
	size_t count;
	struct blocks blocks;
	struct nodes nodes;
	struct buffer last;  /* the key of the last entry */
	struct buffer first; /* that of the page's first */
	struct buffer page;  /* one that is being written */
	size_t low;          /* bytes of the first that are the separator before it */
	size_t shared;       /* the most that the page's keys will turn out to share */
	size_t longest;      /* bytes of a key of the page */
	size_t lcp;          /* the greatest */
	size_t head,
		texts; /* bytes of the first text, if `low` are shared; of the others */
	size_t plain;  /* of the others as they are */
	bool wide;     /* there is one that only a wide page may have */
	uint16_t n[PAGE_MOST + 1]; /* bytes of each key */
	struct draft d;
};

static struct builder *
builder_open(struct ab_index *t)
{
	struct builder *b = ab_alloc(t->mem, sizeof *b);
	if (!b)
		return NULL;
	b->t = t;
	b->count = 0;
	b->last = b->first = b->page = (struct buffer){ 0 };
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
	buffer_free(&b->last, mem);
	buffer_free(&b->first, mem);
	buffer_free(&b->page, mem);
	ab_free(mem, b, sizeof *b);
}

/* ---- a page that is full ---- */

/* The key of entry `i` over that of the one before, which is in `key`. */
static void
builder_key(const struct builder *b, unsigned i, uint8_t *key)
{
	const struct entry *e = &b->d.e[i];
	key[e->lcp] = e->branch;
	draft_text(&b->d, e, key + e->lcp + 1, PAGE_LONG);
}

/* Entries [from, to) of the draft, a page's, begin with `key`, of which `low` bytes are the
 * separator before; the separator behind shares `shared` bytes with the last. */
static enum ab_status
builder_write(struct builder *b, unsigned from, unsigned to, struct ab_key key,
	size_t low, size_t shared)
{
	struct draft *d = &b->d;
	struct pieces fence = pieces_of(key.p, low, NULL, 0);
	size_t deeper = low < shared ? low : shared;
	uint32_t ref;
	for (unsigned i = from + 1; i < to; i++)
		deeper = d->e[i].lcp < deeper ? d->e[i].lcp : deeper;
	draft_restart(d, from, deeper, key);
	d->e[from].alone = key.n - deeper > PAGE_LONG;
	draft_code(d);
	if (to - from == d->n && draft_texts(d, 1, d->n) > b->plain)
		draft_reform(d);
	size_t bytes = draft_measure(d, from, to, deeper);
	if (!buffer_reserve(&b->page, bytes, b->t->mem))
		return AB_ENOMEM;
	struct page *page = (struct page *)(void *)b->page.p;
	draft_write(d, from, to, deeper, page);
	enum ab_status status = blocks_add(&b->blocks, page, bytes, &ref);
	return status == AB_OK ? nodes_add(&b->nodes, 0, &fence, ref) : status;
}

/* The last entry whose key is too long to share its page; or d.n. */
static unsigned
builder_alone(const struct builder *b, size_t shared)
{
	unsigned i = b->d.n;
	if (i == 1 || b->longest - shared <= PAGE_LONG)
		return i;
	while (i-- && b->n[i] - shared <= PAGE_LONG)
		;
	return i;
}

/* The page ends; what is behind it shares `shared` bytes with the last key. */
static enum ab_status
builder_end_page(struct builder *b, size_t shared)
{
	struct draft *d = &b->d;
	unsigned n = d->n;
	unsigned alone = builder_alone(b, shared < b->shared ? shared : b->shared);
	unsigned from[] = { 0, alone, alone + 1, n };
	size_t low = b->low;
	enum ab_status status = AB_OK;
	if (!buffer_reserve(&b->first, b->longest, b->t->mem))
		return AB_ENOMEM;
	uint8_t *key = b->first.p;
	for (unsigned part = 0; part < 3 && status == AB_OK; part++) {
		unsigned i = from[part], end = from[part + 1];
		if (i >= end)
			continue;
		size_t behind = end < n ? d->e[end].lcp : shared;
		struct ab_key first = { key, b->n[i] };
		status = builder_write(b, i, end, first, low, behind);
		if (end == n)
			break;
		low = behind + 1;
		for (unsigned k = i + 1; k <= end; k++)
			builder_key(b, k, key);
	}
	return status;
}

/* ---- entries ---- */

/* A page begins with `key`, whose first `low` bytes are the separator before it. */
static bool
builder_begin_page(struct builder *b, struct ab_key key, uint64_t value, size_t low)
{
	struct draft *d = &b->d;
	size_t n = key.n > low ? key.n - low - 1 : 0;
	if (!buffer_reserve(&b->first, key.n, b->t->mem))
		return false;
	if (key.n)
		memcpy(b->first.p, key.p, key.n);
	draft_open(d, &b->t->coder, 0);
	d->form = coder_form(&b->t->coder);
	d->n = 1;
	d->e[0] = (struct entry){ .value = value };
	b->low = b->shared = low;
	b->longest = b->n[0] = (uint16_t)key.n;
	b->lcp = b->texts = b->plain = 0;
	b->head = n < PAGE_LONG ? text_encode(d->coder, d->form, b->first.p + key.n - n,
					  n, d->room, DRAFT_ROOM)
				: n;
	b->wide = b->head > NARROW_LEN;
	return true;
}

/* Add an entry to the page that is being filled, if it has room. */
static bool
builder_fits(struct builder *b, struct ab_key key, uint64_t value, size_t lcp)
{
	struct draft *d = &b->d;
	struct entry *e = &d->e[d->n];
	size_t shared = lcp < b->shared ? lcp : b->shared, plain = key.n - lcp - 1;
	size_t longest = key.n > b->longest ? key.n : b->longest;
	size_t greatest = lcp > b->lcp ? lcp : b->lcp;
	if (d->n == PAGE_MOST || longest - shared > PAGE_LONG)
		return false;
	uint8_t *text = d->room + d->used;
	size_t n = text_encode(
		d->coder, d->form, key.p + lcp + 1, plain, text, DRAFT_ROOM - d->used);
	bool wide = b->wide || n > NARROW_LEN || greatest - shared > NARROW_LCP;
	size_t bytes = PAGE_HEAD + (d->n + 1) * (wide ? DRAFT_WIDE : DRAFT_NARROW) +
		       b->head + (b->low - shared) + b->texts + n;
	*e = (struct entry){ .text = text,
		.value = value,
		.n = (uint16_t)n,
		.lcp = (uint16_t)lcp,
		.branch = key.p[lcp] };
	if (bytes + VALUES_MOST(d->n + 1) > PAGE_FULL &&
		bytes + values_measure(d->e, d->n + 1) > PAGE_FULL)
		return false;
	b->n[d->n++] = (uint16_t)key.n;
	d->used += n;
	b->shared = shared;
	b->longest = longest;
	b->lcp = greatest;
	b->texts += n;
	b->plain += plain;
	b->wide = wide;
	return true;
}

/* Add an entry, whose key is above that of the last. */
static enum ab_status
builder_add(struct builder *b, struct ab_key key, uint64_t value)
{
	struct buffer *last = &b->last;
	size_t lcp = art_common(key.p, last->p, key.n < last->n ? key.n : last->n);
	enum ab_status status = AB_OK;
	if (key.n > TREE_MAX_KEY)
		return AB_EKEY;
	if (b->count && (lcp == key.n || (lcp < last->n && key.p[lcp] < last->p[lcp])))
		return AB_EORDER;
	if (!b->count || !builder_fits(b, key, value, lcp)) {
		if (b->count)
			status = builder_end_page(b, lcp);
		if (status == AB_OK &&
			!builder_begin_page(b, key, value, b->count ? lcp + 1 : 0))
			status = AB_ENOMEM;
	}
	if (status == AB_OK && !buffer_reserve(last, key.n, b->t->mem))
		status = AB_ENOMEM;
	if (status != AB_OK)
		return status;
	if (key.n)
		memcpy(last->p + lcp, key.p + lcp, key.n - lcp);
	last->n = key.n;
	b->count++;
	return AB_OK;
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
	enum ab_status status = builder_end_page(b, 0);
	if (status == AB_OK)
		status = nodes_end(&b->nodes, &root);
	if (status == AB_OK)
		status = blocks_settle(&b->blocks);
	if (status != AB_OK)
		return status;
	b->t->root = blocks_ref(&b->blocks, root);
	b->t->count = b->count;
	builder_hang(b);
	return AB_OK;
}

static enum ab_status
tree_build(struct ab_index *t, const struct ab_entry *sorted, size_t n)
{
	if (t->count)
		return AB_EBUSY;
	if (n == 0)
		return AB_OK;
	enum ab_status status = coder_learn_ahead(t, sorted, n) ? AB_OK : AB_ENOMEM;
	struct builder *b = status == AB_OK ? builder_open(t) : NULL;
	if (!b)
		status = AB_ENOMEM;
	for (size_t i = 0; i < n && status == AB_OK; i++)
		status = builder_add(b, sorted[i].key, sorted[i].value);
	if (status == AB_OK)
		status = builder_finish(b);
	if (b)
		builder_close(b);
	if (status != AB_OK)
		tree_clear(t);
	return status;
}
#endif /* PAGE_BUILD_H */
