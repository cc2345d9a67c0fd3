/* learn_ahead.h: a table of symbols trained before there are pages, from the sorted entries
 * that they are to be built of (page_build.h). Its texts are what each key does not share with
 * the one before, as in a page; the entries are drawn in runs, evenly from all of them. */
#ifndef PAGE_LEARN_AHEAD_H
#define PAGE_LEARN_AHEAD_H

#include "learn.h"

enum {
	AHEAD_RUN = 32,   /* entries drawn in a row: their keys lie side by side */
	AHEAD_RUNS = 128, /* of which it is told how many bytes the texts have */
	AHEAD_ENTRY = DRAFT_NARROW + sizeof(uint64_t), /* bytes, besides its text */
};

/* The text of entry `i`, as much as shares a page. */
static inline struct ab_key
ahead_text(const struct ab_entry *e, size_t i)
{
	struct ab_key key = e[i].key, before = i ? e[i - 1].key : key;
	size_t n = key.n < before.n ? key.n : before.n;
	size_t skip = i ? art_common(key.p, before.p, n) + 1 : 1;
	if (skip >= key.n)
		return (struct ab_key){ 0 };
	n = key.n - skip;
	return (struct ab_key){ key.p + skip, n < PAGE_LONG ? n : PAGE_LONG };
}

/* Where run number `i` of some entries begins: each part of them has its share of any runs
 * in a row. */
static inline size_t
ahead_run(size_t i, size_t n)
{
	return (size_t)((rng_wide)(i * 0x9e3779b97f4a7c15u) * n >> 64);
}

/* Bytes that the texts of all entries have, as far as some of them tell. */
static size_t
ahead_texts(const struct ab_entry *e, size_t n)
{
	size_t texts = 0, bytes = 0;
	for (size_t run = 0; run < AHEAD_RUNS; run++) {
		size_t i = ahead_run(run, n), end = i + AHEAD_RUN;
		for (; i < end && i < n; i++, texts++)
			bytes += ahead_text(e, i).n;
	}
	return (size_t)((double)bytes / (double)texts * (double)n);
}

/* Read the texts of a run of entries. */
static void
ahead_read(struct study *s, const struct ab_entry *e, size_t n, size_t run)
{
	size_t i = ahead_run(run, n), end = i + AHEAD_RUN;
	s->drawn++;
	for (; i < end && i < n; i++) {
		struct ab_key text = ahead_text(e, i);
		study_read(s, text.p, text.n, text.n);
	}
}

/* Train a table for `n` > 0 entries, if they are so many that one is due, and use it if it
 * pays. False: no memory. */
static bool
coder_learn_ahead(struct ab_index *t, const struct ab_entry *e, size_t n)
{
	struct coder *c = &t->coder;
	size_t texts = ahead_texts(e, n), bytes = n * AHEAD_ENTRY + texts, run = 0;
	if (bytes < LEARN_FIRST)
		return true;
	struct study *s = c->study = study_new(t->mem, learn_leads(bytes));
	if (!s)
		return false;
	while (s->stage != STUDY_ENDS) {
		if (s->stage == STUDY_COUNTS)
			ahead_read(s, e, n, run++);
		if (!study_step(s, t->mem)) {
			learn_stop(t);
			return false;
		}
	}
	c->studied = (size_t)((double)bytes - (double)texts * learn_share(s));
	learn_end(t, texts);
	c->cursor = 0; /* no page is to be written anew */
	return true;
}
#endif /* PAGE_LEARN_AHEAD_H */
