/* profile.h: what a key set looks like to a path-compressed radix tree, counted
 * exactly from the sorted keys.
 *
 * The tree in question has an inner node wherever at least two of (different
 * next bytes, a key that ends here) meet:
 *
 *     https://github.com/        the root; this is its prefix
 *       |- a                     a branch byte
 *       |  |- ...                an inner node: prefix, branch bytes
 *       |- bob/x                 "b" is the branch byte, "ob/x" the leaf's suffix
 *
 * Every byte of the tree is either a branch byte, or in an inner node's prefix,
 * or in a leaf's suffix; their sum is `trie_bytes`. A key that ends at an inner
 * node (it is a prefix of another key) has an empty suffix and no branch byte.
 *
 * Units: bytes and counts, over all keys; the averages are the printer's.
 * Ownership: plain data. Errors: only `false` for want of memory. Threads: any
 * number may profile one data set. */
#ifndef AB_PROFILE_H
#define AB_PROFILE_H

#include <stdio.h>
#include "dataset.h"

enum { PROFILE_FANOUTS = 7, PROFILE_PREFIXES = 7 };

struct profile {
	size_t keys;
	uint64_t key_bytes;
	size_t longest;
	uint64_t lcp_bytes;    /* shared with the preceding key, summed */
	uint64_t suffix_bytes; /* of leaves, behind their branch byte */
	uint64_t prefix_bytes; /* of inner nodes, behind their branch byte */
	uint64_t children;     /* branch bytes: one a child reached by a byte */
	uint64_t inner;        /* inner nodes */
	uint64_t depth_sum;    /* inner nodes on the path, summed over keys */
	size_t deepest;        /* inner nodes on the longest path */
	uint64_t prefix_keys;  /* keys that are a prefix of another key */
	/* Inner nodes by children and by prefix length; the classes are named by
	 * profile_fanout_name and profile_prefix_name. */
	uint64_t fanout[PROFILE_FANOUTS];
	uint64_t prefix[PROFILE_PREFIXES];
	/* The smallest length that 50, 90, 99 % of leaf suffixes do not exceed. */
	size_t suffix_50, suffix_90, suffix_99;
};

bool profile_compute(const struct dataset *d, struct profile *out);

/* suffix_bytes + prefix_bytes + children == key_bytes - lcp_bytes. */
uint64_t profile_trie_bytes(const struct profile *p);

/* "1", "2", "3", "4", "5-16", "17-48", "49+"; "0", "1", "2", "3-4", ... */
const char *profile_fanout_name(size_t class);
const char *profile_prefix_name(size_t class);

/* For people, and one `statistic TAB value` line each for programs. */
void profile_print_text(const struct profile *p, const char *title, FILE *out);
void profile_print_tsv(const struct profile *p, FILE *out);

#endif /* AB_PROFILE_H */
