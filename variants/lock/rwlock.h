/* rwlock.h: a lock around any structure: many readers or one writer. The vtable of a
 * variant is worn by another, whose index is a header with a lock in it:
 *
 *   index  | inner's vtable | inner's index | allocator | lock |
 *
 * A scan holds the lock from its first entry to its last, and so visits what was there
 * at one moment. Its visitor may read the index that it is called from, and any other;
 * a write to an index that the thread is scanning would wait for itself for ever, and is
 * refused: put, update, del, del_range, build and compact return AB_EBUSY and change nothing.
 *
 * A structure that does not say AB_PARALLEL_READS may change when it is read: it has one
 * reader at a time.
 *
 * Before it is included, another lock than fair.h's may be defined: RW_LOCK, a type, and
 * rw_init (0, or it failed), rw_fini, rw_read, rw_read_end, rw_write and rw_write_end,
 * of a pointer to it. Then an instance is RWLOCK_ENTRIES, those of build, update,
 * get_many, del_range, compact, scan, scan_prefix, scan_values, scan_nth, rank, scan_back, memory,
 * file_bytes, census and dump that its inner variant has, and a create of its own that calls
 * rw_create. tests/threads/test_rwlock.c holds the tables of the instances against those that they
 * wear.
 *
 * Errors: the inner one's, and AB_EBUSY as above. Threads: any number; those in create
 * and destroy have the index to themselves. A process that forks while other threads are
 * in calls leaves the child an index whose lock may be held by nobody: it must not use
 * it, nor destroy it. A thread may end whenever it is in no call. */
#ifdef RWLOCK_H
#error "rwlock.h is a template: include it once per variant"
#endif
#define RWLOCK_H

#include "ab.h"

#ifndef RW_LOCK
#include "fair.h"
#define RW_LOCK      struct fair_rw
#define rw_init      fair_rw_init
#define rw_fini      fair_rw_fini
#define rw_read      fair_read
#define rw_read_end  fair_read_end
#define rw_write     fair_write
#define rw_write_end fair_write_end
#endif

struct ab_index {
	const struct ab_variant *inner;
	struct ab_index *index; /* inner's own struct of that name */
	const struct ab_alloc *mem;
	bool alone; /* one reader at a time */
	RW_LOCK lock;
};

/* The scans that the thread is in, innermost first. */
struct rw_scan {
	const struct ab_index *t;
	struct rw_scan *up;
};

static _Thread_local struct rw_scan *rw_scans;

static bool
rw_scanning(const struct ab_index *t)
{
	for (const struct rw_scan *s = rw_scans; s; s = s->up)
		if (s->t == t)
			return true;
	return false;
}

/* The lock is no part of what a reader must not change. */
static inline RW_LOCK *
rw_lock_of(const struct ab_index *t)
{
	return (RW_LOCK *)(uintptr_t)&t->lock;
}

/* Its visitors' own reads find the lock held. True: it was not, and is to be left. */
static inline bool
rw_enter(const struct ab_index *t)
{
	if (rw_scans && rw_scanning(t))
		return false;
	if (t->alone)
		rw_write(rw_lock_of(t));
	else
		rw_read(rw_lock_of(t));
	return true;
}

static inline void
rw_leave(const struct ab_index *t, bool entered)
{
	if (!entered)
		return;
	if (t->alone)
		rw_write_end(rw_lock_of(t));
	else
		rw_read_end(rw_lock_of(t));
}

/* False: the thread would wait for itself. */
static inline bool
rw_change(struct ab_index *t)
{
	if (rw_scans && rw_scanning(t))
		return false;
	rw_write(&t->lock);
	return true;
}

static inline void
rw_changed(struct ab_index *t)
{
	rw_write_end(&t->lock);
}

static struct ab_index *
rw_create(const struct ab_variant *inner, const struct ab_alloc *mem)
{
	struct ab_index *t = ab_alloc(mem, sizeof *t);
	if (!t)
		return NULL;
	*t = (struct ab_index){
		.inner = inner, .mem = mem, .alone = !(inner->caps & AB_PARALLEL_READS)
	};
	if (rw_init(&t->lock) == 0) {
		t->index = inner->create(mem);
		if (t->index)
			return t;
		rw_fini(&t->lock);
	}
	ab_free(mem, t, sizeof *t);
	return NULL;
}

static void
rw_destroy(struct ab_index *t)
{
	t->inner->destroy(t->index);
	rw_fini(&t->lock);
	ab_free(t->mem, t, sizeof *t);
}

/* ---- writes ---- */

static inline enum ab_status
rw_build(struct ab_index *t, const struct ab_entry *sorted, size_t n)
{
	if (!rw_change(t))
		return AB_EBUSY;
	enum ab_status status = t->inner->build(t->index, sorted, n);
	rw_changed(t);
	return status;
}

