#include "dataset.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dataset_formats.h"
#include "keysort.h"
#include "contract/rng.h"
#include "ground/memory.h"

enum { READ_AT_MOST = 1 << 30, GROW_FROM = 1 << 20 };

#define SAMPLE_STREAM 0x73616d706c65u /* "sample": no other sequence starts here */

G_DEFINE_QUARK(artbench - dataset - error, dataset_error)

/* ---- pages ---- */

static void *
pages_resize(void *p, size_t old_size, size_t size)
{
	void *q = mremap(p, old_size, size, MREMAP_MAYMOVE);
	return q == MAP_FAILED ? NULL : q;
}

static bool
refuse_memory(const struct dataset *d, size_t size, GError **error)
{
	g_set_error(error, DATASET_ERROR, DATASET_ERROR_MEMORY,
		"%s: no memory for %zu bytes; free some, or use a smaller file", d->path,
		size);
	return false;
}

static bool
refuse_empty(const struct dataset *d, GError **error)
{
	g_set_error(error, DATASET_ERROR, DATASET_ERROR_FORMAT,
		"%s: has no keys in it; name a file that has some", d->path);
	return false;
}

/* ---- reading ---- */

struct dataset_file
dataset_file_of(const struct stat *st)
{
	return (struct dataset_file){ .device = st->st_dev,
		.inode = st->st_ino,
		.bytes = (uint64_t)st->st_size,
		.modified_s = st->st_mtim.tv_sec,
		.modified_ns = st->st_mtim.tv_nsec,
		.changed_s = st->st_ctim.tv_sec,
		.changed_ns = st->st_ctim.tv_nsec };
}

static int
open_file(const struct dataset *d, struct stat *st, GError **error)
{
	int fd = open(d->path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, st) != 0) {
		g_set_error(error, DATASET_ERROR, DATASET_ERROR_READ,
			"%s: cannot be opened: %s; name a key file, or fetch one with "
			"data/get.sh",
			d->path, g_strerror(errno));
	} else if (S_ISDIR(st->st_mode)) {
		g_set_error(error, DATASET_ERROR, DATASET_ERROR_READ,
			"%s: is a directory; name a key file in it", d->path);
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Fill `d->bytes`, which has `*room` bytes and may get more, to the end of `fd`,
 * whatever size the file said it had: it may be a pipe, or grow meanwhile. */
static bool
fill_bytes(struct dataset *d, int fd, size_t *room, GError **error)
{
	for (;;) {
		ssize_t got = read(
			fd, d->bytes + d->size, MIN(*room - d->size, READ_AT_MOST));
		if (got == 0)
			return true;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			g_set_error(error, DATASET_ERROR, DATASET_ERROR_READ,
				"%s: cannot be read: %s; check the file and its disk",
				d->path, g_strerror(errno));
			return false;
		}
		d->size += (size_t)got;
		if (d->size < *room)
			continue;
		uint8_t *grown = pages_resize(d->bytes, *room, 2 * *room);
		if (!grown)
			return refuse_memory(d, 2 * *room, error);
		d->bytes = grown;
		*room *= 2;
	}
}

static bool
read_all(struct dataset *d, int fd, size_t expected, GError **error)
{
	/* One byte more than expected, so that the last read can say "end". */
	size_t room = expected ? expected + 1 : GROW_FROM;

	d->bytes = pages_new(room);
	if (!d->bytes)
		return refuse_memory(d, room, error);
	bool ok = fill_bytes(d, fd, &room, error);
	if (ok && d->size == 0)
		ok = refuse_empty(d, error);
	if (ok) {
		/* Shrinking cannot fail; dataset_close unmaps d->size bytes. */
		d->bytes = pages_resize(d->bytes, room, d->size);
		return true;
	}
	pages_free(d->bytes, room);
	d->bytes = NULL;
	return false;
}

