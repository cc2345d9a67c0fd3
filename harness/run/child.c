/* child.c: see child.h. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "child.h"
#include "ground/clock.h"

static volatile sig_atomic_t stopped;
static sigset_t outside; /* the signal mask before child_guard */
static bool guarded;

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
	if (guarded) /* the mask of now is not that of before */
		return;
	guarded = true;
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

static char **
environment(const struct child *s)
{
	char **env = g_get_environ();
	size_t kept = 0;
	for (size_t i = 0; env[i]; i++) {
		if (s->plain && g_str_has_prefix(env[i], "BENCHMARK_"))
			g_free(env[i]);
		else
			env[kept++] = env[i];
	}
	env[kept] = NULL;
	return s->preload ? g_environ_setenv(env, "LD_PRELOAD", s->preload, TRUE) : env;
}

/* A group of its own, to be killed with all that it started. For the terminal that is one
 * in the background, which under `stty tostop` would be stopped when it writes there;
 * with SIGTTOU blocked it just writes. What nobody reads ends it. */
static void
set_attributes(posix_spawnattr_t *attr)
{
	sigset_t blocked, by_default;
	if (guarded)
		blocked = outside;
	else
		sigprocmask(SIG_SETMASK, NULL, &blocked);
	sigaddset(&blocked, SIGTTOU);
	sigemptyset(&by_default);
	sigaddset(&by_default, SIGPIPE);
	posix_spawnattr_init(attr);
	posix_spawnattr_setflags(attr,
		POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setpgroup(attr, 0);
	posix_spawnattr_setsigmask(attr, &blocked);
	posix_spawnattr_setsigdefault(attr, &by_default);
}

/* Start the child with these for its stdin and stdout; -1 is /dev/null for the one
 * and our own for the other. Returns errno. */
static int
spawn(const struct child *s, int in, int out, pid_t *pid)
{
	g_auto(GStrv) env = environment(s);
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	posix_spawn_file_actions_init(&files);
	if (in >= 0)
		posix_spawn_file_actions_adddup2(&files, in, 0);
	else
		posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&files, out, 1);
	/* After those, which may have this number here. */
	if (s->keys)
		posix_spawn_file_actions_adddup2(&files, s->keys, CHILD_KEYS);
	if (s->quiet)
		posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
	set_attributes(&attr);
	int error = posix_spawn(pid, "/proc/self/exe", &files, &attr, s->argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return error;
}

static void
close_pipe(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

bool
child_start(struct child_process *p, const struct child *s)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 };
	*p = (struct child_process){ .spec = *s, .from = -1, .to = -1 };
	int error = 0;
	if ((!s->inherit_out && pipe2(out, O_CLOEXEC) != 0) ||
		(s->told && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0))
		error = errno;
	p->started = clock_now();
	if (!error)
		error = spawn(s, in[0], out[1], &p->pid);
	close_pipe(&in[0]);
	close_pipe(&out[1]);
	p->from = out[0];
	p->to = in[1];
	p->running = !error;
	if (error) {
		close_pipe(&p->from);
		close_pipe(&p->to);
		p->end = (struct child_end){ CHILD_FAILED, error, 0 };
	}
	return p->running;
}

static void
bury(struct child_process *p, enum child_how how, int status)
{
	close_pipe(&p->from);
	close_pipe(&p->to);
	p->running = false;
	p->end = (struct child_end){ how, WEXITSTATUS(status), clock_now() - p->started };
	if (how == CHILD_EXITED && WIFSIGNALED(status))
		p->end.how = CHILD_SIGNALED;
	if (WIFSIGNALED(status))
		p->end.code = WTERMSIG(status);
}

/* Pass on what there is to read; at the end of it, stop reading. */
static void
drain(struct child_process *p)
{
	char buf[16384];
	ssize_t n = read(p->from, buf, sizeof buf);
	if (n > 0)
		p->spec.output(p->spec.arg, buf, (size_t)n);
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		close_pipe(&p->from);
}

/* Those that write no more are looked at every 10 ms: they are about to end, or say
 * nothing to us. */
static bool
reap(struct child_process *const *p, size_t n)
{
	bool any = false;
	for (size_t i = 0; i < n; i++) {
		int status;
		if (!p[i]->running || p[i]->from >= 0 ||
			waitpid(p[i]->pid, &status, WNOHANG) != p[i]->pid)
			continue;
		/* A child too young to have a group of its own dies of our signal, too. */
		bury(p[i], child_stopped() ? CHILD_INTERRUPTED : CHILD_EXITED, status);
		any = true;
	}
	return any;
}

static struct timespec
interval(double seconds)
{
	seconds = MAX(seconds, 0);
	return (struct timespec){ .tv_sec = (time_t)seconds,
		.tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9) };
}

bool
child_poll(struct child_process *const *p, size_t n, double seconds)
{
	g_autofree struct pollfd *fds = g_new0(struct pollfd, n);
	bool mute = false;
	for (size_t i = 0; i < n; i++) {
		int fd = p[i]->running ? p[i]->from : -1;
		fds[i] = (struct pollfd){ .fd = fd, .events = POLLIN };
		mute = mute || (p[i]->running && fd < 0);
	}
	if (reap(p, n))
		return !stopped;
	struct timespec wait = interval(mute ? MIN(seconds, 0.01) : seconds);
	int ready = ppoll(fds, n, &wait, &outside);
	for (size_t i = 0; ready > 0 && !stopped && i < n; i++)
		if (fds[i].fd >= 0 && fds[i].revents)
			drain(p[i]);
	return !stopped;
}

void
child_tell(struct child_process *p, const char *text)
{
	size_t n = strlen(text);
	if (p->to < 0)
		return;
	/* A socket, since a child that has gone must not cost us a SIGPIPE. */
	if (send(p->to, text, n, MSG_NOSIGNAL) != (ssize_t)n)
		close_pipe(&p->to);
}

void
child_kill(struct child_process *p, enum child_how how)
{
	int status = 0;
	if (!p->running)
		return;
	kill(-p->pid, SIGKILL);
	while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR) {
	}
	bury(p, how, status);
}

struct saying {
	GString *said;
	size_t most;
};

static void
hear(void *arg, const char *bytes, size_t n)
{
	struct saying *x = arg;
	if (x->said->len <= x->most)
		g_string_append_len(x->said, bytes, (gssize)n);
}

struct child_end
child_run(struct child *s, GString *said, size_t most)
{
	struct saying saying = { said, most };
	struct child_process one, *p = &one;
	s->output = hear;
	s->inherit_out = !said;
	s->arg = &saying;
	child_start(p, s);
	while (p->running) {
		if (!child_poll(&p, 1, 1))
			child_kill(p, CHILD_INTERRUPTED);
		else if (p->running && s->timeout_s &&
			 clock_now() - p->started > s->timeout_s)
			child_kill(p, CHILD_TIMED_OUT);
	}
	return p->end;
}

char *
child_end_text(const struct child_end *end, unsigned timeout_s)
{
	switch (end->how) {
	case CHILD_SIGNALED: return g_strdup_printf("crashed: signal %d", end->code);
	case CHILD_TIMED_OUT: return g_strdup_printf("timed out after %u s", timeout_s);
	case CHILD_FAILED:
		return g_strdup_printf("not started: %s", g_strerror(end->code));
	case CHILD_INTERRUPTED: return g_strdup("interrupted");
	case CHILD_EXITED: break;
	}
	return end->code ? g_strdup_printf("exited with status %d", end->code)
			 : g_strdup("ended before its results did");
}
