/* description.h: what a variant says of itself, as KEY=VALUE lines, and a variant made
 * of such lines: all that those need who only choose, plan and report.
 *
 * Errors: NULL for lines that do not describe one. Threads: one. */
#ifndef AB_DESCRIPTION_H
#define AB_DESCRIPTION_H

#include "ab.h"
#include "record.h"

/* Write the lines, each with `prefix` before its key. */
void description_put(FILE *out, const char *prefix, const struct ab_variant *v);

/* A variant as described by the keys of env with that prefix; g_free it. It has the
 * functions it should have, but to call one is an error that ends the process. */
struct ab_variant *description_get(const struct record *env, const char *prefix);

/* ---- plug-ins in env.txt, as lines with the prefix plugin.NAME. ---- */

/* The name of one of their keys; g_free it. */
char *description_key(const char *name, const char *key);
/* What to say of a plug-in beside its figures; NULL: it is none; g_free it. */
char *description_note(const struct record *env, const char *name);
/* The parameters that make it a point, "PAGE_MOST=16 NODE_MOST=64"; NULL: it is none; g_free
 * it. */
char *description_point(const struct record *env, const char *name);
/* The variant of that name: known to this program, or else as env.txt describes a
 * plug-in, or by its name alone; then added to the others, for a colour of its own. */
const struct ab_variant *description_recorded(const struct record *env, const char *name);

#endif /* AB_DESCRIPTION_H */
