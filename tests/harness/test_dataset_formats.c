/* The binary formats of key files, how a format is told from another, and samples
 * of a file's keys. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <glib/gstdio.h>

#include "kit/check.h"
#include "keys/dataset.h"

static char *folder;

/* ---- files, byte by byte ---- */

static void
add_number(GString *out, uint64_t number, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		g_string_append_c(out, (char)(number >> (8 * i)));
}

static GString *
numbers(uint64_t count, const uint64_t *number, size_t n)
{
	GString *out = g_string_new(NULL);

	add_number(out, count, 8);
	for (size_t i = 0; i < n; i++)
		add_number(out, number[i], 8);
	return out;
}

static GString *
lengths(uint64_t count)
{
	GString *out = g_string_new("ABKEYS1\n");

	add_number(out, count, 8);
	return out;
}

static void
add_key(GString *out, const void *p, size_t n)
{
	add_number(out, n, 4);
	g_string_append_len(out, p, (gssize)n);
}

/* ---- opening them ---- */

static struct dataset *
open_as(const char *name, enum dataset_format format, const GString *bytes, bool quiet,
	GError **error)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	if (!g_file_set_contents(path, bytes->str, (gssize)bytes->len, NULL)) {
		fprintf(stderr, "cannot write %s\n", path);
		exit(1);
	}
	struct dataset *d = dataset_open_as(path, format, NULL, quiet, error);
	g_unlink(path);
	return d;
}

static bool
is_format(const char *name, const GString *bytes, enum dataset_format format, size_t n)
{
	struct dataset *d = open_as(name, DATASET_AUTO, bytes, true, NULL);
	bool ok = d && d->format == format && d->n == n;

	dataset_close(d);
	return ok;
}

/* Refused in one line that has the file, then `what`, then a remedy; frees bytes. */
static bool
refused(enum dataset_format format, GString *bytes, const char *what)
{
	g_autoptr(GError) error = NULL;
	struct dataset *d = open_as("keys", format, bytes, true, &error);
	g_autofree char *start = g_strdup_printf("%s/keys: %s", folder, what);
	bool ok = !d && g_error_matches(error, DATASET_ERROR, DATASET_ERROR_FORMAT) &&
		  g_str_has_prefix(error->message, start) &&
		  strchr(error->message, ';') && !strchr(error->message, '\n');

	if (!ok)
		fprintf(stderr, "message was: %s\n", error ? error->message : "none");
	dataset_close(d);
	g_string_free(bytes, TRUE);
	return ok;
}

static bool
key_is(const struct dataset *d, size_t i, const void *p, size_t n)
{
	return i < d->n && d->keys[i].n == n && memcmp(d->keys[i].p, p, n) == 0;
}

/* ---- sosd ---- */

static void
test_numbers(void)
{
	static const uint64_t in[] = { 256, 1, UINT64_MAX, 0, 0x0102030405060708, 1 };
	g_autoptr(GString) bytes = numbers(6, in, 6);
	struct dataset *d = open_as("n_uint64", DATASET_AUTO, bytes, true, NULL);

	if (!CHECK(d != NULL && d->n == 5))
		return;
	CHECK(d->format == DATASET_SOSD && strcmp(d->name, "n_uint64") == 0);
	CHECK(!d->was_sorted && d->skipped_repeats == 1 && d->skipped_empty == 0);
	CHECK(d->key_bytes == 40 && d->longest == 8 && d->file_keys == 5);
	CHECK(key_is(d, 0, "\0\0\0\0\0\0\0\0", 8) && key_is(d, 1, "\0\0\0\0\0\0\0\1", 8));
	CHECK(key_is(d, 2, "\0\0\0\0\0\0\1\0", 8));
	CHECK(key_is(d, 3, "\1\2\3\4\5\6\7\10", 8));
	CHECK(key_is(d, 4, "\xff\xff\xff\xff\xff\xff\xff\xff", 8));
	dataset_close(d);
}

