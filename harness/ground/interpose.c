/* interpose.c: libartbench_count.so; see interpose.h.
 *
 * Each function calls the next library's of the same name and counts what came of
 * it. dlsym may itself ask for memory while the first of them is looked up: that
 * comes from a small static block and is never given back. */
#undef _FILE_OFFSET_BITS /* with it, mmap would be another name for mmap64 */
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "interpose.h"

#define EXPORT __attribute__((visibility("default")))

enum { EARLY_BYTES = 8192, EARLY_ALIGN = 16 };

/* What is called in place of ours: the next library's. */
#define EACH_NEXT(F)                                                                     \
	F(malloc)                                                                        \
	F(calloc)                                                                        \
	F(realloc)                                                                       \
	F(free)                                                                          \
	F(posix_memalign)                                                                \
	F(aligned_alloc)                                                                 \
	F(memalign)                                                                      \
	F(valloc)                                                                        \
	F(malloc_usable_size)                                                            \
	F(mmap)                                                                          \
	F(munmap)                                                                        \
	F(mremap)

static struct {
#define MEMBER(f) __typeof__(f) *f;
	EACH_NEXT(MEMBER)
#undef MEMBER
	bool ready;
} next;

static struct interposed now;
static _Alignas(EARLY_ALIGN) char early[EARLY_BYTES];
static size_t early_used;
/* Are we in a call into malloc? What is mapped or allocated then is malloc's own. */
static __thread bool inside __attribute__((tls_model("initial-exec")));
static __thread bool resolving __attribute__((tls_model("initial-exec")));

static void
resolve(void)
{
	resolving = true;
/* A function pointer from dlsym's object pointer, as POSIX allows. */
#define FIND(f) *(void **)&next.f = dlsym(RTLD_NEXT, #f);
	EACH_NEXT(FIND)
#undef FIND
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
	if (p) {
		add(&now.blocks, 1);
		add(&now.usable, next.malloc_usable_size(p));
	}
	inside = false;
	return p;
}

static inline void
dies(void *p)
{
	add(&now.blocks, (size_t)-1);
	add(&now.usable, -next.malloc_usable_size(p));
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

/* `early` is for dlsym, the others for the next function. */
#define ALLOCATES(name, early, parameters, ...)                                          \
	EXPORT void *name parameters                                                     \
	{                                                                                \
		if (!ready())                                                            \
			return early;                                                    \
		if (inside)                                                              \
			return next.name(__VA_ARGS__);                                   \
		inside = true;                                                           \
		return born(next.name(__VA_ARGS__));                                     \
	}
ALLOCATES(malloc, early_take(n), (size_t n), n)
ALLOCATES(calloc, early_take(n *size), (size_t n, size_t size), n, size)
ALLOCATES(aligned_alloc, NULL, (size_t align, size_t n), align, n)
ALLOCATES(memalign, NULL, (size_t align, size_t n), align, n)
ALLOCATES(valloc, NULL, (size_t n), n)

EXPORT void
free(void *p)
{
	if (!p || is_early(p) || !ready())
		return;
	if (inside) {
		next.free(p);
		return;
	}
	inside = true;
	dies(p);
	next.free(p);
	inside = false;
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
	if (inside)
		return next.realloc(p, n);
	inside = true;
	size_t old = next.malloc_usable_size(p);
	void *q = next.realloc(p, n);
	size_t size = q ? next.malloc_usable_size(q) : 0;
	inside = false;
	if (q)
		add(&now.usable, size - old);
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
	if (inside)
		return next.posix_memalign(p, align, n);
	inside = true;
	int error = next.posix_memalign(p, align, n);
	born(error ? NULL : *p);
	return error;
}

/* ---- C++ ----
 * A malloc of its own has operators new and delete of its own, which would pass us by.
 * Ours are on malloc. Where that has nothing left the next library's says so, by an
 * exception. Names are those of the Itanium C++ ABI, with size_t an unsigned long. */
#ifdef __LP64__

static void *
new_failed(const char *name, size_t n)
{
	void *(*of_next)(size_t);
	*(void **)&of_next = dlsym(RTLD_NEXT, name);
	return of_next ? of_next(n) : NULL;
}

static inline void *
new_aligned(size_t n, size_t align)
{
	return memalign(align, n ? n : 1);
}

#define NEW(name, symbol)                                                                \
	EXPORT void *name(size_t n) __asm__(symbol);                                     \
	void *name(size_t n)                                                             \
	{                                                                                \
		void *p = malloc(n ? n : 1);                                             \
		return p ? p : new_failed(symbol, n);                                    \
	}
#define NEW_ALIGNED(name, symbol, plain)                                                 \
	EXPORT void *name(size_t n, size_t align) __asm__(symbol);                       \
	void *name(size_t n, size_t align)                                               \
	{                                                                                \
		void *p = new_aligned(n, align);                                         \
		return p ? p : new_failed(plain, n);                                     \
	}
#define NEW_NOTHROW(name, symbol)                                                        \
	EXPORT void *name(size_t n, const void *nothrow) __asm__(symbol);                \
	void *name(size_t n, const void *nothrow)                                        \
	{                                                                                \
		(void)nothrow;                                                           \
		return malloc(n ? n : 1);                                                \
	}
#define NEW_ALIGNED_NOTHROW(name, symbol)                                                \
	EXPORT void *name(size_t n, size_t align, const void *nothrow) __asm__(symbol);  \
	void *name(size_t n, size_t align, const void *nothrow)                          \
	{                                                                                \
		(void)nothrow;                                                           \
		return new_aligned(n, align);                                            \
	}
/* Whatever else a delete is told, it frees its first argument. */
#define DELETE(name, symbol)                                                             \
	EXPORT void name(void *p) __asm__(symbol);                                       \
	void name(void *p)                                                               \
	{                                                                                \
		free(p);                                                                 \
	}

NEW(new_one, "_Znwm")
NEW(new_array, "_Znam")
NEW_NOTHROW(new_one_nothrow, "_ZnwmRKSt9nothrow_t")
NEW_NOTHROW(new_array_nothrow, "_ZnamRKSt9nothrow_t")
NEW_ALIGNED(new_one_aligned, "_ZnwmSt11align_val_t", "_Znwm")
NEW_ALIGNED(new_array_aligned, "_ZnamSt11align_val_t", "_Znam")
NEW_ALIGNED_NOTHROW(new_one_aligned_nothrow, "_ZnwmSt11align_val_tRKSt9nothrow_t")
NEW_ALIGNED_NOTHROW(new_array_aligned_nothrow, "_ZnamSt11align_val_tRKSt9nothrow_t")
DELETE(delete_one, "_ZdlPv")
DELETE(delete_array, "_ZdaPv")
DELETE(delete_one_sized, "_ZdlPvm")
DELETE(delete_array_sized, "_ZdaPvm")
DELETE(delete_one_nothrow, "_ZdlPvRKSt9nothrow_t")
DELETE(delete_array_nothrow, "_ZdaPvRKSt9nothrow_t")
DELETE(delete_one_aligned, "_ZdlPvSt11align_val_t")
DELETE(delete_array_aligned, "_ZdaPvSt11align_val_t")
DELETE(delete_one_sized_aligned, "_ZdlPvmSt11align_val_t")
DELETE(delete_array_sized_aligned, "_ZdaPvmSt11align_val_t")
DELETE(delete_one_aligned_nothrow, "_ZdlPvSt11align_val_tRKSt9nothrow_t")
DELETE(delete_array_aligned_nothrow, "_ZdaPvSt11align_val_tRKSt9nothrow_t")

#endif /* __LP64__ */

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
