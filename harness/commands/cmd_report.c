/* cmd_report.c: artbench report: the tables and the page of a results directory, made
 * of its rows anew. */
#include "run/cli.h"
#include "cmd.h"
#include "kept/disk.h"
#include "report/run_page.h"
#include "report/report.h"

static void
print(FILE *out, const void *text)
{
	fputs(text, out);
}

static bool
write_file(
	const struct record *record, const char *name, const char *text, GError **error)
{
	g_autofree char *path = g_build_filename(record->dir, name, NULL);
	return disk_write(path, print, text, error);
}

/* "report.html", or with another reference than the run's "report.NAME.html"; g_free it. */
static char *
page_name(const char *reference, const char *ending)
{
	return g_strconcat("report", reference ? "." : "", reference ? reference : "",
		".", ending, NULL);
}

/* `reference` is NULL for the run's own. */
static bool
write_pages(const struct record *record, const char *reference, GError **error)
{
	struct report *r = report_new(record);
	bool good = !reference || report_hold_against(r, reference, error);
	g_autofree char *html = good ? page_new(r, true) : NULL;
	g_autofree char *markdown = good ? page_new(r, false) : NULL;
	g_autofree char *for_html = page_name(reference, "html");
	g_autofree char *for_markdown = page_name(reference, "md");
	report_free(r);
	return good && write_file(record, for_html, html, error) &&
	       write_file(record, for_markdown, markdown, error);
}

int
cmd_report(int argc, char **argv)
{
	g_auto(GStrv) dirs = NULL;
	g_autofree char *reference = NULL;
	g_autoptr(GError) error = NULL;
	struct record record = { 0 };
	const GOptionEntry entries[] = {
		{ "reference", 0, 0, G_OPTION_ARG_FILENAME, &reference,
			"Take ratios to this variant of the run; the pages are "
			"report.NAME.html and .md",
			"NAME" },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &dirs, NULL,
			"DIR" },
		{ 0 },
	};
	int status = cli_parse_only(argc, argv,
		"Writes report.html and report.md into a results directory, from its "
		"rows.",
		entries);
	if (status >= 0)
		return status;
	if (!dirs || !dirs[0] || dirs[1])
		return say_fail("report needs one directory that artbench run has "
				"written; see artbench report --help");
	status = CLI_RIGHT;
	if (!record_read(&record, dirs[0], &error) ||
		!write_pages(&record, reference, &error))
		status = say_fail("%s", error->message);
	record_clear(&record);
	return status;
}
