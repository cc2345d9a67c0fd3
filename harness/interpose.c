/* interpose.c: libartbench_count.so; see interpose.h.
 *
 * Each function calls the next library's of the same name and counts what came of
 * it. dlsym may itself ask for memory while the first of them is looked up: that
 * comes from a small static block and is never given back. */
#undef _FILE_OFFSET_BITS /* with it, mmap would be another name for mmap64 */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "interpose.h"

#define EXPORT __attribute__((visibility("default")))

enum { EARLY_BYTES = 8192, EARLY_ALIGN = 16 };

static struct {
	void *(*malloc)(size_t);
	void *(*calloc)(size_t, size_t);
	void *(*realloc)(void *, size_t);
	void (*free)(void *);
	int (*posix_memalign)(void **, size_t, size_t);
	void *(*aligned_alloc)(size_t, size_t);
	void *(*memalign)(size_t, size_t);
	void *(*valloc)(size_t);
	size_t (*usable)(void *);
	void *(*mmap)(void *, size_t, int, int, int, off_t);
	int (*munmap)(void *, size_t);
	void *(*mremap)(void *, size_t, size_t, int, ...);
	bool ready;
} next;

static struct interposed now;
static _Alignas(EARLY_ALIGN) char early[EARLY_BYTES];
static size_t early_used;
/* Depth of calls into malloc: what is mapped then is malloc's. */
static __thread int inside __attribute__((tls_model("initial-exec")));
static __thread bool resolving __attribute__((tls_model("initial-exec")));

/* A function pointer from dlsym's object pointer, as POSIX allows. */
#define NEXT(member, name) (*(void **)&next.member = dlsym(RTLD_NEXT, name))

static void
resolve(void)
{
	resolving = true;
	NEXT(malloc, "malloc");
	NEXT(calloc, "calloc");
	NEXT(realloc, "realloc");
	NEXT(free, "free");
	NEXT(posix_memalign, "posix_memalign");
	NEXT(aligned_alloc, "aligned_alloc");
	NEXT(memalign, "memalign");
	NEXT(valloc, "valloc");
	NEXT(usable, "malloc_usable_size");
	NEXT(mmap, "mmap");
	NEXT(munmap, "munmap");
	NEXT(mremap, "mremap");
	resolving = false;
	__atomic_store_n(&next.ready, true, __ATOMIC_RELEASE);
}

/* False: we are called by dlsym, and there is no next function yet. */
static inline bool
ready(void)
{
	if (__builtin_expect(__atomic_load_n(&next.ready, __ATOMIC_ACQUIRE), 1))
		return true;
	if (resolving)
		return false;
	resolve();
	return true;
}

static void *
early_take(size_t n)
{
	size_t size = (n + EARLY_ALIGN - 1) & ~(size_t)(EARLY_ALIGN - 1);
	size_t at = __atomic_fetch_add(&early_used, size, __ATOMIC_RELAXED);
	if (n > EARLY_BYTES || at + size > EARLY_BYTES)
		abort();
	return early + at;
}

static inline bool
is_early(const void *p)
{
	return (uintptr_t)p - (uintptr_t)early < EARLY_BYTES;
}

static inline void
add(size_t *to, size_t n)
{
	__atomic_fetch_add(to, n, __ATOMIC_RELAXED);
}

static inline void *
born(void *p)
{
	inside--;
	if (p) {
		add(&now.blocks, 1);
		add(&now.usable, next.usable(p));
	}
	return p;
}

static inline void
dies(void *p)
{
	add(&now.blocks, (size_t)-1);
	add(&now.usable, -next.usable(p));
}

EXPORT void artbench_counted(struct interposed *out);
void
artbench_counted(struct interposed *out)
{
	out->blocks = __atomic_load_n(&now.blocks, __ATOMIC_RELAXED);
	out->usable = __atomic_load_n(&now.usable, __ATOMIC_RELAXED);
	out->mapped = __atomic_load_n(&now.mapped, __ATOMIC_RELAXED);
	out->malloc_mapped = __atomic_load_n(&now.malloc_mapped, __ATOMIC_RELAXED);
}

