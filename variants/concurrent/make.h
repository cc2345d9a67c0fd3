/* make.h: nodes as copies of others with something changed, and how one takes the place
 * of another. A node is made of a draft, in which what it is to lead to stands in order;
 * its kind follows from how many there are, and it is published by its caller.
 *
 * Threads: for the writer. */
#ifndef CON_MAKE_H
#define CON_MAKE_H

#include "retire.h"

struct con_draft {
	unsigned n;
	con_ref terminal;
	uint8_t byte[256];
	con_ref child[256];
};

static inline void
con_draft_empty(struct con_draft *d)
{
	d->n = 0;
	d->terminal = 0;
}

static inline void
con_draft_copy(struct con_draft *d, const struct con_node *h)
{
	con_ref child = 0;
	con_draft_empty(d);
	d->terminal = con_ending(h);
	for (int b = con_next(h, 0, &child); b >= 0;
		b = con_next(h, (unsigned)b + 1, &child)) {
		d->byte[d->n] = (uint8_t)b;
		d->child[d->n++] = child;
	}
}

static inline void
con_draft_add(struct con_draft *d, uint8_t b, con_ref child)
{
	unsigned i = d->n++;
	for (; i && d->byte[i - 1] > b; i--) {
		d->byte[i] = d->byte[i - 1];
		d->child[i] = d->child[i - 1];
	}
	d->byte[i] = b;
	d->child[i] = child;
}

static void
con_fill(struct con_node *h, const struct con_draft *d)
{
	con_ref *children = con_children(h);
	uint8_t *bytes = con_bytes_of(h);
	for (unsigned i = 0; i < d->n; i++)
		switch (con_kind(h)) {
		case CON_INDEXED:
			bytes[d->byte[i]] = (uint8_t)(i + 1);
			children[i] = d->child[i];
			break;
		case CON_SORTED:
			bytes[i] = d->byte[i];
			children[i] = d->child[i];
			break;
		case CON_DIRECT:
		case CON_KINDS: children[d->byte[i]] = d->child[i]; break;
		}
	if (d->terminal)
		*con_terminal(h) = d->terminal;
}

/* A node of the draft and room for a prefix of `prefix_n` bytes; NULL: no memory. */
static struct con_node *
con_make_bare(struct ab_index *t, const struct con_draft *d, size_t prefix_n)
{
	enum con_kind kind = d->n <= CON_SORTED_MOST    ? CON_SORTED
			     : d->n <= CON_INDEXED_MOST ? CON_INDEXED
							: CON_DIRECT;
	unsigned places = kind == CON_SORTED ? d->n : 0;
	size_t bytes = con_node_bytes(kind, places, d->terminal, prefix_n);
	struct con_node *h = ab_alloc(t->mem, bytes);
	if (!h)
		return NULL;
	memset(h, 0, bytes - prefix_n);
	*h = (struct con_node){ .shape = (uint8_t)(kind | (d->terminal ? CON_ENDS : 0)),
		.used = (uint8_t)(kind == CON_DIRECT ? 0 : d->n),
		.live = (uint16_t)(d->n + (d->terminal != 0)),
		.prefix_n = (uint32_t)prefix_n };
	con_fill(h, d);
	t->inner += bytes;
	t->nodes[kind]++;
	return h;
}

static struct con_node *
con_make(struct ab_index *t, const struct con_draft *d, struct ab_key prefix)
{
	struct con_node *h = con_make_bare(t, d, prefix.n);
	if (h)
		memcpy((uint8_t *)(uintptr_t)con_prefix(h).p, prefix.p, prefix.n);
	return h;
}

/* With the prefix of `up`, the byte `edge`, and the prefix of `low`. */
static struct con_node *
con_make_joined(struct ab_index *t, const struct con_draft *d, const struct con_node *up,
	uint8_t edge, const struct con_node *low)
{
	struct ab_key above = con_prefix(up), below = con_prefix(low);
	struct con_node *h = con_make_bare(t, d, above.n + 1 + below.n);
	if (!h)
		return NULL;
	uint8_t *p = (uint8_t *)(uintptr_t)con_prefix(h).p;
	memcpy(p, above.p, above.n);
	p[above.n] = edge;
	memcpy(p + above.n + 1, below.p, below.n);
	return h;
}

static void
con_uncount(struct ab_index *t, const struct con_node *h)
{
	t->inner -= con_bytes(h);
	t->nodes[con_kind(h)]--;
}

/* Of a node that nobody has seen. */
static void
con_unmake(struct ab_index *t, struct con_node *h)
{
	con_uncount(t, h);
	ab_free(t->mem, h, con_bytes(h));
}

/* A node is out of the tree. */
static void
con_drop(struct ab_index *t, struct con_node *h)
{
	con_uncount(t, h);
	h->live = CON_REPLACED;
	con_retire(t, h, con_bytes(h));
}

/* Let the slot lead to `r` in place of `h`. */
static void
con_replace(struct ab_index *t, con_ref *slot, struct con_node *h, con_ref r)
{
	con_store(slot, r);
	con_drop(t, h);
}

/* A place for a byte that has none, not yet shown; NULL: there is none to be had. */
static inline con_ref *
con_give_place(struct con_node *h, uint8_t b)
{
	(void)b;
	if (con_kind(h) != CON_INDEXED || h->used == CON_INDEXED_MOST)
		return NULL;
	return &con_children(h)[h->used];
}

/* Let readers find the place of a byte, whose ref is there. */
static inline void
con_show_place(struct con_node *h, uint8_t b, const con_ref *place)
{
	uint8_t *slot = &con_bytes_of(h)[b];
	if (*slot)
		return;
	h->used++;
	con_store_slot(slot, (unsigned)(place - con_children(h)) + 1);
}

static inline void
con_count(struct ab_index *t, int change)
{
	size_t count = t->count + (size_t)change;
	if (CON_THREADS)
		__atomic_store_n(&t->count, count, __ATOMIC_RELAXED);
	else
		t->count = count;
}
#endif /* CON_MAKE_H */
