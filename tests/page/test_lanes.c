/* test_lanes.c: lanes.h against loops written here: every count, contents that tie and
 * that do not. Built for each width of simd.h and with ART_NO_SIMD. */
#include <stdlib.h>
#include "kit/check.h"
#include "page/lanes.h"
#include "contract/rng.h"
#include "kit/simd_missing.h"

enum { RUNS = 60, HEADS = LANES_MOST + 4 };

/* Few different bytes, or many. */
static void
fill(uint8_t *p, size_t n, uint64_t bound, uint64_t *rng)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)rng_below(rng, bound);
}

/* The rule of page.h: past everything that shares more than m bytes, or m and less than
 * `b`. */
static unsigned
next(const uint8_t *lcp, const uint8_t *branch, unsigned n, unsigned from, unsigned m,
	unsigned b)
{
	for (unsigned i = from; i < n; i++)
		if (lcp[i] < m || (lcp[i] == m && branch[i] >= b))
			return i;
	return n;
}

static void
test_next(void)
{
	static const uint64_t bounds[] = { 2, 5, 256 };
	uint64_t rng = 1;
	for (unsigned n = 1; n <= LANES_MOST; n++)
		for (unsigned run = 0; run < RUNS; run++) {
			uint8_t *lcp = malloc(LANES_MOST), *branch = malloc(LANES_MOST);
			fill(lcp, LANES_MOST, bounds[run % 3], &rng);
			fill(branch, LANES_MOST, bounds[run / 3 % 3], &rng);
			bool same = true;
			for (unsigned from = 0; from <= n; from++) {
				unsigned m = lcp[rng_below(&rng, n)];
				unsigned b = branch[rng_below(&rng, n)];
				same = same &&
				       lanes_next(lcp, branch, n, from, m, (uint8_t)b) ==
					       next(lcp, branch, n, from, m, b);
			}
			CHECK(same);
			CHECK(lanes_next(lcp, branch, n, 0, UINT8_MAX + 1, 0) == 0);
			free(lcp);
			free(branch);
		}
}

static void
test_sum(void)
{
	uint64_t rng = 2;
	for (unsigned n = 0; n <= LANES_MOST; n++) {
		uint8_t *len = malloc(LANES_MOST);
		fill(len, LANES_MOST, 256, &rng);
		size_t sum = 0;
		for (unsigned i = 0; i < n; i++)
			sum += len[i];
		CHECK(lanes_sum(len, n) == sum);
		free(len);
	}
}

static int
compare_heads(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
	return (x > y) - (x < y);
}

/* Ascending numbers with ties, the least and the greatest there are among them. Past the
 * next multiple of 4 anything may follow. */
static void
test_rank(void)
{
	static const int32_t ends[] = { INT32_MIN, INT32_MIN + 1, -1, 0, INT32_MAX - 1,
		INT32_MAX };
	uint64_t rng = 3;
	for (unsigned n = 0; n <= LANES_MOST; n++)
		for (unsigned run = 0; run < RUNS; run++) {
			int32_t head[HEADS];
			for (unsigned i = 0; i < HEADS; i++)
				head[i] = run % 2 ? ends[rng_below(&rng, 6)]
						  : (int32_t)rng_next(&rng);
			for (unsigned i = n; i % 4 != 0; i++)
				head[i] = INT32_MAX;
			qsort(head, n, sizeof *head, compare_heads);
			bool same = true;
			for (unsigned q = 0; q < 6 + n; q++) {
				int32_t x = q < 6 ? ends[q] : head[q - 6];
				unsigned below = 0, ties = 0, equal;
				for (unsigned i = 0; i < n; i++) {
					below += head[i] < x;
					ties += head[i] == x;
				}
				same = same && lanes_rank(head, n, x, &equal) == below &&
				       equal == ties;
			}
			CHECK(same);
		}
}

/* Few different numbers or many; more than one may be the one looked for. */
static void
test_find(void)
{
	uint64_t rng = 4;
	for (unsigned n = 1; n <= LANES_MOST; n++)
		for (unsigned run = 0; run < RUNS; run++) {
			uint32_t row[HEADS];
			uint64_t bound = run % 2 ? 4 : UINT32_MAX;
			for (unsigned i = 0; i < HEADS; i++)
				row[i] = (uint32_t)rng_below(&rng, bound);
			unsigned first = (unsigned)rng_below(&rng, n);
			for (unsigned i = first; i--;)
				if (row[i] == row[first])
					first = i;
			CHECK(lanes_find(row, row[first]) == first);
		}
}

int
main(void)
{
	if (simd_missing())
		return check_skip("this processor has no " ART_SIMD_NAME);
	printf("%s\n", ART_SIMD_NAME);
	test_next();
	test_sum();
	test_rank();
	test_find();
	return check_finish();
}
