/* test_workloads.c: what the workloads ask, against brute force over the sorted keys:
 * Zipf's law, percentiles, absent keys, ranges, prefixes, YCSB's mixes. */
#include <math.h>
#include <string.h>
#include <glib/gstdio.h>
#include "kit/check.h"
#include "contract/checksum.h"
#include "ground/histogram.h"
#include "ground/memory.h"
#include "work/mix.h"
#include "work/queries.h"
#include "work/ranges.h"
#include "work/workload.h"
#include "work/zipf.h"

static const struct setup first_round = { ORDER_RANDOM, VALUES_RANDOM, 1, 1 };

static struct dataset *
open_text(const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp("workloads-XXXXXX", &path, NULL);
	struct dataset *d = NULL;
	if (fd >= 0 && g_file_set_contents(path, text, -1, NULL))
		d = dataset_open(path, NULL, true, &error);
	CHECK(d);
	if (fd >= 0)
		g_close(fd, NULL);
	g_unlink(path);
	return d;
}

/* Keys of few letters, some of which begin others, hosts and directories among them. */
static struct dataset *
open_random(size_t n)
{
	g_autoptr(GString) text = g_string_new(NULL);
	uint64_t rng = 7;
	for (size_t i = 0; i < n; i++) {
		if (rng_below(&rng, 2))
			g_string_append_printf(text, "http%s://%c.org/",
				rng_below(&rng, 2) ? "s" : "",
				'a' + (int)rng_below(&rng, 5));
		for (uint64_t more = 1 + rng_below(&rng, 12); more; more--)
			g_string_append_c(text, "ab/\x80"[rng_below(&rng, 4)]);
		g_string_append_c(text, '\n');
	}
	return open_text(text->str);
}

/* ---- rows ---- */

/* The names that old results have. */
static const char listed[] =
	"insert,hit,hit_zipf,miss,miss_cut,miss_longer,scan,scan_values,scan_back,"
	"range_100,prefix_host,prefix_dir,rank,nth,update,delete,"
	"hit_batch_8,hit_batch_32,hit_batch_128,insert_batch_32,insert_sorted,"
	"insert_descending,build,hit_grown,"
	"churn,ycsb_a,ycsb_b,ycsb_c,ycsb_d,ycsb_e,ycsb_f,hit_threads_1,hit_threads_2,"
	"mix95_threads_1,mix95_threads_2,mix50_threads_1,mix50_threads_2,"
	"write_threads_1,write_threads_2,scan_write_threads_1,scan_write_threads_2,"
	"latency_insert,latency_hit,latency_miss,latency_delete";

/* Those known, in their order: all, or those on the list. */
static char *
names(bool all)
{
	g_autoptr(GPtrArray) known = g_ptr_array_new();
	bool seen[WORKLOADS_MOST] = { false };
	for (const struct workload *w = workload_first(); w; w = w->next) {
		CHECK(w->id < WORKLOADS_MOST && !seen[w->id]);
		seen[w->id] = true;
		CHECK(workload_named(w->name) == w && *w->what);
		if (all || workload_is_listed(w))
			g_ptr_array_add(known, (gpointer)w);
	}
	return workload_names(known);
}

static void
is_by(const char *name, unsigned threads, unsigned writes)
{
	const struct workload *w = workload_named(name);
	if (!CHECK(w))
		return;
	CHECK(strcmp(w->name, name) == 0 && w->threads == threads);
	CHECK(w->writes == writes && w->group == GROUP_THREADS);
	CHECK(workload_asked(w, 1000) == workload_operations(w, 1000));
}

static void
is_at_a_time(const char *name, unsigned keys, const char *one_by_one, bool listed_so)
{
	const struct workload *w = workload_named(name);
	if (!CHECK(w))
		return;
	CHECK(strcmp(w->name, name) == 0 && w->at_a_time == keys && !w->threads);
	CHECK(w->group == GROUP_SPEED && strcmp(w->one_by_one, one_by_one) == 0);
	CHECK(workload_is_listed(w) == listed_so && workload_named(w->one_by_one));
	CHECK(w->pass->stretch == w->row->pass->stretch && strstr(w->what, "at a time"));
}

/* One is written; two need a variant that several may write. */
static void
refusals(void)
{
	const struct ab_variant *one = ab_variant_named("art_boxed"),
				*many = ab_variant_named("rwlock_art_boxed");
	static const char *const by[] = { "mix95_threads_1", "hit_threads_2",
		"hit_threads_3", "mix95_threads_2", "mix95_threads_3" };
	for (size_t i = 0; i < G_N_ELEMENTS(by); i++) {
		const struct workload *w = workload_named(by[i]);
		CHECK(w && workload_possible(w, many, 1000));
		CHECK(w && workload_possible(w, one, 1000) == (i < 3));
	}
}

