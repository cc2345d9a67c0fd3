/* glib_tree.c: GLib's GTree, an AVL tree with a heap node per key, owning its
 * keys as heap blocks (glib_key.h) and keeping the value in the node's pointer.
 *
 * GTree allocates by itself (AB_OWN_ALLOC): g_malloc for keys, g_slice for nodes,
 * and the GSlice of GLib before 2.76 answers to the G_SLICE variable. Out of
 * memory ends the program, so AB_ENOMEM never comes from here.
 *
 * Threads: as all that GLib does not lock, a tree may be read by any number of threads
 * while nobody changes it: lookups and steps write nothing. */
#include "glib_key.h"
#include "contract/span.h"

struct ab_index {
	GTree *tree;
};

static gint
compare(gconstpointer a, gconstpointer b, gpointer unused)
{
	(void)unused;
	struct ab_key x = glib_key_bytes(a), y = glib_key_bytes(b);
	size_t n = MIN(x.n, y.n);
	int c = n ? memcmp(x.p, y.p, n) : 0;
	return c ? c : (x.n > y.n) - (x.n < y.n);
}

static struct ab_index *
gt_create(const struct ab_alloc *mem)
{
	(void)mem;
	struct ab_index *t = g_new(struct ab_index, 1);
	t->tree = g_tree_new_full(compare, NULL, g_free, NULL);
	return t;
}

static void
gt_destroy(struct ab_index *t)
{
	g_tree_unref(t->tree);
	g_free(t);
}

static size_t
gt_count(const struct ab_index *t)
{
	return (size_t)g_tree_nnodes(t->tree);
}

static enum ab_status
gt_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	size_t before = gt_count(t);
	if (k.n > GLIB_MAX_KEY)
		return AB_EKEY;
	if (before == G_MAXINT) /* g_tree_nnodes counts in a gint */
		return AB_EFULL;
	/* If the key is there, GTree keeps its own and frees ours. */
	g_tree_insert(t->tree, glib_key_own(k), (gpointer)(uintptr_t)value);
	return gt_count(t) == before ? AB_REPLACED : AB_OK;
}

static enum ab_status
gt_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	gpointer found;
	if (!g_tree_lookup_extended(t->tree, glib_key_probe(&k), NULL, &found))
		return AB_NOT_FOUND;
	*value = (uintptr_t)found;
	return AB_OK;
}

static enum ab_status
gt_del(struct ab_index *t, struct ab_key k)
{
	return g_tree_remove(t->tree, glib_key_probe(&k)) ? AB_OK : AB_NOT_FOUND;
}

static enum ab_status
visit_span(const struct ab_index *t, struct span s, ab_visit *visit, void *arg)
{
	GTreeNode *n = g_tree_lower_bound(t->tree, glib_key_probe(&s.lo));
	for (; n; n = g_tree_node_next(n)) {
		struct ab_key k = glib_key_bytes(g_tree_node_key(n));
		if (!span_goes_on(&s, k))
			break;
		if (!visit(arg, k, (uintptr_t)g_tree_node_value(n)))
			return AB_STOPPED;
	}
	return AB_OK;
}

static enum ab_status
gt_scan(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	return visit_span(t, span_of_range(r), visit, arg);
}

static enum ab_status
gt_scan_prefix(const struct ab_index *t, struct ab_key prefix, ab_visit *visit, void *arg)
{
	return visit_span(t, span_of_prefix(prefix), visit, arg);
}

static enum ab_status
gt_scan_back(const struct ab_index *t, struct ab_range r, ab_visit *visit, void *arg)
{
	GTreeNode *end = r.has_hi ? g_tree_lower_bound(t->tree, glib_key_probe(&r.hi))
				  : NULL;
	GTreeNode *n = end ? g_tree_node_previous(end) : g_tree_node_last(t->tree);
	for (; n; n = g_tree_node_previous(n)) {
		struct ab_key k = glib_key_bytes(g_tree_node_key(n));
		if (r.lo.n && ab_key_cmp(k, r.lo) < 0)
			break;
		if (!visit(arg, k, (uintptr_t)g_tree_node_value(n)))
			return AB_STOPPED;
	}
	return AB_OK;
}

static const char *
gt_check(const struct ab_index *t)
{
	size_t n = 0;
	gconstpointer before = NULL;
	for (GTreeNode *at = g_tree_node_first(t->tree); at; at = g_tree_node_next(at)) {
		gconstpointer k = g_tree_node_key(at);
		if (before && compare(before, k, NULL) >= 0)
			return "keys are not strictly increasing";
		before = k;
		n++;
	}
	return n == gt_count(t) ? NULL : "the count is not the number of nodes";
}

const struct ab_variant ab_variant_glib_tree = {
	.name = "glib_tree",
	.label = "GLib GTree",
	.family = "tree",
	.library = GLIB_LIBRARY,
	.caps = AB_ORDERED | AB_PARALLEL_READS | AB_OWN_ALLOC | AB_OOM_EXITS,
	.max_key = GLIB_MAX_KEY,
	.create = gt_create,
	.destroy = gt_destroy,
	.put = gt_put,
	.get = gt_get,
	.del = gt_del,
	.scan = gt_scan,
	.scan_prefix = gt_scan_prefix,
	.scan_back = gt_scan_back,
	.count = gt_count,
	.check = gt_check,
};
