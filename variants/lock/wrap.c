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
#define WEAR(f, word) out->f = inner->f ? rw_##f : NULL;
	AB_INDEX_OPERATIONS(WEAR)
#undef WEAR
}
