/* dataset.h: a key file in memory: validated, sorted, unique.
 *
 * A key has 0 to 65,535 bytes. A key file holds keys in one of three formats:
 *
 *   lines    one key a line; the final newline is optional, a NUL is a key byte,
 *            and so is a carriage return that is not before a newline
 *   sosd     64-bit numbers, as the SOSD benchmark's files named *_uint64: how
 *            many there are, then the numbers, all little-endian. A number is kept
 *            as eight bytes, the highest first, so that bytewise order is numeric
 *   lengths  arbitrary bytes, the empty key among them:
 *
 *            | "ABKEYS1\n" | keys: u64 | length: u32 | key | length: u32 | key ...
 *              8 bytes       8           4                   little-endian
 *
 * A file that begins with ABKEYS1 and a newline has lengths; else one whose name
 * ends in _uint64 or .sosd has numbers; else it has lines. What is done about the
 * rest:
 *
 *   refused, with file, line or byte offset, and remedy:  CRLF line ends; a key
 *     over 65,535 bytes; fewer or more bytes than the counted keys take; no keys
 *     at all; a directory; a file that cannot be read; unless the format is named
 *     lines, what is known to be no key file, and a byte order mark, which is
 *     left to its owner to take out, for a key may begin with those bytes
 *   taken, with a counted notice:  empty lines (skipped), repeated keys (kept
 *     once), unsorted keys (sorted in memory)
 *
 * A pipe is read to its end like any file.
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

enum dataset_format { DATASET_AUTO, DATASET_LINES, DATASET_SOSD, DATASET_LENGTHS };
/* "auto", "lines", ... by enum dataset_format; NULL ends them. */
extern const char *const dataset_format_names[];
/* What a file with lengths begins with. */
#define DATASET_MAGIC "ABKEYS1\n"
enum { DATASET_MAGIC_BYTES = sizeof(DATASET_MAGIC) - 1 };

/* The kinds of refusal, for whoever wants to tell them apart. */
#define DATASET_ERROR (dataset_error_quark())
enum dataset_error {
	DATASET_ERROR_READ,   /* cannot be opened or read */
	DATASET_ERROR_FORMAT, /* was read, and is not a key file */
	DATASET_ERROR_MEMORY, /* does not fit in memory */
	DATASET_ERROR_SAMPLE, /* has no sample of that many keys */
	DATASET_ERROR_CHANGED /* is not what it was (handed.h) */
};
GQuark dataset_error_quark(void);

/* What tells a file from another, and from itself with something else in it. */
struct dataset_file {
	uint64_t device, inode, bytes;
	int64_t modified_s, modified_ns, changed_s, changed_ns;
};
struct stat;
struct dataset_file dataset_file_of(const struct stat *st);

struct dataset {
	char *path; /* as given */
	/* For titles: the file's stem, or what dataset_open was told, in UTF-8, with
	 * U+FFFD in place of what is not. */
	char *name;
	enum dataset_format format; /* never DATASET_AUTO */
	struct ab_key *keys;        /* strictly increasing, n of them */
	size_t n;
	size_t file_keys;     /* different keys in the file: n, unless this is a sample */
	size_t key_bytes;     /* sum of key lengths */
	size_t longest;       /* bytes of the longest key */
	uint64_t fingerprint; /* of the keys, bytes and lengths, in their order */
	size_t skipped_empty, skipped_repeats;
	bool was_sorted;          /* the file's keys were in order, repeats aside */
	struct dataset_file file; /* before the first byte was read */
	/* private: the mapped bytes */
	uint8_t *bytes;
	size_t size;
};

/* Open `path`; NULL and a one-line message in `*error` if it is refused. The
 * message reads "FILE:LINE: what is wrong; remedy", or "FILE: at byte OFFSET: ..."
 * in the binary formats, or neither where there is no place, and is to be printed
 * after "artbench: ". `name` is the title, or NULL for the stem of the file's name.
 * Notices about what was skipped or sorted go to stderr, one line each, unless
 * `quiet`. All memory the dataset holds is resident when this returns. */
struct dataset *dataset_open_as(const char *path, enum dataset_format format,
	const char *name, bool quiet, GError **error);
/* The same in the format the file seems to have: DATASET_AUTO. */
struct dataset *
dataset_open(const char *path, const char *name, bool quiet, GError **error);
/* The same of a file with lengths that is these bytes, which are copied. */
struct dataset *
dataset_of_lengths(const char *name, const void *bytes, size_t size, GError **error);
/* One without keys, to be filled in. */
struct dataset *dataset_named(const char *path, const char *name);
void dataset_close(struct dataset *d); /* NULL is nothing to close */

/* Keep `n` keys and forget the others, every choice of `n` as likely as any other;
 * the same file, n and seed give the same keys. False and `*error`, with nothing
 * changed, unless 0 < n < d->n. Nobody else may use `d` meanwhile. */
bool dataset_sample(struct dataset *d, size_t n, uint64_t seed, GError **error);

/* Bytes that having all the file's keys takes. A sample begins with as much. */
size_t dataset_whole(const struct dataset *d);

/* Rank of the first key not below `key`; n if there is none. */
size_t dataset_lower_bound(const struct dataset *d, struct ab_key key);
bool dataset_has(const struct dataset *d, struct ab_key key);

#endif /* AB_DATASET_H */
