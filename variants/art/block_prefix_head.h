/* block_prefix_head.h: refs and heads of block_prefix.h: 4-byte refs to nodes, leaves and
 * prefixes. See layout.h and nodes.h. */
#ifndef ART_BLOCK_PREFIX_HEAD_H
#define ART_BLOCK_PREFIX_HEAD_H

#ifdef ART_HEAD
#error "a variant has one head"
#endif
#define ART_HEAD

#include "ref4.h"
#include "sized.h"

struct art_head {
	uint16_t word, prefix_n;
	art_ref prefix; /* its offset as that of a node */
};

enum { ART_READABLE = CHUNK_READABLE, ART_NODE_ALIGN = STEPPED_UNIT };
#include "layout.h"
static_assert(sizeof(struct art_head) == 8, "two words and a ref");

#define ART_BLOCK_BYTES(n)         stepped_bytes(n)
#define ART_BLOCK_CLASS(n, class_) ((void)(class_), stepped_class(n))
#endif /* ART_BLOCK_PREFIX_HEAD_H */
