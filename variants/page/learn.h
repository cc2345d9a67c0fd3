/* learn.h: tables of symbols learnt from the pages of the index as it grows, and pages
 * written anew by a new table: a little after each put and del that changes something.
 *
 * The sample is texts of pages drawn at random from the store: none are kept for it. If the
 * early rounds say that another table would be as the one in use, training ends with them. A
 * table is used if it saves more than half of what it takes: there may be LEARN_GROWTH times as
 * many keys before the next. Then the store is looked through, a few blocks a time, for pages
 * that go by another; they are written anew. Where there is no memory for any of this, it
 * waits.
 *
 * A step parses some texts or weighs STUDY_SLICE counts, some 10,000 instructions; or it writes
 * a page anew, 100,000; or it builds a table, 3 million if that is one of the largest, and ten
 * times as many where its symbols are of random bytes. */
#ifndef PAGE_LEARN_H
#define PAGE_LEARN_H

#include "text_symbols.h"
#include "study.h"
#include "write.h"

enum {
	LEARN_FIRST = 64 << 10, /* bytes in use when the first table is trained */
	LEARN_LAST = 16 << 10,  /* or fewer, when texts are plain again */
	LEARN_GROWTH = 4,       /* the next is, when there are so many times as many */
	LEARN_SHRINKAGE = 16,   /* or 1 / so many */
	LEARN_SYMBOL = 512,     /* bytes in use for each symbol of a table */
	LEARN_GAIN = 32,        /* a table saves at least 1 / so much of the texts */
	LEARN_LOOKS = 4,        /* blocks looked at in a step */
	LEARN_TEXTS = 64,      /* bytes of texts read in a step, or the last one's more */
	LEARN_SURE = 32 << 10, /* bytes of texts that tell whether one need be trained */
	LEARN_ROOM = PAGE_FULL + 1024, /* bytes of the texts of a page written anew */
};

/* ---- a page anew ---- */

/* Is it a page that the coder may write? Not one with ghosts: put or del do away with
 * them first. Nor a plain one under the finger, which is coded as that leaves. */
static bool
page_codes(const struct ab_index *t, uint32_t ref)
{
	const struct page *p = page_at(t, ref);
	if (is_node(p) || p->form & PAGE_GHOSTS)
		return false;
	struct layout l = page_layout(p);
	return page_form(p) != CODER_PLAIN ||
	       (ref != t->finger.page && page_len(p, &l, 0) < PAGE_LONG);
}

/* Write the page anew in the coder's form, or plain if that is smaller. False: it stays as
 * it is, for it would be far larger, or is plain and would be larger. */
static bool
page_recode(struct ab_index *t, uint32_t ref)
{
	struct draft d;
	struct path p;
	const struct page *page = page_at(t, ref);
	draft_open(&d, &t->coder, page->depth);
	draft_load(&d, page);
	bool plain = page_form(page) == CODER_PLAIN;
	size_t most = plain ? draft_texts(&d, 0, d.n) : LEARN_ROOM;
	if (!draft_recode(&d, coder_form(&t->coder), most))
		return false;
	draft_reform(&d);
	path_to(t, ref, &p);
	page_replace(t, &p, &d); /* or without memory the next time */
	return true;
}

/* ---- pages of another form ---- */

/* The block at a place in the store, or the next; 0: none follows. */
static uint32_t
block_from(const struct store *s, uint32_t at)
{
	if (at >= store_top(s))
		return 0;
	unsigned c = store_class_of(s, at);
	uint32_t units = store_units(c);
	return at <= s->low[c] ? s->low[c] : at - (at - s->low[c]) % units;
}

/* Look through the store from its beginning, again until nothing has changed. */
static void
recode_begin(struct coder *c)
{
	c->cursor = STORE_FIRST;
	c->changed = false;
}

static void
recode_step(struct ab_index *t)
{
	struct coder *c = &t->coder;
	for (unsigned i = 0; i < LEARN_LOOKS; i++) {
		uint32_t ref = block_from(&t->store, c->cursor);
		if (!ref) {
			bool again = c->changed;
			recode_begin(c);
			c->cursor = again ? STORE_FIRST : 0;
			return;
		}
		c->cursor = ref + store_units(store_class_of(&t->store, ref));
		if (page_codes(t, ref) && page_form(page_at(t, ref)) != c->form) {
			c->changed |= page_recode(t, ref);
			return;
		}
	}
}

/* Free the tables that no page goes by; a form that has none, 0: there is none. */
static unsigned
coder_spare(struct coder *c, const struct ab_alloc *mem)
{
	unsigned spare = 0;
	for (unsigned form = 1; form < CODER_FORMS; form++) {
		if (c->pages[form] || form == c->form)
			continue;
		symbols_free(c->table[form], mem);
		c->table[form] = NULL;
		spare = form;
	}
	return spare;
}

/* ---- training ---- */

static unsigned
learn_leads(size_t bytes)
{
	size_t symbols = bytes / LEARN_SYMBOL;
	size_t leads = symbols < 2 * 256 ? 0 : symbols / 256;
	return (unsigned)(leads < SYMBOL_LEADS ? leads : SYMBOL_LEADS);
}

static bool
learn_due(const struct ab_index *t)
{
	size_t bytes = t->store.taken << STORE_UNIT_BITS, then = t->coder.studied;
	return (bytes >= LEARN_FIRST && bytes / LEARN_GROWTH >= then) ||
	       (bytes < LEARN_LAST && t->coder.form != CODER_PLAIN) ||
	       bytes < then / LEARN_SHRINKAGE;
}

