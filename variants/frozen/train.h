/* train.h: which words a symbol table should have, for a corpus that is known.
 *
 * In generations, as FSST's: parse a sample with the words so far, count words and pairs
 * of neighbours, and keep of both what is used most. Unlike there
 *   - words cost the same in the row, whatever their length, so their count alone says
 *     what one saves over the two that it is made of;
 *   - the parse is the shortest one, not the greedy one, here and in the encoder;
 *   - the first generation has the single bytes that occur, and each one after it twice
 *     as many words, up to 2^16, while codes and table together get smaller by it.
 * The sample grows with the words, so that all generations take about twice what the
 * last one takes. Nothing is random.
 *
 * Ownership: a trainer owns what it has found until trainer_close. */
#ifndef FROZEN_TRAIN_H
#define FROZEN_TRAIN_H

#include "matcher.h"
#include "pairs.h"

enum {
	TRAIN_BYTES_PER_WORD = 256, /* of sample */
	TRAIN_RUN = 64,             /* strings that are sampled together, */
	TRAIN_STRING = 1024,        /* and no more bytes of each */
	TRAIN_REFINE = 2,           /* generations without more words */
	TRAIN_FIRST = 512,          /* words of the first one after the bytes */
	TRAIN_FEWEST = 3,           /* uses that make a word one */
	TRAIN_COUNTS = 1 << 12,     /* counts told apart; all above are the same */
};

/* Twice as many words must leave no more than this share of everything. */
#define TRAIN_GAIN 0.98

/* What is to be encoded: of the i-th key all from its common[i]-th byte on. */
struct corpus {
	const struct ab_entry *e;
	const uint16_t *common;
	size_t n;
	uint64_t bytes;
	size_t longest; /* key, in bytes */
};

/* A lexicon and what became of the sample with it. */
struct generation {
	struct lexicon words;
	double bytes; /* that the corpus and the table would take */
	double scale; /* of the corpus to the sample */
};

struct trainer {
	const struct ab_alloc *mem;
	const struct corpus *corpus;
	struct parse *step; /* room for the longest key */
	struct pairs pairs;
	struct matcher matcher;
	struct generation generation[3];
	unsigned now, best; /* of the three: the last one counted, and the smallest */
	uint32_t singles;   /* words of one byte, in each generation */
	uint32_t counts[TRAIN_COUNTS]; /* candidates by score */
};

static inline struct ab_key
corpus_string(const struct corpus *c, size_t i)
{
	return ab_key_rest(c->e[i].key, c->common[i]);
}

static inline unsigned
train_width(uint32_t words)
{
	return words > 1 ? bits_width(words - 1) : words;
}

static inline void
trainer_close(const struct trainer *t)
{
	matcher_close(&t->matcher, t->mem);
	pairs_close(&t->pairs, t->mem);
	for (unsigned i = 0; i < 3; i++)
		lexicon_close(&t->generation[i].words, t->mem);
}

/* Every byte that occurs is a word: then everything can be parsed. */
static inline void
train_bytes(struct lexicon *x, const struct corpus *c)
{
	bool seen[256] = { false };
	for (size_t i = 0; i < c->n; i++) {
		struct ab_key s = corpus_string(c, i);
		for (size_t b = 0; b < s.n; b++)
			seen[s.p[b]] = true;
	}
	for (unsigned b = 0; b < 256; b++) {
		uint8_t byte = (uint8_t)b;
		if (seen[b])
			lexicon_add(x, (struct ab_key){ &byte, 1 }, (struct ab_key){ 0 });
	}
}

/* Parse one string, and count; false: no memory. */
static inline bool
train_string(struct trainer *t, struct lexicon *x, struct ab_key s)
{
	parse(&t->matcher, s, t->step);
	for (size_t at = 0; at < s.n;) {
		struct parse a = t->step[at];
		x->word[a.word].count++;
		at += a.n;
		uint32_t pair = (uint32_t)a.word << 16 | t->step[at].word;
		if (at < s.n && !pairs_count(&t->pairs, pair, t->mem))
			return false;
	}
	return true;
}

