/* cmd_merge.c: artbench merge: results directories of the parts of a run joined into
 * one. */
#include <string.h>
#include "run/cli.h"
#include "cmd.h"
#include "report/derived.h"
#include "report/merge.h"
#include "kept/part.h"
#include "kept/source.h"

static void
write_text(FILE *out, const void *text)
{
	fputs(text, out);
}

/* What the tree was changed in, as the first part has it, whose env.txt the whole goes
 * by. */
static bool
write_changes(struct results *to, const struct merge *m, GError **error)
{
	const struct record *first = m->pieces->pdata[0];
	g_autofree char *path = g_build_filename(first->dir, SOURCE_CHANGES_FILE, NULL);
	g_autofree char *text = NULL;
	return !disk_is_there(path) ||
	       (disk_read(path, &text, NULL, error) &&
		       results_write(to, SOURCE_CHANGES_FILE, write_text, text, error));
}

static bool
write_results(struct results *to, const char *dir, const struct merge *m,
	const struct report *report, const struct record *record, GError **error)
{
	if (!results_open(to, dir, error))
		return false;
	bool good = write_changes(to, m, error) &&
		    results_write(to, "env.txt", write_text, m->env, error);
	for (guint i = 0; good && i < record->rows->len; i++)
		good = results_add(
			to, &g_array_index(record->rows, struct row, i), error);
	good = good && results_sync(to, error) && derived_write(to, report, error) &&
	       results_finish(to, record->rows, error);
	if (!good) /* nothing was measured here: all of it stands in the parts */
		results_discard(to->partial);
	return good;
}

static int
finish(const struct merge *m, const char *dir)
{
	g_autoptr(GError) error = NULL;
	struct results to = { .lock = -1 };
	struct record record;
	record_init(&record);
	bool good = record_parse_env(&record, m->env, "env.txt", &error);
	g_array_append_vals(record.rows, m->rows->data, m->rows->len);
	record_sort(record.rows);
	struct report *report = report_new(&record);
	good = good && write_results(&to, dir, m, report, &record, &error);
	int status = good ? (m->right ? CLI_RIGHT : CLI_WRONG)
			  : say_fail("%s", error->message);
	if (good) {
		report_text(report, stdout);
		status = say_flush() ? status : CLI_BAD_INPUT;
	}
	report_free(report);
	results_free(&to);
	record_clear(&record);
	return status;
}

static int
merge(char **parts, const char *dir, bool incomplete)
{
	struct merge m;
	g_autoptr(GError) error = NULL;
	int status = merge_parts(&m, parts, dir, incomplete, &error)
			     ? finish(&m, dir)
			     : say_fail("%s", error->message);
	merge_clear(&m);
	return status;
}

int
cmd_merge(int argc, char **argv)
{
	g_auto(GStrv) parts = NULL;
	g_autofree char *dir = NULL;
	gboolean incomplete = FALSE;
	const GOptionEntry entries[] = {
		{ "results", 0, 0, G_OPTION_ARG_FILENAME, &dir,
			"Write the whole run to this new directory", "DIR" },
		{ "incomplete", 0, 0, G_OPTION_ARG_NONE, &incomplete,
			"Do so even if parts are missing", NULL },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &parts, NULL,
			"PART..." },
		{ 0 },
	};
	int status = cli_parse_only(argc, argv,
		"Joins the results directories PART... of one run, see artbench plan, "
		"into one.",
		entries);
	if (status >= 0)
		return status;
	if (!parts || !dir || !*dir)
		return say_fail("merge needs parts and --results DIR; see artbench merge "
				"--help");
	return merge(parts, dir, incomplete);
}
