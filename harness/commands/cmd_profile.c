/* artbench profile: the statistics of a key file. */
#include "run/cli.h"
#include "cmd.h"
#include "keys/profile.h"

enum { TEXT, TSV };
static const char *const formats[] = { "text", "tsv", NULL };

static int
print_profile(
	const char *path, enum dataset_format data_format, const char *name, int format)
{
	g_autoptr(GError) error = NULL;
	struct profile p;
	struct dataset *d = dataset_open_as(path, data_format, name, false, &error);

	if (!d)
		return say_fail("%s", error->message);
	bool ok = profile_compute(d, &p);
	if (!ok)
		say_fail("%s: no memory for its profile; free some", path);
	else if (format == TSV)
		profile_print_tsv(&p, stdout);
	else
		profile_print_text(&p, d->name, stdout);
	dataset_close(d);
	return !ok ? CLI_WRONG : say_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
}

int
cmd_profile(int argc, char **argv)
{
	g_autofree char *data = NULL, *name = NULL, *format = NULL, *data_format = NULL;
	const GOptionEntry entries[] = {
		{ "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "Key file", "FILE" },
		{ "data-format", 0, 0, G_OPTION_ARG_FILENAME, &data_format,
			CLI_DATA_FORMAT_HELP, "FORMAT" },
		{ "name", 0, 0, G_OPTION_ARG_FILENAME, &name,
			"Title of the data (default: the file's stem)", "TITLE" },
		{ "format", 0, 0, G_OPTION_ARG_FILENAME, &format,
			"text (default), or tsv: a statistic, a tab, its value",
			"FORMAT" },
		{ 0 },
	};
	int chosen;
	enum dataset_format known;
	int status = cli_parse_only(argc, argv,
		"Counts what a path-compressed radix tree over the keys consists of: "
		"bytes by "
		"class,\ninner nodes, children, prefixes, depth.",
		entries);

	if (status >= 0)
		return status;
	if (!data)
		return say_fail("profile needs --data FILE; give it a key file");
	if (!cli_choice("format", format, formats, &chosen) ||
		!cli_data_format(data_format, &known))
		return CLI_BAD_INPUT;
	return print_profile(data, known, name, chosen);
}