static bool
load_file(struct dataset *d, GError **error)
{
	struct stat st;
	int fd = open_file(d, &st, error);

	if (fd < 0)
		return false;
	d->file = dataset_file_of(&st);
	bool ok = read_all(d, fd, S_ISREG(st.st_mode) ? (size_t)st.st_size : 0, error);
	close(fd);
	d->file.bytes = d->size; /* of a pipe, which did not say */
	return ok;
}

/* ---- keys ---- */

static void
drop_repeats(struct dataset *d)
{
	size_t kept = 1;

	for (size_t i = 1; i < d->n; i++)
		if (ab_key_cmp(d->keys[kept - 1], d->keys[i]) != 0)
			d->keys[kept++] = d->keys[i];
	d->skipped_repeats = d->n - kept;
	d->n = kept;
}

/* Word by word, so that opening a file costs little more than reading it does; not
 * for anyone who wants two files to look alike. */
static uint64_t
fingerprint_of(const struct dataset *d)
{
	uint64_t all = d->n;

	for (size_t i = 0; i < d->n; i++) {
		const uint8_t *p = d->keys[i].p;
		size_t left = d->keys[i].n;
		uint64_t word, key = left;

		for (; left >= sizeof(word); p += sizeof(word), left -= sizeof(word)) {
			memcpy(&word, p, sizeof(word));
			key = (key ^ word) * 0x9e3779b97f4a7c15u;
			key ^= key >> 32;
		}
		word = 0;
		memcpy(&word, p, left);
		all = rng_mix(all ^ key ^ rng_mix(word));
	}
	return all;
}

/* What follows from d->keys and d->n. */
static void
sum_up(struct dataset *d)
{
	d->key_bytes = d->longest = 0;
	for (size_t i = 0; i < d->n; i++) {
		d->key_bytes += d->keys[i].n;
		d->longest = MAX(d->longest, d->keys[i].n);
	}
	d->fingerprint = fingerprint_of(d);
}

/* Fill d->keys, which has room for all of them, and sort it. */
static bool
take_sorted(struct dataset *d, GError **error)
{
	d->was_sorted = true;
	if (!format_of(d)->take_keys(d, error))
		return false;
	if (d->n == 0)
		return refuse_empty(d, error);
	if (!d->was_sorted && !keysort(d->keys, d->n))
		return refuse_memory(d, d->n * (sizeof(*d->keys) + 8), error);
	return true;
}

static bool
index_keys(struct dataset *d, GError **error)
{
	size_t most;

	if (!format_of(d)->most_keys(d, &most, error))
		return false;
	size_t room = MAX(most, 1) * sizeof(*d->keys);
	d->keys = pages_new(room);
	if (!d->keys)
		return refuse_memory(d, room, error);
	if (!take_sorted(d, error)) {
		pages_free(d->keys, room);
		d->keys = NULL;
		return false;
	}
	drop_repeats(d);
	d->keys = pages_resize(d->keys, room, d->n * sizeof(*d->keys));
	d->file_keys = d->n;
	sum_up(d);
	return true;
}

/* ---- the interface ---- */

static void
print_notices(const struct dataset *d)
{
	const char *noun = format_of(d)->noun;

	if (d->skipped_empty)
		fprintf(stderr, "artbench: %s: %zu empty %s%s skipped\n", d->path,
			d->skipped_empty, noun, d->skipped_empty == 1 ? "" : "s");
	if (d->skipped_repeats)
		fprintf(stderr, "artbench: %s: %zu repeated %s%s kept once\n", d->path,
			d->skipped_repeats, noun, d->skipped_repeats == 1 ? "" : "s");
	if (!d->was_sorted)
		fprintf(stderr, "artbench: %s: not sorted bytewise; sorted in memory\n",
			d->path);
}

static bool
is_no_foreigner(const struct dataset *d, GError **error)
{
	struct foreign f = format_foreign(d);

	if (f.what)
		g_set_error(error, DATASET_ERROR, DATASET_ERROR_FORMAT,
			"%s: is %s, no key file; %s, or if its lines are the keys give "
			"--data-format=lines",
			d->path, f.what, f.remedy);
	return !f.what;
}

