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

#define AGAIN "copy or save it again"

uint64_t
snapshot_sum(const void *p, size_t n)
{
	return XXH3_64bits(p, n);
}

bool
block_index_add(
	struct block_index *x, const struct ab_alloc *mem, uint64_t at, uint64_t sum)
{
	if (x->n == x->room) {
		size_t room = 2 * x->room + 64 * INDEX_ENTRY;
		uint8_t *p = ab_resize(mem, x->p, x->room, room);
		if (!p)
			return false;
		x->p = p;
		x->room = room;
	}
	store_le(x->p + x->n, at, 8);
	store_le(x->p + x->n + 8, sum, 8);
	x->n += INDEX_ENTRY;
	return true;
}

void
block_index_free(const struct block_index *x, const struct ab_alloc *mem)
{
	if (x->p)
		ab_free(mem, x->p, x->room);
}

static enum memkv_status
unsound(const struct snapshot *s, uint64_t at, const char *what)
{
	return kv_fail_file(
		MEMKV_EFORMAT, s->path, "at byte %" PRIu64 ": %s; " AGAIN, at, what);
}

static enum memkv_status
no_memory(const struct snapshot *s)
{
	return kv_fail_file(MEMKV_ENOMEM, s->path, "out of memory to read it");
}

/* ---- open ---- */

/* Of the part of the index that is read at a time; and of one entry more, which says where the
 * part's last block ends. */
enum { INDEX_BYTES = (INDEX_PART + 1) * INDEX_ENTRY };

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

/* The bytes that there are, but for a stream, where nobody knows: what its head says. */
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
	s->index_sum = load_le(head + 48, 8);
	uint64_t bytes = load_le(head + 40, 8);
	if (s->from)
		s->bytes = bytes;
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

static enum memkv_status
open_mapped(struct snapshot *s)
{
	size_t n = (size_t)s->bytes;
	errno = EFBIG;
	void *map = n == s->bytes ? mmap(NULL, n, PROT_READ, MAP_SHARED, s->fd, 0)
				  : MAP_FAILED;
	if (map == MAP_FAILED)
		return kv_fail_system(s->path, "mapped");
	s->map = map;
	return check_head(s, s->map);
}

static enum memkv_status
take_rooms(struct snapshot *s, size_t block_room)
{
	s->index = ab_alloc(s->mem, INDEX_BYTES);
	s->block = ab_alloc(s->mem, block_room);
	s->block_room = block_room;
	return s->index && s->block ? MEMKV_OK : no_memory(s);
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
	return take_rooms(s, BLOCK_MOST);
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
		ab_free(s->mem, s->index, INDEX_BYTES);
	if (s->block)
		ab_free(s->mem, s->block, s->block_room);
	if (s->fd >= 0)
		close(s->fd);
	*s = (struct snapshot){ .fd = -1 };
}

/* ---- read ---- */

