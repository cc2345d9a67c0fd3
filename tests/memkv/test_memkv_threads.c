/* test_memkv_threads.c: MEMKV_RWLOCK: readers, by get, scans and cursors, beside a writer that
 * puts, removes, clears, freezes and thaws. Every value says which key it belongs to. Then values
 * are objects that the store owns: two writers let them go in every way there is, and no visitor
 * may meet one that is freed. And who waits to write is not passed by for ever, nor a reader by
 * writers that wait, with MEMKV_CONCURRENT neither. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "kit/check.h"
#include "memkv_kit.h"
#include "contract/rng.h"

enum { READERS = 3, KEYS = 300, CHANGES = CHECK_SANITIZED ? 3000 : 10000 };

static memkv *kv;
static _Atomic bool done;
static atomic_uint met; /* readers that have found anything; writers wait for all */

/* What one thread found. */
struct reader {
	pthread_t thread;
	uint64_t rng, right, wrong;
};

static void
note(struct reader *r, bool right)
{
	if (!right)
		r->wrong++;
	else if (!r->right++)
		atomic_fetch_add(&met, 1);
}

static size_t
name(uint64_t i, char *key)
{
	return (size_t)snprintf(key, 32, "key/%llu", (unsigned long long)i);
}

static bool
is_right(const void *key, size_t n, uint64_t value)
{
	char own[32];
	return n == name(value % KEYS, own) && memcmp(key, own, n) == 0;
}

static bool
visit(void *arg, const void *key, size_t n, uint64_t value)
{
	struct reader *r = arg;
	uint64_t again = 0;
	/* Inside, the store stands still, and this thread may go on reading. */
	bool right = is_right(key, n, value) &&
		     memkv_get(kv, key, n, &again) == MEMKV_OK && again == value &&
		     memkv_put(kv, key, n, 1, NULL) == MEMKV_EBUSY;
	note(r, right);
	return rng_below(&r->rng, 40) > 0;
}

static void
walk(struct reader *r)
{
	memkv_cursor *c;
	if (memkv_cursor_open(kv, &c) != MEMKV_OK) {
		r->wrong++;
		return;
	}
	for (int i = 0; i < 20; i++) {
		size_t n;
		enum memkv_status s = i % 3 ? memkv_cursor_next(c) : memkv_cursor_prev(c);
		const void *key = memkv_cursor_key(c, &n);
		if (s == MEMKV_OK)
			note(r, is_right(key, n, memkv_cursor_value(c)));
		else
			r->wrong += s != MEMKV_NOT_FOUND;
	}
	memkv_cursor_close(c);
}

static void *
read_on(void *arg)
{
	struct reader *r = arg;
	char key[32];
	while (!done) {
		uint64_t value, i = rng_below(&r->rng, KEYS);
		size_t n = name(i, key);
		if (memkv_get(kv, key, n, &value) == MEMKV_OK)
			note(r, value % KEYS == i);
		memkv_range(kv, key, n, NULL, 0, visit, r);
		walk(r);
		r->wrong += memkv_len(kv) > KEYS;
	}
	return NULL;
}

static void
write_on(uint64_t rng)
{
	char key[32];
	uint64_t wrong = 0;
	for (uint64_t change = 0; change < CHANGES || atomic_load(&met) < READERS;
		change++) {
		uint64_t i = rng_below(&rng, KEYS);
		size_t n = name(i, key);
		if (change % 3)
			wrong += memkv_put(kv, key, n, change * KEYS + i, NULL) < 0;
		else
			wrong += memkv_remove(kv, key, n, NULL) < 0;
		if (change % 1000 == 500)
			wrong += memkv_freeze(kv) != MEMKV_OK ||
				 memkv_put(kv, key, n, 1, NULL) != MEMKV_EREADONLY ||
				 memkv_thaw(kv) != MEMKV_OK;
		if (change % 3000 == 2999)
			wrong += memkv_clear(kv) != MEMKV_OK;
	}
	CHECK(wrong == 0);
}

/* ---- objects ---- */

enum { ALIVE = 0x600d, WRITERS = 2, OBJECT_KEYS = 40 };

