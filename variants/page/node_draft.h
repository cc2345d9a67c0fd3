/* node_draft.h: an index node taken apart, changed, and written anew.
 *
 * A draft borrows the separators from the node it was loaded from, which must stay
 * where it is until the draft has been written. */
#ifndef PAGE_NODE_DRAFT_H
#define PAGE_NODE_DRAFT_H

#include <stddef.h>
#include "index_node.h"

struct node_draft {
	unsigned n; /* children */
	unsigned level;
	uint32_t child[NODE_ROOM];
	uint64_t keys[NODE_ROOM]; /* how many are below each */
	struct pieces separator[NODE_ROOM];
};

/* What takes the place of one child: `n` children, with separators between them. */
struct graft {
	unsigned at, n;
	uint32_t child[3];
	uint64_t keys[3];
	struct pieces separator[2];
};

static void
node_load_keys(const struct node *n, uint64_t *out)
{
	const uint8_t *keys = node_keys(n);
	if (node_level(n))
		memcpy(out, keys, n->count * sizeof *out);
	for (unsigned i = 0; !node_level(n) && i < n->count; i++)
		out[i] = keys[i];
}

static void
node_load(struct node_draft *d, const struct node *n)
{
	d->n = n->count;
	d->level = node_level(n);
	memcpy(d->child, node_children(n), d->n * sizeof *d->child);
	node_load_keys(n, d->keys);
	for (unsigned i = 0; i + 1 < d->n; i++)
		d->separator[i] = node_separator(n, i);
}

static void
node_graft(struct node_draft *d, const struct graft *g)
{
	unsigned more = g->n - 1;
	for (unsigned i = d->n; i-- > g->at + 1u;) {
		d->child[i + more] = d->child[i];
		d->keys[i + more] = d->keys[i];
	}
	for (unsigned i = d->n - 1; i-- > g->at;)
		d->separator[i + more] = d->separator[i];
	memcpy(d->child + g->at, g->child, g->n * sizeof *g->child);
	memcpy(d->keys + g->at, g->keys, g->n * sizeof *g->keys);
	memcpy(d->separator + g->at, g->separator, more * sizeof *g->separator);
	d->n += more;
}

/* Child `at` + 1 and the separator before it go; child `at` is `ref` now, with the keys of
 * both. */
static void
node_prune(struct node_draft *d, unsigned at, uint32_t ref)
{
	d->n--;
	d->child[at] = ref;
	d->keys[at] += d->keys[at + 1];
	for (unsigned i = at + 1; i < d->n; i++) {
		d->child[i] = d->child[i + 1];
		d->keys[i] = d->keys[i + 1];
	}
	for (unsigned i = at; i + 1 < d->n; i++)
		d->separator[i] = d->separator[i + 1];
}

/* The children of `right` follow those of `d`, past `separator`. */
static void
node_append(struct node_draft *d, struct pieces separator, const struct node *right)
{
	unsigned n = right->count;
	d->separator[d->n - 1] = separator;
	memcpy(d->child + d->n, node_children(right), n * sizeof *d->child);
	node_load_keys(right, d->keys + d->n);
	for (unsigned i = 0; i + 1 < n; i++)
		d->separator[d->n + i] = node_separator(right, i);
	d->n += n;
}

/* How many keys are below children [from, to). */
static uint64_t
node_keys_sum(const struct node_draft *d, unsigned from, unsigned to)
{
	uint64_t sum = 0;
	for (unsigned i = from; i < to; i++)
		sum += d->keys[i];
	return sum;
}

/* What separators [from, to) share, and the sum of their lengths. */
static size_t
node_shared(const struct node_draft *d, unsigned from, unsigned to, size_t *sum)
{
	*sum = 0;
	for (unsigned i = from; i < to; i++)
		*sum += pieces_n(&d->separator[i]);
	return from < to ? pieces_common(&d->separator[from], &d->separator[to - 1]) : 0;
}

/* Bytes of a node of children [from, to), but for what its separators share: set. */
static size_t
node_beyond(const struct node_draft *d, unsigned from, unsigned to, size_t *shared)
{
	size_t sum, separators = to - from - 1u;
	*shared = node_shared(d, from, to - 1, &sum);
	size_t texts = sum - separators * *shared;
	return NODE_HEAD + (to - from) * (sizeof(uint32_t) + node_keys_width(d->level)) +
	       node_heads(separators) * sizeof(int32_t) +
	       separators * (texts > UINT16_MAX ? 4 : 2) + texts;
}

