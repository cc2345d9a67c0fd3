/* probe.h: plug-ins (ab_plugin.h) as `artbench --plugin FILE` takes them. A process that
 * chooses, plans and reports never runs their code: it asks for a description in a
 * process of its own, and whatever goes wrong there is a refusal. Only the process that
 * measures a plug-in loads it, if it is still the same file. A C file is compiled first
 * (contract/compile.h); where it is named as a variant that is there, its own is called
 * NAME_2, or the next number that is free, if it is no point with a name of its own.
 *
 * Errors: one line on stderr that names the file and the remedy. Threads: one. */
#ifndef AB_PROBE_H
#define AB_PROBE_H

#include <stdio.h>
#include "ab.h"
#include "kept/record.h"

#define PROBE_HELP "Take in a structure from a shared object or a C file; may be repeated"

/* Add to the registry what is in these files (NULL ends them; NULL is none): by
 * description. False: one is refused. */
bool probe_plugins(char *const *files);
/* What is in this file, described, but not taken in; g_free it. NULL: it is refused. */
struct ab_variant *probe_look(const char *file);
/* As probe_plugins, loaded into this process, which is to call them. */
bool probe_load_plugins(char *const *files);
/* The same, each SHA256:OBJECT. */
bool probe_load(char *const *sums_and_files);

/* Say what is in this shared object, or why it is refused, made of `file`: what `artbench
 * probe` does, in the process that probe_plugins asks. */
void probe_answer(FILE *out, const char *object, const char *file);

/* The checksum of the object that a variant is from; NULL: it is built in. */
const char *probe_sha256(const struct ab_variant *v);
/* Make another process load what the variant is from, if it is from a plug-in. */
void probe_append_load(GPtrArray *argv, const struct ab_variant *v);

/* Lines of env.txt about a plug-in, plugin.NAME.*. */
void probe_put(FILE *out, const struct ab_variant *v);

#endif /* AB_PROBE_H */
