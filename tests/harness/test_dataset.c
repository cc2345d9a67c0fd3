/* Every treatment of a key file that dataset.h promises, and the sort behind it. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <glib/gstdio.h>

#include "kit/check.h"
#include "keys/dataset.h"
#include "keys/keysort.h"
#include "contract/rng.h"

static char *folder;

/* ---- helpers ---- */

static char *
write_file(const char *name, const void *bytes, size_t n)
{
	char *path = g_build_filename(folder, name, NULL);

	if (!g_file_set_contents(path, bytes, (gssize)n, NULL)) {
		fprintf(stderr, "cannot write %s\n", path);
		exit(1);
	}
	return path;
}

/* Open a file of these bytes; NULL and *error as dataset_open. */
static struct dataset *
open_bytes(const void *bytes, size_t n, GError **error)
{
	g_autofree char *path = write_file("keys.txt", bytes, n);
	return dataset_open(path, NULL, true, error);
}

static bool
key_is(const struct dataset *d, size_t i, const void *p, size_t n)
{
	return i < d->n && d->keys[i].n == n && memcmp(d->keys[i].p, p, n) == 0;
}

/* A file of `text` is taken and has just these keys ("a|b|c"), in this order. */
static bool
gives(const char *text, const char *keys)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) want = g_strsplit(keys, "|", 0);
	struct dataset *d = open_bytes(text, strlen(text), &error);
	bool ok = d != NULL && d->n == g_strv_length(want);

	for (size_t i = 0; ok && want[i]; i++)
		ok = key_is(d, i, want[i], strlen(want[i]));
	dataset_close(d);
	return ok;
}

/* A file of these bytes is refused with a one-line message that starts with the
 * file's path and `place` ("" or ":LINE"), and contains `what` and a remedy. */
static bool
refused(const void *bytes, size_t n, const char *place, const char *what)
{
	g_autoptr(GError) error = NULL;
	struct dataset *d = open_bytes(bytes, n, &error);
	g_autofree char *start = g_strdup_printf("%s/keys.txt%s: ", folder, place);

	if (d || !error) {
		dataset_close(d);
		return false;
	}
	bool ok = g_str_has_prefix(error->message, start) &&
		  strstr(error->message, what) && strchr(error->message, ';') &&
		  !strchr(error->message, '\n');
	if (!ok)
		fprintf(stderr, "message was: %s\n", error->message);
	return ok;
}

/* ---- what is taken ---- */

static void
test_plain(void)
{
	g_autoptr(GError) error = NULL;
	struct dataset *d = open_bytes("a\nab\nb\n", 7, &error);

	if (!CHECK(d != NULL))
		return;
	CHECK(d->n == 3 && d->key_bytes == 4 && d->longest == 2 && d->was_sorted);
	CHECK(d->skipped_empty == 0 && d->skipped_repeats == 0);
	CHECK(strcmp(d->name, "keys") == 0);
	CHECK(key_is(d, 0, "a", 1) && key_is(d, 1, "ab", 2) && key_is(d, 2, "b", 1));
	CHECK(dataset_has(d, (struct ab_key){ (const uint8_t *)"ab", 2 }));
	CHECK(!dataset_has(d, (struct ab_key){ (const uint8_t *)"abc", 3 }));
	CHECK(dataset_lower_bound(d, (struct ab_key){ NULL, 0 }) == 0);
	CHECK(dataset_lower_bound(d, (struct ab_key){ (const uint8_t *)"aa", 2 }) == 1);
	CHECK(dataset_lower_bound(d, (struct ab_key){ (const uint8_t *)"c", 1 }) == 3);
	dataset_close(d);
	dataset_close(NULL);
}

static void
test_names(void)
{
	g_autofree char *path = write_file("urls.v2.txt", "a\n", 2);
	struct dataset *stem = dataset_open(path, NULL, true, NULL);
	struct dataset *told = dataset_open(path, "web addresses", true, NULL);

	CHECK(stem && strcmp(stem->name, "urls.v2") == 0 &&
		strcmp(stem->path, path) == 0);
	CHECK(told && strcmp(told->name, "web addresses") == 0);
	dataset_close(stem);
	dataset_close(told);
}

static void
test_lines(void)
{
	CHECK(gives("a\nb", "a|b"));            /* no final newline */
	CHECK(gives("b\na\nc\n", "a|b|c"));     /* unsorted */
	CHECK(gives("\na\n\n\nb\n\n", "a|b"));  /* empty lines */
	CHECK(gives("a\na\nb\na\nb\n", "a|b")); /* repeats, unsorted */
	CHECK(gives("a\rb\nc\r", "a\rb|c\r"));  /* CR that ends no line */
	CHECK(gives("\x80\n\x7f\n\xff\nA\n", "A|\x7f|\x80|\xff")); /* unsigned order */
	CHECK(gives("key 1\n key\n\tk\n", "\tk| key|key 1"));      /* blanks are bytes */
}

