/* epoch.h: when no thread can be reading what was taken out of a structure any more:
 * epoch-based reclamation (K. Fraser, "Practical lock-freedom", Cambridge 2004), by
 * Concurrency Kit's ck_epoch. One epoch for the process, so that a thread has one record,
 * whatever it reads.
 *
 * A thread is registered when it first reads and gives its record back when it ends; a
 * later thread takes it. Records are malloc's and stay with the process: as many as
 * there have been readers at the same time.
 *
 * fork: the child has one thread, and the records of all others are given back. The lock
 * of every epoch_domain is taken around the fork, and made anew in the child, so that this
 * finds each structure between two writes and can go on with it.
 *
 * Errors: as each function says. Threads: any number. */
#ifndef CON_EPOCH_H
#define CON_EPOCH_H

#include <ck_epoch.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include "../lock/fair.h"

struct epoch_record {
	ck_epoch_record_t ck; /* first: aligned as it must be */
	struct epoch_record *next;
	bool used,
		reads;  /* by a thread, or by one that reads; under the registry's lock */
	uint32_t *held; /* atomic: see epoch_holds */
};

/* A structure: its writers' lock, and the record in which they wait for readers. */
struct epoch_domain {
	struct fair lock;
	struct epoch_record *record;
	struct epoch_record *keeper; /* atomic: see epoch_pass */
	struct epoch_domain *before, *after;
};

/* False: no memory. */
bool epoch_open(struct epoch_domain *d);
/* What waits in the record must have been dispatched: ck_epoch_reclaim. */
void epoch_close(struct epoch_domain *d);

/* The thread's record; NULL: not registered. */
extern _Thread_local struct epoch_record *epoch_own
	__attribute__((tls_model("initial-exec")));
/* The same, registered; NULL: no memory. */
struct epoch_record *epoch_register(void);

/* Tells ThreadSanitizer what it cannot see: what a reader did happened before what was
 * freed when it had left. gcc has a name for it, clang a feature. */
#if defined(__SANITIZE_THREAD__)
#define EPOCH_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define EPOCH_SANITIZED 1
#endif
#endif
#ifdef EPOCH_SANITIZED
void __tsan_acquire(void *addr);
void __tsan_release(void *addr);
extern char epoch_order;
#define EPOCH_LEFT()  __tsan_release(&epoch_order)
#define EPOCH_FREES() __tsan_acquire(&epoch_order)
#else
#define EPOCH_LEFT()  ((void)0)
#define EPOCH_FREES() ((void)0)
#endif

/* From here to epoch_leave, which gets the thread's record, nothing is freed that the thread
 * can reach. May be nested. NULL: no memory to register the thread. */
static inline struct epoch_record *
epoch_enter(void)
{
	struct epoch_record *own = epoch_own;
	if (__builtin_expect(!own, 0) && !(own = epoch_register()))
		return NULL;
	ck_epoch_begin(&own->ck, NULL);
	return own;
}

static inline void
epoch_leave(struct epoch_record *own)
{
	EPOCH_LEFT();
	ck_epoch_end(&own->ck, NULL);
}

/* The bit of a word in which threads that are in an epoch hold what it stands for. */
#define EPOCH_HELD (UINT32_C(1) << 31)

/* Said before the thread sets that bit, and with NULL when it has taken it back: if another one
 * forks meanwhile, the bit is taken back in the child. */
static inline void
epoch_holds(struct epoch_record *own, uint32_t *word)
{
	__atomic_store_n(&own->held, word, __ATOMIC_RELEASE);
}

/* Is the thread in between? */
static inline bool
epoch_inside(void)
{
	return epoch_own && epoch_own->ck.active;
}

/* Dispatch what waits in the record (ck_epoch_call) and no reader may know of, under the
 * lock. */
static inline void
epoch_poll(struct epoch_domain *d)
{
	ck_epoch_poll(&d->record->ck);
}

/* The same, as far as it goes. If some is left, for as long as one certain reader stays, that
 * one is the keeper. */
void epoch_pass(struct epoch_domain *d);

/* Is it still in? Any thread may ask. */
bool epoch_kept(const struct epoch_domain *d);

static inline void
epoch_unkeep(struct epoch_domain *d)
{
	__atomic_store_n(&d->keeper, NULL, __ATOMIC_RELAXED);
}

/* Has the thread's last stay kept anything from being freed? */
bool epoch_kept_others(void);

static inline bool
epoch_waits(const struct epoch_domain *d)
{
	return d->record->ck.n_pending != 0;
}

#endif /* CON_EPOCH_H */
