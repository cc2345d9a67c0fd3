/* test_symbols.c: tables of symbols (variants/page/page_symbols.h), what finds them and how texts
 * are coded (symbol_order.h, symbol_trie.h, symbol_parse.h), how they are trained (study.h), and
 * how an index comes to use them and to leave them (learn.h): what the tests of all variants
 * cannot see from outside. */
#include <limits.h>
#include <stdlib.h>
#include "kit/check.h"
#ifdef VALUES_NARROW
#include "page/values_narrow.h"
#else
#include "page/values_whole.h"
#endif
#include "page/text_symbols.h"
#include "page/variant.h"

enum {
	TEXTS = 1000,
	LONGEST = 1024,
	KEYS = CHECK_SANITIZED ? 8000 : 24000,
	KEPT = 60,
	STEPS = 1000,
	KEY_ROOM = 64
};

/* ---- tables ---- */

/* A text of words of one of two vocabularies, or of any bytes; how long. */
static size_t
make_text(uint8_t *out, size_t most, unsigned kind, uint64_t *rng)
{
	static const char *const words[2][8] = {
		{ "react", "-native", "components", "js", "/node_", "server", "a",
			".json" },
		{ "LIBRARY", "Ubuntu", "\x80\xff", "QQ", "Kernel", "ZYXWVUTS", "\t",
			"#" },
	};
	size_t n = 0, want = rng_below(rng, most);
	while (n < want) {
		uint8_t byte = (uint8_t)rng_below(rng, 256);
		const char *word = words[kind & 1][byte % 8];
		if (kind == 2 || n + strlen(word) > most || byte >= 250) {
			out[n++] = byte;
			continue;
		}
		memcpy(out + n, word, strlen(word));
		n += strlen(word);
	}
	return n;
}

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

/* ---- an index that learns ---- */

static const struct ab_variant pages = { PAGE_VARIANT };

/* An allocator that fails one call of `odds`, if that is not 0. */
struct purse {
	size_t held;
	uint64_t rng;
	unsigned odds;
};

static bool
purse_fails(struct purse *p)
{
	return p->odds && rng_below(&p->rng, p->odds) == 0;
}

static void *
purse_alloc(void *ctx, size_t size)
{
	struct purse *p = ctx;
	void *block = purse_fails(p) ? NULL : malloc(size);
	p->held += block ? size : 0;
	return block;
}

static void *
purse_resize(void *ctx, void *old, size_t old_size, size_t size)
{
	struct purse *p = ctx;
	void *block = purse_fails(p) ? NULL : realloc(old, size);
	p->held += block ? size - old_size : 0;
	return block;
}

static void
purse_free(void *ctx, void *block, size_t size)
{
	struct purse *p = ctx;
	p->held -= size;
	free(block);
}

static struct ab_key
make_key(uint8_t *buf, unsigned i)
{
	uint64_t rng = i;
	size_t n = make_text(buf, KEY_ROOM - 4, i >= KEYS, &rng);
	memcpy(buf + n, &i, sizeof i);
	return (struct ab_key){ buf, n + sizeof i };
}

static bool
sound(const struct ab_index *t, const struct purse *p)
{
	struct ab_memory m;
	pages.memory(t, &m);
	return CHECK(pages.check(t) == NULL) && CHECK(m.total == p->held) &&
	       CHECK(m.inner + m.leaf + m.key + m.slack == m.total);
}

/* Keys [from, to), each until there is memory for it. */
static void
put_keys(struct ab_index *t, struct purse *p, unsigned from, unsigned to)
{
	uint8_t buf[KEY_ROOM];
	for (unsigned i = from; i < to; i++) {
		struct ab_key key = make_key(buf, i);
		while (pages.put(t, key, i) == AB_ENOMEM)
			CHECK(p->odds);
		if (i % 2000 == 0 && !sound(t, p))
			return;
	}
	sound(t, p);
}

