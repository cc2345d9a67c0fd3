/* store.c: a store from memkv_open to memkv_close. */
#include <string.h>
#include "internal.h"

/* ---- a side ---- */

enum memkv_status
side_open(memkv *kv, struct side *s, const struct ab_variant *v)
{
	bool gauged = kv->limit || kv->own_alloc;
	bool concurrent = kv->threads == MEMKV_CONCURRENT;
	gauge_init(&s->gauge, &kv->from, kv->limit, concurrent ? kv : NULL);
	gauge_enforce(&s->gauge, true);
	s->v = v;
	s->t = v->create(gauged ? &s->gauge.alloc : NULL);
	enum memkv_status status = kv_status_made(s->t ? AB_OK : AB_ENOMEM, &s->gauge);
	gauge_enforce(&s->gauge, false);
	return status;
}

void
side_close(struct side *s)
{
	if (s->t)
		s->v->destroy(s->t);
	s->t = NULL;
}

struct side *
side_spare(memkv *kv)
{
	return &kv->side[kv->now == &kv->side[0]];
}

void
side_adopt(memkv *kv, struct side *s)
{
	side_close(kv->now);
	kv->now = s;
}

/* ---- a handle ---- */

static enum memkv_status
check_options(const struct memkv_options *o)
{
	const struct memkv_allocator *a = o->allocator;
	if (o->threads < MEMKV_ONE_THREAD || o->threads > MEMKV_CONCURRENT)
		return kv_fail(MEMKV_EINVAL,
			"option threads is %d, which is no thread mode", (int)o->threads);
	if (a && (!a->alloc || !a->resize || !a->free))
		return kv_fail(
			MEMKV_EINVAL, "option allocator lacks alloc, resize or free");
	for (size_t i = 0; i < sizeof o->reserved / sizeof *o->reserved; i++)
		if (o->reserved[i])
			return kv_fail(MEMKV_EINVAL, "options have reserved numbers that "
						     "are not 0; start from "
						     "struct memkv_options o = { 0 }");
	if (o->threads == MEMKV_CONCURRENT && o->free_value)
		return kv_fail(MEMKV_EUNSUPPORTED,
			"free_value would take values from under readers that wait for "
			"nobody; use MEMKV_RWLOCK");
	return MEMKV_OK;
}

enum memkv_status
kv_new(const struct memkv_options *options, memkv **out)
{
	static const struct memkv_options none = { 0 };
	const struct memkv_options *o = options ? options : &none;
	enum memkv_status s = check_options(o);
	if (s != MEMKV_OK)
		return s;
	const struct memkv_allocator *a = o->allocator;
	struct ab_alloc from = a ? (struct ab_alloc){ a->alloc, a->resize, a->free,
		a->ctx }
				 : kv_malloc;
	memkv *kv = from.alloc(from.ctx, sizeof *kv);
	if (!kv)
		return kv_fail(MEMKV_ENOMEM, "out of memory");
	memset(kv, 0, sizeof *kv);
	if (fair_rw_init(&kv->lock) != 0) {
		from.free(from.ctx, kv, sizeof *kv);
		return kv_fail(MEMKV_ENOMEM, "out of memory");
	}
	kv->from = from;
	kv->own_alloc = a;
	kv->threads = o->threads;
	kv->limit = o->memory_limit;
	kv->free_value = o->free_value;
	kv->free_ctx = o->free_ctx;
	kv->now = &kv->side[0];
	atomic_init(&kv->cursors, 0);
	atomic_init(&kv->cursor_bytes, 0);
	atomic_init(&kv->writes, 0);
	*out = kv;
	return MEMKV_OK;
}

void
kv_free(memkv *kv)
{
	kv_fork_forget(kv);
	side_close(&kv->side[0]);
	side_close(&kv->side[1]);
	fair_rw_fini(&kv->lock);
	kv->from.free(kv->from.ctx, kv, sizeof *kv);
}

