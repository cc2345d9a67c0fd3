/* results.c: see results.h. */
#include <errno.h>
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

bool
results_open(struct results *r, const char *dir, GError **error)
{
	*r = (struct results){ .dir = g_strdup(dir) };
	size_t n = strlen(r->dir);
	while (n > 1 && r->dir[n - 1] == '/')
		r->dir[--n] = '\0';
	r->partial = g_strconcat(r->dir, ".partial", NULL);
	if (!is_free(r->dir, "give --results another name", error) ||
		!is_free(r->partial,
			"it is of a run that did not end; move it away, or give "
			"--results "
			"another name",
			error) ||
		!make_partial(r, error))
		return false;
	g_autofree char *path = g_build_filename(r->partial, "raw.tsv", NULL);
	r->raw = fopen(path, "wxe");
	if (!r->raw || fprintf(r->raw, "%s\n", row_header) < 0 || fflush(r->raw) != 0)
		return failed(error, path, "cannot be written", "check the disk");
	return true;
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
results_write(struct results *r, const char *name, const char *mode,
	results_writer *write, const void *arg, GError **error)
{
	g_autofree char *path = g_build_filename(r->partial, name, NULL);
	FILE *out = fopen(path, mode);
	if (!out)
		return failed(error, path, "cannot be written", "check the directory");
	write(out, arg);
	bool bad = ferror(out);
	if (fclose(out) == 0 && !bad)
		return true;
	return failed(error, path, "cannot be written", "free some space on the disk");
}

bool
results_finish(struct results *r, GError **error)
{
	int bad = fclose(r->raw);
	r->raw = NULL;
	if (bad)
		return failed(error, r->partial, "raw.tsv cannot be written",
			"free some space on the disk");
	if (!is_free(r->dir, "the new results are in the .partial beside it", error))
		return false;
	if (rename(r->partial, r->dir) != 0)
		return failed(error, r->partial, "cannot be renamed",
			"the results are in it; rename it by hand");
	return true;
}

void
results_free(struct results *r)
{
	if (r->raw)
		fclose(r->raw);
	g_free(r->dir);
	g_free(r->partial);
	*r = (struct results){ 0 };
}
