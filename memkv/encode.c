/* encode.c: entries become the bytes of a snapshot; see encode.h. */
#include "encode.h"

void
encoder_init(struct encoder *e, const char *path, const struct ab_alloc *mem)
{
	e->path = path;
	e->sink = NULL;
	e->arg = NULL;
	e->status = MEMKV_OK;
	e->mem = mem;
	e->indexed = false;
	e->index = (struct block_index){ 0 };
	e->at = SNAPSHOT_HEAD;
	e->keys = e->key_n = e->block_n = e->block_keys = 0;
}

void
encoder_again(struct encoder *e)
{
	e->indexed = true;
	e->at = SNAPSHOT_HEAD;
	e->keys = e->key_n = 0;
}

void
encoder_free(struct encoder *e)
{
	block_index_free(&e->index, e->mem);
}

static bool
put_bytes(struct encoder *e, const uint8_t *p, size_t n, uint64_t at)
{
	return !e->sink || !n || e->sink(e, p, n, at);
}

static bool
end_block(struct encoder *e)
{
	if (!e->block_keys)
		return true;
	if (!e->indexed && !block_index_add(&e->index, e->mem, e->at,
				   snapshot_sum(e->block, e->block_n))) {
		e->status = kv_fail_file(
			MEMKV_ENOMEM, e->path, "out of memory to write it");
		return false;
	}
	if (!put_bytes(e, e->block, e->block_n, e->at))
		return false;
	e->at += e->block_n;
	e->block_n = e->block_keys = 0;
	return true;
}

static bool
encode_visit(void *arg, struct ab_key key, uint64_t value)
{
	struct encoder *e = arg;
	size_t shared = 0, most = key.n < e->key_n ? key.n : e->key_n;
	if (block_is_full(e->block_keys, e->block_n) && !end_block(e))
		return false;
	if (key.n > MEMKV_KEY_MOST) {
		e->status = kv_fail_file(MEMKV_EKEY, e->path, "a key is too long");
		return false;
	}
	while (e->block_keys && shared < most && e->key[shared] == key.p[shared])
		shared++;
	uint8_t *p = varint_write(e->block + e->block_n, shared);
	p = varint_write(p, key.n - shared);
	if (key.n > shared) {
		memcpy(p, key.p + shared, key.n - shared);
		memcpy(e->key + shared, key.p + shared, key.n - shared);
	}
	p = varint_write(p + (key.n - shared), value);
	e->block_n = (size_t)(p - e->block);
	e->key_n = key.n;
	e->block_keys++;
	e->keys++;
	return true;
}

bool
encode_entries(struct encoder *e, const struct side *side)
{
	enum ab_status scanned = side->v->scan(
		side->t, (struct ab_range){ 0 }, encode_visit, e);
	if (e->status == MEMKV_OK && scanned < 0)
		e->status = kv_status(scanned, NULL);
	return e->status == MEMKV_OK && end_block(e);
}

bool
encode_index(struct encoder *e)
{
	return put_bytes(e, e->index.p, e->index.n, e->at);
}

bool
encode_head(struct encoder *e)
{
	uint8_t head[SNAPSHOT_HEAD] = { 0 };
	memcpy(head, SNAPSHOT_MAGIC, 8);
	store_le(head + 8, SNAPSHOT_VERSION, 4);
	store_le(head + 12, SNAPSHOT_HEAD, 4);
	store_le(head + 16, e->keys, 8);
	store_le(head + 24, e->index.n / INDEX_ENTRY, 8);
	store_le(head + 32, e->at, 8);
	store_le(head + 40, e->at + e->index.n, 8);
	store_le(head + 48, snapshot_sum(e->index.p ? e->index.p : head, e->index.n), 8);
	store_le(head + SNAPSHOT_SUMMED, snapshot_sum(head, SNAPSHOT_SUMMED), 8);
	return put_bytes(e, head, sizeof head, 0);
}
