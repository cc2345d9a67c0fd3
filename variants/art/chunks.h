/* chunks.h: memory addressed by u32 offsets, out of chunks that never move and can be
 * vacated: each knows how many of its bytes live. What a ref of 4 or 6 bytes points into.
 *
 *   offset = chunk number << CHUNK_BITS | byte in chunk
 *
 * Bytes are taken from the open chunk, front to back; a new chunk is a
 * sixteenth of all that lives, from CHUNK_FIRST to CHUNK_MOST, so that a small index is
 * small and has more than one. What is
 * given back is dead until its chunk goes: who takes blocks again keeps lists of them
 * (sized.h, slabs.h). chunks_vacate marks the emptiest chunks; whoever owns the blocks
 * in them moves these elsewhere, and chunks_release gives back what has become empty.
 *
 * Units: bytes. Ownership: it owns its chunks; chunks_free gives all back. Errors:
 * chunks_take returns AB_ENOMEM, or AB_EFULL past CHUNKS_LIMIT bytes, and then nothing
 * has changed. Threads: as the index around it. */
#ifndef ART_CHUNKS_H
#define ART_CHUNKS_H

#include <string.h>
#include "ab.h"
#include "../bytes/bytes.h"

/* Bytes of chunks. A lower limit than what u32 reaches is for tests. */
#ifdef SPACE_LIMIT
#define CHUNKS_LIMIT SPACE_LIMIT
#else
#define CHUNKS_LIMIT ((uint64_t)1 << 32)
#endif

enum {
	CHUNK_BITS = 18,
	CHUNK_NUMBERS = 1 << (32 - CHUNK_BITS),
	CHUNK_RESERVE = 2,   /* sixteenths of all that are for what leaves other chunks */
	CHUNK_HEADER = 64,   /* kept free of each chunk's power of two for malloc */
	CHUNK_READABLE = 16, /* bytes that may be read past any taken byte */
	CHUNK_MOST = (1 << CHUNK_BITS) - CHUNK_HEADER - CHUNK_READABLE,
	CHUNK_FIRST = 1 << 11,
	CHUNK_SHARE = 16, /* a new chunk is 1 / this of what lives, at most */
	CHUNK_ALIGN = 2,  /* of offset 0, which is never taken */
	VACATE_STEPS =
		64, /* chunks are told apart by their share of live bytes so finely */
	VACATE_SHARE = 128,        /* those smaller than 1 / this of what lives stay */
	CHUNKS_RELEASED = 1 << 20, /* bytes given back by a call of chunks_release */
};

struct chunk {
	uint8_t *p; /* NULL: there is no chunk of this number */
	uint32_t size, used, live;
	bool leaving; /* its blocks are on their way to others, and none is taken there */
};

struct chunks {
	struct chunk *chunk;
	uint32_t count, slots; /* numbers in use; room in `chunk` */
	uint32_t open, absent; /* where bytes are taken; numbers without a chunk */
	uint32_t leaves;       /* of those that leave none is below this number */
	size_t held;           /* bytes from the allocator, the table included */
	size_t used, live;     /* bytes taken from chunks there are; of these, not dead */
	bool moving;           /* what is taken now is for what leaves a chunk */
	bool closed;           /* nothing is taken from the allocator */
	uint8_t bits; /* a new chunk has 1 << this bytes at least: see chunks_await */
};

static inline struct chunk *
chunk_of(const struct chunks *s, uint32_t offset)
{
	return &s->chunk[offset >> CHUNK_BITS];
}

static inline uint8_t *
chunks_at(const struct chunks *s, uint32_t offset)
{
	return chunk_of(s, offset)->p + (offset & ((1u << CHUNK_BITS) - 1));
}

/* Room for one more chunk in the table. */
static inline enum ab_status
chunks_reserve(struct chunks *s, const struct ab_alloc *mem)
{
	uint32_t there = s->count - s->absent;
	unsigned kept = s->moving ? 0 : CHUNK_RESERVE;
	if (s->closed)
		return AB_ENOMEM;
	if (s->held >= CHUNKS_LIMIT - CHUNKS_LIMIT / 16 * kept ||
		there >= CHUNK_NUMBERS - CHUNK_NUMBERS / 16 * kept)
		return AB_EFULL;
	if (s->absent || s->count < s->slots)
		return AB_OK;
	uint32_t slots = s->slots ? 2 * s->slots : 4;
	size_t old = s->slots * sizeof *s->chunk, size = slots * sizeof *s->chunk;
	struct chunk *chunk = ab_resize(mem, s->chunk, old, size);
	if (!chunk)
		return AB_ENOMEM;
	s->chunk = chunk;
	s->slots = slots;
	s->held += size - old;
	return AB_OK;
}

/* Live bytes of chunk `i` that are nobody's. */
static inline uint32_t
chunk_own(uint32_t i)
{
	return i ? 0 : CHUNK_ALIGN;
}

