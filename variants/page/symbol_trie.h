/* symbol_trie.h: which symbols a text begins with: a trie of their first four bytes.
 *
 *   node     0      1 .. 256          257 ..
 *            dead   the first bytes   a child of x is at base[x] + its byte, if check[] there is x
 *   delta    of a symbol that ends there: what its code costs, above PLACE_BITS bits, less its
 *            place; of another node: TRIE_NEVER, or, of a first byte, the escape's
 *   base     of the fourth byte: the place of the first long symbol that goes on from there, or 0
 *
 * It is a double array (J. Aoe, "An efficient digital search algorithm by using a double-array
 * structure", IEEE Transactions on Software Engineering 15(9), 1989). A step takes no branch:
 * where there is no child it leads to the dead node, and from there to itself. */
#ifndef PAGE_SYMBOL_TRIE_H
#define PAGE_SYMBOL_TRIE_H

#include "page_symbols.h"

enum {
	PLACE_BITS = 14,
	PLACE_MASK = (1 << PLACE_BITS) - 1,
	TRIE_DEPTH = 4, /* bytes of the longest symbol that ends in it */
	TRIE_FIRST = 1 + 256,
	TRIE_LAST = 256,  /* nodes at the end, which are looked at and never taken */
	TRIE_LOOKS = 256, /* free nodes tried for several children, and not again */
	TRIE_FREE = UINT16_MAX,     /* whose child nobody is: no node yet */
	TRIE_ROOT = UINT16_MAX - 1, /* and a first byte */
	TRIE_MOST = TRIE_ROOT - TRIE_FIRST - TRIE_LAST, /* nodes behind the first bytes */
	TRIE_ESCAPE = 2 << PLACE_BITS,
	TRIE_NEVER = 64 << PLACE_BITS, /* more than escapes of as many bytes */
};

static_assert(SYMBOL_MOST <= PLACE_MASK + 1, "places fit below costs");

static inline size_t
trie_child(const struct symbols *s, size_t node, uint8_t byte)
{
	size_t at = (size_t)s->base[node] + byte;
	uint64_t differ = s->check[at] ^ node;
	return at & (size_t)((int64_t)(differ - 1) >> 63);
}

/* What the code of the symbol at `at` costs, less that place. */
static inline uint32_t
symbol_cost(const struct symbols *s, size_t at)
{
	return ((uint32_t)s->price[at] << PLACE_BITS) - (uint32_t)at;
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

static bool
trie_room(struct symbols *s, const struct ab_alloc *mem, unsigned nodes)
{
	nodes += TRIE_FIRST + TRIE_LAST;
	uint32_t *delta = ab_alloc(mem, (size_t)nodes * SYMBOL_NODE);
	if (!delta)
		return false;
	if (s->delta)
		ab_free(mem, s->delta, (size_t)s->nodes * SYMBOL_NODE);
	s->bytes += (size_t)nodes * SYMBOL_NODE - (size_t)s->nodes * SYMBOL_NODE;
	s->nodes = nodes;
	s->delta = delta;
	s->base = (uint16_t *)(void *)(delta + nodes);
	s->check = s->base + nodes;
	return true;
}

/* Nodes behind the first bytes of `n` bytes `w`, where `m` bytes `before` have theirs. */
static unsigned
trie_needs(uint64_t w, unsigned n, uint64_t before, unsigned m)
{
	unsigned depth = n < TRIE_DEPTH ? n : TRIE_DEPTH, same = 0;
	while (same < depth && same < m && !((w ^ before) & symbol_masks[same + 1]))
		same++;
	return depth - (same ? same : 1);
}

/* Nodes of the symbols order[0..n), which are sorted, behind their first bytes. */
static unsigned
trie_count(const struct symbols *s, const uint16_t *order, unsigned n)
{
	unsigned needs = 0, last = 0; /* the spare one */
	for (unsigned i = 0; i < n; i++) {
		unsigned at = order[i];
		needs += trie_needs(s->sorted[at], s->span[at], s->sorted[last],
			last ? s->span[last] : 0);
		last = at;
	}
	return needs;
}

/* Nodes that are free, from the first of them on: */
struct trie_holes {
	unsigned any;  /* all before are taken */
	unsigned wide; /* where several children are looked for */
};

static inline bool
trie_free(const struct symbols *s, unsigned at)
{
	return at + TRIE_LAST < s->nodes && s->check[at] == TRIE_FREE;
}

/* Where children by these bytes are to be; 0: nowhere. */
static unsigned
trie_fit(const struct symbols *s, struct trie_holes *h, const uint8_t *bytes, unsigned n)
{
	unsigned end = s->nodes - TRIE_LAST, looks = 0;
	while (h->any < end && s->check[h->any] != TRIE_FREE)
		h->any++;
	if (h->wide < h->any)
		h->wide = h->any;
	for (unsigned at = n == 1 ? h->any : h->wide; at < end; at++) {
		unsigned base = at - bytes[0], i = 0;
		while (i < n && trie_free(s, base + bytes[i]))
			i++;
		if (i == n)
			return base;
		if (s->check[at] == TRIE_FREE && ++looks % TRIE_LOOKS == 0)
			h->wide = at;
	}
	return 0;
}

/* The nodes behind `depth` bytes of the symbols order[0..n), which are sorted. False: they have
 * no room. */
static bool
trie_grow(struct symbols *s, const uint16_t *order, unsigned n, unsigned depth,
	struct trie_holes *holes)
{
	for (unsigned i = 0; i < n;) {
		uint8_t bytes[256];
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
		unsigned base = trie_fit(s, holes, bytes, k);
		if (!base)
			return false;
		for (unsigned j = 0; j < k; j++)
			s->check[base + bytes[j]] = (uint16_t)node;
		s->base[node] = (uint16_t)base;
	}
	return true;
}

/* A trie of the symbols order[0..n), which are sorted. False: they have no room. */
static bool
trie_build(struct symbols *s, const uint16_t *order, unsigned n)
{
	struct trie_holes holes = { .any = TRIE_FIRST };
	trie_clear(s);
	for (unsigned depth = 1; depth < TRIE_DEPTH; depth++)
		if (!trie_grow(s, order, n, depth, &holes))
			return false;
	return true;
}

/* The same, with as many nodes as that takes; of no symbols if that is more than there may be.
 * False: no memory. */
static bool
trie_make(
	struct symbols *s, const struct ab_alloc *mem, const uint16_t *order, unsigned n)
{
	unsigned needs = trie_count(s, order, n), nodes = needs + needs / 16;
	for (; nodes <= TRIE_MOST; nodes += nodes / 4 + TRIE_LOOKS) {
		if (!trie_room(s, mem, nodes))
			return false;
		if (trie_build(s, order, n))
			return true;
	}
	symbols_clear(s);
	return true;
}
#endif /* PAGE_SYMBOL_TRIE_H */
