/* index.h: the index: pages and index nodes as blocks of a store.
 *
 * A B+tree whose leaves are the pages (page.h) and whose inner nodes are index_node.h's, all
 * of them blocks of one store. A block's first 4 bytes are the ref of its owner, the
 * node it hangs from, 0 for the root: when the store moves it, that is where its ref
 * is changed, and the children of a moved node have their owner changed.
 *
 * A child of 0 is a range that no key lies in: del leaves it where there is no memory
 * to give the range to a neighbour.
 *
 * The depth of a page and what a node calls known may fall behind what the separators
 * around it share, never the other way: separators only ever come nearer, but where
 * two children become one, and there it is written anew. */
#ifndef PAGE_INDEX_H
#define PAGE_INDEX_H

#include "index_node.h"
#include "page_draft.h"
#include "store.h"

static_assert(STORE_READABLE >= PAGE_HEAD + 2 * PAGE_MOST + LANES_MOST,
	"the searches may read whole arrays, wherever a page begins");

enum { FINGER_KEY = 256 }; /* bytes of a key that the finger may be on, at most */

/* Where the last key was put that was not put at the finger, and how many in order. */
struct trail {
	uint32_t node; /* the node its page hung from, as child `at` */
	uint8_t at, pos;
	bool up;
	unsigned run; /* 0: it was not beside the one before */
};

/* Where keys come in order: see finger.h. */
struct finger {
	uint32_t page;  /* 0: none */
	int reach;      /* bytes that its key shares with the fence; -1: there is none */
	int16_t limit;  /* the fence's byte behind those; -1: it ends */
	uint16_t n;     /* bytes of its key */
	uint8_t pos;    /* which entry of the page that is */
	uint8_t misses; /* puts elsewhere, since one here */
	bool up;        /* keys ascend; or they descend */
	size_t run;     /* how many came in order */
	size_t told;    /* of them those that the nodes above have counted */
	struct trail trail;
	uint8_t key[FINGER_KEY];
};

struct ab_index {
	const struct ab_alloc *mem;
	uint32_t root; /* 0: empty */
	size_t count;
	size_t inner, leaf, key; /* bytes, by class */
	size_t pages, nodes;
	size_t usual; /* bytes of a page on average, but for keys just put at the finger */
	struct coder coder;
	struct store store;
	struct finger finger;
};

static inline struct page *
page_at(const struct ab_index *t, uint32_t ref)
{
	return (struct page *)(void *)store_at(&t->store, ref);
}

static inline struct node *
node_at(const struct ab_index *t, uint32_t ref)
{
	return (struct node *)(void *)store_at(&t->store, ref);
}

static inline bool
is_node(const struct page *p)
{
	return p->form & PAGE_NODE;
}

static inline uint32_t *
child_slot(const struct ab_index *t, uint32_t node, unsigned i)
{
	return (uint32_t *)(uintptr_t)node_children(node_at(t, node)) + i;
}

/* ---- blocks ---- */

/* What pages have, where there are any, from what is counted of them. */
static inline void
count_usual(struct ab_index *t)
{
	t->usual = (t->leaf + t->key) / t->pages;
}

/* Count a page or a node in, or out again (`sign` 1 or, wrapping, -1). */
static void
count_block(struct ab_index *t, uint32_t ref, size_t sign)
{
	const struct page *p = page_at(t, ref);
	if (is_node(p)) {
		t->inner += sign * node_bytes(node_at(t, ref));
		t->nodes += sign;
	} else {
		struct page_bytes b = page_measure(p);
		t->leaf += sign * b.leaf;
		t->key += sign * b.key;
		t->pages += sign;
		coder_count(&t->coder, page_form(p), sign);
		if (t->pages)
			count_usual(t);
	}
}

/* The children of the node `ref` are to know it. */
static void
adopt(struct ab_index *t, uint32_t ref)
{
	const struct node *n = node_at(t, ref);
	for (unsigned i = 0; i < n->count; i++)
		if (node_children(n)[i])
			page_at(t, node_children(n)[i])->owner = ref;
}

/* The block that was at `from` is at `to` now: tell its owner and those it owns. */
static void
block_moved(struct ab_index *t, uint32_t from, uint32_t to)
{
	uint32_t owner = page_at(t, to)->owner;
	if (t->finger.page == from)
		t->finger.page = to;
	if (is_node(page_at(t, to)))
		adopt(t, to);
	if (!owner) {
		t->root = to;
		return;
	}
	uint32_t *child = child_slot(t, owner, 0);
	child[lanes_find(child, from)] = to;
}

#endif /* PAGE_INDEX_H */
