/* symbol_texts.h: texts for the tests of symbols, which a table of them codes in less: made from a
 * caller's random state into its buffer, in bytes. */
#ifndef SYMBOL_TEXTS_H
#define SYMBOL_TEXTS_H

#include <string.h>
#include "contract/rng.h"

/* A text of words of one of two vocabularies, or of any bytes; how long. */
static size_t
make_text(uint8_t *out, size_t most, unsigned kind, uint64_t *rng)
{
	static const char *const words[2][8] = {
		{ "react", "-native", "components", "js", "/node_", "server", "a",
			".json" },
		{ "LIBRARY", "Ubuntu", "\x80\xff", "QQ", "Kernel", "ZYXWVUTS", "\t",
			"#" },
	};
	size_t n = 0, want = rng_below(rng, most);
	while (n < want) {
		uint8_t byte = (uint8_t)rng_below(rng, 256);
		const char *word = words[kind & 1][byte % 8];
		if (kind == 2 || n + strlen(word) > most || byte >= 250) {
			out[n++] = byte;
			continue;
		}
		memcpy(out + n, word, strlen(word));
		n += strlen(word);
	}
	return n;
}
#endif /* SYMBOL_TEXTS_H */
