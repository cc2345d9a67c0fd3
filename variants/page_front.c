/* page_front.c: rung 6, pages of front-coded keys under a B+tree.
 *
 * Index nodes lead to pages by separators, each as short as divides two neighbours:
 *
 *   node     | child 0       | child 1      | child 2      | ...
 *              "https://git.a" "https://git.x"               separators; the 4 bytes
 *                               |                            that tell them apart lie
 *                               v                            side by side as well
 *   page     all its keys start with "https://git.", as the separators around it do
 *
 *     lcp      0           9           7           0         shared with the key before
 *     branch   d           z           x           g         the byte that follows those
 *     len      8           0           1           2         bytes of text behind it
 *     values   8 bytes     8 bytes     8 bytes     8 bytes
 *     texts    "ebian/ab"  ""          "y"         "nu"
 *
 *     of keys  debian/ab   debian/abz  debian/xy   gnu
 *
 * What a key costs: 3 bytes, its value, and the text past what it shares with its
 * neighbour. A page of up to 64 keys and 3 KiB stands in a block as large as it needs,
 * rounded up to 16 bytes or a 64th, and goes to another when it grows or shrinks. The
 * store of the blocks (store.h) moves those around it, so that nothing lies free.
 *
 * Front coding: I. H. Witten, A. Moffat, T. C. Bell, "Managing Gigabytes", 1999. A search
 * in a page goes by lengths of common prefixes and compares no byte twice, as U. Manber
 * and G. Myers do in suffix arrays (SIAM J. Comput. 22, 1993).
 *
 * To read on: page.h, index_node.h and store.h in page/ have the layouts, page_tree.h get,
 * then put.h, del.h and page_scan.h; page_inspect.h checks what they say.
 * docs/design/pages.md has what was measured. */
#include "page/values_whole.h"
#include "page/text_none.h"
#include "page/variant.h"

const struct ab_variant ab_variant_page_front = {
	.name = "page_front",
	.label = "pages, front-coded",
	.rung = "6",
	PAGE_VARIANT,
	PAGE_PARAMETERS,
};