/* The first that takes writers beside readers. */
static const struct ab_variant *
concurrent_variant(void)
{
	const struct ab_variant *v;
	for (size_t i = 0; (v = kv_variant_at(i)); i++)
		if (v->caps & AB_PARALLEL_WRITES)
			break;
	return v;
}

static enum memkv_status
choose(const char *name, enum memkv_threads threads, const struct ab_variant **out)
{
	bool concurrent = threads == MEMKV_CONCURRENT;
	const struct ab_variant *v = name         ? kv_variant_named(name)
				     : concurrent ? concurrent_variant()
						  : kv_variant_named(RECOMMENDED);
	if (!v && (name || !concurrent)) /* NULL: built without the recommended one */
		return kv_fail(MEMKV_EUNKNOWN,
			"there is no variant '%.64s'; memkv_variant lists them",
			name ? name : RECOMMENDED);
	if (concurrent && !(v && v->caps & AB_PARALLEL_WRITES))
		return kv_fail(MEMKV_EUNSUPPORTED,
			"%s is not made for MEMKV_CONCURRENT; use MEMKV_RWLOCK",
			v ? v->name : "no variant");
	*out = v;
	return MEMKV_OK;
}

enum memkv_status
memkv_open(const char *name, const struct memkv_options *options, memkv **out)
{
	KV_NOT_CANCELLED;
	const struct ab_variant *v = NULL;
	if (!out)
		return kv_fail(
			MEMKV_EINVAL, "there is no place for the store: out is NULL");
	*out = NULL;
	enum memkv_status s = choose(
		name, options ? options->threads : MEMKV_ONE_THREAD, &v);
	memkv *kv = NULL;
	if (s == MEMKV_OK)
		s = kv_new(options, &kv);
	if (s != MEMKV_OK)
		return s;
	kv->home = v;
	s = side_open(kv, kv->now, v);
	/* After the index, so that its locks are taken after this one's. */
	if (s == MEMKV_OK && kv->threads == MEMKV_CONCURRENT && !kv_fork_watch(kv))
		s = kv_fail(MEMKV_ENOMEM, "out of memory");
	if (s != MEMKV_OK) {
		kv_free(kv);
		return s;
	}
	*out = kv;
	return MEMKV_OK;
}

/* ---- close ---- */

struct disposal {
	memkv *kv;
	size_t rank;
};

/* Free the values that an earlier memkv_close has not. */
static bool
dispose(void *arg, struct ab_key key, uint64_t value)
{
	struct disposal *d = arg;
	(void)key;
	if (d->rank++ == d->kv->freed) {
		d->kv->freed++;
		d->kv->free_value(d->kv->free_ctx, value);
	}
	return true;
}

static enum memkv_status
free_values(memkv *kv)
{
	struct disposal d = { kv, 0 };
	struct frame frame;
	kv_frame_push(&frame, kv, false);
	enum ab_status s = kv->now->v->scan(
		kv->now->t, (struct ab_range){ 0 }, dispose, &d);
	kv_frame_pop(&frame);
	if (s == AB_OK)
		return MEMKV_OK;
	return kv_fail(MEMKV_ENOMEM,
		"out of memory after %zu of %zu values were freed; call memkv_close "
		"again",
		kv->freed, kv->now->v->count(kv->now->t));
}

enum memkv_status
memkv_close(memkv *kv)
{
	KV_NOT_CANCELLED;
	if (!kv)
		return MEMKV_OK;
	bool again = kv->closing;
	if (again)
		kv->closing = false;
	enum memkv_status s = kv_write_last(kv);
	if (again)
		kv->closing = true;
	if (s != MEMKV_OK)
		return s;
	size_t cursors = atomic_load(&kv->cursors);
	if (cursors)
		s = kv_fail(MEMKV_EBUSY,
			"the store has %zu cursors open; close them first", cursors);
	kv_write_done(kv);
	if (s != MEMKV_OK)
		return s;
	if (kv->free_value) {
		kv->closing = true;
		s = free_values(kv);
		if (s != MEMKV_OK)
			return s;
	}
	kv_free(kv);
	return MEMKV_OK;
}
