/* test_memkv_cancel.c: each call is made by a thread that is asked to end: by every function of the
 * caller's within the call, which then ends it at once, if the call lets it; or before the call,
 * which begins only if it asks nothing of the system. What has begun must be done as a whole, and
 * leave no lock, reader, descriptor or file. */
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
#include "kit/check.h"
#include "internal.h"
#include "memkv_kit.h"

enum { KEYS = 3000 };

static char dir[] = "/tmp/test_memkv_cancel.XXXXXX";
static memkv *kv;

/* ---- the caller's functions: each may end its thread ---- */

static _Thread_local bool ends;
static size_t freed; /* blocks, by a thread that ends */

static void
end_here(void)
{
	if (ends)
		pthread_cancel(pthread_self());
	pthread_testcancel();
}

static void *
end_alloc(void *ctx, size_t size)
{
	(void)ctx;
	end_here();
	return malloc(size);
}

static void *
end_resize(void *ctx, void *p, size_t old_size, size_t size)
{
	(void)ctx;
	(void)old_size;
	end_here();
	return realloc(p, size);
}

static void
end_free(void *ctx, void *p, size_t size)
{
	(void)ctx;
	(void)size;
	free(p);
	freed += ends;
	end_here();
}

static const struct memkv_allocator ending = { end_alloc, end_resize, end_free, NULL };

static bool
end_visit(void *arg, const void *key, size_t n, uint64_t value)
{
	(void)key;
	(void)value;
	end_here();
	return ++*(size_t *)arg < 20 || n;
}

static void
end_value(void *ctx, uint64_t value)
{
	(void)ctx;
	(void)value;
	end_here();
}

/* ---- the calls ---- */

static const struct memkv_options of_file = { .allocator = &ending };

static enum memkv_status
call_put(void)
{
	static char key[5000];
	for (size_t n = 0; n < 40; n++)
		memkv_put(kv, key, n, n, NULL);
	return memkv_put(kv, key, sizeof key, 1, NULL);
}

static enum memkv_status
call_remove(void)
{
	static char key[5000];
	memkv_remove(kv, "no", 2, NULL);
	return memkv_remove(kv, key, sizeof key, NULL);
}

static enum memkv_status
call_bulk(void)
{
	static const struct memkv_entry e = { "bulk", 4, 1 };
	memkv_clear(kv);
	return memkv_bulk(kv, &e, 1, NULL);
}

static enum memkv_status
call_clear(void)
{
	return memkv_clear(kv);
}

static enum memkv_status
call_compact(void)
{
	return memkv_compact(kv);
}

static enum memkv_status
call_freeze(void)
{
	return memkv_freeze(kv);
}

static enum memkv_status
call_thaw(void)
{
	return memkv_thaw(kv);
}

static enum memkv_status
call_scan(void)
{
	size_t visits = 0;
	memkv_range(kv, NULL, 0, NULL, 0, end_visit, &visits);
	return memkv_prefix(kv, "k", 1, end_visit, &visits);
}

static enum memkv_status
call_find(void)
{
	static char start[500], room[MEMKV_KEY_MOST];
	struct memkv_found f = { room, sizeof room, 0, 0 };
	memkv_first(kv, &f);
	memkv_last(kv, &f);
	memkv_prev(kv, "l", 1, &f);
	return memkv_next(kv, start, sizeof start, &f);
}

static enum memkv_status
call_cursor(void)
{
	memkv_cursor *c;
	enum memkv_status s = memkv_cursor_open(kv, &c);
	memkv_cursor_seek(c, "key/1", 5);
	for (int i = 0; i < 20; i++)
		memkv_cursor_next(c);
	memkv_cursor_prev(c);
	memkv_cursor_close(c);
	return s;
}

static enum memkv_status
call_get(void)
{
	memkv_get(kv, "key/1", 5, NULL);
	return memkv_len(kv) ? MEMKV_OK : MEMKV_EFULL;
}

