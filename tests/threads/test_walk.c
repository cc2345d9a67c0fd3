/* test_walk.c: the walk of the concurrent ART when something is put between the search for its
 * first entry and the first step: what another thread may do then, done by the only one. */
#define CON_THREADS 0
#include "concurrent/con_tree.h"
#include "concurrent/con_walk.h"
#include "concurrent/con_inspect.h"
#include "kit/check.h"

/* For what is not tested here. */
extern const struct ab_variant ab_variant_walked;
const struct ab_variant ab_variant_walked = { .name = "walked", CON_ENTRIES };

static struct ab_key
key_of(const char *text)
{
	return (struct ab_key){ (const uint8_t *)text, strlen(text) };
}

static bool
leads_to(const struct con_leaf *leaf, const char *text)
{
	return leaf && ab_key_cmp(con_leaf_key(leaf), key_of(text)) == 0;
}

/* With a place for `later`, so that no node is copied when it comes: nothing keeps the old one. */
static struct ab_index *
make(const char *there, const char *later)
{
	const char *const keys[] = { "A", "x", "y", "z", there, later };
	struct ab_index *t = con_create(NULL);
	CHECK(t != NULL);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		CHECK(con_put(t, key_of(keys[i]), i) == AB_OK);
	CHECK(con_del(t, key_of(later)) == AB_OK);
	return t;
}

/* What is below the beginning is not visited, be it put where the first entry hangs. */
static void
forward(const char *bound, const char *there, const char *put, const char *found)
{
	struct con_walk w;
	struct ab_index *t = make(there, put);
	con_walk_open(&w, t);
	CHECK(con_walk_seek(&w, con_node_at(t->root), key_of(bound)));
	CHECK(con_put(t, key_of(put), 3) == AB_OK);
	CHECK(leads_to(con_walk_next(&w), found));
	while (con_walk_next(&w))
		;
	con_walk_close(&w);
	con_destroy(t);
}

/* Nor what is not below the end, on the way back. */
static void
back(const char *bound, const char *there, const char *put, const char *found)
{
	struct con_walk w;
	struct ab_index *t = make(there, put);
	con_walk_open(&w, t);
	CHECK(con_walk_seek_back(&w, con_node_at(t->root), key_of(bound)));
	CHECK(con_put(t, key_of(put), 3) == AB_OK);
	CHECK(leads_to(con_walk_back(&w), found));
	while (con_walk_back(&w))
		;
	con_walk_close(&w);
	con_destroy(t);
}

int
main(void)
{
	forward("ac", "ad", "ab", "ad"); /* the leaf becomes a node */
	forward("ac", "b", "ab", "b");   /* the edge becomes a leaf */
	forward("ac", "a", "ab", "x");
	back("ac", "ab", "ad", "ab");
	back("bc", "a", "bd", "a");
	back("ac", "ad", "ab", "A"); /* what comes may be missed */
	return check_finish();
}