/* Bytes of a node of children [from, to). */
static size_t
node_measure(const struct node_draft *d, unsigned from, unsigned to)
{
	size_t shared, beyond = node_beyond(d, from, to, &shared);
	return beyond + shared;
}

static uint64_t
pieces_word(const struct pieces *s, size_t at)
{
	uint8_t bytes[8] = { 0 };
	size_t n = pieces_n(s);
	if (at < n)
		pieces_copy(bytes, s, at, at + 4 < n ? at + 4 : n);
	return art_load8(bytes);
}

/* Choose what the heads of separators [first, last) skip, and which share that. */
static void
node_aim(struct node *n, const struct node_draft *d, unsigned first, unsigned last)
{
	unsigned count = last - first;
	if (count == 0)
		return;
	unsigned low = first + count / NODE_SHARE, high = last - 1 - count / NODE_SHARE;
	const struct pieces *model = &d->separator[low];
	size_t skip = pieces_common(model, &d->separator[high]);
	while (low > first && pieces_common(model, &d->separator[low - 1]) >= skip)
		low--;
	while (high + 1 < last && pieces_common(model, &d->separator[high + 1]) >= skip)
		high++;
	n->skip = (uint16_t)skip;
	n->from = (uint8_t)(low - first);
	n->to = (uint8_t)(high + 1 - first);
}

static void
node_write_heads(struct node *n, const struct node_draft *d, unsigned first)
{
	int32_t *head = (int32_t *)(uintptr_t)node_head(n);
	unsigned count = n->count - 1u;
	for (unsigned i = 0; i < node_heads(count); i++)
		head[i] = i < n->from ? INT32_MIN
			  : i < n->to ? head_of(pieces_word(
						&d->separator[first + i], n->skip))
				      : INT32_MAX;
}

static void
node_write_keys(struct node *n, const struct node_draft *d, unsigned first)
{
	uint8_t *keys = (uint8_t *)(uintptr_t)node_keys(n);
	if (d->level)
		memcpy(keys, d->keys + first, n->count * sizeof *d->keys);
	for (unsigned i = 0; !d->level && i < n->count; i++)
		keys[i] = (uint8_t)d->keys[first + i];
}

/* All but the owner, which is others' to read and write. */
static inline void
node_set_head(struct node *n, struct node head)
{
	size_t own = offsetof(struct node, known);
	memcpy((uint8_t *)n + own, (const uint8_t *)&head + own, sizeof head - own);
}

/* Write a node of children [from, to) to `n`, but for its owner. */
static void
node_write(struct node *n, const struct node_draft *d, unsigned from, unsigned to,
	size_t known)
{
	size_t sum, separators = to - from - 1u;
	size_t shared = node_shared(d, from, to - 1, &sum);
	size_t texts = sum - separators * shared, end = 0;
	bool wide = texts > UINT16_MAX;
	node_set_head(n,
		(struct node){ .known = (uint16_t)known,
			.count = (uint8_t)(to - from),
			.form = (uint8_t)(PAGE_NODE | (wide ? NODE_WIDE : 0) | d->level),
			.prefix = (uint16_t)shared,
			.texts = (uint32_t)texts });
	memcpy((uint32_t *)(uintptr_t)node_children(n), d->child + from,
		n->count * sizeof *d->child);
	node_aim(n, d, from, to - 1);
	node_write_heads(n, d, from);
	node_write_keys(n, d, from);
	uint8_t *ends = (uint8_t *)(uintptr_t)node_ends(n);
	uint8_t *prefix = (uint8_t *)(uintptr_t)node_prefix(n);
	if (separators)
		pieces_copy(prefix, &d->separator[from], 0, shared);
	for (unsigned i = 0; i < separators; i++) {
		const struct pieces *s = &d->separator[from + i];
		size_t length = pieces_n(s);
		pieces_copy(prefix + shared + end, s, shared, length);
		end += length - shared;
		uint32_t end32 = (uint32_t)end;
		uint16_t end16 = (uint16_t)end;
		if (wide)
			memcpy(ends + 4 * i, &end32, sizeof end32);
		else
			memcpy(ends + 2 * i, &end16, sizeof end16);
	}
}
#endif /* PAGE_NODE_DRAFT_H */
