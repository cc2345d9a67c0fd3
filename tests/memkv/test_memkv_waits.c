/* test_memkv_waits.c: MEMKV_CONCURRENT where one thread's call depends on what others do: a fork, no
 * room, a visitor that another thread waits for; and what is not done in this mode. */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
#include "memkv_lasting.h"

#if !CHECK_SANITIZED /* whose own locks a fork of threads may leave taken */
/* ---- fork ---- */

static void *
be_busy(void *arg)
{
	atomic_bool *stop = arg;
	char key[KEY_ROOM];
	size_t n = name(LASTING, key);
	while (!atomic_load(stop)) {
		memkv_put(kv, key, n, LASTING, NULL);
		memkv_remove(kv, key, n, NULL);
	}
	return NULL;
}

/* The child finds the store between two writes, and can go on with it, and end it. */
static int
as_child(void)
{
	char key[KEY_ROOM];
	bool right = true;
	alarm(30); /* for locks that are held by nobody */
	for (unsigned id = 0; id < LASTING; id++) {
		size_t n = name(id, key);
		right = right && memkv_contains(kv, key, n);
	}
	for (unsigned id = LASTING + 1; id < KEYS; id++) {
		size_t n = name(id, key);
		right = right && memkv_put(kv, key, n, id, NULL) == MEMKV_OK;
	}
	return right && memkv_close(kv) == MEMKV_OK ? 0 : 1;
}

static void
test_fork(void)
{
	enum { FORKS = 20, BUSY = 2 };
	pthread_t busy[BUSY];
	atomic_bool stop = false;
	kv = open_store(0);
	memkv *other = open_store(0); /* there may be several */
	CHECK(put_lasting(kv));
	for (int i = 0; i < BUSY; i++)
		CHECK(pthread_create(&busy[i], NULL, be_busy, &stop) == 0);
	for (int i = 0; i < FORKS; i++) {
		int status = -1;
		pid_t child = fork();
		if (child == 0)
			_exit(as_child());
		CHECK(child > 0 && waitpid(child, &status, 0) == child);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		if (i == FORKS / 2)
			CHECK(memkv_close(other) == MEMKV_OK);
	}
	atomic_store(&stop, true);
	for (int i = 0; i < BUSY; i++)
		pthread_join(busy[i], NULL);
	CHECK(memkv_len(kv) == LASTING && memkv_close(kv) == MEMKV_OK);
}

#endif

/* ---- no room ---- */

/* A put that is refused has had what waits freed: to do so again makes no room for it. */
static void
test_full(void)
{
	enum { ROOM = 20000 };
	char key[KEY_ROOM];
	enum memkv_status s = MEMKV_OK;
	size_t n = 0, keys = 0;
	kv = open_store(ROOM);
	for (; s == MEMKV_OK; keys++) {
		n = (size_t)sprintf(key, "%08zx", (size_t)rng_mix(keys) >> 32);
		s = memkv_put(kv, key, n, keys, NULL);
	}
	CHECK(s == MEMKV_ELIMIT && keys > 100 && memkv_len(kv) == keys - 1);
	CHECK(memkv_compact(kv) == MEMKV_OK);
	CHECK(memkv_put(kv, key, n, 1, NULL) == MEMKV_ELIMIT);
	CHECK(memkv_close(kv) == MEMKV_OK);
}

/* ---- what scans left behind ---- */

enum { MANY = 5000 };

static size_t few; /* bytes: what is held without them, and a little that may wait */

static size_t
many(unsigned i, char *key)
{
	return (size_t)sprintf(key, "k/%05u", i);
}

static bool
put_many(void)
{
	char key[KEY_ROOM];
	bool right = true;
	for (unsigned i = 0; i < MANY; i++)
		right = memkv_put(kv, key, many(i, key), i, NULL) == MEMKV_OK && right;
	return right;
}

/* A thread in a scan of a store, while this one removes all that is in another, or the same. */
struct stay {
	memkv *of;
	pthread_barrier_t in, out;
	enum memkv_status status;
};

static bool
visit_and_stay(void *arg, const void *key, size_t n, uint64_t value)
{
	struct stay *s = arg;
	(void)key, (void)n, (void)value;
	pthread_barrier_wait(&s->in);
	pthread_barrier_wait(&s->out);
	return false;
}

static void *
stay(void *arg)
{
	struct stay *s = arg;
	char key[KEY_ROOM];
	size_t n = name(LASTING - 1, key); /* so deep that the scan takes memory */
	s->status = memkv_range(s->of, key, n, NULL, 0, visit_and_stay, s);
	return NULL;
}

static void
remove_many_beside(memkv *of)
{
	struct stay s = { .of = of };
	pthread_t thread;
	char key[KEY_ROOM];
	size_t wrong = 0;
	pthread_barrier_init(&s.in, NULL, 2);
	pthread_barrier_init(&s.out, NULL, 2);
	CHECK(pthread_create(&thread, NULL, stay, &s) == 0);
	pthread_barrier_wait(&s.in);
	for (unsigned i = 0; i < MANY; i++)
		wrong += memkv_remove(kv, key, many(i, key), NULL) != MEMKV_OK;
	CHECK(wrong == 0 && atomic_load(&live) > 2 * few);
	pthread_barrier_wait(&s.out);
	pthread_join(thread, NULL);
	CHECK(s.status == MEMKV_STOPPED);
	pthread_barrier_destroy(&s.in);
	pthread_barrier_destroy(&s.out);
}

