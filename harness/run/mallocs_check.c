/* mallocs_check.c: see mallocs_check.h. */
#include <stdio.h>
#include <string.h>
#include "child.h"
#include "job/mallocs.h"
#include "mallocs_check.h"

enum { SECONDS_MOST = 10 };

/* In a few words; NULL: it has another malloc. g_free it. */
static char *
defect(const char *preload)
{
	g_autoptr(GString) said = g_string_new(NULL);
	char *const argv[] = { "artbench", "malloc", NULL };
	struct child s = {
		.argv = argv,
		.timeout_s = SECONDS_MOST,
		.quiet = true, /* the loader complains, too */
		.preload = preload,
	};
	/* What is longer is neither answer. */
	struct child_end end = child_run(&s, said, sizeof MALLOC_OTHER);
	if (end.how != CHILD_EXITED)
		return child_end_text(&end, SECONDS_MOST);
	if (strcmp(said->str, MALLOC_OTHER) == 0)
		return NULL;
	return g_strdup(strcmp(said->str, MALLOC_GLIBC) == 0
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
