/* plugin_skiplist.c: an example of a structure of one's own that artbench measures from
 * outside the tree: a skip list (W. Pugh, "Skip lists: a probabilistic alternative to
 * balanced trees", CACM 33(6), 1990) with a link up in every fourth node.
 *
 *   cc -std=gnu11 -O3 -fPIC -fvisibility=hidden -shared -I harness \
 *     -o skiplist.so docs/examples/plugin_skiplist.c
 *   artbench --plugin ./skiplist.so list
 *
 * An entry is one block, so that a key and its value cost one malloc:
 *
 *   | value | n | height | next[height] | key bytes | */
#include <string.h>
#include "ab_plugin.h"

#ifndef LEVELS    /* a parameter, which artbench grid varies */
#define LEVELS 16 /* enough for 4^16 entries */
#endif
_Static_assert(LEVELS >= 1 && LEVELS <= 16, "LEVELS: from 1 to 16");

struct node {
	uint64_t value;
	uint32_t n, height;
	struct node *next[]; /* from the lowest level up; then the key */
};

struct ab_index {
	const struct ab_alloc *mem;
	uint64_t random;
	size_t count, key_bytes, links;
	struct node *first[LEVELS];
};

static size_t
node_bytes(uint32_t height, size_t key_bytes)
{
	return sizeof(struct node) + height * sizeof(struct node *) + key_bytes;
}

static struct ab_key
node_key(const struct node *x)
{
	return (struct ab_key){ (const uint8_t *)(x->next + x->height), x->n };
}

/* The first node whose key is not below `k`. `before`, if not NULL, is set to the link
 * on each level that passes over, or leads to, where `k` belongs. */
static struct node *
find(const struct ab_index *t, struct ab_key k, struct node **before[LEVELS])
{
	struct node *const *link = t->first;
	for (int level = LEVELS - 1; level >= 0; level--) {
		while (link[level] && ab_key_cmp(node_key(link[level]), k) < 0)
			link = link[level]->next;
		if (before)
			before[level] = (struct node **)&link[level];
	}
	return link[0];
}

static bool
is_at(const struct node *x, struct ab_key k)
{
	return x && ab_key_cmp(node_key(x), k) == 0;
}

/* A quarter of the nodes reach each further level. */
static uint32_t
draw_height(struct ab_index *t)
{
	uint32_t height = 1;
	t->random ^= t->random << 13; /* Marsaglia's xorshift64 */
	t->random ^= t->random >> 7;
	t->random ^= t->random << 17;
	for (uint64_t bits = t->random; height < LEVELS && !(bits & 3); bits >>= 2)
		height++;
	return height;
}

static struct ab_index *
skip_create(const struct ab_alloc *mem)
{
	struct ab_index *t = ab_alloc(mem, sizeof *t);
	if (t)
		*t = (struct ab_index){ .mem = mem, .random = 0x9e3779b97f4a7c15u };
	return t;
}

static void
free_node(struct ab_index *t, struct node *x)
{
	t->count--;
	t->key_bytes -= x->n;
	t->links -= x->height;
	ab_free(t->mem, x, node_bytes(x->height, x->n));
}

static void
skip_destroy(struct ab_index *t)
{
	for (struct node *x = t->first[0], *next; x; x = next) {
		next = x->next[0];
		free_node(t, x);
	}
	ab_free(t->mem, t, sizeof *t);
}

static enum ab_status
skip_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	struct node **before[LEVELS];
	if (k.n > UINT16_MAX)
		return AB_EKEY;
	struct node *x = find(t, k, before);
	if (is_at(x, k)) {
		x->value = value;
		return AB_REPLACED;
	}
	uint32_t height = draw_height(t);
	x = ab_alloc(t->mem, node_bytes(height, k.n));
	if (!x)
		return AB_ENOMEM; /* nothing has been linked yet */
	*x = (struct node){ value, (uint32_t)k.n, height };
	if (k.n)
		memcpy(x->next + height, k.p, k.n);
	for (uint32_t level = 0; level < height; level++) {
		x->next[level] = *before[level];
		*before[level] = x;
	}
	t->count++;
	t->key_bytes += k.n;
	t->links += height;
	return AB_OK;
}

