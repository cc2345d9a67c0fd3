/* test_memkv_paths.c: files whose paths are as long as the system takes them, or longer, or have
 * odd bytes: what can be opened can be saved to, and memkv_error says the reason and what to do,
 * whole and in one line, however long the path is. */
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "kit/check.h"
#include "memkv_kit.h"

enum { MOST = PATH_MAX - 1 };

static char dir[] = "/tmp/test_memkv_paths.XXXXXX";
static memkv *kv;

/* A path of `n` bytes, whose name has `name_n` of `letter`; its directories are made. */
static void
make_path(char *path, size_t n, size_t name_n, char letter)
{
	enum { LONG = 200 };
	memset(path, 'd', n);
	for (size_t at = LONG; at + 2 < n - name_n; at += LONG) {
		path[at] = '\0';
		mkdir(path, 0700);
		path[at] = '/';
	}
	path[n - name_n - 1] = '\0';
	mkdir(path, 0700);
	path[n - name_n - 1] = '/';
	memset(path + n - name_n, letter, name_n);
	path[n] = '\0';
}

static bool
saves_and_loads(const char *path)
{
	memkv *back = NULL;
	bool right = CHECK(memkv_save(kv, path) == MEMKV_OK) &&
		     CHECK(memkv_save(kv, path) == MEMKV_OK) && /* replaced */
		     CHECK(memkv_map(path, NULL, &back) == MEMKV_OK) &&
		     CHECK(digest_of_store(back) == digest_of_store(kv));
	if (!right)
		fprintf(stderr, "  %zu bytes: %s\n", strlen(path), memkv_error());
	return memkv_close(back) == MEMKV_OK && right;
}

/* ---- where it can be saved ---- */

static void
test_long_paths(void)
{
	static const size_t lengths[] = { MOST - 8, MOST - 7, MOST - 6, MOST - 1, MOST };
	char path[PATH_MAX], link[PATH_MAX];
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		make_path(path, lengths[i], 1, 'f');
		CHECK(saves_and_loads(path));
		path[lengths[i] - 2] = '\0'; /* and nothing is left beside it */
		CHECK(rmdir(path) != 0);
		path[lengths[i] - 2] = '/';
		CHECK(unlink(path) == 0);
		path[lengths[i] - 2] = '\0';
		CHECK(rmdir(path) == 0);
	}
	make_path(path, MOST, NAME_MAX, 'n');
	CHECK(saves_and_loads(path));
	CHECK(unlink(path) == 0 && symlink(path, "link") == 0);
	CHECK(saves_and_loads("link") && access(path, F_OK) == 0);
	CHECK(unlink(path) == 0);
	/* One that is in a deep directory leads within it. */
	make_path(link, MOST, NAME_MAX - 3, 'l');
	CHECK(symlink("target", link) == 0 && saves_and_loads(link));
	memset(path, 'n', sizeof path);
	path[NAME_MAX] = '\0';
	CHECK(saves_and_loads(path) && unlink(path) == 0);
}

/* ---- what is said ---- */

static bool
is_said(enum memkv_status s, enum memkv_status want, const char *words)
{
	const char *e = memkv_error();
	size_t n = strlen(e), m = strlen(words);
	bool right = s == want && n < 512 && n > 400 && strncmp(e, "dddd", 4) == 0 &&
		     strstr(e, "...") && strcmp(e + n - m, words) == 0;
	if (!right)
		fprintf(stderr, "  have: %s\n  want: ...%s\n", e, words);
	return right;
}

static void
own_value(void *ctx, uint64_t value)
{
	(void)ctx;
	(void)value;
}

static void
test_long_texts(void)
{
	struct memkv_options owns = { .free_value = own_value };
	struct memkv_options many = { .threads = MEMKV_CONCURRENT };
	char path[2 * PATH_MAX];
	memkv *other = NULL, *owner = NULL;
	make_path(path, 3000, 20, 'f');
	CHECK(is_said(memkv_load(path, NULL, NULL, &other), MEMKV_EIO,
		"fffff: cannot be opened: No such file or directory"));
	FILE *f = fopen(path, "wb");
	CHECK(f && fputs("\x89MEMKV\r\n", f) >= 0 && fclose(f) == 0);
	CHECK(is_said(memkv_map(path, NULL, &other), MEMKV_EFORMAT,
		"fffff: at byte 8: the file ends within its head; copy or save it "
		"again"));
	CHECK(is_said(memkv_map(path, &many, &other), MEMKV_EUNSUPPORTED,
		"fffff: a mapped store is only read; use MEMKV_RWLOCK, or "
		"MEMKV_ONE_THREAD from any number of threads"));
	CHECK(is_said(memkv_load(path, NULL, &owns, &other), MEMKV_EUNSUPPORTED,
		"fffff: values of a file are numbers, and nothing to be freed"));
	CHECK(memkv_open(NULL, &owns, &owner) == MEMKV_OK);
	CHECK(is_said(memkv_save(owner, path), MEMKV_EUNSUPPORTED,
		"fffff: values that the store owns mean nothing in a file"));
	CHECK(memkv_close(owner) == MEMKV_OK && unlink(path) == 0);
	CHECK(mkdir(path, 0700) == 0);
	CHECK(is_said(memkv_save(kv, path), MEMKV_EIO,
		"fffff: not a regular file, and so is not replaced; name a file, or what "
		"is not there yet"));
	make_path(path, MOST + 1, 20, 'f');
	CHECK(is_said(memkv_save(kv, path), MEMKV_EIO,
		"fffff: cannot be examined: File name too long"));
	make_path(path, 500, NAME_MAX + 1, 'f');
	CHECK(is_said(memkv_save(kv, path), MEMKV_EIO,
		"fffff: cannot be examined: File name too long"));
}

/* Neither cut within a character, nor in two lines. */
static void
test_odd_bytes(void)
{
	char path[1200];
	memkv *other = NULL;
	for (size_t shift = 0; shift < 4; shift++) {
		memset(path, 'x', shift);
		for (size_t i = shift; i + 3 < sizeof path; i += 3)
			memcpy(path + i, "\xe2\x82\xac", 4);
		CHECK(memkv_load(path, NULL, NULL, &other) == MEMKV_EIO);
		const char *middle = strstr(memkv_error(), "...");
		CHECK(middle && middle[-1] == '\xac' && middle[3] == '\xe2');
	}
	CHECK(memkv_load("a\nb\x7f\tc", NULL, NULL, &other) == MEMKV_EIO);
	CHECK(strncmp(memkv_error(), "a?b??c: cannot be opened: ", 26) == 0);
	CHECK(memkv_open("x\ny", NULL, &other) == MEMKV_EUNKNOWN);
	CHECK(strstr(memkv_error(), "'x?y'"));
}

int
main(void)
{
	CHECK(mkdtemp(dir) && chdir(dir) == 0);
	CHECK(memkv_open(NULL, NULL, &kv) == MEMKV_OK);
	CHECK(memkv_put(kv, "key", 3, 1, NULL) == MEMKV_OK);
	test_long_paths();
	test_long_texts();
	test_odd_bytes();
	CHECK(memkv_close(kv) == MEMKV_OK && system("rm -rf -- *") == 0);
	CHECK(chdir("/") == 0 && rmdir(dir) == 0);
	return check_finish();
}
