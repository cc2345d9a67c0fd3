/* slabs.h: blocks of any size behind 31-bit places, each in a slab of blocks of the
 * same size, so that the slab tells the size and a block keeps none: leaves.
 *
 *   place = slab << SLAB_BITS | block in it
 *
 *   slab    | offset, block size | --> | block | block | ... | not yet taken |
 *   dead    | next of the size | its place | ... |
 *
 * A size has one slab open, whose blocks are taken from front to back. Its next slab has
 * room for an eighth of what the size has in use, up to SLAB_BLOCKS and SLAB_BYTES, so
 * that rare sizes waste little, or fills what is left of a chunk. From SLAB_SIZES bytes
 * on a block is a slab of its own, and used once. A slab goes with its chunk.
 *
 * That a page of equal objects says what they are: G. L. Steele, "Data representations
 * in PDP-10 MacLISP", MIT AI memo 420, 1977 (BIBOP); slabs: J. Bonwick, USENIX Summer 1994.
 *
 * Live bytes are those of blocks in use, and of an open slab the room.
 *
 * Units: bytes. Ownership: it owns its slabs; slabs_free gives all back. Errors:
 * slabs_take returns AB_ENOMEM, or AB_EFULL past SLAB_LIMIT slabs or as chunks.h, and
 * then no block has changed; slabs_give cannot fail. Threads: as the index around it. */
#ifndef ART_SLABS_H
#define ART_SLABS_H

#include "sized.h"

enum {
	SLAB_BITS = 8,
	SLAB_BLOCKS = 1 << SLAB_BITS,
	SLAB_BYTES = 8 << 10,
	SLAB_LIMIT = 1 << (31 - SLAB_BITS),
	SLAB_SIZES = 264,
	SLAB_LEAST = 4, /* blocks of a slab */
	SLAB_SHARE = 8,
	SLABS_RELEASED = 1 << 10, /* slabs looked at by a call of slabs_release */
};

struct slab {
	uint32_t offset; /* 0: there is no slab of this number */
	uint32_t size;   /* of a block; of no slab, the number of the next such and 1 */
	uint16_t room, used; /* blocks: there is room for, ever taken */
};

struct slabs {
	struct chunks chunks;
	struct dead_lists dead;
	struct slab *slab;
	uint32_t count, slots;       /* numbers in use; room in `slab` */
	uint32_t kept;               /* slabs below this do not go */
	uint32_t absent;             /* the first number without a slab, and 1; 0: none */
	uint32_t open[SLAB_SIZES];   /* of each size the open slab, and 1; 0: none */
	uint32_t in_use[SLAB_SIZES]; /* blocks */
	const uint32_t *awaited; /* so many will be; NULL: nobody knows (slabs_await) */
};

/* Bytes from the allocator. */
static inline size_t
slabs_held(const struct slabs *s)
{
	return s->chunks.held + s->slots * sizeof *s->slab;
}

static inline struct slab *
slab_of(const struct slabs *s, uint32_t place)
{
	return &s->slab[place >> SLAB_BITS];
}

static inline uint32_t
slabs_offset(const struct slabs *s, uint32_t place)
{
	const struct slab *slab = slab_of(s, place);
	return slab->offset + (place & (SLAB_BLOCKS - 1)) * slab->size;
}

static inline uint8_t *
slabs_at(const struct slabs *s, uint32_t place)
{
	return chunks_at(&s->chunks, slabs_offset(s, place));
}

/* A number for one more slab. */
static inline enum ab_status
slabs_reserve(struct slabs *s, const struct ab_alloc *mem)
{
	if (s->absent || s->count < s->slots)
		return AB_OK;
	if (s->count >= SLAB_LIMIT)
		return AB_EFULL;
	if (s->chunks.closed)
		return AB_ENOMEM;
	uint32_t slots = s->slots + s->slots / 4 + 8;
	size_t old = s->slots * sizeof *s->slab, size = slots * sizeof *s->slab;
	struct slab *slab = ab_resize(mem, s->slab, old, size);
	if (!slab)
		return AB_ENOMEM;
	s->slab = slab;
	s->slots = slots;
	return AB_OK;
}

/* How many blocks the next slab of this size has room for. */
static inline size_t
slabs_room(const struct slabs *s, size_t size)
{
	if (size >= SLAB_SIZES)
		return 1;
	size_t left = chunks_left(&s->chunks) / size, fit = SLAB_BYTES / size;
	size_t room = s->in_use[size] / SLAB_SHARE + SLAB_LEAST;
	if (s->awaited)
		room = s->awaited[size] - s->in_use[size];
	if (room > fit)
		room = fit;
	if (room > SLAB_BLOCKS)
		room = SLAB_BLOCKS;
	return left && left < room ? left : room;
}

/* A new slab for blocks of `size`. */
static inline enum ab_status
slabs_add(struct slabs *s, const struct ab_alloc *mem, size_t size, uint32_t *number)
{
	size_t room = slabs_room(s, size);
	uint32_t offset;
	enum ab_status status = slabs_reserve(s, mem);
	if (status == AB_OK)
		status = chunks_take(&s->chunks, mem, room * size, &offset);
	if (status != AB_OK)
		return status;
	if (s->absent) {
		*number = s->absent - 1;
		s->absent = s->slab[*number].size;
	} else
		*number = s->count++;
	s->slab[*number] = (struct slab){ offset, (uint32_t)size, (uint16_t)room, 0 };
	return AB_OK;
}

