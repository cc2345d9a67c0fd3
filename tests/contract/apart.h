/* apart.h: a function in a process of its own, for what may crash or never end.
 *
 * The process is forked and not exec'ed: it has what this one had, and takes a fraction of a
 * millisecond. It ends when this one does, and is told of a signal that ends this one.
 *
 * Errors: what can go wrong is an answer, struct apart_end. Threads: one, and no other may
 * run when it is forked. */
#ifndef APART_H
#define APART_H

#include <stdbool.h>

struct apart {
	unsigned seconds;      /* that it may take; 0: any number */
	double processor;      /* seconds of processor time, likewise */
	unsigned idle;         /* seconds in which all its threads sleep, likewise */
	int out;               /* where its stdout and stderr go; -1: where ours do */
	bool tries;            /* one of many: leaves no core dump behind */
	int (*run)(void *arg); /* returns its exit status */
	void *arg;
};

enum apart_how {
	APART_EXITED,   /* code: its exit status */
	APART_SIGNALED, /* code: the signal */
	APART_LATE,     /* it had taken too long, of `seconds` or `processor` */
	APART_IDLE,     /* it had waited too long for something */
	APART_FAILED,   /* code: errno; there was no process */
};

struct apart_end {
	enum apart_how how;
	int code;
	double seconds;   /* that it took */
	double processor; /* of the processor, without the system's share */
};

struct apart_end apart_run(const struct apart *a);

/* A file for `out` that is gone when it is closed, or -1; and all that is in it. g_free it. */
int apart_out(void);
char *apart_said(int out);

/* Seconds of a clock that only goes forward. */
double apart_now(void);

#endif /* APART_H */
