/* rwlock_art_boxed.c: art_boxed behind a lock, many readers or one writer: the plain way
 * to let several threads at an ART, and what art_concurrent is held against.
 *
 *   index  | vtable and index of art_boxed | allocator | pthread_rwlock_t | */
#include "lock/rwlock.h"

extern const struct ab_variant ab_variant_art_boxed;

static struct ab_index *
create(const struct ab_alloc *mem)
{
	return rw_create(&ab_variant_art_boxed, mem);
}

const struct ab_variant ab_variant_rwlock_art_boxed = {
	.name = "rwlock_art_boxed",
	.label = "ART boxed, rwlock",
	.family = "art",
	.node_kinds = { "Node4", "Node16", "Node48", "Node256" },
	.caps = AB_ORDERED | AB_PARALLEL_READS | AB_PARALLEL_WRITES | AB_PUT_WAITS,
	.max_key = UINT32_MAX / 2,
	.create = create,
	RWLOCK_ENTRIES,
	.build = rw_build,
	.update = rw_update,
	.get_many = rw_get_many,
	.scan = rw_scan,
	.scan_prefix = rw_scan_prefix,
	.scan_back = rw_scan_back,
	.memory = rw_memory,
	.census = rw_census,
	.dump = rw_dump,
};
