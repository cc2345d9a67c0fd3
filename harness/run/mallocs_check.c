/* mallocs_check.c: is what was asked for in place of the C library's malloc really
 * there? See mallocs.h. */
#include <stdio.h>
#include <string.h>
#include "child.h"
#include "cli.h"
#include "commands/cmd.h"
#include "job/mallocs.h"
#include "ground/memory.h"

enum { SECONDS_MOST = 10 };

static const char of_glibc[] = "glibc\n", of_another[] = "another\n";

/* ---- in the process that looks ---- */

int
cmd_malloc(int argc, char **argv)
{
	(void)argv;
	if (argc != 1)
		return cli_fail("malloc takes no options; see artbench run --help");
	fputs(memory_glibc() ? of_glibc : of_another, stdout);
	return cli_flush() ? CLI_RIGHT : CLI_BAD_INPUT;
}

/* ---- in the process that asks ---- */

static void
listen(void *arg, const char *bytes, size_t n)
{
	GString *said = arg;
	if (said->len < sizeof of_another) /* what is longer is neither answer */
		g_string_append_len(said, bytes, (gssize)MIN(n, sizeof of_another));
}

/* In a few words; NULL: it has another malloc. g_free it. */
static char *
defect(const char *preload)
{
	g_autoptr(GString) said = g_string_new(NULL);
	char *const argv[] = { "artbench", "malloc", NULL };
	const struct child s = {
		.argv = argv,
		.timeout_s = SECONDS_MOST,
		.quiet = true, /* the loader complains, too */
		.preload = preload,
		.output = listen,
		.arg = said,
	};
	struct child_end end = child_run(&s);
	if (end.how != CHILD_EXITED)
		return child_end_text(&s, &end);
	if (strcmp(said->str, of_another) == 0)
		return NULL;
	return g_strdup(strcmp(said->str, of_glibc) == 0
				? "was not loaded, or is no malloc (with a "
				  "malloc_usable_size)"
				: "prints, or ends the process, when it is loaded");
}

bool
mallocs_check(const char *name, const char *preload, GError **error)
{
	g_autofree char *what = *preload ? defect(preload) : NULL;
	if (!what)
		return true;
	g_set_error(error, MALLOCS_ERROR, 0, "%s%s: %s; %s",
		name ? "" : "LD_PRELOAD=", preload, what,
		name ? "give the path of a malloc's shared library"
		     : "unset it, or give --malloc glibc");
	return false;
}
