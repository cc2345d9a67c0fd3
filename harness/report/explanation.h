/* explanation.h: what `artbench explain` found: bytes per key of each layout in one
 * process with the others, in one of its own, and by its own count.
 *
 * Units: bytes; NAN: not known. Ownership: borrows everything. Errors: none. Threads:
 * one. */
#ifndef AB_EXPLANATION_H
#define AB_EXPLANATION_H

#include "ab.h"
#include "ground/row.h"

struct figures {
	const struct ab_variant *v;
	double grown, kept, free; /* in the one process (job_explain) */
	double own;               /* in a process of its own */
	double inner, leaf, key;  /* counted by itself */
};

struct explanation {
	struct row_data data;
	const char *title;
	GArray *figures; /* struct figures: JOB_EXPLAIN_FIRST, then the layouts */
};

extern const char *const explanation_formats[]; /* text, markdown, tsv */

/* The table and a paragraph of what was found; `form` is an index into the formats. */
void explanation_print(FILE *out, const struct explanation *x, int form);
/* As Markdown. `x` is a struct explanation. */
void explanation_markdown(FILE *out, const void *x);

#endif /* AB_EXPLANATION_H */
