/* entry.h: an entry of a page on its way from one page to another. */
#ifndef PAGE_ENTRY_H
#define PAGE_ENTRY_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#ifndef PAGE_MOST
#define PAGE_MOST 64 /* entries in a page */
#endif
static_assert(PAGE_MOST >= 16 && PAGE_MOST <= 64 && PAGE_MOST % 16 == 0,
	"PAGE_MOST, the entries of a page: 16, 32, 48 or 64");

enum { ENTRIES_MOST = PAGE_MOST + 2 };

/* The key is the first `lcp` bytes of the key before it (past what all keys of the
 * page share), then `branch`, then the text; or, if it `ends`, which only the first
 * can, just what all share. */
struct entry {
	const uint8_t *text; /* borrowed: from a page, a caller's key, a draft's room */
	uint64_t value;
	uint16_t n; /* bytes of text */
	uint16_t lcp;
	uint8_t branch;
	bool ends;
	bool dead;  /* deleted; see page.h on ghosts */
	bool raw;   /* the text is key bytes, yet to be coded */
	bool alone; /* too long a key to share a page or to be coded */
};
#endif /* PAGE_ENTRY_H */
