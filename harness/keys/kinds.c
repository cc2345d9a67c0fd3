#include "kinds.h"

#include <string.h>

static const struct key_kind url_kinds[] = {
	{ .name = "urls", .format = DATASET_LINES },
	{ .name = "shared60k", .format = DATASET_LINES, .shared = 60000, .keys = 1000 },
	{ 0 },
};

const struct key_kind *
key_kind_at(size_t i)
{
	const struct key_kind *const all[] = { url_kinds, text_kinds, number_kinds };

	for (size_t k = 0; k < G_N_ELEMENTS(all); k++)
		for (const struct key_kind *kind = all[k]; kind->name; kind++)
			if (i-- == 0)
				return kind;
	return NULL;
}

const struct key_kind *
key_kind_named(const char *name)
{
	const struct key_kind *kind;

	for (size_t i = 0; (kind = key_kind_at(i)); i++)
		if (strcmp(kind->name, name) == 0)
			break;
	return kind;
}

bool
key_kind_has(const struct key_kind *kind, enum dataset_format format)
{
	if (kind->numbers)
		return format == DATASET_SOSD;
	return format == DATASET_LENGTHS || (format == DATASET_LINES && !kind->fixed);
}
