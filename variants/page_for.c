/* page_for.c: rung 8, page_fsst's pages with values as narrow as the page needs: a frame
 * of reference, which is the least value, and of each what it is above that.
 *
 *   values      | 8 bytes | 8 bytes | 8 bytes | 8 bytes |      4711, 4713, 4709, 4714
 *   narrow      | 3 | 2 | 4709 | 010 100 000 101 |             3 bits each, 2 bytes of base
 *
 * Any 64-bit value is taken: a page whose values are too far apart holds them whole. A
 * put that changes a value may write its page anew, and needs memory if that grows.
 *
 * To read on: page/values_narrow.h, and page_front.c and page_fsst.c for the rest.
 * docs/design/narrow-values.md has what was measured. */
#include "page/values_narrow.h"
#include "page/text_symbols.h"
#include "page/variant.h"

const struct ab_variant ab_variant_page_for = {
	.name = "page_for",
	.label = "pages, narrow values",
	.rung = "8",
	.by_name = true,
	PAGE_VARIANT,
	PAGE_PARAMETERS,
};
