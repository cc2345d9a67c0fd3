/* stream.h: queries laid out in the order they will be asked.
 *
 * The key bytes of a stream stand one after another in one block, and so do the
 * expected answers: asking them in order costs the prefetcher's reads and no cache
 * miss of the workload's own. Memory is pages outside the heap, resident.
 *
 * Ownership: a stream owns its blocks and does not refer to the data set.
 * Errors: false where there is no memory, and then nothing is held.
 * Threads: read-only once made. */
#ifndef AB_STREAM_H
#define AB_STREAM_H

#include <string.h>
#include "keys/dataset.h"
#include "setup.h"

/* What a query of a mix (mix.h) does beside being asked. */
struct mix_operation {
	uint64_t given; /* the value to write, or how many entries to scan */
	uint64_t first; /* the value that its key has before all of them, or will get */
	uint64_t left;  /* the value that its key has when all have been done */
	uint8_t kind;   /* enum mix_kind */
};

struct stream {
	size_t n;
	const uint8_t *bytes; /* of all keys */
	const size_t *at;     /* n + 1: key i is bytes[at[i]] to bytes[at[i + 1]] */
	/* The value each key must give, or the checksum (checksum.h) of a scan. */
	const uint64_t *expected;
	struct mix_operation *operations; /* n of them; NULL: all do the same */
	bool inverted; /* the key bytes are not what they should be: stream_invert */
	void *block;   /* private */
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

/* Room for `n` queries of `bytes` key bytes together, which stream_set fills in from
 * the first to the last. */
bool stream_new(struct stream *q, size_t n, size_t bytes);

static inline void
stream_set(struct stream *q, size_t i, struct ab_key k, uint64_t expected)
{
	if (k.n)
		memcpy((uint8_t *)q->bytes + q->at[i], k.p, k.n);
	((size_t *)q->at)[i + 1] = q->at[i] + k.n;
	((uint64_t *)q->expected)[i] = expected;
}

/* Give it operations, all zero. */
bool stream_add_operations(struct stream *q);

/* The keys of these `n` rows of `d`, which may repeat, each with its value. */
bool stream_present(struct stream *q, const struct dataset *d, const uint32_t *rows,
	size_t n, const struct setup *s);

/* How a key is made one that is not in the data set. */
enum absence {
	/* Its last byte is changed to the nearest one (by xor) that makes it absent; or,
	 * where all 255 are present or the key is empty, a byte is appended. */
	ABSENT_CHANGED,
	/* It is cut, to its longest beginning that is absent; or, where all are present
	 * (the empty key has none), it is changed. */
	ABSENT_CUT,
	/* A byte is appended, its last byte again or the nearest to that; or more. */
	ABSENT_LONGER,
};
/* As many keys that are not in `d`, made of the keys of these rows. `expected` is all
 * zero. */
bool stream_absent(struct stream *q, const struct dataset *d, const uint32_t *rows,
	size_t n, enum absence how);

/* Turn every bit of the key bytes over; twice, and they are as they were. */
void stream_invert(struct stream *q);
/* A zeroed stream is fine. */
void stream_free(struct stream *q);

#endif /* AB_STREAM_H */
