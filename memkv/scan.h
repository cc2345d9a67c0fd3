/* scan.h: entries by order, for those who make room for them. */
#ifndef MEMKV_SCAN_H
#define MEMKV_SCAN_H

#include "internal.h"

/* ---- scan.c ---- */

enum memkv_status kv_null_argument(void);

/* A copy of a key, with a zero byte behind it: with that it is the least key above. More than
 * BOUND_MOST bytes of a key lead no further, and are left out. */
enum { BOUND_MOST = MEMKV_KEY_MOST + 1 };
struct key_copy {
	uint8_t *p;
	size_t n;
	uint8_t own[256];
};
/* A NULL `key` is so many bytes of 0xff, which are behind all keys. */
enum memkv_status key_copy(struct key_copy *c, const memkv *kv, struct ab_key key);
void key_copy_free(const struct key_copy *c, const memkv *kv);

/* The range of the keys that begin with a prefix, the end of which is put together in `c`: to be
 * freed after MEMKV_OK. */
enum memkv_status prefix_range(
	struct key_copy *c, const memkv *kv, struct ab_key prefix, struct ab_range *r);

/* ---- find.c ---- */

/* What leads to an entry: the first of a range, or its last; or the one that has so many before. */
struct sought {
	struct ab_range r;
	enum { FROM_FIRST, FROM_LAST, FROM_NTH } from;
	size_t nth;
};
/* The one that is `where` of the key in `c`. */
struct sought sought_by(enum memkv_where where, const struct key_copy *c);

enum memkv_status kv_where(enum memkv_where where); /* MEMKV_EINVAL: it is none */

/* Hand that entry to `take`, which must copy what it wants, and as long as that returns true the
 * one that follows, or from the last one on the one before it. *version is the store's before.
 * MEMKV_NOT_FOUND: there is none; MEMKV_ENOMEM, perhaps after some. */
enum memkv_status kv_find(const memkv *kv, const struct sought *w, ab_visit *take,
	void *arg, uint64_t *version);
/* Within a change: remove the entry that is put into `out`, or after MEMKV_EROOM, of which nothing
 * is said, would be if there was room. */
enum memkv_status kv_pop(memkv *kv, const struct sought *w, struct memkv_found *out);

#endif /* MEMKV_SCAN_H */