static void
rows(void)
{
	static const char *const bad[] = { "hit_threads", "hit_threads_", "hit_threads_0",
		"hit_threads_03", "hit_threads_+3", "hit_threads_257", "hit_threads_3_",
		"hit_threads_99999999999999999999", "hit_3", "hit_threads_x", "hit_batch",
		"hit_batch_0", "hit_batch_1025", "insert_batch_032", "" };
	g_autofree char *before = names(true);
	CHECK(strcmp(before, listed) == 0);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *why = workload_unknown(bad[i]);
		CHECK(!workload_named(bad[i]) && strstr(why, "not known"));
	}
	is_at_a_time("hit_batch_8", 8, "hit", true);
	is_at_a_time("hit_batch_1", 1, "hit", false);
	is_at_a_time("hit_batch_1024", BATCH_MOST, "hit", false);
	is_at_a_time("insert_batch_32", 32, "insert", true);
	is_at_a_time("insert_batch_8", 8, "insert", false);
	is_by("hit_threads_1", 1, 0);
	is_by("mix95_threads_2", 2, 5);
	is_by("mix50_threads_1", 1, 50);
	is_by("write_threads_2", 2, 100);
	is_by("scan_write_threads_2", 2, 50);
	is_by("hit_threads_256", 256, 0);
	is_by("hit_threads_3", 3, 0);
	is_by("write_threads_3", 3, 100);
	g_autofree char *after = names(true), *on_list = names(false);
	CHECK(strstr(after, ",delete,hit_batch_1,hit_batch_8,hit_batch_32,hit_batch_128,"
			    "hit_batch_1024,insert_batch_8,insert_batch_32,"));
	CHECK(strstr(after, ",hit_threads_2,hit_threads_3,hit_threads_256,mix95_"));
	CHECK(strstr(after, ",write_threads_3,scan_write_threads_1,"));
	CHECK(strcmp(on_list, listed) == 0);
	refusals();
	for (unsigned n = 3; n <= WORKLOADS_MOST; n++) { /* until there is no room */
		g_autofree char *name = g_strdup_printf("mix50_threads_%u", n);
		g_autofree char *why = workload_unknown(name);
		CHECK(workload_named(name) || strstr(why, "one too many"));
	}
	g_autofree char *full = names(true);
	CHECK(strstr(full, ",mix50_threads_3,") && !strstr(full, ",mix50_threads_128,"));
}

/* ---- Zipf's law ---- */

static void
zipf_frequencies(double exponent)
{
	enum { RANKS = 10, DRAWS = 200000 };
	struct zipf z;
	uint64_t rng = 3;
	double seen[RANKS] = { 0 }, all = 0;
	zipf_init(&z, exponent, RANKS);
	for (int i = 0; i < DRAWS; i++) {
		uint64_t rank = zipf_next(&z, &rng);
		if (CHECK(rank < RANKS))
			seen[rank]++;
	}
	for (int k = 1; k <= RANKS; k++)
		all += pow(k, -exponent);
	for (int k = 1; k <= RANKS; k++) {
		double share = pow(k, -exponent) / all;
		double deviation = sqrt(DRAWS * share * (1 - share));
		CHECK(fabs(seen[k - 1] - DRAWS * share) < 5 * deviation);
	}
}

static void
zipf_sizes(void)
{
	struct zipf z;
	uint64_t a = 5, b = 5;
	zipf_init(&z, ZIPF_EXPONENT, 1);
	CHECK(zipf_next(&z, &a) == 0);
	zipf_resize(&z, 1000000);
	struct zipf same;
	zipf_init(&same, ZIPF_EXPONENT, 1000000);
	b = a;
	for (int i = 0; i < 1000; i++) {
		uint64_t x = zipf_next(&z, &a);
		CHECK(x < 1000000 && x == zipf_next(&same, &b));
	}
}

/* ---- percentiles ---- */

static void
percentiles(void)
{
	static struct histogram h;
	histogram_clear(&h);
	CHECK(histogram_quantile(&h, 0.5) == 0);
	for (uint64_t x = 1; x <= 1000; x++)
		histogram_add(&h, x);
	CHECK(histogram_quantile(&h, 0.5) == 500);
	CHECK(histogram_quantile(&h, 0.99) == 990);
	CHECK(histogram_quantile(&h, 0.999) == 999);
	CHECK(histogram_quantile(&h, 1) == 1000 && h.max == 1000);
	histogram_clear(&h);
	uint64_t rng = 9;
	for (int i = 0; i < 10000; i++)
		histogram_add(&h, rng_next(&rng) >> rng_below(&rng, 60));
	uint64_t top = histogram_quantile(&h, 1);
	CHECK(top >= h.max && (double)(top - h.max) <= (double)h.max / 1000);
	for (unsigned bit = 0; bit < 64; bit++) { /* each number is counted near itself */
		uint64_t x = UINT64_C(1) << bit;
		histogram_clear(&h);
		histogram_add(&h, x);
		uint64_t q = histogram_quantile(&h, 0.5);
		CHECK(q >= x && q - x <= x / 1000);
	}
}

