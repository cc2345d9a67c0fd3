/* page.h: the layout of a page of front-coded keys, and the search in it.
 *
 *   | owner 4 | depth 2 | count 1 | form 1 |                          8 bytes
 *   | lcp[count]    | how many bytes an entry shares with the one before
 *   | branch[count] | the byte that follows those
 *   | len[count]    | bytes of its text
 *   | values        | values_policy.h
 *   | texts         | the rest of each key, one after the other; text_policy.h
 *
 * Keys are cut by the `depth` bytes that all of a page share, which the separators
 * around it imply: the page does not hold them, and lcp is counted from there. The
 * first entry's lcp is 0. A key that is just those bytes has neither branch nor
 * text: only the first can be it, and the form says so.
 *
 * A search matches the key against one entry's text after the other. Say that `m`
 * bytes match and the key's next byte is `b`: entries that share more than m bytes
 * with the one before lie in the same subtree, on the near side of the key. The next
 * to look at is the first with lcp < m, where the subtree ends and so does the
 * search, or lcp == m and branch >= b: one compare of whole arrays (lanes.h).
 *
 * Arrays are bytes, which holds for lcp to 255 and texts to 127; where an entry
 * needs more, the page is wide: lcp and len are 16 bits then, and searches plain
 * loops. A key whose text is longer than PAGE_LONG is a page of its own.
 *
 * Ghosts: del takes the entry out and gives its text to the next. Where that takes
 * more bytes than the page has and there is no memory, the entry stays, with the top
 * bit of its len set, until there is. Such a page is searched as wide ones are. */
#ifndef PAGE_PAGE_H
#define PAGE_PAGE_H

#include <assert.h>
#include "ab.h"
#include "entry.h"
#include "lanes.h"
#include "text_policy.h"
#include "values_policy.h"

enum {
	PAGE_FORM = 3,      /* of the texts: CODER_PLAIN or a table of the coder's */
	PAGE_WIDE = 1 << 2, /* arrays of 16 bits */
	PAGE_ENDS = 1 << 3, /* the first key is what all share */
	PAGE_GHOSTS = 1 << 4,
	PAGE_NODE = 1 << 7, /* no page at all, but an index node */
	PAGE_SLOW = PAGE_WIDE | PAGE_GHOSTS,
	PAGE_LONG = 1024, /* longest text, as key bytes, that shares its page */
	NARROW_LCP = UINT8_MAX,
	NARROW_LEN = INT8_MAX,
	GHOST_NARROW = 1 << 7,
	GHOST_WIDE = 1 << 15,
};

struct page {
	uint32_t owner; /* the ref of the node it hangs from */
	uint16_t depth;
	uint8_t count;
	uint8_t form;
};

enum {
	PAGE_HEAD = sizeof(struct page),
	/* Bytes in a page of several keys; more, and it splits. One may have more that a split
	 * has left, whose first key is whole again, or by its values. */
	PAGE_FULL = 3 << 10,
};
static_assert(PAGE_HEAD == 8, "a page's head is 8 bytes");
static_assert(
	PAGE_MOST <= LANES_MOST, "one compare of whole arrays reaches all of a page");

/* What a page says of itself. Its owner is others' to read and write. */
struct page_head {
	uint16_t depth;
	uint8_t count, form;
};

static inline struct page_head
page_head(const struct page *p)
{
	return (struct page_head){ p->depth, p->count, p->form };
}

static inline void
page_set_head(struct page *p, struct page_head h)
{
	p->depth = h.depth;
	p->count = h.count;
	p->form = h.form;
}

static inline unsigned
page_form(const struct page *p)
{
	return p->form & PAGE_FORM;
}

/* Where the arrays of a page stand. */
struct layout {
	const uint8_t *lcp, *branch, *len, *values;
};

static inline struct layout
page_layout(const struct page *p)
{
	const uint8_t *at = (const uint8_t *)p + PAGE_HEAD;
	size_t n = p->count, wide = p->form & PAGE_WIDE ? 2 : 1;
	return (struct layout){ at, at + wide * n, at + (wide + 1) * n,
		at + (2 * wide + 1) * n };
}

