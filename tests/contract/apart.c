/* apart.c: see apart.h. */
#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
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

/* Wait so long, or for good if `deadline` is 0. True: it has ended. */
static bool
ended(pid_t pid, int *status, struct rusage *used, double deadline)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	while (wait4(pid, status, WNOHANG, used) == 0) {
		double left = deadline - apart_now();
		struct timespec t = { 1, 0 };
		if (deadline > 0 && left <= 0)
			return false;
		if (deadline > 0 && left < 1)
			t = (struct timespec){ 0, (long)(left * 1e9) };
		sigtimedwait(&set, NULL, &t);
	}
	return true;
}

struct apart_end
apart_run(const struct apart *a)
{
	sigset_t set, mask;
	int status = 0;
	struct rusage used = { 0 };
	double began = apart_now();
	pid_t self = getpid();
	fflush(NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (int i = 0; i < ENDING; i++)
		sigaddset(&set, ending[i]);
	sigprocmask(SIG_BLOCK, &set, &mask); /* until there is a child to tell */
	pid_t pid = fork();
	if (pid == 0)
		in_child(a, self, &mask);
	struct apart_end end = { .how = APART_FAILED, .code = errno };
	child = pid > 0 ? pid : 0;
	handle_ending();
	for (int i = 0; i < ENDING; i++)
		sigdelset(&set, ending[i]);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
	bool late = pid > 0 &&
		    !ended(pid, &status, &used, a->seconds ? began + a->seconds : 0);
	if (late) {
		kill(pid, SIGTERM);
		if (!ended(pid, &status, &used, apart_now() + LAST_WORDS)) {
			kill(pid, SIGKILL);
			ended(pid, &status, &used, 0);
		}
	}
	child = 0;
	unhandle_ending();
	sigprocmask(SIG_SETMASK, &mask, NULL);
	if (pid <= 0)
		return end;
	end.seconds = apart_now() - began;
	end.processor = processor_seconds(&used);
	end.how = WIFEXITED(status) ? APART_EXITED : APART_SIGNALED;
	end.code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
	if (late || (end.how == APART_SIGNALED && end.code == SIGVTALRM))
		end.how = APART_LATE;
	return end;
}
