/* learn.h: tables of symbols learnt from the pages of the index as it grows, and pages
 * written anew by a new table: a little after each put and del that changes something.
 *
 * The sample is texts of pages drawn at random from the store: none are kept for it. When a
 * table comes into use (learn_rules.h) the store is looked through, a few blocks a time, for
 * pages that go by another; they are written anew. Where there is no memory for any of this,
 * it waits.
 *
 * A step parses some texts or weighs STUDY_SLICE counts, some 10,000 instructions; or it writes
 * a page anew, 100,000; or it builds a table, 3 million if that is one of the largest, and ten
 * times as many where its symbols are of random bytes. */
#ifndef PAGE_LEARN_H
#define PAGE_LEARN_H

#include "learn_rules.h"
#include "write.h"

enum {
	LEARN_LOOKS = 4,               /* blocks looked at in a step */
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
		if (page_codes(t, ref) && page_form(page_at(t, ref)) != coder_form(c)) {
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
		if (c->pages[form] || form == coder_form(c))
			continue;
		symbols_free(c->table[form], mem);
		c->table[form] = NULL;
		spare = form;
	}
	return spare;
}

/* ---- training ---- */

/* Read some texts of a page, drawn at random; there may be none. */
static void
learn_sample(struct ab_index *t)
{
	struct coder *c = &t->coder;
	uint32_t at = STORE_FIRST +
		      (uint32_t)rng_below(&c->chance, store_top(&t->store) - STORE_FIRST);
	uint32_t ref = block_from(&t->store, at);
	c->study->drawn++;
	if (page_codes(t, ref))
		learn_read(c, page_at(t, ref));
}

static void
learn_stop(struct ab_index *t)
{
	study_free(t->coder.study, t->mem);
	t->coder.study = NULL;
}

/* The table is trained: use it, if it pays where texts take `key` bytes. */
static void
learn_end(struct ab_index *t, size_t key)
{
	if (learn_adopt(&t->coder, coder_spare(&t->coder, t->mem), key))
		recode_begin(&t->coder);
	learn_stop(t);
}

static void
learn_begin(struct ab_index *t)
{
	struct coder *c = &t->coder;
	size_t bytes = t->store.taken << STORE_UNIT_BITS;
	if (bytes < LEARN_LAST) {
		coder_use(c, CODER_PLAIN, NULL);
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
		if (learn_due(c, t->store.taken << STORE_UNIT_BITS))
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
