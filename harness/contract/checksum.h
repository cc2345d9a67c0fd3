/* checksum.h: what a scan visited, in one number: how many entries, in which order,
 * each one's value and both ends of its key, as any user would read them. A visitor
 * that only counted would make a scan of pointers look free.
 *
 * R. M. Karp and M. O. Rabin's rolling hash ("Efficient randomized pattern-matching
 * algorithms", IBM J. Res. Dev. 31(2), 1987), modulo 2^64: that of entries lo..hi of a
 * sequence follows from those of its beginnings, so the answer to any range is known
 * in constant time.
 *
 * Threads: plain values. */
#ifndef AB_CHECKSUM_H
#define AB_CHECKSUM_H

#include "ab.h"

#define CHECKSUM_BASE UINT64_C(0x9e3779b97f4a7c15) /* odd */

static inline uint64_t
checksum_ends(struct ab_key key)
{
	return key.n ? 256u * key.p[0] + key.p[key.n - 1] : 0;
}

/* The checksum of a sequence and one entry more; that of none is 0. */
static inline uint64_t
checksum_add(uint64_t sum, struct ab_key key, uint64_t value)
{
	/* Never unseen: an entry of zeros adds something, too. */
	return sum * CHECKSUM_BASE + value + 65537 * checksum_ends(key) + 1;
}

/* That of the last `n` entries of a sequence, from that of the whole and that of what
 * is before them; `power` is CHECKSUM_BASE to the n. */
static inline uint64_t
checksum_last(uint64_t whole, uint64_t before, uint64_t power)
{
	return whole - before * power;
}

#endif /* AB_CHECKSUM_H */
