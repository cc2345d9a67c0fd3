/* snapshot.c: a snapshot file is opened, checked and read: see snapshot.h. */
#define XXH_INLINE_ALL
#include <xxhash.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "snapshot.h"

#define AGAIN     "copy or save it again"
#define MISPLACED "a block is not where it can be"

uint64_t
snapshot_sum(const void *p, size_t n)
{
	return XXH3_64bits(p, n);
}

static enum memkv_status
unsound(const struct snapshot *s, uint64_t at, const char *what)
{
	return kv_fail_file(
		MEMKV_EFORMAT, s->path, "at byte %" PRIu64 ": %s; " AGAIN, at, what);
}

/* ---- open ---- */

/* `n` bytes from `at` on. */
static enum memkv_status
read_at(const struct snapshot *s, void *p, size_t n, uint64_t at)
{
	for (size_t got = 0; got < n;) {
		ssize_t m = pread(s->fd, (uint8_t *)p + got, n - got, (off_t)(at + got));
		if (m < 0 && errno != EINTR)
			return kv_fail_system(s->path, "read");
		if (m == 0)
			return unsound(s, at + got, "the file ends here, cut short");
		got += m > 0 ? (size_t)m : 0;
	}
	return MEMKV_OK;
}

static enum memkv_status
check_head(struct snapshot *s, const uint8_t *head)
{
	uint64_t version = load_le(head + 8, 4);
	if (memcmp(head, SNAPSHOT_MAGIC, 8) != 0)
		return kv_fail_file(MEMKV_EFORMAT, s->path,
			"at byte 0: not a snapshot; name a file of memkv_save");
	if (version != SNAPSHOT_VERSION)
		return kv_fail_file(MEMKV_EFORMAT, s->path,
			"at byte 8: a snapshot of version %" PRIu64
			", and this library reads version %d; save it with this version, "
			"or use the library it was saved with",
			version, SNAPSHOT_VERSION);
	if (load_le(head + SNAPSHOT_SUMMED, 8) != snapshot_sum(head, SNAPSHOT_SUMMED))
		return unsound(s, 0, "the head does not have its checksum");
	if (load_le(head + 12, 4) != SNAPSHOT_HEAD)
		return unsound(s, 12, "the head is not of 64 bytes");
	s->keys = load_le(head + 16, 8);
	s->blocks = load_le(head + 24, 8);
	s->index_at = load_le(head + 32, 8);
	uint64_t bytes = load_le(head + 40, 8);
	if (bytes != s->bytes)
		return kv_fail_file(MEMKV_EFORMAT, s->path,
			"at byte %" PRIu64 ": the file ends, and should have %" PRIu64
			" bytes; " AGAIN,
			s->bytes, bytes);
	if (s->index_at < SNAPSHOT_HEAD || s->index_at > bytes ||
		(bytes - s->index_at) % INDEX_ENTRY ||
		(bytes - s->index_at) / INDEX_ENTRY != s->blocks)
		return unsound(s, 32, "the index is not where the head says");
	/* A block has at least one entry, of at least 3 bytes. */
	if (s->keys < s->blocks || s->keys > (s->index_at - SNAPSHOT_HEAD) / 3)
		return unsound(s, 16, "there cannot be as many keys");
	return MEMKV_OK;
}

/* Blocks stand one behind the other, from the head to the index, each of a size that can be. */
static enum memkv_status
check_index(const struct snapshot *s, const uint8_t *index, uint64_t sum)
{
	uint64_t at = SNAPSHOT_HEAD;
	if (snapshot_sum(index, s->blocks * INDEX_ENTRY) != sum)
		return unsound(s, s->index_at, "the index does not have its checksum");
	for (uint64_t i = 0; i < s->blocks; i++) {
		uint64_t from, end;
		if (!snapshot_block(index, s->index_at, s->blocks, i, &from, &end) ||
			from != at)
			return unsound(s, s->index_at + i * INDEX_ENTRY, MISPLACED);
		at = end;
	}
	if (at != s->index_at)
		return unsound(s, at, "there is something between blocks and index");
	return MEMKV_OK;
}

static enum memkv_status
open_mapped(struct snapshot *s)
{
	void *map = mmap(NULL, (size_t)s->bytes, PROT_READ, MAP_SHARED, s->fd, 0);
	if (map == MAP_FAILED)
		return kv_fail_system(s->path, "mapped");
	s->map = map;
	enum memkv_status status = check_head(s, s->map);
	if (status != MEMKV_OK)
		return status;
	return check_index(s, s->map + s->index_at, load_le(s->map + 48, 8));
}

static enum memkv_status
open_read(struct snapshot *s)
{
	uint8_t head[SNAPSHOT_HEAD];
	enum memkv_status status = read_at(s, head, sizeof head, 0);
	if (status == MEMKV_OK)
		status = check_head(s, head);
	if (status != MEMKV_OK)
		return status;
	size_t n = (size_t)(s->blocks * INDEX_ENTRY);
	s->index = ab_alloc(s->mem, n + 1);
	s->block = ab_alloc(s->mem, BLOCK_MOST);
	if (!s->index || !s->block)
		return kv_fail_file(MEMKV_ENOMEM, s->path, "out of memory to read it");
	status = read_at(s, s->index, n, s->index_at);
	return status == MEMKV_OK ? check_index(s, s->index, load_le(head + 48, 8))
				  : status;
}

