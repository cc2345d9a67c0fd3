/* text_symbols.h: the text policy (text_policy.h) of texts coded by tables of symbols.
 *
 * Up to three tables are in use: pages are written by one, and those written by another
 * are written anew, some for each put or del (learn.h); or a page is plain, where that is
 * shorter. A page says which it goes by, and a table that none does any more is freed. */
#ifndef PAGE_TEXT_SYMBOLS_H
#define PAGE_TEXT_SYMBOLS_H

#include "text_plain.h"
#include "symbol_parse.h"

#ifdef PAGE_LEARNS
#error "a variant has one text policy: text_none.h or text_symbols.h"
#endif
#define PAGE_LEARNS 1

enum { CODER_FORMS = 4 };

struct study;

struct coder {
	struct symbols *table[CODER_FORMS]; /* [CODER_PLAIN] is NULL */
	size_t pages[CODER_FORMS];          /* that go by each */
	unsigned form;                      /* of pages written from now on */
	/* What learn.h is at. */
	struct study *study; /* a table being trained; NULL: none is */
	size_t studied;      /* bytes in use when the last was begun */
	double share;    /* of texts that their codes took when it was done; 0: unknown */
	double early;    /* and that they took in its round STUDY_EARLY */
	uint64_t chance; /* state of random numbers */
	uint32_t cursor; /* where the store is looked through next; 0: nowhere */
	bool changed;    /* a page has been written anew since its beginning */
};

/* The table of pages of that form. Both may be asked for while they change, where a page is
 * written when its table is there, and read before that goes. */
static inline const struct symbols *
coder_table(const struct coder *c, unsigned form)
{
	return __atomic_load_n(&c->table[form], __ATOMIC_RELAXED);
}

static inline unsigned
coder_form(const struct coder *c)
{
	return __atomic_load_n(&c->form, __ATOMIC_ACQUIRE);
}

/* Pages are of that form from now on, and go by that table. */
static inline void
coder_use(struct coder *c, unsigned form, struct symbols *table)
{
	__atomic_store_n(&c->table[form], table, __ATOMIC_RELAXED);
	__atomic_store_n(&c->form, form, __ATOMIC_RELEASE);
}

static inline enum text_order
text_match(const struct coder *c, unsigned form, const uint8_t *text, size_t n,
	struct ab_key key, size_t *at)
{
	if (form == CODER_PLAIN)
		return text_match_plain(text, n, key, at);
	return symbols_match(coder_table(c, form), text, n, key, at);
}

static inline size_t
text_decode(
	const struct coder *c, unsigned form, const uint8_t *text, size_t n, uint8_t *out)
{
	if (form != CODER_PLAIN)
		return symbols_decode(coder_table(c, form), text, n, out);
	memcpy(out, text, n);
	return n;
}

static inline size_t
text_cut(const struct coder *c, unsigned form, const uint8_t *text, size_t n, size_t at,
	uint8_t *byte)
{
	if (form != CODER_PLAIN)
		return symbols_cut(coder_table(c, form), text, n, at, byte);
	*byte = text[at];
	return at + 1;
}

static size_t
text_encode(const struct coder *c, unsigned form, const uint8_t *src, size_t n,
	uint8_t *out, size_t room)
{
	if (form != CODER_PLAIN)
		return symbols_encode(coder_table(c, form), src, n, out, room);
	if (n > room)
		return SIZE_MAX;
	memcpy(out, src, n);
	return n;
}

static inline void
coder_count(struct coder *c, unsigned form, size_t sign)
{
	c->pages[form] += sign;
}

/* What learn.h and learn_ahead.h have of the policy. */
static void coder_learn(struct ab_index *t);
static bool coder_learn_ahead(struct ab_index *t, const struct ab_entry *e, size_t n);
static void coder_free(struct coder *c, const struct ab_alloc *mem);
static void coder_memory(const struct coder *c, size_t *inner, size_t *slack);
static const char *coder_check(const struct coder *c, const size_t *pages);
#endif /* PAGE_TEXT_SYMBOLS_H */
