/* archive.c: see archive.h. The format of the headers is that of POSIX.1-1988 (ustar). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "disk.h"
#include "archive.h"

const char *const archive_names[ARCHIVE_FILES] = { "env.txt", "raw.tsv", "summary.tsv",
	"explain.md", "changes.diff" };
static const size_t sizes_most[ARCHIVE_FILES] = { 1 << 20, 64 << 20, 8 << 20, 1 << 20,
	4 << 20 };
static const bool required[ARCHIVE_FILES] = { true, true, true };

enum { BLOCK = 512, ALL_MOST = 80 << 20 };

/* A block before each file. */
struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8], type,
		link[100], magic[6], version[2], user[32], group[32], major[8], minor[8],
		prefix[155], rest[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a header is a block");

static bool
refuse(GError **error, const char *path, const char *what, const char *remedy)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: %s; %s", path, what,
		remedy);
	return false;
}

void
archive_clear(struct archive *p)
{
	for (int i = 0; i < ARCHIVE_FILES; i++)
		g_clear_pointer(&p->files[i], g_bytes_unref);
}

/* ---- gzip ---- */

/* gzip from one file to another; its process. False: errno says why it did not start. */
static bool
start_gzip(const char *how, int from, int to, pid_t *pid)
{
	char *argv[] = { (char *)"gzip", (char *)how, NULL };
	g_auto(GStrv) own = g_environ_unsetenv(g_get_environ(), "GZIP"); /* options */
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t usual;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, from, 0);
	posix_spawn_file_actions_adddup2(&actions, to, 1);
	/* Of what is wrong with a pack we tell ourselves. */
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attributes);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	errno = posix_spawnp(pid, "gzip", &actions, &attributes, argv, own);
	bool good = errno == 0;
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return good;
}

static bool
ended_well(pid_t pid)
{
	int status = -1;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool
write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

/* ---- out ---- */

bool
archive_take(struct archive *p, const char *dir, GError **error)
{
	*p = (struct archive){ 0 };
	for (int i = 0; i < ARCHIVE_FILES; i++) {
		g_autofree char *path = g_build_filename(dir, archive_names[i], NULL);
		char *text = NULL;
		size_t size;
		if (!required[i] && !disk_is_there(path))
			continue;
		if (!disk_read(path, &text, &size, error))
			return false;
		p->files[i] = g_bytes_new_take(text, size);
		if (size > sizes_most[i])
			return refuse(error, path, "is too large for a pack",
				"send the directory instead");
	}
	return true;
}

static unsigned
sum_of(const struct header *h)
{
	struct header plain = *h;
	unsigned sum = 0;
	memset(plain.sum, ' ', sizeof plain.sum);
	for (size_t i = 0; i < sizeof plain; i++)
		sum += ((const unsigned char *)&plain)[i];
	return sum;
}

static void
append(GByteArray *tar, const char *name, GBytes *bytes)
{
	static const guint8 zeros[BLOCK];
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);
	struct header h = { .mode = "0000644",
		.uid = "0000000",
		.gid = "0000000",
		.mtime = "00000000000",
		.type = '0',
		.magic = "ustar",
		.version = { '0', '0' } };
	g_strlcpy(h.name, name, sizeof h.name);
	g_snprintf(h.size, sizeof h.size, "%011zo", size);
	g_snprintf(h.sum, sizeof h.sum, "%06o", sum_of(&h));
	h.sum[7] = ' ';
	g_byte_array_append(tar, (const guint8 *)&h, BLOCK);
	g_byte_array_append(tar, data, (guint)size);
	g_byte_array_append(tar, zeros, (BLOCK - size % BLOCK) % BLOCK);
}

static GByteArray *
tar_of(const struct archive *p)
{
	static const guint8 end[2 * BLOCK];
	GByteArray *tar = g_byte_array_new();
	for (int i = 0; i < ARCHIVE_FILES; i++)
		if (p->files[i])
			append(tar, archive_names[i], p->files[i]);
	g_byte_array_append(tar, end, sizeof end);
	return tar;
}

static bool
write_packed(int out, const GByteArray *tar)
{
	int ends[2];
	pid_t pid;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	bool good = start_gzip("-9nc", ends[0], out, &pid);
	close(ends[0]);
	bool arrived = good && write_all(ends[1], (const char *)tar->data, tar->len);
	close(ends[1]);
	if (good && !ended_well(pid)) {
		errno = EIO;
		return false;
	}
	return arrived;
}

bool
archive_write(const struct archive *p, const char *path, GError **error)
{
	int out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (out < 0)
		return disk_failed(
			error, path, "cannot be created", "give --output another name");
	GByteArray *tar = tar_of(p);
	bool good = write_packed(out, tar) && fsync(out) == 0;
	if (!good)
		disk_failed(error, path, "cannot be written",
			"install gzip, or check the "
			"directory");
	g_byte_array_unref(tar);
	close(out);
	if (!good)
		unlink(path);
	return good;
}

