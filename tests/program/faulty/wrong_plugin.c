/* wrong_plugin.c: the example plug-in, which gives wrong answers, crashes, hangs or loses
 * memory where its keys stand in a certain way; -DFAULT=NAME chooses which. Beside
 * faulty_plugin.c, whose faults do not depend on keys: here few operations show one.
 * Compiled by tests/contract/test_explained.sh, beside ab_plugin.h and plugin_skiplist.c. */
#include <string.h>
#include <unistd.h>
#include "ab_plugin.h"

enum {
	RIGHT,
	FAN_OUT, /* get misses the last of five keys that differ in their last byte */
	FULL_FAN_OUT,  /* the same of 256 */
	SIGNED,        /* keys are in the order of signed bytes */
	DEL_LOSES,     /* del takes with a key the longer one behind it */
	SCAN_STOPS,    /* a scan ends before its fourth key */
	COMPACT_LOSES, /* compact drops the last of three keys */
	REFUSED_LOSES, /* a put that found no memory drops the key behind it */
	CRASH,         /* put of a key of a NUL, behind two others */
	ABORT,         /* del of the first of three keys */
	LOOP,          /* del of a key that is the beginning of another never ends */
	WAIT,          /* the same, without work: it waits */
	LEAK,          /* del of a key of more than eight bytes forgets a byte */
	MALLOC_LEAK,   /* the same of malloc's, of which nobody knows */
	DRAIN,         /* an index that is emptied keeps what it had for two keys */
	MISCOUNTS,     /* memory() leaves the key of 0xff out */
	MANY_LOSE,     /* get_many misses a key that it has found already */
	CUT_SHORT      /* del_range leaves the third key of its range, and counts it */
};

#ifndef FAULT
#define FAULT RIGHT
#endif

static int
wrong_order(struct ab_key a, struct ab_key b)
{
	for (size_t i = 0; FAULT == SIGNED && i < a.n && i < b.n; i++)
		if (a.p[i] != b.p[i])
			return (int8_t)a.p[i] < (int8_t)b.p[i] ? -1 : 1;
	return ab_key_cmp(a, b);
}

#undef AB_PLUGIN
#define AB_PLUGIN(v) enum { WITHOUT_ITS_ENTRY }
#define ab_key_cmp   wrong_order
#include "plugin_skiplist.c"
#undef ab_key_cmp

/* Not what the compiler may take for a promise that it is never reached. */
static int *volatile nowhere;
static void *volatile forgotten;

static bool
is_sibling(struct ab_key a, struct ab_key b)
{
	return a.n && a.n == b.n && memcmp(a.p, b.p, a.n - 1) == 0;
}

/* How many keys differ from `k` in their last byte only, `k` among them; is it the last? */
static size_t
fan_out(const struct ab_index *t, struct ab_key k, bool *last)
{
	size_t n = 0;
	for (const struct node *x = t->first[0]; x; x = x->next[0])
		if (is_sibling(node_key(x), k)) {
			*last = is_at(x, k);
			n++;
		}
	return n;
}

static enum ab_status
wrong_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	bool last = false;
	size_t n = FAULT == FAN_OUT ? 5 : 256;
	if ((FAULT == FAN_OUT || FAULT == FULL_FAN_OUT) && fan_out(t, k, &last) >= n &&
		last)
		return AB_NOT_FOUND;
	return skip_get(t, k, value);
}

static size_t
wrong_get_many(const struct ab_index *t, struct ab_entry *entries, size_t n, bool *found)
{
	size_t hits = 0;
	for (size_t i = 0; i < n; i++) {
		bool again = false;
		for (size_t k = 0; FAULT == MANY_LOSE && k < i; k++)
			again = again || ab_key_cmp(entries[k].key, entries[i].key) == 0;
		found[i] = !again &&
			   skip_get(t, entries[i].key, &entries[i].value) == AB_OK;
		hits += found[i];
	}
	return hits;
}

