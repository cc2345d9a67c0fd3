/* ranges.h: queries for scans that do not go over everything, with the checksum
 * (checksum.h) of what each must visit.
 *
 * Ranges begin at a random key, no key twice, and end after RANGE_ENTRIES entries.
 *
 * Prefixes are what the keys have for a host and for a directory:
 *
 *   host       of a URL, a key with "://" in it, all up to its third '/', and that;
 *              of any other key, all up to its first '/', and that. A key with fewer
 *              is its own host; one with no '/' has its first half
 *   directory  all up to the last '/' that is not the last byte, and that; a key with
 *              no such has its first three quarters
 *
 * Each different prefix is as likely to be drawn as any other, however many keys it
 * has: else nearly all queries would be for the few hosts that have most keys. For the
 * same reason a scan ends after PREFIX_ENTRIES entries.
 *
 * Errors, ownership: as stream.h has them. Threads: any number. */
#ifndef AB_RANGES_H
#define AB_RANGES_H

#include "stream.h"

enum {
	RANGE_ENTRIES = 100,
	RANGES_MOST = 50000, /* queries */
	PREFIX_ENTRIES = 1000,
	PREFIXES_MOST = 200000, /* queries */
};

/* How many are asked of a data set of so many keys. */
size_t ranges_asked(size_t keys);
size_t prefixes_asked(size_t keys);

/* Bytes of the key that are its host, or its directory. */
size_t prefix_host(struct ab_key k);
size_t prefix_dir(struct ab_key k);

/* For FOR_RANGE_100. */
bool ranges_make(struct stream *q, const struct dataset *d, const struct setup *s,
	enum setup_purpose purpose);
/* For FOR_PREFIX_HOST and FOR_PREFIX_DIR. */
bool prefixes_make(struct stream *q, const struct dataset *d, const struct setup *s,
	enum setup_purpose purpose);

#endif /* AB_RANGES_H */
