/* memory.h: how much memory this process holds, measured three ways, and pages
 * outside the heap for what the measuring itself needs.
 *
 * Units: bytes. Threads: one at a time. */
#ifndef AB_MEMORY_H
#define AB_MEMORY_H

#include "ab.h"

/* `size` bytes of resident zeroed pages that malloc never sees, so that they
 * neither count as heap nor leave freed blocks behind for a structure to move
 * into. NULL: no memory. Give them back with pages_free and the same size. */
void *pages_new(size_t size);
void pages_free(void *p, size_t size);

struct memory_sample {
	size_t rss;    /* Anonymous of /proc/self/smaps_rollup */
	size_t heap;   /* malloc's own account: uordblks + hblkhd of mallinfo2 */
	bool has_heap; /* false under a sanitizer, whose malloc has no account */
};

/* What this process holds now. False: /proc/self/smaps_rollup is not readable. */
bool memory_sample(struct memory_sample *out);
/* Return what malloc keeps in reserve to the system: before a first sample. */
void memory_settle(void);

/* malloc that counts what it has handed out, without a header. Hand &m.alloc to
 * a variant's create; the struct must outlive the index. */
struct memory_count {
	struct ab_alloc alloc;
	size_t bytes;  /* live, as asked for */
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
