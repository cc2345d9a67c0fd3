/* memkv_values.c: values of any length: reads lines "KEY VALUE", which put, and "KEY", which
 * remove, and prints what there is in the end.
 *
 *   cc memkv_values.c $(pkg-config --cflags --libs artbench) -o values && ./values < changes.txt
 *
 * The bytes lie in an arena of the caller's, one value behind the other, and the store says where:
 * a ref, the place in its upper 40 bits and the length in the lower 24. What is replaced or removed
 * stays in the arena, dead. Once half of it is, those that live are written again behind all, in
 * the order of their keys, and what lies before them goes. Places only grow: whatever fails, and
 * when, every ref leads to its value. The arena is for one thread. */
#include <artbench/memkv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 4096, LENGTH_BITS = 24, PLACE_BITS = 40, COMPACT_FROM = 1024 };

struct arena {
	char *bytes;
	size_t used, room, dead;
	uint64_t begin; /* the place of bytes[0] */
	size_t compactions;
};

static size_t
length_of(uint64_t ref)
{
	return (size_t)(ref & ((1 << LENGTH_BITS) - 1));
}

static const char *
value_of(const struct arena *a, uint64_t ref)
{
	return a->bytes + ((ref >> LENGTH_BITS) - a->begin);
}

static bool
reserve(struct arena *a, size_t n)
{
	size_t room = a->room ? a->room : COMPACT_FROM;
	while (room - a->used < n)
		room *= 2;
	char *bytes = room > a->room ? (char *)realloc(a->bytes, room) : a->bytes;
	if (!bytes)
		return false;
	a->bytes = bytes;
	a->room = room;
	return true;
}

/* False, and nothing done: no memory, or no number for the place or the length. */
static bool
append(struct arena *a, const char *value, size_t n, uint64_t *ref)
{
	uint64_t place = a->begin + a->used;
	if (n >> LENGTH_BITS || place >> PLACE_BITS || !reserve(a, n))
		return false;
	memcpy(a->bytes + a->used, value, n);
	*ref = place << LENGTH_BITS | n;
	a->used += n;
	return true;
}

/* ---- put and remove ---- */

struct putting {
	struct arena *a;
	const char *value;
	size_t n;
	size_t dead; /* what the old value has of the arena, if it goes */
	bool full;
};

/* One lookup: the old ref is seen, and a value that stays the same takes nothing. */
static enum memkv_verdict
put_value(void *arg, const uint64_t *old, uint64_t *ref)
{
	struct putting *p = (struct putting *)arg;
	if (old && length_of(*old) == p->n &&
		memcmp(value_of(p->a, *old), p->value, p->n) == 0)
		return MEMKV_KEEP;
	p->dead = old ? length_of(*old) : 0;
	p->full = !append(p->a, p->value, p->n, ref);
	return p->full ? MEMKV_KEEP : MEMKV_PUT;
}

static bool
put(memkv *kv, struct arena *a, const char *key, const char *value)
{
	struct putting p = { a, value, strlen(value), 0, false };
	size_t used = a->used;
	if (memkv_update(kv, key, strlen(key), put_value, &p) < 0) {
		a->used = used; /* nothing refers to what was appended */
		return false;
	}
	a->dead += p.full ? 0 : p.dead;
	return !p.full;
}

static bool
take(memkv *kv, struct arena *a, const char *key)
{
	uint64_t ref;
	enum memkv_status s = memkv_remove(kv, key, strlen(key), &ref);
	a->dead += s == MEMKV_OK ? length_of(ref) : 0;
	return s >= 0;
}

/* ---- compaction ---- */

/* A cursor may be open while the store is changed; a scan may not. */
static bool
copy_all(memkv_cursor *c, memkv *kv, struct arena *a)
{
	enum memkv_status s = memkv_cursor_first(c);
	for (; s == MEMKV_OK; s = memkv_cursor_next(c)) {
		size_t n, used = a->used;
		const void *key = memkv_cursor_key(c, &n);
		uint64_t ref = memkv_cursor_value(c);
		if (!append(a, value_of(a, ref), length_of(ref), &ref))
			return false;
		if (memkv_put(kv, key, n, ref, NULL) < 0) {
			a->used = used;
			return false;
		}
		a->dead += length_of(ref);
	}
	return s >= 0;
}

static void
compact(memkv *kv, struct arena *a)
{
	size_t from = a->used;
	memkv_cursor *c;
	if (!reserve(a, a->used - a->dead) || memkv_cursor_open(kv, &c) < 0)
		return;
	bool all = copy_all(c, kv, a);
	memkv_cursor_close(c);
	if (!all)
		return;
	memmove(a->bytes, a->bytes + from, a->used - from);
	a->begin += from;
	a->used -= from;
	a->dead = 0;
	a->compactions++;
}

/* ---- the program ---- */

static bool
print(void *arg, const void *key, size_t n, uint64_t ref)
{
	printf("%.*s %.*s\n", (int)n, (const char *)key, (int)length_of(ref),
		value_of((const struct arena *)arg, ref));
	return true;
}

static bool
change(memkv *kv, struct arena *a, char *line)
{
	line[strcspn(line, "\n")] = '\0';
	char *value = strchr(line, ' ');
	if (value)
		*value++ = '\0';
	if (!(value ? put(kv, a, line, value) : take(kv, a, line)))
		return false;
	if (a->used >= COMPACT_FROM && a->dead > a->used / 2)
		compact(kv, a); /* if that fails, the next change tries again */
	return true;
}

int
main(void)
{
	struct arena a = { NULL, 0, 0, 0, 0, 0 };
	char line[LINE];
	memkv *kv;
	bool ok = memkv_open(NULL, NULL, &kv) == MEMKV_OK && reserve(&a, 0);
	while (ok && fgets(line, sizeof line, stdin))
		ok = change(kv, &a, line);
	if (!ok)
		fprintf(stderr, "values: %s\n",
			*memkv_error() ? memkv_error() : "no room in the arena");
	ok = ok && memkv_range(kv, NULL, 0, NULL, 0, print, &a) == MEMKV_OK;
	printf("%zu bytes of values, %zu of them dead, %zu compactions\n", a.used, a.dead,
		a.compactions);
	memkv_close(kv);
	free(a.bytes);
	return !ok;
}
