/* page_symbols.h: a table of symbols, strings of 1 to 8 bytes, and texts coded by it.
 *
 *   code        0 .. one - 1       the symbol of that number
 *               one .. 254, then   symbol one + (first byte - one) * 256 + second
 *                 any byte
 *               255, then a byte   that byte: the escape
 *
 * A table with `leads` = 255 - one of 0 is FSST's (P. Boncz, T. Neumann, V. Leis, "FSST:
 * fast random access string compression", VLDB 2020), 255 symbols of one code byte
 * each. A lead more takes one of those and gives 256 symbols of two. The common ones have
 * the short codes.
 *
 * A text is coded in the fewest bytes that the table allows, by dynamic programming from
 * its end, where FSST takes the longest symbol at each step.
 *
 * Symbols of one byte are found by it, the others in the bucket of a hash of their first
 * two; bucket b is order[start[b] .. start[b + 1]), in ascending order. Of those that a text
 * begins with, the longest is the last that is not above the text, or begins that one; and
 * up[] leads from each place to the longest symbol that the one there begins with, so to all
 * others that match.
 *
 * Ownership: a table is one block, freed by symbols_free. Errors: symbols_new returns
 * NULL without memory. Threads: a table that is used does not change. */
#ifndef PAGE_SYMBOLS_H
#define PAGE_SYMBOLS_H

#include <assert.h>
#include "text_plain.h"
#include "../bytes/word.h"

enum {
	SYMBOL_BYTES = 8,
	SYMBOL_HASHED = 2, /* first bytes that tell buckets apart */
	SYMBOL_ESCAPE = 255,
	SYMBOL_LEADS = 31,  /* at most: lookups read 72 KiB then, which stay in a cache */
	SYMBOL_TEXT = 2048, /* bytes of the longest text that is coded */
	SYMBOL_NONE = UINT16_MAX, /* no symbol, or no place in the order */
};

static_assert(SYMBOL_ESCAPE + 255 * SYMBOL_LEADS < SYMBOL_NONE,
	"16 bits tell symbols apart, and their places");

struct symbols {
	size_t bytes;         /* of the block */
	unsigned one;         /* symbols of one code byte there may be */
	unsigned room;        /* and of all */
	unsigned shift;       /* of a hash, to a bucket */
	uint64_t *word;       /* each symbol, zero past its length */
	uint16_t *order, *up; /* up: SYMBOL_NONE: it begins with no other of the bucket */
	uint16_t *start;
	uint16_t *single; /* the symbol of each byte */
	uint8_t *length;  /* 0: no such symbol */
};

/* The bytes of a word that a symbol of n has, 1 <= n <= 8. */
static inline uint64_t
symbol_mask(size_t n)
{
	uint64_t all = ~(uint64_t)0;
	return WORD_LITTLE ? all >> (64 - 8 * n) : all << (64 - 8 * n);
}

static inline unsigned
symbols_room(unsigned leads)
{
	return SYMBOL_ESCAPE - leads + 256 * leads;
}

static inline unsigned
symbols_buckets(const struct symbols *s)
{
	return 1u << (64 - s->shift);
}

static struct symbols *
symbols_new(const struct ab_alloc *mem, unsigned leads)
{
	unsigned room = symbols_room(leads);
	unsigned bits = 32u - (unsigned)__builtin_clz(room);
	size_t starts = ((size_t)1 << bits) + 1;
	size_t bytes = sizeof(struct symbols) + room * sizeof(uint64_t) +
		       (2 * room + starts + 256) * sizeof(uint16_t) + room;
	struct symbols *s = ab_alloc(mem, bytes);
	if (!s)
		return NULL;
	memset(s, 0, bytes);
	s->bytes = bytes;
	s->one = SYMBOL_ESCAPE - leads;
	s->room = room;
	s->shift = 64 - bits;
	s->word = (uint64_t *)(void *)(s + 1);
	s->order = (uint16_t *)(void *)(s->word + room);
	s->up = s->order + room;
	s->start = s->up + room;
	s->single = s->start + starts;
	s->length = (uint8_t *)(s->single + 256);
	memset(s->single, 255, 256 * sizeof *s->single);
	return s;
}

static void
symbols_free(struct symbols *s, const struct ab_alloc *mem)
{
	if (s)
		ab_free(mem, s, s->bytes);
}

/* ---- their order ---- */

static inline unsigned
symbols_bucket(const struct symbols *s, uint64_t w)
{
	return (unsigned)((w & symbol_mask(SYMBOL_HASHED)) * 0x9E3779B97F4A7C15u >>
			  s->shift);
}

