/* size_class.h: sizes in steps of about 1 / 2^k: 1 to 2^(k+1) by 1, to 2^(k+2) by 2, to
 * 2^(k+3) by 4, ... `bits` is k, and classes count from 0. */
#ifndef BYTES_SIZE_CLASS_H
#define BYTES_SIZE_CLASS_H

#include <stddef.h>
#include <stdint.h>

/* The size of class `c`. */
static inline uint32_t
size_of_class(unsigned c, unsigned bits)
{
	unsigned steps = 1u << bits, doubling = c >> bits, step = c & (steps - 1);
	return doubling ? (steps + step + 1u) << (doubling - 1) : step + 1u;
}

/* The class of the smallest size >= n; 1 <= n. */
static inline unsigned
size_class(size_t n, unsigned bits)
{
	size_t last = n - 1;
	if (last >> bits == 0)
		return (unsigned)last;
	unsigned doubling = 63u - (unsigned)__builtin_clzll(last) - bits;
	return (unsigned)(((doubling + 1) << bits) +
			  ((last >> doubling) & ((1u << bits) - 1)));
}
#endif /* BYTES_SIZE_CLASS_H */