enum memkv_status
snapshot_open(
	struct snapshot *s, const char *path, const struct ab_alloc *mem, bool mapped)
{
	struct stat st;
	*s = (struct snapshot){ .path = path, .mem = mem };
	/* O_NONBLOCK: else a named pipe would be waited for. */
	s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (s->fd < 0)
		return kv_fail_system(s->path, "opened");
	enum memkv_status status = MEMKV_OK;
	if (fstat(s->fd, &st) != 0)
		status = kv_fail_system(s->path, "examined");
	else if (!S_ISREG(st.st_mode))
		status = kv_fail_file(MEMKV_EFORMAT, path,
			"not a regular file; name a file of memkv_save");
	else if ((s->bytes = (uint64_t)st.st_size) < SNAPSHOT_HEAD)
		status = unsound(s, s->bytes, "the file ends within its head");
	if (status == MEMKV_OK)
		status = mapped ? open_mapped(s) : open_read(s);
	if (status != MEMKV_OK)
		snapshot_close(s);
	return status;
}

void
snapshot_close(struct snapshot *s)
{
	if (s->map)
		munmap((void *)(uintptr_t)s->map, (size_t)s->bytes);
	if (s->index)
		ab_free(s->mem, s->index, (size_t)(s->blocks * INDEX_ENTRY) + 1);
	if (s->block)
		ab_free(s->mem, s->block, BLOCK_MOST);
	if (s->fd >= 0)
		close(s->fd);
	*s = (struct snapshot){ .fd = -1 };
}

/* ---- read ---- */

/* The key that was read last, and how many have been. */
struct progress {
	uint8_t *key;
	size_t n;
	uint64_t keys;
};

/* Is the entry's key above the last one, and what it shares all that it has in common with it?
 * A block's first entry shares nothing, whatever it has. */
static bool
is_next(const struct progress *p, const struct snapshot_entry *e, bool first)
{
	struct ab_key last = { p->key, p->n };
	if (first)
		return e->shared == 0 && (!p->keys || ab_key_cmp(last, e->rest) < 0);
	return e->shared <= p->n && e->rest.n &&
	       (e->shared == p->n || p->key[e->shared] < e->rest.p[0]);
}

/* The entries of the block at `at` in the file. */
static enum memkv_status
read_entries(const struct snapshot *s, struct progress *p, uint64_t at,
	const uint8_t *block, size_t n,
	enum memkv_status (*add)(void *arg, struct ab_key key, uint64_t value), void *arg)
{
	struct snapshot_entry e;
	enum memkv_status status = MEMKV_OK;
	const uint8_t *q = block, *end = block + n;
	while (status == MEMKV_OK && q < end) {
		const uint8_t *next = entry_read(q, end, &e);
		if (!next)
			return unsound(s, at + (uint64_t)(q - block),
				"an entry does not end within its block");
		if (!is_next(p, &e, q == block))
			return unsound(s, at + (uint64_t)(q - block),
				"a key is not above the one before");
		if (e.rest.n)
			memcpy(p->key + e.shared, e.rest.p, e.rest.n);
		p->n = e.shared + e.rest.n;
		p->keys++;
		if (add)
			status = add(arg, (struct ab_key){ p->key, p->n }, e.value);
		q = next;
	}
	return status;
}

static enum memkv_status
read_block(struct snapshot *s, struct progress *p, uint64_t i,
	enum memkv_status (*add)(void *arg, struct ab_key key, uint64_t value), void *arg)
{
	const uint8_t *index = s->map ? s->map + s->index_at : s->index;
	const uint8_t *e = index + i * INDEX_ENTRY;
	uint64_t at, end;
	if (!snapshot_block(index, s->index_at, s->blocks, i, &at, &end))
		return unsound(s, s->index_at + i * INDEX_ENTRY, MISPLACED);
	size_t n = (size_t)(end - at);
	const uint8_t *block = s->map ? s->map + at : s->block;
	enum memkv_status status = s->map ? MEMKV_OK : read_at(s, s->block, n, at);
	if (status != MEMKV_OK)
		return status;
	if (snapshot_sum(block, n) != load_le(e + 8, 8))
		return unsound(s, at, "a block does not have its checksum");
	return read_entries(s, p, at, block, n, add, arg);
}

enum memkv_status
snapshot_read(struct snapshot *s,
	enum memkv_status (*add)(void *arg, struct ab_key key, uint64_t value), void *arg)
{
	struct progress p = { .key = ab_alloc(s->mem, MEMKV_KEY_MOST) };
	enum memkv_status status = MEMKV_OK;
	if (!p.key)
		return kv_fail_file(MEMKV_ENOMEM, s->path, "out of memory to read it");
	for (uint64_t i = 0; status == MEMKV_OK && i < s->blocks; i++)
		status = read_block(s, &p, i, add, arg);
	ab_free(s->mem, p.key, MEMKV_KEY_MOST);
	if (status == MEMKV_OK && p.keys != s->keys)
		return unsound(s, 16, "there are not as many keys as it says");
	return status;
}
