/* dataset_formats.h: where the keys lie in the bytes of a key file, and which files are
 * none. For dataset.c alone; dataset.h says what the formats are.
 *
 * Units: keys and bytes. Ownership: nothing is kept or freed. Errors: false and a
 * message of DATASET_ERROR_FORMAT. Threads: one per dataset. */
#ifndef AB_DATASET_FORMATS_H
#define AB_DATASET_FORMATS_H

#include "dataset.h"

struct key_format {
	const char *noun; /* what notices count, in the singular */
	/* A bound on the keys in d->bytes. */
	bool (*most_keys)(const struct dataset *d, size_t *most, GError **error);
	/* Append the keys to d->keys, which has room for that many, and note whether
	 * they came in order. Numbers are turned round in d->bytes. */
	bool (*take_keys)(struct dataset *d, GError **error);
};

/* What the file's first bytes and its name say; never DATASET_AUTO. */
enum dataset_format format_detect(const struct dataset *d);
const struct key_format *format_of(const struct dataset *d);

/* A file that is no key file, as told by how it begins or what it is called: a packed
 * one, a program, a picture, a table, text in another encoding. Only what is certain,
 * for a key may have any bytes. */
struct foreign {
	const char *what;   /* "gzip data"; NULL: it may be a key file */
	const char *remedy; /* "unpack it first, with zcat" */
};
struct foreign format_foreign(const struct dataset *d);

#endif /* AB_DATASET_FORMATS_H */
