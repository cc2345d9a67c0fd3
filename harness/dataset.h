/* dataset.h: a key file in memory: validated, sorted, unique.
 *
 * A key file holds one key a line; the final newline is optional and NUL bytes
 * inside a line are key bytes. What is done about everything else:
 *
 *   refused, with file, line and remedy:  CRLF line ends, a line over 65,535
 *     bytes, no keys at all, a directory, a file that cannot be read
 *   taken, with a counted notice:  empty lines (skipped), repeated keys (kept
 *     once), unsorted lines (sorted in memory)
 *
 * A pipe is read to its end like any file. A carriage return that is not before
 * a newline is a key byte.
 *
 * Units: bytes and keys. Ownership: a dataset owns its bytes; keys point into
 * them and live until dataset_close. Both are anonymous mappings of their own,
 * so that opening a file leaves malloc's free lists and thresholds alone.
 * Threads: read-only once open, so any number may share it. */
#ifndef AB_DATASET_H
#define AB_DATASET_H

#include <glib.h>
#include "ab.h"

enum { DATASET_MAX_KEY = 65535 };

/* The kinds of refusal, for whoever wants to tell them apart. */
#define DATASET_ERROR (dataset_error_quark())
enum dataset_error {
	DATASET_ERROR_READ,   /* cannot be opened or read */
	DATASET_ERROR_FORMAT, /* was read, and is not a key file */
	DATASET_ERROR_MEMORY, /* does not fit in memory */
};
GQuark dataset_error_quark(void);

struct dataset {
	char *path; /* as given */
	char *name; /* for titles: the file's stem, or what dataset_open was told */
	struct ab_key *keys; /* strictly increasing, n of them */
	size_t n;
	size_t key_bytes;     /* sum of key lengths */
	size_t longest;       /* bytes of the longest key */
	uint64_t fingerprint; /* of the keys, bytes and lengths, in their order */
	size_t skipped_empty, skipped_repeats;
	bool was_sorted; /* the lines were in key order, repeats aside */
	/* private: the mapped bytes */
	uint8_t *bytes;
	size_t size;
};

/* Open `path`; NULL and a one-line message in `*error` if it is refused. The
 * message reads "FILE:LINE: what is wrong; remedy" (without LINE where there is
 * none) and is to be printed after "artbench: ". `name` is the title, or NULL
 * for the stem of the file's name. Notices about what was skipped or sorted go
 * to stderr, one line each, unless `quiet`. All memory the dataset holds is
 * resident when this returns. */
struct dataset *
dataset_open(const char *path, const char *name, bool quiet, GError **error);
void dataset_close(struct dataset *d); /* NULL is nothing to close */

/* Rank of the first key not below `key`; n if there is none. */
size_t dataset_lower_bound(const struct dataset *d, struct ab_key key);
bool dataset_has(const struct dataset *d, struct ab_key key);

#endif /* AB_DATASET_H */
