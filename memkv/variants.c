/* variants.c: the variants of this library: those of in_library in variants/meson.build. */
#include <string.h>
#include "internal.h"

#define AB_VARIANT(id) extern const struct ab_variant ab_variant_##id;
#include "memkv_variants.inc"
#undef AB_VARIANT

static const struct ab_variant *const variants[] = {
#define AB_VARIANT(id) &ab_variant_##id,
#include "memkv_variants.inc"
#undef AB_VARIANT
};

const struct ab_variant *
kv_variant_at(size_t i)
{
	return i < sizeof variants / sizeof *variants ? variants[i] : NULL;
}

const struct ab_variant *
kv_variant_named(const char *name)
{
	const struct ab_variant *v;
	for (size_t i = 0; (v = kv_variant_at(i)); i++)
		if (strcmp(v->name, name) == 0)
			return v;
	return NULL;
}

bool
memkv_variant(size_t i, struct memkv_variant_info *out)
{
	const struct ab_variant *v = kv_variant_at(i);
	if (v && out)
		*out = (struct memkv_variant_info){
			.name = v->name,
			.label = v->label,
			.recommended = strcmp(v->name, RECOMMENDED) == 0,
			.writable = v->put && v->del,
			.bulk_load = v->caps & AB_BULK_LOAD,
			.backward = v->scan_back,
			.concurrent = v->caps & AB_PARALLEL_WRITES,
			.counted = v->rank && v->scan_nth,
		};
	return v;
}
