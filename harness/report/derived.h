/* derived.h: the files of a results directory that are made of its rows: summary.tsv,
 * table.md, report.md, report.html.
 *
 * Ownership: borrows everything. Errors: false and a one-line message in `*error`.
 * Threads: one. */
#ifndef AB_DERIVED_H
#define AB_DERIVED_H

#include "report.h"
#include "kept/results.h"

bool derived_write(struct results *to, const struct report *report, GError **error);

#endif /* AB_DERIVED_H */
