/* page_edit.h: one entry put into a page, or taken out, without taking the page apart:
 * where it stands, or on its way to another block.
 *
 *   | head | lcp ..  | branch ..  | len ..  | values ..  | texts before | y | after     |
 *   | head | lcp .x. | branch .x. | len .x. | values .x. | texts before | x | y | after |
 *
 * Only the texts of the entry, x, and of the one behind it, y, are coded, and y where it
 * changes. All else is moved: by a put from the back to the front, by a del from the
 * front to the back. So both may be written over the page itself.
 *
 * An edit is planned first, which changes nothing, and then written, which cannot fail.
 * What the plan says no to is for page_draft.h: pages that are wide or have ghosts, and
 * such as would be; a key that is all that the page's keys share; and what would not
 * fit. */
#ifndef PAGE_EDIT_H
#define PAGE_EDIT_H

#include "page_draft.h"

enum {
	/* Bytes of a page that is not wide: none that is edited has more. */
	EDIT_MOST = PAGE_HEAD + PAGE_MOST * (DRAFT_NARROW + NARROW_LEN) +
		    VALUES_MOST(PAGE_MOST),
};

struct edit {
	unsigned pos;
	uint8_t lcp, branch, n; /* of the entry that comes */
	bool next;              /* the one behind it changes, to this: */
	uint8_t next_lcp, next_branch, next_n;
	size_t before;    /* bytes of texts before those that change */
	size_t gone;      /* bytes of those */
	size_t after;     /* and of those behind them */
	size_t bytes;     /* of the page then */
	size_t leaf, key; /* what the page has more by class, wrapping */
	uint64_t value;
	struct values_then values;
	uint8_t text[2 * NARROW_LEN]; /* x and y, coded */
};

/* All but the texts, which need not be cleared. */
static inline void
edit_open(struct edit *e, unsigned pos)
{
	e->pos = pos;
	e->next = false;
	e->n = e->next_n = 0;
	e->gone = 0;
}

/* Bytes of the page before it. */
static inline size_t
edit_was(const struct edit *e)
{
	return e->bytes - e->leaf - e->key;
}

/* Code a text to `out`, with room for NARROW_LEN; false: it is too long. */
static inline bool
edit_code(const struct page *p, const struct coder *c, const uint8_t *text, size_t n,
	uint8_t *out, uint8_t *coded)
{
	size_t bytes = text_encode(c, page_form(p), text, n, out, NARROW_LEN);
	if (bytes > NARROW_LEN)
		return false;
	*coded = (uint8_t)bytes;
	return true;
}

/* Count what a page of `n` entries comes to have. */
static inline void
edit_count(struct edit *e, const struct page *p, const struct layout *l, unsigned n)
{
	size_t was = (size_t)(page_texts(p, l) - (const uint8_t *)p);
	size_t texts = page_sum(p, l, p->count), come = e->n + (size_t)e->next_n;
	size_t is = PAGE_HEAD + DRAFT_NARROW * (size_t)n + e->values.bytes;
	e->after = texts - e->before - e->gone;
	e->leaf = is - was;
	e->key = come - e->gone;
	e->bytes = is + texts + e->key;
}

/* ---- a key comes ---- */

/* The entry behind the key shares more with it than with the one before: what is left of
 * its text. */
static inline bool
edit_split(struct edit *e, const struct coder *c, const struct page *p,
	const struct layout *l, size_t shared)
{
	uint8_t text[REST_ROOM];
	unsigned form = page_form(p);
	const uint8_t *was = page_texts(p, l) + e->before;
	size_t skip = shared - e->lcp - 1u;
	e->gone = l->len[e->pos];
	e->next = true;
	e->next_lcp = (uint8_t)shared;
	size_t cut = text_cut(c, form, was, e->gone, skip, &e->next_branch);
	if (cut) {
		e->next_n = (uint8_t)(e->gone - cut);
		memcpy(e->text + e->n, was + cut, e->next_n);
		return true;
	}
	size_t n = text_decode(c, form, was, e->gone, text);
	return edit_code(p, c, text + skip + 1, n - skip - 1, e->text + e->n, &e->next_n);
}

/* `key`, which the page has sought as `s`, is to come. The page then has at most `most`
 * bytes. */