static void
drop(struct ab_index *t, const struct node *x)
{
	if (x)
		skip_del(t, node_key(x));
}

static enum ab_status
wrong_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	if (FAULT == CRASH && t->count >= 2 && k.n && k.p[k.n - 1] == 0)
		*nowhere = 1;
	enum ab_status status = skip_put(t, k, value);
	if (FAULT == REFUSED_LOSES && status == AB_ENOMEM)
		drop(t, find(t, k, NULL));
	return status;
}

static enum ab_status
wrong_del(struct ab_index *t, struct ab_key k)
{
	enum ab_status status = skip_del(t, k);
	const struct node *next = find(t, k, NULL);
	bool longer = status == AB_OK && next && k.n &&
		      ab_key_starts_with(node_key(next), k);
	if (FAULT == ABORT && status == AB_OK && t->count == 2 && next == t->first[0])
		abort();
	for (volatile unsigned i = 0; FAULT == LOOP && longer;)
		i++;
	while (FAULT == WAIT && longer)
		pause();
	if (FAULT == DEL_LOSES && longer)
		drop(t, next);
	if (FAULT == LEAK && status == AB_OK && k.n > 8)
		forgotten = ab_alloc(t->mem, 1);
	if (FAULT == MALLOC_LEAK && status == AB_OK && k.n > 8)
		forgotten = malloc(1);
	forgotten = NULL;
	return status;
}

static enum ab_status
wrong_del_range(struct ab_index *t, struct ab_range r, size_t *gone)
{
	const struct node *x = find(t, r.lo, NULL), *next;
	for (*gone = 0; x; x = next) {
		if (r.has_hi && wrong_order(node_key(x), r.hi) >= 0)
			break;
		next = x->next[0];
		if (++*gone != 3 || FAULT != CUT_SHORT)
			skip_del(t, node_key(x));
	}
	return AB_OK;
}

static enum ab_status
wrong_compact(struct ab_index *t)
{
	const struct node *x = t->first[0];
	if (FAULT == COMPACT_LOSES && t->count >= 3)
		drop(t, x->next[0]->next[0]);
	return AB_OK;
}

static enum ab_status
wrong_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	size_t visits = 0;
	for (const struct node *x = find(t, r.lo, NULL); x; x = x->next[0]) {
		if (r.has_hi && wrong_order(node_key(x), r.hi) >= 0)
			break;
		if (FAULT == SCAN_STOPS && ++visits == 4)
			break;
		if (!visit(arg, node_key(x), x->value))
			return AB_STOPPED;
	}
	return AB_OK;
}

static void
wrong_memory(const struct ab_index *t, struct ab_memory *out)
{
	const uint8_t byte = 0xff;
	skip_memory(t, out);
	if (FAULT == MISCOUNTS && is_at(find(t, (struct ab_key){ &byte, 1 }, NULL),
					  (struct ab_key){ &byte, 1 }))
		out->key--;
}

static void
wrong_destroy(struct ab_index *t)
{
	if (FAULT == DRAIN && t->count == 0 && t->random != 0x9e3779b97f4a7c15u)
		forgotten = ab_alloc(t->mem, 2);
	skip_destroy(t);
}

static const struct ab_variant wrong = {
	.name = "wrong",
	.label = "wrong skip list",
	.family = "list",
	.caps = AB_ORDERED,
	.max_key = UINT16_MAX,
	.create = skip_create,
	.destroy = wrong_destroy,
	.put = wrong_put,
	.get = wrong_get,
	.get_many = wrong_get_many,
	.del = wrong_del,
	.del_range = wrong_del_range,
	.compact = wrong_compact,
	.scan = wrong_scan,
	.scan_prefix = skip_scan_prefix,
	.count = skip_count,
	.memory = wrong_memory,
	.check = skip_check,
};

const struct ab_plugin ab_plugin_entry = { AB_PLUGIN_ABI, sizeof(struct ab_variant),
	&wrong };