static void
test_counts(void)
{
	static const char text[] = "b\n\nb\na\n\n\na\nb\n";
	struct dataset *d = open_bytes(text, sizeof(text) - 1, NULL);

	if (!CHECK(d != NULL))
		return;
	CHECK(d->n == 2 && d->skipped_empty == 3 && d->skipped_repeats == 3);
	CHECK(!d->was_sorted && d->key_bytes == 2);
	dataset_close(d);
	d = open_bytes("a\na\nb\n", 6, NULL);
	CHECK(d && d->was_sorted && d->skipped_repeats == 1);
	dataset_close(d);
}

static void
test_nul_bytes(void)
{
	static const char text[] = "a\0b\na\n\0\na\0\n";
	struct dataset *d = open_bytes(text, sizeof(text) - 1, NULL);

	if (!CHECK(d != NULL && d->n == 4))
		return;
	CHECK(key_is(d, 0, "", 1) && key_is(d, 1, "a", 1));
	CHECK(key_is(d, 2, "a\0", 2) && key_is(d, 3, "a\0b", 3));
	dataset_close(d);
}

static void
test_longest(void)
{
	enum { SIZE = DATASET_MAX_KEY + 4 };
	g_autofree char *text = g_malloc(SIZE);

	memset(text, 'x', SIZE);
	memcpy(text, "a\n", 2);
	text[2 + DATASET_MAX_KEY] = '\n';
	struct dataset *d = open_bytes(text, 3 + DATASET_MAX_KEY, NULL);
	CHECK(d && d->n == 2 && d->longest == DATASET_MAX_KEY);
	dataset_close(d);
	text[2 + DATASET_MAX_KEY] = 'x';
	CHECK(refused(text, 3 + DATASET_MAX_KEY, ":2", "65536 bytes"));
	text[3 + DATASET_MAX_KEY] = '\n';
	CHECK(refused(text, 4 + DATASET_MAX_KEY, ":2", "at most 65535"));
}

static void
test_pipe(void)
{
	enum { LINES = 400000 }; /* about 2.6 MB: more than the first guess at a size */
	g_autofree char *path = g_build_filename(folder, "pipe", NULL);

	if (!CHECK(mkfifo(path, 0600) == 0))
		return;
	pid_t child = fork();
	if (child == 0) {
		FILE *out = fopen(path, "w");
		for (int i = 0; out && i < LINES; i++)
			fprintf(out, "%06d\n", i);
		_exit(!out || fclose(out) != 0);
	}
	struct dataset *d = dataset_open(path, NULL, true, NULL);
	int status = 1;
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	CHECK(d && d->n == LINES && key_is(d, LINES - 1, "399999", 6));
	dataset_close(d);
}

/* Notices go to stderr, one line each, and not at all when quiet. */
static void
test_notices(void)
{
	g_autofree char *path = write_file("odd.txt", "b\n\na\na\n", 7);
	g_autofree char *log = g_build_filename(folder, "log", NULL);
	g_autofree char *said = NULL;
	int saved = dup(STDERR_FILENO);

	fflush(stderr);
	if (!CHECK(freopen(log, "w", stderr) != NULL))
		return;
	struct dataset *quiet = dataset_open(path, NULL, true, NULL);
	struct dataset *loud = dataset_open(path, NULL, false, NULL);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	CHECK(g_file_get_contents(log, &said, NULL, NULL));
	g_autofree char *want = g_strdup_printf(
		"artbench: %s: 1 empty line skipped\n"
		"artbench: %s: 1 repeated line kept once\n"
		"artbench: %s: not sorted bytewise; sorted in "
		"memory\n",
		path, path, path);
	CHECK(g_strcmp0(said, want) == 0);
	dataset_close(quiet);
	dataset_close(loud);
}

/* ---- what is refused ---- */

static void
test_refusals(void)
{
	CHECK(refused("", 0, "", "no keys"));
	CHECK(refused("\n\n\n", 3, "", "no keys"));
	CHECK(refused("a\r\nb\r\n", 6, ":1", "CR LF"));
	CHECK(refused("a\nb\n\r\n", 6, ":3", "CR LF"));
}

