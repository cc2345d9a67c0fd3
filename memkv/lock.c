/* lock.c: who may be in a store: what each thread is inside of, and the locks of thread modes. */
#include <time.h>
#include "internal.h"

/* What this thread is inside of, the innermost first. */
static _Thread_local struct frame *frames;

void
kv_frame_push(struct frame *f, const memkv *kv, bool frees)
{
	*f = (struct frame){ .kv = kv, .up = frames, .frees = frees };
	frames = f;
}

void
kv_frame_pop(const struct frame *f)
{
	frames = f->up;
}

static bool
is_inside(const memkv *kv, bool frees)
{
	for (const struct frame *f = frames; f; f = f->up)
		if (f->kv == kv && f->frees == frees)
			return true;
	return false;
}

bool
kv_is_visited(const memkv *kv)
{
	return is_inside(kv, false);
}

void **
kv_visit_taken(const memkv *kv, const void *p)
{
	for (struct frame *f = frames; f; f = f->up)
		for (size_t i = 0; f->kv == kv && !f->frees && i < 2; i++)
			if (f->taken[i] == p)
				return &f->taken[i];
	return NULL;
}

static struct fair_rw *
lock_of(const memkv *kv)
{
	return (struct fair_rw *)(uintptr_t)&kv->lock;
}

enum memkv_status
kv_null_store(void)
{
	return kv_fail(MEMKV_EINVAL, "the store is NULL; see memkv_open");
}

static enum memkv_status
usable(const memkv *kv)
{
	if (!kv)
		return kv_null_store();
	if (kv->closing && !kv_is_visited(kv))
		return kv_fail(
			MEMKV_EBUSY, "the store is half closed; call memkv_close again");
	return MEMKV_OK;
}

enum memkv_status
kv_read(const memkv *kv, bool *locked)
{
	enum memkv_status s = usable(kv);
	if (s != MEMKV_OK)
		return s;
	/* Inside a visitor this thread has the lock already. */
	*locked = kv->threads == MEMKV_RWLOCK && !kv_is_visited(kv);
	if (*locked && !fair_read(lock_of(kv)))
		return kv_fail(MEMKV_ENOMEM, "too many readers at once");
	return MEMKV_OK;
}

void
kv_read_done(const memkv *kv, bool locked)
{
	if (locked)
		fair_read_end(lock_of(kv));
}

enum memkv_status
kv_visit(const memkv *kv, struct visit *v)
{
	enum memkv_status s = kv_read(kv, &v->locked);
	if (s == MEMKV_OK)
		kv_frame_push(&v->frame, kv, false);
	return s;
}

void
kv_visit_done(const memkv *kv, const struct visit *v)
{
	kv_frame_pop(&v->frame);
	kv_read_done(kv, v->locked);
}

static bool
visits_a_concurrent_one(void)
{
	for (const struct frame *f = frames; f; f = f->up)
		if (!f->frees && f->kv->threads == MEMKV_CONCURRENT)
			return true;
	return false;
}

/* A writer may be waiting for all scans to be over, this thread's as well, for want of memory:
 * it is not waited for without end. False: it seems so. */
static bool
lock_writers(memkv *kv)
{
	struct timespec until;
	enum { SECONDS = 1 };
	if (fair_try(&kv->lock.writers))
		return true;
	if (!visits_a_concurrent_one())
		return fair_wait(&kv->lock.writers, NULL);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += SECONDS;
	return fair_wait(&kv->lock.writers, &until);
}

static void
unlock(memkv *kv)
{
	if (kv->threads == MEMKV_RWLOCK)
		fair_write_end(&kv->lock);
	else if (kv->threads == MEMKV_CONCURRENT)
		fair_leave(&kv->lock.writers);
}

static enum memkv_status
no_turn(void)
{
	return kv_fail(MEMKV_EBUSY, "another thread, short of memory, waits for "
				    "this one's visitor; change it later");
}

/* A visitor of it within the same hold, or a change, has its lock already. */
enum memkv_status
kv_hold(const memkv *kv)
{
	enum memkv_status s = usable(kv);
	if (s != MEMKV_OK || kv->threads != MEMKV_CONCURRENT)
		return s;
	return lock_writers((memkv *)(uintptr_t)kv) ? MEMKV_OK : no_turn();
}

void
kv_hold_done(const memkv *kv)
{
	if (kv->threads == MEMKV_CONCURRENT)
		fair_leave(&lock_of(kv)->writers);
}

enum memkv_status
kv_write(memkv *kv, bool sealed)
{
	enum memkv_status s = usable(kv);
	if (s != MEMKV_OK)
		return s;
	if (kv_is_visited(kv))
		return kv_fail(MEMKV_EBUSY, "a visitor may not change its store; note "
					    "what to change, or step "
					    "a cursor");
	if (kv->threads == MEMKV_RWLOCK)
		fair_write(&kv->lock);
	else if (kv->threads == MEMKV_CONCURRENT && !lock_writers(kv))
		return no_turn();
	if (kv->sealed && !sealed) {
		unlock(kv);
		return kv_fail(MEMKV_EREADONLY,
			"the store is frozen or mapped; memkv_thaw makes it writable");
	}
	gauge_enforce(&kv->now->gauge, true);
	return MEMKV_OK;
}

void
kv_write_done(memkv *kv)
{
	gauge_enforce(&kv->now->gauge, false);
	/* Whoever has been told of the change sees that there was one. */
	uint64_t writes = atomic_load_explicit(&kv->writes, memory_order_relaxed);
	atomic_store_explicit(&kv->writes, writes + 1, memory_order_release);
	unlock(kv);
}

void
kv_look(memkv *kv, struct frame *f)
{
	gauge_enforce(&kv->now->gauge, false);
	kv_frame_push(f, kv, false);
}

void
kv_looked(memkv *kv, const struct frame *f)
{
	kv_frame_pop(f);
	gauge_enforce(&kv->now->gauge, true);
}

enum memkv_status
kv_write_last(memkv *kv)
{
	if (is_inside(kv, true))
		return kv_fail(MEMKV_EBUSY, "free_value may not close its store");
	return kv_write(kv, true);
}

void
kv_free_value(const memkv *kv, uint64_t value)
{
	struct frame frame;
	kv_frame_push(&frame, kv, true);
	kv->free_value(kv->free_ctx, value);
	kv_frame_pop(&frame);
}