/* ---- in ---- */

/* All that gzip makes of the file, up to a byte more than any pack has. */
static GByteArray *
unpacked(int in, bool *good)
{
	GByteArray *tar = g_byte_array_new();
	guint8 buf[1 << 14];
	int ends[2];
	pid_t pid;
	ssize_t n = -1;
	*good = pipe2(ends, O_CLOEXEC) == 0;
	if (!*good)
		return tar;
	*good = start_gzip("-dc", in, ends[1], &pid);
	close(ends[1]);
	while (*good && tar->len <= ALL_MOST) {
		n = read(ends[0], buf, sizeof buf);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		g_byte_array_append(tar, buf, (guint)n);
	}
	close(ends[0]); /* a gzip that goes on ends by it */
	if (*good)
		*good = ended_well(pid) && n == 0;
	return tar;
}

static bool
is_terminated(const char *field, size_t size)
{
	return memchr(field, '\0', size) != NULL;
}

/* Octal digits up to a space or a zero byte. */
static bool
read_octal(const char *field, size_t size, size_t *value)
{
	size_t i = 0;
	*value = 0;
	for (; i < size && field[i] >= '0' && field[i] <= '7'; i++)
		*value = *value * 8 + (size_t)(field[i] - '0');
	return i > 0 && (i == size || field[i] == '\0' || field[i] == ' ');
}

static bool
is_zero(const guint8 *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

/* Which file it is, and its size. What is wrong with it; NULL: nothing. */
static const char *
defect_of(const struct header *h, const struct archive *p, int *which, size_t *size)
{
	size_t sum;
	*which = 0;
	if (memcmp(h->magic, "ustar", 5) != 0 ||
		!read_octal(h->sum, sizeof h->sum, &sum) || sum != sum_of(h))
		return "is no tar archive, or a damaged one";
	if (h->type != '0' && h->type != '\0')
		return "has something in it that is no regular file";
	if (!is_terminated(h->name, sizeof h->name) || h->prefix[0])
		return "has a file of another name than a run's";
	while (*which < ARCHIVE_FILES && strcmp(h->name, archive_names[*which]) != 0)
		++*which;
	if (*which == ARCHIVE_FILES)
		return "has a file of another name than a run's";
	if (p->files[*which])
		return "has a file twice";
	if (!read_octal(h->size, sizeof h->size, size) || *size > sizes_most[*which])
		return "has a file that is larger than it may be";
	return NULL;
}

static const char *
read_tar(struct archive *p, const guint8 *tar, size_t n)
{
	size_t at = 0;
	while (at + BLOCK <= n && !is_zero(tar + at, BLOCK)) {
		struct header h;
		int which;
		size_t size;
		memcpy(&h, tar + at, sizeof h);
		const char *defect = defect_of(&h, p, &which, &size);
		if (defect)
			return defect;
		at += BLOCK;
		if (size > n - at)
			return "ends within a file";
		p->files[which] = g_bytes_new(tar + at, size);
		at += MIN((size + BLOCK - 1) / BLOCK * BLOCK, n - at);
	}
	if (n - at < BLOCK || !is_zero(tar + at, n - at))
		return "is cut off, or has something behind its end";
	for (int i = 0; i < ARCHIVE_FILES; i++)
		if (required[i] && !p->files[i])
			return "lacks one of env.txt, raw.tsv and summary.tsv";
	return NULL;
}

bool
archive_read(struct archive *p, const char *path, GError **error)
{
	static const char remedy[] = "ask for one that artbench pack has written";
	*p = (struct archive){ 0 };
	int in = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	if (in < 0)
		return disk_failed(error, path, "cannot be read", "name a pack");
	if (fstat(in, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(in);
		return refuse(error, path, "is no regular file", "name a pack");
	}
	bool good;
	GByteArray *tar = unpacked(in, &good);
	close(in);
	const char *defect = tar->len > ALL_MOST ? "is larger than any pack"
			     : good              ? read_tar(p, tar->data, tar->len)
						 : "cannot be unpacked by gzip";
	g_byte_array_unref(tar);
	return !defect || refuse(error, path, defect, remedy);
}

static void
print(FILE *out, const void *bytes)
{
	gsize size;
	const void *data = g_bytes_get_data((GBytes *)bytes, &size);
	fwrite(data, 1, size, out);
}

bool
archive_put(const struct archive *p, const char *dir, GError **error)
{
	for (int i = 0; i < ARCHIVE_FILES; i++) {
		g_autofree char *path = g_build_filename(dir, archive_names[i], NULL);
		if (p->files[i] && !disk_write(path, print, p->files[i], error))
			return false;
	}
	return true;
}
