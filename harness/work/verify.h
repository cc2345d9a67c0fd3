/* verify.h: answers of a loaded index compared with the data set, off the clock.
 *
 * Each check stops at the first wrong answer and names the operation and the key
 * in `*error` (FIXTURE_ERROR, FIXTURE_WRONG). All need a loaded fixture and leave
 * it as it was. Threads: one. */
#ifndef AB_VERIFY_H
#define AB_VERIFY_H

#include "fixture.h"

typedef bool check_fn(struct fixture *f, GError **error);

/* get of every key: found, with exactly its value. */
check_fn check_hits;
/* The same in key order, without a stream. */
check_fn check_rows;
/* The same when each key has been given another value (setup.h). */
check_fn check_updated_rows;
/* get of as many absent keys: not found. */
check_fn check_misses;
/* A full scan: every key once with its value, in order if AB_ORDERED. True if the
 * variant has no scan. */
check_fn check_scan;
/* CHECK_SCANS random ranges, open-ended and stopped ones among them, and as many
 * prefixes; CHECK_UNORDERED if the variant's scans have no order, and then as sets.
 * True if it has no such scan. */
enum { CHECK_SCANS = 300, CHECK_UNORDERED = 12 };
check_fn check_ranges;
check_fn check_prefixes;
/* From the last key to the first, and the last keys of CHECK_SCANS random ranges. True if the
 * variant has no scan_back. */
check_fn check_back;
/* From the last key to the first alone. */
check_fn check_scan_back;
/* memory() is the sum of its classes and, if the fixture counts, what is held. */
bool check_memory(const struct fixture *f, GError **error);
/* count, the variant's own check and check_memory. `keys` is what the index should
 * hold now. */
bool check_sound(struct fixture *f, size_t keys, GError **error);

#endif /* AB_VERIFY_H */
