/* test_census.c VARIANT: what census visits, held against count, memory and what was put:
 * of random keys, of keys nested in one another, of few, of none, and after deletions. */
#include <stdio.h>
#include <string.h>
#include "ab.h"
#include "../kit/check.h"
#include "contract/rng.h"

enum { KEYS = 4000, KEY_MOST = 24, LEVELS_MOST = 4096 };

struct found {
	const struct ab_variant *v;
	size_t nodes[AB_KINDS], bytes, keys, visited, stop_at;
	size_t at_level[LEVELS_MOST];
	const char *broken;
};

static const char *
defect(const struct found *f, const struct ab_node *n)
{
	if (n->kind >= AB_KINDS || !f->v->node_kinds[n->kind])
		return "a node is of no kind that has a name";
	if (n->children > n->capacity)
		return "a node has more children than places";
	if (n->keys > n->children + 1u)
		return "more keys end at a node than it has places, and one";
	if (!n->bytes || !n->at)
		return "a node takes no bytes";
	if (n->level >= LEVELS_MOST)
		return "a node is deeper than the keys are long";
	if (n->level && !f->at_level[n->level - 1])
		return "a node is visited before the one that leads to it";
	return NULL;
}

static bool
note(void *arg, const struct ab_node *n)
{
	struct found *f = arg;
	const char *broken = defect(f, n);
	if (broken) {
		f->broken = broken;
		return false;
	}
	f->nodes[n->kind]++;
	f->bytes += n->bytes;
	f->keys += n->keys;
	f->at_level[n->level]++;
	return ++f->visited != f->stop_at;
}

/* Bytes that are not slack, nor of any node. */
static size_t
look(const struct ab_variant *v, const struct ab_index *t)
{
	static struct found f;
	struct ab_memory m;
	f = (struct found){ .v = v };
	v->memory(t, &m);
	CHECK(v->census(t, note, &f) == AB_OK);
	if (f.broken)
		fprintf(stderr, "%s: %s\n", v->name, f.broken);
	CHECK(!f.broken);
	CHECK_IS(f.keys, v->count(t));
	for (unsigned k = 0; k < AB_KINDS; k++)
		CHECK_IS(f.nodes[k], m.nodes[k]);
	CHECK(f.bytes <= m.inner + m.leaf + m.key);
	size_t others = m.inner + m.leaf + m.key - f.bytes;
	if (f.visited) { /* it stops when it is told to */
		size_t all = f.visited;
		f = (struct found){ .v = v, .stop_at = all / 2 + 1 };
		CHECK(v->census(t, note, &f) == AB_STOPPED);
		CHECK_IS(f.visited, all / 2 + 1);
	}
	return others;
}

/* ---- keys ---- */

struct keys {
	uint8_t bytes[KEYS][KEY_MOST];
	struct ab_entry entry[KEYS];
	size_t n;
};

static int
compare(const void *a, const void *b)
{
	return ab_key_cmp(
		((const struct ab_entry *)a)->key, ((const struct ab_entry *)b)->key);
}

/* Of a few letters, so that they share much; sorted, each once. */
static void
make_random(struct keys *k, size_t wanted, uint64_t seed)
{
	uint64_t rng = seed;
	for (size_t i = 0; i < wanted; i++) {
		size_t n = 1 + rng_below(&rng, KEY_MOST - 1);
		for (size_t j = 0; j < n; j++)
			k->bytes[i][j] = (uint8_t)(rng_below(&rng, j < 3 ? 256 : 3) | 1);
		k->entry[i] = (struct ab_entry){ { k->bytes[i], n }, i };
	}
	qsort(k->entry, wanted, sizeof *k->entry, compare);
	k->n = 0;
	for (size_t i = 0; i < wanted; i++)
		if (!k->n || compare(&k->entry[k->n - 1], &k->entry[i]) < 0)
			k->entry[k->n++] = k->entry[i];
}

/* Each the beginning of the next. */
static void
make_nested(struct keys *k, const uint8_t *letters, size_t wanted)
{
	k->n = wanted;
	for (size_t i = 0; i < wanted; i++)
		k->entry[i] = (struct ab_entry){ { letters, i + 1 }, i };
}

/* ---- indexes of them ---- */

static struct ab_index *
filled(const struct ab_variant *v, const struct keys *k)
{
	struct ab_index *t = v->create(NULL);
	CHECK(t);
	if (v->caps & AB_BULK_LOAD || !v->put) {
		CHECK(v->build(t, k->entry, k->n) == AB_OK);
		return t;
	}
	for (size_t i = 0; i < k->n; i++) { /* not in order */
		const struct ab_entry *e = &k->entry[i * 7919 % k->n];
		CHECK(v->put(t, e->key, e->value) >= AB_OK);
	}
	return t;
}

/* Two thirds of the keys, one after the other, with a look now and then. */
static void
delete_and_look(const struct ab_variant *v, struct ab_index *t, const struct keys *k)
{
	for (size_t i = 0; i < k->n; i++) {
		if (i % 3)
			CHECK(v->del(t, k->entry[i].key) == AB_OK);
		if (i % (k->n / 4 + 1) == 0)
			look(v, t);
	}
	look(v, t);
}

static void
test_keys(const struct ab_variant *v, const struct keys *k)
{
	struct ab_index *t = filled(v, k);
	CHECK_IS(v->count(t), k->n);
	look(v, t);
	if (v->del)
		delete_and_look(v, t, k);
	if (v->compact) {
		CHECK(v->compact(t) == AB_OK);
		look(v, t);
	}
	v->destroy(t);
}

/* A radix tree has nodes for inner alone, and one of pages for all. */
static void
test_bytes(const struct ab_variant *v, const struct keys *k)
{
	struct ab_index *none = v->create(NULL), *t = filled(v, k);
	struct ab_memory m;
	v->memory(t, &m);
	size_t others = look(v, t), own = look(v, none);
	if (strcmp(v->family, "art") == 0)
		CHECK_IS(others, own + m.leaf + m.key);
	else if (strcmp(v->name, "page_front") == 0) /* the others have tables */
		CHECK_IS(others, own);
	v->destroy(none);
	v->destroy(t);
}

int
main(int argc, char **argv)
{
	static struct keys k;
	static uint8_t letters[KEYS];
	const struct ab_variant *v = argc == 2 ? ab_variant_named(argv[1]) : NULL;
	if (!CHECK(v))
		return check_finish();
	if (!v->census)
		return check_skip("it has no census");
	memset(letters, 'a', sizeof letters);
	struct ab_index *none = v->create(NULL);
	look(v, none);
	v->destroy(none);
	for (size_t n = 1; n <= KEYS; n = 3 * n + 2) {
		make_random(&k, n, n);
		test_keys(v, &k);
	}
	make_random(&k, KEYS, 1);
	test_bytes(v, &k);
	make_nested(&k, letters, 300);
	test_keys(v, &k);
	return check_finish();
}
