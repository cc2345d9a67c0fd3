/* image.h: an index in memory that another process can map where it stands, so that it is
 * filled at full speed here and only asked there, under valgrind.
 *
 *   | head | blocks, as malloc would place them ... |     at IMAGE_BASE, in a file in memory
 *
 * It holds for structures that take all memory from ab_alloc and keep nothing elsewhere that
 * get needs. Blocks have 8 bytes before them and begin at multiples of 16, as glibc's do; what
 * was freed is given out again for the same size.
 *
 * Ownership: image_close unmaps it; the descriptor is the caller's after image_new, and stays
 * his. Errors: false and a message with its remedy; alloc and resize return NULL where there
 * is no more room. Threads: one. */
#ifndef AB_IMAGE_H
#define AB_IMAGE_H

#include <glib.h>
#include "ab.h"

/* Below 64 GiB, where valgrind lets its clients be, and above what else is there. */
#define IMAGE_BASE ((uintptr_t)8 << 30)
#define IMAGE_ROOM ((size_t)32 << 30)

struct image_query {
	struct ab_key key;
	uint64_t expected;
};

/* At IMAGE_BASE. */
struct image_head {
	struct ab_index *t;
	const struct image_query *query;
	size_t queries;
	uintptr_t end_of_index; /* queries begin there */
	uintptr_t top;          /* nothing is above */
};

enum { IMAGE_CLASSES = 2048 }; /* of 16 bytes, whose freed blocks are kept apart */

struct image {
	struct image_head *head;
	struct ab_alloc alloc; /* for create; the image must outlive the index */
	void *freed[IMAGE_CLASSES];
};

/* A descriptor of a new one; -1 and `*error`. */
int image_new(struct image *x, GError **error);
/* Map one that another process has filled. */
bool image_map(struct image *x, int fd, GError **error);
/* Put behind the index what it is to be asked. False: there is no room. */
bool image_ask(struct image *x, const struct image_query *q, size_t n);
void image_close(struct image *x);

#endif /* AB_IMAGE_H */
