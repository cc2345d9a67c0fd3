/* frame.h: a frame of reference: numbers as what each is above the least of them, in as
 * many bits as the greatest of that takes (J. Goldstein, R. Ramakrishnan, U. Shaft,
 * "Compressing relations and indexes", ICDE 1998). */
#ifndef BYTES_FRAME_H
#define BYTES_FRAME_H

#include "bits.h"

struct frame {
	uint64_t base;
	unsigned base_bytes; /* as many as it needs: 0 to 8 */
	unsigned width;      /* bits: 0 to 64; then the base is 0 */
};

/* The frame of numbers of which these are the least and the greatest. */
static inline struct frame
frame_of(uint64_t least, uint64_t most)
{
	struct frame f = { .width = bits_width(most - least) };
	f.base = f.width < 64 ? least : 0;
	f.base_bytes = (bits_width(f.base) + 7) / 8;
	return f;
}

/* Bytes of `n` numbers of a width, in a row. */
static inline size_t
frame_row(size_t n, unsigned width)
{
	return (n * width + 7) / 8;
}
#endif /* BYTES_FRAME_H */
