/* ref4.h: a 4-byte ref, which is a child slot too.
 *
 *   inner  0 | offset among the nodes, in units of 2 bytes
 *   leaf   1 | where it stands, 31 bits of the storage's own
 *   none   all zero: offset 0 is never handed out
 *
 * Of a leaf nothing but its place fits: how long it is must be said there. */
#ifndef ART_REF4_H
#define ART_REF4_H

#include <assert.h>
#include "ab.h"

typedef struct ref4 {
	uint32_t word;
} __attribute__((packed)) art_ref;
static_assert(sizeof(art_ref) == 4, "four bytes, at any address");

enum { REF4_PLACES_BITS = 31, REF4_UNIT_BITS = 1 };

static inline bool
art_ref_none(art_ref r)
{
	return r.word == 0;
}

static inline bool
art_is_leaf(art_ref r)
{
	return r.word >> REF4_PLACES_BITS;
}

static inline art_ref
ref4_leaf(uint32_t place)
{
	return (art_ref){ (uint32_t)1 << REF4_PLACES_BITS | place };
}

static inline uint32_t
ref4_place(art_ref r)
{
	return r.word & (((uint32_t)1 << REF4_PLACES_BITS) - 1);
}

/* The nodes' offsets are even. */
static inline art_ref
art_node_ref(uint32_t offset)
{
	return (art_ref){ offset >> REF4_UNIT_BITS };
}

static inline uint32_t
art_node_offset(art_ref r)
{
	return r.word << REF4_UNIT_BITS;
}
#endif /* ART_REF4_H */
