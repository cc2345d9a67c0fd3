/* interpose.h: what libartbench_count.so says to the program it is loaded into.
 *
 * The library stands between a program and its malloc (LD_PRELOAD it first, another
 * malloc behind it) and counts, without allocating and without changing what is
 * asked for. Not with a sanitizer. A program finds INTERPOSED_SYMBOL by dlsym.
 *
 * Units: bytes, blocks, of the whole process since it began. Threads: any; figures
 * taken while others allocate are each right, but of slightly different moments. */
#ifndef AB_INTERPOSE_H
#define AB_INTERPOSE_H

#include <stddef.h>

struct interposed {
	size_t blocks;        /* live */
	size_t usable;        /* malloc_usable_size of all live blocks */
	size_t mapped;        /* mapped and not unmapped, by mmap outside malloc */
	size_t malloc_mapped; /* the same by a preloaded malloc; glibc's hides its own */
};

#define INTERPOSED_LIBRARY "libartbench_count.so"
#define INTERPOSED_SYMBOL  "artbench_counted"
typedef void artbench_counted_fn(struct interposed *out);

#endif /* AB_INTERPOSE_H */
