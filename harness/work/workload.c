/* workload.c: the table of workloads, a row each; see workload.h. */
#include <string.h>
#include "pass.h"

/* ---- the table ---- */

const char *const workload_groups[] = { "speed", "load", "mix", "threads", "latency",
	NULL };

/* clang-format off */
static const struct workload rows[] = {
	{ "insert", "every key into an empty index",
		GROUP_SPEED, &pass_insert, .core = true },
	{ "hit", "keys looked up in another order, and the rest off the clock",
		GROUP_SPEED, &pass_hit, .queries = FOR_HIT, .core = true, .asks_rest = true },
	{ "hit_zipf", "keys looked up by Zipf's law, exponent 0.99",
		GROUP_SPEED, &pass_hit, .queries = FOR_HIT_ZIPF },
	{ "miss", "keys with their last byte changed to one absent",
		GROUP_SPEED, &pass_miss, .queries = FOR_MISS, .core = true },
	{ "miss_cut", "keys cut short to one absent",
		GROUP_SPEED, &pass_miss, .queries = FOR_MISS_CUT },
	{ "miss_longer", "keys with a byte appended, absent",
		GROUP_SPEED, &pass_miss, .queries = FOR_MISS_LONGER },
	{ "scan", "all keys from first to last",
		GROUP_SPEED, &pass_scan, .core = true },
	{ "scan_values", "all values from first to last, without their keys",
		GROUP_SPEED, &pass_scan_values, .queries = FOR_INSERT },
	{ "scan_back", "all keys from last to first",
		GROUP_SPEED, &pass_scan_back, .core = false },
	{ "range_100", "scans of up to 100 entries from a random key on",
		GROUP_SPEED, &pass_range, .queries = FOR_RANGE_100 },
	{ "prefix_host", "scans of a host, of all hosts alike, up to 1,000 entries",
		GROUP_SPEED, &pass_prefix, .queries = FOR_PREFIX_HOST },
	{ "prefix_dir", "scans of a directory, of all alike, up to 1,000 entries",
		GROUP_SPEED, &pass_prefix, .queries = FOR_PREFIX_DIR },
	{ "rank", "how many keys are below each of those of hit, in its order",
		GROUP_SPEED, &pass_rank, .queries = FOR_RANK },
	{ "nth", "the same keys by how many are below them",
		GROUP_SPEED, &pass_nth, .queries = FOR_RANK },
	{ "update", "every key put again, in the order of hit, with another value",
		GROUP_SPEED, &pass_update, .queries = FOR_HIT },
	{ "delete", "every key, in another order, until empty",
		GROUP_SPEED, &pass_delete, .queries = FOR_DELETE, .core = true },

	{ "hit_batch", "as hit",
		GROUP_SPEED, &pass_hit_batch, .queries = FOR_HIT, .one_by_one = "hit",
		.numbered = BY_BATCH, .listed = { 8, 32, 128 } },
	{ "insert_batch", "every key into an empty index",
		GROUP_SPEED, &pass_insert_batch, .one_by_one = "insert",
		.numbered = BY_BATCH, .listed = { 32 } },

	{ "insert_sorted", "every key into an empty index, in key order",
		GROUP_LOAD, &pass_insert_sorted, .queries = FOR_INSERT_SORTED },
	{ "insert_descending", "every key into an empty index, from last to first",
		GROUP_LOAD, &pass_insert_descending, .queries = FOR_INSERT_SORTED },
	{ "build", "all keys in bulk",
		GROUP_LOAD, &pass_build, .queries = FOR_INSERT_SORTED },
	{ "hit_grown", "keys looked up that were built in bulk but for a twentieth, put then",
		GROUP_LOAD, &pass_hit_grown, .queries = FOR_HIT },
	{ "churn", "a random half, at most 50,000 keys, deleted and put back, ten times",
		GROUP_LOAD, &pass_churn, .queries = FOR_CHURN },

	{ "ycsb_a", "50 % reads, 50 % updates, by Zipf's law",
		GROUP_MIX, &pass_mix, .queries = FOR_YCSB_A },
	{ "ycsb_b", "95 % reads, 5 % updates, by Zipf's law",
		GROUP_MIX, &pass_mix, .queries = FOR_YCSB_B },
	{ "ycsb_c", "reads, by Zipf's law, of all keys but every 20th",
		GROUP_MIX, &pass_mix_read, .queries = FOR_YCSB_C },
	{ "ycsb_d", "95 % reads of the latest keys, 5 % inserts of new ones",
		GROUP_MIX, &pass_mix, .queries = FOR_YCSB_D },
	{ "ycsb_e", "95 % scans of 1 to 100 entries, 5 % inserts of new keys",
		GROUP_MIX, &pass_mix_scan, .queries = FOR_YCSB_E },
	{ "ycsb_f", "50 % reads, 50 % read-modify-writes, by Zipf's law",
		GROUP_MIX, &pass_mix, .queries = FOR_YCSB_F },

	{ "hit_threads", "as hit",
		GROUP_THREADS, &pass_hit_together, .queries = FOR_HIT, .numbered = BY_THREADS, .listed = { 1, 2 } },
	{ "mix95_threads", "95 % lookups, 5 % puts and deletes",
		GROUP_THREADS, &pass_write_together, .queries = FOR_HIT, .numbered = BY_THREADS, .listed = { 1, 2 }, .writes = 5 },
	{ "mix50_threads", "50 % lookups, 50 % puts and deletes",
		GROUP_THREADS, &pass_write_together, .queries = FOR_HIT, .numbered = BY_THREADS, .listed = { 1, 2 }, .writes = 50 },
	{ "write_threads", "puts and deletes",
		GROUP_THREADS, &pass_write_together, .queries = FOR_HIT, .numbered = BY_THREADS, .listed = { 1, 2 }, .writes = 100 },
	{ "scan_write_threads", "50 % scans of 100 entries, 50 % puts and deletes",
		GROUP_THREADS, &pass_scan_together, .queries = FOR_HIT, .numbered = BY_THREADS, .listed = { 1, 2 }, .writes = 50 },

	{ "latency_insert", "single inserts, timed one by one",
		GROUP_LATENCY, &pass_insert, .timed_singly = true },
	{ "latency_hit", "single lookups of keys that are there, timed one by one",
		GROUP_LATENCY, &pass_hit, .queries = FOR_HIT, .timed_singly = true },
	{ "latency_miss", "single lookups of keys that are not, timed one by one",
		GROUP_LATENCY, &pass_miss, .queries = FOR_MISS, .timed_singly = true },
	{ "latency_delete", "single deletions, timed one by one",
		GROUP_LATENCY, &pass_delete, .queries = FOR_DELETE, .timed_singly = true },
	{ 0 },
};
/* clang-format on */