/* ---- absent keys ---- */

static void
absent(const struct dataset *d, enum setup_purpose purpose)
{
	struct stream q;
	if (!CHECK(queries_make(&q, d, &first_round, purpose)))
		return;
	CHECK(q.n == d->n);
	for (size_t i = 0; i < q.n; i++)
		CHECK(!dataset_has(d, stream_key(&q, i)));
	stream_free(&q);
}

static void
absent_keys(const struct dataset *d)
{
	absent(d, FOR_MISS);
	absent(d, FOR_MISS_CUT);
	absent(d, FOR_MISS_LONGER);
}

/* Is every query a beginning of some key, where one that is absent exists? */
static void
cut_is_shorter(void)
{
	struct dataset *d = open_text("abc\nabd\nb\n");
	struct stream q;
	if (d && CHECK(queries_make(&q, d, &first_round, FOR_MISS_CUT))) {
		size_t cut = 0;
		for (size_t i = 0; i < q.n; i++)
			cut += stream_key(&q, i).n == 2;
		CHECK(cut == 2); /* "ab" of both */
		stream_free(&q);
	}
	dataset_close(d);
}

/* ---- ranges and prefixes ---- */

/* The checksum of up to `most` entries from row `at` on, of those that begin so. */
static uint64_t
walk(const struct dataset *d, size_t at, struct ab_key prefix, size_t most)
{
	uint64_t sum = 0;
	for (; at < d->n && most && ab_key_starts_with(d->keys[at], prefix); at++, most--)
		sum = checksum_add(sum, d->keys[at], setup_value(&first_round, at));
	return sum;
}

static void
ranges(const struct dataset *d)
{
	struct stream q;
	if (!CHECK(queries_make(&q, d, &first_round, FOR_RANGE_100)))
		return;
	CHECK(q.n == ranges_asked(d->n) && q.n > 0);
	for (size_t i = 0; i < q.n; i++) {
		struct ab_key k = stream_key(&q, i), none = { NULL, 0 };
		size_t at = dataset_lower_bound(d, k);
		CHECK(dataset_has(d, k));
		CHECK(q.expected[i] == walk(d, at, none, RANGE_ENTRIES));
	}
	stream_free(&q);
}

static void
prefixes(const struct dataset *d, enum setup_purpose purpose)
{
	struct stream q;
	if (!CHECK(queries_make(&q, d, &first_round, purpose)))
		return;
	CHECK(q.n == prefixes_asked(d->n) && q.n > 0);
	for (size_t i = 0; i < q.n; i++) {
		struct ab_key k = stream_key(&q, i);
		size_t at = dataset_lower_bound(d, k);
		if (!CHECK(at < d->n && ab_key_starts_with(d->keys[at], k)))
			continue;
		CHECK(q.expected[i] == walk(d, at, k, PREFIX_ENTRIES));
		bool is_one = false;
		for (size_t j = at; j < d->n && ab_key_starts_with(d->keys[j], k); j++)
			is_one = is_one ||
				 (purpose == FOR_PREFIX_HOST
						 ? prefix_host(d->keys[j])
						 : prefix_dir(d->keys[j])) == k.n;
		CHECK(is_one);
	}
	stream_free(&q);
}

static size_t
host_of(const char *s)
{
	return prefix_host((struct ab_key){ (const uint8_t *)s, strlen(s) });
}

static size_t
dir_of(const char *s)
{
	return prefix_dir((struct ab_key){ (const uint8_t *)s, strlen(s) });
}

static void
prefix_rules(void)
{
	CHECK(host_of("https://a.org/b/c") == strlen("https://a.org/"));
	CHECK(host_of("https://a.org") == strlen("https://a.org"));
	CHECK(host_of("usr/share/x") == strlen("usr/"));
	CHECK(host_of("abcdef") == 3 && host_of("") == 0);
	CHECK(dir_of("https://a.org/b/c") == strlen("https://a.org/b/"));
	CHECK(dir_of("https://a.org/b/") == strlen("https://a.org/"));
	CHECK(dir_of("abcdefgh") == 6 && dir_of("") == 0);
}

/* ---- the mixes ---- */

