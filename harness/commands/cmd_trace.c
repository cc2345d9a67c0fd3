/* cmd_trace.c: artbench trace: lookups of an index that another process has filled, for
 * valgrind to trace (job/trace.h). Not meant for people, so not listed. */
#include "run/cli.h"
#include "run/probe.h"
#include "cmd.h"
#include "job/trace.h"

int
cmd_trace(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *name = NULL;
	g_auto(GStrv) loads = NULL;
	const GOptionEntry entries[] = {
		{ "variants", 0, 0, G_OPTION_ARG_FILENAME, &name, "Whose it is", "A" },
		{ "load", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &loads,
			"A plug-in, which it is from", "SHA256:FILE" },
		{ 0 },
	};
	int status = cli_parse_only(argc, argv, "Lookups for valgrind.", entries);
	if (status >= 0)
		return status;
	if (!probe_load(loads))
		return CLI_BAD_INPUT;
	const struct ab_variant *v = name ? ab_variant_named(name) : NULL;
	if (!v)
		return say_fail("trace needs --variants NAME; see artbench lines --help");
	if (trace_lookups(v, &error))
		return CLI_RIGHT;
	say_fail("%s: %s", v->name, error->message);
	return CLI_WRONG;
}
