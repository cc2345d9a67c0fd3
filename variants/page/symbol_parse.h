/* symbol_parse.h: how a text is coded: in the fewest bytes that the table allows, by dynamic
 * programming from its end, where FSST takes the longest symbol at each step.
 *
 * A cost is kept above PLACE_BITS bits, from which the place of the symbol is taken: the least
 * is that of lower cost, or of higher place, which is longer. Fewer symbols are faster to
 * decode, and two in a row are how training comes by longer ones. */
#ifndef PAGE_SYMBOL_PARSE_H
#define PAGE_SYMBOL_PARSE_H

#include "symbol_order.h"

enum {
	SYMBOL_TEXT = 2048, /* bytes of the longest text that is coded */
	PLACE_BITS = 14,
	PLACE_MASK = (1 << PLACE_BITS) - 1,
	PARSE_NEVER = 2 * (SYMBOL_TEXT + 1) << PLACE_BITS,
};

static_assert(SYMBOL_MOST <= PLACE_MASK + 1, "places fit below costs");

/* From each byte on, the bytes of the code if a byte more, or two, come before it; and the
 * place of the symbol that it begins with. */
struct parse {
	uint32_t cost[2 * (SYMBOL_TEXT + SYMBOL_BYTES + 1)];
	uint16_t place[SYMBOL_TEXT];
};

static inline void
parse_set(struct parse *p, size_t i, uint32_t cost)
{
	p->cost[2 * i] = cost + (1 << PLACE_BITS);
	p->cost[2 * i + 1] = cost + (2 << PLACE_BITS);
}

static inline unsigned
parse_bytes(const struct parse *p)
{
	return (p->cost[0] >> PLACE_BITS) - 1;
}

/* Find the best beginning at `i` among the symbol at `at`, what that begins with, and an
 * escape. */
static inline void
parse_try(const struct symbols *s, struct parse *p, size_t i, size_t at)
{
	const uint32_t *cost = p->cost + 2 * i;
	uint32_t best = cost[symbol_price(1, 2)];
	for (; at; at = s->link[at]) {
		uint32_t mine = cost[s->price[at]] - (uint32_t)at;
		best = mine < best ? mine : best;
	}
	uint32_t place = -best & PLACE_MASK;
	parse_set(p, i, best + place);
	p->place[i] = (uint16_t)place;
}

/* The word with a byte before it. */
static inline uint64_t
parse_before(uint64_t w, uint8_t byte)
{
	return WORD_LITTLE ? w << 8 | byte : w >> 8 | (uint64_t)byte << 56;
}

/* Parse `n` <= SYMBOL_TEXT bytes, past which no symbol ends; apart: not as one symbol. */
static inline void
parse_all(const struct symbols *s, struct parse *p, const uint8_t *src, size_t n,
	bool apart)
{
	uint64_t w = 0;
	parse_set(p, n, 0);
	for (size_t i = 1; i <= SYMBOL_BYTES; i++)
		parse_set(p, n + i, PARSE_NEVER);
	for (size_t i = n; i--;) {
		w = parse_before(w, src[i]);
		size_t at = symbols_longest(s, w);
		if (apart && i == 0)
			while (s->span[at] >= n)
				at = s->link[at];
		parse_try(s, p, i, at);
	}
}

static void
parse_text(const struct symbols *s, struct parse *p, const uint8_t *src, size_t n)
{
	parse_all(s, p, src, n, false);
}

static size_t
symbols_encode(
	const struct symbols *s, const uint8_t *src, size_t n, uint8_t *out, size_t room)
{
	struct parse p;
	const uint8_t *price = s->price, *code = s->code;
	unsigned one = s->one;
	parse_text(s, &p, src, n);
	size_t bytes = parse_bytes(&p);
	if (bytes > room)
		return SIZE_MAX;
	for (size_t i = 0; i < n;) {
		unsigned at = p.place[i], what = price[at];
		if (!(what & 1)) {
			*out++ = code[at];
		} else if (at) {
			*out++ = (uint8_t)(one + at / 256);
			*out++ = (uint8_t)(at % 256);
		} else {
			*out++ = SYMBOL_ESCAPE;
			*out++ = src[i];
		}
		i += what / 2;
	}
	return bytes;
}
#endif /* PAGE_SYMBOL_PARSE_H */
