/* child.c: see child.h. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "child.h"

static volatile sig_atomic_t stopped;
static sigset_t outside; /* the signal mask before child_guard */

static void
stop(int signal)
{
	stopped = signal;
}

/* SIGINT and SIGTERM stay blocked except inside ppoll, so none is missed between
 * a look at `stopped` and the wait. */
void
child_guard(void)
{
	sigset_t both;
	struct sigaction action = { .sa_handler = stop };
	sigemptyset(&both);
	sigaddset(&both, SIGINT);
	sigaddset(&both, SIGTERM);
	sigprocmask(SIG_BLOCK, &both, &outside);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool
child_stopped(void)
{
	struct timespec none = { 0 };
	ppoll(NULL, 0, &none, &outside); /* let a waiting signal in */
	return stopped;
}

static double
now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static char **
environment(bool plain)
{
	char **env = g_get_environ();
	size_t kept = 0;
	for (size_t i = 0; env[i]; i++) {
		if (plain && g_str_has_prefix(env[i], "BENCHMARK_"))
			g_free(env[i]);
		else
			env[kept++] = env[i];
	}
	env[kept] = NULL;
	return env;
}

/* Start the child; `out` is the write end of its stdout, or -1. Returns errno. */
static int
start(const struct child *s, int out, pid_t *pid)
{
	g_auto(GStrv) env = environment(s->plain);
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&files, out, 1);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setsigmask(&attr, &outside);
	int error = posix_spawn(pid, "/proc/self/exe", &files, &attr, s->argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return error;
}

/* Pass on what there is to read. False: nothing more will come. */
static bool
drain(const struct child *s, int in)
{
	char buf[16384];
	ssize_t n = read(in, buf, sizeof buf);
	if (n > 0)
		s->output(s->arg, buf, (size_t)n);
	return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

/* Watch the child until it has ended; say why it was killed, if it was. */
static enum child_how
watch(const struct child *s, pid_t pid, int in, int *status)
{
	double started = now();
	double ticked = started;
	bool open = in >= 0;
	for (;;) {
		/* With the pipe open its end tells; without, look every 10 ms. */
		struct timespec wait = { .tv_sec = open, .tv_nsec = open ? 0 : 10000000 };
		struct pollfd fd = { .fd = open ? in : -1, .events = POLLIN };
		if (!open && waitpid(pid, status, WNOHANG) == pid)
			return CHILD_EXITED;
		int ready = ppoll(&fd, 1, &wait, &outside);
		if (stopped)
			return CHILD_INTERRUPTED;
		if (ready > 0)
			open = drain(s, in);
		if (s->timeout_s > 0 && now() - started > s->timeout_s)
			return CHILD_TIMED_OUT;
		if (s->tick && now() - ticked >= 1) {
			ticked = now();
			s->tick(s->arg);
		}
	}
}

static struct child_end
follow(const struct child *s, pid_t pid, int in)
{
	int status = 0;
	double started = now();
	enum child_how how = watch(s, pid, in, &status);
	if (how != CHILD_EXITED) {
		kill(-pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
		}
	}
	struct child_end end = { how, 0, now() - started };
	if (how == CHILD_EXITED && WIFSIGNALED(status))
		end.how = CHILD_SIGNALED;
	end.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
	return end;
}

struct child_end
child_run(const struct child *s)
{
	int pipes[2] = { -1, -1 };
	pid_t pid;
	if (!s->inherit_out && pipe2(pipes, O_CLOEXEC) != 0)
		return (struct child_end){ CHILD_FAILED, errno, 0 };
	int error = start(s, pipes[1], &pid);
	if (pipes[1] >= 0)
		close(pipes[1]);
	struct child_end end = { CHILD_FAILED, error, 0 };
	if (!error)
		end = follow(s, pid, pipes[0]);
	if (pipes[0] >= 0)
		close(pipes[0]);
	return end;
}

char *
child_end_text(const struct child *s, const struct child_end *end)
{
	switch (end->how) {
	case CHILD_SIGNALED: return g_strdup_printf("crashed: signal %d", end->code);
	case CHILD_TIMED_OUT:
		return g_strdup_printf("timed out after %g s", s->timeout_s);
	case CHILD_FAILED:
		return g_strdup_printf("not started: %s", g_strerror(end->code));
	case CHILD_INTERRUPTED: return g_strdup("interrupted");
	case CHILD_EXITED: break;
	}
	return g_strdup_printf("exited with status %d", end->code);
}
