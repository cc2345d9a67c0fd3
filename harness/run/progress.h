/* progress.h: one line on stderr that says what is being measured, how far the
 * run is and how long it will take. On a terminal the line is rewritten in place,
 * cut to its width; elsewhere, and where TERM is dumb, each step is a line of its own.
 *
 * Units: seconds. Threads: one. */
#ifndef AB_PROGRESS_H
#define AB_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress {
	size_t done, total; /* steps */
	double started;     /* monotonic clock */
	bool terminal;
	double left;   /* estimated by the caller; NAN: not known yet */
	double ticked; /* when the line was last written */
	char what[80];
};

void progress_start(struct progress *p, size_t total);
/* A step begins: `what` is being measured, about `left` seconds remain. */
void progress_step(struct progress *p, const char *what, double left);
/* On a terminal rewrite the line, once a second, however often this is called. */
void progress_tick(struct progress *p, const char *what);
/* The step is done. */
void progress_done(struct progress *p);
/* Leave stderr at the start of an empty line. */
void progress_stop(struct progress *p);

#endif /* AB_PROGRESS_H */
