/* simd.h: vectors of bytes, and the few things that searches do with them.
 *
 * What the compiler is told that the processor has decides, or -DART_NO_SIMD:
 *
 *                  ART_SIMD_BYTES, of a simd
 *   AVX-512BW      64     -mavx512bw, or -march=native on such a machine
 *   AVX2           32     -mavx2, likewise
 *   SSE2           16     every x86-64
 *   NEON           16     every aarch64
 *   plain C        none: ART_SIMD is 0, and there are no vectors
 *
 *   simd_load(p)           ART_SIMD_BYTES bytes from anywhere
 *   simd_splat(b)          b in each
 *   simd_equal(v, w)       a simd_set: which bytes are equal
 *   simd_not_below(v, w)   which of v's are >= w's, unsigned
 *   simd_bits(set)         the set as bits of a uint64_t, the first byte's lowest
 *   simd_sums(v)           a simd64: sums of some of its bytes each, to be added with +
 *   simd64_total(sums)     the sum of those
 *
 * Vectors and sets are combined with & and ~.
 *
 * The same for an art_block of ART_BLOCK bytes, whatever a simd has, are block_load,
 * block_splat, block_equal, block_not_below and block_bits, an unsigned: nodes are sized by
 * that; block_load_half(p) loads but 8, and the rest is 0. And for an art_block32 of four int32_t:
 *
 *   block32_load(p), block32_splat(x), block32_below(v, w), block32_equal(v, w)
 *   block32_bits(set)      block_bits of it: four bits a lane
 *   block32_count(c, set)  c, and 1 more in each lane of the set
 *   block32_total(c)       the sum of all lanes
 *
 * The macros may take an argument twice. */
#ifndef BYTES_SIMD_H
#define BYTES_SIMD_H

#include <stdint.h>

enum { ART_BLOCK = 16 };

#if defined(ART_NO_SIMD)
#define ART_SIMD      0
#define ART_SIMD_NAME "plain C"

/* ---- x86-64: a block is SSE2's, a simd what there is ---- */
#elif defined(__SSE2__)
#include <immintrin.h>
#define ART_SIMD              1
#define block_load(p)         _mm_loadu_si128((const __m128i *)(const void *)(p))
#define block_load_half(p)    _mm_loadl_epi64((const __m128i *)(const void *)(p))
#define block_splat(b)        _mm_set1_epi8((char)(b))
#define block_equal(v, w)     _mm_cmpeq_epi8(v, w)
#define block_not_below(v, w) _mm_cmpeq_epi8(_mm_max_epu8(v, w), v)
#define block_bits(set)       ((unsigned)_mm_movemask_epi8(set))
#define block32_load(p)       block_load(p)
#define block32_splat(x)      _mm_set1_epi32(x)
#define block32_below(v, w)   _mm_cmplt_epi32(v, w)
#define block32_equal(v, w)   _mm_cmpeq_epi32(v, w)
#define block32_bits(set)     block_bits(set)
#define block32_count(c, set) _mm_sub_epi32(c, set)
typedef __m128i art_block, art_block32;

static inline uint64_t
block_total(__m128i sums)
{
	sums = _mm_add_epi64(sums, _mm_unpackhi_epi64(sums, sums));
	return (uint64_t)_mm_cvtsi128_si64(sums);
}

static inline unsigned
block32_total(__m128i c)
{
	c = _mm_add_epi32(c, _mm_shuffle_epi32(c, 0x4e));
	c = _mm_add_epi32(c, _mm_shuffle_epi32(c, 0xb1));
	return (unsigned)_mm_cvtsi128_si32(c);
}

