/* child.h: run this program again, in fresh processes, and see how they end.
 *
 * A child is exec'ed, never only forked: it shares no page with its parent. It
 * has its own process group, reads /dev/null, or what child_tell says, and writes
 * stdout into a pipe. SIGPIPE ends it, whatever it does to us.
 *
 * Errors: what can go wrong with a child is an answer, struct child_end. Threads:
 * one; child_guard is for the whole process. */
#ifndef AB_CHILD_H
#define AB_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <glib.h>

enum { CHILD_KEYS = 3 };

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
	char *const *argv;  /* argv[0] is a name only; NULL ends it */
	unsigned timeout_s; /* 0: none */
	bool inherit_out;   /* its stdout is ours, no pipe */
	bool quiet;         /* its stderr is /dev/null */
	bool plain; /* without BENCHMARK_* variables, which change what it times */
	bool told;  /* child_tell may be used: its stdin is a pipe, too */
	const char *preload; /* its LD_PRELOAD; NULL: ours */
	int keys;            /* handed.h: its descriptor CHILD_KEYS; 0: none */
	void (*output)(void *arg, const char *bytes, size_t n);
	void *arg;
};

/* From now on SIGINT and SIGTERM only stop a child (CHILD_INTERRUPTED), or the next
 * one. Doing it again changes nothing. */
void child_guard(void);
/* Has one of them come? */
bool child_stopped(void);

/* Run it, and append to `said` what it writes to stdout; NULL: it inherits ours. What
 * comes when there are more than `most` bytes is dropped: then it has said too much. */
struct child_end child_run(struct child *s, GString *said, size_t most);

/* Several at once. A zeroed struct is one that has ended. */
struct child_process {
	struct child spec;
	struct child_end end; /* when no longer running */
	bool running;
	/* private */
	int pid, from, to;
	double started;
};

/* Start one. False: it has ended with CHILD_FAILED. */
bool child_start(struct child_process *p, const struct child *s);
/* Wait for output or the end of any of these, `seconds` at most, and pass the output
 * on. False: we were told to stop. */
bool child_poll(struct child_process *const *p, size_t n, double seconds);
/* Write to its stdin; a child that has gone hears nothing. */
void child_tell(struct child_process *p, const char *text);
/* Kill it if it still runs; its end is then `how`. */
void child_kill(struct child_process *p, enum child_how how);

/* What became of a child that did not end as it should, in a few words: "crashed:
 * signal 11", "timed out after 300 s"; g_free it. */
char *child_end_text(const struct child_end *end, unsigned timeout_s);

#endif /* AB_CHILD_H */
