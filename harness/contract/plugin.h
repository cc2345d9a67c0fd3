/* plugin.h: variants from shared objects (ab_plugin.h), loaded into this process.
 *
 * Ownership: a plug-in stays until the process ends. Errors: a one-line message that
 * names the file and the remedy. Threads: one. */
#ifndef AB_PLUGIN_LOADER_H
#define AB_PLUGIN_LOADER_H

#include <stdbool.h>
#include <glib.h>
#include "ab.h"

/* Load the plug-in in this shared object, or in one made of this C file (compile.h). NULL:
 * it is none, or its table is malformed. Runs its code: what that does, this process does. */
const struct ab_variant *plugin_open(const char *path, GError **error);
/* Load this shared object, which messages call `path`. */
const struct ab_variant *
plugin_open_as(const char *object, const char *path, GError **error);

/* Add a variant from this file to the registry. False: its name or label is that of
 * another. */
bool plugin_add(const struct ab_variant *v, const char *path, GError **error);

#endif /* AB_PLUGIN_LOADER_H */
