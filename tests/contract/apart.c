/* apart.c: see apart.h. */
#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "apart.h"

enum { LAST_WORDS = 2 }; /* seconds between SIGTERM and SIGKILL */

static const int ending[] = { SIGTERM, SIGINT, SIGHUP };
enum { ENDING = sizeof ending / sizeof *ending };
static struct sigaction before[ENDING];
static volatile sig_atomic_t child;

double
apart_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
unhandle_ending(void)
{
	for (int i = 0; i < ENDING; i++)
		sigaction(ending[i], &before[i], NULL);
}

int
apart_out(void)
{
	return memfd_create("said", MFD_CLOEXEC);
}

char *
apart_said(int out)
{
	GString *text = g_string_new(NULL);
	char bytes[4096];
	ssize_t n;
	if (out >= 0)
		lseek(out, 0, SEEK_SET);
	while (out >= 0 && (n = read(out, bytes, sizeof bytes)) > 0)
		g_string_append_len(text, bytes, n);
	return g_string_free(text, FALSE);
}

/* It goes with us: PR_SET_PDEATHSIG sees to that, should it not listen. */
static void
on_ending(int sig)
{
	const struct timespec moment = { 0, 10000000 };
	if (child)
		kill(child, SIGTERM);
	for (int i = 0; child && i < 100 && waitpid(child, NULL, WNOHANG) == 0; i++)
		nanosleep(&moment, NULL);
	unhandle_ending();
	raise(sig);
}

/* But what is ignored. */
static void
handle_ending(void)
{
	const struct sigaction told = { .sa_handler = on_ending };
	for (int i = 0; i < ENDING; i++) {
		sigaction(ending[i], NULL, &before[i]);
		if (before[i].sa_handler != SIG_IGN)
			sigaction(ending[i], &told, NULL);
	}
}

static void
limit_processor(double seconds)
{
	struct itimerval limit = {
		.it_value = { (time_t)seconds,
			(suseconds_t)(1e6 * (seconds - (double)(time_t)seconds)) }
	};
	setitimer(ITIMER_VIRTUAL, &limit, NULL);
}

_Noreturn static void
in_child(const struct apart *a, pid_t parent, const sigset_t *mask)
{
	const struct rlimit none = { 0, 0 };
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	sigprocmask(SIG_SETMASK, mask, NULL);
	if (a->out >= 0 && (dup2(a->out, 1) < 0 || dup2(a->out, 2) < 0))
		_exit(1);
	if (a->tries)
		setrlimit(RLIMIT_CORE, &none);
	if (a->processor > 0)
		limit_processor(a->processor);
	exit(a->run(a->arg));
}

static double
processor_seconds(const struct rusage *used)
{
	return (double)used->ru_utime.tv_sec + (double)used->ru_utime.tv_usec / 1e6;
}

/* Ticks of the processor that thread has had, from its /proc/PID/task/TID/stat; -1: it does
 * not sleep, or is gone. */
static long long
ticks_asleep(pid_t pid, const char *thread)
{
	unsigned long long user = 0, system = 0;
	char state = 0;
	g_autofree char *text = NULL;
	g_autofree char *path = g_strdup_printf(
		"/proc/%d/task/%s/stat", (int)pid, thread);
	if (!g_file_get_contents(path, &text, NULL, NULL))
		return -1;
	const char *at = strrchr(text, ')'); /* behind its name */
	bool read = at && sscanf(at + 1,
				  " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu",
				  &state, &user, &system) == 3;
	return read && state == 'S' ? (long long)(user + system) : -1;
}

/* The same of all threads of a process. */
static long long
all_asleep(pid_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/task", (int)pid);
	GDir *tasks = g_dir_open(path, 0, NULL);
	const char *thread;
	long long all = tasks ? 0 : -1;
	while (all >= 0 && (thread = g_dir_read_name(tasks))) {
		long long ticks = ticks_asleep(pid, thread);
		all = ticks < 0 ? -1 : all + ticks;
	}
	if (tasks)
		g_dir_close(tasks);
	return all;
}

struct wait {
	double deadline; /* 0: none */
	unsigned idle;   /* 0: any */
	struct rusage used;
	int status;
};

/* Wait so long. APART_EXITED: it has ended. */
static enum apart_how
ended(pid_t pid, struct wait *w)
{
	sigset_t set;
	long long ticks, last = -1;
	double asleep_since = apart_now();
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	while (wait4(pid, &w->status, WNOHANG, &w->used) == 0) {
		double left = w->deadline - apart_now();
		struct timespec t = { 1, 0 };
		if (w->deadline > 0 && left <= 0)
			return APART_LATE;
		if (w->deadline > 0 && left < 1)
			t = (struct timespec){ 0, (long)(left * 1e9) };
		if (sigtimedwait(&set, NULL, &t) >= 0 || !w->idle)
			continue;
		ticks = all_asleep(pid);
		if (ticks < 0 || ticks != last)
			asleep_since = apart_now();
		last = ticks;
		if (apart_now() - asleep_since >= w->idle)
			return APART_IDLE;
	}
	return APART_EXITED;
}

/* Let it say what it does, and be ended. */
static void
finish_off(pid_t pid, struct wait *w)
{
	*w = (struct wait){ .deadline = apart_now() + LAST_WORDS };
	kill(pid, SIGTERM);
	if (ended(pid, w) == APART_EXITED)
		return;
	kill(pid, SIGKILL);
	w->deadline = 0;
	ended(pid, w);
}

/* Signals that end us are to reach it: until there is a child to tell, they wait. */
static pid_t
begin(const struct apart *a, sigset_t *mask)
{
	sigset_t set;
	pid_t self = getpid();
	fflush(NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (int i = 0; i < ENDING; i++)
		sigaddset(&set, ending[i]);
	sigprocmask(SIG_BLOCK, &set, mask);
	pid_t pid = fork();
	if (pid == 0)
		in_child(a, self, mask);
	child = pid > 0 ? pid : 0;
	handle_ending();
	sigprocmask(SIG_SETMASK, mask, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return pid;
}

struct apart_end
apart_run(const struct apart *a)
{
	sigset_t mask;
	double began = apart_now();
	pid_t pid = begin(a, &mask);
	struct apart_end end = { .how = APART_FAILED, .code = errno };
	struct wait w = { .deadline = a->seconds ? began + a->seconds : 0,
		.idle = a->idle };
	if (pid > 0) {
		enum apart_how how = ended(pid, &w);
		if (how != APART_EXITED)
			finish_off(pid, &w);
		end.seconds = apart_now() - began;
		end.processor = processor_seconds(&w.used);
		end.how = how;
		end.code = WIFEXITED(w.status) ? WEXITSTATUS(w.status)
					       : WTERMSIG(w.status);
		if (how == APART_EXITED && WIFSIGNALED(w.status))
			end.how = end.code == SIGVTALRM ? APART_LATE : APART_SIGNALED;
	}
	child = 0;
	unhandle_ending();
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return end;
}
