/* no_rss.c: a system that keeps smaps_rollup to itself, as some containers do. It is
 * preloaded by --malloc, and so has to look like a malloc: it is glibc's. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of glibc's chunks, by their headers: looking glibc's own up would allocate. */
size_t
malloc_usable_size(void *p)
{
	if (!p)
		return 0;
	size_t head = ((const size_t *)p)[-1];
	return (head & ~(size_t)7) - (head & 2 ? 16 : 8);
}

int
open(const char *path, int flags, ...)
{
	va_list a;
	va_start(a, flags);
	mode_t mode = flags & O_CREAT ? va_arg(a, mode_t) : 0;
	va_end(a);
	if (strcmp(path, "/proc/self/smaps_rollup") != 0)
		return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	errno = EACCES;
	return -1;
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));
