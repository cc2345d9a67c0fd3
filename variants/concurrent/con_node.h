/* con_node.h: refs, leaves and nodes of the concurrent ART, and how each is read while it
 * is written.
 *
 *   leaf     | value | key length | key bytes |        its ref is tagged in bit 0
 *
 *   sorted   | head | key[n] | pad | child[n]   | terminal? | prefix |   n <= 16
 *   indexed  | head | slot[256]    | child[48]  | terminal? | prefix |
 *   direct   | head | child[256]                | terminal? | prefix |
 *
 * A sorted node has room for the children it was made with and no more. slot[b] - 1 is
 * the place of b's child; 0: none yet. A ref of 0 leads nowhere: a child, or the key that
 * ends at the node, which has gone or has not come. So a place is given to one byte for
 * the node's whole life, and is used again for that byte alone.
 *
 * What changes in a node that readers can see: its refs, each by one atomic store, and
 * in an indexed node a slot that was 0. All the rest is as it was when the node was
 * published. `live` and, in an indexed node, `used` are the writers' alone. A leaf's value
 * changes by one atomic store, its key never; the top bit of the key's length says who may
 * change the value (con_hold.h), so the length is read by con_leaf_n.
 *
 * Threads: with CON_THREADS, as said; without, one, and every access is a plain one. */
#ifndef CON_NODE_H
#define CON_NODE_H

#ifndef CON_THREADS
#define CON_THREADS 0
#endif

#include <assert.h>
#include "ab.h"
#include "../bytes/bytes.h"

typedef uintptr_t con_ref;

struct con_leaf {
	uint64_t value;
	uint32_t held_n; /* bytes of the key, and the bit that holds it: see con_leaf_n */
	uint8_t p[];
};

struct con_node {
	uint8_t shape; /* enum con_kind, and CON_ENDS if there is room for a terminal */
	uint8_t used;  /* sorted, indexed: places given out */
	uint16_t
		live; /* refs that are not 0; CON_REPLACED: it is in the tree no longer */
	uint32_t prefix_n;
};

enum con_kind { CON_SORTED, CON_INDEXED, CON_DIRECT, CON_KINDS };
enum {
	CON_ENDS = 4,
	CON_SORTED_MOST = 16,
	CON_INDEXED_MOST = 48,
	CON_REPLACED = UINT16_MAX,
	CON_LEAF_TAG = 1,
};
#define CON_LEAF_BYTES offsetof(struct con_leaf, p)
#define CON_MAX_KEY    (UINT32_MAX / 2)
static_assert(sizeof(struct con_node) == 8, "one word");

/* ---- what readers and writers share ---- */

static inline con_ref
con_load(const con_ref *place)
{
	return CON_THREADS ? __atomic_load_n(place, __ATOMIC_ACQUIRE) : *place;
}

static inline void
con_store(con_ref *place, con_ref r)
{
	if (CON_THREADS)
		__atomic_store_n(place, r, __ATOMIC_RELEASE);
	else
		*place = r;
}

static inline unsigned
con_load_slot(const uint8_t *slot)
{
	return CON_THREADS ? __atomic_load_n(slot, __ATOMIC_ACQUIRE) : *slot;
}

static inline void
con_store_slot(uint8_t *slot, unsigned place)
{
	if (CON_THREADS)
		__atomic_store_n(slot, (uint8_t)place, __ATOMIC_RELEASE);
	else
		*slot = (uint8_t)place;
}

/* In one order with all others: who has been told of a put sees it everywhere. */
static inline uint64_t
con_value(const struct con_leaf *leaf)
{
	return CON_THREADS ? __atomic_load_n(&leaf->value, __ATOMIC_SEQ_CST)
			   : leaf->value;
}

static inline void
con_set_value(struct con_leaf *leaf, uint64_t value)
{
	if (CON_THREADS)
		__atomic_store_n(&leaf->value, value, __ATOMIC_SEQ_CST);
	else
		leaf->value = value;
}

/* ---- refs ---- */

static inline bool
con_is_leaf(con_ref r)
{
	return r & CON_LEAF_TAG;
}

