/* rwlock_glib_tree.c: GLib's GTree (glib_tree.c) under a GRWLock, as a GLib program
 * with several threads would have it. Nothing of it is ab_alloc's.
 *
 *   index  | vtable and index of glib_tree | NULL | GRWLock | */
#include "glib_key.h"
#include "rwlock_glib.h"

extern const struct ab_variant ab_variant_glib_tree;

static struct ab_index *
create(const struct ab_alloc *mem)
{
	(void)mem;
	return rw_create(&ab_variant_glib_tree, NULL);
}

const struct ab_variant ab_variant_rwlock_glib_tree = {
	.name = "rwlock_glib_tree",
	.label = "GTree, GRWLock",
	.family = "tree",
	.library = GLIB_LIBRARY,
	.caps = AB_ORDERED | AB_PARALLEL_READS | AB_PARALLEL_WRITES | AB_OWN_ALLOC |
		AB_OOM_EXITS,
	.max_key = GLIB_MAX_KEY,
	.create = create,
	RWLOCK_ENTRIES,
	.scan = rw_scan,
	.scan_prefix = rw_scan_prefix,
	.scan_back = rw_scan_back,
};
