/* keysort.h: sort keys bytewise (memcmp, then length), fast and without malloc.
 *
 * A caching multikey quicksort: each key carries its next seven bytes in a
 * register-wide word, so most comparisons never touch the key itself.
 *
 * Units: n counts keys. Ownership: the caller's; only the array is permuted.
 * Errors: false, with the array as it was, if the 24 bytes a key of scratch
 * cannot be mapped; they are unmapped again before returning. Threads: any
 * number may sort different arrays. */
#ifndef AB_KEYSORT_H
#define AB_KEYSORT_H

#include "ab.h"

bool keysort(struct ab_key *keys, size_t n);

#endif /* AB_KEYSORT_H */
