/* write.h: pages and nodes written to their blocks, and counted: a new one, one over
 * the old in its block, or one that takes the place of the old.
 *
 * Also here: the ghosts of page.h, for to be rid of them a page is written anew. */
#ifndef PAGE_WRITE_H
#define PAGE_WRITE_H

#include "page_edit.h"
#include "page_tree.h"

enum {
	PAGE_SPARE = 12 << 10, /* more than any page of several keys has after a put */
	NODE_SPARE = 5 << 10,  /* a node that may be written in place has no more */
	/* A page that is edited, or only goes to another block, as under the finger. */
	PAGE_ASIDE = (int)EDIT_MOST > (int)PAGE_FULL ? (int)EDIT_MOST : (int)PAGE_FULL,
};

/* ---- nodes ---- */

/* Write children [from, to) of the draft to the block `ref`, which owns them then. */
static void
node_place(struct ab_index *t, uint32_t ref, uint32_t owner, const struct node_draft *d,
	unsigned from, unsigned to, size_t known)
{
	struct node *n = node_at(t, ref);
	node_write(n, d, from, to, known);
	n->owner = owner;
	count_block(t, ref, 1);
	adopt(t, ref);
}

/* The same over the node that the draft was loaded from, which is counted out. Only
 * `fresh` of its children from `at` on do not know it yet. */
static void
node_replace(struct ab_index *t, uint32_t ref, const struct node_draft *d, unsigned at,
	unsigned fresh)
{
	_Alignas(8) uint8_t spare[NODE_SPARE];
	struct node *n = node_at(t, ref), *new = (struct node *)(void *)spare;
	node_write(new, d, 0, d->n, n->known);
	new->owner = n->owner;
	count_block(t, ref, -(size_t)1);
	memcpy(n, new, node_bytes(new));
	count_block(t, ref, 1);
	for (unsigned i = at; i < at + fresh; i++)
		if (d->child[i])
			page_at(t, d->child[i])->owner = ref;
}

/* ---- pages ---- */

static void
page_place(struct ab_index *t, uint32_t ref, uint32_t owner, const struct draft *d,
	unsigned from, unsigned to, size_t deeper)
{
	struct page *p = page_at(t, ref);
	draft_write(d, from, to, deeper, p);
	p->owner = owner;
	count_block(t, ref, 1);
}

/* Write the draft over the page `ref` that it was loaded from. */
static void
page_overwrite(struct ab_index *t, uint32_t ref, const struct draft *d, size_t bytes)
{
	_Alignas(8) uint8_t spare[PAGE_SPARE];
	struct page *p = page_at(t, ref), *new = (struct page *)(void *)spare;
	assert(bytes <= sizeof spare);
	draft_write(d, 0, d->n, 0, new);
	new->owner = p->owner;
	count_block(t, ref, -(size_t)1);
	memcpy(p, new, bytes);
	count_block(t, ref, 1);
}

/* Pages that a draft was loaded from, which move as blocks are taken. */
struct sources {
	unsigned n;
	const uint8_t *old[2];
	size_t bytes[2];
};

static void
sources_add(const struct ab_index *t, struct sources *s, uint32_t ref)
{
	s->old[s->n] = store_at(&t->store, ref);
	s->bytes[s->n++] = store_size_of(&t->store, ref);
}

/* They stand at `ref` now, each in its place. */
static void
draft_follow(const struct ab_index *t, struct draft *d, const struct sources *s,
	const uint32_t *ref)
{
	for (unsigned i = 0; i < d->n; i++) {
		struct entry *e = &d->e[i];
		for (unsigned j = 0; j < s->n; j++) {
			size_t at = (uintptr_t)e->text - (uintptr_t)s->old[j];
			if (at >= s->bytes[j])
				continue;
			e->text = store_at(&t->store, ref[j]) + at;
			break;
		}
	}
}

/* The page in the block `ref` takes the place of the one that the path leads to. */
static void
page_succeed(struct ab_index *t, const struct path *p, uint32_t ref)
{
	struct leavings old = { 0 };
	if (path_page(p) == t->finger.page)
		finger_tell(t, p);
	*child_slot(t, p->node[p->n - 1], p->at[p->n - 1]) = ref;
	leave(t, &old, path_page(p));
	leavings_give(t, &old);
}

