/* say.c: see say.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "say.h"

int
say_fail(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	fprintf(stderr, "artbench: %s\n", text);
	return CLI_BAD_INPUT;
}

bool
say_flush(void)
{
	static bool told;
	bool flushed = fflush(stdout) == 0;
	if (flushed && !ferror(stdout))
		return true;
	/* Why it failed then is forgotten; so it is asked to fail again. */
	if (flushed && write(STDOUT_FILENO, "\n", 1) == 1)
		errno = EIO;
	if (!told)
		say_fail("cannot write the output: %s; check where stdout goes%s",
			errno == EBADF ? "it is closed" : g_strerror(errno),
			errno == EFBIG ? ", and ulimit -f" : "");
	told = true;
	return false;
}

char *
shell_word(const char *word)
{
	static const char plain[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_./=,:@%+-";
	bool as_is = *word && !word[strspn(word, plain)];
	return as_is ? g_strdup(word) : g_shell_quote(word);
}

char *
resume_command(const char *command, const char *dir)
{
	g_autofree char *program = shell_word(program_invocation_name);
	g_autofree char *word = shell_word(dir);
	return g_strdup_printf("%s %s --resume %s", program, command, word);
}
