/* Keys handed to another process: the same as were read, and what is no such descriptor,
 * or of a file that is another now, is told. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <glib/gstdio.h>

#include "kit/check.h"
#include "keys/handed.h"

static const char text[] = "ABKEYS1\n\4\0\0\0\0\0\0\0"
			   "\3\0\0\0b\0c\0\0\0\0\1\0\0\0a\3\0\0\0b\0c";
static char *path;

static void
write_file(const char *bytes, size_t n)
{
	if (!g_file_set_contents(path, bytes, (gssize)n, NULL))
		exit(1);
}

static struct dataset *
read_file(void)
{
	return dataset_open(path, "title", true, NULL);
}

static bool
is_refused(int fd, int code)
{
	g_autoptr(GError) error = NULL;
	struct dataset *d = handed_open(fd, path, NULL, &error);
	dataset_close(d);
	return !d && g_error_matches(error, DATASET_ERROR, code) &&
	       g_str_has_prefix(error->message, path);
}

static bool
are_same(const struct dataset *a, const struct dataset *b)
{
	bool same = a->n == b->n && a->file_keys == b->file_keys &&
		    a->key_bytes == b->key_bytes && a->longest == b->longest &&
		    a->fingerprint == b->fingerprint && a->format == b->format &&
		    strcmp(a->name, b->name) == 0 && strcmp(a->path, b->path) == 0 &&
		    dataset_whole(a) == dataset_whole(b);
	for (size_t i = 0; same && i < a->n; i++)
		same = ab_key_cmp(a->keys[i], b->keys[i]) == 0;
	return same;
}

/* Hand it on, and open that after the descriptor's maker has forgotten it. */
static void
check_handing(struct dataset *d)
{
	int fd = handed_new(d);
	if (!CHECK(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC))
		return;
	struct dataset *got = handed_open(fd, path, "title", NULL);
	CHECK(write(fd, "x", 1) < 0 && ftruncate(fd, 0) != 0);
	close(fd);
	CHECK(got && are_same(d, got));
	dataset_close(got);
}

static void
test_same(void)
{
	struct dataset *d = read_file();
	if (!CHECK(d && d->n == 3 && d->keys[0].n == 0))
		return;
	check_handing(d);
	CHECK(dataset_sample(d, 2, 1, NULL));
	check_handing(d);
	/* And one may be handed on again, or be sampled there. */
	struct dataset *whole = read_file();
	int fd = handed_new(whole);
	struct dataset *got = handed_open(fd, path, "title", NULL);
	CHECK(got && dataset_sample(got, 2, 1, NULL) && are_same(d, got));
	check_handing(got);
	dataset_close(got);
	dataset_close(whole);
	dataset_close(d);
	close(fd);
}

static void
test_changed(void)
{
	struct stat st;
	struct dataset *d = read_file();
	int fd = d ? handed_new(d) : -1;
	if (!CHECK(fd >= 0))
		return;
	dataset_close(d);
	CHECK(stat(path, &st) == 0);
	const struct timespec times[] = { st.st_atim,
		{ st.st_mtim.tv_sec - 1, st.st_mtim.tv_nsec } };
	CHECK(utimensat(AT_FDCWD, path, times, 0) == 0);
	CHECK(is_refused(fd, DATASET_ERROR_CHANGED));
	g_unlink(path);
	CHECK(is_refused(fd, DATASET_ERROR_CHANGED));
	write_file(text, sizeof text - 1); /* another file */
	CHECK(is_refused(fd, DATASET_ERROR_CHANGED));
	close(fd);
}

/* The bytes of one that is right, but without its seals, and cut. */
static void
test_others(void)
{
	char bytes[4096];
	struct dataset *d = read_file();
	int right = d ? handed_new(d) : -1;
	ssize_t n = pread(right, bytes, sizeof bytes, 0);
	if (!CHECK(n > 0))
		return;
	dataset_close(d);
	int unsealed = memfd_create("unsealed", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	CHECK(write(unsealed, bytes, (size_t)n) == n);
	CHECK(is_refused(unsealed, DATASET_ERROR_FORMAT));
	int file = open(path, O_RDONLY | O_CLOEXEC);
	CHECK(is_refused(file, DATASET_ERROR_FORMAT));
	for (ssize_t cut = 0; cut < n; cut += 7) {
		int one = memfd_create("cut", MFD_CLOEXEC | MFD_ALLOW_SEALING);
		CHECK(write(one, bytes, (size_t)cut) == cut);
		CHECK(fcntl(one, F_ADD_SEALS,
			      F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) ==
			0);
		CHECK(is_refused(one, DATASET_ERROR_FORMAT));
		close(one);
	}
	close(file);
	close(unsealed);
	close(right);
	CHECK(is_refused(right, DATASET_ERROR_FORMAT));
}

/* Where no memory may be mapped it is told in one line. */
static void
test_no_memory(void)
{
	enum { KEYS = 1 << 18 };
	g_autoptr(GString) many = g_string_new(NULL);
	for (size_t i = 0; i < KEYS; i++)
		g_string_append_printf(many, "%06zx\n", i);
	write_file(many->str, many->len);
	struct dataset *d = read_file();
	int fd = d ? handed_new(d) : -1;
	if (!CHECK(fd >= 0))
		return;
	dataset_close(d);
	struct rlimit before, none;
	CHECK(getrlimit(RLIMIT_AS, &before) == 0);
	none = before;
	none.rlim_cur = 1 << 20; /* less than there is already */
	if (!CHECK_SANITIZED && CHECK(setrlimit(RLIMIT_AS, &none) == 0)) {
		bool refused = is_refused(fd, DATASET_ERROR_MEMORY);
		setrlimit(RLIMIT_AS, &before);
		CHECK(refused);
	}
	close(fd);
}

int
main(void)
{
	g_autofree char *folder = g_dir_make_tmp("artbench-test-XXXXXX", NULL);
	if (!CHECK(folder != NULL))
		return check_finish();
	path = g_build_filename(folder, "keys", NULL);
	write_file(text, sizeof text - 1);
	test_same();
	test_changed();
	test_others();
	test_no_memory();
	CHECK(g_unlink(path) == 0 && g_rmdir(folder) == 0);
	g_free(path);
	return check_finish();
}
