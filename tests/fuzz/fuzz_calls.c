/* fuzz_calls.c: the calls of artbench/memkv.h chosen by libFuzzer; see tests/memkv/calls.h. */
#include <stdlib.h>
#include "../memkv/calls.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	calls_run(bytes, n);
	if (check_tally.failed)
		abort();
	return 0;
}
