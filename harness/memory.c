/* memory.c: see memory.h. */
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "build_config.h"
#include "memory.h"

enum {
	MAPPED_FROM = 128 << 10, /* glibc's M_MMAP_THRESHOLD to begin with */
	PAGE = 4096,
};

void *
pages_new(size_t size)
{
	void *p = mmap(NULL, size ? size : 1, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	return p == MAP_FAILED ? NULL : p;
}

void
pages_free(void *p, size_t size)
{
	if (p)
		munmap(p, size ? size : 1);
}

/* Read without stdio: no allocation between two samples. */
static bool
anonymous(size_t *bytes)
{
	char text[4096];
	int fd = open("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t n = read(fd, text, sizeof text - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	const char *line = strstr(text, "\nAnonymous:");
	if (!line)
		return false;
	*bytes = strtoull(line + strlen("\nAnonymous:"), NULL, 10) << 10;
	return true;
}

bool
memory_sample(struct memory_sample *out)
{
	struct mallinfo2 m = mallinfo2();
	out->heap = m.uordblks + m.hblkhd;
	out->has_heap = strcmp(BUILD_SANITIZE, "none") == 0;
	return anonymous(&out->rss);
}

void
memory_settle(void)
{
	malloc_trim(0);
}

static void
count(struct memory_count *m, size_t size, size_t step)
{
	m->bytes += size * step; /* step is 1 or, wrapping, -1 */
	m->blocks += step;
	m->large += size >= MAPPED_FROM ? step : 0;
}

static void *
count_alloc(void *ctx, size_t size)
{
	void *p = malloc(size);
	if (p)
		count(ctx, size, 1);
	return p;
}

static void *
count_resize(void *ctx, void *p, size_t old_size, size_t size)
{
	void *q = realloc(p, size);
	if (q) {
		if (p)
			count(ctx, old_size, (size_t)-1);
		count(ctx, size, 1);
	}
	return q;
}

static void
count_free(void *ctx, void *p, size_t size)
{
	if (p)
		count(ctx, size, (size_t)-1);
	free(p);
}

void
memory_count_init(struct memory_count *m)
{
	*m = (struct memory_count){ .alloc = {
					    count_alloc, count_resize, count_free, m } };
}

size_t
memory_rounding(const struct memory_count *m)
{
	return 32 * m->blocks + 2 * PAGE * m->large + MEMORY_CACHED_AT_MOST;
}
