/* child.h: run this program again, in a fresh process, and see how it ends.
 *
 * The child is exec'ed, never only forked: it shares no page with its parent. It
 * has its own process group, reads /dev/null and writes stdout into a pipe.
 *
 * Errors: what can go wrong with a child is an answer, struct child_end. Threads:
 * one; child_guard is for the whole process. */
#ifndef AB_CHILD_H
#define AB_CHILD_H

#include <stdbool.h>
#include <stddef.h>

enum child_how {
	CHILD_EXITED,      /* code: its exit status */
	CHILD_SIGNALED,    /* code: the signal */
	CHILD_TIMED_OUT,   /* was killed by us */
	CHILD_INTERRUPTED, /* we were told to stop; the child was killed */
	CHILD_FAILED,      /* code: errno; there was no child */
};

struct child_end {
	enum child_how how;
	int code;
	double seconds;
};

struct child {
	char *const *argv; /* argv[0] is a name only; NULL ends it */
	double timeout_s;  /* 0: none */
	bool inherit_out;  /* its stdout is ours, no pipe */
	bool plain;        /* without BENCHMARK_* variables, which change what it times */
	void (*output)(void *arg, const char *bytes, size_t n);
	void (*tick)(void *arg); /* once a second while it runs; may be NULL */
	void *arg;
};

/* From now on SIGINT and SIGTERM only stop a child (CHILD_INTERRUPTED). */
void child_guard(void);
/* Has one of them come? */
bool child_stopped(void);

struct child_end child_run(const struct child *s);

/* What became of a child that did not end as it should, in a few words: "crashed:
 * signal 11", "timed out after 300 s"; g_free it. */
char *child_end_text(const struct child *s, const struct child_end *end);

#endif /* AB_CHILD_H */
