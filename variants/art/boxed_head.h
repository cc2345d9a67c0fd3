/* boxed_head.h: refs and heads of boxed.h: tagged pointers, and a prefix in a heap
 * block of its own. See layout.h. */
#ifndef ART_BOXED_HEAD_H
#define ART_BOXED_HEAD_H

#ifdef ART_HEAD
#error "a variant has one head"
#endif
#define ART_HEAD

#include <stdbool.h>
#include <stdint.h>

typedef struct {
	uintptr_t word;
} art_ref;

struct art_head {
	uint16_t word;
	uint32_t prefix_n;
	uint8_t *prefix; /* a block of prefix_n bytes, NULL if none */
};

static inline bool
art_ref_none(art_ref r)
{
	return r.word == 0;
}

enum { ART_READABLE = 0, ART_NODE_ALIGN = 8 };
#include "layout.h"
static_assert(sizeof(struct art_head) == 16, "two words");
#endif /* ART_BOXED_HEAD_H */
