/* pass_load.c: other ways to fill an index: in key order, in bulk, in bulk and then one
 * by one, over and over. */
#include "ground/memory.h"
#include "pass.h"
#include "queries.h"

/* Every key is to be there; but the next to use the index loads it the usual way. */
static bool
be_whole(struct fixture *f, GError **error)
{
	bool whole = fixture_filled(f, error) &&
		     (!fixture_answers(f) || check_rows(f, error));
	fixture_changes(f);
	return whole;
}

/* ---- in order ---- */

static size_t
inserts_sorted(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++)
		right += put_is_right(f, &f->stream, i);
	return right;
}

static size_t
inserts_descending(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++)
		right += put_is_right(f, &f->stream, f->stream.n - 1 - i);
	return right;
}

static bool
be_filled_sorted(struct fixture *f, GError **error)
{
	fixture_take_back_queries(f);
	return be_whole(f, error);
}

const struct pass pass_insert_sorted = {
	.operation = "insert",
	.kind = FILLS,
	.needs = NEEDS_PUT,
	.stretch = inserts_sorted,
	.before = fixture_renew,
	.after = be_filled_sorted,
};

const struct pass pass_insert_descending = {
	.operation = "insert",
	.kind = FILLS,
	.needs = NEEDS_PUT,
	.stretch = inserts_descending,
	.before = fixture_renew,
	.after = be_filled_sorted,
};

/* ---- in bulk ---- */

/* Of the index that is built, and what was said to that: there is one at a time. */
static struct ab_entry *entries;
static enum ab_status built;

/* An empty index, and room for the entries of all keys. */
static bool
be_empty_to_build(struct fixture *f, GError **error)
{
	if (!fixture_renew(f, error) || !fixture_stream(f, FOR_INSERT_SORTED, error))
		return false;
	entries = pages_new(f->d->n * sizeof *entries);
	if (!entries)
		g_set_error(error, FIXTURE_ERROR, FIXTURE_NO_MEMORY,
			"out of memory for the entries");
	return entries;
}

/* The entries are no longer needed; was it built of all keys, or of most? */
static bool
be_built(struct fixture *f, bool all, GError **error)
{
	pages_free(entries, f->d->n * sizeof *entries);
	entries = NULL;
	if (built != AB_OK)
		return fixture_failed(built, error, "build of %s%zu keys%s",
			all ? "" : "most of ", f->d->n,
			all ? "" : ", and put of the rest");
	return be_filled_sorted(f, error);
}

static bool
be_ready_to_build(struct fixture *f, GError **error)
{
	if (!be_empty_to_build(f, error))
		return false;
	for (size_t i = 0; i < f->d->n; i++)
		entries[i] = (struct ab_entry){ stream_key(&f->stream, i),
			f->stream.expected[i] };
	return true;
}

static size_t
build(struct fixture *f, size_t from, size_t to)
{
	built = f->v->build(f->t, entries + from, to - from);
	return built == AB_OK ? to - from : 0;
}

static bool
be_built_of_all(struct fixture *f, GError **error)
{
	return be_built(f, true, error);
}

const struct pass pass_build = {
	.operation = "build",
	.kind = FILLS,
	.needs = NEEDS_BUILD,
	.stretch = build,
	.before = be_ready_to_build,
	.after = be_built_of_all,
	.whole = true,
};

/* ---- in bulk, and then one by one ---- */

enum { GROWN_EVERY = 20 }; /* one key in so many comes after the rest */

/* Build it of all keys but those, and put those. */
static enum ab_status
grow(struct fixture *f)
{
	const struct stream *q = &f->stream;
	size_t n = 0;
	for (size_t i = 0; i < q->n; i++)
		if (!f->v->put || (i + 1) % GROWN_EVERY)
			entries[n++] = (struct ab_entry){ stream_key(q, i),
				q->expected[i] };
	enum ab_status st = f->v->build(f->t, entries, n);
	for (size_t i = GROWN_EVERY; st == AB_OK && f->v->put && i <= q->n;
		i += GROWN_EVERY)
		st = f->v->put(f->t, stream_key(q, i - 1), q->expected[i - 1]);
	return st;
}

static bool
be_grown(struct fixture *f, GError **error)
{
	if (f->grown)
		return true;
	if (!be_empty_to_build(f, error))
		return false;
	built = grow(f);
	f->grown = be_built(f, false, error);
	return f->grown;
}

const struct pass pass_hit_grown = {
	.operation = "hit",
	.kind = CHANGES,
	.needs = NEEDS_BUILD,
	.stretch = stretch_of_hits,
	.before = be_grown,
	.asked = queries_asked,
};

/* ---- over and over ---- */

/* Of each time, the first half is deletions, the second the same keys put back. */
static size_t
churn(struct fixture *f, size_t from, size_t to)
{
	size_t each = queries_churned(f->d->n), right = 0;
	for (size_t i = from; i < to; i++) {
		size_t time = i / (2 * each), at = i % (2 * each);
		right += at < each ? delete_is_right(f, &f->stream, time * each + at)
				   : put_is_right(f, &f->stream, time * each + at - each);
	}
	return right;
}

static size_t
asked_of_churn(size_t keys)
{
	return 2 * CHURNS * queries_churned(keys);
}

const struct pass pass_churn = {
	.operation = "churn",
	.kind = CHANGES,
	.needs = NEEDS_PUT | NEEDS_DEL,
	.stretch = churn,
	.before = be_loaded_to_change,
	.after = be_whole,
	.asked = asked_of_churn,
};
