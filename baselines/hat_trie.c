/* hat_trie.c: Daniel Jones's HAT-trie (Askitis and Sinha, "HAT-trie: a cache-conscious
 * trie-based data structure for strings", ACSC 2007): a trie whose leaves are hash
 * tables of up to 16,384 suffixes in arrays.
 *
 * No AB_ORDERED: its iterator can sort, table by table, and so a scan does visit in
 * key order, but it cannot begin anywhere but at the first key. A range or prefix far
 * from it takes as long as all keys before.
 *
 * The empty key it finds in every trie, put or not: so it is not taken (AB_NO_EMPTY).
 * Where a key ends at a node of the trie, hattrie_get follows the byte behind the key,
 * too, and if more keys than a table holds go on with it, it stores the value under the
 * wrong key. So keys are copied for put, with a NUL behind them, and none with a NUL in
 * it is taken (AB_NO_NUL); that copy is in its times. Of a key with which over 16,384
 * others begin that all go on with 0x01 its assertion ends the program.
 *
 * It allocates by itself (AB_OWN_ALLOC), and out of memory ends the program.
 *
 * Threads: lookups write nothing, and an iterator nothing but itself, so any number of
 * threads may have one. */
#include <hat-trie/hat-trie.h>
#include <stdlib.h>
#include <string.h>
#include "baseline_config.h"
#include "contract/span.h"

/* Its tables store a length in 15 bits. */
enum { HT_MAX_KEY = INT16_MAX };

struct ab_index {
	hattrie_t *trie;
};

_Static_assert(sizeof(value_t) == sizeof(uint64_t), "values are kept as its own");

static bool
takes(struct ab_key k)
{
	return k.n > 0 && k.n <= HT_MAX_KEY && !memchr(k.p, '\0', k.n);
}

static value_t *
find(const struct ab_index *t, struct ab_key k)
{
	return takes(k) ? hattrie_tryget(t->trie, (const char *)k.p, k.n) : NULL;
}

static struct ab_index *
ht_create(const struct ab_alloc *mem)
{
	(void)mem;
	struct ab_index *t = malloc(sizeof *t);
	if (t)
		t->trie = hattrie_create();
	return t;
}

static void
ht_destroy(struct ab_index *t)
{
	hattrie_free(t->trie);
	free(t);
}

static size_t
ht_count(const struct ab_index *t)
{
	return hattrie_size(t->trie);
}

/* Values stand behind the bytes of their keys, wherever that is. */
static uint64_t
number(const value_t *at)
{
	uint64_t value;
	memcpy(&value, (const void *)at, sizeof value);
	return value;
}

static enum ab_status
ht_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	size_t before = ht_count(t);
	char text[HT_MAX_KEY + 1];
	if (!takes(k))
		return AB_EKEY;
	memcpy(text, k.p, k.n);
	text[k.n] = '\0';
	void *at = hattrie_get(t->trie, text, k.n);
	memcpy(at, &value, sizeof value);
	return ht_count(t) == before ? AB_REPLACED : AB_OK;
}

static enum ab_status
ht_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	const value_t *found = find(t, k);
	if (!found)
		return AB_NOT_FOUND;
	*value = number(found);
	return AB_OK;
}

static enum ab_status
ht_del(struct ab_index *t, struct ab_key k)
{
	if (!takes(k) || hattrie_del(t->trie, (const char *)k.p, k.n) != 0)
		return AB_NOT_FOUND;
	return AB_OK;
}

static enum ab_status
visit_span(const struct ab_index *t, struct span s, ab_visit *visit, void *arg)
{
	enum ab_status status = AB_OK;
	hattrie_iter_t *at = hattrie_iter_begin(t->trie, true);
	for (; status == AB_OK && !hattrie_iter_finished(at); hattrie_iter_next(at)) {
		struct ab_key k;
		k.p = (const uint8_t *)hattrie_iter_key(at, &k.n);
		if (ab_key_cmp(k, s.lo) < 0)
			continue;
		if (!span_goes_on(&s, k))
			break;
		if (!visit(arg, k, number(hattrie_iter_val(at))))
			status = AB_STOPPED;
	}
	hattrie_iter_free(at);
	return status;
}

static enum ab_status
ht_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	return visit_span(t, span_of_range(r), visit, arg);
}

static enum ab_status
ht_scan_prefix(const struct ab_index *t, struct ab_key prefix, ab_visit *visit, void *arg)
{
	return visit_span(t, span_of_prefix(prefix), visit, arg);
}

static const char *
ht_check(const struct ab_index *t)
{
	size_t n = 0;
	hattrie_iter_t *at = hattrie_iter_begin(t->trie, false);
	bool found = true;
	for (; found && !hattrie_iter_finished(at); hattrie_iter_next(at), n++) {
		struct ab_key k;
		k.p = (const uint8_t *)hattrie_iter_key(at, &k.n);
		/* The value of a key that ends at a node of the trie, and not in a table,
		 * the iterator has in a place of its own. */
		const value_t *value = find(t, k);
		found = value && number(value) == number(hattrie_iter_val(at));
	}
	hattrie_iter_free(at);
	if (!found)
		return "an entry cannot be found by its own key";
	return n == ht_count(t) ? NULL : "the count is not the number of entries";
}

const struct ab_variant ab_variant_hat_trie = {
	.name = "hat_trie",
	.label = "HAT-trie",
	.family = "trie",
	.library = "hat-trie " HAT_TRIE_VERSION,
	.caps = AB_PARALLEL_READS | AB_OWN_ALLOC | AB_OOM_EXITS | AB_NO_EMPTY | AB_NO_NUL,
	.max_key = HT_MAX_KEY,
	.create = ht_create,
	.destroy = ht_destroy,
	.put = ht_put,
	.get = ht_get,
	.del = ht_del,
	.scan = ht_scan,
	.scan_prefix = ht_scan_prefix,
	.count = ht_count,
	.check = ht_check,
};
