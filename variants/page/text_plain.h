/* text_plain.h: texts as they are, which pages of any variant may hold: with a text policy
 * (text_policy.h) that codes none, all, or until there is something to code with. */
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
