/* packed.h: what general compressors make of the sorted keys: one more floor, for what is
 * only to be kept and not to be searched.
 *
 * They are given the keys in their order, each with a newline behind it; keys all of one
 * length with nothing between them; and keys of which one has a newline in it with their
 * length before each, in two bytes, the lower first.
 *
 * Units: bytes. Ownership: plain data. Errors: as said. Threads: one at a time. */
#ifndef AB_PACKED_H
#define AB_PACKED_H

#include "dataset.h"

enum { PACKERS = 2 };

struct packer {
	const char *name;        /* "xz -9": the program and its level */
	const char *statistic;   /* "floor_xz_9_per_key" */
	const char *program;     /* looked for in PATH */
	const char *package;     /* Debian's */
	const char *const *argv; /* from stdin to stdout, with one thread */
};

extern const struct packer packers[PACKERS];

bool packer_is_there(const struct packer *p);

/* Bytes that come out of it; false and a message that ends in the remedy. It takes 674 MB
 * (xz -9) or 110 MB (zstd -19) besides the keys. */
bool packer_bytes(
	const struct packer *p, const struct dataset *d, uint64_t *bytes, GError **error);

#endif /* AB_PACKED_H */
