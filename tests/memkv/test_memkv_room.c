/* test_memkv_room.c: steps through a store whose keys outgrow the room for them: the loops that
 * everyone writes see each key once, in both directions, from wherever they begin. */
#include "kit/check.h"
#include "memkv_kit.h"

enum { KEYS = 7 };

static char big[300], most[MEMKV_KEY_MOST];
static const struct memkv_entry all[KEYS] = { { "", 0, 0 }, { "abcdefg", 7, 1 },
	{ "b", 1, 2 }, { big, sizeof big, 3 }, { "c", 1, 4 }, { "c\0", 2, 5 },
	{ most, sizeof most, 6 } };

static memkv *kv;

static bool
is_entry(const struct memkv_found *f, size_t rank)
{
	return rank < KEYS && f->n == all[rank].n && f->value == all[rank].value &&
	       (f->n == 0 || memcmp(f->key, all[rank].key, f->n) == 0);
}

/* More room, in another place, with what was in it and nothing behind that, for sanitizers. */
static void
move_to(struct memkv_found *f, size_t room)
{
	void *key = malloc(room);
	if (f->room)
		memcpy(key, f->key, f->room);
	free(f->key);
	f->key = key;
	f->room = room;
}

enum growth { AS_SAID, AS_THE_KEY, BIT_BY_BIT };

static void
grow(struct memkv_found *f, enum growth how)
{
	CHECK(f->n > MEMKV_KEY_MOST && f->value > f->room && f->value <= MEMKV_KEY_MOST);
	move_to(f, how == AS_SAID      ? f->n
		   : how == AS_THE_KEY ? f->value
				       : f->room + f->room / 2 + 1);
}

/* ---- the loop of the header, from room for `room` bytes on ---- */

static void
test_forwards(size_t room, enum growth how)
{
	struct memkv_found f = { room ? malloc(room) : NULL, room, 0, 0 };
	size_t seen = 0;
	enum memkv_status s = memkv_first(kv, &f);
	while (s == MEMKV_OK || s == MEMKV_EROOM) {
		if (s == MEMKV_EROOM)
			grow(&f, how);
		else
			CHECK(is_entry(&f, seen++));
		s = memkv_next(kv, f.key, f.n, &f);
	}
	CHECK(s == MEMKV_NOT_FOUND && seen == KEYS);
	free(f.key);
}

static void
test_backwards(size_t room, enum growth how)
{
	struct memkv_found f = { room ? malloc(room) : NULL, room, 0, 0 };
	size_t left = KEYS;
	enum memkv_status s = memkv_last(kv, &f);
	while (s == MEMKV_OK || s == MEMKV_EROOM) {
		if (s == MEMKV_EROOM)
			grow(&f, how);
		else
			CHECK(is_entry(&f, --left));
		s = memkv_prev(kv, f.key, f.n, &f);
	}
	CHECK(s == MEMKV_NOT_FOUND && left == 0);
	free(f.key);
}

/* ---- where a step began ---- */

/* At a key that is elsewhere: it is brought into the room, or must be named again. */
static void
test_from_elsewhere(void)
{
	struct memkv_found f = { malloc(2), 2, 0, 0 };
	CHECK(memkv_next(kv, "b", 1, &f) == MEMKV_EROOM && f.value == sizeof big);
	move_to(&f, f.n);
	CHECK(memkv_next(kv, f.key, f.n, &f) == MEMKV_OK && is_entry(&f, 3));
	f.room = 2;
	CHECK(memkv_prev(kv, "b", 1, &f) == MEMKV_EROOM && f.value == 7);
	f.room = sizeof most;
	CHECK(memkv_prev(kv, f.key, f.n, &f) == MEMKV_OK && is_entry(&f, 1));
	f.room = 2;
	CHECK(memkv_next(kv, "b!!", 3, &f) == MEMKV_EROOM && f.value == sizeof big);
	f.room = sizeof most;
	CHECK(memkv_next(kv, f.key, f.n, &f) == MEMKV_EINVAL);
	CHECK(strstr(memkv_error(), "begin there again"));
	CHECK(memkv_next(kv, "b!!", 3, &f) == MEMKV_OK && is_entry(&f, 3));
	free(f.key);
}

/* And goes from there, if it turns round too: nothing is before all or behind all. */
static void
test_turns(void)
{
	struct memkv_found f = { NULL, 0, 0, 0 };
	memkv_remove(kv, "", 0, NULL);
	CHECK(memkv_first(kv, &f) == MEMKV_EROOM && f.value == 7);
	CHECK(memkv_next(kv, f.key, f.n, &f) == MEMKV_EROOM && f.value == 7);
	move_to(&f, f.n);
	CHECK(memkv_prev(kv, f.key, f.n, &f) == MEMKV_NOT_FOUND);
	f.room = 0;
	CHECK(memkv_last(kv, &f) == MEMKV_EROOM && f.value == sizeof most);
	f.room = sizeof most;
	CHECK(memkv_next(kv, f.key, f.n, &f) == MEMKV_NOT_FOUND);
	CHECK(memkv_prev(kv, f.key, f.n, &f) == MEMKV_OK && is_entry(&f, 6));
	CHECK(memkv_put(kv, NULL, 0, 0, NULL) == MEMKV_OK);
	free(f.key);
}

/* A caller that knows of no step in place may call as before. */
static void
test_called_again(void)
{
	struct memkv_found f = { malloc(1), 1, 0, 0 };
	CHECK(memkv_last(kv, &f) == MEMKV_EROOM);
	move_to(&f, f.n);
	CHECK(memkv_last(kv, &f) == MEMKV_OK && is_entry(&f, 6));
	free(f.key);
	f = (struct memkv_found){ malloc(1), 1, 0, 0 };
	CHECK(memkv_prev(kv, most, sizeof most, &f) == MEMKV_EROOM);
	move_to(&f, f.n);
	CHECK(memkv_prev(kv, most, sizeof most, &f) == MEMKV_OK && is_entry(&f, 5));
	free(f.key);
}

int
main(void)
{
	static const enum memkv_threads modes[] = { MEMKV_ONE_THREAD, MEMKV_RWLOCK,
		MEMKV_CONCURRENT };
	memset(big, 'x', sizeof big);
	memcpy(big, "ba", 2);
	memset(most, 'x', sizeof most);
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		struct memkv_options o = { .threads = modes[i] };
		if (memkv_open(NULL, &o, &kv) == MEMKV_EUNSUPPORTED)
			continue; /* built without ck */
		for (size_t k = 0; k < KEYS; k++)
			CHECK(memkv_put(kv, all[k].key, all[k].n, all[k].value, NULL) ==
				MEMKV_OK);
		for (size_t room = 0; room < 10; room++)
			for (enum growth how = AS_SAID; how <= BIT_BY_BIT; how++) {
				test_forwards(room, how);
				test_backwards(room, how);
			}
		test_from_elsewhere();
		test_turns();
		test_called_again();
		CHECK(memkv_close(kv) == MEMKV_OK);
	}
	return check_finish();
}