/* Files that are something else: what they begin with, and what is said of them. */
static void
test_foreigners(void)
{
#define BEGINS(bytes, what)                                                              \
	{                                                                                \
		bytes, sizeof(bytes) - 1, what                                           \
	}
	static const struct {
		const char *bytes;
		size_t n;
		const char *what;
	} files[] = {
		BEGINS("\x1f\x8b\x08\0rest\n", "gzip data, no key file; unpack it first, "
					       "with zcat"),
		BEGINS("\xfd"
		       "7zXZ\0rest\n",
			"xz data"),
		BEGINS("\x28\xb5\x2f\xfdrest\n", "Zstandard data"),
		BEGINS("BZh91AY&SYrest\n", "bzip2 data"),
		BEGINS("\x04\x22\x4d\x18rest\n", "LZ4 data"),
		BEGINS("PK\3\4rest\n", "a zip archive"),
		BEGINS("\x7f"
		       "ELFrest\n",
			"a program or library"),
		BEGINS("%PDF-1.7\nrest\n", "a PDF document"),
		BEGINS("\x89PNG\r\n\x1a\nrest\n", "a PNG picture"),
		BEGINS("SQLite format 3\0rest\n", "an SQLite database"),
		BEGINS("PAR1rest\nPAR1", "a Parquet table"),
		BEGINS("version https://git-lfs.github.com/spec/v1\noid\n",
			"a Git LFS pointer, no key file; get the file"),
		BEGINS("<!DOCTYPE html>\n<p>rest\n", "a web page"),
		BEGINS("\xff\xfe\x3b\x04\n\0", "UTF-16 text, no key file; convert it "
					       "first, with iconv -t UTF-8 -f UTF-16LE"),
		BEGINS("\xfe\xff\x04\x3b\0\n", "UTF-16BE"),
		BEGINS("a\0b\0\n\0c\0\n\0", "UTF-16LE"),
		BEGINS("\0a\0b\0\n\0c\0\n", "UTF-16BE"),
		BEGINS("\xef\xbb\xbf"
		       "a\nb\n",
			"text with a byte order mark"),
	};
#undef BEGINS
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = write_file(
			"keys.txt", files[i].bytes, files[i].n);
		CHECK(refused(files[i].bytes, files[i].n, "", files[i].what));
		/* Unless its owner says that it is lines. */
		struct dataset *d = dataset_open_as(
			path, DATASET_LINES, NULL, true, NULL);
		CHECK((d && d->n) || strstr(files[i].what, "PNG")); /* has CR LF */
		dataset_close(d);
	}
}

/* What only looks like it at a glance is taken. */
static void
test_no_foreigners(void)
{
	CHECK(gives("BZh9\nGIF89a\nLZIP\nObj\nPAR1\nPK\nRar!\n",
		"BZh9|GIF89a|LZIP|Obj|PAR1|PK|Rar!"));
	CHECK(gives("PAR1\nb\n", "PAR1|b"));
	CHECK(gives("<p>\n\x1f\x8b\n", "\x1f\x8b|<p>"));
	CHECK(gives("\xff\xfe\na\n", "a|\xff\xfe"));
	static const char nul[] = "a\0\nb\0c\n\0\n\0\0\n";
	struct dataset *d = open_bytes(nul, sizeof nul - 1, NULL);
	CHECK(d && d->n == 4 && key_is(d, 0, "", 1) && key_is(d, 2, "a", 2));
	dataset_close(d);
	static const char *const names[] = { "k.gz", "k.txt.zst", "k.parquet", "k.zip" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = write_file(names[i], "a\nb\n", 4);
		CHECK(dataset_open(path, NULL, true, NULL) == NULL);
		d = dataset_open_as(path, DATASET_LINES, NULL, true, NULL);
		CHECK(d && d->n == 2);
		dataset_close(d);
	}
	/* Its name tells that it has numbers, whatever they begin with. */
	g_autofree char *numbers = write_file(
		"k_uint64", "\1\0\0\0\0\0\0\0\x1f\x8b\x08\0\0\0\0\0", 16);
	d = dataset_open(numbers, NULL, true, NULL);
	CHECK(d && d->n == 1);
	dataset_close(d);
}

static bool
path_refused(const char *path, const char *what)
{
	g_autoptr(GError) error = NULL;
	struct dataset *d = dataset_open(path, NULL, true, &error);
	bool ok = !d && g_error_matches(error, DATASET_ERROR, DATASET_ERROR_READ) &&
		  g_str_has_prefix(error->message, path) &&
		  strstr(error->message, what) && strchr(error->message, ';');

	dataset_close(d);
	return ok;
}

static void
test_paths(void)
{
	g_autofree char *missing = g_build_filename(folder, "missing.txt", NULL);

	CHECK(path_refused(folder, "is a directory"));
	CHECK(path_refused(missing, "No such file"));
	CHECK(dataset_open(missing, NULL, true, NULL) == NULL); /* no GError asked for */
}

