/* page_scan.h: visit keys in order: ranges and prefixes.
 *
 * A scan goes from page to page and puts each key together in a buffer: what its page
 * shares, from a separator; the bytes it shares with the key before; its text. The
 * buffer is part of the scan, and only longer keys take memory. */
#ifndef PAGE_SCAN_H
#define PAGE_SCAN_H

#include "contract/span.h"
#include "page_tree.h"

enum { SCAN_KEY = 4 << 10, SCAN_SPARE = 16 }; /* texts are decoded 8 bytes at a time */

struct scan {
	const struct ab_index *t;
	struct path path;
	uint8_t *key;
	size_t room;
	uint8_t own[SCAN_KEY];
};

/* Room for keys of `n` bytes; what is in the buffer is lost. */
static bool
scan_reserve(struct scan *s, size_t n)
{
	if (n + SCAN_SPARE <= s->room)
		return true;
	size_t room = TREE_MAX_KEY + 2 * PAGE_LONG + SCAN_SPARE;
	uint8_t *key = ab_alloc(s->t->mem, room);
	if (!key)
		return false;
	s->key = key;
	s->room = room;
	return true;
}

static void
scan_open(struct scan *s, const struct ab_index *t)
{
	s->t = t;
	s->key = s->own;
	s->room = sizeof s->own;
}

static void
scan_close(struct scan *s)
{
	if (s->key != s->own)
		ab_free(s->t->mem, s->key, s->room);
}

/* The most bytes that a key of the page has. */
static size_t
scan_longest(const struct page *p)
{
	struct layout l = page_layout(p);
	size_t len = page_len(p, &l, 0), shared = 2 * PAGE_LONG;
	return p->depth +
	       (page_form(p) == CODER_PLAIN && len > shared ? len + 1 : shared);
}

/* Begin to load the page behind the one that the path leads to, if both hang from one
 * node. */
static void
scan_fetch(const struct scan *s)
{
	const struct path *p = &s->path;
	const struct node *n = node_at(s->t, p->node[p->n - 1]);
	unsigned next = p->at[p->n - 1] + 1u;
	if (next < n->count && node_children(n)[next])
		page_fetch(s->t, node_children(n)[next]);
}

/* Go to the next page, or to a child of 0; false: there is none. */
static bool
path_next(const struct ab_index *t, struct path *p)
{
	unsigned step = p->n;
	while (step && p->at[step - 1] + 1u == node_at(t, p->node[step - 1])->count)
		step--;
	if (!step)
		return false;
	p->at[step - 1]++;
	for (;; step++) {
		p->node[step] = *child_slot(t, p->node[step - 1], p->at[step - 1]);
		if (step == p->n)
			return true;
		p->at[step] = 0;
	}
}

/* Go to the next page, and put what its keys share into the buffer. False at the end,
 * or without memory: `*status` says which. */
static bool
scan_next_page(struct scan *s, enum ab_status *status)
{
	const struct ab_index *t = s->t;
	struct path *p = &s->path;
	do
		if (!path_next(t, p))
			return false;
	while (!path_page(p));
	const struct page *page = page_at(t, path_page(p));
	struct pieces low;
	if (!scan_reserve(s, scan_longest(page))) {
		*status = AB_ENOMEM;
		return false;
	}
	if (fence_low(t, p, p->n - 1, p->at[p->n - 1], &low))
		pieces_copy(s->key, &low, 0, page->depth);
	scan_fetch(s);
	return true;
}

/* Put what entry `from` of the page shares with those before it into the buffer: of them only
 * those are decoded whose bytes no later one has others for. */
static void
scan_prime(struct scan *s, const struct page *p, unsigned from)
{
	struct layout l = page_layout(p);
	uint8_t chain[PAGE_MOST];
	unsigned n = 0;
	size_t need = from < p->count ? page_lcp(p, &l, from) : 0;
	for (unsigned i = from; need && i--;)
		if (page_lcp(p, &l, i) < need) {
			chain[n++] = (uint8_t)i;
			need = page_lcp(p, &l, i);
		}
	while (n--) {
		unsigned i = chain[n];
		uint8_t *key = s->key + p->depth + page_lcp(p, &l, i);
		*key = l.branch[i];
		text_decode(&s->t->coder, page_form(p),
			page_texts(p, &l) + page_sum(p, &l, i), page_len(p, &l, i),
			key + 1);
	}
}

/* Visit the entries of the page from `from` on; false: no more. */
static bool
scan_page(struct scan *s, unsigned from, const struct span *in, ab_visit *visit,
	void *arg, enum ab_status *status)
{
	const struct ab_index *t = s->t;
	const struct page *p = page_at(t, path_page(&s->path));
	struct layout l = page_layout(p);
	struct values values = values_open(l.values);
	const uint8_t *text = page_texts(p, &l) + page_sum(p, &l, from);
	scan_prime(s, p, from);
	for (unsigned i = from; i < p->count; i++) {
		size_t n = p->depth + page_lcp(p, &l, i), len = page_len(p, &l, i);
		if (i || !(p->form & PAGE_ENDS))
			s->key[n++] = l.branch[i];
		n += text_decode(&t->coder, page_form(p), text, len, s->key + n);
		text += len;
		if (page_dead(p, &l, i))
			continue;
		struct ab_key key = { s->key, n };
		if (!span_goes_on(in, key))
			return false;
		if (!visit(arg, key, values_get(&values, i))) {
			*status = AB_STOPPED;
			return false;
		}
	}
	return true;
}

static enum ab_status
scan_span(const struct ab_index *t, struct span in, ab_visit *visit, void *arg)
{
	struct scan s;
	enum ab_status status = AB_OK;
	bool more = t->root != 0;
	scan_open(&s, t);
	if (in.lo.n > TREE_MAX_KEY + 1u) /* longer ones lie where this one does */
		in.lo.n = TREE_MAX_KEY + 1u;
	path_find(t, in.lo, &s.path);
	if (path_page(&s.path)) {
		const struct page *p = page_at(t, path_page(&s.path));
		unsigned from = page_seek(&t->coder, p, in.lo).pos;
		more = scan_reserve(&s, scan_longest(p));
		status = more ? AB_OK : AB_ENOMEM;
		if (more && p->depth)
			memcpy(s.key, in.lo.p, p->depth);
		more = more && scan_page(&s, from, &in, visit, arg, &status);
	}
	while (more && scan_next_page(&s, &status))
		more = scan_page(&s, 0, &in, visit, arg, &status);
	scan_close(&s);
	return status;
}

static enum ab_status
tree_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	return scan_span(t, span_of_range(r), visit, arg);
}

static enum ab_status
tree_scan_prefix(
	const struct ab_index *t, struct ab_key prefix, ab_visit *visit, void *arg)
{
	return scan_span(t, span_of_prefix(prefix), visit, arg);
}
#endif /* PAGE_SCAN_H */
