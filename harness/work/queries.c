/* queries.c: see queries.h. */
#include "ground/memory.h"
#include "mix.h"
#include "queries.h"
#include "ranges.h"
#include "zipf.h"

size_t
queries_asked(size_t keys)
{
	return MIN(keys, QUERIES_MOST);
}

size_t
queries_churned(size_t keys)
{
	return MIN((keys + 1) / 2, CHURN_MOST);
}

typedef bool stream_maker(struct stream *q, const struct dataset *d,
	const struct setup *s, enum setup_purpose purpose);

static bool
make_all(struct stream *q, const struct dataset *d, const struct setup *s,
	enum setup_purpose purpose)
{
	uint32_t *rows = order_new(d->n, s, purpose, purpose == FOR_INSERT_SORTED);
	bool made = rows && stream_present(q, d, rows, d->n, s);
	pages_free(rows, d->n * sizeof *rows);
	return made;
}

static bool
make_absent(struct stream *q, const struct dataset *d, const struct setup *s,
	enum setup_purpose purpose)
{
	uint32_t *rows = order_new(d->n, s, purpose, false);
	enum absence how = purpose == FOR_MISS_CUT      ? ABSENT_CUT
			   : purpose == FOR_MISS_LONGER ? ABSENT_LONGER
							: ABSENT_CHANGED;
	size_t n = purpose == FOR_MISS ? d->n : queries_asked(d->n);
	bool made = rows && stream_absent(q, d, rows, n, how);
	pages_free(rows, d->n * sizeof *rows);
	return made;
}

static bool
make_zipf(struct stream *q, const struct dataset *d, const struct setup *s,
	enum setup_purpose purpose)
{
	size_t n = queries_asked(d->n);
	uint32_t *by_rank = order_new(d->n, s, purpose, false);
	uint32_t *rows = pages_new(n * sizeof *rows);
	bool made = by_rank && rows;
	uint64_t rng = rng_mix(setup_rng(s, purpose));
	struct zipf z;
	zipf_init(&z, ZIPF_EXPONENT, d->n);
	for (size_t i = 0; made && i < n; i++)
		rows[i] = by_rank[zipf_next(&z, &rng)];
	made = made && stream_present(q, d, rows, n, s);
	pages_free(rows, n * sizeof *rows);
	pages_free(by_rank, d->n * sizeof *by_rank);
	return made;
}

/* As for hit, each with its row number in place of its value. */
static bool
make_rank(struct stream *q, const struct dataset *d, const struct setup *s,
	enum setup_purpose purpose)
{
	(void)purpose;
	uint32_t *rows = order_new(d->n, s, FOR_HIT, false);
	bool made = rows && stream_present(q, d, rows, d->n, s);
	for (size_t i = 0; made && i < d->n; i++)
		((uint64_t *)q->expected)[i] = rows[i];
	pages_free(rows, d->n * sizeof *rows);
	return made;
}

static bool
make_churn(struct stream *q, const struct dataset *d, const struct setup *s,
	enum setup_purpose purpose)
{
	size_t each = queries_churned(d->n), n = CHURNS * each;
	uint32_t *order = order_new(d->n, s, purpose, true);
	uint32_t *rows = pages_new(n * sizeof *rows);
	bool made = order && rows;
	uint64_t rng = setup_rng(s, purpose);
	for (size_t i = 0; made && i < n; i += each) {
		rng_shuffle(&rng, order, d->n);
		memcpy(rows + i, order, each * sizeof *rows);
	}
	made = made && stream_present(q, d, rows, n, s);
	pages_free(rows, n * sizeof *rows);
	pages_free(order, d->n * sizeof *order);
	return made;
}

bool
queries_make(struct stream *q, const struct dataset *d, const struct setup *s,
	enum setup_purpose purpose)
{
	static stream_maker *const makers[FOR_PURPOSES] = {
		[FOR_HIT] = make_all,
		[FOR_DELETE] = make_all,
		[FOR_INSERT_SORTED] = make_all,
		[FOR_MISS] = make_absent,
		[FOR_MISS_CUT] = make_absent,
		[FOR_MISS_LONGER] = make_absent,
		[FOR_HIT_ZIPF] = make_zipf,
		[FOR_CHURN] = make_churn,
		[FOR_RANGE_100] = ranges_make,
		[FOR_PREFIX_HOST] = prefixes_make,
		[FOR_PREFIX_DIR] = prefixes_make,
		[FOR_YCSB_A] = mix_make,
		[FOR_YCSB_B] = mix_make,
		[FOR_YCSB_C] = mix_make,
		[FOR_YCSB_D] = mix_make,
		[FOR_YCSB_E] = mix_make,
		[FOR_YCSB_F] = mix_make,
		[FOR_RANK] = make_rank,
	};
	return makers[purpose] && makers[purpose](q, d, s, purpose);
}
