/* counters.c: see counters.h. */
#include <errno.h>
#include <glib.h>
#include <linux/perf_event.h>
#include <math.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "counters.h"

#define MISSES_OF_READS(cache)                                                           \
	(cache | PERF_COUNT_HW_CACHE_OP_READ << 8 | PERF_COUNT_HW_CACHE_RESULT_MISS << 16)

const struct counter_event counter_events[COUNTERS] = {
	{ "cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES },
	{ "instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS },
	{ "branch_misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES },
	{ "l1d_misses", PERF_TYPE_HW_CACHE, MISSES_OF_READS(PERF_COUNT_HW_CACHE_L1D) },
	{ "ll_misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES },
	{ "dtlb_misses", PERF_TYPE_HW_CACHE, MISSES_OF_READS(PERF_COUNT_HW_CACHE_DTLB) },
};

/* ---- the kernel's ---- */

static int
open_of_kernel(void *arg, const struct counter_event *e)
{
	struct perf_event_attr attr = { .type = e->type,
		.size = sizeof attr,
		.config = e->config,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED |
			       PERF_FORMAT_TOTAL_TIME_RUNNING,
		.exclude_kernel = 1,
		.exclude_hv = 1 };
	(void)arg;
	long fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : (int)fd;
}

static bool
read_of_kernel(void *arg, int fd, struct counter_reading *now)
{
	uint64_t said[3];
	(void)arg;
	if (read(fd, said, sizeof said) != sizeof said)
		return false;
	*now = (struct counter_reading){ said[0], said[1], said[2] };
	return true;
}

static void
close_of_kernel(void *arg, int fd)
{
	(void)arg;
	close(fd);
}

static int
paranoid_of_kernel(void *arg)
{
	g_autofree char *text = NULL;
	(void)arg;
	if (!g_file_get_contents(
		    "/proc/sys/kernel/perf_event_paranoid", &text, NULL, NULL))
		return -2;
	return (int)g_ascii_strtoll(text, NULL, 10);
}

const struct counter_source counters_of_kernel = { open_of_kernel, read_of_kernel,
	close_of_kernel, paranoid_of_kernel, NULL };

/* ---- why there is none ---- */

enum { USER_MAY = 2 }; /* the greatest perf_event_paranoid with which anyone may count */

static char *
kept_back(const struct counter_source *source)
{
	int paranoid = source->paranoid(source->arg);
	if (paranoid > USER_MAY)
		return g_strdup_printf(
			"the kernel keeps its counters from users "
			"(kernel.perf_event_paranoid is %d); be root, or let root run: "
			"sysctl kernel.perf_event_paranoid=%d",
			paranoid, USER_MAY);
	return g_strdup("perf_event_open is forbidden here, as in most containers; allow "
			"it (--cap-add PERFMON, or a seccomp profile), or run outside");
}

static char *
why_none(const struct counter_source *source, int error)
{
	switch (error) {
	case EACCES:
	case EPERM: return kept_back(source);
	case ENOENT:
	case ENODEV:
	case EOPNOTSUPP:
		return g_strdup(
			"the processor shows no counters, as in most virtual machines; "
			"give this one a virtual PMU, or run on the machine itself; "
			"scripts/callgrind.sh --cache simulates them");
	case ENOSYS:
		return g_strdup("the kernel has no perf_event_open; take one that was "
				"built with CONFIG_PERF_EVENTS");
	default:
		return g_strdup_printf(
			"perf_event_open: %s; leave the counters out", g_strerror(error));
	}
}

const char *
counters_open(struct counters *c, const struct counter_source *source,
	const struct counter_event *events, size_t n)
{
	static char *why;
	int error = ENOENT;
	bool any = false;
	*c = (struct counters){ .source = source, .events = events, .n = n };
	for (size_t i = 0; i < n; i++) {
		c->fd[i] = source->open(source->arg, &events[i]);
		any = any || c->fd[i] >= 0;
		/* What is forbidden says more than what is not there. */
		if (c->fd[i] < 0 && (error == ENOENT || c->fd[i] == -EACCES))
			error = -c->fd[i];
	}
	g_clear_pointer(&why, g_free);
	if (!any)
		why = why_none(source, error);
	return why;
}

void
counters_close(struct counters *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->fd[i] >= 0)
			c->source->close(c->source->arg, c->fd[i]);
	*c = (struct counters){ 0 };
}

/* ---- counting ---- */

void
counters_clear(struct counters *c)
{
	memset(c->sum, 0, sizeof c->sum);
}

/* One that cannot be read any more counts no more. */
static bool
look(struct counters *c, size_t i, struct counter_reading *now)
{
	if (c->fd[i] < 0)
		return false;
	if (c->source->read(c->source->arg, c->fd[i], now))
		return true;
	c->source->close(c->source->arg, c->fd[i]);
	c->fd[i] = -1;
	return false;
}

void
counters_begin(struct counters *c)
{
	for (size_t i = 0; i < c->n; i++)
		look(c, i, &c->begun[i]);
}

void
counters_end(struct counters *c)
{
	for (size_t i = c->n; i-- > 0;) {
		struct counter_reading now;
		if (!look(c, i, &now))
			continue;
		c->sum[i].count += now.count - c->begun[i].count;
		c->sum[i].enabled_ns += now.enabled_ns - c->begun[i].enabled_ns;
		c->sum[i].running_ns += now.running_ns - c->begun[i].running_ns;
	}
}

double
counters_sum(const struct counters *c, size_t i)
{
	const struct counter_reading *s = &c->sum[i];
	if (c->fd[i] < 0 || !s->running_ns)
		return NAN;
	return (double)s->count * ((double)s->enabled_ns / (double)s->running_ns);
}

double
counters_share(const struct counters *c)
{
	double least = 1;
	for (size_t i = 0; i < c->n; i++) {
		const struct counter_reading *s = &c->sum[i];
		if (c->fd[i] >= 0 && s->enabled_ns)
			least = MIN(least, (double)s->running_ns / (double)s->enabled_ns);
	}
	return least;
}
