/* whole.c: what is done with all entries at once, and what is known of them. */
#include <string.h>
#include "internal.h"

/* ---- another index in the place of the one in use ---- */

/* Begin a change that replaces the index. */
static enum memkv_status
replace_begin(memkv *kv, bool sealed, const char *what)
{
	enum memkv_status s = kv_write(kv, sealed);
	if (s != MEMKV_OK)
		return s;
	/* What is read to copy it may take memory, and is no part of what is limited. */
	gauge_enforce(&kv->now->gauge, false);
	if (kv->threads != MEMKV_CONCURRENT)
		return MEMKV_OK;
	kv_write_done(kv);
	return kv_fail(MEMKV_EUNSUPPORTED,
		"%s would take the index from under readers that wait for nobody; use "
		"MEMKV_RWLOCK",
		what);
}

enum memkv_status
memkv_freeze(memkv *kv)
{
	KV_NOT_CANCELLED;
	enum memkv_status s = replace_begin(kv, true, "memkv_freeze");
	if (s != MEMKV_OK)
		return s;
	const struct ab_variant *frozen = kv_variant_named(FROZEN);
	struct side *spare = side_spare(kv);
	if (!frozen) {
		s = kv_fail(MEMKV_EUNSUPPORTED, "this library is built without " FROZEN);
	} else if (kv->now->v != frozen) {
		s = side_copy(kv, spare, frozen);
		if (s == MEMKV_OK)
			side_adopt(kv, spare);
	}
	if (s == MEMKV_OK)
		kv->sealed = true;
	kv_write_done(kv);
	return s;
}

enum memkv_status
memkv_thaw(memkv *kv)
{
	KV_NOT_CANCELLED;
	enum memkv_status s = replace_begin(kv, true, "memkv_thaw");
	if (s != MEMKV_OK)
		return s;
	const struct ab_variant *v = kv->home->put ? kv->home
						   : kv_variant_named(RECOMMENDED);
	struct side *spare = side_spare(kv);
	if (!v) {
		s = kv_fail(
			MEMKV_EUNSUPPORTED, "this library is built without " RECOMMENDED);
	} else if (!kv->now->v->put) {
		s = side_copy(kv, spare, v);
		if (s == MEMKV_OK)
			side_adopt(kv, spare);
	}
	if (s == MEMKV_OK)
		kv->sealed = false;
	kv_write_done(kv);
	return s;
}

/* ---- clear ---- */

struct values {
	uint64_t *p;
	size_t n;
};

static bool
values_visit(void *arg, struct ab_key key, uint64_t value)
{
	struct values *v = arg;
	(void)key;
	v->p[v->n++] = value;
	return true;
}

/* All values, which are freed when the store is empty. */
static enum memkv_status
values_of(const memkv *kv, struct values *v, size_t room)
{
	*v = (struct values){ 0 };
	if (!kv->free_value || !room)
		return MEMKV_OK;
	v->p = ab_alloc(&kv->from, room * sizeof *v->p);
	if (v->p && kv->now->v->scan(
			    kv->now->t, (struct ab_range){ 0 }, values_visit, v) == AB_OK)
		return MEMKV_OK;
	return kv_fail(MEMKV_ENOMEM, "out of memory for the values to be freed");
}

enum memkv_status
memkv_clear(memkv *kv)
{
	KV_NOT_CANCELLED;
	struct values values;
	enum memkv_status s = replace_begin(kv, false, "memkv_clear");
	if (s != MEMKV_OK)
		return s;
	struct side *spare = side_spare(kv);
	size_t n = kv->now->v->count(kv->now->t);
	s = values_of(kv, &values, n);
	if (s == MEMKV_OK)
		s = side_open(kv, spare, kv->now->v);
	if (s == MEMKV_OK)
		side_adopt(kv, spare);
	kv_write_done(kv);
	for (size_t i = 0; s == MEMKV_OK && i < values.n; i++)
		kv_free_value(kv, values.p[i]);
	if (values.p)
		ab_free(&kv->from, values.p, n * sizeof *values.p);
	return s;
}

/* ---- bulk ---- */

static enum memkv_status
check_entry(const struct memkv_entry *e, size_t i)
{
	if (key_is_null(e[i].key, e[i].n))
		return kv_null_entry(i);
	if (e[i].n > MEMKV_KEY_MOST)
		return kv_fail(MEMKV_EKEY,
			"entry %zu has a key of %zu bytes; up to %d go", i, e[i].n,
			MEMKV_KEY_MOST);
	if (i && ab_key_cmp(key_of(e[i - 1].key, e[i - 1].n), key_of(e[i].key, e[i].n)) >=
			 0)
		return kv_fail(MEMKV_EORDER,
			"the key of entry %zu is not above the one before; sort by "
			"memcmp, "
			"then length, and leave out doubles",
			i);
	return MEMKV_OK;
}

