/* internal.h: what the parts of the library share: the store behind ab.h.
 *
 * A store has one index, and room for a second one beside it: freeze, thaw, clear and bulk make
 * that one first, and if all went well it takes the place of the other. Each has a gauge of its
 * own between it and the allocator, where there is a limit or an allocator to serve it.
 *
 * Locks: kv_read and kv_write begin a call, kv_read_done and kv_write_done end it; kv_visit and
 * kv_visit_done one that visits entries. What it calls runs within a frame of its thread's stack,
 * by which a call finds what it is inside of. */
#ifndef MEMKV_INTERNAL_H
#define MEMKV_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include "../variants/lock/fair.h"
#include "ab.h"
#include "artbench/memkv.h"

/* Between an index and the allocator: counts, and keeps to a limit where it is enforced. */
struct gauge {
	struct ab_alloc alloc;
	struct ab_alloc from;
	const memkv *scanned; /* what its visits take is not counted; NULL: it is */
	size_t limit;         /* 0: none */
	atomic_size_t live;
	atomic_bool enforced;
	atomic_bool refused; /* something, since it was enforced */
};

struct side {
	const struct ab_variant *v;
	struct ab_index *t; /* NULL: none */
	struct gauge gauge;
};

struct memkv {
	struct side side[2];
	struct side *now;              /* the one that is in use */
	const struct ab_variant *home; /* what thaw makes */
	enum memkv_threads threads;
	size_t limit;
	void (*free_value)(void *ctx, uint64_t value);
	void *free_ctx;
	bool own_alloc;       /* the caller's allocator, not malloc */
	struct ab_alloc from; /* that one, or malloc's functions */
	bool sealed;          /* frozen or mapped */
	bool closing;         /* memkv_close has freed values */
	size_t freed;         /* how many, in order */
	atomic_size_t cursors, cursor_bytes;
	_Atomic uint64_t writes; /* that are done: what was read before is old */
	struct fair_rw lock;     /* with MEMKV_CONCURRENT its writers' alone */
	bool forks;              /* known to fork.c, in the list of */
	struct memkv *before, *after;
};

#define RECOMMENDED "page_front"
#define FROZEN      "frozen_front"

/* ---- error.c ---- */

/* Note the text, which says what to do, for memkv_error; returns `s`. */
enum memkv_status kv_fail(enum memkv_status s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The same of a file, whose path stands before the text, and is shortened in its middle if there
 * is no room for both. */
enum memkv_status kv_fail_file(enum memkv_status s, const char *path, const char *format,
	...) __attribute__((format(printf, 3, 4)));
/* That it cannot be `what`, for which errno has the reason: MEMKV_EIO. */
enum memkv_status kv_fail_system(const char *path, const char *what);
/* The same of what an index said, of which a refusal by the gauge is one kind. */
enum memkv_status kv_status(enum ab_status s, const struct gauge *g);
/* And of one that is being made, where there are no keys to be removed yet. */
enum memkv_status kv_status_made(enum ab_status s, const struct gauge *g);

/* ---- gauge.c ---- */

void gauge_init(
	struct gauge *g, const struct ab_alloc *from, size_t limit, const memkv *scanned);
static inline void
gauge_enforce(struct gauge *g, bool on)
{
	if (!g->limit)
		return;
	if (on)
		atomic_store(&g->refused, false);
	atomic_store(&g->enforced, on);
}
/* Is the limit passed, which was not enforced meanwhile? That counts as a refusal. */
bool gauge_passed(struct gauge *g);
/* malloc and its kin as an ab_alloc. */
extern const struct ab_alloc kv_malloc;

/* ---- variants.c ---- */

const struct ab_variant *kv_variant_at(size_t i);
const struct ab_variant *kv_variant_named(const char *name);

/* ---- lock.c ---- */

enum memkv_status kv_null_store(void);
/* Stands first in each call that may ask the system, or call a function of the caller's: its
 * thread is not cancelled before it returns, since that would leave what it holds to nobody. What
 * a reader of MEMKV_CONCURRENT frees, variants/concurrent/retire.h sees to. */
#define KV_NOT_CANCELLED                                                                 \
	__attribute__((cleanup(kv_cancel_again), unused))                                \
	const int cancelled = kv_cancel_not()

static inline int
kv_cancel_not(void)
{
	int was;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &was);
	return was;
}

static inline void
kv_cancel_again(const int *was)
{
	int off;
	pthread_setcancelstate(*was, &off);
}

