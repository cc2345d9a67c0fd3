/* text_none.h: the text policy (text_policy.h) of variants that code nothing. */
#ifndef PAGE_TEXT_NONE_H
#define PAGE_TEXT_NONE_H

#include "text_plain.h"

#ifdef PAGE_LEARNS
#error "a variant has one text policy: text_none.h or text_symbols.h"
#endif
#define PAGE_LEARNS 0

struct ab_index;

struct coder {
	char none;
};

static inline enum text_order
text_match(const struct coder *c, unsigned form, const uint8_t *text, size_t n,
	struct ab_key key, size_t *at)
{
	(void)c;
	(void)form;
	return text_match_plain(text, n, key, at);
}

static inline size_t
text_decode(
	const struct coder *c, unsigned form, const uint8_t *text, size_t n, uint8_t *out)
{
	(void)c;
	(void)form;
	memcpy(out, text, n);
	return n;
}

static inline size_t
text_cut(const struct coder *c, unsigned form, const uint8_t *text, size_t n, size_t at,
	uint8_t *byte)
{
	(void)c;
	(void)form;
	(void)n;
	*byte = text[at];
	return at + 1;
}

static inline unsigned
coder_form(const struct coder *c)
{
	(void)c;
	return CODER_PLAIN;
}

static inline size_t
text_encode(const struct coder *c, unsigned form, const uint8_t *src, size_t n,
	uint8_t *out, size_t room)
{
	(void)c;
	(void)form;
	if (n > room)
		return SIZE_MAX;
	memcpy(out, src, n);
	return n;
}

static inline void
coder_count(struct coder *c, unsigned form, size_t sign)
{
	(void)c;
	(void)form;
	(void)sign;
}

static inline void
coder_learn(struct ab_index *t)
{
	(void)t;
}

static inline bool
coder_learn_ahead(struct ab_index *t, const struct ab_entry *e, size_t n)
{
	(void)t;
	(void)e;
	(void)n;
	return true;
}

static inline void
coder_free(struct coder *c, const struct ab_alloc *mem)
{
	(void)c;
	(void)mem;
}

static inline void
coder_memory(const struct coder *c, size_t *inner, size_t *slack)
{
	(void)c;
	*inner = *slack = 0;
}

static inline const char *
coder_check(const struct coder *c, const size_t *pages)
{
	(void)c;
	(void)pages;
	return NULL;
}
#endif /* PAGE_TEXT_NONE_H */
