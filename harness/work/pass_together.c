/* pass_together.c: what several threads do to one index at the same time: lookups
 * alone, lookups and writes, writes alone, scans and writes (crew.c).
 *
 * Few keys are asked for again and again, so that the threads meet sixteen times and not
 * at each key.
 *
 * Writes: each other key, by its value, comes and goes: half of the writes put or delete
 * one of these, the others give one of the rest another value. So a lookup finds a value
 * of two, or perhaps nothing, and the keys that are there at the end are as many as the
 * answers to puts and deletes say. */
#include "contract/checksum.h"
#include "mix.h"
#include "pass.h"

/* All of them, over and over. */
static size_t
asked_together(size_t keys)
{
	return (PASS_AT_LEAST + keys - 1) / keys * keys;
}

/* ---- lookups ---- */

static size_t
hits(const struct fixture *f, size_t number, size_t from, size_t to)
{
	size_t right = 0, at = from % f->stream.n;
	(void)number;
	for (size_t i = from; i < to; i++) {
		right += hit_is_right(f, &f->stream, at);
		at = at + 1 < f->stream.n ? at + 1 : 0;
	}
	return right;
}

const struct pass pass_hit_together = {
	.operation = "hit",
	.kind = READS,
	.needs = NEEDS_THREADS,
	.together = hits,
	.before = fixture_load,
	.asked = asked_together,
};

/* ---- with writes ---- */

/* What the threads do, and how many keys they have added and removed. One at a time is
 * run; `change` is a worker's own until the pass has ended. */
static struct {
	unsigned writes; /* in hundredths of the operations */
	uint64_t seed;
	struct {
		int64_t keys;
	} __attribute__((aligned(64))) change[THREADS_MOST];
} mixed;

/* Does the key with this value come and go? */
static bool
moves(uint64_t value)
{
	return value & 1;
}

static bool
lookup_is_right(const struct fixture *f, struct ab_key k, uint64_t value)
{
	uint64_t got = 0;
	enum ab_status st = f->v->get(f->t, k, &got);
	if (moves(value))
		return st == AB_NOT_FOUND || (st == AB_OK && got == value);
	return st == AB_OK && (got == value || got == ~value);
}

static bool
write_is_right(const struct fixture *f, size_t number, struct ab_key k, uint64_t value,
	bool heads)
{
	enum ab_status st;
	if (!moves(value))
		return f->v->put(f->t, k, heads ? value : ~value) == AB_REPLACED;
	if (heads) {
		st = f->v->put(f->t, k, value);
		mixed.change[number].keys += st == AB_OK;
		return st == AB_OK || st == AB_REPLACED;
	}
	st = f->v->del(f->t, k);
	mixed.change[number].keys -= st == AB_OK;
	return st == AB_OK || st == AB_NOT_FOUND;
}

struct visited {
	struct ab_key lo;
	uint64_t sum;
	unsigned entries, wrong;
};

enum { SCANNED = 100 };

static bool
visit(void *arg, struct ab_key key, uint64_t value)
{
	struct visited *x = arg;
	if (!x->entries)
		x->wrong = ab_key_cmp(key, x->lo) < 0;
	x->sum = checksum_add(x->sum, key, value);
	return ++x->entries < SCANNED;
}

static bool
scan_is_right(const struct fixture *f, struct ab_key k)
{
	struct visited x = { .lo = k };
	enum ab_status st = f->v->scan(f->t, (struct ab_range){ .lo = k }, visit, &x);
	return !x.wrong && st == (x.entries < SCANNED ? AB_OK : AB_STOPPED);
}

/* What is no write is a lookup, or a scan. */
static inline size_t
mixture(const struct fixture *f, size_t number, size_t from, size_t to, bool scans)
{
	const struct stream *q = &f->stream;
	size_t right = 0, at = from % q->n;
	for (size_t i = from; i < to; i++) {
		uint64_t drawn = rng_mix(mixed.seed + i);
		struct ab_key k = stream_key(q, at);
		if (drawn % 100 < mixed.writes)
			right += write_is_right(
				f, number, k, q->expected[at], drawn >> 63);
		else if (scans)
			right += scan_is_right(f, k);
		else
			right += lookup_is_right(f, k, q->expected[at]);
		at = at + 1 < q->n ? at + 1 : 0;
	}
	return right;
}

static size_t
writes_and_lookups(const struct fixture *f, size_t number, size_t from, size_t to)
{
	return mixture(f, number, from, to, false);
}

static size_t
writes_and_scans(const struct fixture *f, size_t number, size_t from, size_t to)
{
	return mixture(f, number, from, to, true);
}

static bool
is_as_counted(const struct fixture *f, int64_t change, GError **error)
{
	if ((int64_t)f->v->count(f->t) == (int64_t)f->d->n + change)
		return true;
	g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
		"wrong answers: the count is not that of the keys put and deleted");
	return false;
}

/* Put all keys back with their first values, so that the next workload finds what was
 * loaded. */
static bool
restore(struct fixture *f, GError **error)
{
	int64_t change = 0;
	if (!fixture_answers(f))
		return true;
	for (size_t i = 0; i < THREADS_MOST; i++) {
		change += mixed.change[i].keys;
		mixed.change[i].keys = 0;
	}
	if (!is_as_counted(f, change, error))
		return false;
	for (size_t i = 0; i < f->stream.n; i++) {
		enum ab_status st = f->v->put(
			f->t, stream_key(&f->stream, i), f->stream.expected[i]);
		change += st == AB_OK;
	}
	if (!is_as_counted(f, change, error) || !is_as_counted(f, 0, error))
		return false;
	f->loaded = !(f->v->caps & AB_BORROWS_KEYS);
	return true;
}

const struct pass pass_write_together = {
	.operation = "write",
	.kind = CHANGES,
	.needs = NEEDS_PUT | NEEDS_DEL,
	.together = writes_and_lookups,
	.before = be_loaded_to_change,
	.after = restore,
	.asked = asked_together,
};

const struct pass pass_scan_together = {
	.operation = "scan",
	.kind = CHANGES,
	.needs = NEEDS_PUT | NEEDS_DEL | NEEDS_SCAN | NEEDS_ORDER,
	.together = writes_and_scans,
	.before = be_loaded_to_change,
	.after = restore,
	.asked = mix_asked_scans,
	.at_least = MIX_MOST_SCANS,
};

void
together_run(struct gbench_state *s, struct fixture *f, const struct workload *w)
{
	mixed.writes = w->writes;
	mixed.seed = rng_mix(setup_rng(&f->setup, FOR_HIT) + w->writes);
	for (size_t i = 0; i < THREADS_MOST; i++)
		mixed.change[i].keys = 0;
	crew_run(s, f, w);
}
