/* mix.h: the six core workloads of YCSB (B. F. Cooper et al., "Benchmarking cloud
 * serving systems with YCSB", SoCC 2010): operations of several kinds in random order,
 * their shares exact.
 *
 *   A  50 % reads, 50 % updates          D  95 % reads of the latest, 5 % inserts
 *   B  95 % reads, 5 % updates           E  95 % scans, 5 % inserts
 *   C  reads                             F  50 % reads, 50 % read-modify-writes
 *
 * Requests follow Zipf's law of exponent 0.99 over the keys in an order of its own; in
 * D over what was put last, so that the youngest key is asked for most. A scan begins
 * at such a key and goes over 1 to MIX_SCAN_MOST entries, every length as likely.
 *
 * Every HELD_OUT_EVERY-th key in the order of insertion is held out when the index is
 * loaded; the inserts of D and E put those, in that order. A, B, C and F run on the
 * same index.
 *
 * The mix is played through when it is made, so that the answer to each operation is
 * known, and the value that each key must have at the end.
 *
 * Errors, ownership: as stream.h has them. Threads: any number. */
#ifndef AB_MIX_H
#define AB_MIX_H

#include "stream.h"

enum {
	MIX_MOST = 500000,       /* operations */
	MIX_MOST_SCANS = 100000, /* of E */
	MIX_SCAN_MOST = 100,     /* entries */
	HELD_OUT_EVERY = 20,     /* at least as many keys are needed */
};

enum mix_kind {
	MIX_READ,   /* get: `expected` */
	MIX_UPDATE, /* put of the value `given` */
	MIX_INSERT, /* the same of a new key */
	MIX_MODIFY, /* get: `expected`, and put of that and 1 */
	MIX_SCAN,   /* of `given` entries from the key on: the checksum `expected` */
	MIX_KINDS
};

/* Operations on a data set of so many keys. */
size_t mix_asked(size_t keys);
size_t mix_asked_scans(size_t keys);

/* For FOR_YCSB_A to FOR_YCSB_F. */
bool mix_make(struct stream *q, const struct dataset *d, const struct setup *s,
	enum setup_purpose purpose);

#endif /* AB_MIX_H */