/* ---- malloc ---- */

EXPORT void *
malloc(size_t n)
{
	if (!ready())
		return early_take(n);
	inside++;
	return born(next.malloc(n));
}

EXPORT void *
calloc(size_t n, size_t size)
{
	if (!ready())
		return early_take(n * size);
	inside++;
	return born(next.calloc(n, size));
}

EXPORT void
free(void *p)
{
	if (!p || is_early(p) || !ready())
		return;
	inside++;
	dies(p);
	next.free(p);
	inside--;
}

/* Only dlsym, while it looks the first function up, has blocks in `early`. */
static void *
early_grow(const char *p, size_t n)
{
	char *q = malloc(n);
	for (size_t i = 0; q && i < n && p + i < early + EARLY_BYTES; i++)
		q[i] = p[i];
	return q;
}

EXPORT void *
realloc(void *p, size_t n)
{
	if (!p)
		return malloc(n);
	if (is_early(p))
		return early_grow(p, n);
	inside++;
	size_t old = next.usable(p);
	void *q = next.realloc(p, n);
	inside--;
	if (q)
		add(&now.usable, next.usable(q) - old);
	else if (n == 0) { /* glibc has freed it */
		add(&now.blocks, (size_t)-1);
		add(&now.usable, -old);
	}
	return q;
}

EXPORT void *
reallocarray(void *p, size_t n, size_t size)
{
	size_t bytes;
	if (!__builtin_mul_overflow(n, size, &bytes))
		return realloc(p, bytes);
	errno = ENOMEM;
	return NULL;
}

EXPORT int
posix_memalign(void **p, size_t align, size_t n)
{
	if (!ready())
		return ENOMEM;
	inside++;
	int error = next.posix_memalign(p, align, n);
	born(error ? NULL : *p);
	return error;
}

EXPORT void *
aligned_alloc(size_t align, size_t n)
{
	if (!ready())
		return NULL;
	inside++;
	return born(next.aligned_alloc(align, n));
}

EXPORT void *memalign(size_t align, size_t n);
EXPORT void *
memalign(size_t align, size_t n)
{
	if (!ready())
		return NULL;
	inside++;
	return born(next.memalign(align, n));
}

EXPORT void *
valloc(size_t n)
{
	if (!ready())
		return NULL;
	inside++;
	return born(next.valloc(n));
}

/* ---- pages ---- */

static void
count_pages(size_t n, size_t step)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t bytes = (n + page - 1) & ~(page - 1);
	add(inside ? &now.malloc_mapped : &now.mapped, bytes * step);
}

/* MAP_FIXED is taken to replace a part of what is mapped and counted already. */
EXPORT void *
mmap(void *at, size_t n, int prot, int flags, int fd, off_t offset)
{
	if (!ready()) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	void *p = next.mmap(at, n, prot, flags, fd, offset);
	if (p != MAP_FAILED && !(flags & MAP_FIXED))
		count_pages(n, 1);
	return p;
}

EXPORT void *
mmap64(void *at, size_t n, int prot, int flags, int fd, off64_t offset)
{
	return mmap(at, n, prot, flags, fd, offset);
}

EXPORT int
munmap(void *p, size_t n)
{
	if (!ready())
		return -1;
	int status = next.munmap(p, n);
	if (status == 0)
		count_pages(n, (size_t)-1);
	return status;
}

EXPORT void *
mremap(void *p, size_t old, size_t n, int flags, ...)
{
	if (!ready())
		return MAP_FAILED;
	va_list rest;
	va_start(rest, flags);
	void *fixed = flags & MREMAP_FIXED ? va_arg(rest, void *) : NULL;
	va_end(rest);
	void *q = next.mremap(p, old, n, flags, fixed);
	if (q != MAP_FAILED) {
		count_pages(n, 1);
		count_pages(old, (size_t)-1);
	}
	return q;
}
