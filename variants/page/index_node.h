/* index_node.h: the layout of an index node, which leads to pages or to other nodes.
 *
 *   | owner 4 | known 2 | count 1 | form 1 |
 *   | prefix 2 | skip 2 | from 1 | to 1 | 0 2 | texts 4 |        20 bytes
 *   | child[count]      | refs; 0: no page, for none has a key there
 *   | head[count - 1]   | 4 bytes of each separator, as numbers, to search in
 *   | end[count - 1]    | where its text ends: 2 bytes, or 4 if the form is wide
 *   | prefix            | what all separators share
 *   | texts             | the rest of each separator
 *   | keys[count]       | how many keys are below each child: a byte, or 8 where the
 *                         children are nodes
 *
 * Child i holds the keys k with separator i - 1 <= k < separator i. A separator is as
 * short as divides its neighbours (R. Bayer, K. Unterauer, "Prefix B-trees", TODS
 * 1977).
 *
 * A head is the 4 bytes past the first `skip` of its separator, zero where it has
 * ended: G. Graefe, P.-A. Larson, "B-tree indexes and CPU caches", ICDE 2001, call it
 * a poor man's normalized key. The bytes skipped are those that separators
 * [from, to) share; these are all but a few at the ends, which would otherwise leave
 * nothing in the heads to tell the many apart by. A search compares those bytes, then
 * all heads at once, and whole separators only where heads are equal. The first
 * `known` bytes of a key need no compare: the separators around the node share them.
 *
 * Numbers of keys (docs/design/order.md) stand last: a search touches no more lines for
 * them. */
#ifndef PAGE_INDEX_NODE_H
#define PAGE_INDEX_NODE_H

#include "page.h"
#include "pieces.h"

#ifndef NODE_MOST
#define NODE_MOST 64 /* children of a node */
#endif
static_assert(NODE_MOST >= 8 && NODE_MOST <= 128 && NODE_MOST % 4 == 0,
	"NODE_MOST, the children of an index node: a multiple of 4, from 8 to 128");

enum {
	TREE_HEIGHT = 32, /* levels of nodes; each at least doubles what is below */
	TREE_MAX_KEY = UINT16_MAX,
	NODE_ROOM = NODE_MOST + 2,
	NODE_LEVEL = 31, /* of the form: how far above the lowest nodes */
	NODE_WIDE = 1 << 5,
	NODE_SHARE = 8, /* 1 / this of the separators may lie outside, at each end */
};

struct node {
	uint32_t owner;
	uint16_t known;
	uint8_t count;
	uint8_t form;
	uint16_t prefix, skip;
	uint8_t from, to;
	uint16_t zero;
	uint32_t texts; /* bytes of them */
};

enum { NODE_HEAD = sizeof(struct node) };
static_assert(NODE_HEAD == 20, "a node's head is 20 bytes");
static_assert(ENTRIES_MOST <= UINT8_MAX, "a byte tells how many keys a page has");

static inline unsigned
node_level(const struct node *n)
{
	return n->form & NODE_LEVEL;
}

static inline const uint32_t *
node_children(const struct node *n)
{
	return (const uint32_t *)(const void *)(n + 1);
}

/* Heads are read four at a time. */
static inline size_t
node_heads(size_t separators)
{
	return (separators + 3) & ~(size_t)3;
}

static inline const int32_t *
node_head(const struct node *n)
{
	return (const int32_t *)(const void *)(node_children(n) + n->count);
}

static inline const uint8_t *
node_ends(const struct node *n)
{
	return (const uint8_t *)(node_head(n) + node_heads(n->count - 1u));
}

static inline const uint8_t *
node_prefix(const struct node *n)
{
	return node_ends(n) + (n->count - 1u) * (n->form & NODE_WIDE ? 4u : 2u);
}

/* Bytes of the number of keys below a child of a node of that level. */
static inline size_t
node_keys_width(unsigned level)
{
	return level ? sizeof(uint64_t) : 1;
}

