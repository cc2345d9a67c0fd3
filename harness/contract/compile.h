/* compile.h: a plug-in (ab_plugin.h) made of a C file, by the compiler and with the flags
 * that this program was built with; the headers of harness/ and variants/ are found, of a file
 * that stands in another tree's variants/ those beside it.
 *
 * The file has AB_PLUGIN, or defines `const struct ab_variant ab_variant_NAME` where NAME
 * is its own without ".c", as the files in variants/ do. What it needs of variants/ beyond
 * headers is compiled with it: a source that stands beside a header it includes, and other
 * variants that it names.
 *
 * Objects are kept in the build folder, or in the user's cache where that cannot be written
 * to, under a checksum of all that they are made of; so the same file is compiled once.
 *
 * Ownership: callers free what is returned (g_free). Errors: a one-line message that names
 * the file, after what the compiler itself says on stderr. Threads: one. */
#ifndef AB_COMPILE_H
#define AB_COMPILE_H

#include <stdbool.h>
#include <glib.h>

/* Is it FILE.c, or FILE.c:NAME=NUMBER,NAME=NUMBER...? Those are parameters of the variant
 * (ab.h), which then is a point of it, named FILE_name_number... */
bool compile_is_source(const char *source);
/* FILE.c without folders and ".c"; g_free it. */
char *compile_stem(const char *source);
/* "NAME=NUMBER" each; NULL ends them; g_strfreev them. */
char **compile_point(const char *source);

/* What the variant is called in place of what its source says; it has no rung and no claim
 * then, and goes by no name. NULL: what it says, or the name of the point. */
struct compile_as {
	const char *name, *label;
};

/* The path of the shared object; g_free it. `as` may be NULL. */
char *compile_plugin(const char *source, const struct compile_as *as, GError **error);

#endif /* AB_COMPILE_H */
