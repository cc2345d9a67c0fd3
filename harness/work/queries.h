/* queries.h: what is asked of an index, by purpose: which keys, in which order, with
 * which answers. The same data set, seed and round give the same queries to every
 * contestant; every answer follows from the sorted keys alone.
 *
 *   hit, update, delete
 *                  every key, shuffled
 *   rank           the same, in the order of hit, with their row numbers
 *   insert sorted  every key, in order; insert_descending begins at its end
 *   miss           every key, shuffled, each with its last byte changed (stream.h)
 *   miss cut, miss longer
 *                  up to QUERIES_MOST of them, cut or longer
 *   hit Zipf       as many, drawn by Zipf's law of exponent 0.99 (zipf.h), as YCSB
 *                  does, from the keys in an order of its own
 *   churn          CHURNS times another random half of the keys, CHURN_MOST at most
 *   ranges, prefixes, YCSB's mixes
 *                  ranges.h, mix.h
 *
 * Errors, ownership: as stream.h has them. Threads: any number. */
#ifndef AB_QUERIES_H
#define AB_QUERIES_H

#include "stream.h"

#define ZIPF_EXPONENT 0.99

enum {
	QUERIES_MOST = 500000,
	CHURNS = 10,
	CHURN_MOST = 50000, /* keys deleted and put back at a time */
};

/* How many are asked of a data set of so many keys. */
size_t queries_asked(size_t keys);
/* Keys deleted, and put back, each time: half of them, one at least. */
size_t queries_churned(size_t keys);

/* False also for a purpose that has no queries. */
bool queries_make(struct stream *q, const struct dataset *d, const struct setup *s,
	enum setup_purpose purpose);

#endif /* AB_QUERIES_H */
