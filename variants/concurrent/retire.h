/* retire.h: the writers' lock, and what becomes of blocks that are out of the tree but
 * may still be read.
 *
 * They wait in bags, which stand in the index's writer record (epoch.h) until no
 * reader that could know of them is left. A bag that is full or heavy is closed, and
 * then, or when the lock is taken for want of room, those whose time has come are ripe.
 * Nobody waits for a reader but who has no memory for another bag.
 *
 *   bag    | epoch entry | index | next | n, bytes | block, bytes | block, bytes | ...
 *
 * If more than CON_LATE_BYTES wait when a bag is closed, the index is late, until all is
 * freed: by writers, and by readers when they have left the epoch (con_leave), if the lock is
 * free and the reader that kept the bags, who is remembered, has gone. That one, who was in
 * for long, frees all; any other call CON_PORTION bags, so that none takes long.
 *
 * Without CON_THREADS there is no lock and blocks are freed at once.
 *
 * Errors: as each function says. Threads: those after con_lock hold the lock. */
#ifndef CON_RETIRE_H
#define CON_RETIRE_H

#include "con_node.h"

#if CON_THREADS
#include <sched.h>
#include "epoch.h"

enum {
	CON_BAG = 60,
	CON_BAG_BYTES = 16 * 1024,
	CON_LATE_BYTES = 3 * CON_BAG_BYTES,
	CON_PORTION = 16
};

/* In the epoch; none: there is no memory for it. */
typedef struct epoch_record *con_stay;

struct con_bag {
	ck_epoch_entry_t entry;
	struct ab_index *t;
	struct con_bag *next; /* of the ripe or the spare ones */
	size_t n, bytes;
	struct {
		void *p;
		size_t bytes;
	} block[CON_BAG];
};

struct con_limbo {
	struct epoch_domain domain;
	struct con_bag *open, *ripe, *spare;
	size_t bytes;         /* of blocks that wait */
	size_t bags;          /* from the allocator */
	const void *asker;    /* atomic: the thread whose update asks; NULL: none does */
	struct con_bag first; /* with this one all works, if more slowly */
};
#else
typedef bool con_stay;

struct con_limbo {
	char none;
};
#endif

