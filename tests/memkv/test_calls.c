/* test_calls.c: random calls on every variant in every thread mode, against an oracle:
 * test_calls [SEED]; see calls.h. */
#include "calls.h"
#include "contract/rng.h"

enum { LIVES = CHECK_SANITIZED ? 60 : 400, BYTES = 6000 };

int
main(int argc, char **argv)
{
	static uint8_t bytes[BYTES];
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	for (unsigned i = 0; i < LIVES && !check_tally.failed; i++) {
		uint64_t rng = seed + i;
		for (size_t b = 0; b < sizeof bytes; b++)
			bytes[b] = (uint8_t)rng_next(&rng);
		bytes[0] = (uint8_t)i; /* each variant in turn */
		calls_run(bytes, sizeof bytes);
		if (check_tally.failed)
			fprintf(stderr, "  seed %" PRIu64 "\n", seed + i);
	}
	return check_finish();
}
