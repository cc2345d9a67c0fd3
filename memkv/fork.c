/* fork.c: a fork finds each store of MEMKV_CONCURRENT between two changes, so that the child can
 * go on with it: its writers' lock is taken before, and after given back, or in the child made anew.
 *
 * The index has a lock of its own that is taken around a fork (variants/concurrent/epoch.h). A
 * writer takes that after the store's, and so does a fork: what was registered last is called
 * first, and a store is known here only when its index is there. */
#include "internal.h"

static pthread_mutex_t registry = PTHREAD_MUTEX_INITIALIZER;
static memkv *stores;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool ready;

static void
fork_begins(void)
{
	pthread_mutex_lock(&registry);
	for (memkv *kv = stores; kv; kv = kv->after)
		fair_take(&kv->lock.writers);
}

static void
fork_ends(void)
{
	for (memkv *kv = stores; kv; kv = kv->after)
		fair_leave(&kv->lock.writers);
	pthread_mutex_unlock(&registry);
}

static void
fork_ends_in_child(void)
{
	for (memkv *kv = stores; kv; kv = kv->after)
		fair_forget(&kv->lock.writers);
	pthread_mutex_unlock(&registry);
}

static void
begin(void)
{
	ready = pthread_atfork(fork_begins, fork_ends, fork_ends_in_child) == 0;
}

bool
kv_fork_watch(memkv *kv)
{
	pthread_once(&once, begin);
	if (!ready)
		return false;
	pthread_mutex_lock(&registry);
	kv->forks = true;
	kv->before = NULL;
	kv->after = stores;
	if (stores)
		stores->before = kv;
	stores = kv;
	pthread_mutex_unlock(&registry);
	return true;
}

void
kv_fork_forget(memkv *kv)
{
	if (!kv->forks)
		return;
	pthread_mutex_lock(&registry);
	if (kv->after)
		kv->after->before = kv->before;
	if (kv->before)
		kv->before->after = kv->after;
	else
		stores = kv->after;
	pthread_mutex_unlock(&registry);
}
