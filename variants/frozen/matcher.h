/* matcher.h: which words of a lexicon begin at a place in a string, by a trie of them
 * whose edges stand in one hash table; and the parse of a string into the fewest words,
 * from its end to its beginning. For building only.
 *
 * Ownership: a matcher owns its table and its nodes until matcher_close. */
#ifndef FROZEN_MATCHER_H
#define FROZEN_MATCHER_H

#include "frozen_symbols.h"

/* Words with how often they were used. */
struct word {
	uint32_t at; /* of its text */
	uint32_t count;
	uint8_t n;
};

struct lexicon {
	struct word *word;
	uint8_t *text;
	uint32_t n, room; /* words; text has room for as many of the longest */
	uint32_t text_bytes;
};

struct matcher {
	uint64_t *slot; /* node << 8 | byte, plus 1; above it the child */
	uint32_t *word; /* by node: its word's number, plus 1 */
	uint32_t slots, nodes, room;
};

static inline bool
lexicon_open(struct lexicon *x, uint32_t room, const struct ab_alloc *mem)
{
	*x = (struct lexicon){ .room = room };
	x->word = ab_alloc(mem, room * sizeof *x->word);
	x->text = ab_alloc(mem, (size_t)room * SYMBOL_LONGEST);
	return x->word && x->text;
}

static inline void
lexicon_close(const struct lexicon *x, const struct ab_alloc *mem)
{
	if (x->word)
		ab_free(mem, x->word, x->room * sizeof *x->word);
	if (x->text)
		ab_free(mem, x->text, (size_t)x->room * SYMBOL_LONGEST);
}

static inline struct ab_key
lexicon_word(const struct lexicon *x, uint32_t i)
{
	return (struct ab_key){ x->text + x->word[i].at, x->word[i].n };
}

static inline void
lexicon_add(struct lexicon *x, struct ab_key head, struct ab_key rest)
{
	uint8_t *to = x->text + x->text_bytes;
	memcpy(to, head.p, head.n);
	if (rest.n)
		memcpy(to + head.n, rest.p, rest.n);
	x->word[x->n++] = (struct word){ .at = x->text_bytes,
		.n = (uint8_t)(head.n + rest.n) };
	x->text_bytes += (uint32_t)(head.n + rest.n);
}

/* Whether word `i` is below word `j`. */
static inline bool
lexicon_below(const struct lexicon *x, uint32_t i, uint32_t j)
{
	return ab_key_cmp(lexicon_word(x, i), lexicon_word(x, j)) < 0;
}

static inline void
lexicon_swap(struct lexicon *x, uint32_t i, uint32_t j)
{
	struct word w = x->word[i];
	x->word[i] = x->word[j];
	x->word[j] = w;
}

/* Let the word at `i` sink to its place in a heap of `n`. */
static inline void
lexicon_sink(struct lexicon *x, uint32_t i, uint32_t n)
{
	for (uint32_t child; (child = 2 * i + 1) < n; i = child) {
		child += child + 1 < n && lexicon_below(x, child, child + 1);
		if (!lexicon_below(x, i, child))
			break;
		lexicon_swap(x, i, child);
	}
}

/* Put the words in order: heapsort (Williams, 1964), which needs no memory. */
static inline void
lexicon_sort(struct lexicon *x)
{
	for (uint32_t i = x->n / 2; i-- > 0;)
		lexicon_sink(x, i, x->n);
	for (uint32_t n = x->n; n-- > 1;) {
		lexicon_swap(x, 0, n);
		lexicon_sink(x, 0, n);
	}
}

static inline size_t
matcher_slot(const struct matcher *m, uint32_t key)
{
	uint32_t i = (uint32_t)(key * 0x9e3779b97f4a7c15u >> 32) & (m->slots - 1);
	while (m->slot[i] && (uint32_t)m->slot[i] != key)
		i = (i + 1) & (m->slots - 1);
	return i;
}

/* The child of `node` (the root is 0) by `b`, or 0. */
static inline uint32_t
matcher_step(const struct matcher *m, uint32_t node, uint8_t b)
{
	return (uint32_t)(m->slot[matcher_slot(m, (node << 8 | b) + 1)] >> 32);
}

static inline uint32_t
matcher_grow(struct matcher *m, uint32_t node, uint8_t b)
{
	uint32_t key = (node << 8 | b) + 1;
	size_t i = matcher_slot(m, key);
	if (!m->slot[i]) {
		m->word[m->nodes] = 0;
		m->slot[i] = (uint64_t)m->nodes++ << 32 | key;
	}
	return (uint32_t)(m->slot[i] >> 32);
}

/* Enter a word; false if it is there already. */
static inline bool
matcher_add(struct matcher *m, struct ab_key head, struct ab_key rest, uint32_t number)
{
	uint32_t node = 0;
	for (size_t i = 0; i < head.n; i++)
		node = matcher_grow(m, node, head.p[i]);
	for (size_t i = 0; i < rest.n; i++)
		node = matcher_grow(m, node, rest.p[i]);
	if (m->word[node])
		return false;
	m->word[node] = number + 1;
	return true;
}

static inline void
matcher_close(const struct matcher *m, const struct ab_alloc *mem)
{
	if (m->slot)
		ab_free(mem, m->slot, m->slots * sizeof *m->slot);
	if (m->word)
		ab_free(mem, m->word, m->room * sizeof *m->word);
}

/* Empty, with room for words of `bytes` bytes in all. */
static inline bool
matcher_open(struct matcher *m, uint32_t bytes, const struct ab_alloc *mem)
{
	*m = (struct matcher){ .nodes = 1, .room = bytes + 1 };
	m->slots = 1u << bits_width(2 * (uint64_t)m->room);
	m->slot = ab_alloc(mem, m->slots * sizeof *m->slot);
	m->word = ab_alloc(mem, m->room * sizeof *m->word);
	if (!m->slot || !m->word)
		return false;
	memset(m->slot, 0, m->slots * sizeof *m->slot);
	m->word[0] = 0;
	return true;
}

/* With all words of `x` in it. */
static inline bool
matcher_of(struct matcher *m, const struct lexicon *x, const struct ab_alloc *mem)
{
	if (!matcher_open(m, x->text_bytes, mem))
		return false;
	for (uint32_t i = 0; i < x->n; i++)
		matcher_add(m, lexicon_word(x, i), (struct ab_key){ 0 }, i);
	return true;
}

/* At a byte of a string: the first word of the best parse from there on. */
struct parse {
	uint32_t words; /* to the end */
	uint16_t word;
	uint8_t n; /* its bytes */
};

/* The fewest words that make `s`, of which every byte is a word; among as few the
 * longest first. step[0..s.n] is theirs, to be walked by `n`. */
static inline uint32_t
parse(const struct matcher *m, struct ab_key s, struct parse *step)
{
	step[s.n] = (struct parse){ 0 };
	for (size_t i = s.n; i-- > 0;) {
		struct parse best = { .words = UINT32_MAX };
		uint32_t node = 0;
		for (size_t end = i; end < s.n;) {
			node = matcher_step(m, node, s.p[end++]);
			if (!node)
				break;
			if (m->word[node] && step[end].words < best.words)
				best = (struct parse){ step[end].words + 1,
					(uint16_t)(m->word[node] - 1),
					(uint8_t)(end - i) };
		}
		step[i] = best;
	}
	return step[0].words;
}
#endif /* FROZEN_MATCHER_H */