#if defined(__AVX512BW__)
#define ART_SIMD_NAME        "AVX-512"
#define ART_SIMD_BYTES       64
#define simd_load(p)         _mm512_loadu_si512(p)
#define simd_splat(b)        _mm512_set1_epi8((char)(b))
#define simd_equal(v, w)     _mm512_cmpeq_epi8_mask(v, w)
#define simd_not_below(v, w) _mm512_cmpge_epu8_mask(v, w)
#define simd_bits(set)       ((uint64_t)(set))
#define simd_sums(v)         _mm512_sad_epu8(v, _mm512_setzero_si512())
#define simd64_total(sums)   ((uint64_t)_mm512_reduce_add_epi64(sums))
typedef __m512i simd, simd64;
typedef __mmask64 simd_set;

#elif defined(__AVX2__)
#define ART_SIMD_NAME        "AVX2"
#define ART_SIMD_BYTES       32
#define simd_load(p)         _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define simd_splat(b)        _mm256_set1_epi8((char)(b))
#define simd_equal(v, w)     _mm256_cmpeq_epi8(v, w)
#define simd_not_below(v, w) _mm256_cmpeq_epi8(_mm256_max_epu8(v, w), v)
#define simd_bits(set)       ((uint64_t)(unsigned)_mm256_movemask_epi8(set))
#define simd_sums(v)         _mm256_sad_epu8(v, _mm256_setzero_si256())
#define simd64_total(sums)   block_total(simd_low(sums) + simd_high(sums))
#define simd_low(v)          _mm256_castsi256_si128(v)
#define simd_high(v)         _mm256_extracti128_si256(v, 1)
typedef __m256i simd, simd64, simd_set;

#else
#define ART_SIMD_NAME      "SSE2"
#define ART_SIMD_BYTES     16
#define simd_sums(v)       _mm_sad_epu8(v, _mm_setzero_si128())
#define simd64_total(sums) block_total(sums)
typedef __m128i simd, simd64, simd_set;
#endif

/* ---- aarch64 ---- */
#elif defined(__aarch64__) && defined(__ARM_NEON)
#include <arm_neon.h>
#define ART_SIMD              1
#define ART_SIMD_NAME         "NEON"
#define ART_SIMD_BYTES        16
#define block_load(p)         vld1q_u8((const uint8_t *)(p))
#define block_load_half(p)    vcombine_u8(vld1_u8((const uint8_t *)(p)), vdup_n_u8(0))
#define block_splat(b)        vdupq_n_u8((uint8_t)(b))
#define block_equal(v, w)     vceqq_u8(v, w)
#define block_not_below(v, w) vcgeq_u8(v, w)
#define simd_sums(v)          vpaddlq_u32(vpaddlq_u16(vpaddlq_u8(v)))
#define simd64_total(sums)    vaddvq_u64(sums)
#define block32_load(p)       vld1q_s32(p)
#define block32_splat(x)      vdupq_n_s32(x)
#define block32_below(v, w)   vcltq_s32(v, w)
#define block32_equal(v, w)   vceqq_s32(v, w)
#define block32_bits(set)     block_bits(vreinterpretq_u8_u32(set))
#define block32_count(c, set) vsubq_s32(c, vreinterpretq_s32_u32(set))
#define block32_total(c)      ((unsigned)vaddvq_s32(c))
typedef uint8x16_t art_block, simd, simd_set;
typedef int32x4_t art_block32;
typedef uint64x2_t simd64;

/* There is no movemask: each byte of the set keeps the bit of its place, and those of
 * a half are added. */
static inline unsigned
block_bits(uint8x16_t set)
{
	uint8x16_t place = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201));
	uint8x16_t bits = vandq_u8(set, place);
	return vaddv_u8(vget_low_u8(bits)) | (unsigned)vaddv_u8(vget_high_u8(bits)) << 8;
}

#else
#define ART_SIMD      0
#define ART_SIMD_NAME "plain C"
#endif

#if ART_SIMD && ART_SIMD_BYTES == 16
#define simd_load      block_load
#define simd_splat     block_splat
#define simd_equal     block_equal
#define simd_not_below block_not_below
#define simd_bits(set) ((uint64_t)block_bits(set))
#endif
#endif /* BYTES_SIMD_H */
