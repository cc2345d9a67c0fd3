/* page_no_prefetch.c: page_front's pages, each loaded line by line as a search comes to
 * it, not all at once: what the prefetch is worth. */
#define PAGE_PREFETCH 0
#include "page/values_whole.h"
#include "page/text_none.h"
#include "page/variant.h"

const struct ab_variant ab_variant_page_no_prefetch = {
	.name = "page_no_prefetch",
	.label = "pages, no prefetch",
	.rung = "S",
	.by_name = true,
	PAGE_VARIANT,
};
