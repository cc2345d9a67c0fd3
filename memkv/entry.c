/* entry.c: one key. */
#include "internal.h"

static enum memkv_status
null_key(void)
{
	return kv_fail(MEMKV_EINVAL, "a key is NULL and its length is not 0");
}

static enum memkv_status
no_put(const memkv *kv)
{
	return kv_fail(MEMKV_EREADONLY, "%s has no put: fill it by memkv_bulk",
		kv->now->v->name);
}

/* The value in the way, if anybody wants it. */
struct former {
	bool wanted, there;
	uint64_t value;
};

static struct former
former_of(const memkv *kv, struct ab_key key, const uint64_t *old)
{
	struct former f = { .wanted = old || kv->free_value };
	if (f.wanted)
		f.there = kv->now->v->get(kv->now->t, key, &f.value) == AB_OK;
	return f;
}

/* To the caller, or else to its destructor: the store is unlocked. */
static void
former_leaves(const memkv *kv, const struct former *f, uint64_t *old)
{
	if (!f->there)
		return;
	if (old)
		*old = f->value;
	else if (kv->free_value)
		kv_free_value(kv, f->value);
}

/* Put the value; NULL: remove the key. What waits for readers that may have left is freed
 * before there is said to be no memory. */
static enum memkv_status
apply(const memkv *kv, struct ab_key key, const uint64_t *value)
{
	const struct side *side = kv->now;
	enum ab_status s = AB_ENOMEM;
	for (int tries = 0; s == AB_ENOMEM && tries < 2; tries++) {
		if (tries && (kv->threads != MEMKV_CONCURRENT || !side->v->compact ||
				     side->v->compact(side->t) != AB_OK))
			break;
		s = value ? side->v->put(side->t, key, *value)
			  : side->v->del(side->t, key);
	}
	return kv_status(s, &side->gauge);
}

static enum memkv_status
change(memkv *kv, struct ab_key key, const uint64_t *value, uint64_t *old)
{
	KV_NOT_CANCELLED;
	struct former f = { 0 };
	if (key_is_null(key.p, key.n))
		return null_key();
	enum memkv_status s = kv_write(kv, false);
	if (s != MEMKV_OK)
		return s;
	const struct side *side = kv->now;
	if (!side->v->put || !side->v->del) {
		s = no_put(kv);
	} else if (value && key.n > MEMKV_KEY_MOST) { /* some variants take longer ones */
		s = kv_status(AB_EKEY, NULL);
	} else {
		f = former_of(kv, key, old);
		s = apply(kv, key, value);
	}
	kv_write_done(kv);
	/* A value that is put again does not leave. */
	if (value ? s == MEMKV_REPLACED && (old || f.value != *value) : s == MEMKV_OK)
		former_leaves(kv, &f, old);
	return s;
}

enum memkv_status
memkv_put(memkv *kv, const void *key, size_t n, uint64_t value, uint64_t *old)
{
	return change(kv, key_of(key, n), &value, old);
}

enum memkv_status
memkv_remove(memkv *kv, const void *key, size_t n, uint64_t *old)
{
	return change(kv, key_of(key, n), NULL, old);
}

enum memkv_status
memkv_get(const memkv *kv, const void *key, size_t n, uint64_t *value)
{
	bool locked;
	uint64_t found;
	if (key_is_null(key, n))
		return null_key();
	enum memkv_status s = kv_read(kv, &locked);
	if (s != MEMKV_OK)
		return s;
	enum ab_status got = kv->now->v->get(kv->now->t, key_of(key, n), &found);
	kv_read_done(kv, locked);
	if (got == AB_OK && value)
		*value = found;
	return got == AB_OK ? MEMKV_OK : MEMKV_NOT_FOUND;
}

bool
memkv_contains(const memkv *kv, const void *key, size_t n)
{
	return memkv_get(kv, key, n, NULL) == MEMKV_OK;
}