static inline bool
edit_plan_put(struct edit *e, const struct coder *c, const struct page *p, struct seek s,
	struct ab_key key, uint64_t value, size_t most)
{
	struct layout l = page_layout(p);
	size_t shared = s.at - p->depth;
	if (p->form & PAGE_SLOW || p->count == PAGE_MOST || key.n == p->depth ||
		key.n - p->depth > PAGE_LONG || shared > NARROW_LCP)
		return false;
	edit_open(e, s.pos);
	e->value = value;
	e->lcp = s.splits ? l.lcp[s.pos] : (uint8_t)shared;
	e->before = page_sum(p, &l, s.pos);
	const uint8_t *own = key.p + p->depth + e->lcp, *end = key.p + key.n;
	e->branch = *own++;
	if (!edit_code(p, c, own, (size_t)(end - own), e->text, &e->n) ||
		(s.splits && !edit_split(e, c, p, &l, shared)))
		return false;
	e->values = values_with(l.values, p->count, value);
	edit_count(e, p, &l, p->count + 1u);
	return e->bytes <= most;
}

/* The three rows of `n` bytes, with one more in each at `pos`, which is left as it is. From
 * there on what one row ends with and the next begins with goes the same way. */
static inline void
edit_rows_up(uint8_t *to, const uint8_t *from, unsigned n, unsigned pos)
{
	unsigned m = n + 1;
	memmove(to + 2 * m + pos + 1, from + 2 * n + pos, n - pos);
	memmove(to + m + pos + 1, from + n + pos, n);
	memmove(to + pos + 1, from + pos, n);
	if (to != from)
		memcpy(to, from, pos);
}

/* Write the page `from` with the key to `to`, which may be the same, but for its owner. */
static inline void
edit_put(const struct edit *e, const struct page *from, struct page *to)
{
	struct layout l = page_layout(from);
	struct page_head head = page_head(from);
	unsigned n = head.count++, pos = e->pos, m = n + 1;
	const uint8_t *texts = page_texts(from, &l);
	size_t behind = e->before + e->gone, come = e->n + (size_t)e->next_n;
	uint8_t *out = (uint8_t *)(to + 1), *values = out + DRAFT_NARROW * (size_t)m;
	uint8_t *at = values + e->values.bytes;
	memmove(at + e->before + come, texts + behind, e->after);
	memmove(at, texts, e->before);
	memcpy(at + e->before, e->text, come);
	values_insert(values, l.values, n, pos, e->value, &e->values);
	edit_rows_up(out, l.lcp, n, pos);
	out[pos] = e->lcp;
	out[m + pos] = e->branch;
	out[2 * m + pos] = e->n;
	if (e->next) {
		out[pos + 1] = e->next_lcp;
		out[m + pos + 1] = e->next_branch;
		out[2 * m + pos + 1] = e->next_n;
	}
	page_set_head(to, head);
}

/* ---- a key comes to where plain texts stand ---- */

/* What is left of the text behind the new one stays where it is, so nothing is set aside. */
struct plain_edit {
	unsigned pos;
	size_t lcp,
		shared; /* of the entry that comes; of the one behind it, if that changes */
	size_t gone;    /* bytes that this one no longer has: it changes */
	size_t len;     /* of the text that comes */
	const uint8_t *own; /* its branch, and that */
	size_t before, sum; /* bytes of texts before it, and of all */
	size_t leaf, key;   /* as in struct edit */
	uint64_t value;
	struct values_then values;
};

/* The same plan for a page of plain texts alone. */
static inline bool
edit_plan_plain(struct plain_edit *e, const struct page *p, struct seek s,
	struct ab_key key, uint64_t value, size_t most)
{
	struct layout l = page_layout(p);
	unsigned n = p->count, pos = s.pos;
	size_t shared = s.at - p->depth, lcp = s.splits ? l.lcp[pos] : shared;
	if (p->form & ~PAGE_ENDS || n == PAGE_MOST || shared > NARROW_LCP ||
		key.n == p->depth + lcp || key.n - p->depth - lcp - 1 > NARROW_LEN)
		return false;
	e->pos = pos;
	e->lcp = lcp;
	e->shared = shared;
	e->gone = shared - lcp;
	e->own = key.p + p->depth + lcp;
	e->len = key.n - p->depth - lcp - 1;
	e->sum = page_sum(p, &l, n);
	e->before = pos == 0 ? 0 : pos == n ? e->sum : page_sum(p, &l, pos);
	e->value = value;
	e->values = values_with(l.values, n, value);
	size_t head = PAGE_HEAD + DRAFT_NARROW * (n + (size_t)1) + e->values.bytes;
	e->leaf = head - (size_t)(page_texts(p, &l) - (const uint8_t *)p);
	e->key = e->len - e->gone;
	return head + e->sum + e->key <= most;
}

