/* text_none.h: the text policy (text_plain.h) of variants that code nothing. */
#ifndef PAGE_TEXT_H
#define PAGE_TEXT_H

#include "text_plain.h"

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
#endif /* PAGE_TEXT_H */
