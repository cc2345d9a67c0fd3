/* entry.c: one key. */
#include "internal.h"

enum memkv_status
kv_null_key(void)
{
	return kv_fail(MEMKV_EINVAL, "a key is NULL and its length is not 0");
}

enum memkv_status
kv_no_put(const memkv *kv)
{
	return kv_fail(MEMKV_EREADONLY, "%s has no put: fill it by memkv_bulk",
		kv->now->v->name);
}

/* ---- changing ---- */

/* May what waits for readers, who may have left, have been freed? Then there may be memory. */
bool
kv_waited_for(const memkv *kv)
{
	const struct side *side = kv->now;
	return kv->threads == MEMKV_CONCURRENT && side->v->compact &&
	       side->v->compact(side->t) == AB_OK;
}

static enum ab_status
put(const memkv *kv, struct ab_key key, uint64_t value)
{
	const struct side *side = kv->now;
	enum ab_status s = side->v->put(side->t, key, value);
	if (s == AB_ENOMEM && kv_waited_for(kv))
		s = side->v->put(side->t, key, value);
	return s;
}

enum ab_status
kv_del(const memkv *kv, struct ab_key key)
{
	const struct side *side = kv->now;
	enum ab_status s = side->v->del(side->t, key);
	if (s == AB_ENOMEM && kv_waited_for(kv))
		s = side->v->del(side->t, key);
	return s;
}

/* What is to be done to a key that is looked up, and what was found. */
struct doing {
	memkv *kv;
	memkv_change *change; /* NULL: the verdict is known */
	void *arg;
	enum ab_verdict verdict;
	uint64_t value;
	bool asked, there;
	uint64_t old;
};

static enum ab_verdict
ask(struct doing *d, const uint64_t *old)
{
	struct frame frame;
	kv_look(d->kv, &frame);
	enum memkv_verdict said = d->change(d->arg, old, &d->value);
	kv_looked(d->kv, &frame);
	return said == MEMKV_PUT ? AB_PUT : said == MEMKV_REMOVE ? AB_REMOVE : AB_KEEP;
}

static enum ab_verdict
decide(void *arg, const uint64_t *old, uint64_t *value)
{
	struct doing *d = arg;
	d->asked = true;
	d->there = old;
	if (old)
		d->old = *old;
	if (d->change)
		d->verdict = ask(d, old);
	*value = d->value;
	return d->verdict;
}

/* If there was no memory when the verdict was known, it is done by put or del. */
static enum ab_status
carry_out(const memkv *kv, struct ab_key key, struct doing *d)
{
	const struct side *side = kv->now;
	enum ab_status s = ab_update(side->v, side->t, key, decide, d);
	if (s == AB_ENOMEM && d->asked && kv_waited_for(kv))
		s = d->verdict == AB_PUT ? side->v->put(side->t, key, d->value)
					 : side->v->del(side->t, key);
	return s;
}

/* Has a value left the store that `d` found there? One that is put again has not. */
static bool
has_left(const struct doing *d, enum ab_status s)
{
	if (!d->there || s < 0)
		return false;
	return d->verdict == AB_REMOVE || (d->verdict == AB_PUT && d->old != d->value);
}

/* May there be a change, of that key? */
static enum memkv_status
begin(memkv *kv, struct ab_key key)
{
	if (key_is_null(key.p, key.n))
		return kv_null_key();
	enum memkv_status s = kv_write(kv, false);
	if (s != MEMKV_OK)
		return s;
	if (!kv->now->v->put || !kv->now->v->del)
		s = kv_no_put(kv);
	if (s != MEMKV_OK)
		kv_write_done(kv);
	return s;
}

/* Do it, and hand on the value that it replaces or removes: to `old`, or else to its
 * destructor, when the store is unlocked. */
static enum memkv_status
change(memkv *kv, struct ab_key key, struct doing *d, uint64_t *old)
{
	enum memkv_status s = begin(kv, key);
	if (s != MEMKV_OK)
		return s;
	/* Some variants take longer keys. */
	enum ab_status done = key.n > MEMKV_KEY_MOST && d->verdict != AB_REMOVE
				      ? AB_EKEY
				      : carry_out(kv, key, d);
	if (done == AB_EKEY && d->verdict == AB_REMOVE)
		done = AB_NOT_FOUND;
	s = kv_status(done, &kv->now->gauge);
	kv_write_done(kv);
	if (old && d->there && s >= 0)
		*old = d->old;
	else if (kv->free_value && has_left(d, done))
		kv_free_value(kv, d->old);
	return s;
}

/* The same where nobody wants the value that was there: no need to see it. */
static enum memkv_status
change_blindly(memkv *kv, struct ab_key key, const uint64_t *value)
{
	enum memkv_status s = begin(kv, key);
	if (s != MEMKV_OK)
		return s;
	enum ab_status done = AB_EKEY;
	if (!value)
		done = kv_del(kv, key);
	else if (key.n <= MEMKV_KEY_MOST)
		done = put(kv, key, *value);
	s = kv_status(done, &kv->now->gauge);
	kv_write_done(kv);
	return s;
}

enum memkv_status
memkv_put(memkv *kv, const void *key, size_t n, uint64_t value, uint64_t *old)
{
	KV_NOT_CANCELLED;
	struct doing d = { .kv = kv, .verdict = AB_PUT, .value = value };
	if (!old && !(kv && kv->free_value))
		return change_blindly(kv, key_of(key, n), &value);
	return change(kv, key_of(key, n), &d, old);
}

enum memkv_status
memkv_remove(memkv *kv, const void *key, size_t n, uint64_t *old)
{
	KV_NOT_CANCELLED;
	struct doing d = { .kv = kv, .verdict = AB_REMOVE };
	if (!old && !(kv && kv->free_value))
		return change_blindly(kv, key_of(key, n), NULL);
	return change(kv, key_of(key, n), &d, old);
}

enum memkv_status
memkv_update(memkv *kv, const void *key, size_t n, memkv_change *say, void *arg)
{
	KV_NOT_CANCELLED;
	struct doing d = { .kv = kv, .change = say, .arg = arg };
	if (!say)
		return kv_fail(MEMKV_EINVAL, "there is no function to say what changes");
	return change(kv, key_of(key, n), &d, NULL);
}

static enum memkv_verdict
put_if_absent(void *arg, const uint64_t *old, uint64_t *value)
{
	*value = *(const uint64_t *)arg;
	return old ? MEMKV_KEEP : MEMKV_PUT;
}

enum memkv_status
memkv_insert(memkv *kv, const void *key, size_t n, uint64_t value, uint64_t *there)
{
	KV_NOT_CANCELLED;
	struct doing d = { .kv = kv, .change = put_if_absent, .arg = &value };
	enum memkv_status s = change(kv, key_of(key, n), &d, there);
	return s == MEMKV_OK && d.there ? MEMKV_EXISTS : s;
}

/* ---- reading ---- */

enum memkv_status
memkv_get(const memkv *kv, const void *key, size_t n, uint64_t *value)
{
	bool locked;
	uint64_t found;
	if (key_is_null(key, n))
		return kv_null_key();
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
