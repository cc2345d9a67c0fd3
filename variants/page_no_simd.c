/* page_no_simd.c: page_front with plain C loops in its pages and index nodes: what SIMD is
 * worth, and what machines that have none of it get. */
#define ART_NO_SIMD 1
#include "page/values_whole.h"
#include "page/text_none.h"
#include "page/variant.h"

const struct ab_variant ab_variant_page_no_simd = {
	.name = "page_no_simd",
	.label = "pages, no SIMD",
	.rung = "S",
	.by_name = true,
	PAGE_VARIANT,
};
