/* text_plain.h: texts as they are. The policy for variants without a coder, and what
 * pages of any variant hold until there is something to code with.
 *
 * What page.h, page_draft.h and page_tree.h need of a text policy:
 *
 *  struct coder                       part of the index
 *  CODER_PLAIN                        the form of texts that are as they are: 0
 *  text_match(c, form, text, n, key, &at)   below
 *  text_decode(c, form, text, n, out)       to key bytes; how many
 *  coder_form(c)                      the form in which pages are written now
 *  text_encode(c, form, src, n, out, room)  how many bytes; SIZE_MAX: over `room`
 *  coder_count(c, form, sign)         a page is of that form, or (-1) no longer is
 *  coder_learn(t)                     called after each put and del that changed something
 *  coder_free(c, mem)                 what it holds; it is as new then
 *  coder_memory(c, &inner, &slack)    bytes held, by class
 *  coder_check(c, pages)              NULL, or what broke; pages: how many of each form */
#ifndef PAGE_TEXT_PLAIN_H
#define PAGE_TEXT_PLAIN_H

#include "../bytes/word.h"

enum { CODER_PLAIN = 0 };

/* How a key compares with an entry's: it is less, it is greater and they part before
 * the entry's end, or the entry's is all matched. */
enum text_order { TEXT_LESS, TEXT_GREATER, TEXT_ENDS };

/* Match the key from byte *at on with a text; *at moves to the first that differs.
 * 7 bytes past the text must be readable. */
static inline enum text_order
text_match_plain(const uint8_t *text, size_t n, struct ab_key key, size_t *at)
{
	size_t from = *at, left = key.n - from, most = n < left ? n : left;
	for (size_t i = 0; i < most; i += 8) {
		uint64_t a = art_load8(text + i), b = word_of(key, from + i);
		uint64_t differ = a ^ b;
		if (most - i < 8)
			differ = word_first(differ, most - i);
		if (differ) {
			size_t d = i + word_at(differ);
			*at = from + d;
			return key.p[from + d] < text[d] ? TEXT_LESS : TEXT_GREATER;
		}
	}
	*at = from + most;
	return most == n ? TEXT_ENDS : TEXT_LESS;
}
#endif /* PAGE_TEXT_PLAIN_H */
