/* encode.h: entries in order become the bytes of a snapshot file (snapshot.h), which go to a sink.
 *
 * Errors: `status`, and false. Threads: one. */
#ifndef MEMKV_ENCODE_H
#define MEMKV_ENCODE_H

#include "snapshot.h"

struct encoder {
	const char *path; /* for messages */
	/* Takes `n` bytes that belong at `at`, or notes in `status` why it does not; NULL: they go
	 * nowhere, and only what the head will say is found out. */
	bool (*sink)(struct encoder *e, const uint8_t *p, size_t n, uint64_t at);
	void *arg; /* the sink's */
	enum memkv_status status;
	const struct ab_alloc *mem;
	uint64_t at; /* where the block belongs */
	uint64_t keys;
	bool indexed; /* the index is whole, by another encoding of the same entries */
	struct block_index index;
	size_t key_n, block_n, block_keys;
	uint8_t key[MEMKV_KEY_MOST]; /* the last one */
	uint8_t block[BLOCK_MOST];
};

void encoder_init(struct encoder *e, const char *path, const struct ab_alloc *mem);
void encoder_free(struct encoder *e); /* what it has taken */
/* The same entries once more, of which the index is known. */
void encoder_again(struct encoder *e);

/* All blocks. */
bool encode_entries(struct encoder *e, const struct side *side);
bool encode_index(struct encoder *e);
bool encode_head(struct encoder *e);

#endif /* MEMKV_ENCODE_H */
