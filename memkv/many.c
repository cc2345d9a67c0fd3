/* many.c: several keys in one call. */
#include <assert.h>
#include <stddef.h>
#include "scan.h"

/* A caller's entries are what variants take, only that the key is a struct there. */
#define SAME_PLACE(ours, theirs)                                                         \
	static_assert(offsetof(struct memkv_entry, ours) ==                              \
				      offsetof(struct ab_entry, theirs) &&               \
			      sizeof((struct memkv_entry *)0)->ours ==                   \
				      sizeof((struct ab_entry *)0)->theirs,              \
		#ours " is where variants look for it")
SAME_PLACE(key, key.p);
SAME_PLACE(n, key.n);
SAME_PLACE(value, value);
static_assert(sizeof(struct memkv_entry) == sizeof(struct ab_entry),
	"entries of a caller follow each other as theirs do");

/* ---- looked up ---- */

/* The first that has no key, or `n`. */
static size_t
first_null(const struct memkv_entry *e, size_t n)
{
	size_t i = 0;
	while (i < n && !key_is_null(e[i].key, e[i].n))
		i++;
	return i;
}

enum memkv_status
kv_null_entry(size_t i)
{
	return kv_fail(MEMKV_EINVAL, "entry %zu has a NULL key whose length is not 0", i);
}

enum memkv_status
memkv_get_many(
	const memkv *kv, struct memkv_entry *entries, size_t n, bool *found, size_t *hits)
{
	bool locked;
	if (n && (!entries || !found))
		return kv_fail(MEMKV_EINVAL,
			"there are no entries, or no place for what is found");
	size_t null = first_null(entries, n);
	if (null < n)
		return kv_null_entry(null);
	enum memkv_status s = kv_read(kv, &locked);
	if (s != MEMKV_OK)
		return s;
	size_t m = ab_get_many(kv->now->v, kv->now->t, (void *)entries, n, found);
	kv_read_done(kv, locked);
	if (hits)
		*hits = m;
	return s;
}

/* ---- put ---- */

enum { GROUP = 32 }; /* entries that are put before others may come in */

static enum ab_status
put_in_turn(const memkv *kv, const struct memkv_entry *e, size_t n, size_t *done)
{
	const struct side *side = kv->now;
	enum ab_status s = AB_OK;
	while (s >= 0 && n) {
		size_t m;
		s = ab_put_many(side->v, side->t, (const void *)e, n, &m);
		if (s == AB_ENOMEM && kv_waited_for(kv)) {
			s = side->v->put(side->t, key_of(e[m].key, e[m].n), e[m].value);
			m += s >= 0;
		}
		e += m;
		n -= m;
		*done += m;
	}
	return s;
}

static enum memkv_status
put_group(memkv *kv, const struct memkv_entry *e, size_t n, size_t *done)
{
	size_t fit = 0;
	enum memkv_status s = kv_write(kv, false);
	if (s != MEMKV_OK)
		return s;
	while (fit < n && e[fit].n <= MEMKV_KEY_MOST) /* some variants take longer ones */
		fit++;
	if (!kv->now->v->put || !kv->now->v->del)
		s = kv_no_put(kv);
	else
		s = kv_status(put_in_turn(kv, e, fit, done), &kv->now->gauge);
	if (s >= 0 && fit < n)
		s = kv_status(AB_EKEY, NULL);
	kv_write_done(kv);
	return s;
}

enum memkv_status
memkv_put_many(memkv *kv, const struct memkv_entry *entries, size_t n, size_t *done)
{
	KV_NOT_CANCELLED;
	size_t m = 0;
	enum memkv_status s = MEMKV_OK;
	if (done)
		*done = 0;
	if (!kv)
		return kv_null_store();
	if (n && !entries)
		return kv_fail(MEMKV_EINVAL, "there are no entries: entries is NULL");
	size_t whole = first_null(entries, n);
	while (s >= 0 && m < whole) {
		size_t left = whole - m;
		const struct memkv_entry *e = entries + m;
		if (kv->free_value) {
			s = memkv_put(kv, e->key, e->n, e->value, NULL);
			m += s >= 0;
		} else
			s = put_group(kv, e, left < GROUP ? left : GROUP, &m);
	}
	if (s >= 0 && whole < n)
		s = kv_null_entry(whole);
	if (done)
		*done = m;
	return s < 0 ? s : MEMKV_OK;
}

/* ---- removed ---- */

/* Without memory, once more for as long as that gets any further, and once for what readers hold. */
static enum ab_status
del_range(const memkv *kv, struct ab_range r, size_t *gone)
{
	const struct side *side = kv->now;
	bool waited = false;
	for (;;) {
		size_t m = 0;
		enum ab_status s = ab_del_range(side->v, side->t, &kv->from, r, &m);
		*gone += m;
		if (s != AB_ENOMEM || (!m && (waited || !kv_waited_for(kv))))
			return s;
		waited = !m;
	}
}

/* All of a range at once. */
static enum memkv_status
remove_all(memkv *kv, struct ab_range r, size_t *gone)
{
	enum memkv_status s = kv_write(kv, false);
	if (s != MEMKV_OK)
		return s;
	s = kv->now->v->del ? kv_status(del_range(kv, r, gone), &kv->now->gauge)
			    : kv_no_put(kv);
	kv_write_done(kv);
	return s;
}

/* Key by key, for each value goes to its destructor. */
static enum memkv_status
remove_each(memkv *kv, struct ab_range r, size_t *gone)
{
	enum { ROOM = MEMKV_KEY_MOST };
	struct sought w = { .r = r };
	enum memkv_status s = MEMKV_OK;
	uint8_t *keys = ab_alloc(&kv->from, 2 * (size_t)ROOM);
	if (!keys)
		return kv_fail(MEMKV_ENOMEM, "out of memory");
	for (size_t i = 0; s == MEMKV_OK; i++) {
		/* The one before stays where it is: from there on is looked for the next. */
		struct memkv_found f = { .key = keys + i % 2 * ROOM, .room = ROOM };
		s = kv_write(kv, false);
		if (s != MEMKV_OK)
			break;
		s = kv->now->v->del ? kv_pop(kv, &w, &f) : kv_no_put(kv);
		kv_write_done(kv);
		if (s != MEMKV_OK)
			break;
		++*gone;
		w.r.lo = key_of(f.key, f.n);
		kv_free_value(kv, f.value);
	}
	ab_free(&kv->from, keys, 2 * (size_t)ROOM);
	return s == MEMKV_NOT_FOUND ? MEMKV_OK : s;
}

static enum memkv_status
remove_range(memkv *kv, struct ab_range r, size_t *gone)
{
	size_t m = 0;
	enum memkv_status s = kv && kv->free_value ? remove_each(kv, r, &m)
						   : remove_all(kv, r, &m);
	if (gone)
		*gone = m;
	return s;
}

enum memkv_status
memkv_remove_range(
	memkv *kv, const void *lo, size_t lo_n, const void *hi, size_t hi_n, size_t *gone)
{
	KV_NOT_CANCELLED;
	if (gone)
		*gone = 0;
	if (key_is_null(lo, lo_n) || key_is_null(hi, hi_n))
		return kv_null_key();
	return remove_range(kv, range_of(lo, lo_n, hi, hi_n), gone);
}

enum memkv_status
memkv_remove_prefix(memkv *kv, const void *prefix, size_t n, size_t *gone)
{
	KV_NOT_CANCELLED;
	struct key_copy end;
	struct ab_range r;
	if (gone)
		*gone = 0;
	if (key_is_null(prefix, n))
		return kv_null_key();
	enum memkv_status s = prefix_range(&end, kv, key_of(prefix, n), &r);
	if (s != MEMKV_OK)
		return s;
	s = remove_range(kv, r, gone);
	key_copy_free(&end, kv);
	return s;
}
