/* retire.h: the writers' lock, and what becomes of blocks that are out of the tree but
 * may still be read.
 *
 * They wait in batches, which stand in the index's writer record (epoch.h) until no
 * reader that could know of them is left. A batch that is full or heavy is closed, and
 * then, or when the lock is taken for want of room, those whose time has come are freed.
 * Nobody waits for a reader but who has no memory for another batch.
 *
 *   batch    | epoch entry | index | next | n, bytes | block, bytes | block, bytes | ...
 *
 * Without CON_THREADS there is no lock and blocks are freed at once.
 *
 * Errors: as each function says. Threads: those after con_lock hold the lock. */
#ifdef CON_RETIRE_H
#error "retire.h is a template: include it once per variant"
#endif
#define CON_RETIRE_H

#if CON_THREADS
#include <sched.h>
#include "epoch.h"

enum { CON_BATCH = 60, CON_BATCH_BYTES = 16 * 1024 };

struct con_batch {
	ck_epoch_entry_t entry;
	struct ab_index *t;
	struct con_batch *next; /* of the spare ones */
	size_t n, bytes;
	struct {
		void *p;
		size_t bytes;
	} block[CON_BATCH];
};

struct con_limbo {
	struct epoch_domain domain;
	struct con_batch *open, *spare;
	size_t bytes;           /* of blocks that wait */
	size_t batches;         /* from the allocator */
	struct con_batch first; /* with this one all works, if more slowly */
};
#else
struct con_limbo {
	char none;
};
#endif

/* What every index keeps; `mem` and the counts are the writers'. */
struct ab_index {
	const struct ab_alloc *mem;
	con_ref root;
	size_t count;    /* keys */
	size_t inner;    /* bytes of nodes in the tree */
	size_t key;      /* bytes of keys in leaves in the tree */
	size_t unjoined; /* nodes but the root that lead to fewer than two entries */
	size_t nodes[CON_KINDS];
	struct con_limbo limbo;
};

#if CON_THREADS

/* The lock is no part of what a reader must not change. */
static inline struct ab_index *
con_writable(const struct ab_index *t)
{
	return (struct ab_index *)(uintptr_t)t;
}

static inline void
con_lock(struct ab_index *t)
{
	fair_take(&t->limbo.domain.lock);
}

static inline bool
con_trylock(struct ab_index *t)
{
	return fair_try(&t->limbo.domain.lock);
}

static inline void
con_unlock(struct ab_index *t)
{
	fair_leave(&t->limbo.domain.lock);
}

/* The readers of these blocks have left: ck_epoch calls this from under the lock. */
static void
con_free_batch(ck_epoch_entry_t *entry)
{
	struct con_batch *b = (struct con_batch *)(void *)entry;
	struct con_limbo *limbo = &b->t->limbo;
	EPOCH_FREES();
	for (size_t i = 0; i < b->n; i++)
		ab_free(b->t->mem, b->block[i].p, b->block[i].bytes);
	limbo->bytes -= b->bytes;
	b->n = b->bytes = 0;
	b->next = limbo->spare;
	limbo->spare = b;
}

/* Keep `most` spare batches beside the first. */
static void
con_trim(struct ab_index *t, size_t most)
{
	struct con_limbo *limbo = &t->limbo;
	struct con_batch *b = limbo->spare;
	limbo->spare = NULL;
	while (b) {
		struct con_batch *next = b->next;
		bool keep = b == &limbo->first || most;
		most -= b != &limbo->first && most;
		b->next = limbo->spare;
		if (keep) {
			limbo->spare = b;
		} else {
			limbo->batches--;
			ab_free(t->mem, b, sizeof *b);
		}
		b = next;
	}
}

static void
con_open_batch(struct ab_index *t)
{
	struct con_limbo *limbo = &t->limbo;
	struct con_batch *b = limbo->spare;
	if (b) {
		limbo->spare = b->next;
	} else {
		b = ab_alloc(t->mem, sizeof *b);
		if (!b)
			return;
		*b = (struct con_batch){ .t = t };
		limbo->batches++;
	}
	b->next = NULL;
	limbo->open = b;
}

