/* epoch.c: see epoch.h. */
#include "epoch.h"
#include <stdlib.h>

_Thread_local struct epoch_record *epoch_own;
#ifdef EPOCH_SANITIZED
char epoch_order;
#endif

static ck_epoch_t epoch;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t at_thread_exit;
static bool ready;

/* Guards the lists, and the flags of the records. Taken before any domain's lock. */
static pthread_mutex_t registry = PTHREAD_MUTEX_INITIALIZER;
static struct epoch_record *records; /* none goes: epoch_pass reads them unlocked */
static struct epoch_domain *domains;

static void
give_back(struct epoch_record *r)
{
	ck_epoch_unregister(&r->ck);
	r->used = r->reads = false;
}

static void
thread_ends(void *record)
{
	pthread_mutex_lock(&registry);
	give_back(record);
	pthread_mutex_unlock(&registry);
	epoch_own = NULL;
}

/* ---- fork ---- */

static void
fork_begins(void)
{
	pthread_mutex_lock(&registry);
	for (struct epoch_domain *d = domains; d; d = d->after)
		fair_take(&d->lock);
}

static void
fork_ends(void)
{
	for (struct epoch_domain *d = domains; d; d = d->after)
		fair_leave(&d->lock);
	pthread_mutex_unlock(&registry);
}

/* Its thread is not in the child. */
static void
give_back_for(struct epoch_record *r)
{
	if (r->held)
		*r->held &= ~EPOCH_HELD;
	r->held = NULL;
	give_back(r);
}

static void
fork_ends_in_child(void)
{
	for (struct epoch_record *r = records; r; r = r->next)
		if (r->used && r->reads && r != epoch_own)
			give_back_for(r);
	for (struct epoch_domain *d = domains; d; d = d->after)
		fair_forget(&d->lock);
	pthread_mutex_unlock(&registry);
}

/* ---- records ---- */

static void
begin(void)
{
	ck_epoch_init(&epoch);
	ready = pthread_key_create(&at_thread_exit, thread_ends) == 0;
	if (ready && pthread_atfork(fork_begins, fork_ends, fork_ends_in_child) != 0) {
		pthread_key_delete(at_thread_exit);
		ready = false;
	}
}

static struct epoch_record *
new_record(void)
{
	size_t align = _Alignof(struct epoch_record);
	size_t size = (sizeof(struct epoch_record) + align - 1) / align * align;
	struct epoch_record *r = aligned_alloc(align, size);
	if (!r)
		return NULL;
	ck_epoch_register(&epoch, &r->ck, NULL);
	r->held = NULL;
	r->next = records;
	__atomic_store_n(&records, r, __ATOMIC_RELEASE);
	return r;
}

static struct epoch_record *
take(bool reads)
{
	struct epoch_record *r = NULL;
	pthread_once(&once, begin);
	if (!ready)
		return NULL;
	pthread_mutex_lock(&registry);
	ck_epoch_record_t *old = ck_epoch_recycle(&epoch, NULL);
	r = old ? (struct epoch_record *)(void *)old : new_record();
	if (r) {
		r->used = true;
		r->reads = reads;
	}
	pthread_mutex_unlock(&registry);
	return r;
}

struct epoch_record *
epoch_register(void)
{
	struct epoch_record *r = take(true);
	if (r && pthread_setspecific(at_thread_exit, r) != 0) {
		thread_ends(r);
		r = NULL;
	}
	epoch_own = r;
	return r;
}

bool
epoch_open(struct epoch_domain *d)
{
	if (fair_init(&d->lock) != 0)
		return false;
	d->record = take(false);
	if (!d->record) {
		fair_fini(&d->lock);
		return false;
	}
	pthread_mutex_lock(&registry);
	d->keeper = NULL;
	d->before = NULL;
	d->after = domains;
	if (domains)
		domains->before = d;
	domains = d;
	pthread_mutex_unlock(&registry);
	return true;
}

void
epoch_close(struct epoch_domain *d)
{
	pthread_mutex_lock(&registry);
	if (d->after)
		d->after->before = d->before;
	if (d->before)
		d->before->after = d->after;
	else
		domains = d->after;
	give_back(d->record);
	pthread_mutex_unlock(&registry);
	fair_fini(&d->lock);
}

/* ---- who keeps what ---- */

/* A stay that began before the epoch that there is: it ends before there is another. */
static bool
is_old(const struct epoch_record *r)
{
	return ck_pr_load_uint(&r->ck.epoch) != ck_epoch_value(&epoch);
}

static bool
keeps(const struct epoch_record *r)
{
	return ck_pr_load_uint(&r->ck.active) && is_old(r);
}

void
epoch_pass(struct epoch_domain *d)
{
	enum { GRACE = 3 }; /* epochs */
	struct epoch_record *r = NULL;
	for (int i = 0; i < GRACE && epoch_waits(d); i++)
		epoch_poll(d);
	if (epoch_waits(d))
		for (r = __atomic_load_n(&records, __ATOMIC_ACQUIRE); r && !keeps(r);)
			r = r->next;
	__atomic_store_n(&d->keeper, r, __ATOMIC_RELAXED);
}

bool
epoch_kept(const struct epoch_domain *d)
{
	const struct epoch_record *r = __atomic_load_n(&d->keeper, __ATOMIC_RELAXED);
	return r && keeps(r);
}

bool
epoch_kept_others(void)
{
	return epoch_own && is_old(epoch_own);
}
