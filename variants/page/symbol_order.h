/* symbol_order.h: symbols in order, and which of them a text begins with.
 *
 *   place   0      | of one byte | hash of "re" | hash of "res"
 *           escape | .. r ..     | .. re ..     | .. reso  resource  resourc  resourceful ..
 *   link              0            r               re    reso      reso     resourc
 *
 * Symbols of three bytes and more stand in the bucket of a hash of the first three, those
 * of two in that of both, before them, and those of one before these: ascending in each
 * bucket. Of the symbols of a bucket that a text begins with the longest is the last that is
 * not above the text, or begins that one. The link of each leads to the longest that it
 * begins with itself, in whatever bucket, and so to all others that the text begins with. Of
 * several the longest has the highest place. */
#ifndef PAGE_SYMBOL_ORDER_H
#define PAGE_SYMBOL_ORDER_H

#include "page_symbols.h"

enum { SYMBOL_HASHED = 3 }; /* first bytes that tell buckets apart, at most */

/* A hash of the first `n` bytes of `w`. */
static inline size_t
symbols_hash(uint64_t w, size_t n, unsigned bits)
{
	return (size_t)((w & symbol_masks[n]) * 0x9E3779B97F4A7C15u >> (64 - bits));
}

/* The bucket of symbols of two bytes, as `w` begins. */
static inline size_t
symbols_pairs(const struct symbols *s, uint64_t w)
{
	return 1 + symbols_hash(w, 2, s->pairs);
}

/* And of three and more. */
static inline size_t
symbols_bucket(const struct symbols *s, uint64_t w)
{
	return 1 + ((size_t)1 << s->pairs) + symbols_hash(w, SYMBOL_HASHED, s->bits);
}

/* The place of the symbol of the first two bytes of `w`, or else of the first. */
static inline size_t
symbols_short(const struct symbols *s, uint64_t w)
{
	size_t b = symbols_pairs(s, w), at = s->start[b], end = s->start[b + 1];
	for (; at < end; at++)
		if (!((w ^ s->sorted[at]) & symbol_masks[2]))
			return at;
	return s->single[word_number(w) >> 56];
}

/* The last of `n` > 0 places from `at` on that is not above `w`, or the first. */
static inline size_t
symbols_seek(const struct symbols *s, uint64_t w, size_t at, size_t n)
{
	uint64_t number = word_number(w);
	while (n > 1) {
		size_t half = n / 2;
		at = word_number(s->sorted[at + half]) <= number ? at + half : at;
		n -= half;
	}
	return at;
}

/* The place of the longest symbol that `w` begins with. */
static inline size_t
symbols_longest(const struct symbols *s, uint64_t w)
{
	size_t b = symbols_bucket(s, w);
	size_t at = s->start[b], n = s->start[b + 1] - at;
	if (n == 0)
		return symbols_short(s, w);
	at = symbols_seek(s, w, at, n);
	uint64_t differ = w ^ s->sorted[at];
	if (differ & symbol_masks[SYMBOL_HASHED])
		return symbols_short(s, w);
	while (differ & symbol_masks[s->span[at]])
		at = s->link[at];
	return at;
}

/* ---- a table made ---- */

static void
symbols_clear(struct symbols *s)
{
	s->n = s->ones = 0;
	memset(s->length, 0, s->one + s->room);
}

/* A symbol more, which has one code byte if it is common. */
static void
symbols_add(struct symbols *s, uint64_t word, unsigned length, bool common)
{
	unsigned at = ++s->n;
	s->sorted[at] = word;
	s->span[at] = (uint8_t)length;
	s->price[at] = symbol_price(length, common ? 1 : 2);
	s->code[at] = (uint8_t)s->ones;
	if (!common)
		return;
	s->word[s->ones] = word;
	s->length[s->ones++] = (uint8_t)length;
}

static inline size_t
symbols_bucket_of(const struct symbols *s, unsigned at)
{
	uint64_t w = s->sorted[at];
	unsigned n = s->span[at];
	return n == 1 ? 0 : n == 2 ? symbols_pairs(s, w) : symbols_bucket(s, w);
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

/* Sort the `n` of a bucket. */
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
	s->code[to] = s->code[from];
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
	s->sorted[0] = 0;
	s->span[0] = s->code[0] = 0;
	s->price[0] = symbol_price(1, 2);
}