static inline struct con_leaf *
con_leaf_at(con_ref r)
{
	return (struct con_leaf *)(r - CON_LEAF_TAG);
}

static inline con_ref
con_leaf_ref(const struct con_leaf *leaf)
{
	return (con_ref)leaf + CON_LEAF_TAG;
}

static inline struct con_node *
con_node_at(con_ref r)
{
	return (struct con_node *)r;
}

static inline uint32_t
con_leaf_n(const struct con_leaf *leaf)
{
	return CON_THREADS
		       ? __atomic_load_n(&leaf->held_n, __ATOMIC_RELAXED) & CON_MAX_KEY
		       : leaf->held_n;
}

static inline struct ab_key
con_leaf_key(const struct con_leaf *leaf)
{
	return (struct ab_key){ leaf->p, con_leaf_n(leaf) };
}

static inline size_t
con_leaf_bytes(const struct con_leaf *leaf)
{
	return CON_LEAF_BYTES + con_leaf_n(leaf);
}

/* ---- the parts of a node ---- */

static inline enum con_kind
con_kind(const struct con_node *h)
{
	return (enum con_kind)(h->shape % CON_ENDS);
}

static inline uint8_t *
con_bytes_of(const struct con_node *h)
{
	return (uint8_t *)(uintptr_t)(h + 1);
}

/* Bytes of a node of `n` places up to its children, and up to its terminal. */
static inline size_t
con_children_at(enum con_kind kind, unsigned n)
{
	static const uint16_t fixed[] = { 0, 256, 0 };
	return sizeof(struct con_node) + fixed[kind] +
	       (kind == CON_SORTED ? (n + 7u) & ~7u : 0);
}

static inline size_t
con_terminal_at(enum con_kind kind, unsigned n)
{
	static const uint16_t most[] = { 0, CON_INDEXED_MOST, 256 };
	return con_children_at(kind, n) +
	       sizeof(con_ref) * (kind == CON_SORTED ? n : most[kind]);
}

static inline con_ref *
con_children(const struct con_node *h)
{
	size_t at = con_children_at(con_kind(h), con_kind(h) == CON_SORTED ? h->used : 0);
	return (con_ref *)((uintptr_t)h + at);
}

/* Its number of places as far as its size depends on it: `used` of an indexed node is
 * the writers'. */
static inline unsigned
con_places(const struct con_node *h)
{
	return con_kind(h) == CON_SORTED ? h->used : 0;
}

/* Where the key that ends here stands; NULL: there is no room for it. */
static inline con_ref *
con_terminal(const struct con_node *h)
{
	if (!(h->shape & CON_ENDS))
		return NULL;
	return (con_ref *)((uintptr_t)h + con_terminal_at(con_kind(h), con_places(h)));
}

static inline struct ab_key
con_prefix(const struct con_node *h)
{
	size_t at = con_terminal_at(con_kind(h), con_places(h)) +
		    (h->shape & CON_ENDS ? sizeof(con_ref) : 0);
	return (struct ab_key){ (const uint8_t *)h + at, h->prefix_n };
}

static inline size_t
con_node_bytes(enum con_kind kind, unsigned n, bool ends, size_t prefix_n)
{
	return con_terminal_at(kind, n) + (ends ? sizeof(con_ref) : 0) + prefix_n;
}

static inline size_t
con_bytes(const struct con_node *h)
{
	return con_node_bytes(
		con_kind(h), con_places(h), h->shape & CON_ENDS, h->prefix_n);
}

/* ---- children ---- */

/* Searches of a sorted node's key bytes, of which it has room for 8 or 16. With threads no
 * byte behind these is read, where a ref may be being written. */
#if CON_THREADS && ART_SIMD
static inline art_block
con_sorted_bytes(const struct con_node *h)
{
	const uint8_t *p = con_bytes_of(h);
	return h->used > 8 ? block_load(p) : block_load_half(p);
}

static inline unsigned
con_sorted_find(const struct con_node *h, uint8_t b)
{
	unsigned n = h->used;
	if (!n)
		return n;
	unsigned mask = block_bits(block_equal(con_sorted_bytes(h), block_splat(b)));
	return mask ? art_block_first(mask, 0, n) : n;
}

