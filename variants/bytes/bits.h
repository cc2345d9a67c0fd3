/* bits.h: numbers of any width in a row of bytes, lowest bit first.
 *
 * Readers load eight bytes at a time: whoever keeps a row keeps BITS_PAD bytes behind
 * it. Writers touch no bit but those they write. */
#ifndef BYTES_BITS_H
#define BYTES_BITS_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { BITS_PAD = 8 };

static inline uint64_t
bits_load64(const uint8_t *p)
{
	uint64_t v;
	memcpy(&v, p, sizeof v);
	return le64toh(v);
}

static inline void
bits_store64(uint8_t *p, uint64_t v)
{
	uint64_t le = htole64(v);
	memcpy(p, &le, sizeof le);
}

static inline uint32_t
bits_load16(const uint8_t *p)
{
	uint16_t v;
	memcpy(&v, p, sizeof v);
	return le16toh(v);
}

static inline void
bits_store16(uint8_t *p, size_t v)
{
	uint16_t le = htole16((uint16_t)v);
	memcpy(p, &le, sizeof le);
}

/* How many bits `v` takes: 0 for 0, 64 at most. */
static inline unsigned
bits_width(uint64_t v)
{
	return v ? 64 - (unsigned)__builtin_clzll(v) : 0;
}

/* The lowest `n` bits of `v`, n <= 64. */
static inline uint64_t
bits_low(uint64_t v, unsigned n)
{
	return n < 64 ? v & ((1ull << n) - 1) : v;
}

/* `n` bits from bit number `at` on, n <= 57: those that one load has for sure. */
static inline uint64_t
bits_few(const uint8_t *row, uint64_t at, unsigned n)
{
	return bits_low(bits_load64(row + at / 8) >> at % 8, n);
}

/* The same for n <= 64. */
static inline uint64_t
bits_get(const uint8_t *row, uint64_t at, unsigned n)
{
	const uint8_t *p = row + at / 8;
	unsigned shift = at % 8;
	uint64_t v = bits_load64(p) >> shift;
	if (shift + n > 64)
		v |= (uint64_t)p[8] << (64 - shift);
	return bits_low(v, n);
}

static inline void
bits_put(uint8_t *row, uint64_t at, unsigned n, uint64_t v)
{
	while (n) {
		unsigned shift = at % 8, k = n < 8 - shift ? n : 8 - shift;
		uint64_t mask = bits_low(UINT64_MAX, k) << shift;
		row[at / 8] = (uint8_t)((row[at / 8] & ~mask) | (v << shift & mask));
		v >>= k;
		at += k;
		n -= k;
	}
}
#endif /* BYTES_BITS_H */