static enum memkv_status
call_memory(void)
{
	struct memkv_memory m;
	return memkv_memory(kv, &m);
}

static enum memkv_status
call_save(void)
{
	return memkv_save(kv, "saved");
}

static enum memkv_status
call_save_nowhere(void)
{
	return memkv_save(kv, "no/such/place") == MEMKV_EIO ? MEMKV_OK : MEMKV_EFULL;
}

static enum memkv_status
call_load(void)
{
	memkv *other = NULL;
	enum memkv_status s = memkv_load("saved", NULL, &of_file, &other);
	return s == MEMKV_OK ? memkv_close(other) : s;
}

static enum memkv_status
call_map(void)
{
	memkv *other = NULL;
	enum memkv_status s = memkv_map("saved", &of_file, &other);
	return s == MEMKV_OK ? memkv_close(other) : s;
}

static enum memkv_status
call_load_nothing(void)
{
	memkv *other = NULL;
	return memkv_load("absent", NULL, &of_file, &other) == MEMKV_EIO ? MEMKV_OK
									 : MEMKV_EFULL;
}

static enum memkv_status
call_close(void)
{
	return memkv_close(kv);
}

#define CALL(name)                                                                       \
	{                                                                                \
#name, call_##name, false                                                \
	}
#define ASKS(name)                                                                       \
	{                                                                                \
#name, call_##name, true                                                 \
	}

struct call {
	const char *name;
	enum memkv_status (*make)(void);
	bool asks_system;
};

/* ---- a thread that is to end ---- */

struct ending {
	const struct call *call;
	bool before;
	bool returned;
	enum memkv_status status;
};

static void *
end(void *arg)
{
	struct ending *e = arg;
	ends = true;
	if (e->before)
		pthread_cancel(pthread_self());
	e->status = e->call->make();
	e->returned = true;
	end_here(); /* and not before */
	return NULL;
}