static inline unsigned
con_sorted_rank(const struct con_node *h, uint8_t b)
{
	unsigned n = h->used;
	if (!n)
		return n;
	unsigned mask = block_bits(block_not_below(con_sorted_bytes(h), block_splat(b)));
	return mask ? art_block_first(mask, 0, n) : n;
}
#else
static inline unsigned
con_sorted_find(const struct con_node *h, uint8_t b)
{
	return art_find(con_bytes_of(h), h->used, b);
}

static inline unsigned
con_sorted_rank(const struct con_node *h, uint8_t b)
{
	return art_rank(con_bytes_of(h), h->used, b);
}
#endif

/* The place that byte `b` has, whose ref may be 0; NULL: it has none. */
static inline con_ref *
con_find(const struct con_node *h, uint8_t b)
{
	if (con_kind(h) == CON_SORTED) {
		unsigned i = con_sorted_find(h, b);
		return i < h->used ? &con_children(h)[i] : NULL;
	}
	if (con_kind(h) == CON_DIRECT)
		return &con_children(h)[b];
	unsigned place = con_load_slot(&con_bytes_of(h)[b]);
	return place ? &con_children(h)[place - 1] : NULL;
}

/* The least byte >= from that leads somewhere, and where; -1: there is none. */
static inline int
con_next(const struct con_node *h, unsigned from, con_ref *child)
{
	if (from > 255)
		return -1;
	if (con_kind(h) == CON_SORTED) {
		const uint8_t *key = con_bytes_of(h);
		unsigned i = con_sorted_rank(h, (uint8_t)from);
		for (; i < h->used; i++)
			if ((*child = con_load(&con_children(h)[i])))
				return key[i];
		return -1;
	}
	for (; from < 256; from++) {
		const con_ref *place = con_find(h, (uint8_t)from);
		if (place && (*child = con_load(place)))
			return (int)from;
	}
	return -1;
}

/* The greatest byte < to that leads somewhere, and where; -1: there is none. */
static inline int
con_before(const struct con_node *h, unsigned to, con_ref *child)
{
	if (con_kind(h) == CON_SORTED) {
		const uint8_t *key = con_bytes_of(h);
		unsigned i = to > 255 ? h->used : con_sorted_rank(h, (uint8_t)to);
		while (i--)
			if ((*child = con_load(&con_children(h)[i])))
				return key[i];
		return -1;
	}
	while (to--) {
		const con_ref *place = con_find(h, (uint8_t)to);
		if (place && (*child = con_load(place)))
			return (int)to;
	}
	return -1;
}

static inline con_ref
con_ending(const struct con_node *h)
{
	const con_ref *place = con_terminal(h);
	return place ? con_load(place) : 0;
}

/* NULL if the node is sound in itself, else what broke. */
static inline const char *
con_node_check(const struct con_node *h)
{
	unsigned live = con_ending(h) != 0, used = 0;
	con_ref child = 0;
	if (h->live == CON_REPLACED)
		return "a node that was replaced is in the tree";
	if (con_kind(h) >= CON_KINDS)
		return "a node is of no known kind";
	for (int b = con_next(h, 0, &child); b >= 0;
		b = con_next(h, (unsigned)b + 1, &child))
		live++;
	if (live != h->live)
		return "a node's count is not what it leads to";
	if (con_kind(h) == CON_INDEXED)
		for (unsigned b = 0; b < 256; b++) {
			unsigned place = con_bytes_of(h)[b];
			if (place > h->used)
				return "a slot names a place that was not given out";
			used += place != 0;
		}
	if (con_kind(h) == CON_INDEXED && used != h->used)
		return "a place of an indexed node is lost";
	for (unsigned i = 1; con_kind(h) == CON_SORTED && i < h->used; i++)
		if (con_bytes_of(h)[i - 1] >= con_bytes_of(h)[i])
			return "the key bytes of a sorted node are not strictly "
			       "increasing";
	return NULL;
}
#endif /* CON_NODE_H */
