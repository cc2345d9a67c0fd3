/* store.h: blocks of any size behind 4-byte refs, packed side by side in one piece of
 * memory.
 *
 *   ref = where the block begins, in units of 16 bytes; 0 is none
 *
 *   | blocks of 32 bytes |gap| of 48 |gap| of 64 | ... |gap| of the largest | room |
 *
 * Blocks of a size class stand side by side, and the classes in order. A block is taken
 * at either end of its class, from the gap there. Where one is given back, one from an
 * end moves in. So gaps are all that is free, and there is one between two classes. If
 * there is none where it is needed, each of the classes between it and the nearest moves
 * as many blocks from one end to the other as it takes; while gaps are few, between it and
 * the nearest above that is wide enough, and those passed are left for who comes next.
 * A page that outgrows its class is written to a block of its new one, if there is a gap,
 * and then its own is given back (page_edit_to in write.h); if not, its own is given back
 * first (page_swap): then that is the nearest gap, and lacks only what the two classes
 * differ in. If gaps are over a share of what is in use they are moved to the end in the
 * same way, a few blocks a time, and given back. There are no free lists, and nothing
 * waits to be compacted.
 *
 * In a small store new blocks are of every 2nd, 4th or 8th class alone: what grows stays in
 * its block for longer, and there are fewer classes to move.
 *
 * Each block has one owner, who is told when it moves: its ref is the one thing to
 * change. Callers say which refs they hold themselves (struct watch).
 *
 * The memory grows and shrinks by the allocator's resize. glibc maps what has 128 KiB
 * and more and resizes it by moving page table entries, copying nothing. Even so each page
 * moved is dear where page tables are a hypervisor's: of malloc's own memory as much as it
 * may yet grow is looked for once it has moved, so that it seldom does.
 *
 * Bounds: a take or a give moves at most STORE_MOVES blocks, or for a take as many as
 * it takes to move every class by one block or its own size. Slack is
 *  - of each block 2^k - 1 classes, or one where k is 0, and what is less than one; a class
 *    is 1/32 of it or a unit. k is 3 if 128 KB of blocks are in use or less when it is
 *    written, 2 to 512 KB, 1 to 1 MB, or 0. Where pages grow it is 2^k / 96 on average.
 *  - gaps of 1 / STORE_GAP_SHARE of what is in use, and 8 KB; when there are more, a sweep
 *    takes some to the end with each block given back. Until it is through there may be
 *    more: that has no bound but what is given back meanwhile. With random keys put and
 *    deleted it is 0.33 of them at most, and the test allows a half.
 *  - room at the end, 2 / STORE_ROOM_SHARE of it, and 4 KB.
 *
 * Size classes side by side in order of size are those of M. A. Bender, M. Farach-Colton,
 * S. P. Fekete, J. T. Fineman, S. Gilbert, "Cost-oblivious storage reallocation", PODS
 * 2014, which moves whole classes at a time; the gaps and the sweep are not from there.
 *
 * Units: bytes, or units where it says so. Ownership: a store owns its memory;
 * store_free gives it back. Errors: store_take returns AB_ENOMEM, or AB_EFULL past
 * STORE_LIMIT bytes, and then no block has changed; store_give cannot fail. A pointer
 * into the store is good until the next of either. Threads: as the index around it.
 * store_move.h is what takes and gives. */
#ifndef PAGE_STORE_H
#define PAGE_STORE_H

#include <assert.h>
#include <string.h>
#include "ab.h"
#include "../bytes/size_class.h"

/* The first unit: ref 0 is none. A later one is for tests, of what is far from the base. */
#ifndef STORE_FIRST
#define STORE_FIRST 1u
#endif

/* Bytes of blocks. A lower limit than 4-byte refs reach is for tests. */
#ifdef SPACE_LIMIT
#define STORE_LIMIT SPACE_LIMIT
#else
#define STORE_LIMIT ((uint64_t)UINT32_MAX << STORE_UNIT_BITS)
#endif

#define STORE_UNITS ((size_t)UINT32_MAX) /* that refs reach, the first included */

#ifndef STORE_STEP_BITS
#define STORE_STEP_BITS 5 /* a doubling of sizes has 1 << this classes of blocks */
#endif
static_assert(STORE_STEP_BITS >= 4 && STORE_STEP_BITS <= 6,
	"STORE_STEP_BITS, by which blocks differ in size: 4, 5 or 6");

enum {
	STORE_UNIT_BITS = 4,
	STORE_STEPS = 1 << STORE_STEP_BITS, /* classes a doubling */
	/* Of blocks of 16 bytes to 256 KiB. */
	STORE_CLASSES = (15 - STORE_STEP_BITS) * STORE_STEPS,
	STORE_WORDS = (STORE_CLASSES + 63) / 64,
	STORE_READABLE = 256,  /* bytes that may be read past any start */
	STORE_ROOM_SHARE = 64, /* 1 / this, and STORE_ROOM units, lie free at the end */
	STORE_ROOM = 128,
	STORE_GAP_SHARE = 32, /* 1 / this, and STORE_GAP units, in gaps */
	STORE_GAP = 512,
	STORE_GAP_LEAST = 64,     /* less than 1 / this in gaps is few */
	STORE_COARSE = 1 << 16,   /* units: 1 MB, up to which a store is small */
	STORE_FEW = 8,            /* a class of so few blocks moves as a whole */
	STORE_MAPPED = 128 << 10, /* bytes from which on malloc maps memory for itself */
	STORE_WAY = 16, /* once moved it has room to become as many times as large */
	STORE_WAYS = 64 << 20, /* if it has no more bytes than so many */
	STORE_MOVES =
		16, /* blocks that one give moves to do away with gaps, or a few more */
};

