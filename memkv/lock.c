/* lock.c: who may be in a store: the frames of visits, and the locks of thread modes. */
#include "internal.h"

/* Visits that this thread is inside of, the innermost first. */
static _Thread_local struct visit_frame *visits;

void
kv_visit_begin(struct visit_frame *f, const memkv *kv)
{
	*f = (struct visit_frame){ kv, visits };
	visits = f;
}

void
kv_visit_end(const struct visit_frame *f)
{
	visits = f->up;
}

static bool
is_visited(const memkv *kv)
{
	for (const struct visit_frame *f = visits; f; f = f->up)
		if (f->kv == kv)
			return true;
	return false;
}

static pthread_rwlock_t *
lock_of(const memkv *kv)
{
	return (pthread_rwlock_t *)(uintptr_t)&kv->lock;
}

static enum memkv_status
usable(const memkv *kv)
{
	if (!kv)
		return kv_fail(MEMKV_EINVAL, "the store is NULL; see memkv_open");
	if (kv->closing && !is_visited(kv))
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
	*locked = kv->threads == MEMKV_RWLOCK && !is_visited(kv);
	if (*locked && pthread_rwlock_rdlock(lock_of(kv)) != 0)
		return kv_fail(MEMKV_ENOMEM, "too many readers at once");
	return MEMKV_OK;
}

void
kv_read_done(const memkv *kv, bool locked)
{
	if (locked)
		pthread_rwlock_unlock(lock_of(kv));
}

static void
unlock(memkv *kv)
{
	if (kv->threads == MEMKV_RWLOCK)
		pthread_rwlock_unlock(&kv->lock);
	else if (kv->threads == MEMKV_CONCURRENT)
		pthread_mutex_unlock(&kv->writers);
}

enum memkv_status
kv_write(memkv *kv, bool sealed)
{
	enum memkv_status s = usable(kv);
	if (s != MEMKV_OK)
		return s;
	if (is_visited(kv))
		return kv_fail(MEMKV_EBUSY, "a visitor may not change its store; note "
					    "what to change, or step "
					    "a cursor");
	if (kv->threads == MEMKV_RWLOCK)
		pthread_rwlock_wrlock(&kv->lock);
	else if (kv->threads == MEMKV_CONCURRENT)
		pthread_mutex_lock(&kv->writers);
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
	unlock(kv);
}
