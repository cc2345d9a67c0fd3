/* layout.h: what a node's layout builds on, and the three layouts that come with
 * the template. A head file (boxed_head.h, arena_key_head.h and the other *_head.h)
 * defines ART_HEAD, art_ref, art_ref_none, struct art_head, ART_NODE_ALIGN, of which every
 * node is a multiple, and ART_READABLE, the bytes that may be read past a node's
 * end; and then includes this.
 *
 * A layout L is six functions over a head `h` and a capacity `cap`:
 *
 *   size_t L_bytes(cap)                     of a whole node, head included
 *   art_ref *L_find(h, cap, b)              the slot of byte b's child, or NULL
 *   void L_add(h, cap, b, r)                b is new, and there is room
 *   void L_remove(h, cap, b)                b is there
 *   int L_next(h, cap, from, &child)        least byte >= from with its slot, or -1
 *   const char *L_check(h, cap)             NULL, or the first thing broken
 *
 * The caller keeps the count: L_add and L_remove see the one before the change.
 * A new node is all zeros behind its head. */
#ifndef ART_HEAD
#include "arena_prefix_head.h"
#endif
#ifndef ART_LAYOUT_H
#define ART_LAYOUT_H

#include <assert.h>
#include "ab.h"
#include "../bytes/bytes.h"

/* word: count in bits 0-8 (a full Node256 counts 256), kind in bits 9-12, bit 13
 * set if there is room for a terminal; bits 14-15 are the storage's own. */
enum {
	ART_COUNT_MASK = 0x1ff,
	ART_KIND_SHIFT = 9,
	ART_KIND_MASK = 15,
	ART_ENDS = 1 << 13,
	ART_OWN = 3 << 14
};

static inline unsigned
art_count(const struct art_head *h)
{
	return h->word & ART_COUNT_MASK;
}

static inline unsigned
art_kind(const struct art_head *h)
{
	return (unsigned)(h->word >> ART_KIND_SHIFT) & ART_KIND_MASK;
}

/* `n` rounded up to where a ref may stand. */
static inline size_t
art_align(size_t n)
{
	return (n + _Alignof(art_ref) - 1) & ~(_Alignof(art_ref) - 1);
}

#include "node_sorted.h"
#include "node_indexed.h"
#include "node_direct.h"
#endif /* ART_LAYOUT_H */
