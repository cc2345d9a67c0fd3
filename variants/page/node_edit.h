/* node_edit.h: a child put into an index node behind another, with the separator between
 * them, without taking the node apart: all behind them is moved, from the back to the front.
 *
 *   | node | child .. | head .. | end .. | prefix | texts before | after | keys .. |
 *   | node | child .x. | head .x. | end .x. | prefix | texts before | x | after | keys .x. |
 *
 * Planned first, which changes nothing. What the plan says no to is for node_draft.h: nodes
 * that are wide or full, a separator that has not all that the others share, and one that
 * has not what heads skip, where there are as many of those as there may be. */
#ifndef PAGE_NODE_EDIT_H
#define PAGE_NODE_EDIT_H

#include "node_draft.h"

struct node_edit {
	size_t text;    /* bytes of the separator, past the prefix */
	size_t bytes;   /* of the node then */
	unsigned below; /* 1: it is before those that have what heads skip, */
	unsigned among; /* 1: it is one of them */
};

/* Does the separator begin with what heads of the node skip? It does with the prefix. */
static inline bool
node_edit_shares(const struct node *n, const struct pieces *s)
{
	struct pieces model = node_separator(n, n->from);
	return n->skip == n->prefix || pieces_common(&model, s) >= n->skip;
}

/* Where it stands among the separators, by what heads skip. False: there are too many that
 * do not have that. */
static inline bool
node_edit_aim(struct node_edit *e, const struct node *n, const struct graft *g)
{
	unsigned at = g->at, count = n->count, most = count / NODE_SHARE;
	bool inside = at > n->from && at < n->to;
	bool beside = at == n->from || at == n->to;
	e->among = inside || (beside && node_edit_shares(n, &g->separator[0]));
	e->below = !e->among && at <= n->from;
	return e->among || (e->below ? n->from < most : count - 1u - n->to < most);
}

static inline bool
node_edit_plan(struct node_edit *e, const struct node *n, const struct graft *g)
{
	const struct pieces *s = &g->separator[0];
	struct pieces prefix = pieces_of(node_prefix(n), n->prefix, NULL, 0);
	unsigned separators = n->count - 1u;
	if (g->n != 2 || separators == 0 || n->count == NODE_MOST ||
		n->form & NODE_WIDE || pieces_n(s) - n->prefix + n->texts > UINT16_MAX ||
		pieces_common(&prefix, s) < n->prefix)
		return false;
	e->text = pieces_n(s) - n->prefix;
	e->bytes = node_bytes(n) + sizeof(uint32_t) + sizeof(uint16_t) + e->text +
		   node_keys_width(node_level(n)) +
		   (node_heads(separators + 1) - node_heads(separators)) *
			   sizeof(int32_t);
	return node_edit_aim(e, n, g);
}

/* The numbers of keys, where they come to stand. */
static inline void
node_edit_keys(const struct node_edit *e, struct node *n, const struct graft *g)
{
	size_t width = node_keys_width(node_level(n)), at = g->at;
	const uint8_t *old = node_keys(n);
	uint8_t *keys = (uint8_t *)n + e->bytes - (n->count + 1u) * width;
	memmove(keys + (at + 2) * width, old + (at + 1) * width,
		(n->count - 1 - at) * width);
	memmove(keys, old, at * width);
	for (size_t i = 0; i < 2; i++)
		if (width == 1)
			keys[at + i] = (uint8_t)g->keys[i];
		else
			memcpy(keys + (at + i) * width, g->keys + i, sizeof *g->keys);
}

/* The ends of texts, and the texts. */
static inline void
node_edit_texts(const struct node_edit *e, const struct node *n, const struct graft *g,
	uint8_t *ends)
{
	const uint8_t *prefix = node_prefix(n), *old = node_ends(n);
	unsigned count = n->count;
	size_t before = g->at ? node_end(n, g->at - 1) : 0, own = before + e->text;
	size_t after = n->texts - before;
	uint8_t *to = ends + 2 * count, *x = to + n->prefix + before;
	memmove(x + e->text, prefix + n->prefix + before, after);
	memmove(to, prefix, n->prefix + before);
	pieces_copy(x, &g->separator[0], n->prefix, pieces_n(&g->separator[0]));
	for (unsigned i = count - 1; i > g->at; i--) {
		uint16_t end = (uint16_t)(layout_u16(old, i - 1) + e->text);
		memcpy(ends + 2 * i, &end, sizeof end);
	}
	memmove(ends, old, 2 * g->at);
	uint16_t end = (uint16_t)own;
	memcpy(ends + 2 * g->at, &end, sizeof end);
}

/* Write the node with the graft over itself. */
static inline void
node_edit(const struct node_edit *e, struct node *n, const struct graft *g)
{
	unsigned count = n->count, at = g->at;
	uint32_t *child = (uint32_t *)(uintptr_t)node_children(n);
	int32_t *old = (int32_t *)(uintptr_t)node_head(n), *head = old + 1;
	size_t heads = node_heads(count);
	node_edit_keys(e, n, g);
	node_edit_texts(e, n, g, (uint8_t *)(head + heads));
	memmove(head + at + 1, old + at, (count - 1 - at) * sizeof *head);
	memmove(head, old, at * sizeof *head);
	for (size_t i = count; i < heads; i++)
		head[i] = INT32_MAX;
	head[at] = e->among   ? head_of(pieces_word(&g->separator[0], n->skip))
		   : e->below ? INT32_MIN
			      : INT32_MAX;
	memmove(child + at + 2, child + at + 1, (count - 1 - at) * sizeof *child);
	memcpy(child + at, g->child, 2 * sizeof *child);
	n->count++;
	n->from = (uint8_t)(n->from + e->below);
	n->to = (uint8_t)(n->to + e->below + e->among);
	n->texts += (uint32_t)e->text;
}
#endif /* PAGE_NODE_EDIT_H */