/* The next block of the open slab of `size`, or of a new one. */
static inline enum ab_status
slabs_extend(struct slabs *s, const struct ab_alloc *mem, size_t size, uint32_t *place)
{
	bool opens = size < SLAB_SIZES;
	uint32_t number = opens ? s->open[size] : 0;
	if (number == 0 || s->slab[number - 1].used == s->slab[number - 1].room) {
		enum ab_status status = slabs_add(s, mem, size, &number);
		if (status != AB_OK)
			return status;
		number++;
		if (opens)
			s->open[size] = number;
	}
	*place = (number - 1) << SLAB_BITS | s->slab[number - 1].used++;
	return AB_OK;
}

/* Take an uninitialised block of 8 <= `size` <= 2^16 + 2^8 bytes, and set *place. */
static inline enum ab_status
slabs_take(struct slabs *s, const struct ab_alloc *mem, size_t size, uint32_t *place)
{
	bool listed = size < SLAB_SIZES;
	uint32_t offset = listed ? dead_take(&s->dead, &s->chunks, (unsigned)size) : 0;
	if (offset) {
		memcpy(place, chunks_at(&s->chunks, offset) + sizeof offset,
			sizeof *place);
		chunks_revive(&s->chunks, offset, size);
	} else {
		enum ab_status status = slabs_extend(s, mem, size, place);
		if (status != AB_OK)
			return status;
	}
	if (listed)
		s->in_use[size]++;
	return AB_OK;
}

static inline void
slabs_give(struct slabs *s, uint32_t place)
{
	uint32_t offset = slabs_offset(s, place);
	size_t size = slab_of(s, place)->size;
	chunks_die(&s->chunks, offset, size);
	if (size >= SLAB_SIZES)
		return;
	memcpy(chunks_at(&s->chunks, offset) + sizeof offset, &place, sizeof place);
	dead_put(&s->dead, &s->chunks, (unsigned)size, offset);
	s->in_use[size]--;
}

static inline bool
slabs_leaving(const struct slabs *s, uint32_t place)
{
	return chunk_of(&s->chunks, slab_of(s, place)->offset)->leaving;
}

/* Bytes of open slabs that are not taken yet, of the slab of this size. */
static inline size_t
slabs_spare(const struct slabs *s, size_t size)
{
	if (!s->open[size])
		return 0;
	const struct slab *slab = &s->slab[s->open[size] - 1];
	return (size_t)(slab->room - slab->used) * size;
}

/* The same of all. */
static inline size_t
slabs_spare_all(const struct slabs *s)
{
	size_t bytes = 0;
	for (size_t size = 0; size < SLAB_SIZES; size++)
		bytes += slabs_spare(s, size);
	return bytes;
}

/* The blocks of `from` are about to be taken. */
static inline void
slabs_await(struct slabs *s, const struct slabs *from)
{
	chunks_await(&s->chunks, from->chunks.live);
	s->awaited = from->in_use;
}

/* All are there. */
static inline void
slabs_trim(struct slabs *s, const struct ab_alloc *mem)
{
	size_t old = s->slots * sizeof *s->slab, size = s->count * sizeof *s->slab;
	chunks_trim(&s->chunks, mem);
	s->awaited = NULL;
	struct slab *slab = NULL;
	if (size && size < old)
		slab = ab_resize(mem, s->slab, old, size);
	if (!slab)
		return;
	s->slab = slab;
	s->slots = s->count;
}

/* Chunks have been marked as leaving: no slab there stays open. */
static inline void
slabs_begin(struct slabs *s)
{
	dead_begin(&s->dead, &s->chunks);
	s->kept = 0;
	for (size_t size = 0; size < SLAB_SIZES; size++) {
		if (!s->open[size])
			continue;
		uint32_t offset = s->slab[s->open[size] - 1].offset;
		if (!chunk_of(&s->chunks, offset)->leaving)
			continue;
		chunks_die(&s->chunks, offset, slabs_spare(s, size));
		s->open[size] = 0;
	}
}

/* Give back what has become empty of what was leaving, some a time: the numbers of its
 * slabs, then its chunks. True: that was all. */
static inline bool
slabs_release(struct slabs *s, const struct ab_alloc *mem)
{
	for (unsigned n = 0; s->kept < s->count; s->kept++) {
		struct slab *slab = &s->slab[s->kept];
		uint32_t chunk = slab->offset >> CHUNK_BITS;
		if (n++ == SLABS_RELEASED)
			return false;
		if (!slab->offset || !s->chunks.chunk[chunk].leaving ||
			!chunk_empty(&s->chunks, chunk))
			continue;
		*slab = (struct slab){ .size = s->absent };
		s->absent = s->kept + 1;
	}
	return chunks_release(&s->chunks, mem);
}

static inline void
slabs_free(struct slabs *s, const struct ab_alloc *mem)
{
	chunks_free(&s->chunks, mem);
	if (s->slab)
		ab_free(mem, s->slab, s->slots * sizeof *s->slab);
	*s = (struct slabs){ 0 };
}
#endif /* ART_SLABS_H */
