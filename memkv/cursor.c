/* cursor.c: a place among the keys, kept as a copy of the key it is at.
 *
 * It has two blocks: the key it is at, with a zero byte behind it, which is the least key above,
 * and one where the next key is put, so that a step that fails changes nothing. */
#include <string.h>
#include "scan.h"

enum place { BEFORE, AT, BEHIND };

struct block {
	uint8_t *p;
	size_t n, room; /* room for n + 1 */
	uint64_t value;
};

struct memkv_cursor {
	memkv *kv;
	enum place place;
	struct block at, spare;
};

enum memkv_status
memkv_cursor_open(memkv *kv, memkv_cursor **out)
{
	bool locked;
	if (!out)
		return kv_fail(MEMKV_EINVAL, "there is no place for the cursor");
	*out = NULL;
	enum memkv_status s = kv_read(kv, &locked);
	if (s != MEMKV_OK)
		return s;
	memkv_cursor *c = ab_alloc(&kv->from, sizeof *c);
	if (c) {
		*c = (memkv_cursor){ .kv = kv };
		atomic_fetch_add(&kv->cursors, 1);
	}
	kv_read_done(kv, locked);
	*out = c;
	return c ? MEMKV_OK : kv_fail(MEMKV_ENOMEM, "out of memory for a cursor");
}

static void
block_free(const struct block *b, const struct ab_alloc *m)
{
	if (b->p)
		ab_free(m, b->p, b->room);
}

void
memkv_cursor_close(memkv_cursor *c)
{
	if (!c)
		return;
	memkv *kv = c->kv;
	block_free(&c->at, &kv->from);
	block_free(&c->spare, &kv->from);
	ab_free(&kv->from, c, sizeof *c);
	atomic_fetch_sub(&kv->cursors, 1);
}

static bool
block_set(struct block *b, const struct ab_alloc *m, struct ab_key key, uint64_t value)
{
	enum { LEAST = 48 };
	if (key.n >= b->room) {
		size_t room = key.n + key.n / 2 + LEAST;
		uint8_t *p = ab_alloc(m, room);
		if (!p)
			return false;
		block_free(b, m);
		b->p = p;
		b->room = room;
	}
	if (key.n)
		memcpy(b->p, key.p, key.n);
	b->p[key.n] = 0;
	b->n = key.n;
	b->value = value;
	return true;
}

struct taking {
	memkv_cursor *c;
	bool taken;
};

static bool
take_entry(void *arg, struct ab_key key, uint64_t value)
{
	struct taking *x = arg;
	x->taken = block_set(&x->c->spare, &x->c->kv->from, key, value);
	return false;
}

/* To the first or last entry of a range; past it if there is none. */
static enum memkv_status
go(memkv_cursor *c, struct ab_range r, bool last)
{
	struct taking x = { c, false };
	uint64_t version;
	enum memkv_status s = kv_find(c->kv, r, last, take_entry, &x, &version);
	if (s == MEMKV_NOT_FOUND)
		c->place = last ? BEFORE : BEHIND;
	if (s != MEMKV_OK)
		return s;
	if (!x.taken)
		return kv_fail(MEMKV_ENOMEM, "out of memory for a cursor's key");
	struct block was = c->at;
	c->at = c->spare;
	c->spare = was;
	c->place = AT;
	return MEMKV_OK;
}

static enum memkv_status
no_cursor(void)
{
	return kv_fail(MEMKV_EINVAL, "the cursor or the key is NULL");
}

enum memkv_status
memkv_cursor_first(memkv_cursor *c)
{
	return c ? go(c, (struct ab_range){ 0 }, false) : no_cursor();
}

enum memkv_status
memkv_cursor_last(memkv_cursor *c)
{
	return c ? go(c, (struct ab_range){ 0 }, true) : no_cursor();
}

enum memkv_status
memkv_cursor_next(memkv_cursor *c)
{
	if (!c)
		return no_cursor();
	if (c->place == BEHIND)
		return MEMKV_NOT_FOUND;
	if (c->place == BEFORE)
		return memkv_cursor_first(c);
	return go(c, (struct ab_range){ .lo = { c->at.p, c->at.n + 1 } }, false);
}

enum memkv_status
memkv_cursor_prev(memkv_cursor *c)
{
	if (!c)
		return no_cursor();
	if (c->place == BEFORE)
		return MEMKV_NOT_FOUND;
	if (c->place == BEHIND)
		return memkv_cursor_last(c);
	return go(
		c, (struct ab_range){ .hi = { c->at.p, c->at.n }, .has_hi = true }, true);
}

enum memkv_status
memkv_cursor_seek(memkv_cursor *c, const void *key, size_t n)
{
	if (!c || key_is_null(key, n))
		return no_cursor();
	return go(c, (struct ab_range){ .lo = key_of(key, n) }, false);
}

const void *
memkv_cursor_key(const memkv_cursor *c, size_t *n)
{
	if (!c || c->place != AT)
		return NULL;
	if (n)
		*n = c->at.n;
	return c->at.p;
}

uint64_t
memkv_cursor_value(const memkv_cursor *c)
{
	return c && c->place == AT ? c->at.value : 0;
}
