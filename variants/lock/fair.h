/* fair.h: a mutex in which nobody waits for long while others come and go, and a lock of many
 * readers or one writer made of it.
 *
 * A thread that finds the mutex free takes it, even if others sleep who came before: to wake
 * one for each turn would cost more than most turns take. But once the first of those that wait
 * has done so for FAIR_PATIENCE_MS, whoever comes later waits behind it. Those that wait are
 * served in the order in which they came. So what the first one waits, after that time, is the
 * one turn that is on; and each of the others one turn more, for by then it has waited as long.
 * (sync.Mutex of Go does so since 1.9.)
 *
 * The other lock lets one writer at a time come to pthread's, in the same way. That prefers the
 * one who has come to readers that come later, and when it has done, those are let in before the
 * next writer comes: so neither waits for more than one turn of the other kind.
 *
 * Errors: as each function says. Threads: any number; none may take what it holds, nor, of the
 * other lock, read twice. No cancellation point. fork: the child may use a mutex that its parent
 * held meanwhile, after fair_forget; of the other lock nothing. */
#ifndef AB_FAIR_H
#define AB_FAIR_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum { FAIR_PATIENCE_MS = 1 };

struct fair_waiter;

struct fair {
	bool held;            /* atomic, as are the next two */
	bool asleep;          /* the first that waits: to be woken */
	int64_t since;        /* when it came; 0: nobody waits */
	pthread_mutex_t door; /* of the queue: */
	struct fair_waiter *first, **end;
};

/* 0, or what pthread_mutex_init says. */
int fair_init(struct fair *f);
void fair_fini(struct fair *f);
/* In the child of a fork: free, whoever waited. */
void fair_forget(struct fair *f);

/* Is it time to wait behind who came `since`? */
bool fair_is_late(int64_t since);
/* Wait in turn; until then at most, by CLOCK_REALTIME, if `until`. False: too late. */
bool fair_wait(struct fair *f, const struct timespec *until);
void fair_wake(struct fair *f);

/* Take it at once, if nobody has to be waited for. */
static inline bool
fair_try(struct fair *f)
{
	int64_t since = __atomic_load_n(&f->since, __ATOMIC_RELAXED);
	if (__builtin_expect(since != 0, 0) && fair_is_late(since))
		return false;
	return !__atomic_exchange_n(&f->held, true, __ATOMIC_SEQ_CST);
}

static inline void
fair_take(struct fair *f)
{
	if (!fair_try(f))
		fair_wait(f, NULL);
}

/* It is free before it is seen whether anybody sleeps; who goes to sleep says so before it is
 * seen whether it is free. */
static inline void
fair_leave(struct fair *f)
{
	__atomic_store_n(&f->held, false, __ATOMIC_SEQ_CST);
	if (__builtin_expect(__atomic_load_n(&f->asleep, __ATOMIC_SEQ_CST), 0))
		fair_wake(f);
}

/* ---- many readers or one writer ---- */

struct fair_rw {
	struct fair writers;
	pthread_rwlock_t lock;
};

/* 0, or what failed. */
int fair_rw_init(struct fair_rw *f);
void fair_rw_fini(struct fair_rw *f);

/* False: too many readers at once. */
static inline bool
fair_read(struct fair_rw *f)
{
	return pthread_rwlock_rdlock(&f->lock) == 0;
}

static inline void
fair_read_end(struct fair_rw *f)
{
	pthread_rwlock_unlock(&f->lock);
}

void fair_write(struct fair_rw *f);
void fair_write_end(struct fair_rw *f);

#endif /* AB_FAIR_H */