static void
test_bad_numbers(void)
{
	static const uint64_t in[] = { 1, 2, 3 };
	GString *half = numbers(3, in, 3), *head = numbers(3, in, 0);

	g_string_truncate(half, 28);
	g_string_truncate(head, 7);
	CHECK(refused(DATASET_SOSD, head, "at byte 7: the file ends before its count"));
	CHECK(refused(DATASET_SOSD, half, "at byte 28: the file ends after 2 of the 3"));
	CHECK(refused(
		DATASET_SOSD, numbers(4, in, 3), "at byte 32: the file ends after 3"));
	CHECK(refused(DATASET_SOSD, numbers(UINT64_MAX / 8 + 1, in, 3), "at byte 32: "));
	CHECK(refused(DATASET_SOSD, numbers(2, in, 3), "at byte 24: 8 bytes follow"));
	CHECK(refused(DATASET_SOSD, numbers(0, in, 1), "at byte 8: 8 bytes follow"));
	CHECK(refused(DATASET_SOSD, numbers(0, in, 0), "has no keys"));
	GString *tail = numbers(3, in, 3);
	g_string_append_c(tail, '\n');
	CHECK(refused(DATASET_SOSD, tail, "at byte 32: 1 bytes follow"));
}

/* ---- lengths ---- */

static void
test_lengths(void)
{
	enum { KEYS = 8 };
	g_autofree char *longest = g_malloc0(DATASET_MAX_KEY);
	g_autoptr(GString) bytes = lengths(KEYS);

	add_key(bytes, "b", 1);
	add_key(bytes, "\n", 1);
	add_key(bytes, "", 0);
	add_key(bytes, "\0", 1);
	add_key(bytes, "b\0\n\xff", 4);
	add_key(bytes, longest, DATASET_MAX_KEY);
	add_key(bytes, "\xff", 1);
	add_key(bytes, "", 0);
	struct dataset *d = open_as("keys.bin", DATASET_AUTO, bytes, true, NULL);
	if (!CHECK(d != NULL && d->n == KEYS - 1))
		return;
	CHECK(d->format == DATASET_LENGTHS && strcmp(d->name, "keys") == 0);
	CHECK(!d->was_sorted && d->skipped_repeats == 1 && d->skipped_empty == 0);
	CHECK(d->longest == DATASET_MAX_KEY && d->key_bytes == DATASET_MAX_KEY + 8);
	CHECK(key_is(d, 0, "", 0) && key_is(d, 1, "", 1));
	CHECK(key_is(d, 2, longest, DATASET_MAX_KEY) && key_is(d, 3, "\n", 1));
	CHECK(key_is(d, 4, "b", 1) && key_is(d, 5, "b\0\n\xff", 4));
	CHECK(key_is(d, 6, "\xff", 1));
	CHECK(dataset_has(d, (struct ab_key){ NULL, 0 }));
	dataset_close(d);
}

static void
test_only_empty(void)
{
	g_autoptr(GString) bytes = lengths(1);

	add_key(bytes, "", 0);
	struct dataset *d = open_as("keys", DATASET_AUTO, bytes, true, NULL);
	CHECK(d && d->n == 1 && d->key_bytes == 0 && d->longest == 0 && d->was_sorted);
	dataset_close(d);
}

/* A file that counts `count` keys and has "abc" and these bytes. */
static GString *
abc_and(uint64_t count, const char *more, size_t n)
{
	GString *out = lengths(count);

	add_key(out, "abc", 3);
	return g_string_append_len(out, more, (gssize)n);
}

static void
test_bad_lengths(void)
{
	GString *head = lengths(1), *over = lengths(1);

	g_string_truncate(head, 15);
	CHECK(refused(DATASET_AUTO, head, "at byte 15: the file ends before its count"));
	CHECK(refused(DATASET_AUTO, lengths(0), "has no keys"));
	CHECK(refused(
		DATASET_AUTO, lengths(1), "at byte 16: key 1 of 1 begins and the "));
	CHECK(refused(
		DATASET_AUTO, lengths(UINT64_MAX), "at byte 16: key 1 of 1844674407"));
	CHECK(refused(DATASET_AUTO, abc_and(2, "", 0), "at byte 23: key 2 of 2 begins"));
	CHECK(refused(
		DATASET_AUTO, abc_and(2, "\1\0\0", 3), "at byte 23: key 2 of 2 beg"));
	CHECK(refused(
		DATASET_AUTO, abc_and(2, "\2\0\0\0x", 5), "at byte 23: key 2 of 2 b"));
	CHECK(refused(
		DATASET_AUTO, abc_and(1, "x", 1), "at byte 23: 1 bytes follow the"));
	CHECK(refused(DATASET_AUTO, abc_and(2, "\0\0\1\0", 4),
		"at byte 23: key 2 of 2 has 65536 bytes and a key at most 65535"));
	CHECK(refused(DATASET_AUTO, abc_and(2, "\xff\xff\xff\xff", 4),
		"at byte 23: key 2 of 2 has 4294967295 bytes"));
	g_string_append_len(over, "\0\0\1\0", 4);
	g_string_set_size(over, over->len + 65536);
	CHECK(refused(DATASET_AUTO, over, "at byte 16: key 1 of 1 has 65536 bytes"));
	CHECK(refused(DATASET_LENGTHS, g_string_new("ABKEYS2\n12345678"),
		"at byte 0: the file does not begin with ABKEYS1"));
	CHECK(refused(DATASET_LENGTHS, g_string_new("ABKEYS1"), "at byte 0: "));
}

