/* kinds_numbers.c: 64-bit numbers of several distributions; see kinds.h. */
#include "contract/rng.h"
#include "kinds.h"

/* rng_next gives each number once before any a second time. */
static void
draw_uniform(uint64_t seed, size_t done, uint64_t *to, size_t n, uint64_t *rng)
{
	(void)seed, (void)done;
	for (size_t i = 0; i < n; i++)
		to[i] = rng_next(rng);
}

/* ---- normal, lognormal ---- */

/* Of mean 0 and variance 1 in units of 2^-32, by the sum of 12 uniform ones (Irwin and
 * Hall); at most 6 either way. */
static int64_t
standard(uint64_t *rng)
{
	int64_t sum = 0;

	for (int i = 0; i < 6; i++) {
		uint64_t two = rng_next(rng);
		sum += (int64_t)(two >> 32) + (int64_t)(two & UINT32_MAX);
	}
	return sum - 6 * ((int64_t)1 << 32);
}

/* 2^60 is one standard deviation around 2^63. */
static void
draw_normal(uint64_t seed, size_t done, uint64_t *to, size_t n, uint64_t *rng)
{
	(void)seed, (void)done;
	for (size_t i = 0; i < n; i++) {
		uint64_t scaled = (uint64_t)standard(rng) << 28;
		to[i] = ((uint64_t)1 << 63) + scaled + (rng_next(rng) >> 36);
	}
}

/* 2^x in units of 2^-62, for x of [0, 1) in units of 2^-32: a factor for each bit. */
static uint64_t
power_of_2(uint32_t x)
{
	static const uint64_t factor[] = { 0x5a827999fcef3242, 0x4c1bf828c6dc54b7,
		0x45cae0f1f545eb73, 0x42d561b3e6243d8a, 0x4166c34c5615d0eb,
		0x40b268f9de0183b9, 0x4058f6a7ecccd5b6, 0x402c6be96af2fb58,
		0x4016321b687027a8, 0x400b18178ba33b14, 0x40058bce410147e8,
		0x4002c5d7bff71dae, 0x400162e807ee7e5b, 0x4000b1730df6a524,
		0x400058b9497b8151, 0x40002c5c955dd701, 0x4000162e46d6f26b,
		0x40000b1722757b1b, 0x4000058b90fd3e0c, 0x400002c5c86f3f26,
		0x40000162e433c79b, 0x400000b17218edcf, 0x40000058b90c3968,
		0x4000002c5c860d54 };
	rng_wide y = (rng_wide)1 << 62;

	for (size_t i = 0; i < G_N_ELEMENTS(factor); i++)
		if (x >> (31 - i) & 1)
			y = y * factor[i] >> 62;
	return (uint64_t)y;
}

/* e^(2 z) = 2^(2 z / ln 2), from 2^22 to 2^58, 2^40 in the middle. */
static void
draw_lognormal(uint64_t seed, size_t done, uint64_t *to, size_t n, uint64_t *rng)
{
	static const uint64_t two_by_ln_2 = 12392656037; /* in units of 2^-32 */
	static const uint64_t six = (uint64_t)6 << 32;

	(void)seed, (void)done;
	for (size_t i = 0; i < n; i++) {
		/* Above 0, so that what is shifted out is rounded down. */
		uint64_t z = (uint64_t)standard(rng) + six;
		uint64_t y = (uint64_t)((rng_wide)z * two_by_ln_2 >> 32);
		y += ((uint64_t)40 << 32) - 6 * two_by_ln_2;
		to[i] = power_of_2((uint32_t)y) >> (62 - (y >> 32));
	}
}

/* ---- books ---- */

/* From 2^30 on; above x there are in proportion to 1 / x. */
static void
draw_books(uint64_t seed, size_t done, uint64_t *to, size_t n, uint64_t *rng)
{
	(void)seed, (void)done;
	for (size_t i = 0; i < n; i++)
		to[i] = ((uint64_t)1 << 62) / ((rng_next(rng) >> 32) + 1);
}

