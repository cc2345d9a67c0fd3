/* snapshot.h: the file of memkv_save, and how it is read: front-coded blocks of sorted entries,
 * then an index of them. All numbers are little-endian.
 *
 *   head    0  "\x89MEMKV\r\n"     so that a transfer as text, or of 7 bits, spoils it at once
 *           8  4  version: 1       12  4  bytes of the head: 64
 *          16  8  keys             24  8  blocks
 *          32  8  where the index begins, which is where blocks end
 *          40  8  bytes of the file
 *          48  8  checksum of the index
 *          56  8  checksum of the 56 bytes before
 *   block   entries, one behind the other, each of them
 *             varint  bytes it shares with the key before; 0 for a block's first
 *             varint  bytes of the rest
 *             the rest
 *             varint  value
 *   index   of each block: 8 where it begins, 8 its checksum
 *
 * A varint has 7 bits a byte, lowest first, and the top bit set if more follow (LEB128). What a
 * key shares is all that it has in common with the one before, so that a search compares no byte
 * twice (as in variants/page/). A block ends with BLOCK_ENTRIES entries or BLOCK_BYTES bytes,
 * whichever come first, so that who has not seen the index yet knows it too. Checksums are XXH3 of 64 bits (Y. Collet, xxHash 0.8; inlined from its
 * header, so that the library needs no other).
 *
 * Whoever reads trusts nothing: every number is held against what there is, checksums are
 * compared before a block is read, keys must increase and be as many as the head says. Nothing is
 * as large as a file claims to be: of the index as of the blocks a little is read at a time. */
#ifndef MEMKV_SNAPSHOT_H
#define MEMKV_SNAPSHOT_H

#include <string.h>
#include "internal.h"

#define SNAPSHOT_MAGIC "\x89MEMKV\r\n"

enum {
	SNAPSHOT_VERSION = 1,
	SNAPSHOT_HEAD = 64,
	SNAPSHOT_SUMMED = 56,
	BLOCK_ENTRIES = 32,
	BLOCK_BYTES = 4096,
	INDEX_ENTRY = 16,
	INDEX_PART = 256, /* entries that are read at a time */
	VARINT_MOST = 10,
	ENTRY_MOST = 3 * VARINT_MOST + MEMKV_KEY_MOST,
	BLOCK_MOST = BLOCK_BYTES + ENTRY_MOST,
};

static inline uint64_t
load_le(const uint8_t *p, unsigned bytes)
{
	uint64_t x = 0;
	while (bytes--)
		x = x << 8 | p[bytes];
	return x;
}

static inline void
store_le(uint8_t *p, uint64_t x, unsigned bytes)
{
	for (; bytes; bytes--, x >>= 8)
		*p++ = (uint8_t)x;
}

/* Past a number at `p`, or NULL if it does not end before `end` or in 64 bits. */
static inline const uint8_t *
varint_read(const uint8_t *p, const uint8_t *end, uint64_t *x)
{
	*x = 0;
	for (unsigned shift = 0; p < end && shift < 64; shift += 7) {
		uint64_t low = *p & 0x7f;
		if (shift == 63 && low > 1)
			return NULL;
		*x |= low << shift;
		if (!(*p++ & 0x80))
			return p;
	}
	return NULL;
}

static inline uint8_t *
varint_write(uint8_t *p, uint64_t x)
{
	for (; x > 0x7f; x >>= 7)
		*p++ = (uint8_t)(x | 0x80);
	*p++ = (uint8_t)x;
	return p;
}

struct snapshot_entry {
	size_t shared;
	struct ab_key rest;
	uint64_t value;
};

/* Past the entry at `p`, or NULL if there is none that ends before `end` and is of a key that
 * could be. */
static inline const uint8_t *
entry_read(const uint8_t *p, const uint8_t *end, struct snapshot_entry *e)
{
	uint64_t shared, rest;
	if (!(p = varint_read(p, end, &shared)) || !(p = varint_read(p, end, &rest)))
		return NULL;
	if (shared > MEMKV_KEY_MOST || rest > MEMKV_KEY_MOST - shared ||
		rest > (size_t)(end - p))
		return NULL;
	e->shared = (size_t)shared;
	e->rest = (struct ab_key){ p, (size_t)rest };
	return varint_read(p + rest, end, &e->value);
}

/* Does a block of so many end there? */
static inline bool
block_is_full(size_t entries, size_t bytes)
{
	return entries == BLOCK_ENTRIES || bytes >= BLOCK_BYTES;
}

/* ---- snapshot.c ---- */

/* The index of a snapshot as it is made, block by block; zeroed it is empty. */
struct block_index {
	uint8_t *p;
	size_t n, room; /* bytes */
};
/* One more, which begins at `at` and has that checksum; false: no memory. */
bool block_index_add(
	struct block_index *x, const struct ab_alloc *mem, uint64_t at, uint64_t sum);
void block_index_free(const struct block_index *x, const struct ab_alloc *mem);

uint64_t snapshot_sum(const void *p, size_t n);

struct snapshot {
	const char *path; /* for messages */
	const struct ab_alloc *mem;
	int fd;             /* -1: none */
	const uint8_t *map; /* the whole file, if it is mapped */
	memkv_read *from; /* or what reads it, one byte behind the other; NULL: a file */
	void *from_ctx;
	uint64_t bytes, keys, blocks, index_at;
	uint64_t index_sum;
	uint8_t *index; /* room for INDEX_PART of it, if it is not mapped */
	uint8_t *block; /* and for a block, of a stream for several */
	size_t block_room;
};

/* Open a file and check its head. Mapped, or to be read block by block. A failure leaves nothing to
 * close. */
enum memkv_status snapshot_open(
	struct snapshot *s, const char *path, const struct ab_alloc *mem, bool mapped);
/* The same of a stream, of which no byte behind the snapshot is read. */
enum memkv_status snapshot_open_stream(
	struct snapshot *s, memkv_read *from, void *ctx, const struct ab_alloc *mem);
void snapshot_close(struct snapshot *s);

/* Hand all entries to `add`, in order, each checked before; a NULL `add`: check them only. What the
 * file as a whole must be is known at the end: after a failure what was added is not to be kept. */
enum memkv_status snapshot_read(struct snapshot *s,
	enum memkv_status (*add)(void *arg, struct ab_key key, uint64_t value),
	void *arg);

/* Where the block of an entry of the index begins and ends in the file, of which it may be the
 * last; false: not where one can be. */
static inline bool
snapshot_block(
	const uint8_t *entry, bool last, uint64_t index_at, uint64_t *from, uint64_t *to)
{
	*from = load_le(entry, 8);
	*to = last ? index_at : load_le(entry + INDEX_ENTRY, 8);
	return *from < *to && *to <= index_at && *to - *from <= BLOCK_MOST;
}

/* ---- mapped.c ---- */

/* Of a file that snapshot_read has found sound, which it takes over; NULL: no memory. */
struct ab_index *mapped_create(const struct snapshot *s);
extern const struct ab_variant kv_mapped;

#endif /* MEMKV_SNAPSHOT_H */