/* The place of the longest symbol that the one at `at`, of a bucket from `from` on, begins
 * with; those before it know theirs. */
static size_t
symbols_shorter(const struct symbols *s, size_t at, size_t from)
{
	uint64_t w = s->sorted[at];
	unsigned n = s->span[at];
	size_t place = at == from ? 0 : at - 1;
	if (n == 1)
		return 0;
	if (n == 2)
		return s->single[word_number(w) >> 56];
	while (s->span[place] > 2 &&
		(s->span[place] >= n ||
			(w ^ s->sorted[place]) & symbol_masks[s->span[place]]))
		place = s->link[place];
	return s->span[place] > 2 ? place : symbols_short(s, w);
}

/* The links of bucket `b`. */
static void
symbols_link(struct symbols *s, size_t b)
{
	for (size_t i = s->start[b]; i < s->start[b + 1]; i++) {
		s->link[i] = (uint16_t)symbols_shorter(s, i, s->start[b]);
		if (b == 0)
			s->single[word_number(s->sorted[i]) >> 56] = (uint16_t)i;
	}
}

/* All symbols to their buckets, and linked. */
static void
symbols_index(struct symbols *s)
{
	uint16_t order[SYMBOL_MOST];
	size_t starts = symbols_starts(s);
	memset(s->start, 0, (starts + 1) * sizeof *s->start);
	memset(s->single, 0, SYMBOL_SINGLES * sizeof *s->single);
	s->start[0] = 1;
	for (unsigned i = 1; i <= s->n; i++)
		s->start[symbols_bucket_of(s, i)]++;
	for (size_t b = 1; b <= starts; b++)
		s->start[b] = (uint16_t)(s->start[b] + s->start[b - 1]);
	for (unsigned i = s->n; i; i--)
		order[--s->start[symbols_bucket_of(s, i)]] = (uint16_t)i;
	for (size_t b = 0; b < starts; b++)
		symbols_sort(s, order + s->start[b],
			(unsigned)(s->start[b + 1] - s->start[b]));
	symbols_permute(s, order);
	for (size_t b = 0; b < starts; b++)
		symbols_link(s, b);
}

/* ---- checks ---- */

/* NULL, or what broke, of the symbol at `at` of bucket `b`. */
static const char *
symbols_check_place(const struct symbols *s, unsigned at, size_t b)
{
	unsigned n = s->span[at], code = s->code[at];
	bool common = s->price[at] == symbol_price(n, 1);
	if (n == 0 || symbols_bucket_of(s, at) != b)
		return "a symbol is not in its bucket";
	if (at > s->start[b] && !symbols_before(s, at - 1, at))
		return "symbols are out of order";
	if (s->link[at] != symbols_shorter(s, at, s->start[b]))
		return "a symbol does not know what it begins with";
	if (n == 1 && s->single[word_number(s->sorted[at]) >> 56] != at)
		return "a symbol of one byte is not found";
	if (!common && s->price[at] != symbol_price(n, 2))
		return "a symbol has another price";
	if (common && (code >= s->ones || s->word[code] != s->sorted[at] ||
			      s->length[code] != n))
		return "a code of one byte is another symbol's";
	return NULL;
}

/* NULL, or what broke. */
static const char *
symbols_check(const struct symbols *s)
{
	size_t starts = symbols_starts(s);
	unsigned ones = 0;
	if (s->start[0] != 1 || s->start[starts] != s->n + 1 || s->n >= s->room)
		return "the buckets do not hold the symbols";
	for (size_t b = 0; b < starts; b++)
		for (unsigned i = s->start[b]; i < s->start[b + 1]; i++) {
			const char *broken = symbols_check_place(s, i, b);
			if (broken)
				return broken;
			ones += s->price[i] == symbol_price(s->span[i], 1);
		}
	return ones == s->ones && ones <= s->one ? NULL
						 : "codes of one byte are miscounted";
}
#endif /* PAGE_SYMBOL_ORDER_H */
