/* test_symbols.c: tables of symbols (variants/page/page_symbols.h), what finds them and how texts
 * are coded (symbol_order.h, symbol_trie.h, symbol_parse.h), and how they are trained (study.h). */
#include "kit/check.h"
#include "page/study.h"
#include "symbol_texts.h"

enum { TEXTS = 1000, LONGEST = 1024 };

static struct study *
train(unsigned leads, uint64_t *rng)
{
	struct study *s = study_new(NULL, leads);
	uint8_t text[40];
	while (s->stage != STUDY_ENDS) {
		size_t n = make_text(text, sizeof text, 0, rng);
		if (s->stage == STUDY_COUNTS)
			study_read(s, text, n, n);
		study_step(s, NULL);
		/* The last trie is made where counts were, so that nothing lies behind them. */
		CHECK((s->places == 0) == (s->round == STUDY_ROUNDS));
	}
	return s;
}

/* The fewest bytes a text can be coded in, by trying every symbol everywhere. */
static size_t
fewest(const struct symbols *s, const uint8_t *text, size_t n)
{
	size_t cost[LONGEST + 1] = { 0 };
	for (size_t i = n; i--;) {
		cost[i] = cost[i + 1] + 2;
		for (unsigned at = 1; at <= s->n; at++) {
			size_t length = s->span[at], own = s->price[at];
			if (length <= n - i &&
				memcmp(&s->sorted[at], text + i, length) == 0 &&
				cost[i + length] + own < cost[i])
				cost[i] = cost[i + length] + own;
		}
	}
	return cost[0];
}

/* A coded text matches a key as the text itself does. */
static bool
matches(const struct symbols *s, const uint8_t *code, size_t coded, const uint8_t *text,
	size_t n, struct ab_key key)
{
	size_t at = 1, plain = 1;
	enum text_order a = symbols_match(s, code, coded, key, &at);
	enum text_order b = text_match_plain(text, n, key, &plain);
	return a == b && at == plain;
}

static void
test_text(const struct symbols *s, const uint8_t *text, size_t n, uint64_t *rng)
{
	uint8_t code[2 * LONGEST], back[LONGEST + 8], key[LONGEST + 2] = { 'k' };
	size_t coded = symbols_encode(s, text, n, code, sizeof code);
	if (!CHECK(coded == fewest(s, text, n)))
		return;
	CHECK(coded == 0 || symbols_encode(s, text, n, back, coded - 1) == SIZE_MAX);
	CHECK(symbols_decode(s, code, coded, back) == n && memcmp(back, text, n) == 0);
	bool same = true;
	for (unsigned run = 0; run < 8; run++) {
		memcpy(key + 1, text, n);
		key[n + 1] = 0;
		struct ab_key k = { key, 1 + rng_below(rng, n + 2) };
		if (n && run & 1)
			key[1 + rng_below(rng, n)] = (uint8_t)rng_below(rng, 256);
		if (n && run & 2)
			key[rng_below(rng, n) + 1] = 0;
		same &= matches(s, code, coded, text, n, k);
	}
	CHECK(same);
}

static void
test_table(unsigned leads)
{
	uint64_t rng = leads + 1;
	struct study *s = train(leads, &rng);
	CHECK(s->is * 2 < s->raw); /* words of four bytes and more */
	CHECK(symbols_check(s->table) == NULL);
	for (unsigned i = 0; i < TEXTS; i++) {
		uint8_t text[LONGEST + 8];
		size_t n = make_text(text, i % 100 ? 30 : LONGEST, i % 3, &rng);
		test_text(s->table, text, n, &rng);
	}
	study_free(s, NULL);
}

/* A table whose symbols all begin with the same two bytes, so that few buckets have them;
 * many of them with others, or with zeros where others end. */
static struct symbols *
crowd(unsigned leads, uint64_t *rng)
{
	struct symbols *s = symbols_new(NULL, leads);
	uint32_t order[SYMBOL_MOST];
	for (unsigned i = 0; i < s->room; i++)
		order[i] = i;
	rng_shuffle(rng, order, s->room);
	symbols_clear(s);
	for (unsigned i = 1; i < s->room; i++) {
		unsigned kind = order[i] / 7, n = order[i] % 7 + 2;
		uint8_t bytes[SYMBOL_BYTES] = { 'b', 'c' };
		uint64_t word;
		for (unsigned k = 2; k < n; k++)
			bytes[k] = (uint8_t)(kind >> 3 * (k - 2) & 7);
		memcpy(&word, bytes, sizeof word);
		if (n == 8 || !(kind >> 3 * (n - 2))) /* else there is one like it */
			symbols_add(s, word, n, s->ones < s->one);
	}
	CHECK(symbols_index(s, NULL));
	return s;
}

