/* foreign.c: see foreign.h. */
#include <stdbool.h>
#include <string.h>
#include <glib.h>
#include "foreign.h"

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
foreign_find(const char *path, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < G_N_ELEMENTS(magics); i++) {
		const struct magic *m = &magics[i];
		size_t end_n = m->end ? strlen(m->end) : 0;
		if (stands_at(bytes, n, m->at, m->bytes, m->n) &&
			(!end_n || (n > m->n + end_n && stands_at(bytes, n, n - end_n,
								m->end, end_n))))
			return m->is;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_str_has_suffix(path, names[i].end))
			return names[i].is;
	return find_utf16(bytes, n);
}
