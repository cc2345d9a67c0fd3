/* results.c: see results.h. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ground/say.h"
#include "results.h"
#include "source.h"

static bool
refuse(GError **error, const char *path, const char *why)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST, "%s: %s", path, why);
	return false;
}

static bool
is_free(const char *path, const char *remedy, GError **error)
{
	g_autofree char *why = g_strconcat(
		"is there already and is never overwritten; ", remedy, NULL);
	return !disk_is_there(path) || refuse(error, path, why);
}

/* ---- the lock ---- */

/* Is this the file that is there, and not one that has been removed since? */
static bool
is_still_at(int fd, const char *path)
{
	struct stat ours, there;
	return fstat(fd, &ours) == 0 && stat(path, &there) == 0 &&
	       ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

/* Hold the lock of the directory, for as long as this process lives. */
static bool
take_lock(struct results *r, const char *dir, GError **error)
{
	g_autofree char *path = g_build_filename(dir, "lock", NULL);
	r->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (r->lock < 0)
		return disk_failed(
			error, path, "cannot be created", "check the directory");
	/* Unlike that of flock, no child has it, which outlives us for a moment. */
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	bool held = fcntl(r->lock, F_SETLK, &whole) == 0;
	if (held && is_still_at(r->lock, path))
		return true;
	if (!held && errno != EACCES && errno != EAGAIN)
		return disk_failed(error, path, "cannot be locked",
			"name a directory on another file system with --results");
	return refuse(error, dir,
		"another run is writing into it; wait for it, or give --results another "
		"name");
}

/* ---- the directory ---- */

char *
results_name_of(const char *dir)
{
	char *plain = disk_plain(dir);
	if (g_str_has_suffix(plain, ".partial"))
		*strrchr(plain, '.') = '\0';
	return plain;
}

static void
set_names(struct results *r, const char *dir)
{
	*r = (struct results){ .dir = results_name_of(dir), .lock = -1 };
	r->partial = g_strconcat(r->dir, ".partial", NULL);
}

static char *
file(const struct results *r, const char *name)
{
	return g_build_filename(r->partial, name, NULL);
}

static bool
make_partial(const struct results *r, GError **error)
{
	g_autofree char *above = g_path_get_dirname(r->dir);
	const char *remedy = "name a directory that can be written with --results";
	if (g_mkdir_with_parents(above, 0777) != 0)
		return disk_failed(error, above, "cannot be created", remedy);
	if (mkdir(r->partial, 0777) != 0 && errno != EEXIST)
		return disk_failed(error, r->partial, "cannot be created", remedy);
	return disk_sync_above(r->partial, error);
}

/* Is there anything that a run does not have before env.txt? */
static bool
is_begun(const struct results *r)
{
	static const char *const first[] = { "lock", "raw.tsv", "raw.tsv.new",
		"env.txt.new", SOURCE_CHANGES_FILE, SOURCE_CHANGES_FILE ".new", NULL };
	g_autofree char *raw = file(r, "raw.tsv");
	g_autoptr(GDir) dir = g_dir_open(r->partial, 0, NULL);
	struct stat st;
	const char *name = NULL;
	while (dir && (name = g_dir_read_name(dir)))
		if (!g_strv_contains(first, name))
			return true;
	bool has_rows = stat(raw, &st) == 0 && st.st_size > (off_t)strlen(row_header) + 1;
	return !dir || has_rows;
}

static bool
is_ours(struct results *r, const char *command, GError **error)
{
	g_autofree char *env = file(r, "env.txt");
	g_autofree char *again = resume_command(command, r->dir);
	g_autofree char *remedy = g_strdup_printf(
		"it is of a %s that did not end: go on with it, %s, or give --results "
		"another name",
		command, again);
	return take_lock(r, r->partial, error) &&
	       (!is_begun(r) ||
		       is_free(r->partial,
			       disk_is_there(env) ? remedy
						  : "give --results another name",
			       error));
}

static void
print_rows(FILE *out, const void *arg)
{
	const GArray *rows = arg;
	fprintf(out, "%s\n", row_header);
	for (guint i = 0; rows && i < rows->len; i++)
		row_print(out, &g_array_index(rows, struct row, i));
}

static bool
open_raw(struct results *r, GError **error)
{
	g_autofree char *path = file(r, "raw.tsv");
	r->raw = fopen(path, "ae");
	return r->raw ||
	       disk_failed(error, path, "cannot be written", "check the directory");
}

bool
results_make(struct results *r, const char *dir, const char *command, GError **error)
{
	set_names(r, dir);
	return is_free(r->dir, "give --results another name", error) &&
	       make_partial(r, error) && is_ours(r, command, error);
}

bool
results_open(struct results *r, const char *dir, GError **error)
{
	return results_make(r, dir, "run", error) &&
	       results_write(r, "raw.tsv", print_rows, NULL, error) && open_raw(r, error);
}

/* ---- writing ---- */

static bool
no_row(struct results *r, GError **error)
{
	g_autofree char *path = file(r, "raw.tsv");
	return disk_failed(error, path, "cannot be written", "check the disk");
}

bool
results_add(struct results *r, const struct row *row, GError **error)
{
	return row_print(r->raw, row) || no_row(r, error);
}

bool
results_sync(struct results *r, GError **error)
{
	return (fflush(r->raw) == 0 && fdatasync(fileno(r->raw)) == 0) ||
	       no_row(r, error);
}

bool
results_append(struct results *r, const char *name, disk_writer *write, const void *arg,
	GError **error)
{
	g_autofree char *path = file(r, name);
	return disk_append(path, write, arg, error);
}

bool
results_write(struct results *r, const char *name, disk_writer *write, const void *arg,
	GError **error)
{
	g_autofree char *path = file(r, name);
	return disk_write(path, write, arg, error);
}

/* ---- going on with an earlier run ---- */

/* A run that ended, some jobs of it badly, is one that has not. */
static bool
reopen(struct results *r, GError **error)
{
	bool ended = disk_is_there(r->dir), partial = disk_is_there(r->partial);
	if (ended && partial) {
		g_autofree char *both = g_strdup_printf("%s and %s", r->dir, r->partial);
		return refuse(
			error, both, "are both there; rename the one that is not meant");
	}
	if (!take_lock(r, ended ? r->dir : r->partial, error))
		return false;
	if (ended && rename(r->dir, r->partial) != 0)
		return disk_failed(error, r->dir, "cannot be renamed",
			"check the directory above it");
	return !ended || disk_sync_above(r->dir, error);
}

/* Rows, those set aside before first. */
struct aside {
	const char *text; /* NULL: there are none */
	const GArray *rows;
};

static void
print_aside(FILE *out, const void *arg)
{
	const struct aside *x = arg;
	if (!x->text)
		fprintf(out, "%s\n", row_header);
	fputs(x->text ? x->text : "", out);
	for (guint i = 0; i < x->rows->len; i++)
		row_print(out, &g_array_index(x->rows, struct row, i));
}

/* Take what is not done out of raw.tsv. Both files are on the disk before either has
 * its name, so that a full disk leaves them as they were. */
static bool
set_aside(struct results *r, struct record *had, GHashTable *done, GError **error)
{
	g_autoptr(GArray) rows = record_drop_undone(had, done);
	if (!rows->len)
		return !had->torn ||
		       results_write(r, "raw.tsv", print_rows, had->rows, error);
	g_autofree char *raw = file(r, "raw.tsv"), *to = file(r, "set_aside.tsv");
	g_autofree char *text = NULL;
	if (disk_is_there(to) && !disk_read(to, &text, NULL, error))
		return false;
	const struct aside x = { text, rows };
	if (!disk_prepare(to, print_aside, &x, error))
		return false;
	if (disk_prepare(raw, print_rows, had->rows, error))
		return disk_settle(to, error) && disk_settle(raw, error);
	disk_discard(to);
	return false;
}

bool
results_take(struct results *r, const char *dir, GError **error)
{
	set_names(r, dir);
	return reopen(r, error);
}

bool
results_resume(struct results *r, const char *dir, struct record *had, GHashTable **done,
	GError **error)
{
	if (!results_take(r, dir, error) || !record_read(had, r->partial, error))
		return false;
	*done = record_done(had);
	return set_aside(r, had, *done, error) && open_raw(r, error);
}

/* ---- the end ---- */

bool
results_finish(struct results *r, GArray *rows, GError **error)
{
	int bad = fclose(r->raw);
	r->raw = NULL;
	if (bad)
		return no_row(r, error);
	record_sort(rows);
	return results_write(r, "raw.tsv", print_rows, rows, error) &&
	       results_name(r, error);
}

bool
results_name(struct results *r, GError **error)
{
	if (!is_free(r->dir, "the new results are in the .partial beside it", error))
		return false;
	if (rename(r->partial, r->dir) != 0)
		return disk_failed(error, r->partial, "cannot be renamed",
			"the results are in it; rename it by hand");
	/* Only now: who finds no lock must find no .partial either. */
	g_autofree char *lock = g_build_filename(r->dir, "lock", NULL);
	unlink(lock);
	return disk_sync_above(lock, error) && disk_sync_above(r->dir, error);
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
