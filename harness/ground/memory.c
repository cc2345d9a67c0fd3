/* memory.c: see memory.h. */
#include <dlfcn.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "contract/alloc.h"
#include "build_config.h"
#include "memory.h"

enum {
	MAPPED_FROM = 128 << 10, /* glibc's M_MMAP_THRESHOLD to begin with */
	PAGE = 4096,
};

/* Populated at once: twice as fast as one fault a page. */
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

/* ---- what the kernel says ---- */

/* The figure in KiB behind `field` in a file of /proc. Read without stdio: no
 * allocation between two samples. */
static bool
proc_figure(const char *path, const char *field, size_t *bytes)
{
	char text[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t n = read(fd, text, sizeof text - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	const char *line = strstr(text, field);
	if (!line)
		return false;
	*bytes = strtoull(line + strlen(field), NULL, 10) << 10;
	return true;
}

bool
memory_rss(size_t *rss)
{
	return proc_figure("/proc/self/smaps_rollup", "\nAnonymous:", rss);
}

bool
memory_other(size_t *bytes)
{
	size_t all, anonymous;
	if (!proc_figure("/proc/self/smaps_rollup", "\nRss:", &all) ||
		!memory_rss(&anonymous))
		return false;
	*bytes = all > anonymous ? all - anonymous : 0;
	return true;
}

bool
memory_peak_reset(void)
{
	int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool reset = write(fd, "5", 1) == 1;
	close(fd);
	return reset;
}

bool
memory_peak(size_t *bytes)
{
	return proc_figure("/proc/self/status", "\nVmHWM:", bytes);
}

/* Bytes of [at, end) that mincore does not find resident. */
static size_t
absent_in(uintptr_t at, uintptr_t end)
{
	enum { PAGES = 4096 };
	unsigned char resident[PAGES];
	size_t absent = 0;
	while (at < end) {
		size_t pages = (end - at) / PAGE;
		pages = pages < PAGES ? pages : PAGES;
		if (mincore((void *)at, pages * PAGE, resident) != 0)
			return absent;
		for (size_t i = 0; i < pages; i++)
			absent += resident[i] & 1 ? 0 : PAGE;
		at += pages * PAGE;
	}
	return absent;
}

/* "start-end rw-p offset 00:00 0   [heap]", or no name, or one in [anon:...]. */
static size_t
absent_in_line(const char *line)
{
	char *at;
	uintptr_t start = strtoull(line, &at, 16), end = 0;
	if (*at == '-')
		end = strtoull(at + 1, &at, 16);
	if (strncmp(at, " rw-p ", 6) != 0)
		return 0;
	for (int fields = 0; fields < 4; fields++) { /* to behind the inode */
		at += strspn(at, " ");
		if (fields == 3 && strncmp(at, "0", 1) != 0)
			return 0;
		at += strcspn(at, " ");
	}
	at += strspn(at, " ");
	bool ours = !*at || strncmp(at, "[heap]", 6) == 0 || strncmp(at, "[anon", 5) == 0;
	return ours ? absent_in(start, end) : 0;
}

bool
memory_absent(size_t *bytes)
{
	char text[8192];
	size_t have = 0;
	ssize_t n;
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	*bytes = 0;
	while ((n = read(fd, text + have, sizeof text - 1 - have)) > 0) {
		have += (size_t)n;
		text[have] = '\0';
		char *line = text, *newline;
		while ((newline = strchr(line, '\n'))) {
			*newline = '\0';
			*bytes += absent_in_line(line);
			line = newline + 1;
		}
		have = strlen(line);
		memmove(text, line, have + 1);
	}
	close(fd);
	return n == 0;
}

/* ---- what malloc says ---- */

/* malloc_usable_size is of the malloc in use: no library that only counts has one. */
bool
memory_glibc(void)
{
	static int known = -1;
	Dl_info in_use, libc;
	if (known < 0) {
		void *usable = dlsym(RTLD_DEFAULT, "malloc_usable_size");
		known = usable && dladdr(usable, &in_use) &&
			dladdr(dlsym(RTLD_DEFAULT, "gnu_get_libc_version"), &libc) &&
			in_use.dli_fbase == libc.dli_fbase;
	}
	return known;
}

bool
memory_interposed(struct interposed *out)
{
	static artbench_counted_fn *counted;
	static bool looked;
	if (!looked)
		*(void **)&counted = dlsym(RTLD_DEFAULT, INTERPOSED_SYMBOL);
	looked = true;
	if (counted)
		counted(out);
	return counted;
}

void
memory_sample(struct memory_sample *out)
{
	struct interposed i;
	out->rss = 0;
	out->heap = 0;
	out->heap_source = memory_glibc() ? "mallinfo2" : "interposer";
	out->has_heap = strcmp(BUILD_SANITIZE, "none") == 0;
	if (memory_glibc()) {
		struct mallinfo2 m = mallinfo2();
		out->heap = m.uordblks + m.hblkhd;
	} else if (memory_interposed(&i)) {
		out->heap = i.usable;
	} else {
		out->has_heap = false;
	}
	out->has_rss = memory_rss(&out->rss);
}

void
memory_settle(void)
{
	ab_alloc_trim();
}

/* ---- malloc that counts ---- */

/* A block of `usable` bytes, asked for as `size`. `step` is 1 or, wrapping, -1. */
static void
count(struct memory_count *m, size_t size, size_t usable, size_t step)
{
	m->bytes += size * step;
	m->usable += usable * step;
	m->blocks += step;
	m->large += size >= MAPPED_FROM ? step : 0;
}

static void *
count_alloc(void *ctx, size_t size)
{
	void *p = malloc(size);
	if (p)
		count(ctx, size, malloc_usable_size(p), 1);
	return p;
}

static void *
count_resize(void *ctx, void *p, size_t old_size, size_t size)
{
	size_t old_usable = malloc_usable_size(p);
	void *q = realloc(p, size);
	if (q) {
		if (p)
			count(ctx, old_size, old_usable, (size_t)-1);
		count(ctx, size, malloc_usable_size(q), 1);
	}
	return q;
}

static void
count_free(void *ctx, void *p, size_t size)
{
	if (p)
		count(ctx, size, malloc_usable_size(p), (size_t)-1);
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
