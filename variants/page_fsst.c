/* page_fsst.c: rung 7, page_front's pages (page_front.c has the picture) with texts coded
 * by a table of symbols that is learnt from the keys as they arrive.
 *
 *   texts       "ebian/ab"    ""  "y"  "nu"
 *   coded       [ebian] [/ab]     [y]  [nu]       a byte each, or two
 *
 * To read on: page_symbols.h has the codes, symbol_parse.h how a text is coded, study.h how a
 * table is trained, learn.h when, and how pages go over to it. docs/design/symbols.md has what
 * was measured. */
#include "page/values_whole.h"
#include "page/text_symbols.h"
#include "page/variant.h"

const struct ab_variant ab_variant_page_fsst = {
	.name = "page_fsst",
	.label = "pages, coded texts",
	.rung = "7",
	.by_name = true,
	PAGE_VARIANT,
	PAGE_PARAMETERS,
};