/* ---- fb ---- */

/* Blocks of 2^22 below 2^38, of each of which a half, a quarter ... a 64th is in use. */
static void
draw_fb(uint64_t seed, size_t done, uint64_t *to, size_t n, uint64_t *rng)
{
	enum { BLOCK_BITS = 22, BLOCKS = 1 << 16, OUTLIERS = 21 };

	for (size_t i = 0; i < n; i++) {
		uint64_t block = rng_below(rng, BLOCKS);
		uint64_t emptier = rng_mix(seed ^ (block + 1) << 32) % 7;
		to[i] = (block << BLOCK_BITS) +
			rng_below(rng, (uint64_t)1 << (BLOCK_BITS - emptier));
		if (done + i < OUTLIERS)
			to[i] = ((uint64_t)1 << 59) + (rng_next(rng) >> 4);
	}
}

/* ---- osm ---- */

enum { AXIS_BITS = 30, CITIES = 4096 };

/* The place along Hilbert's curve of a point of a square of 2^30 by 2^30. */
static uint64_t
hilbert(uint32_t x, uint32_t y)
{
	uint64_t d = 0;

	for (uint32_t s = 1u << (AXIS_BITS - 1); s > 0; s /= 2) {
		uint32_t right = (x & s) > 0, up = (y & s) > 0;
		d = d << 2 | ((3 * right) ^ up);
		if (!up) {
			if (right) {
				x = ~x;
				y = ~y;
			}
			uint32_t swap = x;
			x = y;
			y = swap;
		}
	}
	return d;
}

/* Around a middle, by so many bits, within the square. */
static uint32_t
around(uint64_t middle, unsigned bits, uint64_t *rng)
{
	int64_t off = standard(rng) >> (32 - bits);
	int64_t at = (int64_t)(middle >> (64 - AXIS_BITS)) + off;

	return (uint32_t)CLAMP(at, 0, (1 << AXIS_BITS) - 1);
}

static void
draw_osm(uint64_t seed, size_t done, uint64_t *to, size_t n, uint64_t *rng)
{
	(void)done;
	for (size_t i = 0; i < n; i++) {
		uint64_t city = rng_below(rng, rng_below(rng, CITIES) + 1);
		uint64_t at = rng_mix(rng_mix(seed) + city);
		unsigned bits = 14 + (unsigned)(at % 6); /* of its standard deviation */
		uint32_t x = around(at, bits, rng);
		uint32_t y = around(rng_mix(at), bits, rng);
		to[i] = (at >> 8) % 6 << 61 | hilbert(x, y) << 1 | 1;
	}
}

/* ---- wiki ---- */

/* From 2001-01-15 on; how likely the next second is, of 256, by the hour of the day. */
static void
draw_wiki(uint64_t seed, size_t done, uint64_t *to, size_t n, uint64_t *rng)
{
	static const uint8_t likely[24] = { 40, 32, 26, 24, 24, 28, 36, 48, 64, 80, 96,
		104, 112, 120, 128, 136, 140, 144, 144, 136, 120, 96, 72, 52 };
	uint64_t second = 979516800;

	(void)seed, (void)done; /* none comes twice, so that there is one batch */
	for (size_t i = 0; i < n; i++) {
		do
			second++;
		while (rng_below(rng, 256) >= likely[second / 3600 % 24]);
		to[i] = second;
	}
}

#define NUMBERS(kind)                                                                    \
	{                                                                                \
		.name = #kind, .format = DATASET_SOSD, .numbers = draw_##kind,           \
	}
const struct key_kind number_kinds[] = {
	NUMBERS(uniform),
	NUMBERS(normal),
	NUMBERS(lognormal),
	NUMBERS(books),
	NUMBERS(fb),
	NUMBERS(osm),
	NUMBERS(wiki),
	{ 0 },
};
