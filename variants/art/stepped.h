/* stepped.h: classes of sizes that are each rounded up a little, for nodes that have
 * their prefixes in them and for prefixes: 2 to 128 bytes by 2, to 256 by 4, ... */
#ifndef ART_STEPPED_H
#define ART_STEPPED_H

#include <assert.h>
#include "sized.h"
#include "../bytes/size_class.h"

enum { STEPPED_UNIT = 2, STEPPED_BITS = 5 };
static_assert(
	DEAD_CLASSES >> STEPPED_BITS == 13, "room for blocks of 2 bytes to 256 KiB");

static inline unsigned
stepped_class(size_t n)
{
	return size_class((n + STEPPED_UNIT - 1) / STEPPED_UNIT, STEPPED_BITS);
}

/* Bytes of a block for `n`. */
static inline size_t
stepped_bytes(size_t n)
{
	return (size_t)STEPPED_UNIT * size_of_class(stepped_class(n), STEPPED_BITS);
}
#endif /* ART_STEPPED_H */
