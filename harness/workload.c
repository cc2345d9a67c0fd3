/* workload.c: see workload.h. */
#include <string.h>
#include "clock.h"
#include "pass.h"
#include "turn.h"
#include "workload.h"

/* ---- what one batch does: queries `from` to `to`, how many were right ---- */

static size_t
hits(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++) {
		uint64_t value = 0;
		enum ab_status st = f->v->get(f->t, stream_key(&f->stream, i), &value);
		right += st == AB_OK && value == f->stream.expected[i];
	}
	return right;
}

static size_t
misses(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++) {
		uint64_t value;
		enum ab_status st = f->v->get(f->t, stream_key(&f->stream, i), &value);
		right += st == AB_NOT_FOUND;
	}
	return right;
}

static size_t
inserts(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++)
		right += f->v->put(f->t, stream_key(&f->loan, i), f->loan.expected[i]) ==
			 AB_OK;
	return right;
}

static size_t
deletes(struct fixture *f, size_t from, size_t to)
{
	size_t right = 0;
	for (size_t i = from; i < to; i++)
		right += f->v->del(f->t, stream_key(&f->stream, i)) == AB_OK;
	return right;
}

/* ---- around a pass ---- */

static bool
be_empty(struct fixture *f, GError **error)
{
	fixture_lend(f);
	return fixture_renew(f, error);
}

static bool
be_filled(struct fixture *f, GError **error)
{
	fixture_take_back(f);
	return fixture_filled(f, error);
}

static bool
be_loaded_for_hits(struct fixture *f, GError **error)
{
	return fixture_load(f, error) && fixture_stream(f, FOR_HIT, error);
}

static bool
be_loaded_for_misses(struct fixture *f, GError **error)
{
	return fixture_load(f, error) && fixture_stream(f, FOR_MISS, error);
}

static bool
be_loaded_for_deletes(struct fixture *f, GError **error)
{
	bool ready = fixture_load(f, error) && fixture_stream(f, FOR_DELETE, error);
	f->loaded = false; /* from the first one on */
	return ready;
}

static bool
be_emptied(struct fixture *f, GError **error)
{
	if (f->v->count(f->t) == 0 || !fixture_answers(f))
		return true;
	g_set_error(error, FIXTURE_ERROR, FIXTURE_WRONG,
		"wrong answers: the count after deleting all keys");
	return false;
}

/* ---- the workloads ---- */

static void
run_insert(struct gbench_state *s, struct fixture *f)
{
	pass_run(s, f, &(struct pass){ inserts, be_empty, be_filled, f->d->n });
}

static void
run_hit(struct gbench_state *s, struct fixture *f)
{
	pass_run(s, f, &(struct pass){ hits, be_loaded_for_hits, NULL, f->d->n });
}

static void
run_miss(struct gbench_state *s, struct fixture *f)
{
	pass_run(s, f, &(struct pass){ misses, be_loaded_for_misses, NULL, f->d->n });
}

static void
run_delete(struct gbench_state *s, struct fixture *f)
{
	pass_run(s, f,
		&(struct pass){ deletes, be_loaded_for_deletes, be_emptied, f->d->n });
}

/* A visitor that reads: the value, and the key at both ends, as any user would.
 * One that only counted would make a scan of pointers look free. */
struct sum {
	uint64_t keys, values, ends;
};

static uint64_t
ends_of(struct ab_key key)
{
	return key.n ? 256u * key.p[0] + key.p[key.n - 1] : 0;
}

static bool
add_up(void *arg, struct ab_key key, uint64_t value)
{
	struct sum *sum = arg;
	sum->keys++;
	sum->values += value;
	sum->ends += ends_of(key);
	return true;
}

/* Is `sum` that of `scans` whole scans? */
static bool
sum_is_right(const struct fixture *f, const struct sum *sum, uint64_t scans)
{
	uint64_t ends = 0;
	for (size_t i = 0; i < f->d->n; i++)
		ends += ends_of(f->d->keys[i]);
	return sum->keys == scans * f->d->n && sum->values == scans * f->value_sum &&
	       sum->ends == scans * ends;
}

enum { SCAN_TURNS = 4, SCAN_AT_LEAST = 100000 }; /* keys in one turn */

