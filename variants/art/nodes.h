/* nodes.h: inner nodes, written once over a head file (see layout.h) and a choice
 * of node kinds. Before it is included, a variant may define
 *
 *   ART_KINDS(K)        K(layout, cap) for each kind of node, cap ascending, the
 *                       last one with room for 256
 *   ART_LAYOUTS(L)      L(layout) for each layout used
 *   ART_PREFIX_ROOM(n)     bytes that a prefix of n takes inside a node: none, unless
 *                          it is inline
 *   ART_PREFIX_SHAPE(h, n) let the new node h have an inline prefix of n bytes, not
 *                          yet written
 *   ART_BLOCK_BYTES(n)     bytes of the block that a node of n stands in
 *
 * A node is a head, a layout with room for `cap` children, and, if a key ends at
 * the node, one more ref behind the layout: its terminal. An inline prefix is the rest.
 *
 *   | word, prefix? | layout: key bytes and child refs | terminal? | rest? |
 *
 * All of it is static: one variant per translation unit gets one specialised
 * copy, so names need no prefix and calls need no pointer. Kinds that share a
 * layout share its code too, with the capacity as a number: on real keys the
 * kind of the next node is a coin toss, so a jump per kind would be mispredicted
 * at every level, while the layout is nearly always the sorted one. */
#ifndef ART_HEAD
#include "arena_prefix_head.h"
#endif
#ifndef ART_NODES_H
#define ART_NODES_H

#include "layout.h"

#ifndef ART_LAYOUTS
#define ART_LAYOUTS(L) L(sorted) L(indexed) L(direct)
#endif
/* The four of the paper, which are the default, and a set that fits small nodes
 * exactly, since 64 % of the inner nodes of real URLs have two children, and does not
 * leap from 48 to 256, where random binary keys have most of theirs. */
#ifndef ART_INDEXED
#define ART_INDEXED 48
#endif
static_assert(ART_INDEXED > 16 && ART_INDEXED < 256,
	"ART_INDEXED, the children of the paper's Node48: from 17 to 255");
#define ART_KINDS_PAPER(K)                                                               \
	K(sorted, 4) K(sorted, 16) K(indexed, ART_INDEXED) K(direct, 256)
/* clang-format off */
#define ART_KINDS_FIT(K) \
	K(sorted, 1) K(sorted, 2) K(sorted, 3) K(sorted, 4) K(sorted, 5) K(sorted, 6) \
	K(sorted, 8) K(sorted, 10) K(sorted, 12) K(sorted, 16) K(sorted, 24) K(sorted, 32) \
	K(indexed, 48) K(indexed, 80) K(indexed, 128) K(direct, 256)
/* clang-format on */
#ifndef ART_KINDS
#define ART_KINDS(K) ART_KINDS_PAPER(K)
#endif
#ifndef ART_PREFIX_ROOM
#define ART_PREFIX_ROOM(n)     ((void)(n), (size_t)0)
#define ART_PREFIX_SHAPE(h, n) ((void)(h), (void)(n))
#endif
#ifndef ART_BLOCK_BYTES
#define ART_BLOCK_BYTES(n) (((n) + ART_NODE_ALIGN - 1) & ~((size_t)ART_NODE_ALIGN - 1))
#endif

enum art_layout {
#define L(layout) ART_LAYOUT_##layout,
	ART_LAYOUTS(L)
#undef L
};

static const struct {
	uint8_t layout;
	uint16_t cap;
} art_kinds[] = {
#define K(layout, cap) { ART_LAYOUT_##layout, cap },
	ART_KINDS(K)
#undef K
};

enum { ART_KIND_COUNT = sizeof art_kinds / sizeof *art_kinds };
static_assert(sizeof art_kinds / sizeof *art_kinds <= AB_KINDS &&
		      sizeof art_kinds / sizeof *art_kinds <= ART_KIND_MASK + 1,
	"more node kinds than there are numbers for");

/* The capacities ored: only those from 256 on have bit 8. */
#define K(layout, cap) | (cap)
static_assert((0 ART_KINDS(K)) & 256, "the last kind needs room for 256 children");
#undef K

/* For .node_kinds. */
#define ART_KIND_TEXT(cap)         #cap
#define ART_KIND_NAME(layout, cap) "Node" ART_KIND_TEXT(cap),
#define ART_KIND_NAMES             ART_KINDS(ART_KIND_NAME)

static inline unsigned
node_cap(const struct art_head *h)
{
	return art_kinds[art_kind(h)].cap;
}

/* Bytes of a node up to its terminal. */
static inline size_t
node_layout_bytes(unsigned kind)
{
	unsigned cap = art_kinds[kind].cap;
	switch ((enum art_layout)art_kinds[kind].layout) {
#define L(layout)                                                                        \
	case ART_LAYOUT_##layout: return layout##_bytes(cap);
		ART_LAYOUTS(L)
#undef L
	}
	__builtin_unreachable();
}

/* Where the ref of the key that ends here stands, or NULL if there is no room
 * for one. The ref may be empty: see art_tidy. */
static inline art_ref *
node_terminal(const struct art_head *h)
{
	if (!(h->word & ART_ENDS))
		return NULL;
	return (art_ref *)((uintptr_t)h + node_layout_bytes(art_kind(h)));
}

