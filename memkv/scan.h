/* scan.h: one entry by order, for those who make room for it. */
#ifndef MEMKV_SCAN_H
#define MEMKV_SCAN_H

#include "internal.h"

/* Hand the first or the last entry of a range to `take`, which must copy what it wants;
 * *taken is what it returned. MEMKV_NOT_FOUND: there is none. */
enum memkv_status kv_find(const memkv *kv, struct ab_range r, bool last,
	bool (*take)(void *arg, struct ab_key key, uint64_t value), void *arg,
	bool *taken);

#endif /* MEMKV_SCAN_H */