/* Root may read everything, so try as nobody, in a child. */
static void
test_unreadable(void)
{
	g_autofree char *path = write_file("secret.txt", "a\n", 2);
	int status = 1;

	if (!CHECK(chmod(path, 0) == 0 && chmod(folder, 0755) == 0))
		return;
	pid_t child = fork();
	if (child == 0) {
		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(2);
		_exit(path_refused(path, "Permission denied") ? 0 : 1);
	}
	CHECK(waitpid(child, &status, 0) == child && status == 0);
}

/* ---- memory ---- */

/* Opening and closing must not leave free heap behind: the caller measures. */
static void
test_heap(void)
{
	enum { LINES = 200000 };
	g_autoptr(GString) text = g_string_new(NULL);
	uint64_t rng = 7;

	for (int i = 0; i < LINES; i++)
		g_string_append_printf(
			text, "%016" G_GINT64_MODIFIER "x\n", rng_next(&rng));
	g_autofree char *path = write_file("many.txt", text->str, text->len);
	struct mallinfo2 before = mallinfo2();
	struct dataset *d = dataset_open(path, NULL, true, NULL);
	struct mallinfo2 after = mallinfo2();
	CHECK(d && d->n == LINES && !d->was_sorted);
	CHECK(after.arena <= before.arena + 65536 && after.hblkhd == before.hblkhd);
	dataset_close(d);
}

/* ---- the sort ---- */

static int
by_key(const void *a, const void *b)
{
	return ab_key_cmp(*(const struct ab_key *)a, *(const struct ab_key *)b);
}

/* Keys of few different bytes, 0..longest of them behind a common start, so that
 * heads are often equal, padded, or end at any of their bytes. */
static bool
sorts(uint64_t seed, size_t n, size_t start, size_t longest, const char *alphabet,
	size_t letters)
{
	g_autofree struct ab_key *keys = g_new(struct ab_key, n);
	g_autofree struct ab_key *want = g_new(struct ab_key, n);
	g_autofree uint8_t *bytes = g_malloc(n * (start + longest) + 1);
	uint8_t *p = bytes;
	bool ok = true;

	for (size_t i = 0; i < n; i++) {
		size_t length = start + rng_below(&seed, longest + 1);
		for (size_t j = 0; j < length; j++)
			p[j] = (uint8_t)(j < start ? alphabet[0]
						   : alphabet[rng_below(&seed, letters)]);
		keys[i] = want[i] = (struct ab_key){ p, length };
		p += length;
	}
	qsort(want, n, sizeof(*want), by_key);
	if (!keysort(keys, n))
		return false;
	for (size_t i = 0; ok && i < n; i++)
		ok = ab_key_cmp(keys[i], want[i]) == 0;
	return ok;
}

static void
test_sort(void)
{
	CHECK(keysort(NULL, 0));
	for (uint64_t seed = 1; seed <= 20; seed++) {
		for (size_t start = 0; start <= 15; start += 3) {
			CHECK(sorts(seed, 1 + 40 * seed, start, 20, "\0\1", 2));
			CHECK(sorts(seed, 1 + 90 * seed, start, 9, "\0\x7f\x80\xff", 4));
		}
		CHECK(sorts(seed, 3000, 0, 0, "a", 1));
		CHECK(sorts(seed, 3000, 500, 3, "ab", 2));
		CHECK(sorts(seed, 3000, 0, 30, "abcdefghijklmnop", 16));
	}
	CHECK(sorts(99, 40, 30000, 30000, "a", 1)); /* deep, nested prefixes */
}

int
main(void)
{
	folder = g_dir_make_tmp("artbench-test-XXXXXX", NULL);
	if (!CHECK(folder != NULL))
		return check_finish();
	test_plain();
	test_names();
	test_lines();
	test_counts();
	test_nul_bytes();
	test_longest();
	test_pipe();
	test_notices();
	test_refusals();
	test_foreigners();
	test_no_foreigners();
	test_paths();
	test_unreadable();
	test_heap();
	test_sort();
	static const char *const made[] = { "keys.txt", "urls.v2.txt", "pipe", "odd.txt",
		"log", "secret.txt", "many.txt", "k.gz", "k.txt.zst", "k.parquet",
		"k.zip", "k_uint64" };
	for (size_t i = 0; i < G_N_ELEMENTS(made); i++) {
		g_autofree char *path = g_build_filename(folder, made[i], NULL);
		g_unlink(path);
	}
	CHECK(g_rmdir(folder) == 0);
	g_free(folder);
	return check_finish();
}
