/* test_learn.c: how an index comes to use tables of symbols and to leave them (learn.h): what the
 * tests of all variants cannot see from outside. */
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
#include "symbol_texts.h"

enum { KEYS = CHECK_SANITIZED ? 8000 : 24000, KEPT = 60, STEPS = 1000, KEY_ROOM = 64 };

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

/* An index of such keys, up to *n, and its first table. */
static struct ab_index *
learnt(unsigned *n)
{
	struct ab_index *t = pages.create(NULL);
	CHECK(study_rounds(t, n, UINT_MAX, LEARN_SURE) == STUDY_ROUNDS);
	CHECK(t->coder.form != CODER_PLAIN);
	return t;
}

/* No other table is trained where it would be as the one in use. */
static void
test_needless(void)
{
	unsigned n = 0;
	struct ab_index *t = learnt(&n);
	struct coder *c = &t->coder;
	unsigned first = c->form;
	double share = c->share;
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
	unsigned n = 0;
	struct ab_index *t = learnt(&n);
	struct coder *c = &t->coder;
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
	test_index(0);
	test_index(2);
	test_changed();
	test_needless();
	test_repeated();
	test_nothing_drawn();
	return check_finish();
}
