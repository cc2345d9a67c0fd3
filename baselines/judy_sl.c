/* judy_sl.c: Doug Baskins's JudySL (judy.sourceforge.net): a tree of JudyL arrays, each
 * over the next eight bytes of the key, and what is left of a key that no other shares
 * in a block of its own.
 *
 * A key ends at its first NUL, so it takes none (AB_NO_NUL), and ours, which have no
 * NUL behind them, are copied for every call: that is in its times, a user with C
 * strings would be spared it.
 *
 * Judy calls JudyMalloc and JudyFree for all its memory, and a program may have its
 * own: here they are, so that it is counted. They cannot be told which index they
 * work for; `owner` says it for this thread, while an index changes. An array in which
 * a call has run out of memory, a deletion perhaps, is damaged: entries are missing
 * and blocks lost. So that ends the process (AB_OOM_EXITS). Without an owner they work
 * for somebody else in this process that uses Judy, a plug-in, and are what Judy's own
 * are: malloc and free.
 *
 * Threads: lookups and steps write to the caller's key and nowhere else, so any number
 * of threads may do them.
 *
 * A slot is 0 when new, and so must be told from one that holds 0: it holds its value
 * plus one. That leaves one value that is 0, and while such a one is held, and only
 * then, put looks first. */
#include <Judy.h>
#include <string.h>
#include "contract/alloc.h"
#include "baseline_config.h"
#include "contract/span.h"

enum { JS_MAX_KEY = UINT16_MAX };

struct ab_index {
	const struct ab_alloc *mem;
	void *array; /* Judy's */
	size_t n, bytes;
	size_t zeros; /* slots that hold 0 */
};

static _Thread_local struct ab_index *owner;

Word_t
JudyMalloc(Word_t words)
{
	size_t size = words * sizeof(Word_t);
	void *p = ab_alloc(owner ? owner->mem : NULL, size);
	if (!p && owner)
		abort();
	if (owner)
		owner->bytes += size;
	return (Word_t)p;
}

void
JudyFree(void *p, Word_t words)
{
	size_t size = words * sizeof(Word_t);
	if (owner)
		owner->bytes -= size;
	ab_free(owner ? owner->mem : NULL, p, size);
}

Word_t
JudyMallocVirtual(Word_t words)
{
	return JudyMalloc(words);
}

void
JudyFreeVirtual(void *p, Word_t words)
{
	JudyFree(p, words);
}

/* A key as Judy wants it. */
struct text {
	uint8_t p[JS_MAX_KEY + 1];
};

/* The bytes of `k` before its first NUL and after its last; false: `k` has a NUL, or
 * is too long, and what is there is only its beginning. */
static bool
text_of(struct text *to, struct ab_key k)
{
	size_t n = k.n < JS_MAX_KEY ? k.n : JS_MAX_KEY;
	const uint8_t *end = n ? memccpy(to->p, k.p, '\0', n) : NULL;
	to->p[n] = '\0';
	return !end && n == k.n;
}

static struct ab_index *
js_create(const struct ab_alloc *mem)
{
	struct ab_index *t = ab_alloc(mem, sizeof *t);
	if (t)
		*t = (struct ab_index){ .mem = mem };
	return t;
}

static void
js_destroy(struct ab_index *t)
{
	owner = t;
	JudySLFreeArray(&t->array, PJE0);
	owner = NULL;
	ab_free(t->mem, t, sizeof *t);
}

static enum ab_status
js_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	struct text key;
	if (!text_of(&key, k))
		return AB_EKEY;
	owner = t;
	bool held = t->zeros && JudySLGet(t->array, key.p, PJE0);
	Word_t *word = (Word_t *)JudySLIns(&t->array, key.p, PJE0), old = *word;
	owner = NULL;
	held = held || old;
	*word = value + 1;
	t->zeros += (*word == 0) - (held && old == 0);
	t->n += !held;
	return held ? AB_REPLACED : AB_OK;
}

static enum ab_status
js_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	struct text key;
	const void *const *slot = NULL;
	if (text_of(&key, k))
		slot = (const void *const *)JudySLGet(t->array, key.p, PJE0);
	if (!slot)
		return AB_NOT_FOUND;
	*value = (Word_t)*slot - 1;
	return AB_OK;
}

static enum ab_status
js_del(struct ab_index *t, struct ab_key k)
{
	uint64_t value;
	struct text key;
	if (js_get(t, k, &value) != AB_OK || !text_of(&key, k))
		return AB_NOT_FOUND;
	owner = t;
	JudySLDel(&t->array, key.p, PJE0);
	owner = NULL;
	t->zeros -= value == UINT64_MAX;
	t->n--;
	return AB_OK;
}

/* Where a bound has more to it than Judy can be told, no key begins with the part it
 * is told and is not above the bound: so those equal to the part are below. */
static enum ab_status
visit_span(const struct ab_index *t, struct span s, ab_visit *visit, void *arg)
{
	struct text at;
	PPvoid_t slot = text_of(&at, s.lo) ? JudySLFirst(t->array, at.p, PJE0)
					   : JudySLNext(t->array, at.p, PJE0);
	for (; slot; slot = JudySLNext(t->array, at.p, PJE0)) {
		struct ab_key k = { at.p, strlen((const char *)at.p) };
		if (!span_goes_on(&s, k))
			break;
		if (!visit(arg, k, (Word_t)*slot - 1))
			return AB_STOPPED;
	}
	return AB_OK;
}

static enum ab_status
js_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	return visit_span(t, span_of_range(r), visit, arg);
}

static enum ab_status
js_scan_prefix(const struct ab_index *t, struct ab_key prefix, ab_visit *visit, void *arg)
{
	return visit_span(t, span_of_prefix(prefix), visit, arg);
}

static size_t
js_count(const struct ab_index *t)
{
	return t->n;
}

/* Judy tells nobody what is node, value or key in its blocks. */
static void
js_memory(const struct ab_index *t, struct ab_memory *out)
{
	*out = (struct ab_memory){ .total = sizeof *t + t->bytes,
		.inner = sizeof *t + t->bytes };
}

struct check {
	struct text before;
	size_t n, zeros;
	bool increasing;
};

static bool
check_visit(void *arg, struct ab_key k, uint64_t value)
{
	struct check *c = arg;
	c->increasing = !c->n || strcmp((const char *)c->before.p, (const char *)k.p) < 0;
	memcpy(c->before.p, k.p, k.n + 1);
	c->zeros += value == UINT64_MAX;
	c->n++;
	return c->increasing;
}

static const char *
js_check(const struct ab_index *t)
{
	struct check c = { .increasing = true };
	js_scan(t, (struct ab_range){ 0 }, check_visit, &c);
	if (!c.increasing)
		return "keys are not strictly increasing";
	if (c.n != t->n)
		return "the count is not the number of entries";
	return c.zeros == t->zeros ? NULL : "zeros is not the number of slots with 0";
}

const struct ab_variant ab_variant_judy_sl = {
	.name = "judy_sl",
	.label = "JudySL",
	.family = "trie",
	.library = "Judy " JUDY_VERSION,
	.caps = AB_ORDERED | AB_PARALLEL_READS | AB_NO_NUL | AB_OOM_EXITS | AB_UNDIVIDED,
	.max_key = JS_MAX_KEY,
	.create = js_create,
	.destroy = js_destroy,
	.put = js_put,
	.get = js_get,
	.del = js_del,
	.scan = js_scan,
	.scan_prefix = js_scan_prefix,
	.count = js_count,
	.memory = js_memory,
	.check = js_check,
};