static enum ab_status
skip_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	const struct node *x = find(t, k, NULL);
	if (!is_at(x, k))
		return AB_NOT_FOUND;
	*value = x->value;
	return AB_OK;
}

static enum ab_status
skip_del(struct ab_index *t, struct ab_key k)
{
	struct node **before[LEVELS], *x = find(t, k, before);
	if (!is_at(x, k))
		return AB_NOT_FOUND;
	for (uint32_t level = 0; level < x->height; level++)
		*before[level] = x->next[level];
	free_node(t, x);
	return AB_OK;
}

static enum ab_status
skip_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	for (const struct node *x = find(t, r.lo, NULL); x; x = x->next[0]) {
		if (r.has_hi && ab_key_cmp(node_key(x), r.hi) >= 0)
			break;
		if (!visit(arg, node_key(x), x->value))
			return AB_STOPPED;
	}
	return AB_OK;
}

static enum ab_status
skip_scan_prefix(
	const struct ab_index *t, struct ab_key prefix, ab_visit *visit, void *arg)
{
	for (const struct node *x = find(t, prefix, NULL); x; x = x->next[0]) {
		if (!ab_key_starts_with(node_key(x), prefix))
			break;
		if (!visit(arg, node_key(x), x->value))
			return AB_STOPPED;
	}
	return AB_OK;
}

static size_t
skip_count(const struct ab_index *t)
{
	return t->count;
}

/* The links are what leads to an entry; no byte is slack. */
static void
skip_memory(const struct ab_index *t, struct ab_memory *out)
{
	*out = (struct ab_memory){
		.inner = sizeof *t + t->links * sizeof(struct node *),
		.leaf = t->count * sizeof(struct node),
		.key = t->key_bytes,
	};
	out->total = out->inner + out->leaf + out->key;
}

/* Each level in order, and as long as the nodes' heights on the lowest say. */
static const char *
skip_check(const struct ab_index *t)
{
	size_t nodes[LEVELS] = { 0 }, key_bytes = 0, links = 0;
	for (const struct node *x = t->first[0]; x; x = x->next[0]) {
		if (x->height < 1 || x->height > LEVELS)
			return "a node has no level, or too many";
		for (uint32_t level = 0; level < x->height; level++)
			nodes[level]++;
		key_bytes += x->n;
		links += x->height;
	}
	if (nodes[0] != t->count || key_bytes != t->key_bytes || links != t->links)
		return "the totals are not those of the nodes";
	for (uint32_t level = 0; level < LEVELS; level++) {
		const struct node *last = NULL;
		for (struct node *x = t->first[level]; x; x = x->next[level]) {
			if (x->height <= level || nodes[level]-- == 0)
				return "a level links a node that does not reach it";
			if (last && ab_key_cmp(node_key(last), node_key(x)) >= 0)
				return "the keys on a level are not strictly increasing";
			last = x;
		}
		if (nodes[level])
			return "a level leaves out a node that reaches it";
	}
	return NULL;
}

static const struct ab_variant skiplist = {
	.name = "skiplist",
	.label = "skip list",
	.family = "list",
	.parameters = "LEVELS=4,8,16",
	.caps = AB_ORDERED | AB_PARALLEL_READS,
	.max_key = UINT16_MAX,
	.create = skip_create,
	.destroy = skip_destroy,
	.put = skip_put,
	.get = skip_get,
	.del = skip_del,
	.scan = skip_scan,
	.scan_prefix = skip_scan_prefix,
	.count = skip_count,
	.memory = skip_memory,
	.check = skip_check,
};

AB_PLUGIN(skiplist);
