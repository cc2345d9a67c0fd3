/* cmd_objects.c: artbench objects: what plug-ins are called, and the shared objects that C files
 * have become, for scripts that load them on their own. */
#include <string.h>
#include "run/cli.h"
#include "run/probe.h"
#include "cmd.h"

/* NAME, the file that was given, the object; tab separated. */
static void
print(const struct ab_variant *v)
{
	g_autoptr(GPtrArray) load = g_ptr_array_new_with_free_func(g_free);
	probe_append_load(load, v);
	const char *word = load->pdata[0]; /* --load=SHA256:OBJECT */
	printf("%s\t%s\t%s\n", v->name, ab_variant_source(v), strchr(word, ':') + 1);
}

int
cmd_objects(int argc, char **argv)
{
	g_auto(GStrv) plugins = NULL;
	const struct ab_variant *v;
	const GOptionEntry entries[] = {
		{ "plugin", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &plugins, PROBE_HELP,
			"FILE" },
		{ 0 },
	};
	int status = cli_parse_only(argc, argv,
		"Prints for each plug-in its name, its file and its shared object, which "
		"of a C file\nis made first.",
		entries);
	if (status >= 0)
		return status;
	if (!probe_plugins(plugins))
		return CLI_BAD_INPUT;
	for (size_t i = 0; (v = ab_variant_at(i)); i++)
		if (probe_sha256(v))
			print(v);
	return say_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
}