struct store {
	uint8_t *base;
	size_t room;                  /* units */
	uint32_t low[STORE_CLASSES];  /* where each class begins, in units */
	uint32_t high[STORE_CLASSES]; /* and ends */
	uint64_t busy[STORE_WORDS];   /* a bit for each class that has blocks */
	size_t taken;                 /* units of blocks in use */
	unsigned sweep;   /* the class that gaps are moved past next; 0: none is */
	uint32_t cleared; /* units it had when it was last given room to grow in place */
};

/* Refs that a caller holds meanwhile: `held`, of blocks in use, and `fresh`, of such as
 * nothing refers to, yet or any more. They follow when the blocks move. */
struct watch {
	struct {
		uint32_t *ref;
		unsigned n;
	} held[2], fresh;
};

/* The size of blocks of class `c`, in units: 1 to 64 by 1, to 128 by 2, ... */
static inline uint32_t
store_units(unsigned c)
{
	return size_of_class(c, STORE_STEP_BITS);
}

/* The class of the smallest blocks of at least `bytes`; 1 <= bytes. */
static inline unsigned
store_class(size_t bytes)
{
	return size_class(((bytes - 1) >> STORE_UNIT_BITS) + 1, STORE_STEP_BITS);
}

/* New blocks are of every 2^k-th class: k. */
static inline unsigned
store_coarse(const struct store *s)
{
	return (s->taken <= STORE_COARSE) + (s->taken <= STORE_COARSE >> 1) +
	       (s->taken <= STORE_COARSE >> 3);
}

/* The class of a new block for `bytes`. */
static inline unsigned
store_choose(const struct store *s, size_t bytes)
{
	return store_class(bytes) | ((1u << store_coarse(s)) - 1);
}

/* May `bytes` stay in a block of class `c`? They fit, and do not leave too much of it. */
static inline bool
store_fits(const struct store *s, unsigned c, size_t bytes)
{
	unsigned k = store_coarse(s);
	return c - store_class(bytes) <= (k ? (1u << k) - 1 : 1);
}

static inline uint8_t *
store_at(const struct store *s, uint32_t ref)
{
	return s->base + ((size_t)ref << STORE_UNIT_BITS);
}

/* Bytes from the allocator for `room` units. */
static inline size_t
store_bytes(size_t room)
{
	return room ? (room << STORE_UNIT_BITS) + STORE_READABLE : 0;
}

/* ---- classes that have blocks ---- */

/* The first from `c` on; STORE_CLASSES if there is none. */
static inline unsigned
store_next(const struct store *s, unsigned c)
{
	if (c >= STORE_CLASSES)
		return STORE_CLASSES;
	unsigned w = c / 64;
	uint64_t word = s->busy[w] >> c % 64 << c % 64;
	while (!word) {
		if (++w == STORE_WORDS)
			return STORE_CLASSES;
		word = s->busy[w];
	}
	return w * 64 + (unsigned)__builtin_ctzll(word);
}

/* The last below `c`; STORE_CLASSES if there is none. */
static inline unsigned
store_before(const struct store *s, unsigned c)
{
	uint64_t word = c % 64 ? s->busy[c / 64] << (64 - c % 64) >> (64 - c % 64) : 0;
	for (unsigned w = c / 64;; word = s->busy[--w]) {
		if (word)
			return w * 64 + 63 - (unsigned)__builtin_clzll(word);
		if (w == 0)
			return STORE_CLASSES;
	}
}

/* Where the blocks of all classes below `c` end. */
static inline uint32_t
store_below(const struct store *s, unsigned c)
{
	unsigned before = store_before(s, c);
	return before == STORE_CLASSES ? STORE_FIRST : s->high[before];
}

/* Where the last block ends. */
static inline uint32_t
store_top(const struct store *s)
{
	return store_below(s, STORE_CLASSES);
}

/* Units in gaps. */
static inline size_t
store_gaps(const struct store *s)
{
	return store_top(s) - STORE_FIRST - s->taken;
}

/* The class of the block at `ref`, which is `c` or a little above. */
static inline unsigned
store_class_from(const struct store *s, unsigned c, uint32_t ref)
{
	for (c = store_next(s, c); s->high[c] <= ref;)
		c = store_next(s, c + 1);
	return c;
}

/* The class of the block at `ref`. */
static inline unsigned
store_class_of(const struct store *s, uint32_t ref)
{
	unsigned low = 0, high = STORE_CLASSES;
	while (low < high) { /* the first busy one that ends past ref */
		unsigned mid = (low + high) / 2, c = store_next(s, mid);
		if (c == STORE_CLASSES || s->high[c] > ref)
			high = mid;
		else
			low = c + 1;
	}
	return store_next(s, low);
}

static inline size_t
store_size_of(const struct store *s, uint32_t ref)
{
	return (size_t)store_units(store_class_of(s, ref)) << STORE_UNIT_BITS;
}

#endif /* PAGE_STORE_H */
