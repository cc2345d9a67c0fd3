/* arena_prefix_head.h: refs and heads of arena_prefix.h: 6-byte refs to nodes,
 * leaves and prefixes. See layout.h. */
#ifndef ART_ARENA_PREFIX_HEAD_H
#define ART_ARENA_PREFIX_HEAD_H

#ifdef ART_HEAD
#error "a variant has one head"
#endif
#define ART_HEAD

#include "ref6.h"
#include "sized.h"

struct art_head {
	uint16_t word;
	struct ref6 prefix;
};

enum { ART_READABLE = CHUNK_READABLE, ART_NODE_ALIGN = CHUNK_ALIGN };
#include "layout.h"
static_assert(sizeof(struct art_head) == 8, "a word and a ref");
#endif /* ART_ARENA_PREFIX_HEAD_H */
