/* cursor.c: a place among the keys, kept as a copy of the entry it is at, and of some that follow.
 *
 *   batch  | value | length | key bytes | 0 | value | length | key bytes | 0 | ...
 *                             ^ at            ^ next
 *
 * With the zero byte behind it a key is the least key above. A batch goes up or down. While nothing
 * has been written since it was read, a step that way goes on in it; else, and at its end, it looks
 * for what lies there and reads another batch into another block, so that a step that fails changes nothing. A batch has
 * one entry, and twice as many as the one before that was used up: who writes between two steps,
 * or takes but one, reads nothing in vain. */
#include <string.h>
#include "scan.h"

enum place { BEFORE, AT, BEHIND };

enum {
	ENTRY_HEAD = 12,   /* value, length */
	ENTRY_LEAST = 48,  /* room for a key to grow */
	AHEAD_MOST = 64,   /* entries of a batch */
	AHEAD_BYTES = 4096 /* and its bytes, but for the first */
};

struct batch {
	uint8_t *p;
	size_t n, room;
};

struct memkv_cursor {
	memkv *kv;
	enum place place;
	struct batch now, spare;
	size_t at, key_n, next; /* in `now` */
	uint64_t value;
	uint64_t version; /* of the store when `now` was read */
	unsigned ahead;   /* entries that were asked for then */
	bool down;        /* from the last to the first of them */
};

enum memkv_status
memkv_cursor_open(memkv *kv, memkv_cursor **out)
{
	KV_NOT_CANCELLED;
	bool locked;
	if (!out)
		return kv_fail(MEMKV_EINVAL, "there is no place for the cursor");
	*out = NULL;
	enum memkv_status s = kv_read(kv, &locked);
	if (s != MEMKV_OK)
		return s;
	if (kv->closing) { /* its cursors have been counted */
		kv_read_done(kv, locked);
		return kv_fail(MEMKV_EBUSY,
			"memkv_close is freeing the store's values; a cursor would "
			"outlive it");
	}
	memkv_cursor *c = ab_alloc(&kv->from, sizeof *c);
	if (c) {
		*c = (memkv_cursor){ .kv = kv };
		atomic_fetch_add(&kv->cursors, 1);
		atomic_fetch_add(&kv->cursor_bytes, sizeof *c);
	}
	kv_read_done(kv, locked);
	*out = c;
	return c ? MEMKV_OK : kv_fail(MEMKV_ENOMEM, "out of memory for a cursor");
}

/* ---- batches ---- */

static void
batch_free(const struct batch *b, memkv *kv)
{
	if (!b->p)
		return;
	ab_free(&kv->from, b->p, b->room);
	atomic_fetch_sub(&kv->cursor_bytes, b->room);
}

/* Room for the first entry, whatever was there. */
static bool
batch_renew(struct batch *b, memkv *kv, size_t room)
{
	uint8_t *p = ab_alloc(&kv->from, room);
	if (!p)
		return false;
	batch_free(b, kv);
	*b = (struct batch){ .p = p, .room = room };
	atomic_fetch_add(&kv->cursor_bytes, room);
	return true;
}

/* Room for more entries, if they are not too many. */
static bool
batch_widen(struct batch *b, memkv *kv, size_t need)
{
	if (need > AHEAD_BYTES)
		return false;
	uint8_t *p = ab_resize(&kv->from, b->p, b->room, AHEAD_BYTES);
	if (!p)
		return false;
	atomic_fetch_add(&kv->cursor_bytes, AHEAD_BYTES - b->room);
	b->p = p;
	b->room = AHEAD_BYTES;
	return true;
}

static bool
batch_add(struct batch *b, memkv *kv, struct ab_key key, uint64_t value)
{
	uint32_t n = (uint32_t)key.n;
	size_t need = b->n + ENTRY_HEAD + key.n + 1;
	if (need > b->room && !(b->n ? batch_widen(b, kv, need)
				     : batch_renew(b, kv, need + n / 2 + ENTRY_LEAST)))
		return false;
	uint8_t *p = b->p + b->n;
	memcpy(p, &value, sizeof value);
	memcpy(p + sizeof value, &n, sizeof n);
	if (n)
		memcpy(p + ENTRY_HEAD, key.p, n);
	p[ENTRY_HEAD + n] = 0;
	b->n = need;
	return true;
}

void
memkv_cursor_close(memkv_cursor *c)
{
	KV_NOT_CANCELLED;
	if (!c)
		return;
	memkv *kv = c->kv;
	batch_free(&c->now, kv);
	batch_free(&c->spare, kv);
	ab_free(&kv->from, c, sizeof *c);
	atomic_fetch_sub(&kv->cursor_bytes, sizeof *c);
	atomic_fetch_sub(&kv->cursors, 1); /* from here on the store may be closed */
}

/* ---- steps ---- */

struct taking {
	memkv_cursor *c;
	unsigned left;
};

