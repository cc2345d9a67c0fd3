/* run_page.h: the report of a run as one page, for people: the verdict, the tables, the
 * pictures, the machine, and how to do it again.
 *
 * Ownership: borrows the report; g_free the result. Errors: none. Threads: one. */
#ifndef AB_RUN_PAGE_H
#define AB_RUN_PAGE_H

#include "cohort.h"
#include "doc.h"
#include "report.h"

/* HTML, or Markdown, which has no pictures. */
char *page_new(const struct report *r, bool html);
/* The same below the title of a document that has begun. Pictures are taken in if that is
 * wanted: they are markup that is not looked into. */
void page_into(struct doc *d, const struct report *r, bool pictures);

/* ---- between the sources ---- */

struct page {
	struct doc doc;
	const struct report *report;
	bool pictures;
	struct facts *facts; /* of all rounds */
	GArray *cohorts; /* cohort.h: one a host, whose bytes are held against no other's */
};

/* The first sentences: who takes the fewest bytes per key, and how fast it is. They say of
 * whom they speak: of those that can be changed first, for one that is built once has less
 * to store. Then what loses: rungs to those below them, and all rungs to what is none.
 * char *, a paragraph each; g_ptr_array_unref it. */
GPtrArray *page_verdict(const struct page *p);

/* A variant's name with what tells it from others that have the same figures: "hat_trie (no
 * order of keys)". */
void page_append_traits(GString *s, const struct report *about, const struct digest *d);

/* Tables of what no column of columns.c holds: a line for each variant and host that was
 * measured so, and a heading; where there is none, nothing is written. */
void page_bridge(struct page *p);
void page_churn(struct page *p);
void page_latency(struct page *p);
void page_batches(struct page *p);
void page_census(struct page *p);

#endif /* AB_RUN_PAGE_H */
