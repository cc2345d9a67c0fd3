/* run_page.h: the report of a run as one page, for people: the verdict, the tables, the
 * pictures, the machine, and how to do it again.
 *
 * Ownership: borrows the record; g_free the result. Errors: none. Threads: one. */
#ifndef AB_RUN_PAGE_H
#define AB_RUN_PAGE_H

#include "report.h"

/* HTML, or Markdown, which has no pictures. */
char *page_new(const struct report *r, const struct record *record, bool html);

#endif /* AB_RUN_PAGE_H */
