#include "dataset_formats.h"

#include <inttypes.h>
#include <string.h>

enum {
	COUNT_BYTES = sizeof(uint64_t),
	NUMBER_BYTES = sizeof(uint64_t),
	LENGTH_BYTES = sizeof(uint32_t),
	LENGTHS_HEAD = DATASET_MAGIC_BYTES + COUNT_BYTES
};

const char *const dataset_format_names[] = { "auto", "lines", "sosd", "lengths", NULL };

/* ---- what they share ---- */

static bool G_GNUC_PRINTF(4, 5) refuse_at(
	const struct dataset *d, size_t at, GError **error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *what = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, DATASET_ERROR, DATASET_ERROR_FORMAT,
		"%s: at byte %zu: %s; get or write the file anew, or name its format "
		"with --data-format",
		d->path, at, what);
	return false;
}

static void
append_key(struct dataset *d, struct ab_key k)
{
	if (d->was_sorted && d->n && ab_key_cmp(d->keys[d->n - 1], k) > 0)
		d->was_sorted = false;
	d->keys[d->n++] = k;
}

/* The count at byte `at`. */
static bool
read_count(const struct dataset *d, size_t at, uint64_t *count, GError **error)
{
	if (d->size < at + COUNT_BYTES)
		return refuse_at(d, d->size, error,
			"the file ends before its count of keys does, %zu bytes long",
			at + COUNT_BYTES);
	memcpy(count, d->bytes + at, COUNT_BYTES);
	*count = GUINT64_FROM_LE(*count);
	return true;
}

/* ---- lines ---- */

static bool
most_lines(const struct dataset *d, size_t *most, GError **error)
{
	const uint8_t *p = d->bytes, *end = p + d->size;

	(void)error;
	for (*most = 0; p < end; ++*most) {
		const uint8_t *newline = memchr(p, '\n', (size_t)(end - p));
		p = newline ? newline + 1 : end;
	}
	return true;
}

static bool
check_line(const struct dataset *d, size_t number, struct ab_key k, bool ended,
	GError **error)
{
	if (ended && k.n && k.p[k.n - 1] == '\r') {
		g_set_error(error, DATASET_ERROR, DATASET_ERROR_FORMAT,
			"%s:%zu: the line ends in CR LF; convert the file: "
			"sed 's/\\r$//' FILE > NEW",
			d->path, number);
		return false;
	}
	if (k.n > DATASET_MAX_KEY) {
		g_set_error(error, DATASET_ERROR, DATASET_ERROR_FORMAT,
			"%s:%zu: the line has %zu bytes and a key at most %d; drop or "
			"split it",
			d->path, number, k.n, DATASET_MAX_KEY);
		return false;
	}
	return true;
}

static bool
take_lines(struct dataset *d, GError **error)
{
	const uint8_t *p = d->bytes, *end = d->bytes + d->size;

	for (size_t number = 1; p < end; number++) {
		const uint8_t *newline = memchr(p, '\n', (size_t)(end - p));
		const uint8_t *stop = newline ? newline : end;
		struct ab_key k = { p, (size_t)(stop - p) };

		if (!check_line(d, number, k, newline != NULL, error))
			return false;
		p = newline ? newline + 1 : end;
		if (k.n == 0)
			d->skipped_empty++;
		else
			append_key(d, k);
	}
	return true;
}

/* ---- sosd ---- */

static bool
most_numbers(const struct dataset *d, size_t *most, GError **error)
{
	uint64_t count = 0;

	if (!read_count(d, 0, &count, error))
		return false;
	*most = (d->size - COUNT_BYTES) / NUMBER_BYTES;
	if (count > *most)
		return refuse_at(d, d->size, error,
			"the file ends after %zu of the %" PRIu64
			" 64-bit numbers that it counts",
			*most, count);
	size_t end = COUNT_BYTES + (size_t)count * NUMBER_BYTES;
	if (end < d->size)
		return refuse_at(d, end, error,
			"%zu bytes follow the last of the %" PRIu64
			" 64-bit numbers that the file counts",
			d->size - end, count);
	return true;
}

static bool
take_numbers(struct dataset *d, GError **error)
{
	(void)error;
	for (size_t at = COUNT_BYTES; at < d->size; at += NUMBER_BYTES) {
		uint64_t number;

		memcpy(&number, d->bytes + at, NUMBER_BYTES);
		number = GUINT64_SWAP_LE_BE(number);
		memcpy(d->bytes + at, &number, NUMBER_BYTES);
		append_key(d, (struct ab_key){ d->bytes + at, NUMBER_BYTES });
	}
	return true;
}

/* ---- lengths ---- */

static bool
has_magic(const struct dataset *d)
{
	return d->size >= DATASET_MAGIC_BYTES &&
	       memcmp(d->bytes, DATASET_MAGIC, DATASET_MAGIC_BYTES) == 0;
}

