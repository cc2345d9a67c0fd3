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
 * Symbols are found by a hash of their first 1, 2 or 3 bytes: those of more are in the
 * bucket of their first 3. Bucket b is order[start[b] .. start[b + 1]).
 *
 * Ownership: a table is one block, freed by symbols_free. Errors: symbols_new returns
 * NULL without memory. Threads: a table that is used does not change. */
#ifndef PAGE_SYMBOLS_H
#define PAGE_SYMBOLS_H

#include "text_plain.h"
#include "../bytes/word.h"

enum {
	SYMBOL_BYTES = 8,
	SYMBOL_HASHED = 3, /* first bytes that tell buckets apart */
	SYMBOL_ESCAPE = 255,
	SYMBOL_LEADS = 31,  /* at most: the table is 104 KiB then, and stays in a cache */
	SYMBOL_TEXT = 2048, /* bytes of the longest text that is coded */
};

struct symbols {
	size_t bytes;   /* of the block */
	unsigned one;   /* symbols of one code byte there may be */
	unsigned room;  /* and of all */
	unsigned shift; /* of a hash, to a bucket */
	uint64_t *word; /* each symbol, zero past its length */
	uint16_t *order, *start;
	uint8_t *length; /* 0: no such symbol */
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
		       (room + starts) * sizeof(uint16_t) + room;
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
	s->start = s->order + room;
	s->length = (uint8_t *)(s->start + starts);
	return s;
}

static void
symbols_free(struct symbols *s, const struct ab_alloc *mem)
{
	if (s)
		ab_free(mem, s, s->bytes);
}

/* The bucket of the first `n` bytes of `w`, n <= SYMBOL_HASHED. */
static inline unsigned
symbols_bucket(const struct symbols *s, uint64_t w, size_t n)
{
	return (unsigned)((w & symbol_mask(n)) * 0x9E3779B97F4A7C15u >> s->shift);
}

static inline unsigned
symbols_bucket_of(const struct symbols *s, unsigned i)
{
	size_t n = s->length[i];
	return symbols_bucket(s, s->word[i], n < SYMBOL_HASHED ? n : SYMBOL_HASHED);
}

/* Sort the symbols into their buckets. */
static void
symbols_index(struct symbols *s)
{
	unsigned buckets = symbols_buckets(s);
	memset(s->start, 0, (buckets + 1) * sizeof *s->start);
	for (unsigned i = 0; i < s->room; i++)
		if (s->length[i])
			s->start[symbols_bucket_of(s, i)]++;
	for (unsigned b = 1; b <= buckets; b++)
		s->start[b] = (uint16_t)(s->start[b] + s->start[b - 1]);
	for (unsigned i = s->room; i--;)
		if (s->length[i])
			s->order[--s->start[symbols_bucket_of(s, i)]] = (uint16_t)i;
}

/* ---- coding ---- */

/* How a text is coded: from each place on, how many bytes that takes, and by which
 * symbol it begins; SYMBOL_NONE: by an escape. */
struct parse {
	uint16_t cost[SYMBOL_TEXT + 1];
	uint16_t symbol[SYMBOL_TEXT];
};

enum { SYMBOL_NONE = UINT16_MAX, PARSE_SCALE = 16 };

/* Find the best beginning at `i` among the symbols of fewer than `under` bytes that `w`
 * begins with, of `left` bytes at most. Of several as good it is the longest: fewer are
 * faster to decode, and two in a row are how training comes by longer ones. */
static inline void
parse_try(const struct symbols *s, struct parse *p, size_t i, uint64_t w, size_t left,
	size_t under)
{
	size_t best = (p->cost[i + 1] + 2u) * PARSE_SCALE, choice = SYMBOL_NONE;
	size_t most = left < SYMBOL_HASHED ? left : SYMBOL_HASHED;
	for (size_t n = 1; n <= most; n++) {
		unsigned b = symbols_bucket(s, w, n);
		for (unsigned j = s->start[b]; j < s->start[b + 1]; j++) {
			unsigned x = s->order[j];
			size_t length = s->length[x];
			if (length > left || length >= under ||
				(w ^ s->word[x]) & symbol_mask(length))
				continue;
			size_t cost = p->cost[i + length] + (x < s->one ? 1u : 2u);
			if (cost * PARSE_SCALE - length >= best)
				continue;
			best = cost * PARSE_SCALE - length;
			choice = x;
		}
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
	for (size_t i = n; i--;) {
		parse_try(s, p, i, word_of(text, i), n - i, under);
	}
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