static inline bool
node_ends(const struct art_head *h)
{
	art_ref *end = node_terminal(h);
	return end && !art_ref_none(*end);
}

/* Bytes of a node up to its rest. */
static inline size_t
node_rest_offset(const struct art_head *h)
{
	return node_layout_bytes(art_kind(h)) +
	       (h->word & ART_ENDS ? sizeof(art_ref) : 0);
}

static inline uint8_t *
node_rest(const struct art_head *h)
{
	return (uint8_t *)(uintptr_t)h + node_rest_offset(h);
}

/* The slot of byte `b`'s child, or NULL. */
static inline art_ref *
node_find(const struct art_head *h, uint8_t b)
{
	unsigned cap = node_cap(h);
	switch ((enum art_layout)art_kinds[art_kind(h)].layout) {
#define L(layout)                                                                        \
	case ART_LAYOUT_##layout: return layout##_find(h, cap, b);
		ART_LAYOUTS(L)
#undef L
	}
	__builtin_unreachable();
}

/* Add `b` -> `r`, not there yet, to a node that has room. */
static inline void
node_add(struct art_head *h, uint8_t b, art_ref r)
{
	unsigned cap = node_cap(h);
	switch ((enum art_layout)art_kinds[art_kind(h)].layout) {
#define L(layout)                                                                        \
	case ART_LAYOUT_##layout: layout##_add(h, cap, b, r); break;
		ART_LAYOUTS(L)
#undef L
	}
	h->word++;
}

/* Remove the child of `b`, which is there. */
static inline void
node_remove(struct art_head *h, uint8_t b)
{
	unsigned cap = node_cap(h);
	switch ((enum art_layout)art_kinds[art_kind(h)].layout) {
#define L(layout)                                                                        \
	case ART_LAYOUT_##layout: layout##_remove(h, cap, b); break;
		ART_LAYOUTS(L)
#undef L
	}
	h->word--;
}

/* The least byte >= from that has a child, and its slot; -1 if there is none. */
static inline int
node_next(const struct art_head *h, unsigned from, art_ref **child)
{
	unsigned cap = node_cap(h);
	if (from > 255)
		return -1;
	switch ((enum art_layout)art_kinds[art_kind(h)].layout) {
#define L(layout)                                                                        \
	case ART_LAYOUT_##layout: return layout##_next(h, cap, from, child);
		ART_LAYOUTS(L)
#undef L
	}
	__builtin_unreachable();
}

/* NULL if the node is sound in itself, else what broke. */
static inline const char *
node_check(const struct art_head *h)
{
	unsigned cap = node_cap(h);
	if (art_count(h) > cap)
		return "a node has more children than room";
	switch ((enum art_layout)art_kinds[art_kind(h)].layout) {
#define L(layout)                                                                        \
	case ART_LAYOUT_##layout: return layout##_check(h, cap);
		ART_LAYOUTS(L)
#undef L
	}
	__builtin_unreachable();
}

/* The smallest kind with room for `n` children. */
static inline unsigned
node_kind_for(unsigned n)
{
	unsigned kind = 0;
	while (art_kinds[kind].cap < n)
		kind++;
	return kind;
}

/* Bytes of the block of a node of this kind, with a terminal or without, and `rest`. */
static inline size_t
node_bytes(unsigned kind, bool ends, size_t rest)
{
	size_t bytes = node_layout_bytes(kind) + (ends ? sizeof(art_ref) : 0) + rest;
	return ART_BLOCK_BYTES(bytes);
}

/* What is wrong with the choice of kinds, or NULL. */
static inline const char *
node_kinds_check(void)
{
	for (unsigned kind = 1; kind < ART_KIND_COUNT; kind++)
		if (art_kinds[kind - 1].cap >= art_kinds[kind].cap)
			return "ART_KINDS do not ascend";
	return NULL;
}

/* Make the zeroed block `h` an empty node. */
static inline void
node_init(struct art_head *h, unsigned kind, bool ends)
{
	h->word = (uint16_t)(kind << ART_KIND_SHIFT | (ends ? ART_ENDS : 0));
}

/* Move prefix, children, terminal and `rest` of `from` into `to`, an empty node with
 * room for them: growth and shrinking alike, for any two kinds. */
static inline void
node_refit(struct art_head *to, const struct art_head *from, size_t rest)
{
	uint16_t word = to->word;
	art_ref *child;
	*to = *from;
	to->word = (uint16_t)(word | (from->word & ART_OWN));
	for (int b = node_next(from, 0, &child); b >= 0;
		b = node_next(from, (unsigned)b + 1, &child))
		node_add(to, (uint8_t)b, *child);
	if (node_ends(from))
		*node_terminal(to) = *node_terminal(from);
	if (rest)
		memcpy(node_rest(to), node_rest(from), rest);
}

/* In place of an edge, where a terminal is joined to the prefix above it. */
enum { NO_EDGE = -1 };

/* What every tree keeps; a member of the variant's struct ab_index. */
struct art_tree {
	art_ref root;
	size_t count;    /* keys */
	size_t inner;    /* bytes of inner nodes in use */
	size_t key;      /* bytes of keys, tails and prefixes, outside nodes */
	size_t unjoined; /* nodes but the root with fewer than two entries */
	size_t nodes[ART_KIND_COUNT]; /* nodes of each kind */
};
#endif /* ART_NODES_H */
