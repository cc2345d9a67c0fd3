/* page_symbols.h: a table of symbols, strings of 1 to 8 bytes, and texts coded by it.
 *
 *   code        0 .. one - 1       the symbol of that number
 *               one .. 254, then   the symbol of number one + place, at the place
 *                 any byte         (first byte - one) * 256 + second
 *               255, then a byte   that byte: the escape
 *
 *   number      | 0 .. one - 1 | one .. one + room - 1 |
 *               | the common   | all, by place         |
 *
 * A table with `leads` = 255 - one of 0 is FSST's (P. Boncz, T. Neumann, V. Leis, "FSST:
 * fast random access string compression", VLDB 2020), 255 symbols of one code byte
 * each. Otherwise there are 256 a lead, and the common ones have codes of one byte; the two
 * bytes that their places stand for are no codes.
 *
 * symbol_order.h has their places, symbol_trie.h what finds them, symbol_parse.h how a text is
 * coded.
 *
 * Ownership: a table is a block and its trie, freed by symbols_free. Errors: symbols_new returns
 * NULL without memory. Threads: a table that is used does not change. */
#ifndef PAGE_SYMBOLS_H
#define PAGE_SYMBOLS_H

#include <assert.h>
#include "text_plain.h"
#include "../bytes/word.h"

enum {
	SYMBOL_BYTES = 8,
	SYMBOL_ESCAPE = 255,
	SYMBOL_LEADS = 32, /* at most: lookups read 74 KiB then, which stay in a cache */
	SYMBOL_MOST = 256 * SYMBOL_LEADS,
	SYMBOL_NODE = sizeof(uint32_t) + 2 * sizeof(uint16_t), /* bytes of a node */
};

struct symbols {
	size_t bytes;     /* of both blocks */
	unsigned one;     /* symbols of one code byte there may be */
	unsigned room;    /* places; 0 is the escape's */
	unsigned n, ones; /* symbols that there are, and those of one code byte */
	unsigned nodes;   /* of the trie */
	uint64_t *word;   /* by number: each symbol, zero past its length */
	uint64_t *sorted; /* by place: the same */
	uint32_t *delta;  /* by node: what its symbol costs (symbol_trie.h) */
	uint16_t *base;   /* by node: where its children are */
	uint16_t *check;  /* by node: whose child it is */
	uint16_t *link;   /* by place: that of a shorter one (symbol_order.h) */
	uint8_t *length;  /* by number */
	uint8_t *span;    /* by place: the same */
	uint8_t *price;   /* by place: the bytes of its code */
	uint8_t *code;    /* by place, of those with one byte */
};

/* The bytes of a word that a symbol of so many bytes has. */
static const uint64_t symbol_masks[SYMBOL_BYTES + 1] = {
#if WORD_LITTLE
	0, 0xFF, 0xFFFF, 0xFFFFFF, UINT32_MAX, UINT64_MAX >> 24, UINT64_MAX >> 16,
	UINT64_MAX >> 8, UINT64_MAX
#else
	0, UINT64_MAX << 56, UINT64_MAX << 48, UINT64_MAX << 40, UINT64_MAX << 32,
	UINT64_MAX << 24, UINT64_MAX << 16, UINT64_MAX << 8, UINT64_MAX
#endif
};

static inline unsigned
symbols_room(unsigned leads)
{
	return leads ? 256 * leads : 256;
}

/* Bytes of the block but for the trie. */
static inline size_t
symbols_bytes(unsigned one, unsigned room)
{
	return sizeof(struct symbols) + (one + room) * (sizeof(uint64_t) + 1) +
	       room * (sizeof(uint16_t) + 2);
}

/* A trie of so many nodes, in place of what it has. False: no memory, and nothing changed. */
static bool trie_room(struct symbols *s, const struct ab_alloc *mem, unsigned nodes);
/* No symbols. */
static void symbols_clear(struct symbols *s);
static void symbols_free(struct symbols *s, const struct ab_alloc *mem);

static struct symbols *
symbols_new(const struct ab_alloc *mem, unsigned leads)
{
	unsigned room = symbols_room(leads), one = SYMBOL_ESCAPE - leads;
	size_t bytes = symbols_bytes(one, room);
	struct symbols *s = ab_alloc(mem, bytes);
	if (!s)
		return NULL;
	memset(s, 0, bytes);
	*s = (struct symbols){ .bytes = bytes, .one = one, .room = room };
	s->word = (uint64_t *)(void *)(s + 1);
	s->sorted = s->word + one;
	s->link = (uint16_t *)(void *)(s->sorted + room);
	s->length = (uint8_t *)(s->link + room);
	s->span = s->length + one;
	s->price = s->span + room;
	s->code = s->price + room;
	if (!trie_room(s, mem, 0)) {
		symbols_free(s, mem);
		return NULL;
	}
	symbols_clear(s);
	return s;
}

static void
symbols_free(struct symbols *s, const struct ab_alloc *mem)
{
	if (!s)
		return;
	if (s->delta)
		ab_free(mem, s->delta, (size_t)s->nodes * SYMBOL_NODE);
	ab_free(mem, s, symbols_bytes(s->one, s->room));
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

/* Where the code of what follows byte `at` of a text begins, and that byte; 0: it is
 * amid a symbol. That code is what the rest alone is coded in. */
static inline size_t
symbols_cut(
	const struct symbols *s, const uint8_t *text, size_t n, size_t at, uint8_t *byte)
{
	const uint8_t *next = text;
	while (next < text + n) {
		uint64_t word;
		size_t length = symbols_next(s, &next, &word);
		if (at >= length) {
			at -= length;
			continue;
		}
		*byte = (uint8_t)(word_number(word) >> (56 - 8 * at));
		return at + 1 == length ? (size_t)(next - text) : 0;
	}
	return 0;
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
		uint64_t differ = word ^ (mine & symbol_masks[length]);
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
