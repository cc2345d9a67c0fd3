/* names.h: owners, repository names and hosts as the generator draws them: words
 * from small tables with skewed weights, and made-up words from syllables.
 *
 * Units: bytes. Ownership: a struct text is the caller's. Errors: none; a text
 * that would pass its room stops growing, longer than any key may be, and the
 * generator drops it. Threads: names_init once, before the first draw; after it
 * the tables are only read, and a random state belongs to one thread. */
#ifndef AB_NAMES_H
#define AB_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char p[512];
	size_t n;
};

void names_init(void);

void text_add(struct text *t, const char *p, size_t n);

/* Append to `t`, drawing from `rng`. */
void names_owner(struct text *t, uint64_t *rng);
void names_host(struct text *t, uint64_t *rng); /* any but the main one */
void names_repository(struct text *t, uint64_t *rng);
/* One or more further words, each behind a separator. */
void names_more_words(struct text *t, uint64_t *rng);
/* What turns one repository's name into a sibling's: "-cli", ".js", "2". */
void names_sibling(struct text *t, uint64_t *rng);
/* A folder inside a repository, from the slash on. */
void names_folder(struct text *t, uint64_t *rng);

/* Single words: out of a table or made up of syllables, and people's names. */
void names_word(struct text *t, uint64_t *rng);
void names_made_up(struct text *t, uint64_t *rng);
void names_given(struct text *t, uint64_t *rng);
void names_surname(struct text *t, uint64_t *rng);

/* True in `percent` of 100 draws. */
bool names_chance(uint64_t *rng, unsigned percent);

#endif /* AB_NAMES_H */
