/* ref6.h: a packed 6-byte ref, (u32 offset, u16 length), and the child slot made
 * of one.
 *
 *   inner  (offset among the nodes, 0)
 *   leaf   (offset among the records, a length that says how long its bytes are)
 *   none   all zero: offset 0 is never handed out
 *
 * A child slot needs no tag bit, since its length tells an inner node from a leaf:
 * a leaf there has an edge above it, so a whole key is at least 1 byte and a tail
 * at most 65,534, stored as 1 more. A terminal is a leaf by its place. */
#ifndef ART_REF6_H
#define ART_REF6_H

#include <assert.h>
#include "ab.h"

/* Packed fields compile to a 4-byte and a 2-byte load; a 6-byte memcpy or a 48-bit
 * bit-field would go through the stack or byte by byte. */
struct ref6 {
	uint32_t offset;
	uint16_t length;
} __attribute__((packed));
static_assert(sizeof(struct ref6) == 6, "six bytes, at any address");

typedef struct ref6 art_ref;

static inline bool
art_ref_none(art_ref r)
{
	return (r.offset | r.length) == 0;
}

static inline bool
art_is_leaf(art_ref r)
{
	return r.length != 0;
}

static inline art_ref
art_node_ref(uint32_t offset)
{
	return (art_ref){ offset, 0 };
}

static inline uint32_t
art_node_offset(art_ref r)
{
	return r.offset;
}
#endif /* ART_REF6_H */
