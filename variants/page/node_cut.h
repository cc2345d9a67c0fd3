/* node_cut.h: when an index node splits, and where. */
#ifndef PAGE_NODE_CUT_H
#define PAGE_NODE_CUT_H

#include "node_draft.h"

enum {
	/* Bytes beyond the prefix: of more, more than NODE_THREE children split. */
	NODE_FULL = 4 << 10,
	NODE_THREE = 3,
};

/* Is it too large for one node? What all separators share does not count: halves have it,
 * too. */
static bool
node_is_large(const struct node_draft *d)
{
	size_t shared;
	return node_beyond(d, 0, d->n, &shared) > NODE_FULL;
}

/* Where the larger half is smallest. Two children at least go either way: or else few
 * keys, chosen for it, could make a tree as high as they are many. */
static unsigned
node_cut_large(const struct node_draft *d)
{
	unsigned best = d->n / 2;
	size_t least = SIZE_MAX;
	for (unsigned i = 2; i + 2 <= d->n; i++) {
		size_t left = node_measure(d, 0, i), right = node_measure(d, i, d->n);
		size_t most = left > right ? left : right;
		if (most < least)
			best = i;
		least = most < least ? most : least;
	}
	return best;
}

/* Where to split: near the middle, at the shortest separator; where keys come in
 * ascending order, at the end; or by what it takes, if separators are long. */
static unsigned
node_cut(const struct node_draft *d, bool ascending)
{
	unsigned middle = d->n / 2, best = middle, reach = d->n / 8;
	if (d->n <= NODE_MOST || node_is_large(d))
		return node_cut_large(d);
	if (ascending)
		return d->n - 1 < NODE_MOST ? d->n - 1 : NODE_MOST;
	for (unsigned i = middle - reach; i <= middle + reach; i++)
		if (pieces_n(&d->separator[i - 1]) < pieces_n(&d->separator[best - 1]))
			best = i;
	return best;
}

static bool
node_splits(const struct node_draft *d)
{
	return d->n > NODE_MOST || (d->n > NODE_THREE && node_is_large(d));
}
#endif /* PAGE_NODE_CUT_H */
