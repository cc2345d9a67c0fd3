/* progress.c: see progress.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "ground/clock.h"
#include "progress.h"

static void
clock_text(char *buf, size_t size, double seconds)
{
	long s = lround(seconds > 0 ? seconds : 0);
	snprintf(buf, size, "%ld:%02ld", s / 60, s % 60);
}

/* Of the terminal; what is longer would not be rewritten in place. */
static size_t
columns(void)
{
	enum { USUAL = 80 };
	struct winsize size;
	bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
	return known ? size.ws_col : USUAL;
}

static bool
can_rewrite(void)
{
	const char *term = getenv("TERM");
	return term && *term && strcmp(term, "dumb") != 0 && isatty(STDERR_FILENO);
}

static void
print(const struct progress *p)
{
	char elapsed[32], left[32] = "?", line[256];
	clock_text(elapsed, sizeof elapsed, clock_now() - p->started);
	if (!isnan(p->left))
		clock_text(left, sizeof left, p->left);
	snprintf(line, sizeof line, "[%zu/%zu] %s  elapsed %s, left about %s",
		p->done + 1, p->total, p->what, elapsed, left);
	if (p->terminal) /* some wrap when the last column is filled */
		fprintf(stderr, "\r\033[K%.*s", (int)(columns() - 1), line);
	else
		fprintf(stderr, "%s\n", line);
	fflush(stderr);
}

void
progress_start(struct progress *p, size_t total)
{
	*p = (struct progress){ .total = total,
		.started = clock_now(),
		.left = NAN,
		.terminal = can_rewrite() };
}

void
progress_step(struct progress *p, const char *what, double left)
{
	snprintf(p->what, sizeof p->what, "%s", what);
	p->left = left;
	p->ticked = clock_now();
	print(p);
}

void
progress_tick(struct progress *p, const char *what)
{
	double gone = clock_now() - p->ticked;
	if (gone < 1)
		return;
	p->ticked += gone;
	p->left = p->left > gone ? p->left - gone : p->left;
	snprintf(p->what, sizeof p->what, "%s", what);
	if (p->terminal)
		print(p);
}

void
progress_done(struct progress *p)
{
	p->done++;
}

void
progress_stop(struct progress *p)
{
	if (p->terminal)
		fputs("\r\033[K", stderr);
	fflush(stderr);
}
