/* floor.h: how few bytes keys could take, by the simplest means: what is left of each
 * sorted key behind what it shares with the one before (its lcp), at its entropy.
 *
 * Of the keys k1 < k2 < ... in order, three things have to be told:
 *
 *   lcps   lcp(k[i-1], k[i]), of each key but the first, at the entropy of order 0
 *   bytes  of k[i] behind its lcp, at the entropy of order 0, 1 or 2: in the context
 *          of none, one or two bytes that stand before it in the key, which are the
 *          shared ones where it is the first; a place before the key's beginning is a
 *          context of its own
 *   ends   in the cheaper of two ways: each key's length at the entropy of order 0, or
 *          an end as one more symbol behind the key's last byte, among the bytes
 *
 *      k1  a b c $      lcp -   bytes a (in: nothing), b (in: a), c (in: b)
 *      k2  a b d e $    lcp 2   bytes d (in: b), e (in: d)
 *
 * The entropy is that of the counts themselves: of n symbols in a context of which n[s] are
 * s, the sum of n[s] log2(n / n[s]). Who reads the keys back has to have the counts, too,
 * and at order 2 of few keys they are most of it. The floor is the least of the three
 * orders with its counts paid for: for m different symbols in a context (m - 1) / 2 log2(n)
 * bits (Rissanen, 1983), and for lcps and lengths likewise. For what it is a bound
 * docs/measured/keys.md says.
 *
 * Units: bytes and counts over all keys, values not among them. Ownership: plain data.
 * Errors: `false` for want of memory: 1 KB for each context of two bytes that occurs, some MB
 * for text and 68 for noise. Threads: any number may work on one data set. */
#ifndef AB_FLOOR_H
#define AB_FLOOR_H

#include <stdio.h>
#include "dataset.h"

enum { FLOOR_ORDERS = 3, FLOOR_LCPS = 9 };

struct floors {
	size_t keys;
	double lcps; /* what the lcps take */
	/* Lcps, bytes and ends by order; and with the counts. */
	double front[FLOOR_ORDERS], paid[FLOOR_ORDERS];
	/* Keys but the first by lcp, see floor_lcp_name. */
	uint64_t lcp[FLOOR_LCPS];
	/* The smallest lcp that 50, 90, 99 % of them do not exceed; 0 of one key. */
	size_t lcp_50, lcp_90, lcp_99;
};

bool floor_compute(const struct dataset *d, struct floors *out);
/* The order that takes least when its counts are paid for. */
unsigned floor_order(const struct floors *f);
/* What that takes, in bytes a key; NAN for want of memory. */
double floor_of(const struct dataset *d);

/* Bytes that two keys share at their beginning. */
size_t floor_lcp(struct ab_key a, struct ab_key b);
/* "0", "1", "2", "3-4", ..., "65+" */
const char *floor_lcp_name(size_t class);

/* For people, and one `statistic TAB value` line each for programs. `trie_bytes` are the
 * profile's, the first of the floors. */
void floor_print_text(const struct floors *f, uint64_t trie_bytes, FILE *out);
void floor_print_tsv(const struct floors *f, FILE *out);

#endif /* AB_FLOOR_H */
