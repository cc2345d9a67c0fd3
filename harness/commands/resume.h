/* resume.h: what `artbench run` and `artbench sweep` share: how what stopped short is gone
 * on with. `command` is the name of one of the two.
 *
 * Errors: as say.h says. Threads: one. */
#ifndef AB_RESUME_H
#define AB_RESUME_H

#include "run/session.h"

/* Is it asked for? */
bool resume_is_asked(int argc, char **argv);
/* The DIR of --resume DIR, g_free it; argv stays as it is. Returns -1 to go on, or a
 * status to exit with. */
int resume_parse(int argc, char **argv, const char *command, char **dir);
/* Say how to go on; returns the exit status. `error` is NULL if it has been reported. */
int resume_later(const struct session *t, const char *command, enum run_outcome outcome,
	const GError *error);

#endif /* AB_RESUME_H */
