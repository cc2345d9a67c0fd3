/* handed.c: see handed.h. */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "ground/memory.h"
#include "handed.h"

enum { SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

static const char magic[8] = "ABHAND1";

struct head {
	char magic[sizeof magic];
	uint64_t n, file_keys, key_bytes, longest, fingerprint;
	enum dataset_format format;
	struct dataset_file file;
};

static size_t
size_of(const struct head *h)
{
	return sizeof *h + h->n * sizeof(uint16_t) + h->key_bytes;
}

/* ---- in the parent ---- */

static void
fill(uint8_t *to, const struct head *h, const struct dataset *d)
{
	uint16_t *length = (uint16_t *)(to + sizeof *h);
	uint8_t *bytes = (uint8_t *)(length + d->n);
	memcpy(to, h, sizeof *h);
	for (size_t i = 0; i < d->n; i++) {
		struct ab_key k = d->keys[i];
		length[i] = (uint16_t)k.n;
		if (k.n)
			memcpy(bytes, k.p, k.n);
		bytes += k.n;
	}
}

int
handed_new(const struct dataset *d)
{
	struct head h = { .n = d->n,
		.file_keys = d->file_keys,
		.key_bytes = d->key_bytes,
		.longest = d->longest,
		.fingerprint = d->fingerprint,
		.format = d->format,
		.file = d->file };
	memcpy(h.magic, magic, sizeof magic);
	size_t size = size_of(&h);
	int fd = memfd_create("keys", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return -1;
	/* With its pages: none can be missing when they are written. */
	void *to = fallocate(fd, 0, 0, (off_t)size) != 0
			   ? MAP_FAILED
			   : mmap(NULL, size, PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_POPULATE, fd, 0);
	if (to != MAP_FAILED) {
		fill(to, &h, d);
		munmap(to, size);
		if (fcntl(fd, F_ADD_SEALS, SEALS) == 0)
			return fd;
	}
	close(fd);
	return -1;
}

/* ---- in a child ---- */

/* Nobody can write to what has these seals, so what its head says of it holds. */
static bool
read_head(int fd, struct head *h)
{
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS); /* the system may add some of its own */
	return seals >= 0 && (seals & SEALS) == SEALS && fstat(fd, &st) == 0 &&
	       pread(fd, h, sizeof *h, 0) == sizeof *h &&
	       memcmp(h->magic, magic, sizeof magic) == 0 && h->n > 0 &&
	       h->n <= (size_t)st.st_size && size_of(h) == (size_t)st.st_size;
}

static bool
map(struct dataset *d, int fd, const struct head *h)
{
	void *all = mmap(NULL, size_of(h), PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (all == MAP_FAILED)
		return false;
	d->bytes = all;
	d->size = size_of(h);
	d->keys = pages_new(h->n * sizeof *d->keys);
	if (!d->keys)
		return false;
	d->n = h->n;
	const uint16_t *length = (const uint16_t *)(d->bytes + sizeof *h);
	const uint8_t *bytes = (const uint8_t *)(length + d->n);
	for (size_t i = 0; i < d->n; i++) {
		d->keys[i] = (struct ab_key){ bytes, length[i] };
		bytes += length[i];
	}
	return true;
}

static bool
is_as_it_was(const struct head *h, const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return false;
	struct dataset_file now = dataset_file_of(&st);
	return memcmp(&now, &h->file, sizeof now) == 0;
}

struct dataset *
handed_open(int fd, const char *path, const char *name, GError **error)
{
	struct head h;
	if (!read_head(fd, &h)) {
		g_set_error(error, DATASET_ERROR, DATASET_ERROR_FORMAT,
			"%s: descriptor %d has no keys that artbench has handed on; read "
			"the file itself",
			path, fd);
		return NULL;
	}
	if (!is_as_it_was(&h, path)) {
		g_set_error(error, DATASET_ERROR, DATASET_ERROR_CHANGED,
			"%s: has changed since it was read; read it anew", path);
		return NULL;
	}
	struct dataset *d = dataset_named(path, name);
	if (!map(d, fd, &h)) {
		g_set_error(error, DATASET_ERROR, DATASET_ERROR_MEMORY,
			"%s: no memory to map the %" PRIu64
			" keys that were handed on; free some, or use a smaller file",
			path, h.n);
		dataset_close(d);
		return NULL;
	}
	d->format = h.format;
	d->file_keys = h.file_keys;
	d->key_bytes = h.key_bytes;
	d->longest = h.longest;
	d->fingerprint = h.fingerprint;
	d->file = h.file;
	d->was_sorted = true;
	return d;
}
