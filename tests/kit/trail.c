/* trail.c: see trail.h. An operation is a struct ops_op as it stands, its keys' bytes
 * behind it. */
#include <string.h>
#include <sys/mman.h>
#include "trail.h"

enum { ROOM = 256 << 20 }; /* bytes; pages that are not written cost nothing */

static struct trail *now;

struct trail *
trail_new(void)
{
	void *p = mmap(NULL, ROOM, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	trail_clear(p);
	return p;
}

void
trail_free(struct trail *r)
{
	if (r)
		munmap(r, ROOM);
}

void
trail_clear(struct trail *r)
{
	memset(r, 0, sizeof *r);
	r->bytes = (uint8_t *)(r + 1);
}

void
trail_into(struct trail *r)
{
	now = r;
}

void
trail_begin(const char *phase, uint64_t seed)
{
	if (!now || now->wrong)
		return;
	now->open = true;
	now->full = false;
	now->seed = seed;
	now->used = now->operations = 0;
	g_strlcpy(now->phase, phase, sizeof now->phase);
}

static void
add(const void *p, size_t n)
{
	if (n)
		memcpy(now->bytes + now->used, p, n);
	now->used += n;
}

/* Of a batch: the length, then the bytes. */
static size_t
size_of_keys(const struct ops_op *op)
{
	size_t n = op->n_keys * sizeof op->key.n;
	for (size_t i = 0; i < op->n_keys; i++)
		n += op->keys[i].n;
	return n;
}

void
trail_op(const struct ops_op *op)
{
	if (!now || now->wrong || !now->open || now->full)
		return;
	size_t n = sizeof *op + op->key.n + op->range.lo.n + op->range.hi.n +
		   size_of_keys(op);
	if (sizeof *now + now->used + n > ROOM) {
		now->full = true;
		return;
	}
	now->last = now->used;
	add(op, sizeof *op);
	add(op->key.p, op->key.n);
	add(op->range.lo.p, op->range.lo.n);
	add(op->range.hi.p, op->range.hi.n);
	for (size_t i = 0; i < op->n_keys; i++) {
		add(&op->keys[i].n, sizeof op->keys[i].n);
		add(op->keys[i].p, op->keys[i].n);
	}
	now->operations++;
}

void
trail_done(uint64_t allocations)
{
	struct ops_op op;
	if (!now || now->wrong || !now->open || now->full || !now->operations)
		return;
	memcpy(&op, now->bytes + now->last, sizeof op);
	if (op.fail <= allocations)
		return;
	op.fail = 0;
	op.fail_on = false;
	memcpy(now->bytes + now->last, &op, sizeof op);
}

void
trail_wrong(const char *what)
{
	if (!now || now->wrong || !now->open)
		return;
	now->wrong = true;
	g_strlcpy(now->what, what, sizeof now->what);
}

void
trail_end(void)
{
	if (now && !now->wrong)
		now->open = false;
}

bool
trail_is_open(void)
{
	return now && now->open;
}

void
trail_hangs(void)
{
	if (now)
		now->hangs = true;
}

static struct ab_key
key_at(const struct trail *r, size_t *at, size_t n)
{
	struct ab_key k = { n ? r->bytes + *at : NULL, n };
	*at += n;
	return k;
}

static struct ab_key
key_of_many_at(const struct trail *r, size_t *at)
{
	size_t n;
	memcpy(&n, r->bytes + *at, sizeof n);
	*at += sizeof n;
	return key_at(r, at, n);
}

GPtrArray *
trail_list(const struct trail *r)
{
	if (!r->open || r->full)
		return NULL;
	GPtrArray *list = ops_list();
	size_t at = 0;
	for (uint64_t i = 0; i < r->operations; i++) {
		struct ops_op op;
		memcpy(&op, r->bytes + at, sizeof op);
		at += sizeof op;
		op.key = key_at(r, &at, op.key.n);
		op.range.lo = key_at(r, &at, op.range.lo.n);
		op.range.hi = key_at(r, &at, op.range.hi.n);
		g_autofree struct ab_key *keys = op.keys = g_new(
			struct ab_key, op.n_keys);
		for (size_t k = 0; k < op.n_keys; k++)
			keys[k] = key_of_many_at(r, &at);
		ops_append(list, &op);
	}
	return list;
}