/* Bytes of a new chunk of a `share` of what lives, and with room for `n`. */
static inline size_t
chunk_size(size_t share, size_t n)
{
	size_t size = CHUNK_FIRST, edges = CHUNK_HEADER + CHUNK_READABLE + CHUNK_ALIGN;
	while (size < CHUNK_MOST && (size < share || size - edges < n))
		size *= 2;
	return size - CHUNK_HEADER - CHUNK_READABLE;
}

/* Open a chunk with room for `n` bytes. It is seldom called, where much is inlined. */
__attribute__((noinline, unused)) static enum ab_status
chunks_grow(struct chunks *s, const struct ab_alloc *mem, size_t n)
{
	enum ab_status status = chunks_reserve(s, mem);
	if (status != AB_OK)
		return status;
	size_t share = s->live / CHUNK_SHARE, least = (size_t)1 << s->bits;
	size_t size = chunk_size(share > least ? share : least, n);
	uint8_t *p = ab_alloc(mem, size + CHUNK_READABLE);
	if (!p && s->moving) { /* the smallest, for more may be free soon */
		size = chunk_size(0, n);
		p = ab_alloc(mem, size + CHUNK_READABLE);
	}
	if (!p)
		return AB_ENOMEM;
	memset(p + size, 0, CHUNK_READABLE);
	uint32_t i = s->count;
	if (s->absent) {
		for (i = 0; s->chunk[i].p;)
			i++;
		s->absent--;
	} else
		s->count++;
	uint32_t used = chunk_own(i);
	s->chunk[i] = (struct chunk){ p, (uint32_t)size, used, used, false };
	s->open = i;
	s->used += used;
	s->live += used;
	s->held += size + CHUNK_READABLE;
	return AB_OK;
}

/* So many bytes are to live: new chunks are of a share of these. */
static inline void
chunks_await(struct chunks *s, size_t live)
{
	while ((size_t)2 << s->bits <= live / CHUNK_SHARE)
		s->bits++;
}

static inline void
chunk_trim(struct chunks *s, struct chunk *c, const struct ab_alloc *mem)
{
	size_t old = c->size + CHUNK_READABLE, size = c->used + CHUNK_READABLE;
	uint8_t *p = size < old ? ab_resize(mem, c->p, old, size) : NULL;
	if (!p)
		return;
	memset(p + c->used, 0, CHUNK_READABLE);
	s->held -= old - size;
	c->p = p;
	c->size = c->used;
}

/* All that was awaited is there: what is left over goes, if the allocator lets it. */
static inline void
chunks_trim(struct chunks *s, const struct ab_alloc *mem)
{
	size_t old = s->slots * sizeof *s->chunk, size = s->count * sizeof *s->chunk;
	struct chunk *chunk = NULL;
	s->bits = 0;
	for (uint32_t i = 0; i < s->count; i++)
		chunk_trim(s, &s->chunk[i], mem);
	if (size && size < old)
		chunk = ab_resize(mem, s->chunk, old, size);
	if (!chunk)
		return;
	s->chunk = chunk;
	s->slots = s->count;
	s->held -= old - size;
}

/* Is nothing dead, or left over? */
static inline bool
chunks_tight(const struct chunks *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		if (s->chunk[i].live < s->chunk[i].size)
			return false;
	return true;
}

/* Bytes that can be taken before another chunk is opened. */
static inline size_t
chunks_left(const struct chunks *s)
{
	if (!s->count || !s->chunk[s->open].p || s->chunk[s->open].leaving)
		return 0;
	return s->chunk[s->open].size - s->chunk[s->open].used;
}

/* Take `n` <= CHUNK_MOST - CHUNK_ALIGN bytes, uninitialised, and set *offset. */
static inline enum ab_status
chunks_take(struct chunks *s, const struct ab_alloc *mem, size_t n, uint32_t *offset)
{
	enum ab_status status = chunks_left(s) < n ? chunks_grow(s, mem, n) : AB_OK;
	if (status != AB_OK)
		return status;
	struct chunk *c = &s->chunk[s->open];
	*offset = s->open << CHUNK_BITS | c->used;
	c->used += (uint32_t)n;
	c->live += (uint32_t)n;
	s->used += n;
	s->live += n;
	return AB_OK;
}

/* `n` bytes at `offset` are dead. */
static inline void
chunks_die(struct chunks *s, uint32_t offset, size_t n)
{
	chunk_of(s, offset)->live -= (uint32_t)n;
	s->live -= n;
}

/* `n` dead bytes at `offset` are in use again. */
static inline void
chunks_revive(struct chunks *s, uint32_t offset, size_t n)
{
	chunk_of(s, offset)->live += (uint32_t)n;
	s->live += n;
}

static inline size_t
chunks_dead(const struct chunks *s)
{
	return s->used - s->live;
}

/* Live bytes that are nobody's. */
static inline size_t
chunks_own(const struct chunks *s)
{
	return s->count && s->chunk[0].p ? CHUNK_ALIGN : 0;
}

