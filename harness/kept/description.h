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

#endif /* AB_DESCRIPTION_H */
