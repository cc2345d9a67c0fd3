/* finger_turn.h: the page under the finger (finger.h) is full, and the finger at its end: a
 * new page takes the block, with the key that comes, and the full one goes to a block of its
 * size.
 *
 *   | full page           |             | full page | one of its size
 *     the finger's block          ->    | key |                 | the finger's block
 *
 * So a page that is full is copied once, and not taken apart: the separator that comes to
 * stand beyond it is the first bytes of the new key, or of the last one, and what its keys
 * share with that they share already. Only the first text changes. The new page is plain. */
#ifndef PAGE_FINGER_TURN_H
#define PAGE_FINGER_TURN_H

#include "finger.h"
#include "rise.h"

struct turn {
	unsigned full;    /* which of the two pages that is: 0, or where keys descend 1 */
	size_t deeper[2]; /* how many bytes the keys of each share, with those before: */
	size_t by, bytes; /* how many more the full one's do; its bytes then */
	uint8_t branch, n, text[NARROW_LEN]; /* and its first entry */
	struct graft g;
	struct path p;
};

/* Find out what is left of the first text of the full page. False: it is not for such. */
static bool
turn_cut(const struct coder *c, const struct page *page, const struct layout *l,
	struct turn *u)
{
	uint8_t text[REST_ROOM];
	const uint8_t *was = page_texts(page, l);
	u->branch = l->branch[0];
	u->n = l->len[0];
	if (u->by == 0) {
		memcpy(u->text, was, u->n);
		return true;
	}
	size_t n = text_decode(c, page_form(page), was, u->n, text);
	if (n < u->by)
		return false;
	u->branch = text[u->by - 1];
	return edit_code(page, c, text + u->by, n - u->by, u->text, &u->n);
}

/* Write the full page, `from`, as it is to be, to `to`. */
static void
turn_write(const struct turn *u, const struct page *from, struct page *to)
{
	struct layout l = page_layout(from);
	unsigned n = from->count;
	const uint8_t *texts = page_texts(from, &l);
	size_t head = (size_t)(texts - (const uint8_t *)from), first = l.len[0];
	uint8_t *rows = (uint8_t *)(to + 1), *at = (uint8_t *)to + head;
	memcpy(to, from, head);
	memcpy(at, u->text, u->n);
	memcpy(at + u->n, texts + first, page_sum(from, &l, n) - first);
	if (u->by == 0)
		return;
	to->depth = (uint16_t)(from->depth + u->by);
	for (unsigned i = 1; i < n; i++)
		rows[i] = (uint8_t)(rows[i] - u->by);
	rows[n] = u->branch;
	rows[2 * n] = u->n;
}

/* Find out what the turn makes of the pages, for a key sought at the finger. False: it is
 * not for such pages. */
static bool
turn_plan(const struct ab_index *t, struct seek s, struct ab_key key, struct turn *u)
{
	const struct finger *f = &t->finger;
	const struct page *page = page_at(t, f->page);
	struct layout l = page_layout(page);
	struct page_bytes own = page_measure(page);
	struct pieces *separator = &u->g.separator[0];
	if (page->form & ~PAGE_FORM || f->pos != (f->up ? page->count - 1 : 0))
		return false;
	path_to(t, f->page, &u->p);
	unsigned step = u->p.n - 1, at = u->p.at[step];
	struct fences around = fences_of(t, &u->p, step, at, at);
	u->full = f->up ? 0 : 1;
	u->g.at = at;
	u->g.n = 2;
	*separator = pieces_of(f->up ? key.p : f->key, s.at + 1, NULL, 0);
	u->deeper[0] = separators_share(fences_low(&around), separator);
	u->deeper[1] = separators_share(separator, fences_high(&around));
	u->by = u->deeper[u->full] - page->depth;
	if (!turn_cut(&t->coder, page, &l, u))
		return false;
	u->bytes = own.leaf + own.key - l.len[0] + u->n;
	return true;
}

/* Put a key at the finger, whose page is full. */
static __attribute__((noinline)) enum ab_status
turn_put(struct ab_index *t, struct turn *u, struct seek s, struct ab_key key,
	uint64_t value)
{
	struct path *p = &u->p;
	struct leavings old = { 0 };
	struct taking k;
	struct rise r;
	struct draft d;
	size_t depth = u->deeper[!u->full];
	draft_open(&d, &t->coder, depth);
	draft_insert(&d, (struct seek){ .at = depth }, key, value);
	taking_open(&k, p, NULL, 0);
	enum ab_status status = store_take_class(t, &k.watch, store_class(u->bytes));
	if (status == AB_OK)
		status = rise_plan(t, p, &u->g, &k, &r);
	if (status != AB_OK) {
		taking_undo(t, &k);
		return status;
	}
	uint32_t block = path_page(p);
	count_block(t, block, -(size_t)1);
	turn_write(u, page_at(t, block), page_at(t, k.ref[0]));
	count_block(t, k.ref[0], 1);
	page_place(t, block, p->node[p->n - 1], &d, 0, 1, 0);
	u->g.child[u->full] = k.ref[0];
	u->g.child[!u->full] = block;
	u->g.keys[u->full] = page_at(t, k.ref[0])->count;
	u->g.keys[!u->full] = 1;
	finger_tell(t, p);
	path_count(t, p, 1);
	rise_commit(t, p, u->g, &r, k.ref + 1, &old);
	leavings_give(t, &old);
	s.pos = 0;
	finger_follow(t, s, key);
	t->finger.told = t->finger.run;
	return AB_OK;
}
#endif /* PAGE_FINGER_TURN_H */
