/* fair.c: see fair.h. */
#include "fair.h"
#include <time.h>

/* On the stack of the thread that waits. */
struct fair_waiter {
	struct fair_waiter *next;
	int64_t came;
	pthread_cond_t turn; /* it is the first */
};

static int64_t
now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec + 1; /* never 0 */
}

bool
fair_is_late(int64_t since)
{
	return now() - since >= FAIR_PATIENCE_MS * INT64_C(1000000);
}

/* ---- the queue, under its door ---- */

static void
first_is(struct fair *f, struct fair_waiter *w)
{
	f->first = w;
	__atomic_store_n(&f->since, w ? w->came : 0, __ATOMIC_RELAXED);
}

static void
enter(struct fair *f, struct fair_waiter *w)
{
	w->next = NULL;
	*f->end = w;
	f->end = &w->next;
	if (f->first == w)
		first_is(f, w);
}

static void
leave(struct fair *f, struct fair_waiter *w)
{
	struct fair_waiter **at = &f->first;
	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	if (f->end == &w->next)
		f->end = at;
	if (at != &f->first)
		return;
	first_is(f, w->next);
	if (w->next)
		pthread_cond_signal(&w->next->turn);
}

/* Sleep, with the door open. False: it is too late. */
static bool
sleep_on(struct fair *f, struct fair_waiter *w, const struct timespec *until)
{
	return !(until ? pthread_cond_timedwait(&w->turn, &f->door, until)
		       : pthread_cond_wait(&w->turn, &f->door));
}

void
fair_wake(struct fair *f)
{
	pthread_mutex_lock(&f->door);
	if (__atomic_exchange_n(&f->asleep, false, __ATOMIC_SEQ_CST))
		pthread_cond_signal(&f->first->turn);
	pthread_mutex_unlock(&f->door);
}

/* ---- to wait ---- */

static bool
take(struct fair *f)
{
	return !__atomic_exchange_n(&f->held, true, __ATOMIC_SEQ_CST);
}

/* Turns are short: who waits for one had better not go to sleep at once. */
static bool
take_soon(struct fair *f)
{
	enum { LOOKS = 50 };
	for (int i = 0; i < LOOKS; i++) {
		if (!__atomic_load_n(&f->held, __ATOMIC_RELAXED) && take(f))
			return true;
#if defined(__x86_64__)
		__builtin_ia32_pause();
#endif
	}
	return false;
}

/* By the first, with the door shut but for a while. */
static bool
first_takes(struct fair *f, struct fair_waiter *w, const struct timespec *until)
{
	bool got, in_time = true;
	do {
		pthread_mutex_unlock(&f->door);
		got = take_soon(f);
		pthread_mutex_lock(&f->door);
		if (got)
			break;
		__atomic_store_n(&f->asleep, true, __ATOMIC_SEQ_CST);
		got = take(f);
		while (!got && in_time && __atomic_load_n(&f->asleep, __ATOMIC_RELAXED))
			in_time = sleep_on(f, w, until);
		__atomic_store_n(&f->asleep, false, __ATOMIC_RELAXED);
	} while (!got && in_time);
	return got;
}

bool
fair_wait(struct fair *f, const struct timespec *until)
{
	struct fair_waiter w = { .came = now(), .turn = PTHREAD_COND_INITIALIZER };
	bool in_time = true;
	int cancel;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	pthread_mutex_lock(&f->door);
	enter(f, &w);
	while (f->first != &w && in_time)
		in_time = sleep_on(f, &w, until);
	/* Too late, it is still taken if it is free and nobody came before. */
	bool got = (in_time && first_takes(f, &w, until)) || (f->first == &w && take(f));
	leave(f, &w);
	pthread_mutex_unlock(&f->door);
	pthread_cond_destroy(&w.turn);
	pthread_setcancelstate(cancel, NULL);
	return got;
}

/* ---- begin and end ---- */

int
fair_init(struct fair *f)
{
	f->held = f->asleep = false;
	f->end = &f->first;
	first_is(f, NULL);
	return pthread_mutex_init(&f->door, NULL);
}

void
fair_fini(struct fair *f)
{
	pthread_mutex_destroy(&f->door);
}

void
fair_forget(struct fair *f)
{
	fair_init(f);
}

/* ---- many readers or one writer ---- */

int
fair_rw_init(struct fair_rw *f)
{
	pthread_rwlockattr_t kind;
	int failed = fair_init(&f->writers);
	if (failed)
		return failed;
	failed = pthread_rwlockattr_init(&kind);
	if (!failed) {
		pthread_rwlockattr_setkind_np(
			&kind, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
		failed = pthread_rwlock_init(&f->lock, &kind);
		pthread_rwlockattr_destroy(&kind);
	}
	if (failed)
		fair_fini(&f->writers);
	return failed;
}

void
fair_rw_fini(struct fair_rw *f)
{
	pthread_rwlock_destroy(&f->lock);
	fair_fini(&f->writers);
}

void
fair_write(struct fair_rw *f)
{
	fair_take(&f->writers);
	pthread_rwlock_wrlock(&f->lock);
}

void
fair_write_end(struct fair_rw *f)
{
	pthread_rwlock_unlock(&f->lock);
	fair_leave(&f->writers);
}