/* NULL, or what is wrong. */
static inline const char *
chunks_check(const struct chunks *s)
{
	size_t used = 0, live = 0;
	for (uint32_t i = 0; i < s->count; i++) {
		const struct chunk *c = &s->chunk[i];
		if (c->live > c->used || c->used > c->size)
			return "a chunk has more bytes in use than there are";
		used += c->used;
		live += c->live;
	}
	return used == s->used && live == s->live ? NULL : "chunks do not sum up";
}

/* The step of a chunk that has `least` bytes; smaller ones stay. */
static inline unsigned
chunk_step(const struct chunk *c, size_t least)
{
	if (!c->p || c->size < least)
		return VACATE_STEPS;
	return (unsigned)((uint64_t)c->live * (VACATE_STEPS - 1) / c->size);
}

/* What lives in chunks that are to leave, and what is dead there. */
struct vacated {
	size_t live, dead;
};

/* Does all that leaves fit 7/8 of what is dead in the others? */
static inline bool
chunks_fit(const struct chunks *s, struct vacated v)
{
	return v.live <= (chunks_dead(s) - v.dead) / 8 * 7;
}

static inline struct vacated
vacated_sum(struct vacated a, struct vacated b)
{
	return (struct vacated){ a.live + b.live, a.dead + b.dead };
}

static inline struct vacated
chunk_vacated(const struct chunk *c)
{
	return (struct vacated){ c->live, c->used - c->live };
}

/* Mark the emptiest chunks that fit, but for small ones: malloc seldom gives back what is
 * free among the blocks that an index began with. Or, if `rich` in memory and a quarter lives
 * at most, or little, mark all. The dead bytes there. */
static inline size_t
chunks_vacate(struct chunks *s, bool rich)
{
	struct vacated sum[VACATE_STEPS + 1] = { { 0, 0 } }, gone = { 0, 0 };
	bool little = s->live <= s->used / 4 || s->live <= CHUNK_MOST / 2;
	bool all = s->live == chunks_own(s) || (rich && little);
	size_t share = all ? 0 : s->live / VACATE_SHARE;
	size_t least = share < CHUNK_MOST / 2 ? share : CHUNK_MOST / 2;
	unsigned step = 0;
	for (uint32_t i = 0; i < s->count; i++) {
		struct vacated *its = &sum[chunk_step(&s->chunk[i], least)];
		*its = vacated_sum(*its, chunk_vacated(&s->chunk[i]));
	}
	for (; step < VACATE_STEPS; step++) {
		struct vacated next = vacated_sum(gone, sum[step]);
		if (!all && !chunks_fit(s, next))
			break;
		gone = next;
	}
	for (uint32_t i = 0; i < s->count; i++) { /* and of `step` some */
		struct chunk *c = &s->chunk[i];
		unsigned its = chunk_step(c, least);
		struct vacated next = vacated_sum(gone, chunk_vacated(c));
		c->leaving = its < step;
		if (its != step || step == VACATE_STEPS || !chunks_fit(s, next))
			continue;
		c->leaving = true;
		gone = next;
	}
	s->leaves = 0;
	return gone.dead;
}

/* Is there a chunk that does not leave? */
static inline bool
chunks_remain(const struct chunks *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		if (s->chunk[i].p && !s->chunk[i].leaving)
			return true;
	return false;
}

/* Nothing is leaving any more. */
static inline void
chunks_stay(struct chunks *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		s->chunk[i].leaving = false;
}

static inline bool
chunk_empty(const struct chunks *s, uint32_t i)
{
	return s->chunk[i].live == chunk_own(i);
}

/* What is leaving and not empty stays. */
static inline void
chunks_settle(struct chunks *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		s->chunk[i].leaving = s->chunk[i].leaving && chunk_empty(s, i);
}

/* Give back chunks that are leaving and empty, some a time; others stay. True: that was
 * all. */
static inline bool
chunks_release(struct chunks *s, const struct ab_alloc *mem)
{
	size_t least = s->held > CHUNKS_RELEASED ? s->held - CHUNKS_RELEASED : 0;
	for (; s->leaves < s->count && s->held >= least; s->leaves++) {
		struct chunk *c = &s->chunk[s->leaves];
		bool goes = c->leaving && chunk_empty(s, s->leaves);
		c->leaving = false;
		if (!goes)
			continue;
		ab_free(mem, c->p, c->size + CHUNK_READABLE);
		s->held -= c->size + CHUNK_READABLE;
		s->used -= c->used;
		s->live -= c->live;
		*c = (struct chunk){ 0 };
		s->absent++;
	}
	return s->leaves == s->count;
}

static inline void
chunks_free(struct chunks *s, const struct ab_alloc *mem)
{
	for (uint32_t i = 0; i < s->count; i++)
		if (s->chunk[i].p)
			ab_free(mem, s->chunk[i].p, s->chunk[i].size + CHUNK_READABLE);
	if (s->chunk)
		ab_free(mem, s->chunk, s->slots * sizeof *s->chunk);
	*s = (struct chunks){ 0 };
}
#endif /* ART_CHUNKS_H */
