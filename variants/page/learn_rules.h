/* learn_rules.h: when a table of symbols is trained, of what texts, and whether it is used:
 * what does not ask where the pages are.
 *
 * If the early rounds say that another table would be as the one in use, training ends with
 * them. A table is used if it saves more than half of what it takes: there may be LEARN_GROWTH
 * times as many keys before the next. */
#ifndef PAGE_LEARN_RULES_H
#define PAGE_LEARN_RULES_H

#include "page_draft.h"
#include "study.h"
#include "text_symbols.h"

enum {
	LEARN_FIRST = 64 << 10, /* bytes in use when the first table is trained */
	LEARN_LAST = 16 << 10,  /* or fewer, when texts are plain again */
	LEARN_GROWTH = 4,       /* the next is, when there are so many times as many */
	LEARN_SHRINKAGE = 16,   /* or 1 / so many */
	LEARN_SYMBOL = 512,     /* bytes in use for each symbol of a table */
	LEARN_GAIN = 32,        /* a table saves at least 1 / so much of the texts */
	LEARN_TEXTS = 64,      /* bytes of texts read in a step, or the last one's more */
	LEARN_SURE = 32 << 10, /* bytes of texts that tell whether one need be trained */
};

static unsigned
learn_leads(size_t bytes)
{
	size_t symbols = bytes / LEARN_SYMBOL;
	size_t leads = symbols < 2 * 256 ? 0 : symbols / 256;
	return (unsigned)(leads < SYMBOL_LEADS ? leads : SYMBOL_LEADS);
}

/* Should one be trained where so many bytes are in use? */
static bool
learn_due(const struct coder *c, size_t bytes)
{
	return (bytes >= LEARN_FIRST && bytes / LEARN_GROWTH >= c->studied) ||
	       (bytes < LEARN_LAST && coder_form(c) != CODER_PLAIN) ||
	       bytes < c->studied / LEARN_SHRINKAGE;
}

/* Read some texts of a page that the coder may write, from an entry on that is drawn at
 * random. */
static void
learn_read(struct coder *c, const struct page *p)
{
	struct study *s = c->study;
	uint8_t text[REST_ROOM];
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

/* Would the new table be as the one in use? So it is taken to be if it may have as many symbols
 * and texts take no more bytes by the one in use than when that was trained, or no better one
 * was found; and no fewer by an early table of few texts, as they do where they repeat
 * themselves more. */
static bool
learn_needless(const struct coder *c)
{
	const struct study *s = c->study;
	const struct symbols *used = coder_table(c, coder_form(c));
	double raw = (double)s->raw, near = 1.0 / LEARN_GAIN;
	return s->round == STUDY_EARLY && s->stage == STUDY_WEIGHS && used &&
	       s->raw >= LEARN_SURE && s->table->room == used->room &&
	       (double)s->was <= c->share * (1 + near) * raw &&
	       (double)s->is >= c->early * (1 - near) * raw;
}

/* The table is trained: if it pays where texts take `key` bytes, it is that of `form`, 0: there
 * is none for it, and pages are written by it from now on. False: it does not. */
static bool
learn_adopt(struct coder *c, unsigned form, size_t key)
{
	struct study *s = c->study;
	const struct symbols *old = coder_table(c, coder_form(c));
	double saved = (double)key * learn_share(s);
	double taken = (double)s->table->bytes - (old ? (double)old->bytes : 0);
	bool like = s->raw && old && old->room == s->table->room;
	c->share = like ? (double)s->was / (double)s->raw : 0;
	c->early = s->early;
	if (!form || !s->raw || saved <= taken / 2 + (double)key / LEARN_GAIN)
		return false;
	coder_use(c, form, s->table);
	c->share = (double)s->is / (double)s->raw;
	s->table = NULL;
	return true;
}
#endif /* PAGE_LEARN_RULES_H */
