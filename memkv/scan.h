/* scan.h: entries by order, for those who make room for them. */
#ifndef MEMKV_SCAN_H
#define MEMKV_SCAN_H

#include "internal.h"

/* Hand the first entry of a range to `take`, which must copy what it wants, and as long as that
 * returns true the one that follows; or the last entry, if need be after some before it, each
 * of which the next one replaces. *version is the store's before. MEMKV_NOT_FOUND: there is
 * none; MEMKV_ENOMEM, perhaps after some. */
enum memkv_status kv_find(const memkv *kv, struct ab_range r, bool last, ab_visit *take,
	void *arg, uint64_t *version);

#endif /* MEMKV_SCAN_H */
