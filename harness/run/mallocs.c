/* mallocs.c: see mallocs.h. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include "child.h"
#include "ground/interpose.h"
#include "mallocs.h"

G_DEFINE_QUARK(artbench - mallocs - error, mallocs_error)

static const struct {
	const char *name, *file, *package;
} known[] = {
	{ "jemalloc", "libjemalloc.so.2", "libjemalloc2" },
	{ "mimalloc", "libmimalloc.so.2", "libmimalloc2.0" },
	{ "tcmalloc", "libtcmalloc_minimal.so.4", "libtcmalloc-minimal4" },
};

/* Where libraries of this architecture are: beside the C library, first of all. */
static char *
find(const char *file)
{
	const char *const folders[] = { NULL, "/usr/local/lib", "/usr/lib64", "/usr/lib",
		"/lib" };
	Dl_info libc;
	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *beside = NULL;
		if (i == 0 && dladdr(dlsym(RTLD_DEFAULT, "gnu_get_libc_version"), &libc))
			beside = g_path_get_dirname(libc.dli_fname);
		const char *folder = i ? folders[i] : beside;
		g_autofree char *path = folder ? g_build_filename(folder, file, NULL)
					       : NULL;
		if (path && g_file_test(path, G_FILE_TEST_IS_REGULAR))
			return g_steal_pointer(&path);
	}
	return NULL;
}

static char *refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static char *
refuse(GError **error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	*error = g_error_new_valist(MALLOCS_ERROR, 0, format, args);
	va_end(args);
	return NULL;
}

/* LD_PRELOAD separates files by spaces and colons and knows no quoting. */
static bool
can_be_preloaded(const char *path)
{
	return !path[strcspn(path, " :\t\n")];
}

static char *
given(const char *path, GError **error)
{
	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return refuse(error,
			"%s: no such file; give the path of a malloc's shared library",
			path);
	g_autofree char *whole = g_canonicalize_filename(path, NULL);
	if (!can_be_preloaded(whole))
		return refuse(error,
			"%s: LD_PRELOAD takes no path with spaces or colons; make a link "
			"to it",
			whole);
	return g_steal_pointer(&whole);
}

static char *
library(const char *name, GError **error)
{
	if (!name)
		return g_strdup(g_getenv("LD_PRELOAD") ? g_getenv("LD_PRELOAD") : "");
	if (strcmp(name, "glibc") == 0)
		return g_strdup("");
	if (strchr(name, '/'))
		return given(name, error);
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
		if (strcmp(name, known[i].name) != 0)
			continue;
		char *path = find(known[i].file);
		return path ? path
			    : refuse(error,
				      "--malloc %s: %s is not installed; install the "
				      "package %s",
				      name, known[i].file, known[i].package);
	}
	return refuse(error,
		"--malloc '%s' is not known; use one of: glibc, jemalloc, mimalloc, "
		"tcmalloc, or a path",
		name);
}

/* libartbench_count.so beside this program; NULL: there is none. */
static char *
counter(void)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	if (!self)
		return NULL;
	g_autofree char *folder = g_path_get_dirname(self);
	g_autofree char *path = g_build_filename(folder, INTERPOSED_LIBRARY, NULL);
	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return NULL;
	if (can_be_preloaded(path))
		return g_steal_pointer(&path);
	fprintf(stderr,
		"artbench: warning: %s: LD_PRELOAD takes no path with spaces or colons, "
		"so "
		"blocks are not counted; build in another folder\n",
		path);
	return NULL;
}

char *
mallocs_preload(const char *name, bool counting, GError **error)
{
	char *malloc_library = library(name, error);
	g_autofree char *first = counting && malloc_library ? counter() : NULL;
	if (!first)
		return malloc_library;
	char *both = g_strconcat(first, *malloc_library ? ":" : "", malloc_library, NULL);
	g_free(malloc_library);
	return both;
}

/* ---- is it there? ---- */

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