static inline const uint8_t *
node_keys(const struct node *n)
{
	return node_prefix(n) + n->prefix + n->texts;
}

static inline size_t
node_bytes(const struct node *n)
{
	const uint8_t *end = node_keys(n) + n->count * node_keys_width(node_level(n));
	return (size_t)(end - (const uint8_t *)n);
}

/* `by` more keys are below child `at`; wrapping, fewer. */
static inline void
node_count(struct node *n, unsigned at, size_t by)
{
	uint8_t *keys = (uint8_t *)(uintptr_t)node_keys(n);
	if (node_level(n)) {
		uint64_t sum = art_load8(keys + sizeof sum * at) + by;
		memcpy(keys + sizeof sum * at, &sum, sizeof sum);
	} else {
		keys[at] = (uint8_t)(keys[at] + by);
	}
}

static inline size_t
node_end(const struct node *n, unsigned i)
{
	const uint8_t *ends = node_ends(n);
	return n->form & NODE_WIDE ? art_load4(ends + 4 * i) : layout_u16(ends, i);
}

/* Separator `i`. */
static inline struct pieces
node_separator(const struct node *n, unsigned i)
{
	const uint8_t *prefix = node_prefix(n), *texts = prefix + n->prefix;
	size_t from = i ? node_end(n, i - 1) : 0;
	return pieces_of(prefix, n->prefix, texts + from, node_end(n, i) - from);
}

/* Does the key start with what all separators share? It has those bytes that are known. */
static inline bool
node_shares(const struct node *n, struct ab_key key)
{
	return n->prefix <= n->known ||
	       (key.n >= n->prefix && art_same(node_prefix(n) + n->known,
					      key.p + n->known, n->prefix - n->known));
}

/* Of separators [low, high), the first that is beyond `key`, or high; the key starts with
 * what all separators share. */
static unsigned
node_rank_among(const struct node *n, struct ab_key key, unsigned low, unsigned high)
{
	assert(key.n >= n->prefix);
	struct ab_key k = ab_key_rest(key, n->prefix);
	while (low < high) {
		unsigned mid = (low + high) / 2;
		struct pieces s = node_separator(n, mid);
		const uint8_t *text = s.p[1];
		size_t len = s.n[1], most = len < k.n ? len : k.n;
		size_t same = art_common(text, k.p, most);
		if (same < most ? text[same] < k.p[same] : len <= k.n)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Does the key start with the bytes that heads skip? It has those known. */
static inline bool
node_inside(const struct node *n, struct ab_key key)
{
	if (n->skip <= n->known)
		return true;
	if (key.n < n->skip || !node_shares(n, key))
		return false;
	if (n->skip == n->prefix)
		return true;
	struct pieces s = node_separator(n, n->from);
	return art_same(s.p[1], key.p + n->prefix, n->skip - n->prefix);
}

/* A key that does not start with them lies beside all separators that do. */
static unsigned
node_rank_outside(const struct node *n, struct ab_key key)
{
	struct pieces s = node_separator(n, n->from);
	struct pieces k = pieces_of(key.p, key.n, NULL, 0);
	bool below = pieces_cmp(&k, &s) < 0;
	if (!node_shares(n, key))
		return below ? 0 : n->count - 1u;
	return below ? node_rank_among(n, key, 0, n->from)
		     : node_rank_among(n, key, n->to, n->count - 1u);
}

static inline int32_t
head_of(uint64_t word)
{
	return (int32_t)((uint32_t)(word_number(word) >> 32) ^ 0x80000000u);
}

/* Which child leads to `key`. */
static inline unsigned
node_rank(const struct node *n, struct ab_key key)
{
	if (!node_inside(n, key))
		return node_rank_outside(n, key);
	unsigned equal;
	unsigned rank = lanes_rank(
		node_head(n), n->count - 1u, head_of(word_of(key, n->skip)), &equal);
	return equal ? node_rank_among(n, key, rank, rank + equal) : rank;
}
#endif /* PAGE_INDEX_NODE_H */