/* ---- those that are known ---- */

static struct workload known[WORKLOADS_MOST - 1];
static size_t n_known;
static const struct workload *first;

/* What numbers count. */
static const struct {
	unsigned most;
	const char *unit;
} numbers[] = {
	[BY_THREADS] = { THREADS_MOST, "threads" },
	[BY_BATCH] = { BATCH_MOST, "keys at a time" },
};

static unsigned
number_of(const struct workload *w)
{
	return w->threads + w->at_a_time;
}

/* In the table? */
static bool
comes_before(const struct workload *a, const struct workload *b)
{
	return a->row != b->row ? a->row < b->row : number_of(a) < number_of(b);
}

static void
complete(struct workload *w, unsigned number)
{
	static const char *const threads[] = { "", "one thread", "two threads" };
	bool by_threads = w->numbered == BY_THREADS;
	g_autofree char *more = g_strdup_printf(
		by_threads ? "%u threads" : "%u at a time", number);
	*(by_threads ? &w->threads : &w->at_a_time) = number;
	w->name = g_strdup_printf("%s_%u", w->row->name, number);
	w->what = g_strconcat(w->row->what, by_threads ? ", by " : ", ",
		by_threads && number < G_N_ELEMENTS(threads) ? threads[number] : more,
		NULL);
}

/* There is room for it. `number` is 0 if it is not numbered. */
static const struct workload *
add(const struct workload *row, unsigned number)
{
	struct workload *w = &known[n_known];
	const struct workload **at = &first;
	*w = *row;
	w->row = row;
	w->id = n_known++;
	if (number)
		complete(w, number);
	while (*at && comes_before(*at, w))
		at = &((struct workload *)*at)->next;
	w->next = *at;
	*at = w;
	return w;
}

const struct workload *
workload_first(void)
{
	if (first)
		return first;
	for (const struct workload *row = rows; row->name; row++)
		if (row->numbered)
			for (const unsigned *number = row->listed; *number; number++)
				add(row, *number);
		else
			add(row, 0);
	return first;
}

bool
workload_is_listed(const struct workload *w)
{
	const unsigned *number = w->listed;
	while (*number && *number != number_of(w))
		number++;
	return !w->numbered || *number;
}

/* ---- names ---- */

/* The row that this is a name of, if a number follows; NULL: of none. */
static const struct workload *
row_of(const char *name, const char **number)
{
	for (const struct workload *row = rows; row->name; row++) {
		const char *rest = name + strlen(row->name);
		if (!row->numbered || !g_str_has_prefix(name, row->name) ||
			(*rest && *rest != '_'))
			continue;
		*number = rest + (*rest == '_');
		return row;
	}
	return NULL;
}

