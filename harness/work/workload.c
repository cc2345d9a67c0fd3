/* workload.c: the table of workloads; see workload.h. */
#include <string.h>
#include "mix.h"
#include "queries.h"
#include "ranges.h"
#include "workload.h"
#include "workload_run.h"

/* ---- the table ---- */

const char *const workload_groups[] = { "speed", "load", "mix", "threads", "latency",
	NULL };

static size_t
asked_of_churn(size_t keys)
{
	return 2 * CHURNS * queries_churned(keys);
}

const struct workload workloads[] = {
	{
		.name = "insert",
		.what = "every key into an empty index",
		.unit = "operations",
		.group = GROUP_SPEED,
		.kind = FILLS,
		.core = true,
		.needs = NEEDS_PUT,
		.run = run_insert,
		.turns = PASS_TURNS,
	},
	{
		.name = "hit",
		.what = "keys looked up in another order, and the rest off the clock",
		.unit = "operations",
		.group = GROUP_SPEED,
		.kind = READS,
		.core = true,
		.run = run_hit,
		.rest = rest_hit,
		.turns = PASS_TURNS,
	},
	{
		.name = "hit_zipf",
		.what = "keys looked up by Zipf's law, exponent 0.99",
		.unit = "operations",
		.group = GROUP_SPEED,
		.kind = READS,
		.run = run_hit_zipf,
		.turns = PASS_TURNS,
		.asked = queries_asked,
	},
	{
		.name = "miss",
		.what = "keys with their last byte changed to one absent",
		.unit = "operations",
		.group = GROUP_SPEED,
		.kind = READS,
		.core = true,
		.run = run_miss,
		.turns = PASS_TURNS,
		.asked = queries_asked,
	},
	{
		.name = "miss_cut",
		.what = "keys cut short to one absent",
		.unit = "operations",
		.group = GROUP_SPEED,
		.kind = READS,
		.run = run_miss_cut,
		.turns = PASS_TURNS,
		.asked = queries_asked,
	},
	{
		.name = "miss_longer",
		.what = "keys with a byte appended, absent",
		.unit = "operations",
		.group = GROUP_SPEED,
		.kind = READS,
		.run = run_miss_longer,
		.turns = PASS_TURNS,
		.asked = queries_asked,
	},
	{
		.name = "scan",
		.what = "all keys from first to last",
		.unit = "keys",
		.group = GROUP_SPEED,
		.kind = READS,
		.core = true,
		.needs = NEEDS_SCAN,
		.run = run_scan,
		.turns = SCAN_TURNS,
	},
	{
		.name = "range_100",
		.what = "scans of up to 100 entries from a random key on",
		.unit = "operations",
		.group = GROUP_SPEED,
		.kind = READS,
		.needs = NEEDS_SCAN | NEEDS_ORDER,
		.run = run_range_100,
		.turns = PASS_TURNS,
		.asked = ranges_asked,
	},
	{
		.name = "prefix_host",
		.what = "scans of a host, of all hosts alike, up to 1,000 entries",
		.unit = "operations",
		.group = GROUP_SPEED,
		.kind = READS,
		.needs = NEEDS_PREFIX | NEEDS_ORDER,
		.run = run_prefix_host,
		.turns = PASS_TURNS,
		.asked = prefixes_asked,
	},
	{
		.name = "prefix_dir",
		.what = "scans of a directory, of all alike, up to 1,000 entries",
		.unit = "operations",
		.group = GROUP_SPEED,
		.kind = READS,
		.needs = NEEDS_PREFIX | NEEDS_ORDER,
		.run = run_prefix_dir,
		.turns = PASS_TURNS,
		.asked = prefixes_asked,
	},
	{
		.name = "delete",
		.what = "every key, in another order, until empty",
		.unit = "operations",
		.group = GROUP_SPEED,
		.kind = CHANGES,
		.core = true,
		.needs = NEEDS_PUT | NEEDS_DEL,
		.run = run_delete,
		.turns = PASS_TURNS,
	},
	{
		.name = "insert_sorted",
		.what = "every key into an empty index, in key order",
		.unit = "operations",
		.group = GROUP_LOAD,
		.kind = FILLS,
		.needs = NEEDS_PUT,
		.run = run_insert_sorted,
		.turns = PASS_TURNS,
	},
	{
		.name = "build",
		.what = "all keys in bulk",
		.unit = "keys",
		.group = GROUP_LOAD,
		.kind = FILLS,
		.needs = NEEDS_BUILD,
		.run = run_build,
		.turns = SCAN_TURNS,
	},
	{
		.name = "hit_grown",
		.what = "keys looked up that were built in bulk but for a twentieth, put "
			"then",
		.unit = "operations",
		.group = GROUP_LOAD,
		.kind = CHANGES,
		.needs = NEEDS_BUILD,
		.run = run_hit_grown,
		.turns = PASS_TURNS,
		.asked = queries_asked,
	},
	{
		.name = "churn",
		.what = "a random half, at most 50,000 keys, deleted and put back, ten "
			"times",
		.unit = "operations",
		.group = GROUP_LOAD,
		.kind = CHANGES,
		.needs = NEEDS_PUT | NEEDS_DEL,
		.run = run_churn,
		.turns = PASS_TURNS,
		.asked = asked_of_churn,
	},
	{
		.name = "ycsb_a",
		.what = "50 % reads, 50 % updates, by Zipf's law",
		.unit = "operations",
		.group = GROUP_MIX,
		.kind = CHANGES,
		.needs = NEEDS_PUT,
		.keys_least = HELD_OUT_EVERY,
		.run = run_ycsb_a,
		.turns = PASS_TURNS,
		.asked = mix_asked,
	},
	{
		.name = "ycsb_b",
		.what = "95 % reads, 5 % updates, by Zipf's law",
		.unit = "operations",
		.group = GROUP_MIX,
		.kind = CHANGES,
		.needs = NEEDS_PUT,
		.keys_least = HELD_OUT_EVERY,
		.run = run_ycsb_b,
		.turns = PASS_TURNS,
		.asked = mix_asked,
	},
	{
		.name = "ycsb_c",
		.what = "reads, by Zipf's law, of all keys but every 20th",
		.unit = "operations",
		.group = GROUP_MIX,
		.kind = READS,
		.needs = NEEDS_PUT,
		.keys_least = HELD_OUT_EVERY,
		.run = run_ycsb_c,
		.turns = PASS_TURNS,
		.asked = mix_asked,
	},
	{
		.name = "ycsb_d",
		.what = "95 % reads of the latest keys, 5 % inserts of new ones",
		.unit = "operations",
		.group = GROUP_MIX,
		.kind = CHANGES,
		.needs = NEEDS_PUT,
		.keys_least = HELD_OUT_EVERY,
		.run = run_ycsb_d,
		.turns = PASS_TURNS,
		.asked = mix_asked,
	},
	{
		.name = "ycsb_e",
		.what = "95 % scans of 1 to 100 entries, 5 % inserts of new keys",
		.unit = "operations",
		.group = GROUP_MIX,
		.kind = CHANGES,
		.needs = NEEDS_PUT | NEEDS_SCAN | NEEDS_ORDER,
		.keys_least = HELD_OUT_EVERY,
		.run = run_ycsb_e,
		.turns = PASS_TURNS,
		.asked = mix_asked_scans,
	},
	{
		.name = "ycsb_f",
		.what = "50 % reads, 50 % read-modify-writes, by Zipf's law",
		.unit = "operations",
		.group = GROUP_MIX,
		.kind = CHANGES,
		.needs = NEEDS_PUT,
		.keys_least = HELD_OUT_EVERY,
		.run = run_ycsb_f,
		.turns = PASS_TURNS,
		.asked = mix_asked,
	},
	{
		.name = "hit_threads_1",
		.what = "as hit, by one thread",
		.unit = "operations",
		.group = GROUP_THREADS,
		.kind = READS,
		.needs = NEEDS_THREADS,
		.run = run_hit_threads_1,
		.turns = PASS_TURNS,
		.asked = threads_asked,
	},
	{
		.name = "hit_threads_2",
		.what = "as hit, by two threads at the same time",
		.unit = "operations",
		.group = GROUP_THREADS,
		.kind = READS,
		.needs = NEEDS_THREADS,
		.run = run_hit_threads_2,
		.turns = PASS_TURNS,
		.asked = threads_asked,
	},
	{
		.name = "mix95_threads_1",
		.what = "95 % lookups, 5 % puts and deletes, by one thread",
		.unit = "operations",
		.group = GROUP_THREADS,
		.kind = CHANGES,
		.needs = NEEDS_PUT | NEEDS_DEL,
		.run = run_mix95_threads_1,
		.turns = PASS_TURNS,
		.asked = threads_asked,
	},
	{
		.name = "mix95_threads_2",
		.what = "95 % lookups, 5 % puts and deletes, by two threads",
		.unit = "operations",
		.group = GROUP_THREADS,
		.kind = CHANGES,
		.needs = NEEDS_PUT | NEEDS_DEL | NEEDS_THREADS | NEEDS_THREAD_WRITES,
		.run = run_mix95_threads_2,
		.turns = PASS_TURNS,
		.asked = threads_asked,
	},
	{
		.name = "mix50_threads_1",
		.what = "50 % lookups, 50 % puts and deletes, by one thread",
		.unit = "operations",
		.group = GROUP_THREADS,
		.kind = CHANGES,
		.needs = NEEDS_PUT | NEEDS_DEL,
		.run = run_mix50_threads_1,
		.turns = PASS_TURNS,
		.asked = threads_asked,
	},
	{
		.name = "mix50_threads_2",
		.what = "50 % lookups, 50 % puts and deletes, by two threads",
		.unit = "operations",
		.group = GROUP_THREADS,
		.kind = CHANGES,
		.needs = NEEDS_PUT | NEEDS_DEL | NEEDS_THREADS | NEEDS_THREAD_WRITES,
		.run = run_mix50_threads_2,
		.turns = PASS_TURNS,
		.asked = threads_asked,
	},
	{
		.name = "write_threads_1",
		.what = "puts and deletes, by one thread",
		.unit = "operations",
		.group = GROUP_THREADS,
		.kind = CHANGES,
		.needs = NEEDS_PUT | NEEDS_DEL,
		.run = run_write_threads_1,
		.turns = PASS_TURNS,
		.asked = threads_asked,
	},
	{
		.name = "write_threads_2",
		.what = "puts and deletes, by two threads",
		.unit = "operations",
		.group = GROUP_THREADS,
		.kind = CHANGES,
		.needs = NEEDS_PUT | NEEDS_DEL | NEEDS_THREADS | NEEDS_THREAD_WRITES,
		.run = run_write_threads_2,
		.turns = PASS_TURNS,
		.asked = threads_asked,
	},
	{
		.name = "scan_write_threads_1",
		.what = "50 % scans of 100 entries, 50 % puts and deletes, by one thread",
		.unit = "operations",
		.group = GROUP_THREADS,
		.kind = CHANGES,
		.needs = NEEDS_PUT | NEEDS_DEL | NEEDS_SCAN | NEEDS_ORDER,
		.run = run_scan_write_threads_1,
		.turns = PASS_TURNS,
		.asked = mix_asked_scans,
	},
	{
		.name = "scan_write_threads_2",
		.what = "50 % scans of 100 entries, 50 % puts and deletes, by two "
			"threads",
		.unit = "operations",
		.group = GROUP_THREADS,
		.kind = CHANGES,
		.needs = NEEDS_PUT | NEEDS_DEL | NEEDS_SCAN | NEEDS_ORDER |
			 NEEDS_THREADS | NEEDS_THREAD_WRITES,
		.run = run_scan_write_threads_2,
		.turns = PASS_TURNS,
		.asked = mix_asked_scans,
	},
	{
		.name = "latency_insert",
		.what = "single inserts, timed one by one",
		.unit = "operations",
		.group = GROUP_LATENCY,
		.kind = FILLS,
		.timed_singly = true,
		.needs = NEEDS_PUT,
		.run = run_latency_insert,
		.turns = PASS_TURNS,
	},
	{
		.name = "latency_hit",
		.what = "single lookups of keys that are there, timed one by one",
		.unit = "operations",
		.group = GROUP_LATENCY,
		.kind = READS,
		.timed_singly = true,
		.run = run_latency_hit,
		.turns = PASS_TURNS,
		.asked = queries_asked,
	},
	{
		.name = "latency_miss",
		.what = "single lookups of keys that are not, timed one by one",
		.unit = "operations",
		.group = GROUP_LATENCY,
		.kind = READS,
		.timed_singly = true,
		.run = run_latency_miss,
		.turns = PASS_TURNS,
		.asked = queries_asked,
	},
	{
		.name = "latency_delete",
		.what = "single deletions, timed one by one",
		.unit = "operations",
		.group = GROUP_LATENCY,
		.kind = CHANGES,
		.timed_singly = true,
		.needs = NEEDS_PUT | NEEDS_DEL,
		.run = run_latency_delete,
		.turns = PASS_TURNS,
	},
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

bool
workload_is_wanted(const GPtrArray *wanted, const char *name)
{
	return g_ptr_array_find((GPtrArray *)wanted, workload_named(name), NULL);
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

const char *
workload_refusal(const struct workload *w, const struct ab_variant *v, size_t keys)
{
	if (keys < w->keys_least)
		return "too few keys";
	if (w->needs & NEEDS_PUT && !variant_can_put(v, keys))
		return "it has no put, or one too slow for so many keys";
	if (w->needs & NEEDS_DEL && !variant_can_del(v, keys))
		return "it has no del, or one too slow for so many keys";
	if (w->needs & NEEDS_SCAN && !v->scan)
		return "it has no scan";
	if (w->needs & NEEDS_ORDER && !(v->caps & AB_ORDERED))
		return "it has no order";
	if (w->needs & NEEDS_PREFIX && !v->scan_prefix)
		return "it has no scan_prefix";
	if (w->needs & NEEDS_BUILD && !v->build)
		return "it has no build";
	if (w->needs & NEEDS_THREADS && !(v->caps & AB_PARALLEL_READS))
		return "it is for one thread at a time (no AB_PARALLEL_READS)";
	if (w->needs & NEEDS_THREAD_WRITES && !(v->caps & AB_PARALLEL_WRITES))
		return "it is written by one thread at a time (no AB_PARALLEL_WRITES)";
	return NULL;
}

bool
workload_possible(const struct workload *w, const struct ab_variant *v, size_t keys)
{
	return !workload_refusal(w, v, keys);
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
