/* fixture.c: see fixture.h. */
#include <inttypes.h>
#include <math.h>
#include "contract/checksum.h"
#include "fixture.h"
#include "mix.h"
#include "queries.h"
#include "ground/row.h"

G_DEFINE_QUARK(artbench - fixture - error, fixture_error)

char *
key_text(struct ab_key k)
{
	enum { AT_MOST = 80 };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	ab_key_print(out, k, AT_MOST);
	fclose(out);
	return text;
}

static bool
no_memory(const char *what, GError **error)
{
	g_set_error(
		error, FIXTURE_ERROR, FIXTURE_NO_MEMORY, "out of memory for %s", what);
	return false;
}

static bool declined(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool
declined(GError **error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *why = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, FIXTURE_ERROR, FIXTURE_DECLINED, ROW_DECLINED "%s", why);
	return false;
}

bool
fixture_failed(enum ab_status st, GError **error, const char *what, ...)
{
	va_list args;
	va_start(args, what);
	g_autofree char *tried = g_strdup_vprintf(what, args);
	va_end(args);
	g_set_error(error, FIXTURE_ERROR,
		st == AB_ENOMEM ? FIXTURE_NO_MEMORY : FIXTURE_WRONG, "%s: %s", tried,
		ab_status_text(st));
	return false;
}

static bool
acceptable(const struct ab_variant *v, const struct dataset *d, GError **error)
{
	if (d->longest > v->max_key)
		return declined(error,
			"it takes keys of up to %" PRIu32
			" bytes and the data has one of %zu",
			v->max_key, d->longest);
	for (size_t i = 0; v->caps & (AB_NO_NUL | AB_NO_EMPTY) && i < d->n; i++) {
		if (ab_key_fits(v, d->keys[i]))
			continue;
		g_autofree char *key = key_text(d->keys[i]);
		return declined(error, "it takes no %s and the data has %s",
			d->keys[i].n ? "NUL bytes" : "empty key", key);
	}
	if (d->n > UINT32_MAX)
		return declined(error, "%zu keys, and the harness orders at most %u",
			d->n, UINT32_MAX);
	return true;
}

/* Does `v` do one by one, at this size, what it has a function for? */
static bool
one_by_one(const struct ab_variant *v, size_t keys)
{
	return !(v->caps & AB_BULK_LOAD && keys > BULK_LOAD_ABOVE);
}

bool
variant_can_put(const struct ab_variant *v, size_t keys)
{
	return v->put && one_by_one(v, keys);
}

bool
variant_can_del(const struct ab_variant *v, size_t keys)
{
	return v->del && one_by_one(v, keys);
}

bool
fixture_can_put(const struct fixture *f)
{
	return variant_can_put(f->v, f->d->n);
}

bool
fixture_answers(const struct fixture *f)
{
	return !(f->v->caps & AB_HOLDS_NOTHING);
}

/* What loading lends, and for build the entries that point to it. */
static bool
make_loan(struct fixture *f)
{
	bool puts = fixture_can_put(f), sorted = f->setup.order == ORDER_SORTED || !puts;
	size_t n = f->d->n;
	uint32_t *order = order_new(n, &f->setup, FOR_INSERT, sorted);
	bool lent = order && stream_present(&f->loan, f->d, order, n, &f->setup);
	pages_free(order, n * sizeof *order);
	if (puts || !lent)
		return lent;
	f->entries = pages_new(n * sizeof *f->entries);
	for (size_t i = 0; f->entries && i < n; i++)
		f->entries[i] = (struct ab_entry){ stream_key(&f->loan, i),
			f->loan.expected[i] };
	return f->entries;
}

bool
fixture_open(struct fixture *f, const struct ab_variant *v, const struct dataset *d,
	const struct setup *s, GError **error)
{
	*f = (struct fixture){ .v = v, .d = d, .setup = *s, .heap_per_key = NAN };
	if (!acceptable(v, d, error))
		return false;
	if (!make_loan(f))
		return no_memory("the keys to load", error);
	for (size_t i = 0; i < d->n; i++) {
		f->value_sum += setup_value(s, i);
		f->ends_sum += checksum_ends(d->keys[i]);
	}
	return true;
}

void
fixture_close(struct fixture *f)
{
	if (f->t)
		f->v->destroy(f->t);
	stream_free(&f->stream);
	stream_free(&f->loan);
	pages_free(f->entries, f->d->n * sizeof *f->entries);
	*f = (struct fixture){ 0 };
}

void
fixture_count(struct fixture *f)
{
	memory_count_init(&f->held);
	f->counted = true;
}

size_t
fixture_file_bytes(const struct fixture *f)
{
	return f->t && f->v->file_bytes ? f->v->file_bytes(f->t) : 0;
}

