/* gbench_renamed.h: Google Benchmark as it is since 1.8, where what is installed is older. */
#define error_occurred skipped
#define error_message  skip_message
#include <benchmark/benchmark.h>
#undef error_occurred
#undef error_message