static bool
most_lengths(const struct dataset *d, size_t *most, GError **error)
{
	uint64_t count = 0;

	if (!has_magic(d))
		return refuse_at(d, 0, error,
			"the file does not begin with ABKEYS1 and a newline");
	if (!read_count(d, DATASET_MAGIC_BYTES, &count, error))
		return false;
	size_t room = (d->size - LENGTHS_HEAD) / LENGTH_BYTES;
	*most = count < room ? (size_t)count : room;
	return true;
}

/* The key whose length stands at byte `at`. */
static bool
take_length(struct dataset *d, size_t at, uint64_t count, GError **error)
{
	size_t left = d->size - at;
	uint32_t length = 0;

	if (left >= LENGTH_BYTES)
		memcpy(&length, d->bytes + at, LENGTH_BYTES);
	length = GUINT32_FROM_LE(length);
	if (length > DATASET_MAX_KEY)
		return refuse_at(d, at, error,
			"key %zu of %" PRIu64 " has %" PRIu32
			" bytes and a key at most %d",
			d->n + 1, count, length, DATASET_MAX_KEY);
	if (left < LENGTH_BYTES + (size_t)length)
		return refuse_at(d, at, error,
			"key %zu of %" PRIu64 " begins and the file ends before it does, "
			"at byte %zu",
			d->n + 1, count, d->size);
	append_key(d, (struct ab_key){ d->bytes + at + LENGTH_BYTES, length });
	return true;
}

static bool
take_lengths(struct dataset *d, GError **error)
{
	size_t at = LENGTHS_HEAD;
	uint64_t count = 0;

	if (!read_count(d, DATASET_MAGIC_BYTES, &count, error))
		return false;
	while (d->n < count) {
		if (!take_length(d, at, count, error))
			return false;
		at += LENGTH_BYTES + d->keys[d->n - 1].n;
	}
	if (at < d->size)
		return refuse_at(d, at, error,
			"%zu bytes follow the last of the %" PRIu64
			" keys that the file counts",
			d->size - at, count);
	return true;
}

/* ---- the table ---- */

enum dataset_format
format_detect(const struct dataset *d)
{
	if (has_magic(d))
		return DATASET_LENGTHS;
	if (g_str_has_suffix(d->path, "_uint64") || g_str_has_suffix(d->path, ".sosd"))
		return DATASET_SOSD;
	return DATASET_LINES;
}

const struct key_format *
format_of(const struct dataset *d)
{
	static const struct key_format formats[] = {
		[DATASET_LINES] = { "line", most_lines, take_lines },
		[DATASET_SOSD] = { "key", most_numbers, take_numbers },
		[DATASET_LENGTHS] = { "key", most_lengths, take_lengths },
	};
	return &formats[d->format];
}

/* ---- files that are no key files ---- */

#define UNPACK  "unpack it first, with "
#define EXPORT  "write its keys to a text file, one a line"
#define CONVERT "convert it first, with iconv -t UTF-8 -f "