/* With the pages of files that the index has mapped. NAN: not known. */
static double
heap_now(const struct fixture *f)
{
	struct memory_sample now;
	memory_sample(&now);
	return now.has_heap ? (double)(now.heap + fixture_file_bytes(f)) : NAN;
}

bool
fixture_renew(struct fixture *f, GError **error)
{
	if (f->t) {
		f->v->destroy(f->t);
		/* Else some would be filled into what this one has freed, and others not: malloc
		 * gives back at once what it has mapped, and keeps most of what are small
		 * blocks. */
		memory_settle();
	}
	f->t = NULL;
	fixture_changes(f);
	/* The first load in a process tells; even so later ones may find freed memory. */
	if (!f->weighed)
		f->heap_before = heap_now(f);
	f->t = f->v->create(f->counted ? &f->held.alloc : NULL);
	return f->t || no_memory("an empty index", error);
}

void
fixture_lend(struct fixture *f)
{
	if (f->loan.inverted)
		stream_invert(&f->loan);
}

/* Key bytes are the caller's again. */
static void
take_back(const struct fixture *f, struct stream *q)
{
	if (!q->inverted && !(f->v->caps & AB_BORROWS_KEYS))
		stream_invert(q);
}

void
fixture_take_back(struct fixture *f)
{
	take_back(f, &f->loan);
}

void
fixture_take_back_queries(struct fixture *f)
{
	take_back(f, &f->stream);
}

bool
fixture_put(struct fixture *f, size_t i, GError **error)
{
	enum ab_status st = f->v->put(f->t, stream_key(&f->loan, i), f->loan.expected[i]);
	if (st == AB_OK)
		return true;
	g_autofree char *key = key_text(stream_key(&f->loan, i));
	return fixture_failed(
		st, error, "put of %s, key %zu of %zu", key, i + 1, f->loan.n);
}

/* Put every key, or every one that is not held out. */
static bool
put_lent(struct fixture *f, bool all, GError **error)
{
	for (size_t i = 0; i < f->loan.n; i++) {
		if (!all && (i + 1) % HELD_OUT_EVERY == 0)
			continue;
		if (!fixture_put(f, i, error))
			return false;
	}
	return true;
}

static bool
put_some(struct fixture *f, bool all, GError **error)
{
	fixture_lend(f);
	bool ok = put_lent(f, all, error);
	fixture_take_back(f);
	return ok;
}

bool
fixture_put_all(struct fixture *f, GError **error)
{
	return put_some(f, true, error);
}

static bool
build_all(struct fixture *f, GError **error)
{
	fixture_lend(f);
	enum ab_status st = f->v->build(f->t, f->entries, f->d->n);
	fixture_take_back(f);
	return st == AB_OK || fixture_failed(st, error, "build of %zu keys", f->d->n);
}

/* Does it hold `keys` keys? */
static bool
holds(const struct fixture *f, size_t keys, GError **error)
{
	size_t count = f->v->count(f->t);
	if (count == keys || !fixture_answers(f))
		return true;
	g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
		"wrong answers: count %zu after loading %zu keys", count, keys);
	return false;
}

bool
fixture_filled(struct fixture *f, GError **error)
{
	if (!f->weighed)
		f->heap_per_key = (heap_now(f) - f->heap_before) / (double)f->d->n;
	f->weighed = true;
	f->loaded = holds(f, f->d->n, error);
	return f->loaded;
}

bool
fixture_load(struct fixture *f, GError **error)
{
	if (f->loaded)
		return true;
	if (!fixture_renew(f, error))
		return false;
	bool ok = f->entries ? build_all(f, error) : fixture_put_all(f, error);
	return ok && fixture_filled(f, error);
}

bool
fixture_load_most(struct fixture *f, GError **error)
{
	if (f->most)
		return true;
	if (!fixture_renew(f, error) || !put_some(f, false, error))
		return false;
	f->most = holds(f, f->d->n - f->d->n / HELD_OUT_EVERY, error);
	return f->most;
}

void
fixture_changes(struct fixture *f)
{
	f->loaded = f->most = f->grown = false;
}

const struct stream *
fixture_stream(struct fixture *f, enum setup_purpose purpose, GError **error)
{
	if (f->stream.block && f->stream_for == purpose) {
		if (f->stream.inverted)
			stream_invert(&f->stream);
		return &f->stream;
	}
	stream_free(&f->stream);
	f->stream_for = purpose;
	if (queries_make(&f->stream, f->d, &f->setup, purpose))
		return &f->stream;
	stream_free(&f->stream);
	no_memory("the queries", error);
	return NULL;
}

double
fixture_bytes_per_key(const struct fixture *f)
{
	struct ab_memory m;
	if (!f->v->memory || !f->loaded)
		return f->heap_per_key;
	f->v->memory(f->t, &m);
	return (double)m.total / (double)f->d->n;
}
