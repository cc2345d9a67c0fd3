/* wrap.c: see wrap.h. */
#include "wrap.h"
#include "rwlock.h"

struct ab_index *
ab_rwlock_create(const struct ab_variant *inner, const struct ab_alloc *mem)
{
	return rw_create(inner, mem);
}

void
ab_rwlock_wrap(const struct ab_variant *inner, struct ab_variant *out)
{
	*out = *inner;
	out->caps |= AB_PARALLEL_READS | AB_PARALLEL_WRITES;
	out->create = NULL;
	out->destroy = rw_destroy;
	out->build = inner->build ? rw_build : NULL;
	out->put = inner->put ? rw_put : NULL;
	out->get = rw_get;
	out->del = inner->del ? rw_del : NULL;
	out->compact = inner->compact ? rw_compact : NULL;
	out->scan = inner->scan ? rw_scan : NULL;
	out->scan_prefix = inner->scan_prefix ? rw_scan_prefix : NULL;
	out->last = inner->last ? rw_last : NULL;
	out->count = rw_count;
	out->memory = inner->memory ? rw_memory : NULL;
	out->file_bytes = inner->file_bytes ? rw_file_bytes : NULL;
	out->check = inner->check ? rw_check : NULL;
	out->dump = inner->dump ? rw_dump : NULL;
}
