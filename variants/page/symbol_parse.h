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
	PARSE_NEVER = 2 * (SYMBOL_TEXT + 1) << PLACE_BITS,
};

/* From each byte on: the nodes that it leads to with the next one, two and three, the place of the
 * longest symbol of more bytes, or 0, the bytes of the code, and the place of the symbol that
 * begins it; and the bytes from which on there may be such a longer one. */
struct parse {
	uint16_t node[SYMBOL_TEXT][TRIE_DEPTH - 1];
	uint16_t longest[SYMBOL_TEXT];
	uint16_t maybe[SYMBOL_TEXT];
	uint32_t cost[SYMBOL_TEXT + SYMBOL_BYTES + 1];
	uint16_t place[SYMBOL_TEXT];
};

static inline unsigned
parse_bytes(const struct parse *p)
{
	return p->cost[0] >> PLACE_BITS;
}

static inline uint32_t
parse_least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Walk the trie from byte `i` on, which is the first of the four at `text`; 1: it may begin a
 * long symbol. No step waits for a branch. */
static inline bool
parse_walk(const struct symbols *s, struct parse *p, size_t i, const uint8_t *text)
{
	size_t node = 1u + text[0];
#pragma GCC unroll 3
	for (unsigned k = 1; k < TRIE_DEPTH; k++) {
		node = trie_child(s, node, text[k]);
		p->node[i][k - 1] = (uint16_t)node;
	}
	p->longest[i] = 0;
	return s->base[node] != 0;
}

/* The same from `n` bytes in a row; `maybe` are noted before, how many then. */
static inline size_t
parse_run(const struct symbols *s, struct parse *p, size_t i, const uint8_t *text,
	size_t n, size_t maybe)
{
	for (size_t k = 0; k < n; k++) {
		p->maybe[maybe] = (uint16_t)(i + k);
		maybe += parse_walk(s, p, i + k, text + k);
	}
	return maybe;
}

/* The same from each byte of a text, the last ones with zeros behind them. */
static inline size_t
parse_walks(const struct symbols *s, struct parse *p, const uint8_t *src, size_t n)
{
	uint8_t end[2 * TRIE_DEPTH] = { 0 };
	size_t last = n < TRIE_DEPTH ? 0 : n - TRIE_DEPTH + 1;
	if (n)
		memcpy(end, src + last, n - last);
	return parse_run(s, p, last, end, n - last, parse_run(s, p, 0, src, last, 0));
}

/* Find the longest symbol at each of these bytes. */
static inline void
parse_find(const struct symbols *s, struct parse *p, const uint8_t *src, size_t n,
	size_t maybe)
{
	struct ab_key text = { src, n };
	for (size_t k = 0; k < maybe; k++) {
		size_t i = p->maybe[k];
		uint64_t w = word_of(text, i);
		size_t at = symbols_seek(s, w, s->base[p->node[i][TRIE_DEPTH - 2]]);
		p->longest[i] = (uint16_t)symbols_begun(s, w, at);
	}
}

/* What a code costs whose first symbol is the one at `at`. */
static inline uint32_t
parse_symbol(const struct symbols *s, const uint32_t *cost, size_t at)
{
	return cost[s->span[at]] + symbol_cost(s, at);
}

/* The least that a code costs from `byte`, number `i`, on, not as one symbol of `barred` bytes. The
 * cost of what comes behind that byte, `next`, is known last. */
static inline __attribute__((always_inline)) uint32_t
parse_step(const struct symbols *s, const struct parse *p, size_t i, uint8_t byte,
	uint32_t next, size_t barred)
{
	const uint16_t *node = p->node[i];
	const uint32_t *cost = p->cost + i;
	uint32_t best = barred == 2 ? PARSE_NEVER : cost[2] + s->delta[node[0]];
#pragma GCC unroll 2
	for (unsigned n = 3; n <= TRIE_DEPTH; n++)
		if (n != barred)
			best = parse_least(best, cost[n] + s->delta[node[n - 2]]);
	for (size_t at = p->longest[i]; at; at = s->link[at])
		if (!barred || s->span[at] != barred)
			best = parse_least(best, parse_symbol(s, cost, at));
	return parse_least(best, next + (barred == 1 ? TRIE_ESCAPE : s->delta[1 + byte]));
}

/* Parse `n` <= SYMBOL_TEXT bytes, past which no symbol ends; apart: not as one symbol. */
static inline __attribute__((always_inline)) void
parse_all(const struct symbols *s, struct parse *p, const uint8_t *src, size_t n,
	bool apart)
{
	uint32_t next = p->cost[n] = 0;
	for (size_t i = 1; i <= SYMBOL_BYTES; i++)
		p->cost[n + i] = PARSE_NEVER;
	parse_find(s, p, src, n, parse_walks(s, p, src, n));
	for (size_t i = n; i--;) {
		size_t barred = apart && i == 0 ? n : 0;
		uint32_t best = parse_step(s, p, i, src[i], next, barred);
		uint32_t place = -best & PLACE_MASK;
		p->cost[i] = next = best + place;
		p->place[i] = (uint16_t)place;
	}
}

static void
parse_text(const struct symbols *s, struct parse *p, const uint8_t *src, size_t n)
{
	parse_all(s, p, src, n, false);
}

/* Write the code of the symbol at `at`, or that of `byte`, to two bytes, though it may have but
 * one; how many it has. */
static inline size_t
symbols_emit(const struct symbols *s, size_t at, uint8_t byte, uint8_t out[2])
{
	unsigned two = s->price[at] - 1u, first = s->one + (unsigned)(at / 256);
	out[0] = (uint8_t)((first & -two) | (s->code[at] & (two - 1)));
	out[1] = (uint8_t)at;
	if (__builtin_expect(at == 0, 0)) {
		out[0] = SYMBOL_ESCAPE;
		out[1] = byte;
	}
	return 1 + two;
}

/* Code `n` <= SYMBOL_TEXT bytes to `out`, which has room for `room`; how many it takes, or
 * SIZE_MAX: more. */
static size_t
symbols_encode(
	const struct symbols *s, const uint8_t *src, size_t n, uint8_t *out, size_t room)
{
	struct parse p;
	parse_text(s, &p, src, n);
	size_t bytes = parse_bytes(&p), i = 0, to = 0;
	if (bytes > room)
		return SIZE_MAX;
	for (; to + 2 <= bytes; i += s->span[p.place[i]])
		to += symbols_emit(s, p.place[i], src[i], out + to);
	if (to < bytes)
		out[to] = s->code[p.place[i]];
	return bytes;
}
#endif /* PAGE_SYMBOL_PARSE_H */
