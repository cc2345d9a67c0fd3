/* mallocs.h: other mallocs than the C library's, and the library that counts, for the
 * LD_PRELOAD of a process that measures.
 *
 * Errors: NULL and a one-line message with the remedy in `*error`. Threads: one. */
#ifndef AB_MALLOCS_H
#define AB_MALLOCS_H

#include <stdbool.h>
#include <glib.h>

#define MALLOCS_ERROR (mallocs_error_quark())
GQuark mallocs_error_quark(void);

/* What LD_PRELOAD must be for a process with this malloc: "glibc", "jemalloc",
 * "mimalloc", "tcmalloc" or a path (with a '/'); NULL: what our own LD_PRELOAD has.
 * With `counting`, libartbench_count.so stands before it, if it lies beside this
 * program; it does not where a sanitizer is built in. "" means nothing to preload.
 * For memory jobs count; for what is timed, don't. g_free it. */
char *mallocs_preload(const char *name, bool counting, GError **error);

/* What `artbench malloc` says, which has the malloc of its LD_PRELOAD. */
#define MALLOC_GLIBC "glibc\n"
#define MALLOC_OTHER "another\n"

/* Does a process with this LD_PRELOAD, made for this name, have another malloc than
 * the C library's? It is asked, since the loader passes over what it cannot load, and
 * goes on. */
bool mallocs_check(const char *name, const char *preload, GError **error);

#endif /* AB_MALLOCS_H */
