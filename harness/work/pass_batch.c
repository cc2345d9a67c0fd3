/* pass_batch.c: many keys in one call: looked up, put. What one by one is hit and insert;
 * the keys are the same. f->at_a_time says how many; where a turn ends there may be fewer. */
#include "pass.h"
#include "queries.h"

static struct ab_entry entries[BATCH_MOST];

/* Those from `i` on, of queries `q` up to `to`; how many. */
static inline size_t
take(const struct fixture *f, const struct stream *q, size_t i, size_t to)
{
	size_t n = MIN(f->at_a_time, to - i);
	for (size_t k = 0; k < n; k++)
		entries[k] = (struct ab_entry){ stream_key(q, i + k), 0 };
	return n;
}

static size_t
hits(struct fixture *f, size_t from, size_t to)
{
	const struct stream *q = &f->stream;
	bool found[BATCH_MOST];
	size_t right = 0;
	for (size_t i = from, n; i < to; i += n) {
		n = take(f, q, i, to);
		size_t all = ab_get_many(f->v, f->t, entries, n, found), of_these = 0;
		for (size_t k = 0; k < n; k++)
			of_these += found[k] && entries[k].value == q->expected[i + k];
		right += MIN(all, of_these);
	}
	return right;
}

static size_t
inserts(struct fixture *f, size_t from, size_t to)
{
	const struct stream *q = &f->loan;
	size_t right = 0, done;
	for (size_t i = from, n; i < to; i += n) {
		n = take(f, q, i, to);
		for (size_t k = 0; k < n; k++)
			entries[k].value = q->expected[i + k];
		(void)ab_put_many(f->v, f->t, entries, n, &done);
		right += done;
	}
	return right;
}

const struct pass pass_hit_batch = {
	.operation = "hit",
	.kind = READS,
	.stretch = hits,
	.before = fixture_load,
	.asked = queries_asked,
};

const struct pass pass_insert_batch = {
	.operation = "insert",
	.kind = FILLS,
	.needs = NEEDS_PUT,
	.stretch = inserts,
	.before = be_empty,
	.after = be_filled,
};
