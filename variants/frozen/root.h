/* root.h: the root of a frozen index: the separators of its index pages as they are, and
 * a search in them.
 *
 *   head    8 bytes of each separator, as a number: those past the first `skip` ones
 *   entry   of each separator where its page is, and where its text begins
 *   text    of the separators, one behind the other, BITS_PAD readable bytes behind them
 *
 * The bytes skipped are those that separators [from, to) share, which are all but an
 * eighth at either end at most. A key that has them, too, is looked for among the heads,
 * without a branch that depends on it; whole separators are compared only where heads are
 * equal. (Graefe, Larson: B-tree indexes and CPU caches, ICDE 2001: a poor man's
 * normalized key.)
 *
 * Ownership: a root owns three blocks of the allocator that it was made with. */
#ifndef FROZEN_ROOT_H
#define FROZEN_ROOT_H

#include "frozen_symbols.h"

struct root_entry {
	uint64_t page; /* its offset in the heap */
	uint64_t text; /* of its separator in the root's text, up to the next one's */
};

struct root {
	size_t n;
	uint64_t *head;
	struct root_entry *entry; /* one more than there are, for the last one's end */
	uint8_t *text;
	size_t skip, from, to;
};

static inline struct ab_key
root_key(const struct root *r, size_t i)
{
	uint64_t from = r->entry[i].text;
	return (struct ab_key){ r->text + from, r->entry[i + 1].text - from };
}

/* Does `k` begin with the bytes that heads skip? */
static inline bool
root_skips(const struct root *r, struct ab_key k)
{
	return k.n >= r->skip && art_same(k.p, root_key(r, r->from).p, r->skip);
}

static inline uint64_t
root_head(struct ab_key k, size_t skip)
{
	return word_number(word_of(k, skip));
}

/* How many bytes of `s`, which has BITS_PAD readable bytes behind it, agree with `k` from
 * `from` on. */
static inline size_t
root_common(struct ab_key s, struct ab_key k, size_t from)
{
	size_t most = s.n < k.n - from ? s.n : k.n - from, i = 0;
	for (; i < most; i += 8) {
		uint64_t differ = art_load8(s.p + i) ^ word_of(k, from + i);
		if (differ) {
			i += word_at(differ);
			break;
		}
	}
	return i < most ? i : most;
}

/* How separator `i` compares with `k`, of which the first `*m` bytes are the same: below
 * 0, 0, above 0. `*m` becomes what both have in common. */
static inline int
root_cmp(const struct root *r, size_t i, struct ab_key k, size_t *m)
{
	struct ab_key s = root_key(r, i);
	struct ab_key rest = { s.p + *m, s.n - *m };
	*m += root_common(rest, k, *m);
	if (*m == s.n)
		return *m == k.n ? 0 : -1;
	return *m < k.n && s.p[*m] < k.p[*m] ? -1 : 1;
}

/* Separators `lo`, which is not above a key, and `hi`, which is, and what either has in
 * common with it, or less. */
struct root_bounds {
	size_t lo, hi, lo_matched, hi_matched;
};

/* The first in [from, to) whose head is not below `x`, or `to`. */
static inline size_t
root_rank(const struct root *r, uint64_t x)
{
	const uint64_t *base = r->head + r->from;
	size_t n = r->to - r->from;
	for (size_t half; n > 1; n -= half) {
		half = n / 2;
		base += (base[half - 1] < x) * half;
	}
	return (size_t)(base - r->head) + (n && *base < x);
}

/* The same of `n` heads, a step of each in turn: a step waits for the one before. */
static inline void
root_rank_many(const struct root *r, const uint64_t *x, size_t n, size_t *rank)
{
	for (size_t i = 0; i < n; i++)
		rank[i] = r->from;
	size_t left = r->to - r->from;
	for (size_t half; left > 1; left -= half) {
		half = left / 2;
		for (size_t i = 0; i < n; i++)
			rank[i] += (r->head[rank[i] + half - 1] < x[i]) * half;
	}
	for (size_t i = 0; left && i < n; i++)
		rank[i] += r->head[rank[i]] < x[i];
}

/* What is looked for among the heads: of a key that has the bytes skipped, its own. */
static inline uint64_t
root_sought(const struct root *r, struct ab_key k)
{
	return root_skips(r, k) ? root_head(k, r->skip) : 0;
}

