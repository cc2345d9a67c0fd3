/* cmd_pack.c: artbench pack and unpack: a run as one file, to send, and looked at when it
 * comes. */
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "run/cli.h"
#include "cmd.h"
#include "kept/disk.h"
#include "kept/archive.h"
#include "report/audit.h"

/* Can what the directory says be believed? `path` is what it is called. */
static bool
is_sound(const struct archive *p, const char *dir, const char *path, GError **error)
{
	enum { SUMMARY = 2 };
	struct record record = { 0 };
	g_autoptr(GError) why = NULL;
	gsize size;
	const char *text = g_bytes_get_data(p->files[SUMMARY], &size);
	g_autofree char *summary = g_strndup(text ? text : "", size);
	bool read = record_read(&record, dir, &why);
	bool good = read && audit_run(&record, summary, &why);
	if (!good) {
		g_autoptr(GString) said = g_string_new(why->message);
		g_autofree char *within = g_strconcat(dir, "/", NULL);
		g_string_replace(said, within, "", 0);
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: %s%s", path,
			said->str,
			read ? "; take the files as artbench run has written them" : "");
	}
	record_clear(&record);
	return good;
}

/* ---- pack ---- */

static int
pack(const char *dir, const char *output)
{
	g_autofree char *plain = disk_plain(dir);
	g_autofree char *name = g_path_get_basename(plain);
	g_autofree char *usual = g_strconcat(name, ARCHIVE_SUFFIX, NULL);
	struct archive p;
	g_autoptr(GError) error = NULL;
	bool good = archive_take(&p, plain, &error) &&
		    is_sound(&p, plain, plain, &error) &&
		    archive_write(&p, output ? output : usual, &error);
	archive_clear(&p);
	if (!good)
		return say_fail("%s", error->message);
	printf("%s\n", output ? output : usual);
	return say_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
}

int
cmd_pack(int argc, char **argv)
{
	g_auto(GStrv) dirs = NULL;
	g_autofree char *output = NULL;
	const GOptionEntry entries[] = {
		{ "output", 0, 0, G_OPTION_ARG_FILENAME, &output,
			"Write this new file; default: NAME" ARCHIVE_SUFFIX " here",
			"FILE" },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &dirs, NULL,
			"RUN" },
		{ 0 },
	};
	int status = cli_parse_only(argc, argv,
		"Packs the files of a results directory that say what was measured, and "
		"on what\nmachine, into one file to send. The same run makes the same "
		"bytes.",
		entries);
	if (status >= 0)
		return status;
	if (!dirs || !dirs[0] || dirs[1])
		return say_fail("pack needs one directory that artbench run has written; "
				"see artbench pack --help");
	return pack(dirs[0], output);
}

/* ---- unpack ---- */

/* results/NAME, of .../NAME.tar.gz; NULL: it has another name. g_free it. */
static char *
usual_name(const char *path)
{
	g_autofree char *name = g_path_get_basename(path);
	if (!g_str_has_suffix(name, ARCHIVE_SUFFIX) || name[0] == '.')
		return NULL;
	name[strlen(name) - strlen(ARCHIVE_SUFFIX)] = '\0';
	return g_build_filename("results", name, NULL);
}

static void
remove_all(const char *dir)
{
	for (int i = 0; i < ARCHIVE_FILES; i++) {
		g_autofree char *path = g_build_filename(dir, archive_names[i], NULL);
		unlink(path);
	}
	rmdir(dir);
}

/* In a directory beside DIR, which has that name only when all is well. */
static bool
unpack_into(const struct archive *p, const char *path, const char *dir, GError **error)
{
	static const char check[] = "check the directory";
	g_autofree char *above = g_path_get_dirname(dir);
	g_autofree char *beside = g_build_filename(above, ".unpack-XXXXXX", NULL);
	if (g_mkdir_with_parents(above, 0777) != 0 || !mkdtemp(beside))
		return disk_failed(error, above, "cannot be written", check);
	bool good = archive_put(p, beside, error) && is_sound(p, beside, path, error);
	if (good && (disk_is_there(dir) || g_chmod(beside, 0755) != 0 ||
			    rename(beside, dir) != 0))
		good = disk_failed(error, dir, "cannot be made", check);
	if (!good)
		remove_all(beside);
	return good && disk_sync_above(dir, error);
}

static int
unpack(const char *path, const char *dir)
{
	g_autofree char *plain = disk_plain(dir);
	struct archive p;
	g_autoptr(GError) error = NULL;
	if (disk_is_there(plain))
		return say_fail("%s: is there already and is never overwritten; give "
				"--results another name",
			plain);
	bool good = archive_read(&p, path, &error) &&
		    unpack_into(&p, path, plain, &error);
	archive_clear(&p);
	if (!good)
		return say_fail("%s", error->message);
	printf("%s\n", plain);
	return say_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
}

int
cmd_unpack(int argc, char **argv)
{
	g_auto(GStrv) paths = NULL;
	g_autofree char *dir = NULL;
	const GOptionEntry entries[] = {
		{ "results", 0, 0, G_OPTION_ARG_FILENAME, &dir,
			"Make this new directory; default: results/NAME, of "
			"NAME" ARCHIVE_SUFFIX,
			"DIR" },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths, NULL,
			"FILE" },
		{ 0 },
	};
	int status = cli_parse_only(argc, argv,
		"Unpacks what artbench pack has written, if it is sound: a run's files "
		"and no\nothers, rows that agree with each other, and a summary that "
		"follows from them.\nNothing is left of one that is refused.",
		entries);
	if (status >= 0)
		return status;
	if (!paths || !paths[0] || paths[1])
		return say_fail("unpack needs one file that artbench pack has written; "
				"see artbench unpack --help");
	if (!dir)
		dir = usual_name(paths[0]);
	if (!dir || !*dir)
		return say_fail("%s: is not called NAME" ARCHIVE_SUFFIX
				"; say where to with --results DIR",
			paths[0]);
	return unpack(paths[0], dir);
}