/* Play the mix again over an array; is each answer the one that is expected? */
static void
play(const struct dataset *d, const struct stream *q, uint64_t *value, bool *there,
	size_t *of_kind)
{
	for (size_t i = 0; i < q->n; i++) {
		const struct mix_operation *o = &q->operations[i];
		size_t row = dataset_lower_bound(d, stream_key(q, i));
		if (!CHECK(dataset_has(d, stream_key(q, i)) && o->kind < MIX_KINDS))
			continue;
		of_kind[o->kind]++;
		if (o->kind == MIX_SCAN) {
			uint64_t sum = 0, left = o->given;
			for (size_t j = row; j < d->n && left; j++)
				if (there[j]) {
					sum = checksum_add(sum, d->keys[j], value[j]);
					left--;
				}
			CHECK(sum == q->expected[i] && o->given >= 1);
			CHECK(o->given <= MIX_SCAN_MOST);
			continue;
		}
		CHECK(there[row] == (o->kind != MIX_INSERT));
		there[row] = true;
		if (o->kind == MIX_READ || o->kind == MIX_MODIFY)
			CHECK(value[row] == q->expected[i]);
		if (o->kind == MIX_MODIFY)
			value[row]++;
		else if (o->kind != MIX_READ)
			value[row] = o->given;
	}
	for (size_t i = 0; i < q->n; i++) {
		size_t row = dataset_lower_bound(d, stream_key(q, i));
		if (q->operations[i].kind != MIX_SCAN)
			CHECK(value[row] == q->operations[i].left);
	}
}

/* Which keys are there before it: all but those that it inserts. */
static void
mix(const struct dataset *d, enum setup_purpose purpose, enum mix_kind rare, double share)
{
	struct stream q;
	if (!CHECK(mix_make(&q, d, &first_round, purpose)))
		return;
	g_autofree uint64_t *value = g_new(uint64_t, d->n);
	g_autofree bool *there = g_new(bool, d->n);
	size_t of_kind[MIX_KINDS] = { 0 };
	for (size_t row = 0; row < d->n; row++) {
		there[row] = true;
		value[row] = setup_value(&first_round, row);
	}
	uint32_t *loaded = order_new(d->n, &first_round, FOR_INSERT, false);
	for (size_t i = HELD_OUT_EVERY - 1; i < d->n; i += HELD_OUT_EVERY)
		there[loaded[i]] = false;
	pages_free(loaded, d->n * sizeof *loaded);
	for (size_t i = 0; i < q.n; i++)
		if (q.operations[i].kind != MIX_INSERT && q.operations[i].kind < MIX_SCAN)
			CHECK(dataset_has(d, stream_key(&q, i)));
	play(d, &q, value, there, of_kind);
	CHECK(fabs((double)of_kind[rare] / (double)q.n - share) < 0.005);
	stream_free(&q);
}

static void
mixes(const struct dataset *d)
{
	mix(d, FOR_YCSB_A, MIX_UPDATE, 0.5);
	mix(d, FOR_YCSB_B, MIX_UPDATE, 0.05);
	mix(d, FOR_YCSB_C, MIX_UPDATE, 0);
	mix(d, FOR_YCSB_D, MIX_INSERT, 0.05);
	mix(d, FOR_YCSB_E, MIX_INSERT, 0.05);
	mix(d, FOR_YCSB_F, MIX_MODIFY, 0.5);
}

/* ---- the same again ---- */

static void
repeats(const struct dataset *d)
{
	struct setup other = first_round;
	other.round = 2;
	for (enum setup_purpose p = FOR_HIT_ZIPF; p < FOR_QUERIES; p++) {
		struct stream a, b, c;
		if (!CHECK(queries_make(&a, d, &first_round, p)) ||
			!CHECK(queries_make(&b, d, &first_round, p)) ||
			!CHECK(queries_make(&c, d, &other, p)))
			return;
		size_t n = a.at[a.n];
		CHECK(b.n == a.n && b.at[b.n] == n && memcmp(a.bytes, b.bytes, n) == 0);
		if (p != FOR_INSERT_SORTED)
			CHECK(c.at[c.n] != n || memcmp(a.bytes, c.bytes, n) != 0);
		stream_free(&a);
		stream_free(&b);
		stream_free(&c);
	}
}

int
main(void)
{
	static const char *const small[] = { "a\n", "a\nb\n", "a\naa\naaa\naaaa\n",
		"/\n//\n", "ab\n" };
	rows();
	zipf_frequencies(ZIPF_EXPONENT);
	zipf_frequencies(1.5);
	zipf_sizes();
	percentiles();
	cut_is_shorter();
	prefix_rules();
	for (size_t i = 0; i < G_N_ELEMENTS(small); i++) {
		struct dataset *d = open_text(small[i]);
		absent_keys(d);
		ranges(d);
		prefixes(d, FOR_PREFIX_HOST);
		prefixes(d, FOR_PREFIX_DIR);
		dataset_close(d);
	}
	struct dataset *d = open_random(3000);
	absent_keys(d);
	ranges(d);
	prefixes(d, FOR_PREFIX_HOST);
	prefixes(d, FOR_PREFIX_DIR);
	mixes(d);
	repeats(d);
	dataset_close(d);
	return check_finish();
}