/* What the heads say of `k`; `first`: root_rank of what is sought for it. */
static inline struct root_bounds
root_bounds(const struct root *r, struct ab_key k, size_t first)
{
	if (!root_skips(r, k))
		return (struct root_bounds){ .hi = r->n };
	uint64_t x = root_head(k, r->skip);
	size_t end = first;
	if (first < r->to && r->head[first] == x)
		end = x < UINT64_MAX ? root_rank(r, x + 1) : r->to;
	/* The first separator of all is empty, and above nothing. */
	return (struct root_bounds){ first ? first - 1 : 0, end ? end : 1,
		first > r->from ? r->skip : 0, r->skip };
}

/* The last index page whose separator is not above `k`, and what both have in common.
 * What the bounds of the search have in common with `k` all between them have, too, and
 * is not compared again (Manber, Myers: Suffix arrays, SODA 1990). */
static inline size_t
root_find(const struct root *r, struct ab_key k, size_t first, size_t *matched)
{
	struct root_bounds b = root_bounds(r, k, first);
	while (b.hi - b.lo > 1) {
		size_t mid = b.lo + (b.hi - b.lo) / 2;
		size_t m = b.lo_matched < b.hi_matched ? b.lo_matched : b.hi_matched;
		if (root_cmp(r, mid, k, &m) <= 0) {
			b.lo = mid;
			b.lo_matched = m;
		} else {
			b.hi = mid;
			b.hi_matched = m;
		}
	}
	root_cmp(r, b.lo, k, &b.lo_matched);
	*matched = b.lo_matched;
	return b.lo;
}

/* ---- to make one ---- */

static inline size_t
root_bytes(const struct root *r)
{
	return r->n * sizeof *r->head + (r->n + 1) * sizeof *r->entry +
	       r->entry[r->n].text + BITS_PAD;
}

static inline void
root_free(const struct root *r, const struct ab_alloc *mem)
{
	if (r->text)
		ab_free(mem, r->text, r->entry[r->n].text + BITS_PAD);
	if (r->entry)
		ab_free(mem, r->entry, (r->n + 1) * sizeof *r->entry);
	if (r->head)
		ab_free(mem, r->head, r->n * sizeof *r->head);
}

/* For `n` > 0 separators of `text` bytes in all, to be added in order; false: no memory,
 * and root_free has to be called as after success. */
static inline bool
root_open(struct root *r, size_t n, size_t text, const struct ab_alloc *mem)
{
	*r = (struct root){ .n = n };
	r->head = ab_alloc(mem, n * sizeof *r->head);
	r->entry = ab_alloc(mem, (n + 1) * sizeof *r->entry);
	if (!r->head || !r->entry)
		return false;
	r->entry[0].text = 0;
	r->entry[n] = (struct root_entry){ 0, text };
	r->text = ab_alloc(mem, text + BITS_PAD);
	if (r->text)
		memset(r->text + text, 0, BITS_PAD);
	return r->text;
}

static inline void
root_add(struct root *r, size_t i, struct ab_key separator, uint64_t page)
{
	uint64_t at = r->entry[i].text;
	r->entry[i].page = page;
	r->entry[i + 1].text = at + separator.n;
	if (separator.n)
		memcpy(r->text + at, separator.p, separator.n);
}

/* What the heads skip, and the heads: all separators are there. */
static inline void
root_close(struct root *r)
{
	enum { OUTSIDE = 8 }; /* 1 / this of the separators, at each end */
	r->from = r->n / OUTSIDE;
	r->to = r->n - r->n / OUTSIDE;
	struct ab_key low = root_key(r, r->from), high = root_key(r, r->to - 1);
	r->skip = art_common(low.p, high.p, low.n < high.n ? low.n : high.n);
	while (r->from && root_skips(r, root_key(r, r->from - 1)))
		r->from--;
	while (r->to < r->n && root_skips(r, root_key(r, r->to)))
		r->to++;
	memset(r->head, 0, r->n * sizeof *r->head);
	for (size_t i = r->from; i < r->to; i++)
		r->head[i] = root_head(root_key(r, i), r->skip);
}
#endif /* FROZEN_ROOT_H */
