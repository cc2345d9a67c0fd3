/* cmd_site.c: artbench site: the board of any number of runs (site/site.h). */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "run/cli.h"
#include "cmd.h"
#include "kept/disk.h"
#include "site/site.h"

/* The list of the pages that were written, by which the next site in that directory knows
 * whose they are. */
static const char list_name[] = "pages.txt";

/* What is here can be made again at any time, and is not waited for on the disk. */
static bool
write_file(const char *dir, const char *name, const char *text, GError **error)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);
	FILE *out = fopen(path, "we");
	bool good = out && fputs(text, out) >= 0 && fflush(out) == 0;
	good = good ||
	       disk_failed(error, path, "cannot be written", "check the directory");
	if (out && fclose(out) != 0 && good)
		good = disk_failed(
			error, path, "cannot be written", "check the directory");
	return good;
}

static bool
is_page(const char *name)
{
	return g_str_has_suffix(name, ".html") && !strchr(name, '/');
}

static bool
has_files(const char *dir)
{
	GDir *d = g_dir_open(dir, 0, NULL);
	bool any = d && g_dir_read_name(d);
	if (d)
		g_dir_close(d);
	return any;
}

/* A directory that is new, empty, or of an earlier site; of that `*old` are the pages. */
static bool
take_dir(const char *dir, char ***old, GError **error)
{
	g_autofree char *path = g_build_filename(dir, list_name, NULL);
	g_autofree char *text = NULL;
	*old = NULL;
	if (g_mkdir_with_parents(dir, 0777) != 0)
		return disk_failed(
			error, dir, "cannot be created", "check the directory");
	if (!disk_is_there(path)) {
		if (!has_files(dir))
			return true;
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST,
			"%s: has files that are no site's; name a new directory", dir);
		return false;
	}
	if (!disk_read(path, &text, NULL, error))
		return false;
	*old = g_strsplit(text, "\n", 0);
	return true;
}

/* Pages of before that are none any more. */
static void
remove_old(const char *dir, char *const *old, const char *list)
{
	g_auto(GStrv) now = g_strsplit(list, "\n", 0);
	for (; old && *old; old++) {
		g_autofree char *path = g_build_filename(dir, *old, NULL);
		if (is_page(*old) && !g_strv_contains((const char *const *)now, *old))
			unlink(path);
	}
}

static bool
write_site(const char *dir, const GPtrArray *pages, GError **error)
{
	g_auto(GStrv) old = NULL;
	g_autoptr(GString) list = g_string_new(NULL);
	bool good = take_dir(dir, &old, error);
	for (guint i = 0; good && i < pages->len; i++) {
		const struct site_page *p = pages->pdata[i];
		g_string_append_printf(list, "%s\n", p->file);
		good = write_file(dir, p->file, p->text, error);
	}
	good = good && write_file(dir, list_name, list->str, error);
	if (good)
		remove_old(dir, old, list->str);
	return good;
}

static int
by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Every directory in results/; NULL: there is none. g_strfreev it. */
static char **
all_results(void)
{
	static const char folder[] = "results";
	GDir *d = g_dir_open(folder, 0, NULL);
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	const char *name;
	while (d && (name = g_dir_read_name(d))) {
		char *path = g_build_filename(folder, name, NULL);
		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			g_ptr_array_add(all, path);
		else
			g_free(path);
	}
	if (d)
		g_dir_close(d);
	g_ptr_array_sort(all, by_text);
	g_ptr_array_add(all, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&all), FALSE);
}

static int
make(const char *output, char *const *dirs, const char *reference)
{
	struct site s;
	g_autoptr(GError) error = NULL;
	bool good = site_read(&s, dirs, reference, &error);
	guint left_out = s.left_out->len;
	for (guint i = 0; i < left_out; i++)
		fprintf(stderr, "artbench: left out: %s\n",
			(const char *)s.left_out->pdata[i]);
	g_autoptr(GPtrArray) pages = good ? site_pages(&s) : NULL;
	good = good && write_site(output, pages, &error);
	int status = good ? CLI_RIGHT : say_fail("%s", error->message);
	if (good)
		printf("%s/index.html: %u pages of %u runs, %u left out\n", output,
			pages->len, s.runs->len, left_out);
	site_clear(&s);
	return good && !say_flush() ? CLI_BAD_INPUT : status;
}

int
cmd_site(int argc, char **argv)
{
	g_auto(GStrv) dirs = NULL;
	g_autofree char *output = NULL, *reference = NULL;
	const GOptionEntry entries[] = {
		{ "output", 0, 0, G_OPTION_ARG_FILENAME, &output,
			"Write the site to this directory", "DIR" },
		{ "reference", 0, 0, G_OPTION_ARG_FILENAME, &reference,
			"Give ratios to this variant; default: to what most can be given",
			"NAME" },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &dirs, NULL,
			"[RUN...]" },
		{ 0 },
	};
	int status = cli_parse_only(argc, argv,
		"Makes a site of results directories RUN..., by default those in "
		"results/: a page\na data set, a machine, a variant and a run. Figures "
		"of two machines are never\nmixed; runs that cannot be taken in are "
		"named, "
		"with the reason, there and on stderr.\n"
		"Exit status: 0 made; 2 no run could be taken in, or it could not be "
		"written.",
		entries);
	if (status >= 0)
		return status;
	if (!output || !*output)
		return say_fail("site needs --output DIR; see artbench site --help");
	if (!dirs)
		dirs = all_results();
	return make(output, dirs, reference);
}