struct frame {
	const memkv *kv;
	struct frame *up;
	bool frees;     /* inside free_value, where it may be changed, but not closed */
	void *taken[2]; /* uncounted blocks of a scan, which has no more at a time */
};
void kv_frame_push(struct frame *f, const memkv *kv, bool frees);
void kv_frame_pop(const struct frame *f);
/* Is the thread in a visit of it? */
bool kv_is_visited(const memkv *kv);
/* Where the thread's visits of it note a block that was taken, or, of NULL, may note one; NULL:
 * nowhere. */
void **kv_visit_taken(const memkv *kv, const void *p);

/* Begin to read; a failure leaves nothing to end. */
enum memkv_status kv_read(const memkv *kv, bool *locked);
void kv_read_done(const memkv *kv, bool locked);
/* The same, and entries are visited. */
struct visit {
	struct frame frame;
	bool locked;
};
enum memkv_status kv_visit(const memkv *kv, struct visit *v);
void kv_visit_done(const memkv *kv, const struct visit *v);
/* Keep writers out where readers do not, and reading goes on for longer than a scan. Inside a visit
 * of its own the thread may wait for itself: MEMKV_EBUSY. */
enum memkv_status kv_hold(const memkv *kv);
void kv_hold_done(const memkv *kv);
/* Begin to write, within the limit; a sealed store too, if `sealed`. */
enum memkv_status kv_write(memkv *kv, bool sealed);
void kv_write_done(memkv *kv);
/* Begin to close: no visitor and no free_value of it is on. */
enum memkv_status kv_write_last(memkv *kv);
/* Within a change, what visits entries or asks the caller: as in a visit of its own, and what it takes
 * is not limited. */
void kv_look(memkv *kv, struct frame *f);
void kv_looked(memkv *kv, const struct frame *f);
/* Hand a value that has left to its destructor; nothing is locked. */
void kv_free_value(const memkv *kv, uint64_t value);

/* What changes whenever the store may have. */
static inline uint64_t
kv_version(const memkv *kv)
{
	return atomic_load_explicit(&kv->writes, memory_order_acquire);
}

/* ---- fork.c ---- */

/* Take its writers' lock around each fork from now on; false: no memory. */
bool kv_fork_watch(memkv *kv);
void kv_fork_forget(memkv *kv);

/* ---- store.c ---- */

/* Make an empty index of `v` on `s`. */
enum memkv_status side_open(memkv *kv, struct side *s, const struct ab_variant *v);
void side_close(struct side *s);
/* The side that is not in use. */
struct side *side_spare(memkv *kv);
/* It takes the place of the one in use, which is closed. */
void side_adopt(memkv *kv, struct side *s);
/* A handle without an index, its options checked. */
enum memkv_status kv_new(const struct memkv_options *options, memkv **out);
void kv_free(memkv *kv);

static inline bool
key_is_null(const void *key, size_t n)
{
	return !key && n;
}

static inline struct ab_key
key_of(const void *key, size_t n)
{
	return (struct ab_key){ key, n };
}

/* A NULL `hi`: to the end. */
static inline struct ab_range
range_of(const void *lo, size_t lo_n, const void *hi, size_t hi_n)
{
	return (struct ab_range){ key_of(lo, lo_n), key_of(hi, hi_n), hi };
}

/* ---- entry.c ---- */

/* Within a change that found no memory: has what waited for readers been freed, so that there may
 * be some now? */
bool kv_waited_for(const memkv *kv);
/* del, and once more if that is so. */
enum ab_status kv_del(const memkv *kv, struct ab_key key);
enum memkv_status kv_null_key(void);
/* That the variant is not changed key by key. */
enum memkv_status kv_no_put(const memkv *kv);

/* ---- many.c ---- */

enum memkv_status kv_null_entry(size_t i);

/* ---- fill.c ---- */

/* Fills an empty side with entries in order: by put; or, where that is slow or missing, by
 * build, for which it collects them. */
struct filler {
	memkv *kv;
	struct side *s;
	bool by_put;
	struct ab_entry *e; /* for build; until the end, a key is an offset in `bytes` */
	size_t n, room;
	uint8_t *bytes;
	size_t bytes_n, bytes_room;
};

void filler_open(struct filler *f, memkv *kv, struct side *s);
enum memkv_status filler_add(struct filler *f, struct ab_key key, uint64_t value);
/* Build, if `s` is no failure, and free what was collected. */
enum memkv_status filler_close(struct filler *f, enum memkv_status s);
/* Build an empty side from entries, whose keys strictly increase. */
enum memkv_status side_build(struct side *side, const struct ab_entry *sorted, size_t n);
/* Make `s` an index of `v` with all that is in the one in use. After a failure it is none. */
enum memkv_status side_copy(memkv *kv, struct side *s, const struct ab_variant *v);

#endif /* MEMKV_INTERNAL_H */