/* The last scan of the store frees it; if it was another store's, gets do, or who asks what is
 * held. What is freed so is counted: there is room for it all again. */
static void
test_left_behind(void)
{
	enum { GETS_MOST = 20, TIMES = 3, MAY_WAIT = 24 * 1024 };
	struct memkv_memory m;
	kv = open_store(0);
	CHECK(put_many());
	size_t limit = 3 * bytes_now();
	CHECK(memkv_close(kv) == MEMKV_OK);
	kv = open_store(limit);
	memkv *other = open_store(0);
	CHECK(put_lasting(kv) && put_lasting(other) && memkv_compact(other) == MEMKV_OK);
	size_t empty = bytes_now();
	few = atomic_load(&live) + MAY_WAIT;
	for (int again = 0; again < TIMES; again++) {
		CHECK(put_many());
		remove_many_beside(kv);
		CHECK(atomic_load(&live) < few);
	}

	CHECK(put_many());
	remove_many_beside(other);
	CHECK(atomic_load(&live) > 2 * few);
	unsigned gets = 0;
	while (atomic_load(&live) >= few && gets++ < GETS_MOST)
		CHECK(memkv_contains(kv, "k/00", 4));
	CHECK(gets > 1 && gets < GETS_MOST);

	CHECK(put_many());
	remove_many_beside(other);
	CHECK(memkv_memory(kv, &m) == MEMKV_OK && m.total < empty + MAY_WAIT);
	CHECK(atomic_load(&live) < few && memkv_len(kv) == LASTING);
	CHECK(memkv_close(kv) == MEMKV_OK && memkv_close(other) == MEMKV_OK);
	CHECK(atomic_load(&live) == 0);
}

/* ---- a visitor, and a thread that waits for it ---- */

static memkv *scanned;
static atomic_size_t removed;

/* From a store without room, until that needs memory: then it waits for the scan. */
static void *
remove_all(void *arg)
{
	char key[KEY_ROOM];
	uint64_t *wrong = arg;
	for (unsigned id = 0; id < LASTING; id++) {
		size_t n = name(id, key);
		*wrong += memkv_remove(kv, key, n, NULL) != MEMKV_OK;
		atomic_fetch_add(&removed, 1);
	}
	return NULL;
}

struct waiting {
	pthread_t thread;
	uint64_t wrong;
	size_t removed; /* when it stood still */
	bool added;     /* by a put before that */
	enum memkv_status put, get;
};

static bool
visit_and_change(void *arg, const void *key, size_t n, uint64_t value)
{
	struct waiting *x = arg;
	(void)key, (void)n, (void)value;
	CHECK(pthread_create(&x->thread, NULL, remove_all, &x->wrong) == 0);
	do { /* until then it has not begun to wait */
		x->put = memkv_put(kv, "put", 3, 1, NULL);
		x->added |= x->put == MEMKV_OK;
	} while (x->put != MEMKV_EBUSY && atomic_load(&removed) < LASTING);
	x->removed = atomic_load(&removed);
	x->get = memkv_get(kv, "k/00", 4, NULL);
	return false;
}

static void
test_waiting(void)
{
	struct waiting x = { .wrong = 0 };
	kv = open_store(0);
	CHECK(put_lasting(kv));
	size_t limit = bytes_now() + 2000;
	CHECK(memkv_close(kv) == MEMKV_OK);
	kv = open_store(limit);
	scanned = open_store(0);
	CHECK(put_lasting(kv) && memkv_put(scanned, "new", 3, 1, NULL) == MEMKV_OK);
	CHECK(memkv_range(scanned, NULL, 0, NULL, 0, visit_and_change, &x) ==
		MEMKV_STOPPED);
	pthread_join(x.thread, NULL);
	CHECK(x.removed < LASTING && x.put == MEMKV_EBUSY && x.get >= MEMKV_OK);
	CHECK(x.wrong == 0 && memkv_len(kv) == x.added);
	CHECK(memkv_close(kv) == MEMKV_OK && memkv_close(scanned) == MEMKV_OK);
}

/* ---- what is not done ---- */

static void
drop(void *ctx, uint64_t value)
{
	(void)ctx;
	(void)value;
}

static void
test_refused(void)
{
	struct memkv_entry e = { "a", 1, 1 };
	struct memkv_options owns = { .threads = MEMKV_CONCURRENT, .free_value = drop };
	struct memkv_stats st;
	memkv *none = NULL;
	kv = open_store(0);
	CHECK(memkv_put(kv, "a", 1, 1, NULL) == MEMKV_OK);
	CHECK(memkv_clear(kv) == MEMKV_EUNSUPPORTED);
	CHECK(memkv_freeze(kv) == MEMKV_EUNSUPPORTED);
	CHECK(memkv_thaw(kv) == MEMKV_EUNSUPPORTED);
	CHECK(memkv_bulk(kv, &e, 1, NULL) == MEMKV_EUNSUPPORTED);
	CHECK(memkv_stats(kv, &st) == MEMKV_OK && st.keys == 1 && !st.read_only);
	CHECK(memkv_put(kv, "a", 1, 2, NULL) == MEMKV_REPLACED);
	CHECK(memkv_open(variant, &owns, &none) == MEMKV_EUNSUPPORTED && !none);
	CHECK(memkv_close(kv) == MEMKV_OK);
}

int
main(void)
{
	if (!variant_found())
		return check_skip("needs libck-dev");
	test_refused();
	test_full();
	test_left_behind();
	test_waiting();
#if !CHECK_SANITIZED
	test_fork();
#endif
	return check_finish();
}