struct object {
	uint64_t key;
	unsigned state;
};

static atomic_size_t made, freed;

static void
free_object(void *ctx, uint64_t value)
{
	struct object *o = (struct object *)(uintptr_t)value;
	(void)ctx;
	atomic_fetch_add(&freed, 1);
	o->state = 0;
	free(o);
}

static bool
visit_object(void *arg, const void *key, size_t n, uint64_t value)
{
	struct reader *r = arg;
	char own[32];
	const struct object *o = (const struct object *)(uintptr_t)value;
	bool right = o->state == ALIVE && n == name(o->key, own) &&
		     memcmp(key, own, n) == 0 && memkv_get_ptr(kv, key, n) == o;
	note(r, right);
	return true;
}

static void *
read_objects(void *arg)
{
	struct reader *r = arg;
	struct memkv_stats st;
	while (!done) {
		memkv_range(kv, NULL, 0, NULL, 0, visit_object, r);
		memkv_prefix(kv, "key/1", 5, visit_object, r);
		r->wrong += memkv_stats(kv, &st) != MEMKV_OK || st.keys > OBJECT_KEYS;
	}
	return NULL;
}

/* A status that another writer's freeze is a reason for. */
static bool
went(enum memkv_status s)
{
	return s >= 0 || s == MEMKV_EREADONLY;
}

static void
put_object(struct reader *w, uint64_t i, bool asks)
{
	char key[32];
	void *old = NULL;
	struct object *o = malloc(sizeof *o);
	if (!o)
		return;
	*o = (struct object){ i, ALIVE };
	atomic_fetch_add(&made, 1);
	enum memkv_status s = memkv_put_ptr(kv, key, name(i, key), o, asks ? &old : NULL);
	w->wrong += !went(s);
	if (s < 0)
		free_object(NULL, (uint64_t)(uintptr_t)o);
	if (old)
		free_object(NULL, (uint64_t)(uintptr_t)old);
}

static void *
write_objects(void *arg)
{
	struct reader *w = arg;
	char key[32];
	for (uint64_t change = 0; change < CHANGES || atomic_load(&met) < READERS;
		change++) {
		uint64_t i = rng_below(&w->rng, OBJECT_KEYS),
			 pick = rng_below(&w->rng, 6);
		void *old = NULL;
		if (pick < 4)
			put_object(w, i, pick & 1);
		else
			w->wrong += !went(memkv_remove_ptr(
				kv, key, name(i, key), pick & 1 ? &old : NULL));
		if (old)
			free_object(NULL, (uint64_t)(uintptr_t)old);
		if (change % 500 == 0)
			w->wrong += memkv_freeze(kv) != MEMKV_OK ||
				    memkv_thaw(kv) != MEMKV_OK;
		if (change % 1000 == 999)
			w->wrong += !went(memkv_clear(kv));
		w->right++;
	}
	return NULL;
}

static void
test_objects(void)
{
	struct memkv_options o = {
		.threads = MEMKV_RWLOCK, .free_value = free_object, .free_ctx = &freed
	};
	struct reader r[READERS] = { 0 }, w[WRITERS] = { 0 };
	done = false;
	atomic_store(&met, 0);
	CHECK(memkv_open(NULL, &o, &kv) == MEMKV_OK);
	for (uint64_t i = 0; i < READERS; i++)
		CHECK(pthread_create(&r[i].thread, NULL, read_objects, &r[i]) == 0);
	for (uint64_t i = 0; i < WRITERS; i++) {
		w[i].rng = i;
		CHECK(pthread_create(&w[i].thread, NULL, write_objects, &w[i]) == 0);
	}
	for (int i = 0; i < WRITERS; i++) {
		pthread_join(w[i].thread, NULL);
		CHECK(w[i].right >= CHANGES && w[i].wrong == 0);
	}
	done = true;
	for (int i = 0; i < READERS; i++) {
		pthread_join(r[i].thread, NULL);
		CHECK(r[i].right > 0 && r[i].wrong == 0);
	}
	CHECK(memkv_close(kv) == MEMKV_OK && made > CHANGES && made == freed);
}

