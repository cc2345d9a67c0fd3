/* inline_head.h: refs and heads of inline.h: 4-byte refs, and a head of one word. See
 * layout.h and nodes.h. */
#ifndef ART_INLINE_HEAD_H
#define ART_INLINE_HEAD_H

#ifdef ART_HEAD
#error "a variant has one head"
#endif
#define ART_HEAD

#include "ref4.h"
#include "sized.h"

struct art_head {
	uint16_t word; /* the upper two bits: see inline.h */
};

enum { ART_READABLE = CHUNK_READABLE, ART_NODE_ALIGN = STEPPED_UNIT };
#include "layout.h"

/* How many bytes of a prefix there are, by the word's upper two bits. */
enum { PREFIX_SHIFT = 14, PREFIX_LONG = 3, PREFIX_LONGER = 255 };

static inline size_t
prefix_room(size_t n)
{
	return n < PREFIX_LONG ? n : n < PREFIX_LONGER ? n + 1 : n + 3;
}

static inline void prefix_shape(struct art_head *h, size_t n);
#define ART_PREFIX_ROOM(n)         prefix_room(n)
#define ART_PREFIX_SHAPE(h, n)     prefix_shape(h, n)
#define ART_BLOCK_BYTES(n)         stepped_bytes(n)
#define ART_BLOCK_CLASS(n, class_) ((void)(class_), stepped_class(n))
#endif /* ART_INLINE_HEAD_H */
