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