/* Is symbol `a` before `b`? Of two that are equal but for zeros the shorter one is. */
static inline bool
symbols_before(const struct symbols *s, unsigned a, unsigned b)
{
	uint64_t x = word_number(s->word[a]), y = word_number(s->word[b]);
	return x < y || (x == y && s->length[a] < s->length[b]);
}

/* Does symbol `x` begin with `y`, and go on? */
static inline bool
symbols_begins(const struct symbols *s, unsigned x, unsigned y)
{
	return s->length[y] < s->length[x] &&
	       !((s->word[x] ^ s->word[y]) & symbol_mask(s->length[y]));
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

/* Sort bucket [from, to), with up[] as room for it. */
static void
symbols_sort(struct symbols *s, unsigned from, unsigned to)
{
	uint16_t *a = s->order + from, *b = s->up + from;
	unsigned n = to - from;
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
	if (a != s->order + from)
		memcpy(b, a, n * sizeof *a);
}

/* The place of the longest symbol that the one at `i` of the bucket from `from` on begins
 * with; those before it know theirs. */
static inline unsigned
symbols_up(const struct symbols *s, unsigned from, unsigned i)
{
	unsigned up = i == from ? SYMBOL_NONE : i - 1;
	while (up != SYMBOL_NONE && !symbols_begins(s, s->order[i], s->order[up]))
		up = s->up[up];
	return up;
}

/* Sort the symbols into their buckets. */
static void
symbols_index(struct symbols *s)
{
	unsigned buckets = symbols_buckets(s);
	memset(s->start, 0, (buckets + 1) * sizeof *s->start);
	memset(s->single, 255, 256 * sizeof *s->single);
	for (unsigned i = 0; i < s->room; i++)
		if (s->length[i] == 1)
			s->single[word_number(s->word[i]) >> 56] = (uint16_t)i;
		else if (s->length[i])
			s->start[symbols_bucket(s, s->word[i])]++;
	for (unsigned b = 1; b <= buckets; b++)
		s->start[b] = (uint16_t)(s->start[b] + s->start[b - 1]);
	for (unsigned i = s->room; i--;)
		if (s->length[i] > 1)
			s->order[--s->start[symbols_bucket(s, s->word[i])]] = (uint16_t)i;
	for (unsigned b = 0; b < buckets; b++) {
		symbols_sort(s, s->start[b], s->start[b + 1]);
		for (unsigned i = s->start[b]; i < s->start[b + 1]; i++)
			s->up[i] = (uint16_t)symbols_up(s, s->start[b], i);
	}
}

/* The place of the last symbol of its bucket that is not above `w`, or of the first;
 * SYMBOL_NONE: the bucket is empty. */
static inline unsigned
symbols_last(const struct symbols *s, uint64_t w)
{
	uint64_t number = word_number(w);
	unsigned b = symbols_bucket(s, w), n = (unsigned)s->start[b + 1] - s->start[b];
	const uint16_t *at = s->order + s->start[b];
	if (n == 0)
		return SYMBOL_NONE;
	while (n > 1) {
		unsigned half = n / 2;
		at = word_number(s->word[at[half]]) <= number ? at + half : at;
		n -= half;
	}
	return (unsigned)(at - s->order);
}

/* NULL, or what broke. */
static const char *
symbols_check(const struct symbols *s)
{
	unsigned n = 0, buckets = symbols_buckets(s);
	for (unsigned i = 0; i < s->room; i++) {
		n += s->length[i] > 1;
		if (s->length[i] == 1 && s->single[word_number(s->word[i]) >> 56] != i)
			return "a symbol of one byte is not found";
	}
	if (s->start[0] != 0 || s->start[buckets] != n)
		return "the buckets do not hold the symbols";
	for (unsigned b = 0; b < buckets; b++)
		for (unsigned i = s->start[b]; i < s->start[b + 1]; i++) {
			unsigned x = s->order[i];
			if (s->length[x] < 2 || symbols_bucket(s, s->word[x]) != b)
				return "a symbol is not in its bucket";
			if (i > s->start[b] && !symbols_before(s, s->order[i - 1], x))
				return "symbols are out of order";
			if (s->up[i] != symbols_up(s, s->start[b], i))
				return "a symbol does not know what it begins with";
		}
	return NULL;
}

/* ---- coding ---- */

/* How a text is coded: from each place on, how many bytes that takes, and by which
 * symbol it begins; SYMBOL_NONE: by an escape. */
struct parse {
	uint16_t cost[SYMBOL_TEXT + 1];
	uint16_t symbol[SYMBOL_TEXT];
};

enum { PARSE_SCALE = 16 };

/* Find the best beginning at `i` among the symbols of fewer than `under` bytes that `w`
 * begins with, of `left` bytes at most. Of several as good it is the longest: fewer are
 * faster to decode, and two in a row are how training comes by longer ones. */
static inline void
parse_try(const struct symbols *s, struct parse *p, size_t i, uint64_t w, size_t left,
	size_t under)
{
	size_t best = (p->cost[i + 1] + 2u) * PARSE_SCALE, choice = SYMBOL_NONE;
	unsigned x = s->single[word_number(w) >> 56];
	if (x != SYMBOL_NONE && under > 1) {
		best = (p->cost[i + 1] + (x < s->one ? 1u : 2u)) * PARSE_SCALE - 1;
		choice = x;
	}
	for (unsigned at = symbols_last(s, w); at != SYMBOL_NONE; at = s->up[at]) {
		x = s->order[at];
		size_t length = s->length[x];
		if ((w ^ s->word[x]) & symbol_mask(length) || length > left ||
			length >= under)
			continue;
		size_t cost = p->cost[i + length] + (x < s->one ? 1u : 2u);
		if (cost * PARSE_SCALE - length >= best)
			continue;
		best = cost * PARSE_SCALE - length;
		choice = x;
	}
	p->cost[i] = (uint16_t)((best + PARSE_SCALE - 1) / PARSE_SCALE);
	p->symbol[i] = (uint16_t)choice;
}

/* Parse `n` <= SYMBOL_TEXT bytes, with symbols of fewer than `under`. */
static void
parse_text(const struct symbols *s, struct parse *p, const uint8_t *src, size_t n,
	size_t under)
{
	struct ab_key text = { src, n };
	p->cost[n] = 0;
	for (size_t i = n; i--;)
		parse_try(s, p, i, word_of(text, i), n - i, under);
}

static size_t
symbols_encode(
	const struct symbols *s, const uint8_t *src, size_t n, uint8_t *out, size_t room)
{
	struct parse p;
	parse_text(s, &p, src, n, SYMBOL_BYTES + 1);
	size_t bytes = p.cost[0];
	if (bytes > room)
		return SIZE_MAX;
	for (size_t i = 0; i < n;) {
		unsigned x = p.symbol[i];
		if (x == SYMBOL_NONE) {
			*out++ = SYMBOL_ESCAPE;
			*out++ = src[i++];
			continue;
		}
		if (x < s->one) {
			*out++ = (uint8_t)x;
		} else {
			*out++ = (uint8_t)(s->one + (x - s->one) / 256);
			*out++ = (uint8_t)((x - s->one) % 256);
		}
		i += s->length[x];
	}
	return bytes;
}

/* ---- decoding ---- */

/* The next symbol of a coded text, at *at, which moves past it; its length. */
static inline size_t
symbols_next(const struct symbols *s, const uint8_t **at, uint64_t *word)
{
	const uint8_t *p = *at;
	unsigned x = *p++;
	if (x >= s->one) {
		unsigned y = *p++;
		if (x == SYMBOL_ESCAPE) {
			*at = p;
			*word = WORD_LITTLE ? y : (uint64_t)y << 56;
			return 1;
		}
		x = s->one + (x - s->one) * 256 + y;
	}
	*at = p;
	*word = s->word[x];
	return s->length[x];
}

/* To key bytes; how many. Up to 7 bytes past those are written. */
static inline size_t
symbols_decode(const struct symbols *s, const uint8_t *text, size_t n, uint8_t *out)
{
	const uint8_t *end = text + n;
	size_t bytes = 0;
	while (text < end) {
		uint64_t word;
		size_t length = symbols_next(s, &text, &word);
		memcpy(out + bytes, &word, sizeof word);
		bytes += length;
	}
	return bytes;
}

/* text_match_plain (text_plain.h) with a coded text, symbol by symbol. */
static inline enum text_order
symbols_match(const struct symbols *s, const uint8_t *text, size_t n, struct ab_key key,
	size_t *at)
{
	const uint8_t *end = text + n;
	size_t from = *at;
	while (text < end) {
		uint64_t word, mine = word_of(key, from);
		size_t length = symbols_next(s, &text, &word), left = key.n - from;
		uint64_t differ = word ^ (mine & symbol_mask(length));
		size_t same = differ ? word_at(differ) : length;
		if (same >= left && length > left) {
			*at = key.n;
			return TEXT_LESS;
		}
		if (differ) {
			*at = from + same;
			unsigned shift = (unsigned)(WORD_LITTLE ? 8 * same
								: 56 - 8 * same);
			return (uint8_t)(mine >> shift) < (uint8_t)(word >> shift)
				       ? TEXT_LESS
				       : TEXT_GREATER;
		}
		from += length;
	}
	*at = from;
	return TEXT_ENDS;
}
#endif /* PAGE_SYMBOLS_H */
