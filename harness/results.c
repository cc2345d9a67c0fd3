/* results.c: see results.h. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "results.h"

static bool
failed(GError **error, const char *path, const char *what, const char *remedy)
{
	int code = errno;
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(code), "%s: %s: %s; %s",
		path, what, g_strerror(code), remedy);
	return false;
}

static bool
is_free(const char *path, const char *remedy, GError **error)
{
	struct stat st;
	if (lstat(path, &st) != 0)
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
		"%s: is there already and is never overwritten; %s", path, remedy);
	return false;
}

static bool
make_partial(const struct results *r, GError **error)
{
	g_autofree char *above = g_path_get_dirname(r->dir);
	const char *remedy = "name a directory that can be written with --results";
	if (g_mkdir_with_parents(above, 0777) != 0)
		return failed(error, above, "cannot be created", remedy);
	if (mkdir(r->partial, 0777) != 0)
		return failed(error, r->partial, "cannot be created", remedy);
	return true;
}

/* Hold the lock of the directory, for as long as this process lives. */
static bool
take_lock(struct results *r, GError **error)
{
	g_autofree char *path = g_build_filename(r->partial, "lock", NULL);
	r->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (r->lock < 0)
		return failed(error, path, "cannot be created", "check the directory");
	/* Unlike that of flock, no child has it, which outlives us for a moment. */
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	if (fcntl(r->lock, F_SETLK, &whole) == 0)
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_AGAIN,
		"%s: another run is writing into it; wait for it, or give --results "
		"another name",
		r->partial);
	return false;
}

char *
results_name_of(const char *dir)
{
	char *plain = g_strdup(dir);
	size_t n = strlen(plain);
	while (n > 1 && plain[n - 1] == '/')
		plain[--n] = '\0';
	if (g_str_has_suffix(plain, ".partial"))
		plain[n - strlen(".partial")] = '\0';
	return plain;
}

static void
set_names(struct results *r, const char *dir)
{
	*r = (struct results){ .dir = results_name_of(dir), .lock = -1 };
	r->partial = g_strconcat(r->dir, ".partial", NULL);
}

static bool
open_raw(struct results *r, const char *mode, GError **error)
{
	g_autofree char *path = g_build_filename(r->partial, "raw.tsv", NULL);
	r->raw = fopen(path, mode);
	return r->raw || failed(error, path, "cannot be written", "check the disk");
}

bool
results_make(struct results *r, const char *dir, const char *command, GError **error)
{
	set_names(r, dir);
	g_autofree char *remedy = g_strdup_printf(
		"it is of a %s that did not end: go on with it, artbench %s --resume "
		"%s, or give --results another name",
		command, command, r->dir);
	return is_free(r->dir, "give --results another name", error) &&
	       is_free(r->partial, remedy, error) && make_partial(r, error) &&
	       take_lock(r, error);
}

bool
results_open(struct results *r, const char *dir, GError **error)
{
	if (!results_make(r, dir, "run", error) || !open_raw(r, "wxe", error))
		return false;
	fprintf(r->raw, "%s\n", row_header);
	return results_sync(r, error);
}

bool
results_add(struct results *r, const struct row *row, GError **error)
{
	if (row_print(r->raw, row))
		return true;
	return failed(error, r->partial, "raw.tsv cannot be written",
		"free some space on the disk");
}

bool
results_sync(struct results *r, GError **error)
{
	if (fflush(r->raw) == 0 && fdatasync(fileno(r->raw)) == 0)
		return true;
	return failed(error, r->partial, "raw.tsv cannot be written",
		"free some space on the disk");
}

/* ---- files that are there whole ---- */

static bool
print_file(const char *path, const char *mode, results_writer *write, const void *arg,
	GError **error)
{
	FILE *out = fopen(path, mode);
	if (!out)
		return failed(error, path, "cannot be written", "check the directory");
	write(out, arg);
	bool good = fflush(out) == 0 && !ferror(out) && fdatasync(fileno(out)) == 0;
	int code = errno;
	if (fclose(out) == 0 && good)
		return true;
	errno = good ? errno : code;
	return failed(error, path, "cannot be written", "free some space on the disk");
}

bool
results_append(struct results *r, const char *name, results_writer *write,
	const void *arg, GError **error)
{
	g_autofree char *path = g_build_filename(r->partial, name, NULL);
	return print_file(path, "ae", write, arg, error);
}

bool
results_write(struct results *r, const char *name, results_writer *write, const void *arg,
	GError **error)
{
	g_autofree char *path = g_build_filename(r->partial, name, NULL);
	g_autofree char *unready = g_strconcat(path, ".new", NULL);
	if (!print_file(unready, "we", write, arg, error))
		return false;
	return rename(unready, path) == 0 ||
	       failed(error, path, "cannot be written", "check the directory");
}

static void
print_rows(FILE *out, const void *arg)
{
	const GArray *rows = arg;
	fprintf(out, "%s\n", row_header);
	for (guint i = 0; i < rows->len; i++)
		row_print(out, &g_array_index(rows, struct row, i));
}

/* ---- going on with an earlier run ---- */

/* A run that ended, some jobs of it badly, is one that has not. */
static bool
reopen(struct results *r, GError **error)
{
	struct stat st;
	if (lstat(r->partial, &st) == 0 || lstat(r->dir, &st) != 0)
		return true;
	return rename(r->dir, r->partial) == 0 ||
	       failed(error, r->dir, "cannot be renamed", "check the directory above it");
}

static bool
set_aside(struct results *r, struct record *had, GHashTable *done, GError **error)
{
	g_autoptr(GArray) rows = record_drop_undone(had, done);
	if (!rows->len && !had->torn)
		return true;
	return results_append(r, "set_aside.tsv", print_rows, rows, error) &&
	       results_write(r, "raw.tsv", print_rows, had->rows, error);
}

bool
results_take(struct results *r, const char *dir, GError **error)
{
	set_names(r, dir);
	return reopen(r, error) && take_lock(r, error);
}

bool
results_resume(struct results *r, const char *dir, struct record *had, GHashTable **done,
	GError **error)
{
	if (!results_take(r, dir, error) || !record_read(had, r->partial, error))
		return false;
	*done = record_done(had);
	return set_aside(r, had, *done, error) && open_raw(r, "ae", error);
}

/* ---- the end ---- */

bool
results_finish(struct results *r, GArray *rows, GError **error)
{
	int bad = fclose(r->raw);
	r->raw = NULL;
	if (bad)
		return failed(error, r->partial, "raw.tsv cannot be written",
			"free some space on the disk");
	record_sort(rows);
	return results_write(r, "raw.tsv", print_rows, rows, error) &&
	       results_name(r, error);
}

bool
results_name(struct results *r, GError **error)
{
	if (!is_free(r->dir, "the new results are in the .partial beside it", error))
		return false;
	g_autofree char *lock = g_build_filename(r->partial, "lock", NULL);
	unlink(lock);
	if (rename(r->partial, r->dir) != 0)
		return failed(error, r->partial, "cannot be renamed",
			"the results are in it; rename it by hand");
	return true;
}

void
results_discard(const char *partial)
{
	g_autoptr(GDir) dir = g_dir_open(partial, 0, NULL);
	const char *name;
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(partial, name, NULL);
		remove(path);
	}
	remove(partial);
}

void
results_free(struct results *r)
{
	if (r->raw)
		fclose(r->raw);
	if (r->lock > 0)
		close(r->lock);
	g_free(r->dir);
	g_free(r->partial);
	*r = (struct results){ 0 };
}
