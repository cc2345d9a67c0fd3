/* say.h: what the program says for people and for shells, and how it ends.
 *
 * Errors: whatever fails on bad input prints one line on stderr, with the remedy, and
 * says so by its return value; the caller exits with CLI_BAD_INPUT. Threads: one. */
#ifndef AB_SAY_H
#define AB_SAY_H

#include <stdbool.h>
#include <glib.h>

enum cli_status {
	CLI_RIGHT = 0,
	CLI_WRONG = 1,
	CLI_BAD_INPUT = 2,
	CLI_INTERRUPTED = 130,
};

/* "artbench: ..." and a newline on stderr; returns CLI_BAD_INPUT. */
int say_fail(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* Flush stdout and say whether everything printed arrived. */
bool say_flush(void);

/* A word as a shell must be given it; g_free it. */
char *shell_word(const char *word);
/* What goes on with the run or sweep (`command`) in DIR, as this program was called;
 * g_free it. */
char *resume_command(const char *command, const char *dir);

#endif /* AB_SAY_H */
