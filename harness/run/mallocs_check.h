/* mallocs_check.h: is what was asked for in place of the C library's malloc really there?
 * Another process is asked, `artbench malloc`, which has it. Threads: one. */
#ifndef AB_MALLOCS_CHECK_H
#define AB_MALLOCS_CHECK_H

#include <stdbool.h>
#include <glib.h>

/* What that process says. */
#define MALLOC_GLIBC "glibc\n"
#define MALLOC_OTHER "another\n"

/* Does a process with this LD_PRELOAD, made for this name, have another malloc than
 * the C library's? The loader passes over what it cannot load, and goes on. */
bool mallocs_check(const char *name, const char *preload, GError **error);

#endif /* AB_MALLOCS_CHECK_H */