/* What has been read: the last key, how many, where its block ends, and of the index. */
struct progress {
	uint8_t *key;
	size_t n;
	uint64_t keys, end;
	XXH3_state_t index_sum;
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
	size_t entries = 0;
	for (; status == MEMKV_OK && q < end; entries++) {
		if (block_is_full(entries, (size_t)(q - block)))
			return unsound(s, at + (uint64_t)(q - block),
				"a block goes on where it should end");
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
	if (status == MEMKV_OK && at + n != s->index_at && !block_is_full(entries, n))
		return unsound(s, at + n, "a block ends where it should go on");
	return status;
}

/* Blocks stand one behind the other, from the head to the index. */
static enum memkv_status
read_block(struct snapshot *s, struct progress *p, uint64_t i, const uint8_t *entry,
	enum memkv_status (*add)(void *arg, struct ab_key key, uint64_t value), void *arg)
{
	uint64_t at, end;
	if (!snapshot_block(entry, i + 1 == s->blocks, s->index_at, &at, &end) ||
		at != p->end)
		return unsound(s, s->index_at + i * INDEX_ENTRY,
			"a block is not where it can be");
	size_t n = (size_t)(end - at);
	p->end = end;
	const uint8_t *block = s->map ? s->map + at : s->block;
	enum memkv_status status = s->map ? MEMKV_OK : read_at(s, s->block, n, at);
	if (status != MEMKV_OK)
		return status;
	if (snapshot_sum(block, n) != load_le(entry + 8, 8))
		return unsound(s, at, "a block does not have its checksum");
	return read_entries(s, p, at, block, n, add, arg);
}

/* The blocks of a part of the index, which begins with block `from`. */
static enum memkv_status
read_part(struct snapshot *s, struct progress *p, uint64_t from,
	enum memkv_status (*add)(void *arg, struct ab_key key, uint64_t value), void *arg)
{
	uint64_t at = s->index_at + from * INDEX_ENTRY, left = s->blocks - from;
	size_t n = left < INDEX_PART ? (size_t)left : INDEX_PART;
	size_t known = n + (left > n); /* entries */
	const uint8_t *index = s->map ? s->map + at : s->index;
	enum memkv_status status = s->map ? MEMKV_OK
					  : read_at(s, s->index, known * INDEX_ENTRY, at);
	if (status == MEMKV_OK)
		XXH3_64bits_update(&p->index_sum, index, n * INDEX_ENTRY);
	for (size_t i = 0; status == MEMKV_OK && i < n; i++)
		status = read_block(s, p, from + i, index + i * INDEX_ENTRY, add, arg);
	return status;
}

/* All has been read: is it what the head said? */
static enum memkv_status
check_end(const struct snapshot *s, const struct progress *p)
{
	if (XXH3_64bits_digest(&p->index_sum) != s->index_sum)
		return unsound(s, s->index_at, "the index does not have its checksum");
	if (p->end != s->index_at)
		return unsound(s, p->end, "there is something between head and index");
	if (p->keys != s->keys)
		return unsound(s, 16, "there are not as many keys as it says");
	return MEMKV_OK;
}

static enum memkv_status
read_file(struct snapshot *s, struct progress *p,
	enum memkv_status (*add)(void *arg, struct ab_key key, uint64_t value), void *arg)
{
	enum memkv_status status = MEMKV_OK;
	for (uint64_t i = 0; status == MEMKV_OK && i < s->blocks; i += INDEX_PART)
		status = read_part(s, p, i, add, arg);
	return status;
}

/* ---- a stream ---- */

/* Of a stream the index comes last: until then one is made of the blocks as they come. */
enum { STREAM_ROOM = 4 * BLOCK_MOST };

struct stream {
	struct snapshot *s;
	uint64_t at;     /* bytes read */
	size_t from, to; /* of s->block, what has been read and not been looked at */
	struct block_index index;
};

/* At least one of up to `room` bytes. */
static enum memkv_status
stream_read(struct stream *r, uint8_t *p, size_t room, size_t *n)
{
	ptrdiff_t m = r->s->from(r->s->from_ctx, p, room);
	if (m < 0 || (size_t)m > room)
		return kv_fail_file(MEMKV_EIO, r->s->path,
			"at byte %" PRIu64 ": the function that reads it says %td of %zu",
			r->at, m, room);
	if (m == 0)
		return unsound(r->s, r->at, "it ends here, cut short");
	*n = (size_t)m;
	r->at += *n;
	return MEMKV_OK;
}

static enum memkv_status
stream_read_all(struct stream *r, uint8_t *p, size_t n)
{
	size_t m;
	enum memkv_status status = MEMKV_OK;
	for (; n && status == MEMKV_OK; p += m, n -= m) {
		m = 0;
		status = stream_read(r, p, n, &m);
	}
	return status;
}

/* Have in the buffer what is left of the blocks, or as much as a block may have. */
static enum memkv_status
stream_fill(struct stream *r)
{
	enum memkv_status status = MEMKV_OK;
	uint8_t *buffer = r->s->block;
	if (r->to - r->from < BLOCK_MOST) {
		memmove(buffer, buffer + r->from, r->to - r->from);
		r->to -= r->from;
		r->from = 0;
	}
	while (status == MEMKV_OK && r->to - r->from < BLOCK_MOST &&
		r->at < r->s->index_at) {
		uint64_t left = r->s->index_at - r->at;
		size_t room = STREAM_ROOM - r->to, m = 0;
		status = stream_read(
			r, buffer + r->to, left < room ? (size_t)left : room, &m);
		r->to += m;
	}
	return status;
}

/* Bytes of the block at `p`; if an entry of it is unsound, all. */
static size_t
block_length(const uint8_t *p, size_t n)
{
	struct snapshot_entry e;
	const uint8_t *q = p;
	for (size_t i = 0; q && q < p + n && !block_is_full(i, (size_t)(q - p)); i++)
		q = entry_read(q, p + n, &e);
	return q ? (size_t)(q - p) : n;
}

static enum memkv_status
stream_blocks(struct stream *r, struct progress *p,
	enum memkv_status (*add)(void *arg, struct ab_key key, uint64_t value), void *arg)
{
	enum memkv_status status = MEMKV_OK;
	while (status == MEMKV_OK && p->end < r->s->index_at) {
		uint64_t at = p->end;
		status = stream_fill(r);
		if (status != MEMKV_OK)
			break;
		const uint8_t *block = r->s->block + r->from;
		size_t n = block_length(block, r->to - r->from);
		if (!block_index_add(&r->index, r->s->mem, at, snapshot_sum(block, n)))
			return no_memory(r->s);
		status = read_entries(r->s, p, at, block, n, add, arg);
		r->from += n;
		p->end += n;
	}
	return status;
}

/* Its own index: what it says of each block that was read. */
static enum memkv_status
stream_index(struct stream *r, struct progress *p)
{
	enum memkv_status status = MEMKV_OK;
	const struct snapshot *s = r->s;
	if (r->index.n / INDEX_ENTRY != s->blocks)
		return unsound(s, 24, "there are not as many blocks as it says");
	for (size_t i = 0; i < r->index.n && status == MEMKV_OK; i += INDEX_ENTRY) {
		const uint8_t *own = r->index.p + i;
		status = stream_read_all(r, s->index, INDEX_ENTRY);
		XXH3_64bits_update(&p->index_sum, s->index, INDEX_ENTRY);
		if (status == MEMKV_OK && memcmp(s->index, own, 8) != 0)
			return unsound(
				s, r->at - INDEX_ENTRY, "a block is not where it can be");
		if (status == MEMKV_OK && memcmp(s->index + 8, own + 8, 8) != 0)
			return unsound(
				s, load_le(own, 8), "a block does not have its checksum");
	}
	return status;
}

enum memkv_status
snapshot_open_stream(
	struct snapshot *s, memkv_read *from, void *ctx, const struct ab_alloc *mem)
{
	uint8_t head[SNAPSHOT_HEAD];
	*s = (struct snapshot){
		.path = "the stream", .mem = mem, .fd = -1, .from = from, .from_ctx = ctx
	};
	struct stream r = { .s = s };
	enum memkv_status status = stream_read_all(&r, head, sizeof head);
	if (status == MEMKV_OK)
		status = check_head(s, head);
	if (status == MEMKV_OK)
		status = take_rooms(s, STREAM_ROOM);
	if (status != MEMKV_OK)
		snapshot_close(s);
	return status;
}

static enum memkv_status
read_stream(struct snapshot *s, struct progress *p,
	enum memkv_status (*add)(void *arg, struct ab_key key, uint64_t value), void *arg)
{
	struct stream r = { .s = s, .at = SNAPSHOT_HEAD };
	enum memkv_status status = stream_blocks(&r, p, add, arg);
	if (status == MEMKV_OK)
		status = stream_index(&r, p);
	block_index_free(&r.index, s->mem);
	return status;
}

enum memkv_status
snapshot_read(struct snapshot *s,
	enum memkv_status (*add)(void *arg, struct ab_key key, uint64_t value), void *arg)
{
	struct progress p = { .end = SNAPSHOT_HEAD };
	enum memkv_status status = MEMKV_OK;
	p.key = ab_alloc(s->mem, MEMKV_KEY_MOST);
	if (!p.key)
		return no_memory(s);
	XXH3_64bits_reset(&p.index_sum);
	status = (s->from ? read_stream : read_file)(s, &p, add, arg);
	ab_free(s->mem, p.key, MEMKV_KEY_MOST);
	return status == MEMKV_OK ? check_end(s, &p) : status;
}
