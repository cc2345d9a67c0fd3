/* page_tables.h: the tables that the page alone has, of what no column of columns.c
 * holds: the bridge, churn, latency, the census of nodes.
 *
 * Each has a line for each variant and host that was measured so, and a heading; where
 * there is none, nothing is written. Ownership: all is borrowed. Errors: none. Threads:
 * one. */
#ifndef AB_PAGE_TABLES_H
#define AB_PAGE_TABLES_H

#include "doc.h"
#include "report.h"
#include "cohort.h"

struct page_tables {
	struct doc *doc;
	const struct report_about *about;
	const GArray *cohorts; /* cohort.h: one a host */
};

void page_bridge(const struct page_tables *t);
void page_churn(const struct page_tables *t);
void page_latency(const struct page_tables *t);
void page_census(const struct page_tables *t);

#endif /* AB_PAGE_TABLES_H */
