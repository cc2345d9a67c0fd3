/* symbol_trie.h: which symbols a text begins with: a trie of their first four bytes.
 *
 *   node     0      1 .. 256          257 ..
 *            dead   the first bytes   a child of x is at base[x] ^ its byte, if check[] there is x
 *   delta    of a symbol that ends there: what its code costs, above PLACE_BITS bits, less its
 *            place; of another node: TRIE_NEVER, or, of a first byte, the escape's
 *   base     of the fourth byte: the place of the first long symbol that goes on from there, or 0
 *
 * It is a double array (J. Aoe, "An efficient digital search algorithm by using a double-array
 * structure", IEEE Transactions on Software Engineering 15(9), 1989). A step takes no branch:
 * where there is no child it leads to the dead node, and from there to itself. Symbols for which
 * there are not enough nodes are left out. */
#ifndef PAGE_SYMBOL_TRIE_H
#define PAGE_SYMBOL_TRIE_H

#include "page_symbols.h"

enum {
	PLACE_BITS = 14,
	PLACE_MASK = (1 << PLACE_BITS) - 1,
	TRIE_DEPTH = 4, /* bytes of the longest symbol that ends in it */
	TRIE_FIRST = 1 + SYMBOL_NODES,
	TRIE_FREE = UINT16_MAX, /* no node yet */
	TRIE_ROOT = UINT16_MAX - 1,
	TRIE_ESCAPE = 2 << PLACE_BITS,
	TRIE_NEVER = 64 << PLACE_BITS, /* more than escapes of as many bytes */
};

static_assert(SYMBOL_MOST <= PLACE_MASK + 1, "places fit below costs");

static inline size_t
trie_child(const struct symbols *s, size_t node, uint8_t byte)
{
	size_t at = (size_t)s->base[node] ^ byte, differ = s->check[at] ^ node;
	return at & (size_t)((int64_t)(differ - 1) >> 63);
}

/* Byte `i` of a symbol. */
static inline uint8_t
symbol_byte(uint64_t w, unsigned i)
{
	return (uint8_t)(word_number(w) >> (56 - 8 * i));
}

/* The node that the first `n` > 0 bytes of `w` lead to. */
static inline size_t
trie_node(const struct symbols *s, uint64_t w, unsigned n)
{
	size_t node = 1 + symbol_byte(w, 0);
	for (unsigned i = 1; i < n; i++)
		node = trie_child(s, node, symbol_byte(w, i));
	return node;
}

/* What it costs where no symbol ends. */
static inline uint32_t
trie_nothing(size_t node)
{
	return node > 0 && node < TRIE_FIRST ? TRIE_ESCAPE : TRIE_NEVER;
}

static void
trie_clear(struct symbols *s)
{
	memset(s->base, 0, s->nodes * sizeof *s->base);
	memset(s->check, 0xFF, s->nodes * sizeof *s->check);
	for (unsigned i = 0; i < TRIE_FIRST; i++)
		s->check[i] = TRIE_ROOT;
	for (unsigned i = 0; i < s->nodes; i++)
		s->delta[i] = trie_nothing(i);
}

/* Where children by these bytes are to be, from node *from on, which is behind all that are
 * taken without a gap; 0: nowhere. */
static unsigned
trie_fit(const struct symbols *s, unsigned *from, const uint8_t *bytes, unsigned n)
{
	while (*from < s->nodes && s->check[*from] != TRIE_FREE)
		++*from;
	for (unsigned at = *from; at < s->nodes; at++) {
		unsigned base = at ^ bytes[0], i = 0;
		while (i < n && s->check[base ^ bytes[i]] == TRIE_FREE)
			i++;
		if (i == n)
			return base;
	}
	return 0;
}

/* The nodes behind `depth` bytes of the symbols order[0..n), which are sorted. */
static void
trie_grow(struct symbols *s, const uint16_t *order, unsigned n, unsigned depth,
	unsigned *from)
{
	for (unsigned i = 0; i < n;) {
		uint8_t bytes[SYMBOL_NODES];
		unsigned k = 0;
		uint64_t w = s->sorted[order[i]];
		if (s->span[order[i]] <= depth) {
			i++;
			continue;
		}
		for (; i < n && !((w ^ s->sorted[order[i]]) & symbol_masks[depth]); i++) {
			uint8_t byte = symbol_byte(s->sorted[order[i]], depth);
			if (k == 0 || bytes[k - 1] != byte)
				bytes[k++] = byte;
		}
		size_t node = trie_node(s, w, depth);
		unsigned base = node ? trie_fit(s, from, bytes, k) : 0;
		for (unsigned j = 0; base && j < k; j++)
			s->check[base ^ bytes[j]] = (uint16_t)node;
		s->base[node] = (uint16_t)base;
	}
}

/* Nodes that `w`, of `n` bytes, has more than `before`. */
static inline unsigned
trie_needs(uint64_t w, unsigned n, uint64_t before)
{
	unsigned depth = n < TRIE_DEPTH ? n : TRIE_DEPTH, same = 0;
	while (same < depth && !((w ^ before) & symbol_masks[same + 1]))
		same++;
	return depth - (same ? same : 1);
}

/* Leave so many of the symbols order[0..n), which are sorted, that nodes suffice, evenly from
 * all; how many. */
static unsigned
trie_thin(const struct symbols *s, uint16_t *order, unsigned n)
{
	size_t room = (s->nodes - TRIE_FIRST) / 32 * 31, needs = 0;
	unsigned kept = 0;
	for (unsigned i = 0; i < n; i++)
		needs += trie_needs(s->sorted[order[i]], s->span[order[i]],
			i ? s->sorted[order[i - 1]] : 0);
	if (needs <= room)
		return n;
	needs = 0;
	for (unsigned i = 0; i < n; i++) {
		unsigned own = trie_needs(s->sorted[order[i]], s->span[order[i]],
			kept ? s->sorted[order[kept - 1]] : 0);
		if (needs + own <= room * (i + 1) / n) {
			needs += own;
			order[kept++] = order[i];
		}
	}
	return kept;
}

/* A trie of the symbols order[0..n), which are sorted, or of some of them. */
static void
trie_build(struct symbols *s, const uint16_t *order, unsigned n)
{
	uint16_t some[SYMBOL_MOST];
	unsigned from = TRIE_FIRST;
	memcpy(some, order, n * sizeof *order);
	n = trie_thin(s, some, n);
	trie_clear(s);
	for (unsigned depth = 1; depth < TRIE_DEPTH; depth++)
		trie_grow(s, some, n, depth, &from);
}
#endif /* PAGE_SYMBOL_TRIE_H */
