/* rwlock_glib_hash.c: GLib's GHashTable (glib_hash.c) under a GRWLock, as a GLib program
 * with several threads would have it. Nothing of it is ab_alloc's.
 *
 *   index  | vtable and index of glib_hash | NULL | GRWLock | */
#include "glib_key.h"
#include "rwlock_glib.h"

extern const struct ab_variant ab_variant_glib_hash;

static struct ab_index *
create(const struct ab_alloc *mem)
{
	(void)mem;
	return rw_create(&ab_variant_glib_hash, NULL);
}

const struct ab_variant ab_variant_rwlock_glib_hash = {
	.name = "rwlock_glib_hash",
	.label = "GHashTable, GRWLock",
	.family = "hash",
	.library = GLIB_LIBRARY,
	.caps = AB_PARALLEL_READS | AB_PARALLEL_WRITES | AB_OWN_ALLOC | AB_OOM_EXITS,
	.max_key = GLIB_MAX_KEY,
	.create = create,
	RWLOCK_ENTRIES,
};