/* The check finds what is not as symbols_index leaves it. */
static void
test_spoilt(struct symbols *s)
{
	unsigned last = s->n;
	uint64_t word = s->sorted[last];
	uint16_t link = s->link[last];
	CHECK(symbols_check(s) == NULL);
	s->sorted[last] = 0;
	CHECK(symbols_check(s) != NULL);
	s->sorted[last] = word;
	s->link[last] = (uint16_t)last;
	CHECK(symbols_check(s) != NULL);
	s->link[last] = link;
	s->price[last] ^= 3;
	CHECK(symbols_check(s) != NULL);
	s->price[last] ^= 3;
	s->ones--;
	CHECK(symbols_check(s) != NULL);
	s->ones++;
	CHECK(symbols_check(s) == NULL);
	s->delta[0]--;
	CHECK(symbols_check(s) != NULL);
	s->delta[0]++;
	s->span[last]--;
	CHECK(symbols_check(s) != NULL);
	s->span[last] = 1;
	CHECK(symbols_check(s) != NULL);
}

/* Symbols that have few bytes in common, of an alphabet of so many from `first` on: none is left
 * out. */
static void
test_wide(unsigned leads, unsigned first, unsigned alphabet)
{
	uint64_t rng = leads + alphabet;
	struct symbols *s = symbols_new(NULL, leads);
	uint64_t words[SYMBOL_MOST];
	unsigned n = 0;
	for (; n + 1 < s->room; n++) {
		uint8_t bytes[SYMBOL_BYTES];
		unsigned x = n * 7919;
		for (unsigned k = 0; k < sizeof bytes; k++, x /= alphabet)
			bytes[k] = (uint8_t)(first + (k < 4 ? x % alphabet : n >> k & 1));
		memcpy(&words[n], bytes, sizeof bytes);
		words[n] &= symbol_masks[4 + n % 5];
		symbols_add(s, words[n], 4 + n % 5, s->ones < s->one);
	}
	CHECK(symbols_index(s, NULL) && s->n == n && symbols_check(s) == NULL);
	for (unsigned i = 0; i < TEXTS; i++) {
		uint8_t text[64];
		for (size_t k = 0; k + 8 <= sizeof text; k += 4 + i % 3)
			memcpy(text + k, &words[rng_below(&rng, n)], 8);
		test_text(s, text, rng_below(&rng, sizeof text - 7), &rng);
	}
	symbols_free(s, NULL);
}

/* Symbols whose last bytes differ by each number up to 255 have 256 nodes a parent to themselves,
 * more in all than there may be: then there is no symbol, and texts are coded by escapes. */
static void
test_too_wide(void)
{
	uint64_t rng = 1;
	struct symbols *s = symbols_new(NULL, SYMBOL_LEADS);
	for (unsigned i = 0; i < 255 * 32; i++) {
		unsigned j = i % 32, last = j < 16 ? j : 16 * (j - 15);
		uint8_t bytes[SYMBOL_BYTES] = { 'a', 'b', (uint8_t)(i / 32),
			(uint8_t)(j < 31 ? last : 255) };
		uint64_t word;
		memcpy(&word, bytes, sizeof word);
		symbols_add(s, word, 4, false);
	}
	CHECK(symbols_index(s, NULL) && s->n == 0 && symbols_check(s) == NULL);
	uint8_t text[LONGEST + 8] = { 'a', 'b' };
	test_text(s, text, 2, &rng);
	symbols_free(s, NULL);
}

static void
test_crowd(unsigned leads)
{
	uint64_t rng = leads;
	struct symbols *s = crowd(leads, &rng);
	for (unsigned i = 0; i < TEXTS; i++) {
		uint8_t text[LONGEST + 8];
		size_t n = rng_below(&rng, 24);
		for (size_t k = 0; k < n; k++)
			text[k] = (uint8_t)(rng_below(&rng, 3) ? rng_below(&rng, 4)
							       : 'b' + k % 2);
		test_text(s, text, n, &rng);
	}
	test_spoilt(s);
	symbols_free(s, NULL);
}

int
main(void)
{
	test_table(0);
	test_table(3);
	test_table(SYMBOL_LEADS);
	test_crowd(0);
	test_crowd(SYMBOL_LEADS);
	test_wide(0, 0, 250);
	test_wide(SYMBOL_LEADS, 0, 250);
	test_wide(SYMBOL_LEADS, '0', 10);
	test_too_wide();
	return check_finish();
}
