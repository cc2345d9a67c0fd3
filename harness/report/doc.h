/* doc.h: a document written once, as HTML or as Markdown.
 *
 * The HTML is one file that needs nothing else: no script, no font, no picture from
 * elsewhere; light or dark as the reader has it. Text given is plain text, and is
 * escaped for the format.
 *
 * Ownership: a document owns what was written until doc_end hands it over. Errors:
 * none. Threads: one. */
#ifndef AB_DOC_H
#define AB_DOC_H

#include <stdbool.h>
#include "table.h"

struct doc {
	GString *out;
	bool html;
};

void doc_begin(struct doc *d, bool html, const char *title);
/* The same as HTML, with markup of the caller's own: `head` ends the <head>, `top` stands
 * above the title, and doc_end_within puts `bottom` below all. */
void
doc_begin_within(struct doc *d, const char *title, const char *head, const char *top);
char *doc_end_within(struct doc *d, const char *bottom);
/* The whole document; g_free it. */
char *doc_end(struct doc *d);

void doc_heading(struct doc *d, const char *text);
void doc_paragraph(struct doc *d, const char *text);
/* One that must not be overlooked. */
void doc_warning(struct doc *d, const char *text);
/* `items` are char *. */
void doc_list(struct doc *d, const GPtrArray *items);
/* Lines to type, or to read as they are. */
void doc_code(struct doc *d, const char *text);
/* Numbers stand on the right. `caption` may be NULL. */
void doc_table(struct doc *d, const char *caption, const struct table *t);
/* HTML only: an <svg> element as it is. */
void doc_figure(struct doc *d, const char *svg);

#endif /* AB_DOC_H */
