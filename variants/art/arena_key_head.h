/* arena_key_head.h: refs and heads of arena_key.h: 6-byte refs to nodes and leaves,
 * the first bytes of a prefix in the node. See layout.h. */
#ifndef ART_ARENA_KEY_HEAD_H
#define ART_ARENA_KEY_HEAD_H

#ifdef ART_HEAD
#error "a variant has one head"
#endif
#define ART_HEAD

#include "ref6.h"
#include "sized.h"

enum { PREFIX_INLINE = 6 };

struct art_head {
	uint16_t word;
	uint16_t prefix_n;
	uint8_t prefix[PREFIX_INLINE];
};

enum { ART_READABLE = CHUNK_READABLE, ART_NODE_ALIGN = CHUNK_ALIGN };
#include "layout.h"
static_assert(sizeof(struct art_head) == 4 + PREFIX_INLINE, "no holes");
#endif /* ART_ARENA_KEY_HEAD_H */