/* Write the draft in place of the page that the path leads to and that it was loaded
 * from. */
static enum ab_status
page_replace(struct ab_index *t, struct path *p, struct draft *d)
{
	size_t bytes = draft_measure(d, 0, d->n, 0);
	struct sources from = { 0 };
	struct taking k;
	sources_add(t, &from, path_page(p));
	if (store_fits(&t->store, store_class(from.bytes[0]), bytes)) {
		page_overwrite(t, path_page(p), d, bytes);
		return AB_OK;
	}
	taking_open(&k, p, NULL, 0);
	enum ab_status status = store_take(t, &k.watch, bytes);
	if (status != AB_OK)
		return status;
	draft_follow(t, d, &from, &p->node[p->n]);
	page_place(t, k.ref[0], p->node[p->n - 1], d, 0, d->n, 0);
	page_succeed(t, p, k.ref[0]);
	return AB_OK;
}

/* ---- edits ---- */

typedef void edit_write(const struct edit *e, const struct page *from, struct page *to);

/* The page that the path leads to stands at `ref`; 0: nowhere. */
static inline void
page_hang(struct ab_index *t, struct path *p, uint32_t ref)
{
	uint32_t node = p->node[p->n - 1];
	*child_slot(t, node, p->at[p->n - 1]) = ref;
	if (ref)
		page_at(t, ref)->owner = node;
	p->node[p->n] = ref;
}

/* Write the page with the edit to a block of class `d`, and give its own, of class `c`, back
 * before, so that this is the nearest gap. Meanwhile the page is aside, and its node has
 * none there, or it would be told of what comes to stand in that place. Without memory the
 * page is as it was, perhaps elsewhere. */
static inline enum ab_status
page_swap(struct ab_index *t, struct path *p, const struct edit *e, unsigned c,
	unsigned d, edit_write *write)
{
	_Alignas(8) uint8_t spare[PAGE_ASIDE + STORE_READABLE];
	const struct page *page = (const struct page *)(const void *)spare;
	size_t bytes = edit_was(e);
	uint32_t ref = path_page(p);
	struct taking k;
	assert(bytes <= PAGE_ASIDE);
	memcpy(spare, page_at(t, ref), bytes);
	page_hang(t, p, 0);
	taking_open(&k, p, NULL, 0);
	store_give_at(t, &k.watch, ref, c, d > c);
	enum ab_status status = store_take_class(t, &k.watch, d);
	if (status == AB_OK) {
		write(e, page, page_at(t, k.ref[0]));
	} else {
		k.ref[0] = store_take_free(&t->store, c); /* where it was given back */
		memcpy(page_at(t, k.ref[0]), spare, bytes);
	}
	page_hang(t, p, k.ref[0]);
	return status;
}

/* Write the page that the path leads to, which stands in a block of class `c`, with the edit
 * to one of class `d`, which may be that. What it has more is not counted. Without memory
 * nothing has changed, but the page may stand elsewhere, as the path says; else the path is good
 * no more. */
static inline enum ab_status
page_edit_to(struct ab_index *t, struct path *p, const struct edit *e, unsigned c,
	unsigned d, edit_write *write)
{
	uint32_t ref = path_page(p);
	uint32_t to = c == d ? ref : store_take_free(&t->store, d);
	enum ab_status status = AB_OK;
	struct watch w = { 0 };
	if (!to)
		status = page_swap(t, p, e, c, d, write);
	else
		write(e, page_at(t, ref), page_at(t, to));
	if (status != AB_OK)
		return status;
	if (to && to != ref) {
		page_hang(t, p, to);
		store_give_at(t, &w, ref, c, d > c);
	}
	if (c != d)
		store_tidy(t, &w);
	return AB_OK;
}

/* The same, over itself where it fits. */
static inline enum ab_status
page_edit(struct ab_index *t, struct path *p, const struct edit *e, edit_write *write)
{
	const struct store *s = &t->store;
	unsigned c = store_class_from(s, store_class(edit_was(e)), path_page(p));
	bool fits = store_fits(s, c, e->bytes);
	unsigned d = fits ? c : store_choose(s, e->bytes);
	enum ab_status status = page_edit_to(t, p, e, c, d, write);
	if (status != AB_OK)
		return status;
	t->leaf += e->leaf;
	t->key += e->key;
	count_usual(t);
	return AB_OK;
}

