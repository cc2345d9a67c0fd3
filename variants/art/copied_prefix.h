/* copied_prefix.h: the part of a storage (see tree.h) that is the same wherever a prefix
 * that is split, or taken from a leaf, is copied.
 *
 * Needs own_prefix.h. */
#ifdef ART_COPIED_PREFIX_H
#error "copied_prefix.h is a template: include it once per variant"
#endif
#define ART_COPIED_PREFIX_H

static enum ab_status
prefix_take(struct ab_index *t, struct art_head *h, art_ref leaf, size_t depth, size_t n)
{
	prefix_place place;
	struct ab_key bytes = { leaf_tail(t, leaf, depth).p, n };
	enum ab_status status = prefix_copy(t, bytes, &place);
	if (status == AB_OK)
		prefix_set(t, h, place, n);
	return status;
}

static enum ab_status
prefix_split(struct ab_index *t, struct art_head *up, art_ref *r, size_t depth, size_t n)
{
	struct art_head *low = node_at(t, *r);
	struct ab_key all = prefix_bytes(t, low, depth);
	struct ab_key rest = { all.p + n + 1, all.n - n - 1 };
	prefix_place top, bottom;
	enum ab_status status = prefix_copy(t, (struct ab_key){ all.p, n }, &top);
	if (status != AB_OK)
		return status;
	status = prefix_copy(t, rest, &bottom);
	if (status != AB_OK) {
		if (n)
			prefix_unblock(t, top, n);
		return status;
	}
	prefix_drop(t, low);
	prefix_set(t, up, top, n);
	prefix_set(t, low, bottom, rest.n);
	return AB_OK;
}