/* Read some texts of a page, drawn at random; there may be none. */
static void
learn_sample(struct ab_index *t)
{
	struct coder *c = &t->coder;
	struct study *s = c->study;
	uint8_t text[REST_ROOM];
	uint32_t at = STORE_FIRST +
		      (uint32_t)rng_below(&c->chance, store_top(&t->store) - STORE_FIRST);
	uint32_t ref = block_from(&t->store, at);
	const struct page *p = page_at(t, ref);
	s->drawn++;
	if (!page_codes(t, ref))
		return;
	struct layout l = page_layout(p);
	unsigned i = (unsigned)rng_below(&c->chance, p->count);
	const uint8_t *from = page_texts(p, &l) + page_sum(p, &l, i);
	for (size_t enough = s->raw + LEARN_TEXTS; i < p->count && s->raw < enough; i++) {
		size_t len = page_len(p, &l, i);
		study_read(s, text, text_decode(c, page_form(p), from, len, text), len);
		from += len;
	}
}

/* The share of the bytes that texts took before which the table saves. */
static double
learn_share(const struct study *s)
{
	return s->was ? ((double)s->was - (double)s->is) / (double)s->was : 0;
}

static void
learn_stop(struct ab_index *t)
{
	study_free(t->coder.study, t->mem);
	t->coder.study = NULL;
}

/* Would the new table be as the one in use? So it is taken to be if it may have as many symbols
 * and texts take no more bytes by the one in use than when that was trained, or no better one
 * was found; and no fewer by an early table of few texts, as they do where they repeat
 * themselves more. */
static bool
learn_needless(const struct coder *c)
{
	const struct study *s = c->study;
	const struct symbols *used = c->table[c->form];
	double raw = (double)s->raw, near = 1.0 / LEARN_GAIN;
	return s->round == STUDY_EARLY && s->stage == STUDY_WEIGHS && used &&
	       s->raw >= LEARN_SURE && s->table->room == used->room &&
	       (double)s->was <= c->share * (1 + near) * raw &&
	       (double)s->is >= c->early * (1 - near) * raw;
}

/* The table is trained: use it, if it pays where texts take `key` bytes. */
static void
learn_end(struct ab_index *t, size_t key)
{
	struct coder *c = &t->coder;
	struct study *s = c->study;
	const struct symbols *old = c->table[c->form];
	unsigned form = coder_spare(c, t->mem);
	double saved = (double)key * learn_share(s);
	double taken = (double)s->table->bytes - (old ? (double)old->bytes : 0);
	bool like = s->raw && old && old->room == s->table->room;
	c->share = like ? (double)s->was / (double)s->raw : 0;
	c->early = s->early;
	if (form && s->raw && saved > taken / 2 + (double)key / LEARN_GAIN) {
		c->table[form] = s->table;
		c->form = form;
		c->share = (double)s->is / (double)s->raw;
		s->table = NULL;
		recode_begin(c);
	}
	learn_stop(t);
}

static void
learn_begin(struct ab_index *t)
{
	struct coder *c = &t->coder;
	size_t bytes = t->store.taken << STORE_UNIT_BITS;
	if (bytes < LEARN_LAST) {
		c->form = CODER_PLAIN;
		c->studied = 0;
		recode_begin(c);
		return;
	}
	if (!coder_spare(c, t->mem)) {
		recode_begin(c);
		return;
	}
	c->study = study_new(t->mem, learn_leads(bytes));
	if (c->study)
		c->studied = bytes;
}

static void
coder_learn(struct ab_index *t)
{
	struct coder *c = &t->coder;
	if (c->cursor) {
		recode_step(t);
		if (!c->cursor)
			coder_spare(c, t->mem);
	} else if (!c->study) {
		if (learn_due(t))
			learn_begin(t);
	} else if (c->study->stage == STUDY_ENDS) {
		learn_end(t, t->key);
	} else {
		if (c->study->stage == STUDY_COUNTS)
			learn_sample(t);
		study_step(c->study, t->mem);
		if (learn_needless(c))
			learn_stop(t);
	}
}

/* ---- the rest of the policy ---- */

static void
coder_free(struct coder *c, const struct ab_alloc *mem)
{
	for (unsigned form = 1; form < CODER_FORMS; form++)
		symbols_free(c->table[form], mem);
	study_free(c->study, mem);
	*c = (struct coder){ 0 };
}

static void
coder_memory(const struct coder *c, size_t *inner, size_t *slack)
{
	*inner = 0;
	for (unsigned form = 1; form < CODER_FORMS; form++)
		*inner += c->table[form] ? c->table[form]->bytes : 0;
	*slack = c->study ? c->study->bytes +
				    (c->study->table ? c->study->table->bytes : 0)
			  : 0;
}

/* Does it know how many pages go by each table, and each table its symbols? */
static const char *
coder_check(const struct coder *c, const size_t *pages)
{
	for (unsigned form = 0; form < CODER_FORMS; form++) {
		if (c->pages[form] != pages[form])
			return "pages of a table are miscounted";
		if (form && pages[form] && !c->table[form])
			return "a page goes by a table that is gone";
		const char *broken = c->table[form] ? symbols_check(c->table[form])
						    : NULL;
		if (broken)
			return broken;
	}
	return NULL;
}
#endif /* PAGE_LEARN_H */