/* What every index keeps; `mem` and the counts are the writers'. */
struct ab_index {
	const struct ab_alloc *mem;
	con_ref root;
	bool late;       /* atomic: much waits to be freed */
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

/* What is a thread's alone has an address of its own. */
static inline const void *
con_myself(void)
{
	return &epoch_own;
}

/* False: it is held by the thread itself, in whose update this is. */
static inline bool
con_lock_to_read(const struct ab_index *t)
{
	if (__atomic_load_n(&t->limbo.asker, __ATOMIC_RELAXED) == con_myself())
		return false;
	con_lock(con_writable(t));
	return true;
}

/* Under the lock. */
static inline enum ab_verdict
con_ask(struct ab_index *t, ab_change *change, void *arg, const uint64_t *old,
	uint64_t *value)
{
	__atomic_store_n(&t->limbo.asker, con_myself(), __ATOMIC_RELAXED);
	enum ab_verdict verdict = change(arg, old, value);
	__atomic_store_n(&t->limbo.asker, NULL, __ATOMIC_RELAXED);
	return verdict;
}

/* The readers of these blocks have left: ck_epoch calls this from under the lock. */
static void
con_ripen(ck_epoch_entry_t *entry)
{
	struct con_bag *b = (struct con_bag *)(void *)entry;
	b->next = b->t->limbo.ripe;
	b->t->limbo.ripe = b;
}

static void
con_free_bag(struct con_bag *b)
{
	struct con_limbo *limbo = &b->t->limbo;
	for (size_t i = 0; i < b->n; i++)
		ab_free(b->t->mem, b->block[i].p, b->block[i].bytes);
	limbo->bytes -= b->bytes;
	b->n = b->bytes = 0;
	b->next = limbo->spare;
	limbo->spare = b;
}

static void
con_free_ripe(struct ab_index *t, size_t most)
{
	struct con_bag *b;
	EPOCH_FREES();
	while (most-- && (b = t->limbo.ripe)) {
		t->limbo.ripe = b->next;
		con_free_bag(b);
	}
}

/* Keep `most` spare bags beside the first. */
static void
con_trim(struct ab_index *t, size_t most)
{
	struct con_limbo *limbo = &t->limbo;
	struct con_bag *b = limbo->spare;
	limbo->spare = NULL;
	while (b) {
		struct con_bag *next = b->next;
		bool keep = b == &limbo->first || most;
		most -= b != &limbo->first && most;
		b->next = limbo->spare;
		if (keep) {
			limbo->spare = b;
		} else {
			limbo->bags--;
			ab_free(t->mem, b, sizeof *b);
		}
		b = next;
	}
}

static bool
con_open_spare(struct ab_index *t)
{
	struct con_limbo *limbo = &t->limbo;
	struct con_bag *b = limbo->spare;
	if (!b)
		return false;
	limbo->spare = b->next;
	b->next = NULL;
	limbo->open = b;
	return true;
}

static void
con_open_bag(struct ab_index *t)
{
	if (con_open_spare(t))
		return;
	struct con_bag *b = ab_alloc(t->mem, sizeof *b);
	if (!b)
		return;
	*b = (struct con_bag){ .t = t };
	t->limbo.bags++;
	t->limbo.open = b;
}

static void
con_close_bag(struct ab_index *t)
{
	struct con_limbo *limbo = &t->limbo;
	/* What took the blocks out of the tree is seen before the epoch is read. */
	ck_pr_fence_memory();
	ck_epoch_call(&limbo->domain.record->ck, &limbo->open->entry, con_ripen);
	limbo->open = NULL;
}

static inline size_t
con_waiting(const struct ab_index *t)
{
	return t->limbo.bytes + t->limbo.bags * sizeof(struct con_bag);
}

/* Free up to `most` bags of those that no reader keeps, and `spare` of them for good. */
static void
con_reclaim(struct ab_index *t, size_t most, size_t spare)
{
	struct con_limbo *limbo = &t->limbo;
	bool behind = t->late || con_waiting(t) > CON_LATE_BYTES || most == SIZE_MAX;
	epoch_poll(&limbo->domain);
	if (behind)
		epoch_pass(&limbo->domain);
	con_free_ripe(t, most);
	con_trim(t, spare);
	if (limbo->ripe)
		epoch_unkeep(&limbo->domain);
	bool late = limbo->ripe || (behind && epoch_waits(&limbo->domain));
	if (late != t->late)
		__atomic_store_n(&t->late, late, __ATOMIC_RELAXED);
}

/* Let `n` blocks be retired before the lock is given back. False: there is no memory and
 * others read. */
static bool
con_room(struct ab_index *t, size_t n)
{
	struct con_limbo *limbo = &t->limbo;
	if (limbo->open && limbo->open->n + n <= CON_BAG &&
		limbo->open->bytes < CON_BAG_BYTES)
		return true;
	if (limbo->open)
		con_close_bag(t);
	con_reclaim(t, CON_PORTION, 1);
	con_open_bag(t);
	return limbo->open;
}

/* The block is out of the tree. There is room (con_room). */
static void
con_retire(struct ab_index *t, void *p, size_t bytes)
{
	struct con_bag *b = t->limbo.open;
	b->block[b->n].p = p;
	b->block[b->n++].bytes = bytes;
	b->bytes += bytes;
	t->limbo.bytes += bytes;
}

static inline bool
con_is_late(const struct ab_index *t)
{
	return __builtin_expect(__atomic_load_n(&t->late, __ATOMIC_RELAXED), 0);
}

/* Behind a write: do not let much wait for the next one. */
static void
con_settle(struct ab_index *t)
{
	bool heavy = t->limbo.open && t->limbo.open->bytes >= CON_BAG_BYTES;
	if (!heavy && (!con_is_late(t) || epoch_kept(&t->limbo.domain)))
		return;
	if (heavy)
		con_close_bag(t);
	con_reclaim(t, CON_PORTION, 1);
	if (!t->limbo.open)
		con_open_bag(t);
}

/* Free a portion of what waits, without waiting for anybody. False: there is no more that may
 * be freed, or somebody writes. In a visitor's call, or in a reader's, memory is for the scan:
 * none is taken for a bag. */
static bool
con_help(struct ab_index *t)
{
	int cancel;
	if (!con_is_late(t) || epoch_kept(&t->limbo.domain))
		return false;
	/* The allocator is the caller's, and a get may end where that is cancelled. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	bool helps = con_trylock(t);
	if (helps) {
		if (t->limbo.open)
			con_close_bag(t);
		con_reclaim(t, CON_PORTION, 1);
		con_open_spare(t);
		con_unlock(t);
	}
	pthread_setcancelstate(cancel, &cancel);
	return helps;
}

static __attribute__((noinline, cold)) void
con_help_out(const struct ab_index *t)
{
	bool all = epoch_kept_others();
	while (!epoch_inside() && con_help(con_writable(t)) && all)
		;
}

/* End a stay in the epoch. */
static inline void
con_leave(const struct ab_index *t, con_stay own)
{
	epoch_leave(own);
	if (con_is_late(t))
		con_help_out(t);
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
		con_close_bag(t);
	ck_epoch_reclaim(&limbo->domain.record->ck);
	con_free_ripe(t, SIZE_MAX);
	while (limbo->spare) {
		struct con_bag *b = limbo->spare;
		limbo->spare = b->next;
		if (b != &limbo->first)
			ab_free(t->mem, b, sizeof *b);
	}
	epoch_close(&limbo->domain);
}

/* As far as readers let it. */
static enum ab_status
con_compact(struct ab_index *t)
{
	con_lock(t);
	if (t->limbo.open)
		con_close_bag(t);
	con_reclaim(t, SIZE_MAX, 0);
	con_open_spare(t); /* or the next write opens one: it is to take no memory */
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
con_lock_to_read(const struct ab_index *t)
{
	(void)t;
	return false;
}

static inline enum ab_verdict
con_ask(struct ab_index *t, ab_change *change, void *arg, const uint64_t *old,
	uint64_t *value)
{
	(void)t;
	return change(arg, old, value);
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
con_help(struct ab_index *t)
{
	(void)t;
	return false;
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

static inline con_stay
epoch_enter(void)
{
	return true;
}

static inline void
epoch_leave(con_stay own)
{
	(void)own;
}

static inline void
con_leave(const struct ab_index *t, con_stay own)
{
	(void)t, (void)own;
}

static inline bool
epoch_inside(void)
{
	return false;
}
#endif

/* Behind con_lock_to_read. */
static inline void
con_read(const struct ab_index *t, bool locked)
{
	if (locked)
		con_unlock(con_writable(t));
}
#endif /* CON_RETIRE_H */
