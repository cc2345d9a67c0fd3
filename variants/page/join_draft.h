/* join_draft.h: two neighbouring pages in one draft. */
#ifndef PAGE_JOIN_DRAFT_H
#define PAGE_JOIN_DRAFT_H

#include "page_draft.h"
#include "pieces.h"

/* Down to `depth` bytes from more: rest starts with the key bytes from there on that
 * separators held; the first entry begins with them. */
static void
draft_deepen(
	struct draft *d, unsigned first, unsigned n, size_t deeper, struct ab_key rest)
{
	for (unsigned i = first; i < first + n; i++)
		d->e[i].lcp = (uint16_t)(d->e[i].lcp + deeper);
	draft_restart(d, first, 0, rest);
}

/* Would no rest be over PAGE_LONG if it were `more` bytes longer? */
static bool
draft_may_grow(const struct draft *d, unsigned first, unsigned n, size_t more)
{
	uint8_t text[REST_ROOM];
	for (unsigned i = first; more && i < first + n; i++) {
		const struct entry *e = &d->e[i];
		if (e->lcp + 1 + draft_text(d, e, text, PAGE_LONG) + more > PAGE_LONG)
			return false;
	}
	return true;
}

/* Append the page `p`, which separator `s` bounds, to a draft that is less deep. False:
 * its keys would be too long. `rest` has room for REST_ROOM. */
static bool
draft_join(struct draft *d, const struct page *p, const struct pieces *s, uint8_t *rest)
{
	unsigned first = d->n;
	size_t deeper = p->depth - d->depth, n = deeper;
	draft_load(d, p);
	if (d->e[first].alone || !draft_may_grow(d, first, p->count, deeper))
		return false;
	pieces_copy(rest, s, d->depth, p->depth);
	if (!d->e[first].ends)
		rest[n++] = d->e[first].branch;
	n += draft_text(d, &d->e[first], rest + n, PAGE_LONG);
	draft_deepen(d, first, p->count, deeper, (struct ab_key){ rest, n });
	return true;
}

/* Entry `at` follows the page that was joined first: what it shares with the last
 * key of that, and the rest of its own key from there on. */
static void
draft_seam(struct draft *d, unsigned at, struct ab_key rest)
{
	uint8_t last[REST_ROOM];
	struct entry *e = &d->e[at];
	size_t n = draft_rest(d, at - 1, last);
	size_t shared = art_common(last, rest.p, n < rest.n ? n : rest.n);
	draft_restart(d, at, shared, rest);
	e->lcp = (uint16_t)shared;
}
#endif /* PAGE_JOIN_DRAFT_H */
