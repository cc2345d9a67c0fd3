/* space.h: memory addressed by u32 offsets: chunks that never move, taken from
 * front to back. What a ref of 4 or 6 bytes points into.
 *
 *   offset = chunk number << SPACE_BITS | byte in chunk
 *
 * The first chunks are smaller than the offsets they own (4 KiB, 8 KiB, ... up to
 * SPACE_CHUNK), so that a small index is small; a chunk leaves room for malloc's
 * own header inside its last page. A run of bytes never crosses a chunk's end.
 *
 * Units: bytes. Ownership: a space owns its chunks; space_free gives all back.
 * Errors: space_take returns AB_ENOMEM, or AB_EFULL past SPACE_LIMIT bytes of
 * offsets, and then nothing has changed. Threads: as the index around it. */
#ifndef ART_SPACE_H
#define ART_SPACE_H

#include <string.h>
#include "ab.h"
#include "ab.h"

/* A lower limit than what u32 reaches is for tests. */
#ifndef SPACE_LIMIT
#define SPACE_LIMIT ((uint64_t)1 << 32)
#endif

enum {
	SPACE_BITS = 18,
	SPACE_HEADER = 64,   /* kept free of each chunk's power of two for malloc */
	SPACE_READABLE = 16, /* bytes that may be read past any taken byte */
	SPACE_CHUNK = (1 << SPACE_BITS) - SPACE_HEADER,
	SPACE_FIRST = 1 << 12,
};

struct space_chunk {
	uint8_t *p;
	uint32_t size, used; /* bytes that can be taken, bytes taken */
};

struct space {
	struct space_chunk *chunk;
	uint32_t chunks, slots; /* in use; room in `chunk` */
	size_t held;            /* bytes from the allocator, the table included */
	size_t taken;           /* bytes handed out */
};

static inline uint8_t *
space_at(const struct space *s, uint32_t offset)
{
	return s->chunk[offset >> SPACE_BITS].p + (offset & ((1u << SPACE_BITS) - 1));
}

/* Room for one more chunk in the table. */
static inline enum ab_status
space_reserve_slot(struct space *s, const struct ab_alloc *mem)
{
	if (s->chunks >= SPACE_LIMIT >> SPACE_BITS)
		return AB_EFULL;
	if (s->chunks < s->slots)
		return AB_OK;
	uint32_t slots = s->slots ? 2 * s->slots : 4;
	size_t old = s->slots * sizeof *s->chunk, size = slots * sizeof *s->chunk;
	struct space_chunk *chunk = ab_resize(mem, s->chunk, old, size);
	if (!chunk)
		return AB_ENOMEM;
	s->chunk = chunk;
	s->slots = slots;
	s->held += size - old;
	return AB_OK;
}

static inline enum ab_status
space_grow(struct space *s, const struct ab_alloc *mem, size_t n)
{
	enum ab_status status = space_reserve_slot(s, mem);
	if (status != AB_OK)
		return status;
	size_t size = SPACE_FIRST;
	for (uint32_t i = 0; i < s->chunks && size < SPACE_CHUNK; i++)
		size *= 2;
	while (size - SPACE_HEADER < n)
		size *= 2;
	if (size > SPACE_CHUNK)
		size = SPACE_CHUNK + SPACE_HEADER;
	size -= SPACE_HEADER;
	uint8_t *p = ab_alloc(mem, size + SPACE_READABLE);
	if (!p)
		return AB_ENOMEM;
	memset(p + size, 0, SPACE_READABLE);
	s->chunk[s->chunks++] = (struct space_chunk){ p, (uint32_t)size, 0 };
	s->held += size + SPACE_READABLE;
	return AB_OK;
}

/* Take `n` <= SPACE_CHUNK bytes, uninitialised, and set *offset to them. */
static inline enum ab_status
space_take(struct space *s, const struct ab_alloc *mem, size_t n, uint32_t *offset)
{
	struct space_chunk *last = s->chunks ? &s->chunk[s->chunks - 1] : NULL;
	if (!last || last->size - last->used < n) {
		enum ab_status status = space_grow(s, mem, n);
		if (status != AB_OK)
			return status;
		last = &s->chunk[s->chunks - 1];
	}
	*offset = (s->chunks - 1) << SPACE_BITS | last->used;
	last->used += (uint32_t)n;
	s->taken += n;
	return AB_OK;
}

static inline void
space_free(struct space *s, const struct ab_alloc *mem)
{
	for (uint32_t i = 0; i < s->chunks; i++)
		ab_free(mem, s->chunk[i].p, s->chunk[i].size + SPACE_READABLE);
	if (s->chunk)
		ab_free(mem, s->chunk, s->slots * sizeof *s->chunk);
	*s = (struct space){ 0 };
}
#endif /* ART_SPACE_H */