/* Parse the sample for as many words as `g` has room for, count words and pairs, and
 * say what everything would take. */
static inline bool
train_count(struct trainer *t, struct generation *g)
{
	const struct corpus *c = t->corpus;
	struct lexicon *x = &g->words;
	uint64_t aim = (uint64_t)x->room * TRAIN_BYTES_PER_WORD, bytes = 0, codes = 0;
	size_t stride = (size_t)(c->bytes / aim + 1);
	matcher_close(&t->matcher, t->mem);
	if (!matcher_of(&t->matcher, x, t->mem))
		return false;
	pairs_clear(&t->pairs);
	for (uint32_t i = 0; i < x->n; i++)
		x->word[i].count = 0;
	for (size_t i = 0; i < c->n; i++) {
		if (i / TRAIN_RUN % stride)
			continue;
		struct ab_key s = corpus_string(c, i);
		s.n = s.n < TRAIN_STRING ? s.n : TRAIN_STRING;
		if (!train_string(t, x, s))
			return false;
		codes += t->step[0].words;
		bytes += s.n;
	}
	g->scale = bytes ? (double)c->bytes / (double)bytes : 1;
	g->bytes = (double)codes * train_width(x->n) / 8 * g->scale +
		   (double)x->n * SYMBOL_SLOT;
	return true;
}

/* ---- the words of the next generation ---- */

/* Is a word of `n` bytes that is used `count` times worth its place? Then its count, as
 * far as counts are told apart, or else 0. */
static inline uint32_t
train_score(const struct generation *from, unsigned width, uint32_t count, size_t n)
{
	double saved = (double)count * from->scale * width / 8;
	if (n > SYMBOL_LONGEST || count < TRAIN_FEWEST || saved < SYMBOL_SLOT)
		return 0;
	return count < TRAIN_COUNTS ? count : TRAIN_COUNTS - 1;
}

/* One that may become a word: a word that is one, or two words together. */
struct candidate {
	struct ab_key head, rest;
	uint32_t score;
};

static inline struct candidate
train_word(const struct generation *from, unsigned width, uint32_t i)
{
	struct ab_key k = lexicon_word(&from->words, i);
	uint32_t score = train_score(from, width, from->words.word[i].count, k.n);
	return (struct candidate){ k, { 0 }, k.n > 1 ? score : 0 };
}

static inline struct candidate
train_pair(const struct generation *from, unsigned width, uint64_t slot)
{
	if (!slot)
		return (struct candidate){ 0 };
	struct ab_key a = lexicon_word(&from->words, (uint32_t)(slot >> 48)),
		      b = lexicon_word(&from->words, (uint32_t)(slot >> 32 & 0xffff));
	return (struct candidate){ a, b,
		train_score(from, width, (uint32_t)slot, a.n + b.n) };
}

/* The i-th of them: all words, then all pairs. */
static inline struct candidate
train_candidate(const struct trainer *t, unsigned width, size_t i)
{
	const struct generation *from = &t->generation[t->now];
	size_t words = from->words.n;
	return i < words ? train_word(from, width, (uint32_t)i)
			 : train_pair(from, width, t->pairs.slot[i - words]);
}

static inline size_t
train_candidates(const struct trainer *t)
{
	return t->generation[t->now].words.n + t->pairs.slots;
}

/* Take those with a score from `least` to `most`. */
static inline void
train_take(struct trainer *t, struct lexicon *x, uint32_t least, uint32_t most)
{
	size_t all = train_candidates(t);
	for (size_t i = 0; i < all && x->n < x->room; i++) {
		struct candidate c = train_candidate(t, train_width(x->room), i);
		if (c.score && c.score >= least && c.score <= most &&
			matcher_add(&t->matcher, c.head, c.rest, x->n))
			lexicon_add(x, c.head, c.rest);
	}
}

