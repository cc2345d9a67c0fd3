/* stream.h: queries laid out in the order they will be asked.
 *
 * The key bytes of a stream stand one after another in one block, and so do the
 * expected values: asking them in order costs the prefetcher's reads and no cache
 * miss of the workload's own. Memory is pages outside the heap, resident.
 *
 * Ownership: a stream owns its block and does not refer to the data set.
 * Threads: read-only once made. */
#ifndef AB_STREAM_H
#define AB_STREAM_H

#include "dataset.h"
#include "setup.h"

struct stream {
	size_t n;
	const uint8_t *bytes;     /* of all keys */
	const size_t *at;         /* n + 1: key i is bytes[at[i]] to bytes[at[i + 1]] */
	const uint64_t *expected; /* the value each key must give */
	void *block;              /* private */
	size_t size;
};

static inline struct ab_key
stream_key(const struct stream *q, size_t i)
{
	return (struct ab_key){ q->bytes + q->at[i], q->at[i + 1] - q->at[i] };
}

/* Row numbers 0..n-1, shuffled for `purpose`, or in order if `sorted`. Resident
 * pages: give them back with pages_free(order, n * sizeof *order). NULL: no
 * memory. n must fit 32 bits. */
uint32_t *
order_new(size_t n, const struct setup *s, enum setup_purpose purpose, bool sorted);

/* The keys of `d` in the order of `order`, which holds d->n row numbers. False:
 * no memory, and then nothing is held. */
bool stream_present(struct stream *q, const struct dataset *d, const uint32_t *order,
	const struct setup *s);
/* As many keys that are not in `d`: each key with its last byte changed to the
 * nearest one (by xor) that makes it absent, or, where all 255 are present or the
 * key is empty, with a byte appended. `expected` is all zero. */
bool stream_absent(struct stream *q, const struct dataset *d, const uint32_t *order);
/* Turn every bit of the key bytes over; twice, and they are as they were. */
void stream_invert(struct stream *q);
/* A zeroed stream is fine. */
void stream_free(struct stream *q);

#endif /* AB_STREAM_H */