/* ---- values ---- */

/* The page `from` with a value of entry `pos` that changes others' bytes; both pages may
 * be the same. */
static void
page_copy(const struct page *from, struct page *to, unsigned pos, uint64_t value,
	const struct values_then *then)
{
	struct layout l = page_layout(from);
	const uint8_t *texts = page_texts(from, &l);
	size_t head = (size_t)(l.values - (const uint8_t *)from);
	size_t behind = page_sum(from, &l, from->count);
	uint8_t *values = (uint8_t *)to + head;
	bool grows = values_bytes(l.values, from->count) < then->bytes;
	if (grows)
		memmove(values + then->bytes, texts, behind);
	values_change(values, l.values, from->count, pos, value, then);
	if (!grows)
		memmove(values + then->bytes, texts, behind);
	memmove(to, from, head);
}

/* Write the page that the path leads to anew, with this value of entry `pos`, and all else
 * as it is. Where its values take no more than before there is memory for it. It may come
 * to have more bytes than PAGE_FULL, by what they take; the next key that comes splits
 * it. */
static enum ab_status
page_revalue(struct ab_index *t, struct path *p, unsigned pos, uint64_t value,
	const struct values_then *then)
{
	const struct page *page = page_at(t, path_page(p));
	struct layout l = page_layout(page);
	size_t bytes = (size_t)(l.values - (const uint8_t *)page) + then->bytes +
		       page_sum(page, &l, page->count);
	size_t size = store_size_of(&t->store, path_page(p));
	enum ab_status status = AB_OK;
	struct taking k;
	taking_open(&k, p, NULL, 0);
	if (!store_fits(&t->store, store_class(size), bytes))
		status = store_take(t, &k.watch, bytes);
	if (status != AB_OK && bytes > size)
		return status;
	uint32_t ref = path_page(p);
	if (!k.watch.fresh.n) {
		count_block(t, ref, -(size_t)1);
		page_copy(page_at(t, ref), page_at(t, ref), pos, value, then);
		count_block(t, ref, 1);
		return AB_OK;
	}
	page_copy(page_at(t, ref), page_at(t, k.ref[0]), pos, value, then);
	count_block(t, k.ref[0], 1);
	page_succeed(t, p, k.ref[0]);
	return AB_OK;
}

/* ---- ghosts ---- */

/* Mark entry `i` deleted. */
static void
page_haunt(struct page *p, unsigned i)
{
	struct layout l = page_layout(p);
	bool wide = p->form & PAGE_WIDE;
	p->form |= PAGE_GHOSTS;
	uint8_t *len = (uint8_t *)(uintptr_t)l.len;
	if (wide) {
		uint16_t marked = (uint16_t)(layout_u16(len, i) | GHOST_WIDE);
		memcpy(len + 2 * i, &marked, sizeof marked);
	} else {
		len[i] |= GHOST_NARROW;
	}
}

/* Keys of a page that are no ghosts. */
static unsigned
page_living(const struct page *p)
{
	struct layout l = page_layout(p);
	unsigned n = p->count;
	for (unsigned i = 0; p->form & PAGE_GHOSTS && i < p->count; i++)
		n -= page_dead(p, &l, i);
	return n;
}

/* Take the ghosts out of a draft. */
static bool
draft_bury(struct draft *d)
{
	for (unsigned i = d->n; i--;)
		if (d->e[i].dead && !draft_remove(d, i))
			return false;
	return true;
}

/* Take entry `i`, if there is one, and what else is dead, out of a page of several keys.
 * The path is good no more. False, and nothing changed: there is no memory. */
static bool
page_remove(struct ab_index *t, struct path *p, unsigned i)
{
	struct draft d;
	const struct page *page = page_at(t, path_page(p));
	draft_open(&d, &t->coder, page->depth);
	draft_load(&d, page);
	if (i < d.n)
		d.e[i].dead = true;
	if (!draft_bury(&d) || !draft_code(&d))
		return false;
	size_t bytes = draft_measure(&d, 0, d.n, 0);
	if (page_replace(t, p, &d) == AB_OK)
		return true;
	if (bytes > store_size_of(&t->store, path_page(p)))
		return false;
	page_overwrite(t, path_page(p), &d, bytes);
	return true;
}
#endif /* PAGE_WRITE_H */
