/* rwlock_art_copying.c: art_copying behind a lock, many readers or one writer: the same
 * layout as art_concurrent, and threads the plain way.
 *
 *   index  | vtable and index of art_copying | allocator | pthread_rwlock_t | */
#include "lock/rwlock.h"

extern const struct ab_variant ab_variant_art_copying;

static struct ab_index *
create(const struct ab_alloc *mem)
{
	return rw_create(&ab_variant_art_copying, mem);
}

const struct ab_variant ab_variant_rwlock_art_copying = {
	.name = "rwlock_art_copying",
	.label = "ART copying, rwlock",
	.family = "art",
	.node_kinds = { "sorted", "indexed", "direct" },
	.caps = AB_ORDERED | AB_PARALLEL_READS | AB_PARALLEL_WRITES | AB_PUT_WAITS,
	.max_key = UINT32_MAX / 2,
	.create = create,
	RWLOCK_ENTRIES,
	.update = rw_update,
	.build = rw_build,
	.get_many = rw_get_many,
	.scan = rw_scan,
	.scan_prefix = rw_scan_prefix,
	.scan_back = rw_scan_back,
	.memory = rw_memory,
	.census = rw_census,
	.dump = rw_dump,
};
