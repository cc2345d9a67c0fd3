/* stream.c: see stream.h. */
#include "ground/memory.h"
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

/* One block: answers, then offsets, then key bytes. */
bool
stream_new(struct stream *q, size_t n, size_t bytes)
{
	size_t words = n + n + 1, size = words * sizeof(uint64_t) + bytes;
	*q = (struct stream){ .n = n, .size = size, .block = pages_new(size) };
	if (!q->block)
		return false;
	q->expected = q->block;
	q->at = (const size_t *)(q->expected + n);
	q->bytes = (const uint8_t *)(q->at + n + 1);
	return true;
}

bool
stream_add_operations(struct stream *q)
{
	q->operations = pages_new(q->n * sizeof *q->operations);
	if (!q->operations)
		stream_free(q);
	return q->operations;
}

bool
stream_present(struct stream *q, const struct dataset *d, const uint32_t *rows, size_t n,
	const struct setup *s)
{
	size_t bytes = 0;
	for (size_t i = 0; i < n; i++)
		bytes += d->keys[rows[i]].n;
	if (!stream_new(q, n, bytes))
		return false;
	for (size_t i = 0; i < n; i++)
		stream_set(q, i, d->keys[rows[i]], setup_value(s, rows[i]));
	return true;
}

/* ---- absent keys ---- */

/* A key less `cut` bytes; or with `extra` more, all zero but the last, or none and
 * the last one changed; either way it ends in `last`. */
struct change {
	uint32_t cut, extra;
	uint8_t last;
	bool due;
};

static struct ab_key
apply(struct change c, struct ab_key k, uint8_t *out)
{
	size_t n = k.n - c.cut + c.extra;
	if (k.n)
		memcpy(out, k.p, k.n - c.cut);
	memset(out + k.n - c.cut, 0, c.extra);
	if (!c.cut)
		out[n - 1] = c.last;
	return (struct ab_key){ out, n };
}

/* `scratch` has room for two bytes more than the longest key. This ends: no key is
 * longer than the longest. `c` says where to begin. */
static struct change
changed(const struct dataset *d, struct ab_key k, struct change c, uint8_t *scratch)
{
	for (;; c.extra++, c.last = 0) {
		uint8_t old = c.last;
		for (unsigned x = c.extra ? 0 : 1; x < 256; x++) {
			c.last = old ^ (uint8_t)x;
			if (!dataset_has(d, apply(c, k, scratch)))
				return c;
		}
	}
}

static struct change
change_for(const struct dataset *d, struct ab_key k, enum absence how, uint8_t *scratch)
{
	uint8_t last = k.n ? k.p[k.n - 1] : 0;
	if (how == ABSENT_LONGER)
		return changed(
			d, k, (struct change){ .extra = 1, .last = last }, scratch);
	for (uint32_t cut = 1; how == ABSENT_CUT && cut <= k.n; cut++)
		if (!dataset_has(d, (struct ab_key){ k.p, k.n - cut }))
			return (struct change){ .cut = cut };
	struct change c = { .extra = k.n ? 0 : 1, .last = last };
	return changed(d, k, c, scratch);
}

/* What to do to the key of each row that is due. Made in row order, so that the
 * searches stay near each other. Returns the bytes of the keys in `rows`. */
static size_t
find_changes(const struct dataset *d, struct change *changes, const uint32_t *rows,
	size_t n, enum absence how, uint8_t *scratch)
{
	size_t bytes = 0;
	for (size_t i = 0; i < n; i++)
		changes[rows[i]].due = true;
	for (size_t row = 0; row < d->n; row++)
		if (changes[row].due)
			changes[row] = change_for(d, d->keys[row], how, scratch);
	for (size_t i = 0; i < n; i++) {
		const struct change *c = &changes[rows[i]];
		bytes += d->keys[rows[i]].n - c->cut + c->extra;
	}
	return bytes;
}

bool
stream_absent(struct stream *q, const struct dataset *d, const uint32_t *rows, size_t n,
	enum absence how)
{
	size_t scratch_size = d->longest + 2;
	struct change *changes = pages_new(d->n * sizeof *changes);
	uint8_t *scratch = pages_new(scratch_size);
	bool ok = changes && scratch &&
		  stream_new(q, n, find_changes(d, changes, rows, n, how, scratch));
	for (size_t i = 0; ok && i < n; i++)
		stream_set(q, i, apply(changes[rows[i]], d->keys[rows[i]], scratch), 0);
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
	q->inverted = !q->inverted;
}

void
stream_free(struct stream *q)
{
	pages_free(q->block, q->size);
	pages_free(q->operations, q->n * sizeof *q->operations);
	*q = (struct stream){ 0 };
}
