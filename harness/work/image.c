/* image.c: see image.h. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "fixture.h"
#include "image.h"

enum { BEFORE = 8, ALIGN = 16, SMALLEST = 32 };

/* ---- blocks ---- */

/* What a block of `size` takes, with what is before it. */
static size_t
whole(size_t size)
{
	size_t n = (size + BEFORE + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	return MAX(n, SMALLEST);
}

static void **
list_of(struct image *x, size_t size)
{
	size_t c = whole(size) / ALIGN;
	return c < IMAGE_CLASSES ? &x->freed[c] : NULL;
}

static void *
image_take(void *ctx, size_t size)
{
	struct image *x = ctx;
	void **list = list_of(x, size), *p = list ? *list : NULL;
	if (p) {
		memcpy(list, p, sizeof *list);
		return p;
	}
	if (size > IMAGE_ROOM / 2 || x->head->top + whole(size) > IMAGE_BASE + IMAGE_ROOM)
		return NULL;
	p = (void *)(x->head->top + BEFORE);
	x->head->top += whole(size);
	return p;
}

static void
image_give(void *ctx, void *p, size_t size)
{
	struct image *x = ctx;
	void **list = p ? list_of(x, size) : NULL;
	if (p && (uintptr_t)p - BEFORE + whole(size) == x->head->top) {
		x->head->top = (uintptr_t)p - BEFORE;
	} else if (list) {
		memcpy(p, list, sizeof *list);
		*list = p;
	}
}

/* The last block grows where it is. */
static void *
image_resize(void *ctx, void *p, size_t old_size, size_t size)
{
	struct image *x = ctx;
	if (whole(old_size) == whole(size))
		return p;
	uintptr_t begin = (uintptr_t)p - BEFORE;
	if (begin + whole(old_size) == x->head->top && size < IMAGE_ROOM / 2 &&
		begin + whole(size) <= IMAGE_BASE + IMAGE_ROOM) {
		x->head->top = begin + whole(size);
		return p;
	}
	void *more = image_take(x, size);
	if (more) {
		memcpy(more, p, MIN(old_size, size));
		image_give(x, p, old_size);
	}
	return more;
}

/* ---- the whole ---- */

bool
image_map(struct image *x, int fd, GError **error)
{
	void *base = mmap((void *)IMAGE_BASE, IMAGE_ROOM, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_NORESERVE | MAP_FIXED_NOREPLACE, fd, 0);
	*x = (struct image){ .alloc = { image_take, image_resize, image_give, x } };
	if (base == (void *)IMAGE_BASE) {
		x->head = base;
		return true;
	}
	g_set_error(error, FIXTURE_ERROR, FIXTURE_NO_MEMORY,
		"the index cannot be where another process can map it: %s; allow more "
		"address space (ulimit -v), and build without a sanitizer",
		g_strerror(errno));
	return false;
}

int
image_new(struct image *x, GError **error)
{
	int fd = memfd_create("index", 0);
	if (fd < 0 || ftruncate(fd, (off_t)IMAGE_ROOM) != 0) {
		g_set_error(error, FIXTURE_ERROR, FIXTURE_NO_MEMORY,
			"no file in memory for the index: %s; raise ulimit -f",
			g_strerror(errno));
	} else if (image_map(x, fd, error)) {
		/* Blocks begin behind 8 bytes, at a multiple of 16. */
		x->head->top = IMAGE_BASE + ((sizeof *x->head + 63) & ~(size_t)63) +
			       BEFORE;
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

bool
image_ask(struct image *x, const struct image_query *q, size_t n)
{
	x->head->top = (x->head->top + 4095) & ~(uintptr_t)4095;
	x->head->end_of_index = x->head->top;
	struct image_query *own = image_take(x, n * sizeof *own);
	for (size_t i = 0; own && i < n; i++) {
		uint8_t *bytes = image_take(x, q[i].key.n);
		if (!bytes)
			return false;
		if (q[i].key.n)
			memcpy(bytes, q[i].key.p, q[i].key.n);
		own[i] = (struct image_query){ { bytes, q[i].key.n }, q[i].expected };
	}
	x->head->query = own;
	x->head->queries = n;
	return own;
}

void
image_close(struct image *x)
{
	if (x->head)
		munmap(x->head, IMAGE_ROOM);
	x->head = NULL;
}