/* ---- which format ---- */

static void
test_detection(void)
{
	static const uint64_t one[] = { 7 };
	g_autoptr(GString) number = numbers(1, one, 1);
	g_autoptr(GString) bytes = lengths(2);
	g_autoptr(GString) lines = g_string_new("a\nb\n");

	add_key(bytes, "a\nb", 3);
	add_key(bytes, "c", 1);
	CHECK(is_format("a_uint64", number, DATASET_SOSD, 1));
	CHECK(is_format("a.sosd", number, DATASET_SOSD, 1));
	CHECK(is_format("a_uint64.txt", number, DATASET_LINES, 1)); /* never by content */
	CHECK(is_format("a_uint32", lines, DATASET_LINES, 2));
	CHECK(is_format("a.txt", bytes, DATASET_LENGTHS, 2));
	CHECK(is_format("a_uint64", bytes, DATASET_LENGTHS, 2));
	struct dataset *d = open_as("a_uint64", DATASET_LINES, lines, true, NULL);
	CHECK(d && d->format == DATASET_LINES && d->n == 2);
	dataset_close(d);
	d = open_as("a.txt", DATASET_SOSD, number, true, NULL);
	CHECK(d && d->format == DATASET_SOSD && d->n == 1);
	dataset_close(d);
	d = open_as("a.txt", DATASET_LINES, bytes, true, NULL);
	CHECK(d && d->format == DATASET_LINES && key_is(d, 1, "ABKEYS1", 7));
	dataset_close(d);
	CHECK(refused(DATASET_SOSD, g_string_new("seven\nand eight\n"), "at byte 16: "));
}

/* Notices speak of keys, not of lines. */
static void
test_notices(void)
{
	g_autoptr(GString) bytes = lengths(4);
	g_autofree char *log = g_build_filename(folder, "log", NULL);
	g_autofree char *said = NULL;
	int saved = dup(STDERR_FILENO);

	add_key(bytes, "b", 1);
	add_key(bytes, "a", 1);
	add_key(bytes, "b", 1);
	add_key(bytes, "b", 1);
	fflush(stderr);
	if (!CHECK(freopen(log, "w", stderr) != NULL))
		return;
	struct dataset *d = open_as("odd", DATASET_AUTO, bytes, false, NULL);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	CHECK(d && g_file_get_contents(log, &said, NULL, NULL));
	g_autofree char *want = g_strdup_printf(
		"artbench: %s/odd: 2 repeated keys kept once\n"
		"artbench: %s/odd: not sorted bytewise; sorted in memory\n",
		folder, folder);
	CHECK(g_strcmp0(said, want) == 0);
	dataset_close(d);
	g_unlink(log);
}

/* ---- samples ---- */

/* Lines "000".."NNN", sampled; NULL if that is refused. */
static struct dataset *
sample_of(size_t keys, size_t n, uint64_t seed)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (size_t i = 0; i < keys; i++)
		g_string_append_printf(text, "%03zu\n", i);
	struct dataset *d = open_as("keys.txt", DATASET_AUTO, text, true, NULL);
	if (d && dataset_sample(d, n, seed, NULL))
		return d;
	dataset_close(d);
	return NULL;
}

