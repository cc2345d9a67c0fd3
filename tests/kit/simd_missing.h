/* simd_missing.h: can this processor run what variants/bytes/simd.h was compiled for? To be
 * asked before anything else, for the compiler may use it wherever it likes. */
#ifndef SIMD_MISSING_H
#define SIMD_MISSING_H

#include <stdbool.h>

static inline bool
simd_missing(void)
{
#if defined(__AVX512BW__)
	return !__builtin_cpu_supports("avx512bw");
#elif defined(__AVX2__)
	return !__builtin_cpu_supports("avx2");
#else
	return false;
#endif
}
#endif /* SIMD_MISSING_H */
