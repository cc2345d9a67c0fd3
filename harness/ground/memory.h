/* memory.h: how much memory this process holds, measured several ways, and pages
 * outside the heap for what the measuring itself needs.
 *
 * Units: bytes. Errors: false where the system does not say. Threads: one at a
 * time. */
#ifndef AB_MEMORY_H
#define AB_MEMORY_H

#include "ab.h"
#include "interpose.h"

/* `size` bytes of resident zeroed pages that malloc never sees, so that they
 * neither count as heap nor leave freed blocks behind for a structure to move
 * into. NULL: no memory. Give them back with pages_free and the same size. */
void *pages_new(size_t size);
void pages_free(void *p, size_t size);

struct memory_sample {
	size_t rss;              /* Anonymous of /proc/self/smaps_rollup */
	bool has_rss;            /* false: that cannot be read */
	size_t heap;             /* what malloc has handed out */
	const char *heap_source; /* who says so: "mallinfo2" or "interposer" */
	/* false under a sanitizer, and with a malloc that has no account and no
	 * interposer to count in its place */
	bool has_heap;
};

/* What this process holds now. */
void memory_sample(struct memory_sample *out);
/* RSS alone. */
bool memory_rss(size_t *rss);
/* Resident pages that are none of those: of files and of shared memory, programs and
 * libraries among them. */
bool memory_other(size_t *bytes);
/* Return what malloc keeps in reserve to the system: before a first sample. */
void memory_settle(void);

/* Is malloc the C library's, mallinfo2 its account? */
bool memory_glibc(void);
/* What the counting library says. False: it is not loaded. */
bool memory_interposed(struct interposed *out);

/* The most pages resident at once since memory_peak_reset, of files too: take the
 * growth. The kernel counts them in steps of some dozen pages a processor. */
bool memory_peak_reset(void);
bool memory_peak(size_t *bytes);

/* Bytes of private anonymous mappings, heap included and stack not, that are not
 * resident: never touched, or given back. */
bool memory_absent(size_t *bytes);

/* malloc that counts what it has handed out, without a header. Hand &m.alloc to
 * a variant's create; the struct must outlive the index. */
struct memory_count {
	struct ab_alloc alloc;
	size_t bytes;  /* live, as asked for */
	size_t usable; /* the same blocks by malloc_usable_size */
	size_t blocks; /* live */
	size_t large;  /* live blocks that malloc may map by themselves */
};

void memory_count_init(struct memory_count *m);

/* What glibc's malloc may hold in freed blocks in its per-thread cache, and count
 * as held: 7 blocks in each of 64 sizes up to 1,032 bytes. */
enum { MEMORY_CACHED_AT_MOST = 256 << 10 };

/* What it may add to the bytes asked for, at most: 32 a block (header, rounding to
 * 16, smallest block), two pages a block mapped by itself, and that cache. */
size_t memory_rounding(const struct memory_count *m);

#endif /* AB_MEMORY_H */
