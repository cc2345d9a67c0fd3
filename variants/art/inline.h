/* inline.h: leaves that are their value and tail and nothing else, prefixes in their
 * nodes, and 4-byte refs to both. variants/art_inline.c has the picture.
 *
 * A key's bytes are each stored once, at the leaf or node where they belong, and move
 * when it splits or joins.
 *
 * Include after ART_KINDS, if other than ART_KINDS_FIT; then ART_VARIANT is the
 * vtable but for name and label. */
#ifdef ART_INLINE_H
#error "inline.h is a template: include it once per variant"
#endif
#define ART_INLINE_H

#ifndef ART_KINDS
#define ART_KINDS(K) ART_KINDS_FIT(K)
#endif
#include "inline_head.h"
#include "nodes.h"
#include "slab_leaves.h"
#include "inline_prefix.h"
#include "swept_variant.h"
