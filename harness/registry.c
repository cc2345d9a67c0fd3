/* registry.c: the table of variants, spelled out by meson from the name lists in
 * variants/meson.build and baselines/meson.build. */
#include <string.h>
#include "ab.h"

#define AB_VARIANT(id, source) extern const struct ab_variant ab_variant_##id;
#include "variants.inc"
#undef AB_VARIANT

const struct ab_variant *const ab_variants[] = {
#define AB_VARIANT(id, source) &ab_variant_##id,
#include "variants.inc"
#undef AB_VARIANT
	NULL
};

static const char *const sources[] = {
#define AB_VARIANT(id, source) source,
#include "variants.inc"
#undef AB_VARIANT
	NULL
};

const struct ab_variant *
ab_variant_named(const char *name)
{
	for (size_t i = 0; ab_variants[i]; i++)
		if (strcmp(ab_variants[i]->name, name) == 0)
			return ab_variants[i];
	return NULL;
}

const char *
ab_variant_source(const struct ab_variant *v)
{
	for (size_t i = 0; ab_variants[i]; i++)
		if (ab_variants[i] == v)
			return sources[i];
	return "-";
}

const char *
ab_variant_defect(const struct ab_variant *v)
{
	if (!v->name || !v->label || !v->family)
		return "name, label and family are required";
	if (!*v->name ||
		v->name[strspn(v->name, "abcdefghijklmnopqrstuvwxyz0123456789_")])
		return "the name is not of [a-z0-9_]+";
	if (!v->max_key)
		return "max_key is 0";
	if (strlen(v->label) > 24)
		return "the label is longer than 24 columns";
	if (!v->create || !v->destroy || !v->get || !v->count)
		return "create, destroy, get and count are required";
	if (!v->memory && !(v->caps & AB_OWN_ALLOC))
		return "uses ab_alloc but cannot say how much";
	if (!v->put && !v->build)
		return "nothing fills it: needs put or build";
	if ((v->caps & AB_SLOW_WRITES) && !v->build)
		return "slow writes need build";
	if (v->scan_prefix && !v->scan)
		return "scan_prefix without scan";
	if ((v->caps & AB_ORDERED) && (!v->scan || !v->scan_prefix))
		return "AB_ORDERED without scan and scan_prefix";
	if ((v->caps & AB_PARALLEL_WRITES) && !(v->caps & AB_PARALLEL_READS))
		return "parallel writes imply parallel reads";
	return NULL;
}

const char *
ab_status_text(enum ab_status s)
{
	switch (s) {
	case AB_OK: return "ok";
	case AB_REPLACED: return "replaced";
	case AB_NOT_FOUND: return "not found";
	case AB_STOPPED: return "stopped";
	case AB_ENOMEM: return "out of memory";
	case AB_EFULL: return "full: its refs cannot address more";
	case AB_EKEY: return "key too long";
	case AB_EORDER: return "keys not strictly increasing";
	case AB_EBUSY: return "not empty";
	}
	return "unknown status";
}
