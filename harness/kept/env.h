/* env.h: what a run was made with and on: key=value lines for env.txt.
 *
 * Threads: one. Errors: what cannot be found out is "unknown"; env_sha256 alone
 * can fail. */
#ifndef AB_ENV_H
#define AB_ENV_H

#include <stdio.h>
#include <glib.h>

char *env_host(void);
char *env_utc_now(void);
/* "0.5 0.4 0.3" */
char *env_load(void);
/* SHA-256 of a file in hexadecimal; NULL and `*error` if it cannot be read. */
char *env_sha256(const char *path, GError **error);

void env_put(FILE *out, const char *key, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* The build, the libraries, the process environment and the machine. */
void env_put_surroundings(FILE *out);

#endif /* AB_ENV_H */