static bool
take_entry(void *arg, struct ab_key key, uint64_t value)
{
	struct taking *x = arg;
	return batch_add(&x->c->spare, x->c->kv, key, value) && --x->left;
}

/* Stand at the entry that begins at `from` in the batch. */
static void
stand(memkv_cursor *c, size_t from)
{
	uint32_t n;
	memcpy(&c->value, c->now.p + from, sizeof c->value);
	memcpy(&n, c->now.p + from + sizeof c->value, sizeof n);
	c->place = AT;
	c->at = from + ENTRY_HEAD;
	c->key_n = n;
	c->next = c->at + n + 1;
}

/* To the entry sought, and copy `ahead` from there on; past it if there is none. */
static enum memkv_status
go(memkv_cursor *c, struct sought w, unsigned ahead)
{
	KV_NOT_CANCELLED;
	struct taking x = { c, ahead };
	uint64_t version;
	bool down = w.from == FROM_LAST;
	c->spare.n = 0;
	enum memkv_status s = kv_find(c->kv, &w, take_entry, &x, &version);
	if (s == MEMKV_NOT_FOUND)
		c->place = down ? BEFORE : BEHIND;
	/* If there was no memory to go on, what was found first is found. */
	if (s == MEMKV_NOT_FOUND || (s < 0 && !(s == MEMKV_ENOMEM && c->spare.n)))
		return s;
	if (!c->spare.n)
		return kv_fail(MEMKV_ENOMEM, "out of memory for a cursor's key");
	struct batch was = c->now;
	c->now = c->spare;
	c->spare = was;
	c->version = version;
	c->ahead = ahead;
	c->down = down;
	stand(c, 0);
	return MEMKV_OK;
}

/* On in a direction: in the batch, if it goes there and nothing has been written since; else to
 * what lies there, of which more and more is copied as long as that is so. */
static enum memkv_status
go_on(memkv_cursor *c, bool down)
{
	bool fresh = kv_version(c->kv) == c->version, on = c->down == down;
	if (fresh && on && c->next < c->now.n) {
		stand(c, c->next);
		return MEMKV_OK;
	}
	unsigned ahead = c->ahead < AHEAD_MOST ? 2 * c->ahead : AHEAD_MOST;
	struct ab_key key = { c->now.p + c->at, c->key_n };
	struct sought w = { .r = { .hi = key, .has_hi = true }, .from = FROM_LAST };
	key.n++; /* the zero byte */
	if (!down)
		w = (struct sought){ .r = { .lo = key } };
	return go(c, w, fresh && on ? ahead : 1);
}

static enum memkv_status
no_cursor(void)
{
	return kv_fail(MEMKV_EINVAL, "the cursor is NULL");
}

enum memkv_status
memkv_cursor_first(memkv_cursor *c)
{
	return c ? go(c, (struct sought){ .from = FROM_FIRST }, 1) : no_cursor();
}

enum memkv_status
memkv_cursor_last(memkv_cursor *c)
{
	return c ? go(c, (struct sought){ .from = FROM_LAST }, 1) : no_cursor();
}

enum memkv_status
memkv_cursor_nth(memkv_cursor *c, size_t i)
{
	return c ? go(c, (struct sought){ .from = FROM_NTH, .nth = i }, 1) : no_cursor();
}

enum memkv_status
memkv_cursor_next(memkv_cursor *c)
{
	if (!c)
		return no_cursor();
	if (c->place == BEHIND)
		return MEMKV_NOT_FOUND;
	return c->place == BEFORE ? memkv_cursor_first(c) : go_on(c, false);
}

enum memkv_status
memkv_cursor_prev(memkv_cursor *c)
{
	if (!c)
		return no_cursor();
	if (c->place == BEFORE)
		return MEMKV_NOT_FOUND;
	return c->place == BEHIND ? memkv_cursor_last(c) : go_on(c, true);
}

enum memkv_status
memkv_cursor_find(memkv_cursor *c, enum memkv_where where, const void *key, size_t n)
{
	KV_NOT_CANCELLED;
	struct key_copy at;
	if (where == MEMKV_FIRST || where == MEMKV_LAST)
		n = 0;
	if (!c)
		return no_cursor();
	if (key_is_null(key, n))
		return kv_null_key();
	enum memkv_status s = kv_where(where);
	if (s == MEMKV_OK)
		s = key_copy(&at, c->kv, key_of(key, n));
	if (s != MEMKV_OK)
		return s;
	s = go(c, sought_by(where, &at), 1);
	key_copy_free(&at, c->kv);
	return s;
}

enum memkv_status
memkv_cursor_seek(memkv_cursor *c, const void *key, size_t n)
{
	return memkv_cursor_find(c, MEMKV_CEILING, key, n);
}

const void *
memkv_cursor_key(const memkv_cursor *c, size_t *n)
{
	if (!c || c->place != AT)
		return NULL;
	if (n)
		*n = c->key_n;
	return c->now.p + c->at;
}

uint64_t
memkv_cursor_value(const memkv_cursor *c)
{
	return c && c->place == AT ? c->value : 0;
}