static enum ab_status
rw_put(struct ab_index *t, struct ab_key key, uint64_t value)
{
	if (!rw_change(t))
		return AB_EBUSY;
	enum ab_status status = t->inner->put(t->index, key, value);
	rw_changed(t);
	return status;
}

static inline enum ab_status
rw_update(struct ab_index *t, struct ab_key key, ab_change *change, void *arg)
{
	if (!rw_change(t))
		return AB_EBUSY;
	struct rw_scan here = { t, rw_scans };
	rw_scans = &here;
	enum ab_status status = t->inner->update(t->index, key, change, arg);
	rw_scans = here.up;
	rw_changed(t);
	return status;
}

static enum ab_status
rw_del(struct ab_index *t, struct ab_key key)
{
	if (!rw_change(t))
		return AB_EBUSY;
	enum ab_status status = t->inner->del(t->index, key);
	rw_changed(t);
	return status;
}

static inline enum ab_status
rw_del_range(struct ab_index *t, struct ab_range r, size_t *gone)
{
	*gone = 0;
	if (!rw_change(t))
		return AB_EBUSY;
	enum ab_status status = t->inner->del_range(t->index, r, gone);
	rw_changed(t);
	return status;
}

static inline enum ab_status
rw_compact(struct ab_index *t)
{
	if (!rw_change(t))
		return AB_EBUSY;
	enum ab_status status = t->inner->compact(t->index);
	rw_changed(t);
	return status;
}

/* ---- reads ---- */

static enum ab_status
rw_get(const struct ab_index *t, struct ab_key key, uint64_t *value)
{
	bool entered = rw_enter(t);
	enum ab_status status = t->inner->get(t->index, key, value);
	rw_leave(t, entered);
	return status;
}

/* All of one moment. */
static inline size_t
rw_get_many(const struct ab_index *t, struct ab_entry *entries, size_t n, bool *found)
{
	bool entered = rw_enter(t);
	size_t hits = t->inner->get_many(t->index, entries, n, found);
	rw_leave(t, entered);
	return hits;
}

static inline size_t
rw_rank(const struct ab_index *t, struct ab_key key)
{
	bool entered = rw_enter(t);
	size_t below = t->inner->rank(t->index, key);
	rw_leave(t, entered);
	return below;
}

/* A call that visits what `from` says, whose visitor may read the index. */
#define RW_SCAN(op, type)                                                                \
	static inline enum ab_status rw_##op(                                            \
		const struct ab_index *t, type from, ab_visit *visit, void *arg)         \
	{                                                                                \
		struct rw_scan here = { t, rw_scans };                                   \
		bool entered = rw_enter(t);                                              \
		rw_scans = &here;                                                        \
		enum ab_status status = t->inner->op(t->index, from, visit, arg);        \
		rw_scans = here.up;                                                      \
		rw_leave(t, entered);                                                    \
		return status;                                                           \
	}
RW_SCAN(scan, struct ab_range)
RW_SCAN(scan_prefix, struct ab_key)
RW_SCAN(scan_values, struct ab_range)
RW_SCAN(scan_nth, size_t)
RW_SCAN(scan_back, struct ab_range)
#undef RW_SCAN

static size_t
rw_count(const struct ab_index *t)
{
	bool entered = rw_enter(t);
	size_t count = t->inner->count(t->index);
	rw_leave(t, entered);
	return count;
}

static inline void
rw_memory(const struct ab_index *t, struct ab_memory *m)
{
	bool entered = rw_enter(t);
	t->inner->memory(t->index, m);
	rw_leave(t, entered);
	m->inner += sizeof *t;
	m->total += sizeof *t;
}

static inline size_t
rw_file_bytes(const struct ab_index *t)
{
	bool entered = rw_enter(t);
	size_t bytes = t->inner->file_bytes(t->index);
	rw_leave(t, entered);
	return bytes;
}

static inline enum ab_status
rw_census(const struct ab_index *t, ab_node_visit *visit, void *arg)
{
	bool entered = rw_enter(t);
	enum ab_status status = t->inner->census(t->index, visit, arg);
	rw_leave(t, entered);
	return status;
}

static inline const char *
rw_check(const struct ab_index *t)
{
	bool entered = rw_enter(t);
	const char *broken = t->inner->check(t->index);
	rw_leave(t, entered);
	return broken;
}

static inline void
rw_dump(const struct ab_index *t, FILE *out)
{
	bool entered = rw_enter(t);
	t->inner->dump(t->index, out);
	rw_leave(t, entered);
}

/* The entries of the vtable that every instance has; it names the others that its inner
 * variant has. */
/* clang-format off */
#define RWLOCK_ENTRIES \
	.by_name = true, .destroy = rw_destroy, .put = rw_put, .get = rw_get, .del = rw_del, \
	.count = rw_count, .check = rw_check
/* clang-format on */
