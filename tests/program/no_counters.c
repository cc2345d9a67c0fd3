/* no_counters.c: preloaded, it answers perf_event_open in the kernel's place: with what ANSWER
 * says, an errno; or, unset, with the time of the thread in nanoseconds, which every kernel
 * counts, for each of the processor's counters but misses of the last level. It passes for a
 * malloc, or artbench would not hand it on to those that measure. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>

long
syscall(long number, ...)
{
	long (*next)(long number, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	const char *answer = getenv("ANSWER");
	long a[6];
	va_list words;
	va_start(words, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(words, long);
	va_end(words);
	if (number == SYS_perf_event_open) {
		struct perf_event_attr *attr = (struct perf_event_attr *)a[0];
		if (answer || attr->config == PERF_COUNT_HW_CACHE_MISSES) {
			errno = answer ? atoi(answer) : ENOENT;
			return -1;
		}
		attr->type = PERF_TYPE_SOFTWARE;
		attr->config = PERF_COUNT_SW_TASK_CLOCK;
	}
	return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

void *__libc_malloc(size_t n);

void *
malloc(size_t n)
{
	return __libc_malloc(n);
}

size_t
malloc_usable_size(void *p)
{
	static size_t (*next)(void *p);
	if (!next)
		next = (size_t(*)(void *))dlsym(RTLD_NEXT, "malloc_usable_size");
	return next(p);
}
