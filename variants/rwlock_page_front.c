/* rwlock_page_front.c: page_front behind a lock, many readers or one writer.
 *
 *   index  | vtable and index of page_front | allocator | pthread_rwlock_t | */
#include "lock/rwlock.h"

extern const struct ab_variant ab_variant_page_front;

static struct ab_index *
create(const struct ab_alloc *mem)
{
	return rw_create(&ab_variant_page_front, mem);
}

const struct ab_variant ab_variant_rwlock_page_front = {
	.name = "rwlock_page_front",
	.label = "pages, rwlock",
	.family = "page",
	.node_kinds = { "page", "index" },
	.caps = AB_ORDERED | AB_PARALLEL_READS | AB_PARALLEL_WRITES,
	.max_key = UINT16_MAX,
	.create = create,
	RWLOCK_ENTRIES,
	.build = rw_build,
	.update = rw_update,
	.get_many = rw_get_many,
	.del_range = rw_del_range,
	.scan = rw_scan,
	.scan_prefix = rw_scan_prefix,
	.scan_values = rw_scan_values,
	.scan_nth = rw_scan_nth,
	.rank = rw_rank,
	.scan_back = rw_scan_back,
	.memory = rw_memory,
	.census = rw_census,
};