static void
test_sample(void)
{
	struct dataset *a = sample_of(1000, 100, 1), *b = sample_of(1000, 100, 1);
	struct dataset *c = sample_of(1000, 100, 2);

	if (!CHECK(a && b && c))
		return;
	CHECK(a->n == 100 && a->file_keys == 1000 && a->key_bytes == 300);
	CHECK(a->longest == 3 && strcmp(a->name, "keys") == 0);
	for (size_t i = 1; i < a->n; i++)
		CHECK(ab_key_cmp(a->keys[i - 1], a->keys[i]) < 0);
	for (size_t i = 0; i < a->n; i++)
		CHECK(ab_key_cmp(a->keys[i], b->keys[i]) == 0 && a->keys[i].n == 3);
	CHECK(a->fingerprint == b->fingerprint && a->fingerprint != c->fingerprint);
	dataset_close(a);
	dataset_close(b);
	dataset_close(c);
}

/* What is known of a sample is of the keys kept, as if they had been the file. */
static void
test_sample_sums(void)
{
	g_autoptr(GString) text = g_string_new("a\nbb\nccc\ndddd\n");
	g_autoptr(GString) kept = g_string_new(NULL);
	struct dataset *d = open_as("keys.txt", DATASET_AUTO, text, true, NULL);

	if (!CHECK(d && dataset_sample(d, 2, 5, NULL) && d->n == 2))
		return;
	for (size_t i = 0; i < d->n; i++)
		g_string_append_printf(
			kept, "%.*s\n", (int)d->keys[i].n, (const char *)d->keys[i].p);
	struct dataset *same = open_as("keys.txt", DATASET_AUTO, kept, true, NULL);
	CHECK(same && same->n == 2 && same->fingerprint == d->fingerprint);
	CHECK(same && same->key_bytes == d->key_bytes && same->longest == d->longest);
	dataset_close(same);
	dataset_close(d);
}

/* Each of the ten pairs of five keys about equally often: chi-squared with nine
 * degrees of freedom stays below 27.9 in 999 of 1,000 cases. */
static void
test_sample_uniform(void)
{
	enum { DRAWS = 2000, PAIRS = 10 };
	unsigned seen[5][5] = { { 0 } };
	double chi2 = 0, expected = (double)DRAWS / PAIRS;

	for (uint64_t seed = 0; seed < DRAWS; seed++) {
		struct dataset *d = sample_of(5, 2, seed);
		if (!CHECK(d && d->n == 2))
			return;
		seen[d->keys[0].p[2] - '0'][d->keys[1].p[2] - '0']++;
		dataset_close(d);
	}
	for (int i = 0; i < 5; i++)
		for (int j = i + 1; j < 5; j++) {
			double off = seen[i][j] - expected;
			chi2 += off * off / expected;
		}
	CHECK(chi2 < 27.9);
}

static void
test_sample_refused(void)
{
	g_autoptr(GString) text = g_string_new("a\nb\nb\nc\n");
	struct dataset *d = open_as("keys.txt", DATASET_AUTO, text, true, NULL);

	if (!CHECK(d != NULL))
		return;
	uint64_t before = d->fingerprint;
	for (size_t n = 0; n < 5; n += n ? 1 : 3) {
		g_autoptr(GError) error = NULL;
		CHECK(!dataset_sample(d, n, 1, &error));
		CHECK(g_error_matches(error, DATASET_ERROR, DATASET_ERROR_SAMPLE));
		CHECK(error && strstr(error->message, "has 3 different keys") &&
			strstr(error->message, "; ask for fewer"));
	}
	CHECK(d->n == 3 && d->fingerprint == before);
	CHECK(dataset_sample(d, 2, 1, NULL) && dataset_sample(d, 1, 1, NULL));
	CHECK(d->n == 1 && d->file_keys == 3);
	dataset_close(d);
}

int
main(void)
{
	folder = g_dir_make_tmp("artbench-test-XXXXXX", NULL);
	if (!CHECK(folder != NULL))
		return check_finish();
	test_numbers();
	test_bad_numbers();
	test_lengths();
	test_only_empty();
	test_bad_lengths();
	test_detection();
	test_notices();
	test_sample();
	test_sample_sums();
	test_sample_uniform();
	test_sample_refused();
	CHECK(g_rmdir(folder) == 0);
	g_free(folder);
	return check_finish();
}
