/* disk.c: see disk.h. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "disk.h"

static const char no_writing[] = "cannot be written", check[] = "check the directory";

bool
disk_failed(GError **error, const char *path, const char *what, const char *remedy)
{
	int code = errno;
	bool limit = code == EFBIG;
	bool full = limit || code == ENOSPC || code == EDQUOT;
	g_set_error(error, G_FILE_ERROR,
		full ? G_FILE_ERROR_NOSPC : g_file_error_from_errno(code),
		"%s: %s: %s; %s", path, what, g_strerror(code),
		limit  ? "raise the limit on the size of files (ulimit -f)"
		: full ? "free some space on the disk"
		       : remedy);
	return false;
}

char *
disk_plain(const char *path)
{
	size_t n = strlen(path);
	while (n > 1 && path[n - 1] == '/')
		n--;
	return g_strndup(path, n);
}

bool
disk_is_there(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0;
}

bool
disk_sync_above(const char *path, GError **error)
{
	g_autofree char *above = g_path_get_dirname(path);
	int fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* EINVAL: a file system that knows no such thing. */
	bool good = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
	good = good || disk_failed(error, above, no_writing, check);
	if (fd >= 0)
		close(fd);
	return good;
}

static bool
print_file(const char *path, disk_writer *write, const void *arg)
{
	FILE *out = fopen(path, "we");
	if (!out)
		return false;
	write(out, arg);
	bool good = fflush(out) == 0 && !ferror(out) && fdatasync(fileno(out)) == 0;
	int code = errno;
	if (fclose(out) != 0 && good)
		return false;
	errno = code;
	return good;
}

static char *
unready(const char *path)
{
	return g_strconcat(path, ".new", NULL);
}

bool
disk_prepare(const char *path, disk_writer *write, const void *arg, GError **error)
{
	g_autofree char *new = unready(path);
	if (print_file(new, write, arg))
		return true;
	disk_failed(error, path, no_writing, check);
	disk_discard(path);
	return false;
}

void
disk_discard(const char *path)
{
	g_autofree char *new = unready(path);
	unlink(new);
}

bool
disk_settle(const char *path, GError **error)
{
	g_autofree char *new = unready(path);
	if (rename(new, path) == 0)
		return disk_sync_above(path, error);
	disk_failed(error, path, no_writing, check);
	disk_discard(path);
	return false;
}

bool
disk_read(const char *path, char **text, size_t *size, GError **error)
{
	GString *all = g_string_new(NULL);
	char buf[16384];
	size_t n;
	FILE *in = fopen(path, "re");
	while (in && (n = fread(buf, 1, sizeof buf, in)) > 0)
		g_string_append_len(all, buf, (gssize)n);
	bool good = in && !ferror(in);
	if (!good)
		disk_failed(error, path, "cannot be read",
			"put it back as artbench run has written it, or begin the run "
			"anew");
	if (in)
		fclose(in);
	if (size)
		*size = all->len;
	*text = g_string_free(all, !good);
	return good;
}

bool
disk_write(const char *path, disk_writer *write, const void *arg, GError **error)
{
	return disk_prepare(path, write, arg, error) && disk_settle(path, error);
}

struct longer {
	const char *text; /* what is there */
	disk_writer *write;
	const void *arg;
};

static void
print_longer(FILE *out, const void *arg)
{
	const struct longer *x = arg;
	fputs(x->text, out);
	x->write(out, x->arg);
}

bool
disk_append(const char *path, disk_writer *write, const void *arg, GError **error)
{
	g_autofree char *text = NULL;
	if (disk_is_there(path) && !disk_read(path, &text, NULL, error))
		return false;
	const struct longer x = { text ? text : "", write, arg };
	return disk_write(path, print_longer, &x, error);
}