/* Whole scans in each turn: one cannot be left in the middle. */
static void
run_scan(struct gbench_state *s, struct fixture *f)
{
	g_autoptr(GError) error = NULL;
	f->tally = (struct tally){ 0 };
	if (!fixture_load(f, &error)) {
		gbench_skip(s, error->message);
		return;
	}
	f->tally.bytes_per_key = fixture_bytes_per_key(f);
	struct sum sum = { 0 };
	uint64_t scans = 0, unfinished = 0;
	while (gbench_keep_running(s)) {
		turn_await(f->running);
		double wall = clock_now(), cpu = clock_cpu();
		for (size_t keys = 0; keys < SCAN_AT_LEAST; keys += f->d->n, scans++)
			unfinished += f->v->scan(f->t, (struct ab_range){ 0 }, add_up,
					      &sum) != AB_OK;
		gbench_set_iteration_time(s, clock_now() - wall);
		f->tally.cpu_seconds += clock_cpu() - cpu;
	}
	/* Order and key bytes are compared by check_scan, off the clock. */
	bool right = !unfinished && sum_is_right(f, &sum, scans);
	f->tally.right = right ? f->d->n : 0;
	f->tally.asked = f->d->n;
	f->tally.operations = sum.keys;
	pass_report(s, f,
		right ? NULL : "count, values or key bytes are not those of the keys");
}

/* ---- the table ---- */

const char *const workload_groups[] = { "speed", NULL };

const struct workload workloads[] = {
	{ "insert", "every key into an empty index", "operations", GROUP_SPEED, FILLS,
		true, NEEDS_PUT, run_insert, PASS_TURNS, NULL },
	{ "hit", "every key looked up, in another order", "operations", GROUP_SPEED,
		READS, true, 0, run_hit, PASS_TURNS, NULL },
	{ "miss", "every key with its last byte changed to one absent", "operations",
		GROUP_SPEED, READS, true, 0, run_miss, PASS_TURNS, NULL },
	{ "scan", "all keys from first to last", "keys", GROUP_SPEED, READS, true,
		NEEDS_SCAN, run_scan, SCAN_TURNS, NULL },
	{ "delete", "every key, in another order, until empty", "operations", GROUP_SPEED,
		CHANGES, true, NEEDS_PUT | NEEDS_DEL, run_delete, PASS_TURNS, NULL },
	{ 0 },
};

_Static_assert(G_N_ELEMENTS(workloads) <= WORKLOADS_MOST, "raise WORKLOADS_MOST");

const struct workload *
workload_named(const char *name)
{
	for (const struct workload *w = workloads; w->name; w++)
		if (strcmp(w->name, name) == 0)
			return w;
	return NULL;
}

char *
workload_names(const GPtrArray *wanted)
{
	GString *names = g_string_new(NULL);
	for (guint i = 0; i < wanted->len; i++) {
		const struct workload *w = wanted->pdata[i];
		g_string_append_printf(names, "%s%s", i ? "," : "", w->name);
	}
	return g_string_free(names, FALSE);
}

bool
workload_possible(const struct workload *w, const struct ab_variant *v, size_t keys)
{
	return !((w->needs & NEEDS_PUT && !variant_can_put(v, keys)) ||
		 (w->needs & NEEDS_DEL && !variant_can_del(v, keys)) ||
		 (w->needs & NEEDS_SCAN && !v->scan) ||
		 (w->needs & NEEDS_PREFIX && !v->scan_prefix) ||
		 (w->needs & NEEDS_BUILD && !v->build) ||
		 (w->needs & NEEDS_THREADS && !(v->caps & AB_PARALLEL_READS)));
}

bool
workload_supported(const struct workload *w, const struct fixture *f)
{
	return workload_possible(w, f->v, f->d->n);
}

void
workload_order(const GPtrArray *wanted, enum workload_group group, uint64_t round,
	const struct workload **order)
{
	const struct workload *reads[WORKLOADS_MOST];
	size_t n = 0, readers = 0, rotated = 0;
	for (guint i = 0; i < wanted->len; i++) {
		const struct workload *w = wanted->pdata[i];
		if (w->group == group && w->kind == READS)
			reads[readers++] = w;
	}
	for (enum workload_kind kind = FILLS; kind <= CHANGES; kind++)
		for (guint i = 0; i < wanted->len; i++) {
			const struct workload *w = wanted->pdata[i];
			if (w->group != group || w->kind != kind)
				continue;
			if (kind == READS)
				w = reads[(rotated++ + round - 1) % readers];
			order[n++] = w;
		}
	order[n] = NULL;
}
