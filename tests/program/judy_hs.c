/* judy_hs.c: JudyHS as a plug-in, for test_plugin.sh: a library that artbench may have
 * linked itself, with functions of its own in the place of the library's (judy_sl.c). */
#include <Judy.h>
#include "ab_plugin.h"

struct ab_index {
	void *array; /* Judy's; a slot holds its value plus one */
	size_t n;
};

static struct ab_index *
hs_create(const struct ab_alloc *mem)
{
	(void)mem;
	return calloc(1, sizeof(struct ab_index));
}

static void
hs_destroy(struct ab_index *t)
{
	JudyHSFreeArray(&t->array, PJE0);
	free(t);
}

static enum ab_status
hs_put(struct ab_index *t, struct ab_key k, uint64_t value)
{
	Word_t *slot = (Word_t *)JudyHSIns(&t->array, (void *)k.p, k.n, PJE0);
	bool held = *slot != 0;
	*slot = value + 1;
	t->n += !held;
	return held ? AB_REPLACED : AB_OK;
}

static enum ab_status
hs_get(const struct ab_index *t, struct ab_key k, uint64_t *value)
{
	const Word_t *slot = (const Word_t *)JudyHSGet(t->array, (void *)k.p, k.n);
	if (!slot)
		return AB_NOT_FOUND;
	*value = *slot - 1;
	return AB_OK;
}

static size_t
hs_count(const struct ab_index *t)
{
	return t->n;
}

static const struct ab_variant judy_hs = {
	.name = "judy_hs",
	.label = "JudyHS",
	.family = "hash",
	.caps = AB_OWN_ALLOC,
	.max_key = UINT16_MAX,
	.create = hs_create,
	.destroy = hs_destroy,
	.put = hs_put,
	.get = hs_get,
	.count = hs_count,
};
AB_PLUGIN(judy_hs);
