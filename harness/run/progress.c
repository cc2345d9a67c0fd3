/* progress.c: see progress.h. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>
#include "clock.h"
#include "progress.h"

static void
clock_text(char *buf, size_t size, double seconds)
{
	long s = lround(seconds > 0 ? seconds : 0);
	snprintf(buf, size, "%ld:%02ld", s / 60, s % 60);
}

static void
print(const struct progress *p)
{
	char elapsed[32], left[32] = "?";
	clock_text(elapsed, sizeof elapsed, clock_now() - p->started);
	if (!isnan(p->left))
		clock_text(left, sizeof left, p->left);
	fprintf(stderr, "%s[%zu/%zu] %s  elapsed %s, left about %s%s",
		p->terminal ? "\r\033[K" : "", p->done + 1, p->total, p->what, elapsed,
		left, p->terminal ? "" : "\n");
	fflush(stderr);
}

void
progress_start(struct progress *p, size_t total)
{
	*p = (struct progress){ .total = total,
		.started = clock_now(),
		.left = NAN,
		.terminal = isatty(STDERR_FILENO) };
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
