/* test_bytes.c: bytes.h against plain loops: every count up to two blocks and one,
 * every byte, sets of several shapes; every length for the comparisons. Built for
 * each width of simd.h and with ART_NO_SIMD. */
#include <stdlib.h>
#include "bytes/bytes.h"
#include "kit/check.h"
#include "contract/rng.h"
#include "kit/simd_missing.h"

enum { MOST_KEYS = 2 * ART_BLOCK + 1, ROOM = 3 * ART_BLOCK, SHAPES = 40 };

/* `n` distinct ascending bytes; early shapes sit at the ends and around 0x80. */
static void
fill(uint8_t *keys, unsigned n, unsigned shape, uint64_t *rng)
{
	bool member[256] = { false };
	unsigned have = 0;
	memset(keys, (int)rng_below(rng, 256),
		ROOM); /* what lies behind must not count */
	while (have < n) {
		unsigned b = shape == 0   ? have
			     : shape == 1 ? 255 - have
			     : shape == 2 ? (128 - n / 2 + have)
					  : (unsigned)rng_below(rng, 256);
		have += !member[b];
		member[b] = true;
	}
	have = 0;
	for (unsigned b = 0; b < 256; b++)
		if (member[b])
			keys[have++] = (uint8_t)b;
}

static void
test_searches(void)
{
	uint64_t rng = 1;
	for (unsigned n = 0; n <= MOST_KEYS; n++)
		for (unsigned shape = 0; shape < SHAPES; shape++) {
			uint8_t *keys = malloc(ROOM);
			fill(keys, n, shape, &rng);
			bool same = true;
			for (unsigned b = 0; b < 256; b++) {
				unsigned at = 0, below = 0;
				while (at < n && keys[at] != b)
					at++;
				for (unsigned i = 0; i < n; i++)
					below += keys[i] < b;
				same = same && art_find(keys, n, (uint8_t)b) == at &&
				       art_rank(keys, n, (uint8_t)b) == below;
			}
			CHECK(same);
			free(keys);
		}
}

/* Blocks of exactly n bytes, so that a sanitizer sees any byte read beyond. */
static void
test_comparisons(void)
{
	uint64_t rng = 2;
	for (size_t n = 0; n <= 70; n++) {
		uint8_t *a = malloc(n + !n), *b = malloc(n + !n);
		for (size_t i = 0; i < n; i++)
			a[i] = b[i] = (uint8_t)rng_next(&rng);
		CHECK(art_same(a, b, n));
		CHECK(art_common(a, b, n) == n);
		bool right = true;
		for (size_t i = 0; i < n; i++) {
			b[i] ^= (uint8_t)(1 + rng_below(&rng, 255));
			right = right && !art_same(a, b, n) && art_common(a, b, n) == i &&
				art_same(a, b, i);
			b[i] = a[i];
		}
		CHECK(right);
		free(a);
		free(b);
	}
}

#if ART_SIMD
/* Of 8 bytes, and none behind them is seen. */
static void
test_half(void)
{
	for (unsigned b = 1; b < 256; b++)
		for (unsigned i = 0; i < ART_BLOCK; i++) {
			uint8_t keys[ART_BLOCK] = { 0 };
			keys[i] = (uint8_t)b;
			art_block half = block_load_half(keys);
			unsigned seen = block_bits(block_equal(half, block_splat(b)));
			CHECK(seen == (i < 8 ? 1u << i : 0));
		}
}
#endif

int
main(void)
{
	if (simd_missing())
		return check_skip("this processor has no " ART_SIMD_NAME);
	printf("%s\n", ART_SIMD_NAME);
	test_searches();
	test_comparisons();
#if ART_SIMD
	test_half();
#endif
	return check_finish();
}
