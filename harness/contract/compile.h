/* compile.h: a plug-in (ab_plugin.h) made of a C file, by the compiler and with the flags
 * that this program was built with; the headers of harness/ and variants/ are found.
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

/* Does the name of the file say that it is to be compiled? */
bool compile_is_source(const char *path);
/* The file's name without folders and ".c"; g_free it. */
char *compile_stem(const char *path);

/* In what the object differs from what its source says; all may be NULL. */
struct compile_as {
	const char *const
		*defines; /* "NAME=VALUE", of the preprocessor; NULL ends them */
	/* Of the variant, which then goes by no other name, and has no rung and no claim. */
	const char *name, *label;
};

/* The path of the shared object; g_free it. `as` NULL: as the source says. */
char *compile_plugin(const char *source, const struct compile_as *as, GError **error);

#endif /* AB_COMPILE_H */