/* The least score of which there are no more, with all above, than there is room for.
 * `*bytes` bounds those of as many and of one score less. */
static inline uint32_t
train_threshold(struct trainer *t, uint32_t room, uint32_t *bytes)
{
	unsigned width = train_width(room);
	size_t all = train_candidates(t), sum = t->singles;
	uint32_t score = TRAIN_COUNTS;
	memset(t->counts, 0, sizeof t->counts);
	room -= t->singles;
	for (size_t i = 0; i < all; i++)
		t->counts[train_candidate(t, width, i).score]++;
	for (; score > 1 && t->counts[score - 1] <= room; score--)
		room -= t->counts[score - 1];
	for (size_t i = 0; i < all; i++) {
		struct candidate c = train_candidate(t, width, i);
		if (c.score && c.score + 1 >= score)
			sum += c.head.n + c.rest.n;
	}
	*bytes = (uint32_t)sum;
	return score;
}

/* The bytes that occur, and of words and pairs those most used: `room` in all. */
static inline bool
train_select(struct trainer *t, struct lexicon *x, uint32_t room)
{
	const struct lexicon *from = &t->generation[t->now].words;
	uint32_t bytes, least = train_threshold(t, room, &bytes);
	lexicon_close(x, t->mem);
	if (!lexicon_open(x, room, t->mem))
		return false;
	matcher_close(&t->matcher, t->mem);
	if (!matcher_open(&t->matcher, bytes, t->mem))
		return false;
	for (uint32_t i = 0; i < from->n; i++) {
		struct ab_key k = lexicon_word(from, i);
		if (k.n == 1 && matcher_add(&t->matcher, k, (struct ab_key){ 0 }, x->n))
			lexicon_add(x, k, (struct ab_key){ 0 });
	}
	train_take(t, x, least, TRAIN_COUNTS);
	train_take(t, x, least - 1, least - 1);
	return true;
}

/* One generation more, of `room` words; it is the best if it leaves less than `share` of
 * what the best one did. */
static inline bool
train_next(struct trainer *t, uint32_t room, double share)
{
	unsigned next = 0;
	while (next == t->now || next == t->best)
		next++;
	struct generation *g = &t->generation[next];
	if (!train_select(t, &g->words, room) || !train_count(t, g))
		return false;
	t->now = next;
	if (g->bytes < share * t->generation[t->best].bytes)
		t->best = next;
	return true;
}

/* Find the words for t->corpus, t->mem and t->step being set and all else zero; false: no
 * memory. Either way there is a trainer to close. */
static inline bool
trainer_run(struct trainer *t)
{
	struct lexicon *bytes = &t->generation[0].words;
	if (!lexicon_open(bytes, 256, t->mem) ||
		!pairs_open(&t->pairs, PAIRS_FEWEST, t->mem))
		return false;
	train_bytes(bytes, t->corpus);
	t->singles = bytes->n;
	if (!train_count(t, &t->generation[0]))
		return false;
	bool grows = true;
	for (uint32_t room = TRAIN_FIRST; grows && room <= SYMBOLS_MOST; room *= 2) {
		if (!train_next(t, room, TRAIN_GAIN))
			return false;
		/* Words that do not fill their room have no use for a larger one. */
		grows = t->now == t->best && t->generation[t->now].words.n == room;
	}
	struct generation *best = &t->generation[t->best];
	uint32_t room = best->words.room;
	if (room <= TRAIN_FIRST)
		return true;
	if (t->now != t->best && !train_count(t, best))
		return false;
	t->now = t->best;
	for (unsigned i = 0; i < TRAIN_REFINE && t->best == t->now; i++)
		if (!train_next(t, room, 1))
			return false;
	return true;
}

/* The words found. */
static inline struct lexicon *
trainer_words(struct trainer *t)
{
	return &t->generation[t->best].words;
}

#endif /* FROZEN_TRAIN_H */
