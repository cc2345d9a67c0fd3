/* symbol_order.h: the places of symbols, and a table made of them.
 *
 *   place   0      | of one byte | of two | of three | of four | longer, in order
 *           escape | .. r ..     | .. re  | .. res   | .. reso | .. resourc resource ..
 *
 * Of those that a text begins with the longest has the highest place. A trie leads to the
 * short ones and, by their first four bytes, to groups of long ones. Of a group the longest
 * that a text begins with is the last that is not above the text, or begins that one. The link
 * of each leads to the longest of the group that it begins with itself, and so to all others
 * that the text begins with. */
#ifndef PAGE_SYMBOL_ORDER_H
#define PAGE_SYMBOL_ORDER_H

#include "symbol_trie.h"

/* Is the symbol at `at` above `w`? */
static inline bool
symbols_above(const struct symbols *s, uint64_t w, size_t at)
{
	return at > s->n || word_number(s->sorted[at]) > word_number(w);
}

/* The last of the group that begins at `at` that is not above `w`, or the first: w begins as the
 * group does, so that all behind it are above. Most groups have one or two. */
static inline size_t
symbols_seek(const struct symbols *s, uint64_t w, size_t at)
{
	size_t step = 1;
	at += !symbols_above(s, w, at + 1);
	if (__builtin_expect(symbols_above(s, w, at + 1), 1))
		return at;
	do
		at += step;
	while (!symbols_above(s, w, at + (step *= 2)));
	while (step /= 2)
		if (!symbols_above(s, w, at + step))
			at += step;
	return at;
}

/* Does `w` not begin with the symbol at `at`? */
static inline bool
symbols_differ(const struct symbols *s, uint64_t w, size_t at)
{
	return (w ^ s->sorted[at]) & symbol_masks[s->span[at]];
}

/* That at `at`, or the longest that it begins with, which `w` begins with; 0: none. Mostly it is
 * that or none, and which takes no branch. */
static inline size_t
symbols_begun(const struct symbols *s, uint64_t w, size_t at)
{
	size_t differs = symbols_differ(s, w, at), found = at & (differs - 1);
	at = s->link[at] & -differs;
	while (__builtin_expect(at != 0, 0) && symbols_differ(s, w, at))
		at = s->link[at];
	return found | at;
}

/* ---- a table made ---- */

/* Place 0 stands for a byte that is coded by an escape. */
static inline void
symbols_spare(struct symbols *s)
{
	s->sorted[0] = 0;
	s->span[0] = 1;
	s->price[0] = 2;
}

static void
symbols_clear(struct symbols *s)
{
	s->n = s->ones = 0;
	memset(s->length, 0, s->one + s->room);
	memset(s->link, 0, s->room * sizeof *s->link);
	symbols_spare(s);
	trie_clear(s);
}

/* A symbol more, which has one code byte if it is common. */
static void
symbols_add(struct symbols *s, uint64_t word, unsigned length, bool common)
{
	unsigned at = ++s->n;
	s->sorted[at] = word;
	s->span[at] = (uint8_t)length;
	s->price[at] = common ? 1 : 2;
	s->ones += common;
}

/* Is the symbol at `a` to stand before that at `b`? Of two that are equal but for zeros the
 * shorter one is. */
static inline bool
symbols_before(const struct symbols *s, unsigned a, unsigned b)
{
	uint64_t x = word_number(s->sorted[a]), y = word_number(s->sorted[b]);
	return x < y || (x == y && s->span[a] < s->span[b]);
}

/* Merge the runs [0, middle) and [middle, n) at `a`. */
static inline void
symbols_merge(const struct symbols *s, const uint16_t *a, unsigned middle, unsigned n,
	uint16_t *out)
{
	unsigned i = 0, j = middle;
	while (i < middle && j < n)
		*out++ = symbols_before(s, a[j], a[i]) ? a[j++] : a[i++];
	memcpy(out, a + i, (middle - i) * sizeof *a);
	memcpy(out + (middle - i), a + j, (n - j) * sizeof *a);
}

static void
symbols_sort(const struct symbols *s, uint16_t *order, unsigned n)
{
	uint16_t spare[SYMBOL_MOST], *a = order, *b = spare;
	for (unsigned run = 1; run < n; run *= 2) {
		for (unsigned at = 0; at < n; at += 2 * run) {
			unsigned left = n - at;
			symbols_merge(s, a + at, run < left ? run : left,
				2 * run < left ? 2 * run : left, b + at);
		}
		uint16_t *sorted = b;
		b = a;
		a = sorted;
	}
	if (a != order)
		memcpy(order, a, n * sizeof *a);
}

/* Copy the symbol at `from`. */
static inline void
symbols_move(struct symbols *s, unsigned to, unsigned from)
{
	s->sorted[to] = s->sorted[from];
	s->span[to] = s->span[from];
	s->price[to] = s->price[from];
}

/* Put the symbol at order[i] to each place i > 0, ring by ring; place 0 is the spare one. */
static void
symbols_permute(struct symbols *s, uint16_t *order)
{
	for (unsigned i = 1; i <= s->n; i++) {
		unsigned at = i;
		if (order[i] == i)
			continue;
		symbols_move(s, 0, i);
		for (unsigned from; (from = order[at]) != i; at = from) {
			symbols_move(s, at, from);
			order[at] = (uint16_t)at;
		}
		symbols_move(s, at, 0);
		order[at] = (uint16_t)at;
	}
	symbols_spare(s);
}

