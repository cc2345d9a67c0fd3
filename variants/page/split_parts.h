/* split_parts.h: the two or three parts of a page that splits.
 *
 * A page splits where it has too many keys or bytes, near the middle and where the
 * separator is shortest; where keys come in order at the last one, so that pages are
 * left full (put_cut in put.h); and around a key too long to share one. Each part is cut by what the
 * separators around it share, so its first key is written anew. */
#ifndef PAGE_SPLIT_PARTS_H
#define PAGE_SPLIT_PARTS_H

#include "page_draft.h"
#include "pieces.h"

enum { PARTS_MOST = 3 };

struct split {
	struct draft *d;
	struct ab_key key; /* the one inserted, entry `pos` */
	unsigned pos;
	unsigned parts, from[PARTS_MOST + 1];
	size_t deeper[PARTS_MOST], bytes[PARTS_MOST];
	struct pieces separator[PARTS_MOST - 1];
	uint8_t edge[PARTS_MOST - 1];
	uint8_t rest[PARTS_MOST][REST_ROOM];
};

static void
split_cut(struct split *s, unsigned at)
{
	if (at == 0 || at == s->d->n || at == s->from[s->parts - 1])
		return;
	s->from[s->parts++] = at;
}

/* Where a page of keys that may share one splits: near half its bytes, where two
 * neighbours share least. */
static unsigned
split_middle(const struct draft *d)
{
	unsigned best = 0, half = 0;
	size_t all = 0, sum = 0, each = DRAFT_NARROW + sizeof(uint64_t);
	for (unsigned i = 0; i < d->n; i++)
		all += d->e[i].n + each;
	for (unsigned i = 1; i < d->n; i++) {
		sum += d->e[i - 1].n + each;
		if (!half && (2 * sum >= all || i + 1 == d->n))
			half = i;
		if (8 * sum >= 3 * all && 8 * sum <= 5 * all &&
			(!best || d->e[i].lcp < d->e[best].lcp))
			best = i;
	}
	return best ? best : half;
}

/* At long keys; or else before entry `at`, 0: where it is best. */
static void
split_choose(struct split *s, unsigned at)
{
	struct draft *d = s->d;
	s->parts = 1;
	s->from[0] = 0;
	for (unsigned i = 0; i < d->n; i++)
		if (d->e[i].alone) {
			split_cut(s, i);
			split_cut(s, i + 1);
		}
	if (s->parts == 1)
		split_cut(s, at ? at : split_middle(d));
	s->from[s->parts] = d->n;
}

/* The first bytes of the key that part `i` begins with, as many as tell it from the
 * one before. */
static void
split_separate(struct split *s, unsigned i)
{
	const struct draft *d = s->d;
	const struct entry *e = &d->e[s->from[i]];
	size_t shared = d->depth + e->lcp;
	struct pieces *out = &s->separator[i - 1];
	s->edge[i - 1] = e->branch;
	if (s->from[i] == s->pos) {
		*out = pieces_of(s->key.p, shared + 1, NULL, 0);
	} else if (s->from[i] == s->pos + 1) {
		*out = pieces_of(s->key.p, shared, &s->edge[i - 1], 1);
	} else {
		draft_rest(d, s->from[i], s->rest[i]);
		*out = pieces_of(s->key.p, d->depth, s->rest[i], e->lcp + 1u);
	}
}

/* The first key of a part that is alone, and not the one inserted: it has lost some of
 * its first bytes to a separator, or must have some back that it left to the key. */
static void
split_restart_alone(struct split *s, unsigned at, size_t deeper)
{
	struct draft *d = s->d;
	struct entry *e = &d->e[at];
	if (deeper > e->lcp) {
		struct ab_key rest = { e->text - 1, e->n + 1u };
		size_t skip = deeper - e->lcp;
		draft_restart(d, at, skip, rest);
	} else if (deeper < e->lcp) {
		const uint8_t *key = s->key.p + d->depth;
		d->lead_at = at;
		d->lead = (struct ab_key){ key + deeper + 1, e->lcp - deeper - 1u };
		e->branch = key[deeper];
		e->text--; /* its branch stands there */
		e->n++;
	}
	e->lcp = (uint16_t)deeper;
	e->raw = true;
}

static void
split_restart(struct split *s, unsigned i)
{
	struct draft *d = s->d;
	unsigned at = s->from[i];
	size_t deeper = s->deeper[i];
	if (at == s->pos) {
		draft_restart(d, at, deeper, ab_key_rest(s->key, d->depth));
	} else if (d->e[at].alone) {
		split_restart_alone(s, at, deeper);
	} else {
		struct ab_key rest = { s->rest[i], draft_rest(d, at, s->rest[i]) };
		draft_restart(d, at, deeper, rest);
	}
}

/* Make the parts of a page that lies between these fences: separators, depths, first keys,
 * texts coded, bytes. */
static void
split_prepare(struct split *s, const struct fences *around)
{
	struct draft *d = s->d;
	for (unsigned i = 1; i < s->parts; i++)
		split_separate(s, i);
	for (unsigned i = 0; i < s->parts; i++) {
		struct fences f = *around;
		if (i) {
			f.low = s->separator[i - 1];
			f.has_low = true;
		}
		if (i + 1 < s->parts) {
			f.high = s->separator[i];
			f.has_high = true;
		}
		s->deeper[i] = fences_share(&f) - d->depth;
	}
	for (unsigned i = s->parts; i--;)
		split_restart(s, i);
	draft_code(d);
	for (unsigned i = 0; i < s->parts; i++)
		s->bytes[i] = draft_measure(d, s->from[i], s->from[i + 1], s->deeper[i]);
}
#endif /* PAGE_SPLIT_PARTS_H */