/* Bytes at a place in the file; `end`, if not NULL, stands at its end, too. */
static const struct magic {
	size_t at, n;
	const char *bytes, *end;
	struct foreign is;
} magics[] = {
#define MAGIC(at, bytes, ...)                                                            \
	{                                                                                \
		at, sizeof(bytes) - 1, bytes, NULL,                                      \
		{                                                                        \
			__VA_ARGS__                                                      \
		}                                                                        \
	}
	MAGIC(0, "\x1f\x8b\x08", "gzip data", UNPACK "zcat"),
	MAGIC(0,
		"\xfd"
		"7zXZ\0",
		"xz data", UNPACK "xzcat"),
	MAGIC(0, "\x28\xb5\x2f\xfd", "Zstandard data", UNPACK "zstdcat"),
	MAGIC(4, "1AY&SY", "bzip2 data", UNPACK "bzcat"),
	MAGIC(0, "\x04\x22\x4d\x18", "LZ4 data", UNPACK "lz4 -dc"),
	MAGIC(0, "LZIP\x01", "lzip data", UNPACK "lzip -dc"),
	MAGIC(0, "\x1f\x9d", "compress data", UNPACK "zcat"),
	MAGIC(0, "PK\3\4", "a zip archive", UNPACK "unzip -p"),
	MAGIC(0, "PK\5\6", "an empty zip archive", "name a key file"),
	MAGIC(0, "7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK "7z e -so"),
	MAGIC(0, "Rar!\x1a\x07", "a RAR archive", UNPACK "unrar p"),
	MAGIC(257, "ustar\0", "a tar archive", UNPACK "tar -xOf"),
	MAGIC(257, "ustar  \0", "a tar archive", UNPACK "tar -xOf"),
	MAGIC(0,
		"\x7f"
		"ELF",
		"a program or library", "name a key file"),
	MAGIC(0, "%PDF-1.", "a PDF document", EXPORT),
	MAGIC(0, "%PDF-2.", "a PDF document", EXPORT),
	MAGIC(0, "\x89PNG\r\n\x1a\n", "a PNG picture", "name a key file"),
	MAGIC(0, "\xff\xd8\xff", "a JPEG picture", "name a key file"),
	MAGIC(0, "SQLite format 3\0", "an SQLite database", EXPORT),
	MAGIC(0, "Obj\x01", "an Avro table", EXPORT),
	MAGIC(0, "\x89HDF\r\n\x1a\n", "an HDF5 file", EXPORT),
	MAGIC(0, "ARROW1\0\0", "an Arrow table", EXPORT),
	{ 0, 4, "PAR1", "PAR1", { "a Parquet table", EXPORT } },
	MAGIC(0, "version https://git-lfs.github.com/spec/", "a Git LFS pointer",
		"get the file that it stands for, with git lfs pull"),
	MAGIC(0, "<!DOCTYPE html", "a web page", "get the file itself"),
	MAGIC(0, "<!doctype html", "a web page", "get the file itself"),
	MAGIC(0, "\xef\xbb\xbf", "text with a byte order mark",
		"take out its first three bytes, with tail -c +4"),
#undef MAGIC
};

/* Whatever is in it. */
static const struct {
	const char *end;
	struct foreign is;
} names[] = {
	{ ".gz", { "gzip data by its name", UNPACK "zcat" } },
	{ ".tgz", { "a tar archive by its name", UNPACK "tar -xzOf" } },
	{ ".xz", { "xz data by its name", UNPACK "xzcat" } },
	{ ".zst", { "Zstandard data by its name", UNPACK "zstdcat" } },
	{ ".bz2", { "bzip2 data by its name", UNPACK "bzcat" } },
	{ ".lz4", { "LZ4 data by its name", UNPACK "lz4 -dc" } },
	{ ".zip", { "a zip archive by its name", UNPACK "unzip -p" } },
	{ ".7z", { "a 7z archive by its name", UNPACK "7z e -so" } },
	{ ".tar", { "a tar archive by its name", UNPACK "tar -xOf" } },
	{ ".parquet", { "a Parquet table by its name", EXPORT } },
	{ ".sqlite", { "an SQLite database by its name", EXPORT } },
	{ ".pdf", { "a PDF document by its name", EXPORT } },
	{ ".xlsx", { "a spreadsheet by its name", EXPORT } },
};

static bool
stands_at(const uint8_t *bytes, size_t n, size_t at, const char *what, size_t what_n)
{
	return n >= at + what_n && memcmp(bytes + at, what, what_n) == 0;
}

/* Does every second byte of the beginning, from `zero` on, and no other, say NUL? So does
 * text of Latin letters in UTF-16. */
static bool
has_every_second_nul(const uint8_t *bytes, size_t n, size_t zero)
{
	enum { LEAST = 8, MOST = 4096 };
	if (n < LEAST || n % 2)
		return false;
	for (size_t i = 0; i < MIN(n, MOST); i++)
		if ((bytes[i] == 0) != (i % 2 == zero))
			return false;
	return true;
}

/* Is there a newline in two bytes? */
static bool
has_wide_newline(const uint8_t *bytes, size_t n, bool little)
{
	for (size_t i = 0; n % 2 == 0 && i < n; i += 2)
		if (bytes[i + !little] == '\n' && bytes[i + little] == 0)
			return true;
	return false;
}

static struct foreign
find_utf16(const uint8_t *bytes, size_t n)
{
	static const struct foreign none = { 0 },
				    little = { "UTF-16 text", CONVERT "UTF-16LE" },
				    big = { "UTF-16 text", CONVERT "UTF-16BE" };
	if ((stands_at(bytes, n, 0, "\xff\xfe", 2) && has_wide_newline(bytes, n, true)) ||
		has_every_second_nul(bytes, n, 1))
		return little;
	if ((stands_at(bytes, n, 0, "\xfe\xff", 2) &&
		    has_wide_newline(bytes, n, false)) ||
		has_every_second_nul(bytes, n, 0))
		return big;
	return none;
}

struct foreign
format_foreign(const struct dataset *d)
{
	const uint8_t *bytes = d->bytes;
	size_t n = d->size;
	for (size_t i = 0; i < G_N_ELEMENTS(magics); i++) {
		const struct magic *m = &magics[i];
		size_t end_n = m->end ? strlen(m->end) : 0;
		if (stands_at(bytes, n, m->at, m->bytes, m->n) &&
			(!end_n || (n > m->n + end_n && stands_at(bytes, n, n - end_n,
								m->end, end_n))))
			return m->is;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_str_has_suffix(d->path, names[i].end))
			return names[i].is;
	return find_utf16(bytes, n);
}