static bool
all_there(const struct ab_index *t, unsigned from, unsigned to)
{
	uint8_t buf[KEY_ROOM];
	uint64_t value;
	for (unsigned i = from; i < to; i++)
		if (pages.get(t, make_key(buf, i), &value) != AB_OK || value != i)
			return false;
	return pages.count(t) == to - from;
}

/* Few pages are plain: those that the table would make longer. */
static bool
few_plain(const struct ab_index *t)
{
	return t->coder.pages[CODER_PLAIN] * 20 <= t->pages;
}

/* Pages go by the newest table, but for those, and there is no other. */
static bool
settled(const struct ab_index *t)
{
	const struct coder *c = &t->coder;
	for (unsigned form = 1; form < CODER_FORMS; form++)
		if (form != c->form && (c->pages[form] || c->table[form]))
			return false;
	return !c->cursor && (c->form == CODER_PLAIN || few_plain(t));
}

static void
test_index(unsigned odds)
{
	uint8_t buf[KEY_ROOM];
	struct purse p = { .odds = odds };
	struct ab_alloc mem = { purse_alloc, purse_resize, purse_free, &p };
	struct ab_index *t;
	do
		t = pages.create(&mem);
	while (!t);
	put_keys(t, &p, 0, KEYS);
	unsigned first = t->coder.form;
	CHECK(first != CODER_PLAIN && few_plain(t));
	CHECK(all_there(t, 0, KEYS));
	/* Other words: a table of theirs pays when there are four times as many keys. */
	put_keys(t, &p, KEYS, 5 * KEYS);
	CHECK(t->coder.form != first && settled(t));
	CHECK(all_there(t, 0, 5 * KEYS));
	for (unsigned i = KEPT; i < 5 * KEYS; i++) {
		CHECK(pages.del(t, make_key(buf, i)) == AB_OK);
		if (i % 4000 == 0)
			sound(t, &p);
	}
	/* So few need no table; each change goes a step towards that. */
	for (unsigned i = 0; i < STEPS; i++) {
		while (pages.put(t, make_key(buf, KEPT), 0) == AB_ENOMEM)
			CHECK(p.odds);
		pages.del(t, make_key(buf, KEPT));
	}
	CHECK(t->coder.form == CODER_PLAIN && settled(t) && !t->coder.study);
	CHECK(all_there(t, 0, KEPT));
	sound(t, &p);
	for (unsigned i = 0; i < KEPT; i++)
		pages.del(t, make_key(buf, i));
	CHECK(p.held == sizeof *t);
	pages.destroy(t);
	CHECK(p.held == 0);
}

/* A table learnt of some keys costs others nothing: texts that it would make longer are
 * written as they are. */
static void
test_changed(void)
{
	enum { RANDOM = 24, OTHERS = KEYS / 4 }; /* too few for another table */
	struct purse p = { 0 }, alone = { 0 };
	struct ab_alloc mem = { purse_alloc, purse_resize, purse_free, &p };
	struct ab_alloc its = { purse_alloc, purse_resize, purse_free, &alone };
	struct ab_index *t = pages.create(&mem), *other = pages.create(&its);
	uint64_t rng = 1;
	put_keys(t, &p, 0, KEYS);
	CHECK(t->coder.form != CODER_PLAIN);
	size_t before = p.held;
	for (unsigned i = 0; i < OTHERS; i++) {
		uint64_t bytes[RANDOM / 8] = { rng_next(&rng), rng_next(&rng),
			rng_next(&rng) };
		struct ab_key key = { (const uint8_t *)bytes, RANDOM };
		CHECK(pages.put(t, key, i) == AB_OK);
		CHECK(pages.put(other, key, i) == AB_OK);
	}
	sound(t, &p);
	if (!CHECK((p.held - before) * 100 <= alone.held * 110))
		fprintf(stderr, "  %zu bytes for what takes %zu\n", p.held - before,
			alone.held);
	pages.destroy(t);
	pages.destroy(other);
}