static void
test_numbers(void)
{
	struct memkv_options o = { .threads = MEMKV_RWLOCK };
	struct reader r[READERS] = { 0 };
	CHECK(memkv_open(NULL, &o, &kv) == MEMKV_OK);
	for (int i = 0; i < READERS; i++) {
		r[i].rng = (uint64_t)i;
		CHECK(pthread_create(&r[i].thread, NULL, read_on, &r[i]) == 0);
	}
	write_on(99);
	done = true;
	for (int i = 0; i < READERS; i++) {
		pthread_join(r[i].thread, NULL);
		CHECK(r[i].right > 0 && r[i].wrong == 0);
	}
	CHECK(memkv_close(kv) == MEMKV_OK);
}

#if !CHECK_SANITIZED /* which sleeps for reasons of its own */
/* ---- turns ---- */

/* One that waits while another writes. */
struct waiter {
	pthread_t thread;
	atomic_int id; /* of the system; 0: it has not begun */
	bool writes, found;
};

static void *
wait_for_turn(void *arg)
{
	struct waiter *w = arg;
	atomic_store(&w->id, (int)syscall(SYS_gettid));
	if (w->writes)
		w->found = memkv_put(kv, "waits", 5, 1, NULL) != MEMKV_OK;
	else
		w->found = memkv_contains(kv, "waits", 5);
	return NULL;
}

static bool
is_asleep(const struct waiter *w)
{
	char path[64], state = 0;
	int id = atomic_load(&w->id);
	if (!id)
		return false;
	snprintf(path, sizeof path, "/proc/self/task/%d/stat", id);
	FILE *f = fopen(path, "r");
	bool known = f && fscanf(f, "%*d (%*[^)]) %c", &state) == 1;
	if (f)
		fclose(f);
	return known && state == 'S';
}

static void
begin_to_wait(struct waiter *w)
{
	CHECK(pthread_create(&w->thread, NULL, wait_for_turn, w) == 0);
	while (!is_asleep(w))
		usleep(1000);
}

/* An allocator whose next block is taken in the turn that they wait for. */
struct turn {
	bool on, read;
	struct waiter writer, reader;
};

static void *
turn_alloc(void *ctx, size_t size)
{
	enum { US = 20000 }; /* longer than the first of them has patience */
	struct turn *t = ctx;
	if (t->on) {
		t->on = false;
		begin_to_wait(&t->writer);
		if (t->read)
			begin_to_wait(&t->reader);
		usleep(US);
	}
	return malloc(size);
}

static void *
turn_resize(void *ctx, void *p, size_t old_size, size_t size)
{
	(void)ctx, (void)old_size;
	return realloc(p, size);
}

static void
turn_free(void *ctx, void *p, size_t size)
{
	(void)ctx, (void)size;
	free(p);
}

/* This thread writes, and at once again: the reader that waited comes in between, if readers
 * wait, and then the writer. */
static void
test_turns(enum memkv_threads threads)
{
	struct turn t = { .read = threads == MEMKV_RWLOCK, .writer = { .writes = true } };
	struct memkv_allocator a = { turn_alloc, turn_resize, turn_free, &t };
	struct memkv_options o = { .threads = threads, .allocator = &a };
	if (memkv_open(NULL, &o, &kv) == MEMKV_EUNSUPPORTED)
		return; /* without libck-dev */
	t.on = true;
	CHECK(memkv_put(kv, "first", 5, 1, NULL) == MEMKV_OK && !t.on);
	CHECK(memkv_put(kv, "second", 6, 1, NULL) == MEMKV_OK);
	CHECK(memkv_contains(kv, "waits", 5));
	pthread_join(t.writer.thread, NULL);
	if (t.read)
		pthread_join(t.reader.thread, NULL);
	CHECK(!t.writer.found && !t.reader.found);
	CHECK(memkv_close(kv) == MEMKV_OK);
}
#endif

int
main(void)
{
	test_numbers();
	test_objects();
#if !CHECK_SANITIZED
	test_turns(MEMKV_RWLOCK);
	test_turns(MEMKV_CONCURRENT);
#endif
	return check_finish();
}