/* Write the page with the key where it stands. */
static inline void
edit_put_plain(const struct plain_edit *e, struct page *p)
{
	struct layout l = page_layout(p);
	unsigned n = p->count, pos = e->pos, m = n + 1;
	size_t behind = e->before + e->gone;
	const uint8_t *texts = page_texts(p, &l);
	uint8_t *rows = (uint8_t *)(p + 1), *values = rows + DRAFT_NARROW * (size_t)m;
	uint8_t *to = values + e->values.bytes;
	uint8_t branch = e->gone ? texts[behind - 1] : 0;
	if (e->sum > behind)
		memmove(to + e->before + e->len, texts + behind, e->sum - behind);
	if (e->before)
		memmove(to, texts, e->before);
	memcpy(to + e->before, e->own + 1, e->len);
	values_insert(values, l.values, n, pos, e->value, &e->values);
	edit_rows_up(rows, rows, n, pos);
	rows[pos] = (uint8_t)e->lcp;
	rows[m + pos] = *e->own;
	rows[2 * m + pos] = (uint8_t)e->len;
	if (e->gone) {
		rows[pos + 1] = (uint8_t)e->shared;
		rows[m + pos + 1] = branch;
		rows[2 * m + pos + 1] = (uint8_t)(rows[2 * m + pos + 1] - e->gone);
	}
	p->count = (uint8_t)m;
}

/* ---- a key goes ---- */

/* The entry behind inherits: as much of the text of `pos` as it shares of that, its own
 * branch and its own text. */
static inline bool
edit_inherit(struct edit *e, const struct coder *c, const struct page *p,
	const struct layout *l)
{
	uint8_t raw[REST_ROOM];
	unsigned pos = e->pos, form = page_form(p);
	const uint8_t *text = page_texts(p, l) + e->before;
	size_t n = l->lcp[pos + 1] - l->lcp[pos] - 1u;
	text_decode(c, form, text, l->len[pos], raw);
	raw[n++] = l->branch[pos + 1];
	n += text_decode(c, form, text + l->len[pos], l->len[pos + 1], raw + n);
	e->gone += l->len[pos + 1];
	e->next = true;
	e->next_lcp = l->lcp[pos];
	e->next_branch = l->branch[pos];
	return edit_code(p, c, raw, n, e->text, &e->next_n);
}

/* Entry `pos` of a page of several keys is to go. The page may have more bytes then. */
static inline bool
edit_plan_del(struct edit *e, const struct coder *c, const struct page *p, unsigned pos)
{
	struct layout l = page_layout(p);
	if (p->form & PAGE_SLOW || (pos == 0 && p->form & PAGE_ENDS))
		return false;
	edit_open(e, pos);
	e->gone = l.len[pos];
	e->before = page_sum(p, &l, pos);
	if (pos + 1u < p->count && l.lcp[pos + 1] > l.lcp[pos] &&
		!edit_inherit(e, c, p, &l))
		return false;
	e->values = values_without(l.values, p->count, pos);
	edit_count(e, p, &l, p->count - 1u);
	return true;
}

static inline void
edit_rows_down(uint8_t *to, const uint8_t *from, unsigned n, unsigned pos)
{
	unsigned m = n - 1;
	if (to != from)
		memcpy(to, from, pos);
	memmove(to + pos, from + pos + 1, m);
	memmove(to + m + pos, from + n + pos + 1, m);
	memmove(to + 2 * m + pos, from + 2 * n + pos + 1, m - pos);
}

/* Write the page `from` without the entry to `to`, which may be the same, but for its owner. */
static inline void
edit_del(const struct edit *e, const struct page *from, struct page *to)
{
	struct layout l = page_layout(from);
	struct page_head head = page_head(from);
	unsigned n = head.count--, pos = e->pos, m = n - 1;
	const uint8_t *texts = page_texts(from, &l);
	size_t behind = e->before + e->gone, come = e->next_n;
	uint8_t *out = (uint8_t *)(to + 1), *values = out + DRAFT_NARROW * (size_t)m;
	uint8_t *at = values + e->values.bytes;
	edit_rows_down(out, l.lcp, n, pos);
	values_erase(values, l.values, n, pos, &e->values);
	memmove(at, texts, e->before);
	memmove(at + e->before + come, texts + behind, e->after);
	memcpy(at + e->before, e->text, come);
	if (e->next) {
		out[pos] = e->next_lcp;
		out[m + pos] = e->next_branch;
		out[2 * m + pos] = e->next_n;
	}
	page_set_head(to, head);
}
#endif /* PAGE_EDIT_H */