static int
count_in(const char *path)
{
	int n = 0;
	DIR *d = opendir(path);
	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

/* Neither lock is held by one that is gone. */
static bool
is_free(void)
{
	if (pthread_rwlock_trywrlock(&kv->lock.lock) != 0 || !fair_try(&kv->lock.writers))
		return false;
	fair_leave(&kv->lock.writers);
	return pthread_rwlock_unlock(&kv->lock.lock) == 0;
}

static bool
ends_after(const struct call *c, bool before)
{
	struct ending e = { .call = c, .before = before };
	bool begins = !(before && c->asks_system);
	int descriptors = count_in("/proc/self/fd");
	void *result = NULL;
	pthread_t t;
	CHECK(pthread_create(&t, NULL, end, &e) == 0 && pthread_join(t, &result) == 0);
	bool right = CHECK(e.returned == begins && e.status >= MEMKV_OK) &&
		     CHECK(result == PTHREAD_CANCELED) &&
		     CHECK((begins && c->make == call_close) || is_free()) &&
		     CHECK(count_in("/proc/self/fd") == descriptors) &&
		     CHECK(count_in(".") == 2 + (access("saved", F_OK) == 0));
	if (!right)
		fprintf(stderr, "  %s, threads %d: %s\n", c->name, (int)kv->threads,
			memkv_status_text(e.status));
	return right;
}

static bool
fill(const struct memkv_options *o)
{
	char key[32];
	enum memkv_status s = memkv_open(NULL, o, &kv);
	for (unsigned i = 0; s == MEMKV_OK && i < KEYS; i++)
		s = memkv_put(kv, key, (size_t)sprintf(key, "key/%u", i), i, NULL);
	return s == MEMKV_OK;
}

/* Whoever is not known to have left would have what is removed kept. */
static bool
nobody_reads(void)
{
	struct memkv_stats st = { 0 };
	char key[32];
	for (unsigned i = 0; i < KEYS; i++)
		memkv_remove(kv, key, (size_t)sprintf(key, "key/%u", i), NULL);
	return memkv_compact(kv) == MEMKV_OK && memkv_stats(kv, &st) == MEMKV_OK &&
	       st.bytes < 10 * KEYS;
}

/* From the visitor of another store, so that what goes has to wait, and others free it. */
static bool
remove_most(void *arg, const void *key, size_t n, uint64_t value)
{
	(void)arg;
	(void)key;
	(void)n;
	(void)value;
	char own[32];
	for (unsigned i = 2; i < KEYS; i++)
		memkv_remove(kv, own, (size_t)sprintf(own, "key/%u", i), NULL);
	return false;
}

/* Readers of MEMKV_CONCURRENT free what scans kept, by the caller's function. */
static void
test_freed_by_readers(const struct memkv_options *o)
{
	static const struct call readers[] = { CALL(get), CALL(memory) };
	memkv *other = NULL;
	CHECK(memkv_open(NULL, o, &other) == MEMKV_OK &&
		memkv_put(other, "", 0, 1, NULL) == MEMKV_OK);
	for (size_t i = 0; i < 2; i++) {
		struct memkv_stats st = { 0 };
		CHECK(fill(o));
		memkv_range(other, NULL, 0, NULL, 0, remove_most, NULL);
		freed = 0;
		if (!CHECK(ends_after(&readers[i], false)))
			return; /* and a lock may be held for ever */
		CHECK(freed > 0 && memkv_put(kv, "after", 5, 1, NULL) == MEMKV_OK);
		CHECK(memkv_stats(kv, &st) == MEMKV_OK && st.bytes < 10 * KEYS);
		CHECK(memkv_close(kv) == MEMKV_OK);
	}
	CHECK(memkv_close(other) == MEMKV_OK);
}

static bool
test_calls(const struct memkv_options *o, const struct call *calls, size_t n)
{
	if (!fill(o))
		return CHECK(
			memkv_open(NULL, o, &kv) == MEMKV_EUNSUPPORTED); /* without ck */
	for (size_t i = 0; i < n; i++)
		if (!ends_after(&calls[i], false) ||
			(o->threads == MEMKV_RWLOCK && !o->free_value &&
				calls[i].make != call_close &&
				!ends_after(&calls[i], true)))
			return false; /* and a lock may be held for ever */
	return true;
}

int
main(void)
{
	static const struct call any[] = { CALL(put), CALL(remove), CALL(compact),
		CALL(scan), CALL(find), CALL(cursor), CALL(get), CALL(memory), ASKS(save),
		ASKS(save_nowhere), ASKS(load), ASKS(map), ASKS(load_nothing) },
				 whole[] = { CALL(freeze), ASKS(save), CALL(thaw),
					 CALL(clear), CALL(bulk) },
				 owned[] = { CALL(put), CALL(remove), CALL(clear),
					 CALL(put), CALL(close) },
				 last[] = { CALL(close) };
	CHECK(mkdtemp(dir) && chdir(dir) == 0);
	for (int mode = MEMKV_ONE_THREAD; mode <= MEMKV_CONCURRENT; mode++) {
		struct memkv_options o = { .threads = (enum memkv_threads)mode,
			.allocator = &ending };
		bool alone = mode != MEMKV_CONCURRENT;
		if (!test_calls(&o, any, sizeof any / sizeof *any))
			break;
		if (!kv)
			break;
		CHECK(alone || nobody_reads());
		CHECK(memkv_close(kv) == MEMKV_OK);
		if (alone && test_calls(&o, whole, sizeof whole / sizeof *whole))
			CHECK(memkv_close(kv) == MEMKV_OK);
		if (!test_calls(&o, last, 1))
			break;
		if (mode == MEMKV_CONCURRENT)
			test_freed_by_readers(&o);
		o.free_value = end_value;
		if (alone && !test_calls(&o, owned, sizeof owned / sizeof *owned))
			break;
	}
	unlink("saved");
	CHECK(chdir("/") == 0 && rmdir(dir) == 0);
	return check_finish();
}
