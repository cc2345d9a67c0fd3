/* verdict.h: the first sentences of a page: who takes the fewest bytes per key, and how
 * fast it is.
 *
 * They say of whom they speak: of those that can be changed first, for one that is built
 * once has less to store. Ownership: all is borrowed. Errors: none. Threads: one. */
#ifndef AB_VERDICT_H
#define AB_VERDICT_H

#include "report.h"

/* char *, a paragraph each; g_ptr_array_unref it. `facts` are those of all rounds,
 * `cohorts` (cohort.h) one a host, whose bytes are held against no other's. */
GPtrArray *verdict_of(const struct report_about *about, const struct facts *facts,
	const GArray *cohorts);

#endif /* AB_VERDICT_H */