/* "data/cache/urls.v2.txt" -> "urls.v2"; a leading dot is part of the stem. */
static char *
stem_of(const char *path)
{
	char *base = g_path_get_basename(path);
	char *dot = strrchr(base, '.');

	if (dot && dot != base)
		*dot = '\0';
	return base;
}

struct dataset *
dataset_named(const char *path, const char *name)
{
	struct dataset *d = g_new0(struct dataset, 1);

	d->path = g_strdup(path);
	g_autofree char *stem = stem_of(path);
	d->name = g_utf8_make_valid(name ? name : stem, -1);
	return d;
}

struct dataset *
dataset_open_as(const char *path, enum dataset_format format, const char *name,
	bool quiet, GError **error)
{
	struct dataset *d = dataset_named(path, name);
	bool ok = load_file(d, error);
	if (ok) {
		d->format = format == DATASET_AUTO ? format_detect(d) : format;
		/* Lines it has only for want of another format. */
		ok = (d->format == format || d->format != DATASET_LINES ||
			     is_no_foreigner(d, error)) &&
		     index_keys(d, error);
	}
	if (!ok) {
		dataset_close(d);
		return NULL;
	}
	if (!quiet)
		print_notices(d);
	return d;
}

struct dataset *
dataset_open(const char *path, const char *name, bool quiet, GError **error)
{
	return dataset_open_as(path, DATASET_AUTO, name, quiet, error);
}

struct dataset *
dataset_of_lengths(const char *name, const void *bytes, size_t size, GError **error)
{
	struct dataset *d = dataset_named(name, name);
	d->format = DATASET_LENGTHS;
	d->bytes = pages_new(size);
	bool ok = d->bytes || refuse_memory(d, size, error);
	if (ok) {
		memcpy(d->bytes, bytes, size);
		d->size = size;
		ok = index_keys(d, error);
	}
	if (ok)
		return d;
	dataset_close(d);
	return NULL;
}

/* Row by row, with the chance that the rows still wanted have among those left
 * (Knuth's Algorithm S), so that the sample comes in order. */
bool
dataset_sample(struct dataset *d, size_t n, uint64_t seed, GError **error)
{
	uint64_t rng = rng_mix(rng_mix(seed) ^ SAMPLE_STREAM);
	size_t kept = 0, before = d->n;

	if (n == 0 || n >= before) {
		g_set_error(error, DATASET_ERROR, DATASET_ERROR_SAMPLE,
			"%s: has %zu different keys, hence no sample of %zu; ask for "
			"fewer, or leave --keys out for all",
			d->path, before, n);
		return false;
	}
	for (size_t row = 0; kept < n; row++)
		if (rng_below(&rng, before - row) < n - kept)
			d->keys[kept++] = d->keys[row];
	d->n = n;
	d->keys = pages_resize(d->keys, before * sizeof(*d->keys), n * sizeof(*d->keys));
	sum_up(d);
	return true;
}

size_t
dataset_whole(const struct dataset *d)
{
	return d->file.bytes + d->file_keys * sizeof(*d->keys);
}

void
dataset_close(struct dataset *d)
{
	if (!d)
		return;
	pages_free(d->keys, d->n * sizeof(*d->keys));
	pages_free(d->bytes, d->size);
	g_free(d->path);
	g_free(d->name);
	g_free(d);
}

size_t
dataset_lower_bound(const struct dataset *d, struct ab_key key)
{
	size_t lo = 0, hi = d->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (ab_key_cmp(d->keys[mid], key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool
dataset_has(const struct dataset *d, struct ab_key key)
{
	size_t at = dataset_lower_bound(d, key);
	return at < d->n && ab_key_cmp(d->keys[at], key) == 0;
}