/* What stands together: symbols of one length, or all long ones. */
static inline unsigned
symbols_kind(const struct symbols *s, unsigned at)
{
	return s->span[at] <= TRIE_DEPTH ? s->span[at] : TRIE_DEPTH + 1;
}

/* The places of the sorted symbols order[1..n] to `out`: by length, and of the long ones as they
 * are. */
static void
symbols_arrange(const struct symbols *s, const uint16_t *order, uint16_t *out)
{
	unsigned start[TRIE_DEPTH + 3] = { 0 };
	for (unsigned i = 1; i <= s->n; i++)
		start[1 + symbols_kind(s, order[i])]++;
	for (unsigned k = 1; k < TRIE_DEPTH + 3; k++)
		start[k] += start[k - 1];
	for (unsigned i = 1; i <= s->n; i++)
		out[++start[symbols_kind(s, order[i])]] = order[i];
}

/* The longest of its group, which begins at `first`, that the one at `at` begins with, or 0;
 * those before it know theirs. */
static size_t
symbols_shorter(const struct symbols *s, size_t at, size_t first)
{
	uint64_t w = s->sorted[at];
	size_t place = at == first ? 0 : at - 1;
	while (place && (s->span[place] >= s->span[at] || symbols_differ(s, w, place)))
		place = s->link[place];
	return place;
}

/* The codes of common symbols. */
static void
symbols_code(struct symbols *s)
{
	s->ones = 0;
	for (unsigned at = 1; at <= s->n; at++) {
		s->code[at] = (uint8_t)s->ones;
		if (s->price[at] == 1) {
			s->word[s->ones] = s->sorted[at];
			s->length[s->ones++] = s->span[at];
		}
	}
}

/* Lead the trie to the symbols, which are in their places. */
static void
symbols_lead(struct symbols *s)
{
	size_t first = 0;
	for (unsigned at = 1; at <= s->n; at++) {
		unsigned n = s->span[at];
		s->link[at] = 0;
		if (n <= TRIE_DEPTH) {
			s->delta[trie_node(s, s->sorted[at], n)] = symbol_cost(s, at);
			continue;
		}
		uint16_t *base = s->base + trie_node(s, s->sorted[at], TRIE_DEPTH);
		if (*base == 0)
			first = *base = (uint16_t)at;
		s->link[at] = (uint16_t)symbols_shorter(s, at, first);
	}
}

/* A table of all symbols that were added, or of none (trie_make). False: no memory, and it is
 * none yet. */
static bool
symbols_index(struct symbols *s, const struct ab_alloc *mem)
{
	uint16_t sorted[SYMBOL_MOST], order[SYMBOL_MOST];
	for (unsigned i = 1; i <= s->n; i++)
		sorted[i] = (uint16_t)i;
	symbols_sort(s, sorted + 1, s->n);
	if (!trie_make(s, mem, sorted + 1, s->n))
		return false;
	symbols_arrange(s, sorted, order);
	symbols_permute(s, order);
	symbols_code(s);
	symbols_lead(s);
	return true;
}

/* ---- checks ---- */

/* NULL, or what broke, of the long symbol at `at`, which the node leads to. */
static const char *
symbols_check_long(const struct symbols *s, unsigned at, size_t node)
{
	size_t first = s->base[node];
	if (first == 0 || first > at || s->span[first] <= TRIE_DEPTH ||
		trie_node(s, s->sorted[first], TRIE_DEPTH) != node)
		return "a symbol is not in its group";
	if (at > first && !symbols_before(s, at - 1, at))
		return "symbols are out of order";
	if (s->link[at] != symbols_shorter(s, at, first))
		return "a symbol does not know what it begins with";
	return NULL;
}

/* NULL, or what broke, of the symbol at `at`. */
static const char *
symbols_check_place(const struct symbols *s, unsigned at)
{
	unsigned n = s->span[at], code = s->code[at], price = s->price[at];
	if (n == 0 || n > SYMBOL_BYTES || price == 0 || price > 2)
		return "a symbol has no length or price";
	if (at > 1 && s->span[at - 1] > n && n <= TRIE_DEPTH)
		return "a short symbol stands behind a longer one";
	size_t node = trie_node(s, s->sorted[at], n < TRIE_DEPTH ? n : TRIE_DEPTH);
	if (!node)
		return "the trie does not lead to a symbol";
	if (n <= TRIE_DEPTH && s->delta[node] != symbol_cost(s, at))
		return "a symbol has another cost";
	if (price == 1 && (code >= s->ones || s->word[code] != s->sorted[at] ||
				  s->length[code] != n))
		return "a code of one byte is another symbol's";
	return n > TRIE_DEPTH ? symbols_check_long(s, at, node) : NULL;
}

/* NULL, or what broke. */
static const char *
symbols_check(const struct symbols *s)
{
	unsigned ones = 0, ends = 0, found = 0;
	if (s->n >= s->room || s->ones > s->one)
		return "there are more symbols than codes";
	for (unsigned at = 1; at <= s->n; at++) {
		const char *broken = symbols_check_place(s, at);
		if (broken)
			return broken;
		ones += s->price[at] == 1;
		ends += s->span[at] <= TRIE_DEPTH;
	}
	for (unsigned node = 0; node < s->nodes; node++)
		found += s->delta[node] != trie_nothing(node);
	if (found != ends)
		return "the trie leads to symbols that are not there";
	return ones == s->ones ? NULL : "codes of one byte are miscounted";
}
#endif /* PAGE_SYMBOL_ORDER_H */
