/* stream.c: see stream.h. */
#include <string.h>
#include "memory.h"
#include "stream.h"

uint32_t *
order_new(size_t n, const struct setup *s, enum setup_purpose purpose, bool sorted)
{
	uint32_t *order = pages_new(n * sizeof *order);
	if (!order)
		return NULL;
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	uint64_t rng = setup_rng(s, purpose);
	if (!sorted)
		rng_shuffle(&rng, order, n);
	return order;
}

/* One block: values, then offsets, then up to `bytes` key bytes. */
static bool
lay_out(struct stream *q, size_t n, size_t bytes)
{
	size_t words = n + n + 1;
	q->n = n;
	q->size = words * sizeof(uint64_t) + bytes;
	q->block = pages_new(q->size);
	if (!q->block)
		return false;
	q->expected = q->block;
	q->at = (const size_t *)(q->expected + n);
	q->bytes = (const uint8_t *)(q->at + n + 1);
	return true;
}

bool
stream_present(struct stream *q, const struct dataset *d, const uint32_t *order,
	const struct setup *s)
{
	if (!lay_out(q, d->n, d->key_bytes))
		return false;
	uint64_t *expected = (uint64_t *)q->expected;
	size_t *at = (size_t *)q->at;
	uint8_t *bytes = (uint8_t *)q->bytes;
	for (size_t i = 0; i < q->n; i++) {
		struct ab_key k = d->keys[order[i]];
		if (k.n)
			memcpy(bytes + at[i], k.p, k.n);
		at[i + 1] = at[i] + k.n;
		expected[i] = setup_value(s, order[i]);
	}
	return true;
}

/* How to make a key absent: append `extra` bytes, all zero but the last, or none
 * and change the last one; either way it ends in `last`. */
struct change {
	uint32_t extra;
	uint8_t last;
};

static size_t
apply(struct change c, struct ab_key k, uint8_t *out)
{
	size_t n = k.n + c.extra;
	if (k.n)
		memcpy(out, k.p, k.n);
	memset(out + k.n, 0, c.extra);
	out[n - 1] = c.last;
	return n;
}

/* `scratch` has room for two bytes more than the longest key. This ends: no key
 * is longer than the longest. */
static struct change
change_for(const struct dataset *d, struct ab_key k, uint8_t *scratch)
{
	struct change c = { .extra = k.n ? 0 : 1 };
	for (;; c.extra++) {
		uint8_t old = c.extra ? 0 : k.p[k.n - 1];
		for (unsigned x = c.extra ? 0 : 1; x < 256; x++) {
			c.last = old ^ (uint8_t)x;
			size_t n = apply(c, k, scratch);
			if (!dataset_has(d, (struct ab_key){ scratch, n }))
				return c;
		}
	}
}

static void
fill_absent(struct stream *q, const struct dataset *d, const uint32_t *order,
	const struct change *changes)
{
	size_t *at = (size_t *)q->at;
	uint8_t *bytes = (uint8_t *)q->bytes;
	for (size_t i = 0; i < q->n; i++)
		at[i + 1] = at[i] +
			    apply(changes[order[i]], d->keys[order[i]], bytes + at[i]);
}

bool
stream_absent(struct stream *q, const struct dataset *d, const uint32_t *order)
{
	size_t scratch_size = d->longest + 2, bytes = d->key_bytes;
	struct change *changes = pages_new(d->n * sizeof *changes);
	uint8_t *scratch = pages_new(scratch_size);
	bool ok = changes && scratch;
	/* In row order, so that the searches stay near each other. */
	for (size_t row = 0; ok && row < d->n; row++) {
		changes[row] = change_for(d, d->keys[row], scratch);
		bytes += changes[row].extra;
	}
	ok = ok && lay_out(q, d->n, bytes);
	if (ok)
		fill_absent(q, d, order, changes);
	pages_free(scratch, scratch_size);
	pages_free(changes, d->n * sizeof *changes);
	return ok;
}

void
stream_invert(struct stream *q)
{
	uint8_t *bytes = (uint8_t *)q->bytes;
	for (size_t i = 0; i < q->at[q->n]; i++)
		bytes[i] = (uint8_t)~bytes[i];
}

void
stream_free(struct stream *q)
{
	pages_free(q->block, q->size);
	*q = (struct stream){ 0 };
}