static enum memkv_status
check_entries(const struct memkv_entry *e, size_t n, size_t *at)
{
	for (size_t i = 0; i < n; i++) {
		enum memkv_status s = check_entry(e, i);
		if (s == MEMKV_OK)
			continue;
		if (at)
			*at = i;
		return s;
	}
	return MEMKV_OK;
}

static enum memkv_status
put_all(struct side *s, const struct memkv_entry *e, size_t n)
{
	enum ab_status put = AB_OK;
	for (size_t i = 0; put == AB_OK && i < n; i++)
		put = s->v->put(s->t, key_of(e[i].key, e[i].n), e[i].value);
	return kv_status_made(put, &s->gauge);
}

/* Into a side of its own, so that nothing is changed where there is no memory. */
static enum memkv_status
bulk_into(memkv *kv, struct side *spare, const struct memkv_entry *e, size_t n)
{
	enum memkv_status s = side_open(kv, spare, kv->now->v);
	if (s != MEMKV_OK)
		return s;
	gauge_enforce(&spare->gauge, true);
	s = spare->v->build ? side_build(spare, (const void *)e, n)
			    : put_all(spare, e, n);
	gauge_enforce(&spare->gauge, false);
	if (s != MEMKV_OK)
		side_close(spare);
	return s;
}

enum memkv_status
memkv_bulk(memkv *kv, const struct memkv_entry *sorted, size_t n, size_t *at)
{
	KV_NOT_CANCELLED;
	if (!sorted && n)
		return kv_fail(MEMKV_EINVAL, "there are no entries: sorted is NULL");
	enum memkv_status s = replace_begin(kv, false, "memkv_bulk");
	if (s != MEMKV_OK)
		return s;
	struct side *spare = side_spare(kv);
	s = check_entries(sorted, n, at);
	if (s == MEMKV_OK && kv->now->v->count(kv->now->t))
		s = kv_status(AB_EBUSY, NULL);
	if (s == MEMKV_OK && n)
		s = bulk_into(kv, spare, sorted, n);
	if (s == MEMKV_OK && n)
		side_adopt(kv, spare);
	kv_write_done(kv);
	return s;
}

/* ---- the rest ---- */

enum memkv_status
memkv_compact(memkv *kv)
{
	KV_NOT_CANCELLED;
	enum memkv_status s = kv_write(kv, true);
	if (s != MEMKV_OK)
		return s;
	/* Beside readers, whom it does not wait for, it may end no lower. */
	if (kv->threads != MEMKV_CONCURRENT)
		gauge_enforce(&kv->now->gauge, false);
	const struct side *side = kv->now;
	if (side->v->compact)
		s = kv_status(side->v->compact(side->t), NULL);
	kv_write_done(kv);
	return s;
}

size_t
memkv_len(const memkv *kv)
{
	bool locked;
	if (kv_read(kv, &locked) != MEMKV_OK)
		return 0;
	size_t n = kv->now->v->count(kv->now->t);
	kv_read_done(kv, locked);
	return n;
}

/* What is known of it, at one moment. */
static enum memkv_status
figures(const memkv *kv, struct memkv_memory *m, struct memkv_stats *st)
{
	bool locked;
	struct ab_memory got = { 0 };
	if (!m || !st)
		return kv_fail(MEMKV_EINVAL, "there is no place for the figures");
	enum memkv_status s = kv_read(kv, &locked);
	if (s != MEMKV_OK)
		return s;
	const struct side *side = kv->now;
	side->v->memory(side->t, &got);
	*m = (struct memkv_memory){ got.total, got.inner, got.leaf, got.key, got.slack,
		side->v->file_bytes ? side->v->file_bytes(side->t) : 0 };
	*st = (struct memkv_stats){
		.variant = side->v->name,
		.threads = kv->threads,
		.read_only = kv->sealed || !side->v->put,
		.keys = side->v->count(side->t),
		.bytes = got.total,
		.memory_limit = kv->limit,
		.cursors = atomic_load(&kv->cursors),
		.cursor_bytes = atomic_load(&kv->cursor_bytes),
	};
	kv_read_done(kv, locked);
	return MEMKV_OK;
}

enum memkv_status
memkv_memory(const memkv *kv, struct memkv_memory *out)
{
	struct memkv_stats st;
	return figures(kv, out, &st);
}

enum memkv_status
memkv_stats(const memkv *kv, struct memkv_stats *out)
{
	struct memkv_memory m;
	return figures(kv, &m, out);
}