static void
con_close_batch(struct ab_index *t)
{
	struct con_limbo *limbo = &t->limbo;
	/* What took the blocks out of the tree is seen before the epoch is read. */
	ck_pr_fence_memory();
	ck_epoch_call(&limbo->domain.record->ck, &limbo->open->entry, con_free_batch);
	limbo->open = NULL;
}

static void
con_reclaim(struct ab_index *t)
{
	ck_epoch_poll(&t->limbo.domain.record->ck);
	con_trim(t, 1);
}

/* Let `n` blocks be retired before the lock is given back. False: there is no memory and
 * others read. */
static bool
con_room(struct ab_index *t, size_t n)
{
	struct con_limbo *limbo = &t->limbo;
	if (limbo->open && limbo->open->n + n <= CON_BATCH &&
		limbo->open->bytes < CON_BATCH_BYTES)
		return true;
	if (limbo->open)
		con_close_batch(t);
	con_reclaim(t);
	con_open_batch(t);
	return limbo->open;
}

/* The block is out of the tree. There is room (con_room). */
static void
con_retire(struct ab_index *t, void *p, size_t bytes)
{
	struct con_batch *b = t->limbo.open;
	b->block[b->n].p = p;
	b->block[b->n++].bytes = bytes;
	b->bytes += bytes;
	t->limbo.bytes += bytes;
}

/* Behind a write: do not let much wait for the next one. */
static void
con_settle(struct ab_index *t)
{
	if (!t->limbo.open || t->limbo.open->bytes < CON_BATCH_BYTES)
		return;
	con_close_batch(t);
	con_reclaim(t);
	con_open_batch(t);
}

static bool
con_limbo_open(struct ab_index *t)
{
	t->limbo.first.t = t;
	t->limbo.open = &t->limbo.first;
	return epoch_open(&t->limbo.domain);
}

/* Nobody reads or writes: what waits is freed, whatever other indexes' readers do. */
static void
con_limbo_close(struct ab_index *t)
{
	struct con_limbo *limbo = &t->limbo;
	if (limbo->open)
		con_close_batch(t);
	ck_epoch_reclaim(&limbo->domain.record->ck);
	while (limbo->spare) {
		struct con_batch *b = limbo->spare;
		limbo->spare = b->next;
		if (b != &limbo->first)
			ab_free(t->mem, b, sizeof *b);
	}
	epoch_close(&limbo->domain);
}

static inline size_t
con_waiting(const struct ab_index *t)
{
	return t->limbo.bytes + t->limbo.batches * sizeof(struct con_batch);
}

/* As far as readers let it. */
static enum ab_status
con_compact(struct ab_index *t)
{
	enum { GRACE = 3 }; /* epochs */
	con_lock(t);
	if (t->limbo.open)
		con_close_batch(t);
	for (int i = 0; i < GRACE; i++)
		ck_epoch_poll(&t->limbo.domain.record->ck);
	con_trim(t, 0);
	if (t->limbo.spare) /* or the next write opens one: it is to take no memory */
		con_open_batch(t);
	con_unlock(t);
	return AB_OK;
}

#else
static inline struct ab_index *
con_writable(const struct ab_index *t)
{
	return (struct ab_index *)(uintptr_t)t;
}

static inline void
con_lock(struct ab_index *t)
{
	(void)t;
}

static inline bool
con_trylock(struct ab_index *t)
{
	(void)t;
	return true;
}

static inline void
con_unlock(struct ab_index *t)
{
	(void)t;
}

static inline bool
con_room(struct ab_index *t, size_t n)
{
	(void)t, (void)n;
	return true;
}

static inline void
con_retire(struct ab_index *t, void *p, size_t bytes)
{
	ab_free(t->mem, p, bytes);
}

static inline void
con_settle(struct ab_index *t)
{
	(void)t;
}

static inline bool
con_limbo_open(struct ab_index *t)
{
	(void)t;
	return true;
}

static inline void
con_limbo_close(struct ab_index *t)
{
	(void)t;
}

static inline size_t
con_waiting(const struct ab_index *t)
{
	(void)t;
	return 0;
}

static inline bool
epoch_enter(void)
{
	return true;
}

static inline void
epoch_leave(void)
{
}

static inline bool
epoch_inside(void)
{
	return false;
}
#endif