/* A key of digits: a number, then a text by rng. */
static struct ab_key
numbered_key(uint8_t *buf, unsigned i, uint64_t rng)
{
	unsigned long long a = rng_next(&rng), b = rng_next(&rng);
	int n = snprintf(
		(char *)buf, KEY_ROOM, "%08x%016llx%016llx", i * 0x9E3779B1u, a, b);
	return (struct ab_key){ buf, (size_t)n };
}

/* Put keys of `texts` texts, from *i on, until a table that is due at once has been trained,
 * or is not to be; the last round. As many texts are parsed as it takes to decide, or few. */
static unsigned
study_rounds(struct ab_index *t, unsigned *i, unsigned texts, size_t raw)
{
	struct coder *c = &t->coder;
	uint8_t buf[KEY_ROOM];
	unsigned last = 0;
	c->studied = 1;
	for (; c->studied == 1 || c->study || c->cursor; (*i)++) {
		pages.put(t, numbered_key(buf, *i, *i % texts), *i);
		last = c->study ? c->study->round : last;
		if (c->study && (last <= STUDY_EARLY || last == STUDY_ROUNDS))
			c->study->target = raw;
	}
	return last;
}

/* No other table is trained where it would be as the one in use. */
static void
test_needless(void)
{
	struct ab_index *t = pages.create(NULL);
	struct coder *c = &t->coder;
	unsigned n = 0;
	CHECK(study_rounds(t, &n, UINT_MAX, LEARN_SURE) == STUDY_ROUNDS);
	unsigned first = c->form;
	double share = c->share;
	CHECK(first != CODER_PLAIN);
	CHECK(study_rounds(t, &n, UINT_MAX, LEARN_SURE) == STUDY_EARLY);
	CHECK(c->form == first && c->share == share);
	/* So few say nothing. */
	CHECK(study_rounds(t, &n, UINT_MAX, LEARN_SURE / 4) == STUDY_ROUNDS);
	/* Codes take more than they did. */
	c->share = share / 2;
	CHECK(study_rounds(t, &n, UINT_MAX, LEARN_SURE) == STUDY_ROUNDS);
	CHECK(c->share > share / 2);
	CHECK(pages.check(t) == NULL);
	pages.destroy(t);
}

/* Codes take no more than they did, but texts repeat themselves: another table codes them
 * in less. */
static void
test_repeated(void)
{
	enum { FEW = 2, OTHERS = 3000 };
	uint8_t buf[KEY_ROOM];
	struct ab_index *t = pages.create(NULL);
	struct coder *c = &t->coder;
	unsigned n = 0;
	CHECK(study_rounds(t, &n, UINT_MAX, LEARN_SURE) == STUDY_ROUNDS);
	unsigned first = c->form;
	double share = c->share;
	for (unsigned end = n + OTHERS; n < end; n++)
		pages.put(t, numbered_key(buf, n, n % FEW), n);
	CHECK(c->form == first && c->share == share);
	c->share = 1;
	CHECK(study_rounds(t, &n, FEW, LEARN_SURE) == STUDY_ROUNDS);
	CHECK(c->form != first && c->share < share * 0.9);
	CHECK(pages.check(t) == NULL);
	pages.destroy(t);
}

/* Where no text is drawn the table in use stays, though another is smaller. */
static void
test_nothing_drawn(void)
{
	struct ab_index *t = pages.create(NULL);
	struct coder *c = &t->coder;
	c->form = 1;
	c->table[1] = symbols_new(NULL, SYMBOL_LEADS);
	c->study = study_new(NULL, 0);
	symbols_clear(c->table[1]);
	learn_end(t, 0);
	CHECK(c->form == 1 && !c->study && c->share == 0);
	pages.destroy(t);
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
	test_index(0);
	test_index(2);
	test_changed();
	test_needless();
	test_repeated();
	test_nothing_drawn();
	return check_finish();
}
