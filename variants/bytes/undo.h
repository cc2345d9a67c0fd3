/* undo.h: front-coded keys from the last to the first. They are put together one after the other in
 * one buffer, each over what it does not share with the one before; what that overwrites is kept,
 * and put back from the last one on. So each byte is copied twice, however many keys there are.
 *
 *   log   | bytes | shared, n | bytes | shared, n | ...      a step for each key but the first
 *
 * Ownership: the log is in the caller's room, and a block of the allocator once it outgrows that.
 * Errors: false, no memory; then it has to be closed all the same. */
#ifndef BYTES_UNDO_H
#define BYTES_UNDO_H

#include <string.h>
#include "ab.h"

/* Bytes are copied UNDO_SPARE at a time: so many behind a key must be readable, and behind what is
 * put back, writable. */
enum { UNDO_SPARE = 16 };

/* The key had `n` bytes, and the next one shares so many of them. */
struct undo_step {
	uint32_t shared, n;
};

struct undo {
	const struct ab_alloc *mem;
	uint8_t *log;
	const uint8_t *own; /* the caller's */
	size_t n, room;
};

static inline void
undo_open(struct undo *u, const struct ab_alloc *mem, uint8_t *own, size_t room)
{
	*u = (struct undo){ .mem = mem, .log = own, .own = own, .room = room };
}

static inline void
undo_close(const struct undo *u)
{
	if (u->log != u->own)
		ab_free(u->mem, u->log, u->room);
}

static inline void
undo_copy(uint8_t *to, const uint8_t *from, size_t n)
{
	for (size_t i = 0; i < n; i += UNDO_SPARE)
		memcpy(to + i, from + i, UNDO_SPARE);
}

/* Room for `n` more bytes. */
static inline bool
undo_grow(struct undo *u, size_t n)
{
	size_t room = 2 * u->room + n;
	uint8_t *log = ab_alloc(u->mem, room);
	if (!log)
		return false;
	memcpy(log, u->log, u->n);
	undo_close(u);
	u->log = log;
	u->room = room;
	return true;
}

/* Before the bytes of `key`, which has `n`, are overwritten from `shared` <= n on. */
static inline bool
undo_keep(struct undo *u, const uint8_t *key, size_t shared, size_t n)
{
	struct undo_step step = { (uint32_t)shared, (uint32_t)n };
	size_t bytes = n - shared, end = u->n + bytes + sizeof step;
	if (end + UNDO_SPARE > u->room && !undo_grow(u, bytes + sizeof step + UNDO_SPARE))
		return false;
	undo_copy(u->log + u->n, key + shared, bytes);
	memcpy(u->log + u->n + bytes, &step, sizeof step);
	u->n = end;
	return true;
}

/* Make of `key` the one before, which there is; its length. */
static inline size_t
undo_back(struct undo *u, uint8_t *key)
{
	struct undo_step step;
	memcpy(&step, u->log + u->n - sizeof step, sizeof step);
	size_t bytes = step.n - step.shared;
	u->n -= bytes + sizeof step;
	undo_copy(key + step.shared, u->log + u->n, bytes);
	return step.n;
}
#endif /* BYTES_UNDO_H */