/* 0: it is none, or too large, or written in another way. */
static unsigned
number_from(const struct workload *row, const char *text)
{
	guint64 n = 0;
	bool is_one = *text != '0' && g_ascii_string_to_unsigned(text, 10, 1,
					      numbers[row->numbered].most, &n, NULL);
	return is_one ? (unsigned)n : 0;
}

const struct workload *
workload_named(const char *name)
{
	for (const struct workload *w = workload_first(); w; w = w->next)
		if (strcmp(w->name, name) == 0)
			return w;
	const char *number;
	const struct workload *row = row_of(name, &number);
	unsigned n = row ? number_from(row, number) : 0;
	return n && n_known < G_N_ELEMENTS(known) ? add(row, n) : NULL;
}

char *
workload_unknown(const char *name)
{
	const char *number;
	const struct workload *row = row_of(name, &number);
	if (row && number_from(row, number))
		return g_strdup_printf(
			"workload '%s' is one too many: with it there are "
			"over %zu, those of the list among them; name fewer",
			name, G_N_ELEMENTS(known));
	if (row)
		return g_strdup_printf("workload '%s' is not known; give a number of %s "
				       "from 1 to %u, as in %s_4",
			name, numbers[row->numbered].unit, numbers[row->numbered].most,
			row->name);
	GString *why = g_string_new(NULL);
	g_string_printf(why, "workload '%s' is not known; use some of: core, all", name);
	for (const struct workload *w = workload_first(); w; w = w->next)
		g_string_append_printf(why, ", %s", w->name);
	return g_string_free(why, FALSE);
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

/* ---- what one asks and needs ---- */

const char *
workload_unit(const struct workload *w)
{
	return w->pass->whole ? "keys" : "operations";
}

/* What the pass needs, and of two threads or more what they do to each other. */
static unsigned
needs(const struct workload *w)
{
	unsigned together = NEEDS_THREADS | (w->writes ? NEEDS_THREAD_WRITES : 0);
	return w->pass->needs | (w->threads > 1 ? together : 0);
}

const char *
workload_refusal(const struct workload *w, const struct ab_variant *v, size_t keys)
{
	unsigned needed = needs(w);
	if (keys < w->pass->keys_least)
		return "too few keys";
	if (needed & NEEDS_PUT && !variant_can_put(v, keys))
		return "it has no put, or one too slow for so many keys";
	if (needed & NEEDS_DEL && !variant_can_del(v, keys))
		return "it has no del, or one too slow for so many keys";
	if (needed & NEEDS_SCAN && !v->scan)
		return "it has no scan";
	if (needed & NEEDS_BACK && !v->scan_back)
		return "it has no scan_back";
	if (needed & NEEDS_ORDER && !(v->caps & AB_ORDERED))
		return "it has no order";
	if (needed & NEEDS_PREFIX && !v->scan_prefix)
		return "it has no scan_prefix";
	if (needed & NEEDS_RANK && !v->rank)
		return "it has no rank";
	if (needed & NEEDS_NTH && !v->scan_nth)
		return "it has no scan_nth";
	if (needed & NEEDS_BUILD && !v->build)
		return "it has no build";
	if (needed & NEEDS_THREADS && !(v->caps & AB_PARALLEL_READS))
		return "it is for one thread at a time (no AB_PARALLEL_READS)";
	if (needed & NEEDS_THREAD_WRITES && !(v->caps & AB_PARALLEL_WRITES))
		return "it is written by one thread at a time (no AB_PARALLEL_WRITES)";
	return NULL;
}

bool
workload_possible(const struct workload *w, const struct ab_variant *v, size_t keys)
{
	return !workload_refusal(w, v, keys);
}

/* ---- to run them ---- */

void
workload_order(const GPtrArray *wanted, enum workload_group group, uint64_t round,
	const struct workload **order)
{
	const struct workload *reads[WORKLOADS_MOST];
	size_t n = 0, readers = 0, rotated = 0;
	for (guint i = 0; i < wanted->len; i++) {
		const struct workload *w = wanted->pdata[i];
		if (w->group == group && w->pass->kind == READS)
			reads[readers++] = w;
	}
	for (enum workload_kind kind = FILLS; kind <= CHANGES; kind++)
		for (guint i = 0; i < wanted->len; i++) {
			const struct workload *w = wanted->pdata[i];
			if (w->group != group || w->pass->kind != kind)
				continue;
			if (kind == READS)
				w = reads[(rotated++ + round - 1) % readers];
			order[n++] = w;
		}
	order[n] = NULL;
}

int64_t
workload_turns(const struct workload *w)
{
	return w->pass->whole ? WHOLE_TURNS : PASS_TURNS;
}

void
workload_run(struct gbench_state *s, struct fixture *f, const struct workload *w)
{
	if (w->threads)
		together_run(s, f, w);
	else if (w->timed_singly)
		singly_run(s, f, w);
	else
		pass_run(s, f, w, w->pass->stretch, NULL);
}
