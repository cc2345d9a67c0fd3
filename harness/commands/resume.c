/* resume.c: see resume.h. */
#include <string.h>
#include "resume.h"

bool
resume_is_asked(int argc, char **argv)
{
	bool asked = false;
	for (int i = 1; i < argc; i++)
		asked = asked || strcmp(argv[i], "--resume") == 0 ||
			g_str_has_prefix(argv[i], "--resume=");
	return asked;
}

int
resume_parse(int argc, char **argv, const char *command, char **dir)
{
	g_autofree char *what = g_strdup_printf("The directory of the %s", command);
	g_autofree char *summary = g_strdup_printf(
		"Goes on with the %s in DIR, which kept its options in env.txt: those "
		"jobs\nthat ended well are not done again.",
		command);
	const GOptionEntry entries[] = {
		{ "resume", 0, 0, G_OPTION_ARG_FILENAME, dir, what, "DIR" },
		{ 0 },
	};
	/* Parsing takes words out of it. */
	g_autofree char **words = g_memdup2(argv, (gsize)(argc + 1) * sizeof *argv);
	return cli_parse_only(argc, words, summary, entries);
}

int
resume_later(const struct session *t, const char *command, enum run_outcome outcome,
	const GError *error)
{
	const struct results *r = &t->results;
	g_autofree char *again = r->dir ? resume_command(command, r->dir) : NULL;
	if (outcome != RUN_INTERRUPTED)
		return error ? say_fail("%s; then go on with: %s", error->message, again)
			     : CLI_BAD_INPUT;
	if (again)
		say_fail("interrupted; what was measured is in %s; go on with: %s",
			r->partial, again);
	else
		say_fail("interrupted; nothing was kept, see --results");
	return CLI_INTERRUPTED;
}