static inline const uint8_t *
page_texts(const struct page *p, const struct layout *l)
{
	return l->values + values_bytes(l->values, p->count);
}

static inline unsigned
layout_u16(const uint8_t *p, unsigned i)
{
	uint16_t v;
	memcpy(&v, p + 2 * i, sizeof v);
	return v;
}

static inline unsigned
page_lcp(const struct page *p, const struct layout *l, unsigned i)
{
	return p->form & PAGE_WIDE ? layout_u16(l->lcp, i) : l->lcp[i];
}

static inline unsigned
page_len(const struct page *p, const struct layout *l, unsigned i)
{
	unsigned len = p->form & PAGE_WIDE ? layout_u16(l->len, i) : l->len[i];
	if (p->form & PAGE_GHOSTS)
		len &= ~(p->form & PAGE_WIDE ? (unsigned)GHOST_WIDE : GHOST_NARROW);
	return len;
}

static inline bool
page_dead(const struct page *p, const struct layout *l, unsigned i)
{
	if (!(p->form & PAGE_GHOSTS))
		return false;
	return p->form & PAGE_WIDE ? layout_u16(l->len, i) & GHOST_WIDE
				   : l->len[i] & GHOST_NARROW;
}

/* Bytes of texts before entry `i`. */
static inline size_t
page_sum(const struct page *p, const struct layout *l, unsigned i)
{
	if (!(p->form & PAGE_SLOW))
		return lanes_sum(l->len, i);
	size_t sum = 0;
	for (unsigned j = 0; j < i; j++)
		sum += page_len(p, l, j);
	return sum;
}

static inline unsigned
page_next(
	const struct page *p, const struct layout *l, unsigned from, size_t m, uint8_t b)
{
	if (!(p->form & PAGE_WIDE))
		return lanes_next(l->lcp, l->branch, p->count, from, (unsigned)m, b);
	while (from < p->count &&
		(layout_u16(l->lcp, from) > m ||
			(layout_u16(l->lcp, from) == m && l->branch[from] < b)))
		from++;
	return from;
}

/* Where a key is or would go, and how many of its bytes match what is there. */
struct seek {
	size_t at;    /* bytes of it that match the entry last matched */
	unsigned pos; /* its place, or that of the first entry beyond it */
	bool found;   /* perhaps a ghost */
	bool splits;  /* not found, and entry `pos` shares `at` bytes with it */
};

/* The entry from `from` on whose branch the key takes, s->pos; false: it has none, and the
 * search ends. The key has more bytes than match. */
static inline bool
seek_branch(const struct page *p, const struct layout *l, struct ab_key key,
	unsigned from, struct seek *s)
{
	size_t m = s->at - p->depth;
	uint8_t b = key.p[s->at];
	s->pos = page_next(p, l, from, m, b);
	return s->pos < p->count && page_lcp(p, l, s->pos) == m && l->branch[s->pos] == b;
}

/* Match the text of that entry, at `text`; false: the search ends. */
static inline bool
seek_text(const struct coder *c, const struct page *p, const struct layout *l,
	const uint8_t *text, struct ab_key key, struct seek *s)
{
	s->at++;
	enum text_order order = text_match(
		c, page_form(p), text, page_len(p, l, s->pos), key, &s->at);
	s->splits = order == TEXT_LESS;
	s->found = order == TEXT_ENDS && s->at == key.n;
	return !s->splits && !s->found;
}

/* The key lies within the page's separators, so it starts as all its keys do. */
static inline struct seek
page_seek(const struct coder *c, const struct page *p, struct ab_key key)
{
	struct layout l = page_layout(p);
	const uint8_t *texts = page_texts(p, &l);
	unsigned from = p->form & PAGE_ENDS ? 1 : 0;
	struct seek s = { .at = p->depth };
	if (key.n == s.at) {
		s.found = from;
		return s;
	}
	while (seek_branch(p, &l, key, from, &s) &&
		seek_text(c, p, &l, texts + page_sum(p, &l, s.pos), key, &s))
		from = s.pos + 1;
	return s;
}
#endif /* PAGE_PAGE_H */
